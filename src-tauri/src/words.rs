//! The words outside the page: tray and notifications, in both languages.

use roster_domain::PlatformId;
use roster_engine::{DiedAccount, Engine, FilePurpose, Language, NeedsMe};

/// The language the words are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    Chinese,
    English,
}

impl Words {
    /// The language chosen, or the system's.
    pub(crate) fn of(language: Language) -> Self {
        match language {
            Language::Chinese => Self::Chinese,
            Language::English => Self::English,
            Language::System => Self::of_locale(sys_locale::get_locale().as_deref()),
        }
    }

    fn of_locale(locale: Option<&str>) -> Self {
        if locale.is_some_and(|tag| tag.to_ascii_lowercase().starts_with("zh")) { Self::Chinese } else { Self::English }
    }

    fn pick(self, chinese: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    pub(crate) fn app_name(self) -> &'static str {
        self.pick("号簿", "Roster")
    }

    pub(crate) fn open(self) -> &'static str {
        self.pick("打开号簿", "Open Roster")
    }

    pub(crate) fn check_all(self) -> &'static str {
        self.pick("全部检查", "Check all")
    }

    pub(crate) fn lock(self) -> &'static str {
        self.pick("锁定", "Lock")
    }

    pub(crate) fn quit(self) -> &'static str {
        self.pick("退出", "Quit")
    }

    pub(crate) fn locked(self) -> &'static str {
        self.pick("已锁定", "Locked")
    }

    pub(crate) fn no_vault(self) -> &'static str {
        self.pick("还没有保险库", "No vault yet")
    }

    /// The title of a window that shows a platform's own page: which platform, named in Chinese and English, and whose.
    pub(crate) fn guest_title(self, platform: (&str, &str), account: Option<&str>) -> String {
        let platform = match self {
            Self::Chinese => platform.0,
            Self::English => platform.1,
        };
        let whose = account.filter(|name| !name.is_empty()).unwrap_or(self.pick("登录", "Log in"));
        format!("{platform} · {whose} — {}", self.app_name())
    }

    /// The title of a file dialog.
    pub(crate) fn file_title(self, purpose: FilePurpose, to_write: bool) -> &'static str {
        match (purpose, to_write) {
            (FilePurpose::Export, true) => self.pick("导出账号", "Export accounts"),
            (FilePurpose::Export, false) => self.pick("选择导出文件", "Choose an export file"),
            (FilePurpose::Legacy, _) => self.pick("选择旧格式的保险库文件", "Choose a vault file of the old format"),
            (FilePurpose::KeyFile, true) => self.pick("保存密钥文件", "Save the key file"),
            (FilePurpose::KeyFile, false) => self.pick("选择密钥文件", "Choose the key file"),
        }
    }

    /// What a file dialog's filter is called.
    pub(crate) fn file_kind(self, purpose: FilePurpose) -> &'static str {
        match purpose {
            FilePurpose::Export => self.pick("号簿导出文件", "Roster exports"),
            FilePurpose::Legacy => self.pick("旧格式文件", "Old vault files"),
            FilePurpose::KeyFile => self.pick("号簿密钥文件", "Roster key files"),
        }
    }

    pub(crate) fn all_files(self) -> &'static str {
        self.pick("所有文件", "All files")
    }

    pub(crate) fn save(self) -> &'static str {
        self.pick("保存", "Save")
    }

    pub(crate) fn open_file(self) -> &'static str {
        self.pick("打开", "Open")
    }

    pub(crate) fn cancel(self) -> &'static str {
        self.pick("取消", "Cancel")
    }

    /// The first line of the tray's menu.
    pub(crate) fn counts(self, fine: u64, need_me: u64) -> String {
        match self {
            Self::Chinese => format!("正常 {fine} · 需要处理 {need_me}"),
            Self::English => format!("{fine} fine · {need_me} need you"),
        }
    }

    /// What an account wants, in two or three words.
    pub(crate) fn remedy(self, needs: NeedsMe) -> &'static str {
        match needs {
            NeedsMe::LogIn => self.pick("需重新登录", "log in again"),
            NeedsMe::Restricted => self.pick("平台限制", "restricted"),
            NeedsMe::OtherPerson => self.pick("身份不符", "wrong person"),
        }
    }

    /// Accounts beyond those the tray's menu has room for.
    pub(crate) fn and_more(self, count: u64) -> String {
        match self {
            Self::Chinese => format!("还有 {count} 个…"),
            Self::English => format!("{count} more…"),
        }
    }

    /// The platform's name; its id where no adapter has it any more.
    pub(crate) fn platform(self, engine: &Engine, id: &PlatformId) -> String {
        let known = engine.platforms().into_iter().find(|descriptor| descriptor.id == *id);
        known.map_or_else(|| id.to_string(), |descriptor| self.pick(descriptor.name_zh, descriptor.name_en).to_owned())
    }

    /// Title and body of the notification about accounts that stopped being usable.
    pub(crate) fn died(
        self,
        accounts: &[DiedAccount],
        platform_of: impl Fn(&PlatformId) -> String,
    ) -> (String, String) {
        let names: Vec<String> = accounts
            .iter()
            .take(4)
            .map(|account| format!("{} · {}", account.name, platform_of(&account.platform)))
            .collect();
        let more = accounts.len().saturating_sub(names.len());
        let title = match (self, accounts) {
            (Self::Chinese, [_]) => "账号需要你处理".to_owned(),
            (Self::Chinese, all) => format!("{} 个账号需要你处理", all.len()),
            (Self::English, [_]) => "An account needs you".to_owned(),
            (Self::English, all) => format!("{} accounts need you", all.len()),
        };
        let mut body = names.join("\n");
        if more > 0 {
            body.push('\n');
            body.push_str(&self.and_more(u64::try_from(more).unwrap_or(u64::MAX)));
        }
        (title, body)
    }
}

#[cfg(test)]
mod tests {
    use roster_domain::Reason;

    use super::*;

    fn died(count: usize) -> Vec<DiedAccount> {
        (0..count)
            .map(|n| DiedAccount {
                account_id: format!("acc_{n:032x}").parse().unwrap(),
                name: format!("号{n}"),
                platform: "bilibili".parse().unwrap(),
                reason: Reason::NotLoggedIn,
            })
            .collect()
    }

    #[test]
    fn the_system_decides_between_chinese_and_english() {
        assert_eq!(Words::of_locale(Some("zh-Hans-CN")), Words::Chinese);
        assert_eq!(Words::of_locale(Some("ZH_TW")), Words::Chinese);
        assert_eq!(Words::of_locale(Some("de-DE")), Words::English);
        assert_eq!(Words::of_locale(None), Words::English);
    }

    #[test]
    fn one_notification_speaks_of_all_and_names_a_few() {
        let (title, body) = Words::Chinese.died(&died(6), ToString::to_string);
        assert_eq!(title, "6 个账号需要你处理");
        assert_eq!(body.lines().count(), 5);
        assert!(body.ends_with("还有 2 个…"), "{body}");
        let (title, body) = Words::English.died(&died(1), |_| "Bilibili".into());
        assert_eq!((title.as_str(), body.as_str()), ("An account needs you", "号0 · Bilibili"));
    }
}
