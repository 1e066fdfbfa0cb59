//! Files of the old format, in every shape that is about. The sealed texts were made with Python, outside of this program:
//! `base64.b64encode(nonce + AESGCM(hashlib.sha256(secret).digest()).encrypt(nonce, text, None))` of the package
//! `cryptography`; the fixture has the secret and what is inside of each.

use roster_domain::Secret;
use roster_platform::Descriptor;
use serde_json::{Value, json};

use super::{ImportReason, legacy, pending::Thing};
use crate::{
    Error, FileProblem, ImportSource, ImportWhat,
    testing::{FakePlatform, Rig, Says},
};

fn fixture() -> Value {
    serde_json::from_str(include_str!("../../tests/fixtures/legacy.json")).unwrap()
}

fn sealed(name: &str) -> Value {
    fixture()["texts"][name]["sealed"].clone()
}

fn secret() -> Secret<String> {
    Secret::from(fixture()["secret"].as_str().unwrap())
}

fn read(file: &Value) -> Result<Vec<Thing>, Error> {
    let platform = FakePlatform::new();
    let known: Vec<&Descriptor> = vec![roster_platform::Adapter::descriptor(&platform)];
    legacy::read(file.to_string().as_bytes(), &secret(), &known)
}

/// Name and session of each thing, or why there is none.
fn told(things: &[Thing]) -> Vec<(String, Result<String, ImportReason>)> {
    let session = |thing: &Thing| match &thing.content {
        Ok(account) => {
            let cookies = &account.credential.as_ref().unwrap().cookies;
            Ok(cookies.value("session").unwrap().expose().clone())
        }
        Err(reason) => Err(*reason),
    };
    things.iter().map(|thing| (thing.name.clone(), session(thing))).collect()
}

fn sessions(file: &Value) -> Vec<String> {
    told(&read(file).unwrap()).into_iter().map(|(_, session)| session.unwrap()).collect()
}

#[test]
fn one_text_a_list_a_map_and_records_are_read() {
    let header = sealed("header");
    assert_eq!(sessions(&header), ["h1"]);
    assert_eq!(sessions(&json!([header, sealed("map")])), ["h1", "m1"]);
    let map = json!({ "first": header, "second": { "CookieData": sealed("list"), "Platform": "fake" } });
    let things = read(&map).unwrap();
    assert_eq!(told(&things), [("first".into(), Ok("h1".into())), ("second".into(), Ok("l1".into()))]);
    let record = json!({ "account_id": "acc_001", "account_name": "主号", "platform": "fake", "cookie_data": header });
    assert_eq!(told(&read(&json!([record])).unwrap()), [("主号".into(), Ok("h1".into()))]);
    assert_eq!(told(&read(&record).unwrap()), [("主号".into(), Ok("h1".into()))]);
    assert_eq!(sessions(&json!({ "accounts": [record, header] })), ["h1", "h1"]);
    let bare = header.as_str().unwrap();
    let platform = FakePlatform::new();
    let things = legacy::read(bare.as_bytes(), &secret(), &[roster_platform::Adapter::descriptor(&platform)]).unwrap();
    assert_eq!(told(&things), [("1".into(), Ok("h1".into()))]);
}

#[test]
fn cookies_inside_may_be_a_header_an_object_a_list_or_nested() {
    for (name, session) in [("header", "h1"), ("map", "m1"), ("list", "l1"), ("nested", "n1"), ("nested_header", "x1")]
    {
        assert_eq!(sessions(&sealed(name)), [session], "{name}");
    }
    // A cookie that names a foreign domain goes to the platform's own: a file sends no session elsewhere.
    let things = read(&sealed("foreign_domain")).unwrap();
    let cookies = &things[0].content.as_ref().unwrap().credential.as_ref().unwrap().cookies;
    assert!(cookies.iter().all(|cookie| cookie.domain == "fake.example"));
}

#[test]
fn among_sister_services_the_domain_in_the_text_decides() {
    let platform = FakePlatform::new();
    let fake = roster_platform::Adapter::descriptor(&platform);
    let sister = Descriptor { id: "sister".parse().unwrap(), cookie_domain: "sister.example", ..fake.clone() };
    let read = |name: &str| {
        let things = legacy::read(sealed(name).to_string().as_bytes(), &secret(), &[&sister, fake]).unwrap();
        things[0].content.as_ref().map(|account| account.stored.account.platform.to_string()).map_err(|reason| *reason)
    };
    assert_eq!(read("list"), Ok(String::from("fake")));
    assert_eq!(read("header"), Err(ImportReason::UnknownPlatform), "nothing tells them apart");
}

