//! The login pages: what a browser is given, what the phone does to it, what the server sees of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "also in the functions that the tests share")]

mod support;

use roster_sandbox::{FaultKind, NewFault, NewPerson};
use support::{Got, Lab};

/// A platform's pages.
struct Pages {
    platform: &'static str,
    login: &'static str,
    home: &'static str,
    /// The cookie that a session hangs on, and the domain it must be given for.
    cookie: (&'static str, &'static str),
}

const PAGES: &[Pages] = &[
    Pages {
        platform: "toutiao",
        login: "https://mp.toutiao.com/auth/page/login/",
        home: "https://mp.toutiao.com/",
        cookie: ("sessionid", "Domain=toutiao.com.localhost"),
    },
    Pages {
        platform: "jimeng",
        login: "https://jimeng.jianying.com/ai-tool/login",
        home: "https://jimeng.jianying.com/ai-tool/home",
        cookie: ("sessionid", "Domain=jianying.com.localhost"),
    },
    Pages {
        platform: "dreamina",
        login: "https://dreamina.capcut.com/ai-tool/login",
        home: "https://dreamina.capcut.com/ai-tool/home",
        cookie: ("sessionid", "Domain=capcut.com.localhost"),
    },
    Pages {
        platform: "douyin",
        login: "https://creator.douyin.com/",
        home: "https://creator.douyin.com/creator-micro/home",
        cookie: ("sessionid", "Domain=.douyin.com.localhost"),
    },
    Pages {
        platform: "xiaohongshu",
        login: "https://creator.xiaohongshu.com/login",
        home: "https://creator.xiaohongshu.com/new/home",
        cookie: ("access-token-creator.xiaohongshu.com", "Domain=.xiaohongshu.com.localhost"),
    },
    Pages {
        platform: "xiaohongshu",
        login: "https://creator.rednote.com/login",
        home: "https://creator.rednote.com/new/home",
        cookie: ("access-token-creator.xiaohongshu.com", "Domain=.rednote.com.localhost"),
    },
    Pages {
        platform: "smartcv",
        login: "https://www.smartcv.cc/login",
        home: "https://www.smartcv.cc/",
        // NextAuth's name over plain HTTP, and for the one host that set it.
        cookie: ("next-auth.session-token", ""),
    },
];

impl Pages {
    fn talk(&self, what: &str) -> String {
        let host = url::Url::parse(self.login).unwrap().host_str().unwrap().to_owned();
        format!("https://{host}/__login/{what}")
    }

    /// A code on the screen: its key, and what the phone reads.
    async fn code(&self, lab: &Lab) -> (String, String) {
        let code = lab.post(&self.talk("code"), "", &[]).await.json();
        assert!(code["picture"].as_str().unwrap().starts_with("data:image/png;base64,"));
        let text = lab.control().state().codes[0].text.clone();
        (code["key"].as_str().unwrap().to_owned(), text)
    }

    async fn poll(&self, lab: &Lab, key: &str) -> String {
        lab.get(&self.talk(&format!("poll?key={key}")), "").await.json()["state"].as_str().unwrap().to_owned()
    }

    async fn log_in(&self, lab: &Lab, person: &str) -> Got {
        let (key, text) = self.code(lab).await;
        let code = lab.control().scan(&text, person).unwrap();
        assert_eq!(code.platform, self.platform);
        lab.control().confirm(&code.handle).unwrap();
        lab.get(&self.talk(&format!("done?key={key}")), "").await
    }
}

#[tokio::test]
async fn a_person_logs_in_with_the_phone_and_out_with_the_button() {
    for pages in PAGES {
        let lab = Lab::browser().await;
        let page = lab.get(pages.login, "").await;
        assert!(page.text.contains("id=\"code\"") && page.text.contains(pages.login), "{}", pages.platform);
        assert!(!page.text.contains("{name_zh}") && !page.text.contains("{script}"), "a place is not filled");
        let guest = page.jar();
        let away = lab.get(pages.home, &guest).await;
        assert_eq!(away.status.as_u16(), 302, "{}: a guest's cookies are no login", pages.platform);

        let (key, text) = pages.code(&lab).await;
        assert_eq!(pages.poll(&lab, &key).await, "new");
        let code = lab.control().scan(&text, "lin").unwrap();
        assert_eq!(pages.poll(&lab, &key).await, "scanned");
        lab.control().confirm(&code.handle).unwrap();
        assert_eq!(pages.poll(&lab, &key).await, "confirmed");
        let done = lab.get(&pages.talk(&format!("done?key={key}")), &guest).await;
        assert_eq!(done.location, Some(lab.local(pages.home)));
        let again = lab.get(&pages.talk(&format!("done?key={key}")), &guest).await;
        assert!(again.set_cookies.is_empty(), "{}: the session is given once", pages.platform);

        let home = lab.get(pages.home, &done.jar()).await;
        assert!(home.text.contains("林小夏的厨房") && home.text.contains(pages.cookie.0), "{}", home.text);
        let onward = lab.get(pages.login, &done.jar()).await;
        assert_eq!(onward.location, Some(lab.local(pages.home)), "whoever is logged in is sent on");

        lab.control().press_log_out(pages.platform, "lin").unwrap();
        let wish = async || lab.get(&pages.talk("wish"), &done.jar()).await.json()["press"].clone();
        assert_eq!((wish().await, wish().await), ("log_out".into(), serde_json::Value::Null));
        let out = lab.post(&pages.talk("out"), &done.jar(), &[]).await;
        assert_eq!(out.cookie(pages.cookie.0).as_deref(), Some(""), "{}", pages.platform);
        assert_eq!(lab.get(pages.home, &done.jar()).await.status.as_u16(), 302);
        assert_eq!(lab.control().sessions()[0].state, "logged_out");
    }
}

