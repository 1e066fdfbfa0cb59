//! Who am I, how am I doing.

use serde_json::{Value, json};

use super::session::{self, BilibiliSession};
use super::{LOGGED_OUT, Service, not_logged_in, ok, refused};
use crate::answer::{Answer, Life, SetCookie};
use crate::ask::Ask;
use crate::pages;
use crate::world::people::Person;
use crate::world::random_hex;
use crate::world::sessions::Session;

/// Experience at which levels 0 to 6 begin.
const LEVELS: [u64; 7] = [0, 1, 200, 1_500, 4_500, 10_800, 28_800];

pub(super) fn nav(service: &Service, ask: &Ask) -> Answer {
    match service.session(ask) {
        Some(session) => ok(nav_data(&session)),
        None => nav_logged_out(service),
    }
}

pub(super) fn nav_logged_out(service: &Service) -> Answer {
    let data = match service.mode(&LOGGED_OUT) {
        "null" => Value::Null,
        _ => json!({ "isLogin": false, "wbi_img": wbi_img() }),
    };
    refused(-101, "账号未登录", data)
}

pub(super) fn nav_data(session: &Session<BilibiliSession>) -> Value {
    let person = &*session.person;
    let mid = session::mid(person);
    let due = if person.vip { session.expires().as_millisecond() } else { 0 };
    let (vip_type, vip_status) = if person.vip { (2, 1) } else { (0, 0) };
    let label = if person.vip { ("年度大会员", "annual_vip") } else { ("", "") };
    json!({
        "isLogin": true,
        "email_verified": 1,
        "face": face(person),
        "face_nft": 0,
        "level_info": level_info(person),
        "mid": mid,
        "mobile_verified": 1,
        "money": coins(person),
        "moral": 70,
        "official": { "role": 0, "title": "", "desc": "", "type": -1 },
        "officialVerify": { "type": -1, "desc": "" },
        "pendant": { "pid": 0, "name": "", "image": "", "expire": 0 },
        "scores": 0,
        "uname": person.name,
        "vipDueDate": due,
        "vipStatus": vip_status,
        "vipType": vip_type,
        "vip_pay_type": 0,
        "vip": {
            "type": vip_type, "status": vip_status, "due_date": due, "vip_pay_type": 0, "theme_type": 0,
            "label": { "path": "", "text": label.0, "label_theme": label.1 },
            "avatar_subscript": vip_status, "nickname_color": if person.vip { "#FB7299" } else { "" }, "role": 3,
        },
        "wallet": { "mid": mid, "bcoin_balance": 5, "coupon_balance": 5, "coupon_due_time": 0 },
        "has_shop": false,
        "shop_url": "",
        "answer_status": 0,
        "is_senior_member": u8::from(person.level == 6),
        "wbi_img": wbi_img(),
        "is_jury": false,
    })
}

pub(super) fn myinfo(service: &Service, ask: &Ask) -> Answer {
    match service.session(ask) {
        Some(session) => ok(myinfo_data(&session.person, 0)),
        None => not_logged_in(),
    }
}

/// `silence` 1 is an account that may look but not speak.
pub(super) fn myinfo_data(person: &Person, silence: u8) -> Value {
    let vip = u8::from(person.vip);
    json!({
        "mid": session::mid(person),
        "name": person.name,
        "sex": "保密",
        // This one answers the picture without TLS, as the real service does.
        "face": face(person).replacen("https:", "http:", 1),
        "sign": person.bio,
        "rank": 10_000,
        "level": person.level,
        "jointime": 0,
        "moral": 70,
        "silence": silence,
        "email_status": 1,
        "tel_status": 1,
        "identification": 1,
        "vip": { "type": vip * 2, "status": vip, "due_date": 0, "label": { "path": "", "text": "", "label_theme": "" } },
        "official": { "role": 0, "title": "", "desc": "", "type": -1 },
        "birthday": 0,
        "is_tourist": 0,
        "is_fake_account": 0,
        "pin_prompting": 0,
        "is_deleted": 0,
        "level_exp": level_info(person),
        "coins": coins(person),
        "following": person.following,
        "follower": person.followers,
    })
}

pub(super) fn nav_stat(service: &Service, ask: &Ask) -> Answer {
    match service.session(ask) {
        Some(session) => {
            let person = &session.person;
            ok(
                json!({ "following": person.following, "follower": person.followers, "dynamic_count": person.following / 6 }),
            )
        }
        None => not_logged_in(),
    }
}

