//! May it make a picture or a video now, and if not, why not? Pure answers from what is known.

use jiff::Timestamp;
use roster_domain::Reason;
use roster_platform::{Error, ErrorKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::account::{Account, LevelPermissions, PermissionInfo, STATUSES};
use crate::words::{Word, words};

/// What is to be made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// A picture.
    #[default]
    #[schemars(title = "Picture", extend("x-zh" = "图片"))]
    Image,
    /// A video.
    #[schemars(title = "Video", extend("x-zh" = "视频"))]
    Video,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Why {
    /// The session is not accepted.
    #[schemars(title = "The session is not valid", extend("x-zh" = "token 无效"))]
    InvalidToken,
    /// The account is not active.
    #[schemars(title = "The account is not active", extend("x-zh" = "账户未处于正常状态"))]
    AccountInactive,
    /// The account is banned.
    #[schemars(title = "The account is banned", extend("x-zh" = "账户被封禁"))]
    AccountBanned,
    /// This kind may not be made.
    #[schemars(title = "No permission for this kind", extend("x-zh" = "没有此类生成权限"))]
    NoPermission,
    /// The day's number is used up.
    #[schemars(title = "The daily limit is used up", extend("x-zh" = "今日次数已用完"))]
    DailyLimitExceeded,
    /// The service counts credits instead, and there are none left.
    #[schemars(title = "No credits left", extend("x-zh" = "积分不足"))]
    NoCredits,
    /// It could not be found out.
    #[schemars(title = "It could not be found out", extend("x-zh" = "查询失败"))]
    Error,
}

/// What the answer rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Basis {
    /// The permissions that came with the account.
    #[schemars(title = "Permissions", extend("x-zh" = "权限信息"))]
    Permissions,
    /// The service gave none: the credits that are left.
    #[schemars(title = "Credits", extend("x-zh" = "剩余积分"))]
    Credits,
}

/// Whether something may be made.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct MayGenerate {
    #[schemars(title = "Allowed", extend("x-zh" = "允许"))]
    pub(super) allowed: bool,
    #[schemars(title = "Why not", extend("x-zh" = "原因"))]
    pub(super) reason: Option<Why>,
    #[schemars(title = "Left today", extend("x-zh" = "今日剩余"))]
    pub(super) remaining: Option<i64>,
    #[schemars(title = "Permissions", extend("x-zh" = "权限信息"))]
    pub(super) permissions: Option<PermissionInfo>,
    #[schemars(title = "Rests on", extend("x-zh" = "依据"))]
    pub(super) based_on: Basis,
    #[schemars(title = "Credits left", extend("x-zh" = "剩余积分", "x-unit" = "credits"))]
    pub(super) credits: Option<i64>,
    #[schemars(title = "What went wrong", extend("x-zh" = "错误", "x-words" = words(FAULTS)))]
    pub(super) error: Option<String>,
}

impl MayGenerate {
    /// Not allowed.
    pub(super) fn no(reason: Why) -> Self {
        Self {
            allowed: false,
            reason: Some(reason),
            remaining: None,
            permissions: None,
            based_on: Basis::Permissions,
            credits: None,
            error: None,
        }
    }

    /// By the number of credits that are left.
    pub(super) fn by_credits(left: i64) -> Self {
        let allowed = left > 0;
        let reason = (!allowed).then_some(Why::NoCredits);
        Self { allowed, reason, based_on: Basis::Credits, credits: Some(left), ..Self::no(Why::NoCredits) }
    }

    /// What an answer without an account means.
    pub(super) fn without_account(error: &Error) -> Self {
        let reason = match (error.kind, error.reason) {
            (ErrorKind::NotLoggedIn, _) => Why::InvalidToken,
            (ErrorKind::Restricted, Reason::Muted) => Why::NoPermission,
            (ErrorKind::Restricted, _) => Why::AccountBanned,
            (_, _) => return Self { error: Some(described(error)), ..Self::no(Why::Error) },
        };
        Self::no(reason)
    }
}

/// What the platform itself said, or the reason's word where it said nothing.
fn described(error: &Error) -> String {
    let said = error.evidence.message.as_deref().filter(|message| !message.is_empty()).map(str::to_owned);
    let word = || serde_json::to_value(error.reason).ok()?.as_str().map(str::to_owned);
    said.or_else(word).unwrap_or_default()
}

