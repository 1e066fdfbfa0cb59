//! What the service says about a person, in one form for both of its dialects.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::{
    wire::{NumberOrText, filled, ornament, picture},
    words::{LANGUAGES, Word, numbers, words},
};

const GENDERS: &[(i64, &str, &str)] = &[(0, "Unknown", "未知"), (1, "Male", "男"), (2, "Female", "女")];
const VERIFIED_BY: &[Word] = &[("phone", "Phone", "手机"), ("email", "E-mail", "邮箱"), ("identity", "Identity card", "身份证件")];
/// Whether an account may be used.
pub(super) const STATUSES: &[Word] =
    &[("active", "Active", "正常"), ("inactive", "Inactive", "未激活"), ("suspended", "Suspended", "已停用")];
const REGIONS: &[Word] = &[
    ("cn", "China", "中国"),
    ("us", "United States", "美国"),
    ("US", "United States", "美国"),
    ("hk", "Hong Kong", "中国香港"),
    ("jp", "Japan", "日本"),
    ("sg", "Singapore", "新加坡"),
];
const RESOLUTIONS: &[Word] = &[("1k", "1K", "1K"), ("2k", "2K", "2K"), ("4k", "4K", "4K")];
const DEVICES: &[Word] = &[("web", "Web page", "网页"), ("ios", "iPhone or iPad", "苹果设备"), ("android", "Android", "安卓设备")];

/// Everything that is known about the account.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(super) struct Account {
    #[schemars(title = "User id", extend("x-zh" = "用户 ID"))]
    pub(super) user_id: String,
    #[schemars(title = "Person", extend("x-zh" = "用户信息"))]
    pub(super) user_info: UserInfo,
    #[schemars(title = "Account", extend("x-zh" = "账户状态"))]
    pub(super) account_status: Option<AccountStatus>,
    #[schemars(title = "Permissions", extend("x-zh" = "权限信息"))]
    pub(super) permission_info: Option<PermissionInfo>,
    #[schemars(title = "Device", extend("x-zh" = "设备信息"))]
    pub(super) device_info: Option<DeviceInfo>,
}

/// The person.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct UserInfo {
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Nickname", extend("x-zh" = "昵称"))]
    pub(super) nickname: Option<String>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Picture", extend("x-zh" = "头像"))]
    pub(super) avatar_url: Option<String>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Gender", extend("x-zh" = "性别", "x-words" = numbers(GENDERS)))]
    pub(super) gender: Option<i64>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Birthday", extend("x-zh" = "生日"))]
    pub(super) birthday: Option<String>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Region", extend("x-zh" = "地区", "x-words" = words(REGIONS)))]
    pub(super) region: Option<String>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Language", extend("x-zh" = "语言", "x-words" = words(LANGUAGES)))]
    pub(super) language: Option<String>,
    #[serde(deserialize_with = "instant")]
    #[schemars(with = "Option<String>", title = "Created", extend("x-zh" = "创建时间", "format" = "date-time"))]
    pub(super) create_time: Option<Timestamp>,
    #[serde(deserialize_with = "instant")]
    #[schemars(with = "Option<String>", title = "Last login", extend("x-zh" = "最后登录", "format" = "date-time"))]
    pub(super) last_login_time: Option<Timestamp>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Verified", extend("x-zh" = "已验证"))]
    pub(super) is_verified: Option<bool>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Verified by", extend("x-zh" = "验证方式", "x-words" = words(VERIFIED_BY)))]
    pub(super) verification_type: Option<String>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "About", extend("x-zh" = "简介"))]
    pub(super) description: Option<String>,
}

/// Whether the account may be used, and what was paid for.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct AccountStatus {
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Status", extend("x-zh" = "状态", "x-words" = words(STATUSES)))]
    pub(super) status: Option<String>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "VIP", extend("x-zh" = "VIP"))]
    pub(super) is_vip: Option<bool>,
    #[serde(deserialize_with = "instant")]
    #[schemars(with = "Option<String>", title = "VIP until", extend("x-zh" = "VIP 到期", "format" = "date-time"))]
    pub(super) vip_expire_time: Option<Timestamp>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "VIP level", extend("x-zh" = "VIP 等级"))]
    pub(super) vip_level: Option<i64>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Banned", extend("x-zh" = "已封禁"))]
    pub(super) is_banned: Option<bool>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Why banned", extend("x-zh" = "封禁原因"))]
    pub(super) ban_reason: Option<String>,
    #[serde(deserialize_with = "instant")]
    #[schemars(with = "Option<String>", title = "Banned until", extend("x-zh" = "封禁到期", "format" = "date-time"))]
    pub(super) ban_expire_time: Option<Timestamp>,
}

