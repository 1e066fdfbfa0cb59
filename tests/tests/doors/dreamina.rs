//! Jimeng and Dreamina: tokens as people paste them, many validated at once, permission questions, figures.

use std::collections::BTreeMap;

use axum::{body::Body, http::Request};
use roster_api::Caller;
use roster_platform::{ClientScope, HttpConfig, HttpFactory};
use serde_json::{Value, json};

use crate::door::{Doors, MINUTE};

const JIMENG: &str = "https://jimeng.jianying.com";
const DREAMINA: &str = "https://dreamina.capcut.com";

/// The session id of somebody who has logged in on the platform's own page.
async fn session_id(doors: &Doors, home: &str, person: &str) -> String {
    let control = doors.app.control();
    let config = HttpConfig { sandbox: Some(doors.app.sandbox.addr()), ..HttpConfig::default() };
    let http = HttpFactory::new(config).and_then(|clients| clients.for_account(ClientScope::default())).unwrap();
    let code = http.post_form("code", &format!("{home}/__login/code"), &[]).send(control.now()).await.unwrap();
    let code: Value = code.json().unwrap();
    let key = code["key"].as_str().unwrap();
    let scanned = control.scan(&format!("{home}/__login/scan?key={key}"), person).unwrap();
    control.confirm(&scanned.handle).unwrap();
    let done = http.get("done", &format!("{home}/__login/done?key={key}")).send(control.now()).await.unwrap();
    done.set_cookies.iter().find(|cookie| cookie.name == "sessionid").unwrap().value.expose().clone()
}

#[tokio::test]
async fn what_is_pasted_wrongly_is_explained_and_the_form_stays() {
    let doors = Doors::open().await;
    let (china, abroad) = (session_id(&doors, JIMENG, "lin").await, session_id(&doors, DREAMINA, "lin").await);
    let second = session_id(&doors, DREAMINA, "zhou").await;
    let mut form = doors.begin("jimeng", "token", None).await;
    for (pasted, why) in [
        (format!("us-{abroad}"), "Dreamina"),
        (format!("{china}\n{second}"), "several"),
        (format!("{china},{second}"), "several"),
        (String::from("???"), "Not recognised"),
        (String::from("{\"uid_tt\":\"without a session\"}"), "sessionid"),
        ("0".repeat(32), "session"),
    ] {
        form = doors.fill(&form, json!({ "token": pasted })).await;
        assert_eq!(form.problem(), Some("token"), "{why}");
        let words = form.view["form"]["problem"]["text"]["en"].as_str().unwrap();
        assert!(words.contains(why), "{why}: {words}");
    }
    assert!(doors.app.accounts().is_empty(), "nothing came of it");
    let id = doors.fill(&form, json!({ "token": format!("  {china}\n") })).await.account();
    assert!(doors.is_healthy(&id).await);
    let region = doors.begin("dreamina", "token", None).await;
    let path = format!("/desktop/v1/logins/{}/fields", region.login);
    let odd = json!({ "fields": { "token": abroad, "region": "mars" } });
    let odd = doors.owner("POST", &path, odd).await;
    assert_eq!(odd.error(400, "INVALID_REQUEST")["details"]["field"], "fields.region");
    let id = doors.fill(&region, json!({ "token": format!("us-{abroad}"), "region": "auto" })).await.account();
    doors.kept_silent_about(&id, &[&china, &abroad, &second]).await;
}

async fn figures(doors: &Doors) -> Value {
    doors.script("GET", "/api/v1/metrics", Value::Null).await.data(200).clone()
}

/// The same figures as Prometheus reads them.
async fn scraped(doors: &Doors) -> BTreeMap<String, u64> {
    let request = Request::get("/api/v1/metrics").extension(Caller::Owner).header("accept", "text/plain;version=0.0.4");
    let text = doors.text(request.body(Body::empty()).unwrap()).await;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.rsplit_once(' ').unwrap())
        .map(|(name, value)| (name.to_owned(), value.parse().unwrap()))
        .collect()
}