#[test]
fn each_bad_one_says_why_and_keeps_no_other_from_being_read() {
    let mut flipped = sealed("header").as_str().unwrap().to_owned();
    let at = flipped.len() - 10;
    let other = if &flipped[at..=at] == "A" { "B" } else { "A" };
    flipped.replace_range(at..=at, other);
    let file = json!({
        "a good": sealed("header"),
        "b flipped": flipped,
        "c cut": &sealed("header").as_str().unwrap()[..16],
        "d no base64": "session=plain",
        "e a number": 7,
        "f no text": sealed("not_text"),
        "g no cookies": sealed("prose"),
        "h no session": sealed("no_session"),
        "i platform": { "cookie_data": sealed("header"), "platform": "elsewhere" },
        "j no session": { "cookie_data": sealed("no_session"), "platform": "fake" },
    });
    let told = told(&read(&file).unwrap());
    let reasons: Vec<_> = told.into_iter().map(|(_, session)| session.err()).collect();
    let expected = [
        None,
        Some(ImportReason::WrongSecret),
        Some(ImportReason::Damaged),
        Some(ImportReason::Damaged),
        Some(ImportReason::UnknownFormat),
        Some(ImportReason::UnknownFormat),
        Some(ImportReason::UnknownPlatform),
        Some(ImportReason::UnknownPlatform),
        Some(ImportReason::UnknownPlatform),
        Some(ImportReason::NoLogin),
    ];
    assert_eq!(reasons, expected);
}

#[test]
fn a_wrong_secret_and_a_file_of_another_form_are_told_apart() {
    let platform = FakePlatform::new();
    let known = [roster_platform::Adapter::descriptor(&platform)];
    let file = json!([sealed("header"), sealed("map")]).to_string();
    let wrong = legacy::read(file.as_bytes(), &Secret::from("another"), &known);
    assert!(matches!(wrong, Err(Error::WrongPassword { .. })));
    for text in ["", "  ", "{", "[1, 2", "true", "12", "\u{0}\u{1}"] {
        let refused = legacy::read(text.as_bytes(), &secret(), &known);
        let fits = matches!(refused, Err(Error::File(FileProblem::NotThatSort)));
        assert!(fits || refused.is_ok_and(|things| things.iter().all(|thing| thing.content.is_err())), "{text:?}");
    }
    assert!(matches!(legacy::read(b"\xff\xfe", &secret(), &known), Err(Error::File(FileProblem::NotThatSort))));
}

#[tokio::test]
async fn what_was_read_becomes_accounts_and_a_second_time_they_are_here() {
    let rig = Rig::open().await;
    rig.platform.says("h1", Says::Alive("1"));
    rig.platform.says("m1", Says::Alive("2"));
    let file = rig.dir().join("old.json");
    let content = json!({ "主号": sealed("header"), "second": sealed("map"), "bad": "?" });
    std::fs::write(&file, content.to_string()).unwrap();
    rig.desk.pick(&file);
    let view = rig.engine.import(ImportSource::Legacy, secret()).await.unwrap().unwrap();
    let mut fates: Vec<_> = view.items.iter().map(|item| (item.name.as_str(), item.what)).collect();
    fates.sort_unstable_by_key(|(name, _)| *name);
    let expected = [("bad", ImportWhat::Unreadable), ("second", ImportWhat::New), ("主号", ImportWhat::New)];
    assert_eq!(fates, expected);
    let done = rig.engine.apply_import(&view.id, None).await.unwrap();
    assert_eq!((done.imported, done.skipped), (2, 1));
    let names: Vec<String> = (1..=2)
        .map(|number| rig.engine.account(&crate::AccountRef::Number(number)).unwrap().account.name.clone())
        .collect();
    assert!(names.contains(&String::from("主号")) && names.contains(&String::from("second")), "{names:?}");
    rig.desk.pick(&file);
    let again = rig.engine.import(ImportSource::Legacy, secret()).await.unwrap().unwrap();
    assert_eq!(again.count(ImportWhat::Same), 2);
}
