//! What a login asks for.

use roster_domain::Reason;
use roster_platform::{Choice, Error, Field, FieldKind, Form, FormProblem, Text};

use super::super::{refusals, site};

pub(super) const SITE: &str = "site";
pub(super) const ACTION: &str = "action";
pub(super) const USERNAME: &str = "username";
pub(super) const PASSWORD: &str = "password";
pub(super) const CODE: &str = "code";
pub(super) const EMAIL: &str = "email";
pub(super) const EMAIL_CODE: &str = "verification_code";
pub(super) const INVITATION: &str = "aff_code";
pub(super) const TOKEN: &str = "access_token";
pub(super) const USER: &str = "user_id";

/// What [`ACTION`] says for a new account.
pub(super) const REGISTER: &str = "register";
const ACTIONS: [Choice; 2] = [
    Choice { value: "login", name: Text::new("登录已有账号", "Log in") },
    Choice { value: REGISTER, name: Text::new("注册新账号", "Register a new account") },
];

fn site_field() -> Field {
    let kind = FieldKind::Choice { choices: &site::CHOICES, other: true };
    Field::new(SITE, Text::new("站点", "Site"), kind).default(site::SITES[0].origin).hint(Text::new(
        "其他 New-API 站点请填写它的网址，可以带路径；http 只用于本机和内网地址。",
        "For another New-API server type its address, with the path it is under if it has one; plain http is for this computer and private networks only.",
    ))
}

/// Site, name, password, and whether the account is new.
pub(super) fn password() -> Form {
    let action = FieldKind::Choice { choices: &ACTIONS, other: false };
    Form {
        id: "password",
        title: Text::new("用户名和密码", "Name and password"),
        fields: vec![
            site_field(),
            Field::new(ACTION, Text::new("操作", "What to do"), action).default("login"),
            Field::new(USERNAME, Text::new("用户名或邮箱", "User name or e-mail"), FieldKind::Text),
            Field::new(PASSWORD, Text::new("密码", "Password"), FieldKind::Secret)
                .hint(Text::new("注册时为 8 至 20 个字符。", "A new one has 8 to 20 characters.")),
        ],
    }
}

/// The second factor.
pub(super) fn second_factor() -> Form {
    let hint = Text::new("验证器上的 6 位数字，或一个备用码。", "The six digits of the authenticator, or a backup code.");
    Form {
        id: "second_factor",
        title: Text::new("两步验证", "Second factor"),
        fields: vec![Field::new(CODE, Text::new("验证码", "Code"), FieldKind::Code).hint(hint)],
    }
}

/// What a new account may have besides name and password.
pub(super) fn register() -> Form {
    let hint = Text::new(
        "站点要求邮箱验证时，先只填邮箱，验证码会发到该邮箱。",
        "Where the site verifies addresses, fill in the address alone first: the code is sent to it.",
    );
    Form {
        id: "register",
        title: Text::new("注册新账号", "New account"),
        fields: vec![
            Field::new(EMAIL, Text::new("邮箱", "E-mail"), FieldKind::Email).hint(hint).optional(),
            Field::new(EMAIL_CODE, Text::new("邮箱验证码", "Code from the e-mail"), FieldKind::Code).optional(),
            Field::new(INVITATION, Text::new("邀请码", "Invitation code"), FieldKind::Text).optional(),
        ],
    }
}

/// The code that was sent just now.
pub(super) fn email_code() -> Form {
    Form {
        id: "email_code",
        title: Text::new("验证码已发送到邮箱", "A code was sent to your e-mail"),
        fields: vec![Field::new(EMAIL_CODE, Text::new("邮箱验证码", "Code from the e-mail"), FieldKind::Code)],
    }
}

/// Site and access token.
pub(super) fn token() -> Form {
    let id = Text::new(
        "在站点的个人设置里可以看到。较新的站点可以不填。",
        "The site shows it in the personal settings. Newer sites do not need it.",
    );
    let token = Text::new(
        "个人设置里的“系统访问令牌”，不是 sk- 开头的 API 密钥。",
        "The system access token of the personal settings, not an API key that begins with sk-.",
    );
    Form {
        id: "token",
        title: Text::new("访问令牌", "Access token"),
        fields: vec![
            site_field(),
            Field::new(TOKEN, Text::new("访问令牌", "Access token"), FieldKind::Secret).hint(token),
            Field::new(USER, Text::new("用户编号", "User number"), FieldKind::Text).hint(id).optional(),
        ],
    }
}

/// A problem of our own finding.
pub(super) fn problem(field: &'static str, zh: &'static str, en: &'static str) -> FormProblem {
    let text = Some(Text::new(zh, en));
    FormProblem { field: Some(field), text, reason: Reason::Other, evidence: roster_domain::Evidence::default() }
}

/// A problem that the site told us.
pub(super) fn told(field: Option<&'static str>, error: Error) -> FormProblem {
    let text = refusals::of(&error).map(|known| known.remedy);
    FormProblem { field, text, reason: error.reason, evidence: *error.evidence }
}