#[tokio::test]
async fn a_session_cookie_is_for_the_whole_domain_hidden_from_scripts_and_taken_by_plain_http() {
    for pages in PAGES {
        let lab = Lab::browser().await;
        let done = pages.log_in(&lab, "zhou").await;
        let (name, domain) = pages.cookie;
        let line = done.set_cookies.iter().find(|line| line.starts_with(&format!("{name}="))).unwrap();
        assert!(line.contains(domain) && line.contains("HttpOnly"), "{line}");
        for line in &done.set_cookies {
            assert!(!line.contains("Secure") && !line.contains("SameSite=None"), "no browser takes it here: {line}");
        }
    }
}

#[tokio::test]
async fn codes_end_and_refusals_are_told() {
    for pages in PAGES {
        let lab = Lab::browser().await;
        let (key, text) = pages.code(&lab).await;
        let code = lab.control().scan(&text, "lin").unwrap();
        lab.control().refuse(&code.handle).unwrap();
        assert_eq!(pages.poll(&lab, &key).await, "refused");
        let (key, _) = pages.code(&lab).await;
        lab.advance_s(181);
        assert_eq!(pages.poll(&lab, &key).await, "expired");
        let done = lab.get(&pages.talk(&format!("done?key={key}")), "").await;
        assert_eq!((done.location, done.set_cookies.len()), (Some(lab.local(pages.login)), 0));
        assert_eq!(pages.poll(&lab, "nobody").await, "expired");
    }
}

#[tokio::test]
async fn a_session_that_has_ended_leads_back_to_the_login_page() {
    for pages in PAGES {
        let lab = Lab::browser().await;
        let done = pages.log_in(&lab, "lin").await;
        assert_eq!(lab.control().expire_sessions(pages.platform, "lin").unwrap(), 1);
        let home = lab.get(pages.home, &done.jar()).await;
        assert!(home.location.unwrap().starts_with(&lab.local(pages.login)), "{}", pages.platform);
    }
}

#[tokio::test]
async fn what_the_server_received_can_be_read() {
    let lab = Lab::browser().await;
    let pages = &PAGES[0];
    let done = pages.log_in(&lab, "lin").await;
    let seen = lab.control().requests(0).last().unwrap().number;
    lab.get(pages.home, &done.jar()).await;
    let requests = lab.control().requests(seen);
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!((request.endpoint, request.path.as_str(), request.person.as_deref()), ("home", "/", Some("lin")));
    assert!(request.cookies.iter().any(|name| name == "sessionid"));
    assert!(request.user_agent.as_deref().unwrap().starts_with("Mozilla/"));
    let shown = support::read(lab.client.get(lab.own(&format!("/__ctl/requests?after={seen}"))).send().await.unwrap());
    let shown = shown.await.unwrap().json();
    assert_eq!(shown["requests"][0]["host"], "mp.toutiao.com");
    assert!(!shown.to_string().contains(&done.cookie("sessionid").unwrap()), "names, not values");
}

#[tokio::test]
async fn a_name_stands_in_a_page_as_text() {
    let lab = Lab::browser().await;
    let name = "<b>{cookies}\"&".to_owned();
    let new = NewPerson {
        name,
        id: Some("odd".into()),
        bio: String::new(),
        followers: 0,
        following: 0,
        level: 0,
        vip: false,
    };
    lab.control().add_person(new).unwrap();
    let done = PAGES[0].log_in(&lab, "odd").await;
    let home = lab.get(PAGES[0].home, &done.jar()).await.text;
    assert!(home.contains("&lt;b&gt;&#123;cookies&#125;&quot;&amp;") && !home.contains("<b>"), "{home}");
}

#[tokio::test]
async fn a_platform_s_own_words_pass_its_pages_by_and_broken_servers_do_not() {
    for pages in PAGES {
        let lab = Lab::browser().await;
        lab.control().fault(NewFault::new(pages.platform, FaultKind::Expired)).unwrap();
        assert_eq!(lab.get(pages.login, "").await.status.as_u16(), 200);
        lab.control().fault(NewFault::new(pages.platform, FaultKind::ServerError)).unwrap();
        assert_eq!(lab.get(pages.login, "").await.status.as_u16(), 503);
    }
}
