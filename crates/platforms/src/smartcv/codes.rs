//! What each code means, and what to do about it. The one table of codes.

use roster_platform::{Answer, Error, ErrorKind, OperateError, Retry, Text};

use super::api::Failure;

/// Words by which an unknown code is still known to be about the account.
const RESTRICTED: [&str; 8] = ["SUSPENDED", "BANNED", "LOCKED", "DISABLED", "封禁", "冻结", "停用", "锁定"];
/// The codes of a 429 that is about the pace.
const PACE: [&str; 3] = ["RATE_LIMIT", "TOO_MANY", "THROTTL"];

/// The codes that the platform documents, with what the person can do.
const REMEDIES: [(&str, Text); 7] = [
    (
        "USER_NOT_FOUND",
        Text::new(
            "平台上已没有这个用户。请在 SmartCV 网站确认账号是否已被删除，再重新登录。",
            "The platform has no such user any more. Look on the SmartCV site whether the account was deleted, then log in again.",
        ),
    ),
    (
        "INVALID_PASSWORD",
        Text::new(
            "当前密码不对，什么都没有改。请核对后再试；忘记了就在网站上重置。",
            "The current password is wrong; nothing was changed. Check it and try again, or reset it on the site.",
        ),
    ),
    (
        "WEAK_PASSWORD",
        Text::new(
            "新密码太弱，密码没有改。请换一个更长的，至少 8 位，并混用字母、数字和符号。",
            "The new password is too weak and was not set. Choose a longer one: at least 8 characters, mixing letters, digits and signs.",
        ),
    ),
    (
        "SUBSCRIPTION_NOT_FOUND",
        Text::new(
            "这个账号没有订阅。请先创建订阅，再升级、降级或取消。",
            "This account has no subscription. Create one before you upgrade, downgrade or cancel.",
        ),
    ),
    (
        "PAYMENT_FAILED",
        Text::new(
            "付款没有成功，套餐没有变。请检查卡的余额和有效期，或换一种支付方式。",
            "The payment failed and the plan is unchanged. Check the card's funds and expiry, or use another payment method.",
        ),
    ),
    (
        "PLAN_NOT_FOUND",
        Text::new(
            "没有这个套餐。请核对套餐编号，例如 plan_premium_monthly。",
            "There is no such plan. Check the plan's id, such as plan_premium_monthly.",
        ),
    ),
    (
        "SUBSCRIPTION_LIMIT_EXCEEDED",
        Text::new(
            "已达到当前套餐的上限，等下去不会变。请升级套餐，或等到额度重置。",
            "The plan's limit is reached. Trying again does not help: upgrade, or wait for the quota's reset.",
        ),
    ),
];

/// What a failure says.
pub(super) fn meaning(answer: &Answer, failure: &Failure) -> Error {
    let words = Some(failure.error.as_str());
    let code = failure.code.as_deref().map(str::to_ascii_uppercase).unwrap_or_default();
    let said = |kind| {
        let code = if code.is_empty() { answer.status.to_string() } else { code.clone() };
        answer.said(kind, code, words)
    };
    let about_account = RESTRICTED.iter().any(|word| code.contains(word) || failure.error.contains(word));
    match code.as_str() {
        "USER_NOT_FOUND" => said(ErrorKind::Restricted),
        _ if is_known(&code) => said(ErrorKind::Refused).retry(Retry::Never),
        _ if about_account => said(ErrorKind::Restricted),
        _ if answer.status == 401 => {
            answer.not_logged_in(if code.is_empty() { answer.status.to_string() } else { code.clone() }, words)
        }
        // A gate on the way says that, too.
        _ if answer.status == 403 && code.is_empty() => said(ErrorKind::Refused).retry(Retry::Soon),
        _ => said(ErrorKind::Refused),
    }
}

/// Whether a code that came with 429 is the plan's limit and not a wish to be asked less often.
pub(super) fn is_own_limit(code: Option<&str>) -> bool {
    let code = code.map(str::to_ascii_uppercase).unwrap_or_default();
    !code.is_empty() && !PACE.iter().any(|word| code.contains(word))
}

/// A refusal with its remedy, where there is one.
pub(super) fn refused(error: Error) -> OperateError {
    let said = error.evidence.code.clone().unwrap_or_default();
    // A payment that failed is known by its status as well.
    let code = if said == "402" { "PAYMENT_FAILED" } else { said.as_str() };
    let refusal = matches!(error.kind, ErrorKind::Refused | ErrorKind::Restricted);
    match REMEDIES.iter().find(|(known, _)| refusal && *known == code) {
        Some((code, remedy)) => {
            OperateError::Refused { code: (*code).to_owned(), remedy: *remedy, error: Box::new(error) }
        }
        None => OperateError::Platform(error),
    }
}

fn is_known(code: &str) -> bool {
    REMEDIES.iter().any(|(known, _)| *known == code)
}

/// Whether there is simply no subscription.
pub(super) fn is_without_subscription(error: &Error) -> bool {
    error.evidence.code.as_deref() == Some("SUBSCRIPTION_NOT_FOUND")
}

/// An account that may not log in: closed, or locked after too many tries.
pub(super) fn is_locked(words: &str) -> bool {
    let words = words.to_ascii_uppercase();
    words == "ACCESSDENIED" || RESTRICTED.iter().any(|word| words.contains(word))
}

/// Whether a login wants a second factor: only the platform's own page can ask for it.
pub(super) fn wants_second_factor(words: &str) -> bool {
    let words: String = words.to_ascii_lowercase().chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    ["2fa", "twofactor", "otp", "mfa"].iter().any(|word| words.contains(word))
}
