//! The control API, and the phone's camera.
#![allow(clippy::unwrap_used, clippy::panic, reason = "also in the functions that the tests share")]

mod support;

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Luma, Rgba, RgbaImage};
use reqwest::StatusCode;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use support::{Lab, T0};

const GENERATE: &str = "https://passport.bilibili.com/x/passport-login/web/qrcode/generate";

async fn code_text(lab: &Lab) -> String {
    lab.get(GENERATE, "").await.json()["data"]["url"].as_str().unwrap().to_owned()
}

async fn own(lab: &Lab, path: &str) -> Value {
    support::read(lab.client.get(lab.own(path)).send().await.unwrap()).await.unwrap().json()
}

async fn shoot(lab: &Lab, picture: Vec<u8>) -> (StatusCode, Value) {
    let form = Form::new().text("person", "lin").part("image", Part::bytes(picture).file_name("screen"));
    let got = lab.client.post(lab.own("/__ctl/scan")).multipart(form).send().await.unwrap();
    (got.status(), got.json().await.unwrap())
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A window of 1280 × 800 with the code in a corner, `module` pixels a module.
fn window(text: &str, module: u32, light: [u8; 3], dark: [u8; 3]) -> DynamicImage {
    let code = qrcode::QrCode::new(text).unwrap();
    let code = code.render::<Luma<u8>>().module_dimensions(module, module).build();
    let [r, g, b] = light;
    let mut window = RgbaImage::from_pixel(1280, 800, Rgba([r, g, b, 255]));
    for (x, y, pixel) in code.enumerate_pixels() {
        let [r, g, b] = if pixel.0[0] > 127 { light } else { dark };
        window.put_pixel(x + 700, y + 90, Rgba([r, g, b, 255]));
    }
    DynamicImage::ImageRgba8(window)
}

#[tokio::test]
async fn a_scan_goes_over_the_control_api() {
    let lab = Lab::open().await;
    let text = code_text(&lab).await;
    let (status, scanned) = lab.order("/__ctl/scan", &json!({"text": format!("  {text}\n"), "person": "lin"})).await;
    assert_eq!(
        (status.as_u16(), scanned["platform"].as_str(), scanned["state"].as_str()),
        (200, Some("bilibili"), Some("scanned"))
    );
    let handle = json!({"handle": scanned["handle"]});
    let (status, confirmed) = lab.order("/__ctl/confirm", &handle).await;
    assert_eq!((status.as_u16(), confirmed["state"].as_str()), (200, Some("confirmed")));
    let (status, twice) = lab.order("/__ctl/confirm", &handle).await;
    assert_eq!((status.as_u16(), twice["error"]["state"].as_str()), (409, Some("confirmed")));
}

#[tokio::test]
async fn screenshots_are_read_in_all_lights() {
    let lab = Lab::open().await;
    for (module, light, dark, format) in [
        (4, [255, 255, 255], [0, 0, 0], ImageFormat::Png),
        (2, [255, 255, 255], [0, 0, 0], ImageFormat::Png),
        (3, [250, 248, 240], [60, 60, 70], ImageFormat::Jpeg),
        (4, [200, 200, 205], [150, 150, 155], ImageFormat::Png),
        // A code that somebody made light on dark.
        (5, [20, 20, 24], [235, 235, 240], ImageFormat::Png),
    ] {
        let text = code_text(&lab).await;
        let picture = match format {
            ImageFormat::Jpeg => DynamicImage::ImageRgb8(window(&text, module, light, dark).to_rgb8()),
            _ => window(&text, module, light, dark),
        };
        let (status, scanned) = shoot(&lab, written(&picture, format)).await;
        assert_eq!(status, 200, "{module} px a module, {light:?} on {dark:?}: {scanned}");
        assert_eq!(scanned["text"], json!(text));
    }
}

#[tokio::test]
async fn pictures_without_a_code_are_told_apart() {
    let lab = Lab::open().await;
    let (status, nothing) = shoot(&lab, b"GIF89a, or so it says".to_vec()).await;
    assert_eq!((status.as_u16(), nothing["error"]["field"].as_str()), (400, Some("image")));
    let empty = DynamicImage::ImageLuma8(image::GrayImage::from_pixel(300, 300, Luma([255])));
    let (status, blank) = shoot(&lab, written(&empty, ImageFormat::Png)).await;
    assert_eq!((status.as_u16(), blank["error"]["problem"].as_str()), (400, Some("no QR code in the picture")));
    let (status, other) =
        shoot(&lab, written(&window("https://example.com/", 4, [255; 3], [0; 3]), ImageFormat::Png)).await;
    assert_eq!((status.as_u16(), other["error"]["field"].as_str()), (400, Some("text")));
}

#[tokio::test]
async fn bad_orders_get_clear_answers() {
    let lab = Lab::open().await;
    let handle = "bilibili:00000000000000000000000000000000";
    for (path, body, status, field) in [
        ("/__ctl/scan", json!({"text": "hello", "person": "lin"}), 400, "text"),
        ("/__ctl/scan", json!({"person": "lin"}), 400, "body"),
        ("/__ctl/scan", json!({"text": "x", "person": "nobody"}), 404, ""),
        ("/__ctl/confirm", json!({"handle": "x"}), 400, "handle"),
        ("/__ctl/confirm", json!({"handle": handle}), 404, ""),
        ("/__ctl/fault", json!({"platform": "bilibili", "kind": "meteor"}), 400, "body"),
        ("/__ctl/fault", json!({"platform": "myspace", "kind": "risk"}), 404, ""),
        ("/__ctl/fault", json!({"platform": "bilibili", "kind": "risk", "endpoint": "navv"}), 404, ""),
        ("/__ctl/fault", json!({"platform": "bilibili", "kind": "risk", "count": 0}), 400, "count"),
        ("/__ctl/fault", json!({"platform": "bilibili", "kind": "risk", "colour": 1}), 400, "body"),
        ("/__ctl/fault", json!({"platform": "bilibili", "kind": "server_error", "status": 200}), 400, "status"),
        ("/__ctl/mode", json!({"platform": "bilibili", "key": "delivery", "value": "pigeon"}), 404, ""),
        ("/__ctl/clock", json!({"advance_s": -1}), 400, "advance_s"),
        ("/__ctl/clock", json!({"advance_s": 1e18}), 400, "advance_s"),
        ("/__ctl/latency", json!({"ms": 60_001}), 400, "ms"),
        ("/__ctl/people", json!({"name": ""}), 400, "name"),
        ("/__ctl/people", json!({"name": "甲", "id": "Not Good"}), 400, "id"),
        ("/__ctl/people", json!({"name": "甲", "id": "lin"}), 400, "id"),
        ("/__ctl/people", json!({"name": "甲", "level": 7}), 400, "level"),
        ("/__ctl/nothing", json!({}), 404, ""),
    ] {
        let (got, answer) = lab.order(path, &body).await;
        assert_eq!(got.as_u16(), status, "{path} {body}: {answer}");
        assert_eq!(answer["error"]["field"].as_str().unwrap_or_default(), field, "{path} {body}: {answer}");
        assert!(!answer["error"]["problem"].as_str().unwrap().is_empty(), "{path} {body}");
    }
    let (_, answer) = lab.order("/__ctl/fault", &json!({"platform": "myspace", "kind": "risk"})).await;
    let known = answer["error"]["known"].as_array().unwrap();
    let says = |id: &str| known.contains(&json!(id));
    assert!(says("bilibili") && says("toutiao"), "the answer says what there is: {answer}");
}

#[tokio::test]
async fn orders_are_json_and_come_from_its_own_pages() {
    let lab = Lab::open().await;
    let form = lab.client.post(lab.own("/__ctl/clock")).form(&[("advance_s", "1")]).send().await.unwrap();
    assert_eq!(form.status(), 415);
    let foreign = lab.client.post(lab.own("/__ctl/clock")).header("origin", "https://evil.example");
    assert_eq!(foreign.json(&json!({"advance_s": 1})).send().await.unwrap().status(), 403);
    assert_eq!(lab.control().now().as_second(), T0, "neither moved the clock");
    let own = lab.client.post(lab.own("/__ctl/clock")).header("origin", format!("http://{}", lab.sandbox.addr()));
    assert_eq!(own.json(&json!({"advance_s": 1.5})).send().await.unwrap().status(), 200);
    assert_eq!(lab.control().now().as_millisecond(), T0 * 1000 + 1500);
}

#[tokio::test]
async fn hosts_that_no_platform_has_are_refused() {
    let lab = Lab::open().await;
    let port = lab.sandbox.addr().port();
    for host in ["www.example.com.localhost", "evil.example"] {
        let got = lab.client.get(format!("http://{host}:{port}/__ctl/state")).send().await.unwrap();
        assert_eq!(got.status(), 421, "{host}");
    }
    let unknown = lab.get("https://api.bilibili.com/x/nothing/here", "").await;
    assert_eq!(unknown.status, 404);
    assert_eq!(lab.control().counters()["api.bilibili.com"]["unknown"], 1);
}

#[tokio::test]
async fn people_are_listed_and_added() {
    let lab = Lab::open().await;
    let people = own(&lab, "/__ctl/people").await;
    assert_eq!(people[0]["name"], json!("林小夏的厨房"));
    let ids = &people[0]["user_ids"];
    assert_eq!((&ids["bilibili"], &ids["toutiao"]), (&json!("3546500000000001"), &json!("7212345678901234001")));
    let (status, added) = lab.order("/__ctl/people", &json!({"name": "新来的", "followers": 7})).await;
    assert_eq!((status.as_u16(), added["id"].as_str()), (201, Some("p7")));
    let text = code_text(&lab).await;
    assert_eq!(lab.order("/__ctl/scan", &json!({"text": text, "person": "p7"})).await.0, 200);
    let face = lab.client.get(lab.own("/avatar/p7.svg")).send().await.unwrap();
    assert!(face.text().await.unwrap().contains('新'));
}

#[tokio::test]
async fn the_state_shows_codes_sessions_faults_and_counts_but_no_secret() {
    let lab = Lab::open().await;
    let text = code_text(&lab).await;
    let handle = lab.control().scan(&text, "lin").unwrap().handle;
    lab.control().confirm(&handle).unwrap();
    let key = handle.split(':').nth(1).unwrap();
    let done =
        lab.get(&format!("https://passport.bilibili.com/x/passport-login/web/qrcode/poll?qrcode_key={key}"), "").await;
    lab.order("/__ctl/fault", &json!({"platform": "bilibili", "kind": "risk", "endpoint": "nav", "count": 2})).await;
    let state = own(&lab, "/__ctl/state").await;
    assert_eq!(
        (state["codes"][0]["state"].as_str(), state["codes"][0]["person"].as_str()),
        (Some("used"), Some("lin"))
    );
    assert_eq!(
        (state["sessions"][0]["person"].as_str(), state["sessions"][0]["state"].as_str()),
        (Some("lin"), Some("alive"))
    );
    assert_eq!((state["faults"][0]["kind"].as_str(), state["faults"][0]["left"].as_u64()), (Some("risk"), Some(2)));
    assert_eq!(state["counters"], json!({"passport.bilibili.com": {"qrcode/generate": 1, "qrcode/poll": 1}}));
    let all = state.to_string();
    for secret in ["SESSDATA", "bili_jct"] {
        assert!(!all.contains(&done.cookie(secret).unwrap()), "{secret} stands in the state");
    }
    let ended = lab
        .order("/__ctl/sessions/expire", &json!({"platform": "bilibili", "person": "lin", "how": "logged_out"}))
        .await
        .1;
    assert_eq!(ended, json!({"ended": 1}));
    assert_eq!(own(&lab, "/__ctl/state").await["sessions"][0]["state"], json!("logged_out"));
    let cleared = lab.client.delete(lab.own("/__ctl/fault")).send().await.unwrap();
    assert_eq!(cleared.json::<Value>().await.unwrap(), json!({"cleared": 1}));
    lab.client.delete(lab.own("/__ctl/counters")).send().await.unwrap();
    assert_eq!(own(&lab, "/__ctl/counters").await, json!({}));
}

#[tokio::test]
async fn a_code_can_be_made_worthless_before_its_time() {
    let lab = Lab::open().await;
    let text = code_text(&lab).await;
    let handle = own(&lab, "/__ctl/state").await["codes"][0]["handle"].clone();
    let (status, expired) = lab.order("/__ctl/codes/expire", &json!({"handle": handle})).await;
    assert_eq!((status.as_u16(), expired["state"].as_str()), (200, Some("expired")));
    assert_eq!(lab.order("/__ctl/scan", &json!({"text": text, "person": "lin"})).await.0, 409);
}

#[tokio::test]
async fn a_stopped_sandbox_gives_its_port_back() {
    let lab = Lab::open().await;
    let addr = lab.sandbox.addr();
    lab.get(GENERATE, "").await;
    lab.sandbox.stop().await.unwrap();
    let config = roster_sandbox::SandboxConfig { port: addr.port(), ..Default::default() };
    let again = roster_sandbox::Sandbox::start(config).await.unwrap();
    assert_eq!(again.addr(), addr);
}

#[tokio::test]
async fn the_phone_page_loads_nothing_from_elsewhere() {
    let lab = Lab::open().await;
    for path in ["/phone", "/phone.css", "/phone.js", "/scan.js", "/panel.js", "/dom.js", "/words.js"] {
        let got = lab.client.get(lab.own(path)).send().await.unwrap();
        assert_eq!(got.status(), 200, "{path}");
        assert!(got.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
        let text = got.text().await.unwrap();
        assert!(!text.is_empty(), "{path}");
        assert!(!text.contains("://"), "{path} names another address");
    }
}
