//! New-API servers of all three generations.

use serde_json::{Value, json};

use crate::door::{Doors, MINUTE, Seen};

/// A site of each generation, what it shows quota in, and what five units of that are.
const SITES: [(&str, &str, &str, f64); 3] = [
    ("https://ai.burncloud.com", "USD", "USD", 5.0),
    ("https://b.burncloud.com", "CNY", "CNY", 35.0),
    ("https://newapi.ember.example", "CUSTOM", "🔥", 10.0),
];
const OWN: &str = SITES[2].0;
const TOKEN: &str = "sandboxtokenlin00000000000000000";

fn password(site: &str, person: &str) -> Value {
    json!({ "site": site, "action": "login", "username": person, "password": format!("{person}-password") })
}

/// The endpoint's last question: which cookies came along.
fn last_cookies(doors: &Doors, endpoint: &str) -> Vec<String> {
    let asked = doors.app.control().requests(0).into_iter().rfind(|request| request.endpoint == endpoint);
    asked.expect("it was asked").cookies
}

#[tokio::test]
async fn an_account_comes_by_password_and_code_and_lives_on_with_a_token_of_its_own() {
    for (site, display, currency, balance) in SITES {
        let mut doors = Doors::open().await;
        doors.mode("burncloud", "display", display);
        doors.mode("burncloud", "second_factor", "on");
        let form = doors.begin("burncloud", "password", None).await;
        assert_eq!(form.form(), "password");
        let wrong = json!({ "site": site, "action": "login", "username": "lin", "password": "not-the-password" });
        let again = doors.fill(&form, wrong).await;
        assert_eq!((again.form(), again.problem().is_some()), ("password", true), "{site}");
        let second = doors.fill(&again, password(site, "lin")).await;
        assert_eq!(second.form(), "second_factor", "{site}");
        let again = doors.fill(&second, json!({ "code": "000000" })).await;
        assert_eq!((again.form(), again.problem()), ("second_factor", Some("code")), "{site}");
        let done = doors.fill(&again, json!({ "code": "123456" })).await;
        assert_eq!(done.view["result"]["status"], "active", "{site}");
        let id = done.account();

        let money = doors.quota(&id, "balance").await;
        let shown = (money["unit"].as_str(), money["currency"].as_str(), money["left"].as_f64());
        assert_eq!(shown, (Some("money"), Some(currency), Some(balance)), "{site}");
        let me = doors.operate(&id, "get_self", json!({})).await;
        assert_eq!(me.data(200)["value"]["username"], "lin");
        let some = json!({ "quota": 500_000 });
        doors.is_the_owner_s(&id, "transfer_affiliate_quota", some.clone()).await;
        let moved = doors.confirmed(&id, "transfer_affiliate_quota", some).await;
        assert_eq!(moved.data(200)["value"]["quota"], 3_000_000, "{site}");
        assert_eq!(doors.quota(&id, "balance").await["left"], balance, "{site}: as it was read");

        doors.is_the_owner_s(&id, "create_access_token", json!({})).await;
        assert_eq!(doors.app.asked("token"), 0, "{site}: nobody was asked");
        let made = doors.confirmed(&id, "create_access_token", json!({})).await;
        let made = made.data(200);
        assert_eq!((&made["value"]["kept"], &made["session_changed"]), (&json!(true), &json!(true)), "{site}");
        assert!(doors.is_healthy(&id).await, "{site}");
        assert!(last_cookies(&doors, "self").is_empty(), "{site}: the token speaks for it now");
        doors.restart().await;
        doors.app.advance(40 * 24 * 60 * MINUTE);
        assert!(doors.is_healthy(&id).await, "{site}: when the login itself is long over, after a restart");
        assert_eq!(doors.account(&id).await["status"], "active");
        doors.kept_silent_about(&id, &["lin-password", "not-the-password", TOKEN]).await;
    }
}

#[tokio::test]
async fn a_new_token_takes_the_old_one_s_place_everywhere() {
    for (site, ..) in SITES {
        let mut doors = Doors::open().await;
        let form = doors.begin("burncloud", "token", None).await;
        let pasted = |user: &str| json!({ "site": site, "access_token": TOKEN, "user_id": user });
        let key = doors.fill(&form, json!({ "site": site, "access_token": "sk-0123456789abcdef" })).await;
        assert_eq!(key.problem(), Some("access_token"), "{site}: an API key is no access token");
        if site != OWN {
            // The third generation does not want the number, and goes by the token.
            let other = doors.fill(&form, pasted("102")).await;
            assert_eq!(other.problem(), Some("user_id"), "{site}: another user's number");
        }
        let id = doors.fill(&form, pasted("101")).await.account();
        assert_eq!(doors.account(&id).await["more"]["site"], site);
        doors.confirmed(&id, "create_access_token", json!({})).await.data(200);
        for _ in 0..2 {
            assert!(doors.is_healthy(&id).await, "{site}");
            assert_eq!(doors.quota(&id, "requests").await["used"], 12.0);
            doors.restart().await;
        }
        let form = doors.begin("burncloud", "token", None).await;
        let dead = doors.fill(&form, pasted("101")).await;
        assert_eq!(
            (dead.phase(), dead.view["form"]["problem"]["field"].as_str()),
            ("needs_input", Some("access_token"))
        );
        assert_eq!(doors.app.accounts().len(), 1);
        doors.kept_silent_about(&id, &[TOKEN, "sk-0123456789abcdef"]).await;
    }
}