/// The account's own permissions; `None` when the service gave none and something else has to decide.
pub(super) fn by_permissions(account: &Account, kind: Kind) -> Option<MayGenerate> {
    if let Some(status) = &account.account_status {
        if status.status.as_deref().is_some_and(|word| word != "active") {
            return Some(MayGenerate::no(Why::AccountInactive));
        }
        if status.is_banned == Some(true) {
            return Some(MayGenerate::no(Why::AccountBanned));
        }
    }
    let permissions = account.permission_info.as_ref()?;
    let may = match kind {
        Kind::Image => permissions.can_generate_image,
        Kind::Video => permissions.can_generate_video,
    };
    if !may? {
        return Some(MayGenerate::no(Why::NoPermission));
    }
    let remaining = permissions.daily_limit.zip(permissions.used_today).map(|(limit, used)| limit.saturating_sub(used));
    if remaining.is_some_and(|left| left <= 0) {
        return Some(MayGenerate::no(Why::DailyLimitExceeded));
    }
    Some(MayGenerate {
        allowed: true,
        reason: None,
        remaining,
        permissions: Some(permissions.clone()),
        ..MayGenerate::no(Why::Error)
    })
}

/// What only some levels may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "snake_case")]
pub(super) enum Feature {
    /// Pictures of 4k.
    #[schemars(rename = "4k_resolution", title = "4K resolution", extend("x-zh" = "4K 分辨率"))]
    FourK,
    /// Videos of two minutes and more.
    #[schemars(title = "Long videos (two minutes and more)", extend("x-zh" = "长视频（两分钟及以上）"))]
    LongVideo,
    /// Commercial use.
    #[schemars(title = "Commercial use", extend("x-zh" = "商用"))]
    CommercialUse,
}

/// What they are called in an answer, which may name others as well.
pub(super) const FEATURES: &[Word] = &[
    ("4k_resolution", "4K resolution", "4K 分辨率"),
    ("long_video", "Long videos", "长视频"),
    ("commercial_use", "Commercial use", "商用"),
];

/// Why it could not be found out, where the platform itself says nothing.
const FAULTS: &[Word] = &[
    ("dns", "The platform's name was not found", "找不到平台的地址"),
    ("connect", "No connection", "连接不上"),
    ("tls", "No safe connection", "无法建立安全连接"),
    ("timeout", "No answer in time", "没有及时回应"),
    ("proxy", "The proxy does not work", "代理不通"),
    ("server_error", "The service is in trouble", "平台服务异常"),
    ("rate_limited", "Asked too often", "查询太频繁"),
    ("not_json", "Something else than the platform answered", "收到的不是平台的回应"),
    ("unexpected_shape", "The answer has changed its form", "平台的回应变了"),
    ("host_changed", "Led to another address", "被带到了别的地址"),
    ("offline", "No network", "没有网络"),
];

impl Feature {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::FourK, Self::LongVideo, Self::CommercialUse];

    /// As the document names it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::FourK => "4k_resolution",
            Self::LongVideo => "long_video",
            Self::CommercialUse => "commercial_use",
        }
    }
}

/// Whether the level has a feature. One that nobody knows is not allowed.
pub(super) fn has(level: &LevelPermissions, feature: &str) -> bool {
    match Feature::ALL.into_iter().find(|known| known.name() == feature) {
        Some(Feature::FourK) => level.max_resolution.as_deref() == Some("4k"),
        Some(Feature::LongVideo) => level.max_video_duration.is_some_and(|seconds| seconds >= 120),
        Some(Feature::CommercialUse) => level.commercial_use == Some(true),
        None => false,
    }
}

/// What one looks at first.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Summary {
    #[schemars(title = "User id", extend("x-zh" = "用户 ID"))]
    user_id: String,
    #[schemars(title = "Nickname", extend("x-zh" = "昵称"))]
    nickname: Option<String>,
    #[schemars(title = "VIP", extend("x-zh" = "VIP"))]
    is_vip: Option<bool>,
    #[schemars(title = "Status", extend("x-zh" = "状态", "x-words" = words(STATUSES)))]
    status: Option<String>,
    #[schemars(title = "May make pictures", extend("x-zh" = "可生成图片"))]
    can_generate_image: Option<bool>,
    #[schemars(title = "May make videos", extend("x-zh" = "可生成视频"))]
    can_generate_video: Option<bool>,
    #[schemars(title = "Left today", extend("x-zh" = "今日剩余"))]
    remaining_quota: Option<i64>,
}

impl Summary {
    /// From what is known of the account.
    pub(super) fn of(account: &Account, now: Timestamp) -> Self {
        let (status, permission) = (account.account_status.as_ref(), account.permission_info.as_ref());
        let counted = permission.and_then(|permission| permission.daily_limit.zip(permission.used_today));
        Self {
            user_id: account.user_id.clone(),
            nickname: account.user_info.nickname.clone(),
            is_vip: status.map(|status| status.vip(now)),
            status: status.and_then(|status| status.status.clone()),
            can_generate_image: permission.and_then(|permission| permission.can_generate_image),
            can_generate_video: permission.and_then(|permission| permission.can_generate_video),
            remaining_quota: counted.map(|(limit, used)| limit.saturating_sub(used)),
        }
    }
}
