//! The refusals that have a remedy: the server's sentences, and what the person can do about each.

use roster_platform::{Error, ErrorKind, OperateError, Text};

/// A refusal that is known by its words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// Our name for it.
    pub(super) code: &'static str,
    /// Any of these stands in the sentence; lower case.
    marks: &'static [&'static str],
    /// What happened and what to do.
    pub(super) remedy: Text,
}

macro_rules! known {
    ($($code:literal: [$($mark:literal),+] => $zh:literal, $en:literal;)+) => {
        &[$(Known { code: $code, marks: &[$($mark),+], remedy: Text::new($zh, $en) }),+]
    };
}

/// The first whose mark is found counts, so the more exact come first.
const KNOWN: &[Known] = known! {
    "BAD_LOGIN": ["用户名或密码错误", "username or password is incorrect"] =>
        "用户名或密码不对，或者账号已被停用。请核对后重填。",
        "The name or the password is wrong, or the account is disabled. Check both and try again.";
    "LOGIN_DISABLED": ["关闭了密码登录", "password login has been disabled"] =>
        "该站点关闭了密码登录，请改用访问令牌登录。",
        "The site has switched password logins off. Log in with an access token instead.";
    "REGISTER_DISABLED": ["关闭了新用户注册", "关闭了通过密码进行注册", "registration has been disabled"] =>
        "该站点不接受新用户注册。",
        "The site takes no new users.";
    "TURNSTILE": ["turnstile"] =>
        "该站点要求人机验证，只能在网页上完成；请在网页登录后创建访问令牌，再用令牌登录。",
        "The site wants a human check that only its own page can do. Log in there, make an access token, and use it here.";
    "SEALED_LOGIN": ["password login encryption"] =>
        "该站点只接受其网页加密过的密码，这里无法代为登录；请在网页登录后创建访问令牌，再用令牌登录。",
        "The site takes passwords only as its own page seals them. Log in there, make an access token, and use it here.";
    "SECOND_FACTOR_LOCKED": ["账户已被锁定", "account is locked"] =>
        "验证码连续输错，账号被锁定 5 分钟，请稍后再试。",
        "Too many wrong codes: the account is locked for five minutes. Try again after that.";
    "SECOND_FACTOR_WRONG": ["验证码或备用码", "verification code or backup code"] =>
        "验证码或备用码不对。请等待新的 6 位验证码，或换一个未用过的备用码。",
        "The code is wrong. Wait for the next six digits, or use a backup code that was not used yet.";
    "SECOND_FACTOR_EXPIRED": ["会话已过期，请重新登录", "会话数据无效"] =>
        "这次登录已经过期，请从头再来。",
        "This login has expired. Start over.";
    "VERIFICATION_CODE": ["验证码错误或已过期", "verification code is incorrect or has expired"] =>
        "邮箱验证码不对或已过期，请重新获取。",
        "The code from the e-mail is wrong or too old. Ask for a new one.";
    "EMAIL_NEEDED": ["开启了邮箱验证", "email verification is enabled"] =>
        "该站点注册需要邮箱和邮箱验证码。",
        "The site wants an e-mail address and the code sent to it.";
    "NAME_TAKEN": ["用户名已存在", "unique constraint failed: users.username", "username already exists", "duplicate entry"] =>
        "这个用户名已被占用或曾被注销，请换一个。",
        "This user name is taken, or was once. Choose another.";
    "EMAIL_TAKEN": ["邮箱地址已被占用", "email address is already"] =>
        "这个邮箱已被占用。",
        "This e-mail address is taken.";
    "ORIGINAL_PASSWORD": ["原密码错误", "original password is incorrect"] =>
        "该站点修改资料时也要核对当前密码，请正确填写“当前密码”。",
        "The site checks the present password even for a new name. Fill it in correctly.";
    "SESSION_NEEDED": ["当前认证方式不支持安全验证"] =>
        "访问令牌不能做这件事，请用用户名和密码登录后再试。",
        "An access token may not do this. Log in with name and password and try again.";
    "FEATURE_OFF": ["合规声明", "compliance terms"] =>
        "该站点暂停了支付、兑换码和邀请返利，需管理员先确认合规声明。",
        "The site has switched payments, codes and rewards off until its administrator accepts the terms.";
    "CODE_USED": ["该兑换码已被使用", "兑换码无效或已使用"] =>
        "这个兑换码无效或已被使用。",
        "This code is not valid, or was used before.";
    "CODE_REFUSED": ["兑换失败", "无效的兑换码", "redemption failed", "未提供兑换码"] =>
        "兑换失败：请核对兑换码，它可能已过期或已被使用。",
        "The code was refused. Check it; it may have expired or been used.";
    "BUSY": ["充值处理中", "top-up is processing"] =>
        "同一账号正在处理另一笔兑换，请稍后再试。",
        "Another code of this account is being redeemed. Try again in a moment.";
    "AMOUNT_TOO_SMALL": ["充值数量不能小于", "充值金额过低", "top-up amount must be at least"] =>
        "数量低于该站点的最低充值额。",
        "The amount is below what the site sells.";
    "PAYMENT_METHOD": ["支付方式不存在", "payment method does not exist"] =>
        "该站点没有这种支付方式。",
        "The site does not know this way of paying.";
    "PAYMENT_UNAVAILABLE": ["未配置支付信息", "拉起支付失败", "创建订单失败"] =>
        "该站点目前无法在线支付。",
        "The site cannot take payments at present.";
    "TRANSFER_TOO_SMALL": ["转移额度最小为", "minimum transfer", "transferaffquotarequest.quota"] =>
        "低于该站点允许划转的最小额度。",
        "This is less than the site lets you transfer.";
    "INVITE_QUOTA_TOO_SMALL": ["邀请额度不足", "invitation quota is insufficient"] =>
        "邀请额度不够划转这么多。",
        "You have not earned that much by invitations.";
    "SETTING_REFUSED": ["无效的预警类型", "预警阈值必须", "设置格式错误", "invalid warning type", "warning threshold must"] =>
        "通知方式或预警阈值不被接受。",
        "The site does not accept this way of notifying, or this threshold.";
    "SETTING_ADDRESS": ["webhook地址", "bark推送url", "gotify", "无效的邮箱地址", "无效的webhook"] =>
        "所选通知方式的地址或令牌缺失或不正确。",
        "The address or token of the chosen notification is missing or wrong.";
    "ROOT_PROTECTED": ["超级管理员", "super administrator"] =>
        "该站点的超级管理员不能被删除、停用或降级。",
        "The owner of a site cannot be deleted, disabled or demoted.";
    "NO_CHANGE": ["该用户已经是", "this user is already"] =>
        "该用户已经是这个角色。",
        "The user has this role already.";
    "USER_NOT_FOUND": ["record not found", "用户不存在", "user does not exist"] =>
        "没有这个编号的用户。",
        "There is no user with this number.";
    "LEVEL": ["权限", "无权获取", "无权更新", "无权删除", "无权将", "no permission", "permission level", "insufficient privileges", "普通管理员用户无法"] =>
        "你在该站点的角色不够：只能管理级别低于自己的用户。",
        "Your role at the site is too low: it lets you act on users below you only.";
    "INVALID": ["输入不合法", "无效的参数", "参数错误", "invalid parameters", "额度变更量不能为0"] =>
        "站点认为填写的内容不合法：用户名最长 20 个字符，密码 8 至 20 个字符。",
        "The site refused the values: names have at most 20 characters, passwords 8 to 20.";
};