#[tokio::test]
async fn the_same_person_at_two_sites_is_two_accounts_and_nobody_takes_another_s_place() {
    let doors = Doors::open().await;
    let main = doors.logged_in("burncloud", "password", password(SITES[0].0, "lin")).await;
    let own = doors.logged_in("burncloud", "password", password(OWN, "lin")).await;
    assert_ne!(main, own);
    let again = doors.logged_in("burncloud", "password", password(OWN, "lin")).await;
    assert_eq!(again, own, "a second login of the same person is the same account");
    let form = doors.begin("burncloud", "password", Some(&own)).await;
    let other: Seen = doors.fill(&form, password(OWN, "zhou")).await;
    assert_eq!(other.phase(), "wrong_person");
    assert_eq!(other.view["other_person"]["user_id"], "102@newapi.ember.example");
    assert!(doors.is_healthy(&own).await);
    assert_eq!(doors.account(&own).await["account_name"], "林小夏的厨房");
}

#[tokio::test]
async fn twenty_critical_calls_in_twenty_minutes_and_the_next_one_waits_without_being_asked() {
    let doors = Doors::open().await;
    let id = doors.logged_in("burncloud", "password", password(SITES[0].0, "lin")).await;
    let redeem = async |key: String| doors.confirmed(&id, "redeem_code", json!({ "key": key })).await;
    for number in 1..20 {
        // The login was the first.
        let refused = redeem(format!("{number:032x}").replace('0', "f")).await;
        assert_ne!(refused.error(502, "PLATFORM_ERROR")["details"]["reason"], "rate_limited", "{number}");
    }
    let asked = doors.app.asked("topup");
    let good = format!("{:032}", 1);
    let held = redeem(good.clone()).await;
    let wait = held.error(502, "PLATFORM_ERROR")["details"]["wait_seconds"].as_u64().expect("how long");
    assert_eq!(held.body["error"]["details"]["reason"], "rate_limited");
    assert_eq!(held.headers["retry-after"], wait.to_string());
    assert!((1..=20 * 60).contains(&wait), "{wait}");
    assert_eq!(doors.app.asked("topup"), asked, "the site is not asked what it would refuse");
    assert!(doors.is_healthy(&id).await, "other questions go on");
    let form = doors.begin("burncloud", "password", None).await;
    let queued = doors.fill(&form, password(SITES[0].0, "zhou")).await;
    assert_eq!(queued.view["form"]["problem"]["reason"], "rate_limited", "a login waits in the same queue");
    let elsewhere = doors.logged_in("burncloud", "password", password(SITES[1].0, "zhou")).await;
    assert!(doors.is_healthy(&elsewhere).await, "each site has its own");
    doors.app.advance(std::time::Duration::from_secs(wait));
    let done = redeem(good).await;
    assert!(done.data(200)["value"]["added"].as_i64() > Some(0), "{}", done.body);
}

#[tokio::test]
async fn a_short_token_that_was_exchanged_in_passing_is_there_after_a_restart() {
    let mut doors = Doors::open().await;
    let id = doors.logged_in("burncloud", "password", password(OWN, "lin")).await;
    for question in ["quotas", "operation", "failed operation"] {
        let before = doors.app.asked("auth/refresh");
        doors.app.advance(20 * MINUTE);
        match question {
            "quotas" => {
                let path = format!("/api/v1/accounts/{id}/quotas?refresh=true");
                doors.script("GET", &path, Value::Null).await.data(200);
            }
            "operation" => {
                let me = doors.operate(&id, "get_self", json!({})).await;
                me.data(200);
            }
            _ => {
                let refused = doors.confirmed(&id, "redeem_code", json!({ "key": "f".repeat(32) })).await;
                refused.error(502, "PLATFORM_ERROR");
            }
        }
        assert_eq!(doors.app.asked("auth/refresh"), before + 1, "{question}");
        // By then the cookie before it is worth nothing, and shown once more it would end the session.
        doors.restart().await;
        doors.app.advance(MINUTE);
        assert!(doors.is_healthy(&id).await, "{question}");
        doors.app.advance(20 * MINUTE);
        assert!(doors.is_healthy(&id).await, "{question}: and can be exchanged again");
    }
}

#[tokio::test]
async fn a_server_below_a_path_of_its_host_is_an_account_like_any_other() {
    for place in ["below", "below_plain"] {
        for generation in ["g1", "g3"] {
            let case = format!("{place}, {generation}");
            let mut doors = Doors::open().await;
            doors.mode("burncloud", "place", place);
            doors.mode("burncloud", "generation", generation);
            let form = doors.begin("burncloud", "password", None).await;
            let top = doors.fill(&form, password(OWN, "lin")).await;
            assert_eq!(top.problem(), Some("site"), "{case}: nobody is at the top");
            let page = format!("{OWN}/gate/console/token");
            let id = doors.fill(&form, password(&page, "lin")).await.account();
            assert_eq!(doors.account(&id).await["more"]["site"], format!("{OWN}/gate"), "{case}");
            let profile = doors.script("GET", &format!("/api/v1/accounts/{id}/profile"), Value::Null).await;
            assert_eq!(profile.data(200)["identity"], "101@newapi.ember.example/gate", "{case}");
            assert_eq!(doors.quota(&id, "balance").await["left"], 5.0, "{case}");
            doors.app.advance(20 * MINUTE);
            assert!(doors.is_healthy(&id).await, "{case}");
            doors.restart().await;
            doors.app.advance(20 * MINUTE);
            assert!(doors.is_healthy(&id).await, "{case}");
            let link = doors.operate(&id, "get_affiliate_code", json!({})).await;
            let link = link.data(200)["value"]["link"].as_str().expect("a link").to_owned();
            assert!(link.starts_with(&format!("{OWN}/gate/register?")), "{case}: {link}");
            assert_eq!(doors.app.asked("unknown"), 1, "{case}: only the question at the top was for nobody");
        }
    }
}