impl AccountStatus {
    /// Whether the account is a VIP at this time: one whose time is over is none. Without an end it does not end.
    pub(super) fn vip(&self, now: Timestamp) -> bool {
        self.is_vip == Some(true) && self.vip_expire_time.is_none_or(|end| end > now)
    }
}

/// What may be made, and how much of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct PermissionInfo {
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "May make pictures", extend("x-zh" = "可生成图片"))]
    pub(super) can_generate_image: Option<bool>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "May make videos", extend("x-zh" = "可生成视频"))]
    pub(super) can_generate_video: Option<bool>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Daily limit", extend("x-zh" = "每日上限"))]
    pub(super) daily_limit: Option<i64>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Used today", extend("x-zh" = "今日已用"))]
    pub(super) used_today: Option<i64>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "By level", extend("x-zh" = "等级权限"))]
    pub(super) level_permissions: Option<LevelPermissions>,
}

/// What the level allows.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct LevelPermissions {
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Largest resolution", extend("x-zh" = "最大分辨率", "x-words" = words(RESOLUTIONS)))]
    pub(super) max_resolution: Option<String>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Longest video", extend("x-zh" = "最长视频", "x-unit" = "seconds"))]
    pub(super) max_video_duration: Option<i64>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Commercial use", extend("x-zh" = "允许商用"))]
    pub(super) commercial_use: Option<bool>,
}

/// The device that the platform saw last.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct DeviceInfo {
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Device id", extend("x-zh" = "设备 ID"))]
    pub(super) device_id: Option<String>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Kind", extend("x-zh" = "平台", "x-words" = words(DEVICES)))]
    pub(super) platform: Option<String>,
    #[serde(deserialize_with = "ornament")]
    #[schemars(title = "Version", extend("x-zh" = "版本"))]
    pub(super) version: Option<String>,
    #[serde(deserialize_with = "instant")]
    #[schemars(with = "Option<String>", title = "Last active", extend("x-zh" = "最后活跃", "format" = "date-time"))]
    pub(super) last_active_time: Option<Timestamp>,
}

impl Account {
    /// Reads the content of either dialect; `None` when it names nobody.
    pub(super) fn read(data: &Value) -> Option<Self> {
        let inner = &data["user_info"];
        let ids = [&data["user_id_str"], &data["user_id"], &inner["user_id_str"], &inner["user_id"], &data["uid"]];
        let user_id = ids.into_iter().find_map(user_id)?;
        // The service puts the person's fields beside the id, the document one level down.
        let person = if inner.is_object() { inner } else { data };
        let mut user_info = UserInfo::deserialize(person).unwrap_or_default();
        user_info.nickname = first(data, inner, &["screen_name", "name", "nickname"]);
        user_info.avatar_url = first(data, inner, &["avatar_url", "avatar_large", "avatar"]);
        user_info.description = filled(user_info.description);
        user_info.is_verified = user_info.is_verified.or_else(|| person["user_verified"].as_bool());
        Some(Self {
            user_id,
            user_info,
            account_status: part(&data["account_status"]),
            permission_info: part(&data["permission_info"]),
            device_info: part(&data["device_info"]),
        })
    }

    /// The picture's address, where it is one that can be shown.
    pub(super) fn avatar(&self) -> Option<String> {
        picture(self.user_info.avatar_url.as_deref())
    }
}

/// A part that says something: an empty object says nothing.
fn part<T: for<'de> Deserialize<'de>>(value: &Value) -> Option<T> {
    let fields = value.as_object().filter(|fields| !fields.is_empty())?;
    T::deserialize(fields).ok()
}

/// A whole number other than 0, or an id in text. Never through a float.
fn user_id(value: &Value) -> Option<String> {
    let text = NumberOrText::deserialize(value).ok()?.text();
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    (plain && !text.is_empty() && text != "0" && text.len() <= 64).then_some(text)
}

fn first(data: &Value, inner: &Value, names: &[&str]) -> Option<String> {
    let all = [data, inner].into_iter().flat_map(|place| names.iter().map(move |name| &place[*name]));
    all.filter_map(Value::as_str).find_map(|text| filled(Some(text.to_owned())))
}

/// Numbers from here on are milliseconds: as seconds they would lie beyond the year 5000.
const MILLIS: i64 = 100_000_000_000;

/// A time in seconds or in milliseconds; 0 is none.
pub(super) fn instant_of(number: i64) -> Option<Timestamp> {
    match number {
        ..=0 => None,
        MILLIS.. => Timestamp::from_millisecond(number).ok(),
        seconds => Timestamp::from_second(seconds).ok(),
    }
}

/// Reads a time that is a number, or a number in text.
pub(super) fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let number: Option<NumberOrText> = ornament(deserializer)?;
    Ok(number.and_then(|number| number.number()).and_then(instant_of))
}