pub(super) fn relation_stat(service: &Service, ask: &Ask) -> Answer {
    match named(service, ask, "vmid") {
        Some(person) => ok(json!({
            "mid": session::mid(&person), "following": person.following, "whisper": 0, "black": 0, "follower": person.followers,
        })),
        None => refused(-400, "请求错误", Value::Null),
    }
}

/// Without a session this one answers success with nothing in it.
pub(super) fn upstat(service: &Service, ask: &Ask) -> Answer {
    let logged_in = service.session(ask).is_some();
    match named(service, ask, "mid").filter(|_| logged_in) {
        Some(person) => ok(json!({
            "archive": { "view": plays(&person) }, "article": { "view": 12 }, "likes": likes(&person),
        })),
        None => ok(json!({})),
    }
}

pub(super) fn index_stat(service: &Service, ask: &Ask) -> Answer {
    let Some(session) = service.session(ask) else { return not_logged_in() };
    let person = &*session.person;
    ok(json!({
        "inc_coin": 0, "inc_elec": 0, "inc_fav": 2, "inc_like": 7, "inc_share": 1,
        "incr_click": plays(person) / 300, "incr_dm": 4, "incr_fans": 1, "incr_reply": 3,
        "total_click": plays(person), "total_coin": likes(person) / 16, "total_dm": likes(person) / 24, "total_elec": 0,
        "total_fans": person.followers, "total_fav": likes(person) / 3, "total_like": likes(person),
        "total_reply": likes(person) / 27, "total_share": likes(person) / 66,
    }))
}

pub(super) fn finger_spi(_service: &Service, ask: &Ask) -> Answer {
    Answer::json(&json!({
        "code": 0,
        "data": { "b_3": buvid3(ask), "b_4": format!("{}-026092114-{}==", device(), &random_hex::<8>()) },
        "message": "ok",
    }))
}

/// The device ids that the first page brings.
pub(super) fn device_cookies(ask: &Ask) -> Vec<SetCookie> {
    let year = Life::Seconds(365 * 86_400);
    let first_seen = ask.now.as_second().to_string();
    vec![
        SetCookie::new("buvid3", buvid3(ask), ".bilibili.com", year),
        SetCookie::new("b_nut", first_seen, ".bilibili.com", year),
    ]
}

/// Everybody may see it; whoever is logged in sees their name.
pub(super) fn home(service: &Service, ask: &Ask) -> Answer {
    if service.session(ask).is_some() {
        return pages::home(service, ask);
    }
    Answer::html("<!DOCTYPE html><html lang=\"zh-Hans\"><head><title>哔哩哔哩 (゜-゜)つロ 干杯~-bilibili</title></head><body><div id=\"i_cecream\"></div></body></html>").cookies(device_cookies(ask))
}

/// The person whose id the query names.
fn named(service: &Service, ask: &Ask, field: &str) -> Option<std::sync::Arc<Person>> {
    let wanted = ask.field(field)?.parse::<u64>().ok()?;
    service.world.people.all().into_iter().find(|person| session::mid(person) == wanted)
}

fn device() -> String {
    let hex = random_hex::<16>().to_uppercase();
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

fn buvid3(ask: &Ask) -> String {
    format!("{}{:05}infoc", device(), ask.now.as_second() % 100_000)
}

fn wbi_img() -> Value {
    json!({
        "img_url": "https://i0.hdslb.com/bfs/wbi/7cd084941338484aae1ad9425b84077c.png",
        "sub_url": "https://i0.hdslb.com/bfs/wbi/4932caff0ff746eab6f01bf08b70ac45.png",
    })
}

fn face(person: &Person) -> String {
    format!("https://i0.hdslb.com/bfs/face/{}.png", person.id)
}

/// At level 6 the next step is written `"--"`, a text among numbers.
fn level_info(person: &Person) -> Value {
    let level = usize::from(person.level.min(6));
    let min = LEVELS[level];
    let next = LEVELS.get(level + 1).map_or_else(|| json!("--"), |next| json!(next));
    json!({ "current_level": level, "current_min": min, "current_exp": min + min / 3 + person.number, "next_exp": next })
}

fn coins(person: &Person) -> f64 {
    f64::from(u32::try_from(person.number * 37 % 500).unwrap_or(0)) + 0.4
}

fn plays(person: &Person) -> u64 {
    person.followers * 80 + 12
}

fn likes(person: &Person) -> u64 {
    person.followers * 2 + 7
}
