//! What the service's document says to do about each of its codes.

use roster_platform::{Error, OperateError, Text};

/// Why a pasted session was not accepted, and what to do.
pub(super) fn not_valid(error: &Error) -> Text {
    let by_code = error.evidence.code.as_deref().and_then(of_code);
    by_code.unwrap_or(Text::new(
        "平台不接受这个会话：已过期、已退出登录，或复制不完整。请重新登录后再复制。",
        "The platform does not accept this session: it is over, logged out, or not copied whole. Log in and copy again.",
    ))
}

/// What a code means and what to do about it.
pub(super) fn of_code(code: &str) -> Option<Text> {
    Some(match code {
        "1001" => Text::new("token 无效，请重新获取 token。", "The token is not valid. Get a new one."),
        "1002" => Text::new("token 已过期，请刷新 token 或重新登录。", "The token is over. Refresh it or log in again."),
        "1003" => Text::new("用户不存在，请检查用户状态。", "There is no such user. Look at the account's state."),
        "1004" => Text::new("账户被封禁，请联系客服。", "The account is banned. Ask the platform's support."),
        "1005" => Text::new("权限不足，请升级账户权限。", "The account may not do this. A higher plan is needed."),
        "1006" => Text::new(
            "参数错误。请检查请求参数：地区要与 token 对应；仍不行就更新本软件。",
            "The platform does not take the request as it is. Check that the region fits the token, or update this app.",
        ),
        "1007" => Text::new("服务异常，请稍后重试。", "The service is in trouble. Try again later."),
        _ => return None,
    })
}

/// The error of an operation, with its remedy where the document has one.
pub(super) fn refused(error: Error) -> OperateError {
    let code = error.evidence.code.clone().unwrap_or_default();
    match of_code(&code) {
        Some(remedy) => OperateError::Refused { code, remedy, error: Box::new(error) },
        None => OperateError::Platform(error),
    }
}

/// The same for the commerce service, whose 1006 is another one than the document's.
pub(super) fn of_commerce(error: Error) -> OperateError {
    if error.evidence.code.as_deref() == Some("1006") { OperateError::Platform(error) } else { refused(error) }
}