#[tokio::test]
async fn many_are_validated_at_once_and_the_figures_say_exactly_how_it_went() {
    let mut doors = Doors::open().await;
    let mut ids = Vec::new();
    for (person, front) in [("lin", "us-"), ("zhou", "sg-"), ("chen", "jp-"), ("he", "sg-")] {
        let token = format!("{front}{}", session_id(&doors, DREAMINA, person).await);
        ids.push(doors.logged_in("dreamina", "token", json!({ "token": token })).await);
    }
    let rows = async || {
        let wallet = doors.owner("GET", "/desktop/v1/wallet", Value::Null).await;
        let rows = wallet.data(200)["rows"].as_array().unwrap().clone();
        let shown =
            |id: &String| rows.iter().any(|row| row["account_id"] == id.as_str() && row["quota"]["key"] == "credits");
        ids.iter().all(shown).then_some(())
    };
    doors.app.until("everybody's credits, without being asked for", MINUTE, rows).await;
    let before = figures(&doors).await;
    assert_eq!((&before["checks"]["total"], &before["checks"]["failure"]), (&json!(4), &json!(0)), "a check a login");

    doors.app.control().expire_sessions("dreamina", "chen").unwrap();
    let all = doors.script("POST", "/api/v1/accounts/batch-health-check?platform=dreamina", Value::Null).await;
    let all = all.data(200);
    assert_eq!((&all["total"], &all["success_count"], &all["fail_count"]), (&json!(4), &json!(3), &json!(1)));
    let after = figures(&doors).await;
    let checks = &after["checks"];
    assert_eq!((&checks["total"], &checks["success"], &checks["failure"]), (&json!(8), &json!(7), &json!(1)));
    assert_eq!(checks["by_reason"], json!({ "not_logged_in": 1 }));
    assert_eq!(checks["by_platform"], json!({ "dreamina": 8 }));
    assert_eq!(checks["by_region"], json!({ "us": 2, "sg": 4, "jp": 2 }));
    // Lin and Chen pay.
    assert_eq!((&after["accounts"]["vip"], &after["accounts"]["active"]), (&json!(2), &json!(4)));
    let scraped = scraped(&doors).await;
    for (line, count) in [
        ("roster_checks_total{outcome=\"success\"}", 7),
        ("roster_checks_total{outcome=\"failure\"}", 1),
        ("roster_check_failures_total{reason=\"not_logged_in\"}", 1),
        ("roster_checks_by_platform_total{platform=\"dreamina\"}", 8),
        ("roster_checks_by_region_total{region=\"us\"}", 2),
        ("roster_checks_by_region_total{region=\"sg\"}", 4),
        ("roster_checks_by_region_total{region=\"jp\"}", 2),
        ("roster_accounts{status=\"active\"}", 4),
        ("roster_accounts_vip", 2),
    ] {
        assert_eq!(scraped.get(line), Some(&count), "{line}: {scraped:?}");
    }
    doors.app.advance(MINUTE + MINUTE);
    doors.restart().await;
    assert_eq!(figures(&doors).await["checks"]["total"], 0, "they are those of the program, which is another one now");
    let again = doors.script("POST", "/api/v1/accounts/batch-health-check?platform=dreamina", Value::Null).await;
    assert_eq!(again.data(200)["fail_count"], 1);
    let after = figures(&doors).await;
    assert_eq!(
        (&after["accounts"]["expired"], &after["accounts"]["active"]),
        (&json!(1), &json!(3)),
        "the second proof"
    );
}

#[tokio::test]
async fn the_answer_to_may_it_generate_has_a_reason_and_is_asked_anew_only_when_it_is_old_or_forced() {
    let doors = Doors::open().await;
    doors.mode("jimeng", "dialect", "document");
    let token = session_id(&doors, JIMENG, "lin").await;
    let id = doors.logged_in("jimeng", "token", json!({ "token": token })).await;
    let asked = || doors.app.asked("account/info");
    let may =
        async |kind: &str| doors.operate(&id, "may_generate", json!({ "type": kind })).await.data(200)["value"].clone();
    let good = may("image").await;
    assert_eq!((&good["allowed"], &good["reason"], &good["remaining"]), (&json!(true), &json!(null), &json!(97)));
    for (key, value, usual, reason) in [
        ("permissions", "image_only", "both", "no_permission"),
        ("daily", "used_up", "some_left", "daily_limit_exceeded"),
        ("status", "inactive", "active", "account_inactive"),
        ("status", "banned", "active", "account_banned"),
    ] {
        doors.mode("jimeng", key, value);
        let before = asked();
        assert_eq!(may("video").await["allowed"], true, "{reason}: an answer of the last five minutes is used again");
        assert_eq!(asked(), before);
        doors.app.advance(6 * MINUTE);
        let refused = may("video").await;
        assert_eq!((&refused["allowed"], &refused["reason"]), (&json!(false), &json!(reason)));
        assert_eq!(asked(), before + 1, "{reason}: an older one is not");
        doors.mode("jimeng", key, usual);
        doors.app.advance(6 * MINUTE);
        assert_eq!(may("video").await["allowed"], true);
    }
    let before = asked();
    for (input, more) in [(json!({}), 0), (json!({ "force": true }), 1), (json!({ "force": false }), 1)] {
        doors.operate(&id, "user_info", input.clone()).await.data(200);
        assert_eq!(asked(), before + more, "{input}");
    }
    doors.app.advance(11 * MINUTE);
    doors.operate(&id, "user_info", json!({})).await.data(200);
    assert_eq!(asked(), before + 2, "after ten minutes it is asked again");
    doors.app.control().expire_sessions("jimeng", "lin").unwrap();
    doors.app.advance(6 * MINUTE);
    assert_eq!(may("image").await["reason"], "invalid_token");
    let song = doors.operate(&id, "may_generate", json!({ "type": "song" })).await;
    assert_eq!(song.error(400, "INVALID_REQUEST")["details"]["field"], "input.type");
}