/// The refusal that a sentence is.
pub(super) fn known(words: &str) -> Option<&'static Known> {
    let words = words.to_lowercase();
    KNOWN.iter().find(|known| known.marks.iter().any(|mark| words.contains(mark)))
}

/// The refusal that an error's code names.
pub(super) fn of(error: &Error) -> Option<&'static Known> {
    let code = error.evidence.code.as_deref()?;
    let code = if code == "AUTH_INSUFFICIENT_PRIVILEGE" { "LEVEL" } else { code };
    let code = if code == "AUTH_SESSION_REQUIRED" { "SESSION_NEEDED" } else { code };
    KNOWN.iter().find(|known| known.code == code).filter(|_| error.kind == ErrorKind::Refused)
}

/// An operation's error, with its remedy where there is one.
pub(super) fn explained(error: Error) -> OperateError {
    match of(&error) {
        Some(known) => {
            OperateError::Refused { code: known.code.to_owned(), remedy: known.remedy, error: Box::new(error) }
        }
        None => OperateError::Platform(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_of_both_languages_mean_the_same() {
        for (zh, en) in [
            ("用户名或密码错误，或用户已被封禁", "Username or password is incorrect, or user has been banned"),
            ("原密码错误", "Original password is incorrect"),
            ("无权获取同级或更高等级用户的信息", "No permission to access users of same or higher level"),
            ("不能删除超级管理员账户", "Cannot delete super administrator account"),
            ("划转失败 邀请额度不足！", "Transfer failed Invitation quota is insufficient!"),
        ] {
            let codes = (known(zh).map(|known| known.code), known(en).map(|known| known.code));
            assert!(codes.0.is_some() && codes.0 == codes.1, "{zh}: {codes:?}");
        }
        assert!(known("今天天气很好").is_none());
    }

    #[test]
    fn every_code_is_named_once_and_its_marks_can_match() {
        for (place, known) in KNOWN.iter().enumerate() {
            assert!(KNOWN[..place].iter().all(|other| other.code != known.code), "{}", known.code);
            for mark in known.marks {
                assert_eq!(*mark, mark.to_lowercase(), "sentences are compared in lower case");
            }
        }
    }
}
