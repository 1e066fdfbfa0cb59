//! What the page says, as a person reads it, in both languages.

/// The words the demo looks for.
pub(crate) struct Words {
    pub(crate) welcome: &'static str,
    pub(crate) begin: &'static str,
    pub(crate) password: &'static str,
    pub(crate) password_again: &'static str,
    pub(crate) understood: &'static str,
    pub(crate) create: &'static str,
    pub(crate) made: &'static str,
    pub(crate) add_first: &'static str,
    pub(crate) add: &'static str,
    pub(crate) fine: &'static str,
    pub(crate) log_in_again: &'static str,
    pub(crate) row_menu: fn(&str) -> String,
    pub(crate) check: &'static str,
    pub(crate) results: &'static str,
    pub(crate) relogin: &'static str,
    pub(crate) pool_name: &'static str,
    pub(crate) lock: &'static str,
    pub(crate) locked: &'static str,
    pub(crate) unlock: &'static str,
}

const CHINESE: Words = Words {
    welcome: "把你的每一个账号",
    begin: "创建保险库",
    password: "密码",
    password_again: "再输一遍密码",
    understood: "我明白了",
    create: "创建保险库",
    made: "保险库建好了",
    add_first: "添加第一个账号",
    add: "添加账号",
    fine: "正常",
    log_in_again: "需重新登录",
    row_menu: |name| format!("「{name}」的更多操作"),
    check: "立即检查",
    results: "检查结果",
    relogin: "重新登录",
    pool_name: "日常发布",
    lock: "锁定",
    locked: "保险库已锁定",
    unlock: "解锁",
};

const ENGLISH: Words = Words {
    welcome: "A quiet place for every account you keep",
    begin: "Make my vault",
    password: "Password",
    password_again: "Password, once more",
    understood: "I have understood",
    create: "Make the vault",
    made: "Your vault is ready",
    add_first: "Add the first account",
    add: "Add account",
    fine: "Active",
    log_in_again: "Log in again",
    row_menu: |name| format!("More for {name}"),
    check: "Check now",
    results: "Result of the check",
    relogin: "Log in again",
    pool_name: "Everyday posts",
    lock: "Lock",
    locked: "The vault is locked",
    unlock: "Unlock",
};

/// The words of a language.
pub(crate) fn of(language: &str) -> &'static Words {
    if language == "en" { &ENGLISH } else { &CHINESE }
}
