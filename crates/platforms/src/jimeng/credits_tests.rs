use super::*;

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn credits_stand_in_the_content_or_in_a_text_beside_it() {
    let whole = json(include_str!("fixtures/user-credit.json"));
    let credits = credits_of(&whole).expect("credits");
    assert_eq!((credits.total, credits.gift, credits.purchase, credits.vip), (22, 22, 0, 0));
    assert_eq!(credits.items.len(), 1);
    assert_eq!(credits.items[0].kind, CreditKind::Gift);
    assert_eq!(credits.first_end(None).map(Timestamp::as_second), Some(1_768_147_199));
    assert_eq!(credits.first_end(Some(CreditKind::Vip)), None);
    let mut text_only = whole.clone();
    text_only.as_object_mut().expect("object").remove("data");
    assert_eq!(credits_of(&text_only).as_ref(), Some(&credits));
    let mut elsewhere = whole;
    elsewhere["data"] = json(r#"{"uid":"7212345678901234567","is_vip":false}"#);
    assert_eq!(credits_of(&elsewhere), Some(credits), "content without credits does not hide them");
}

#[test]
fn every_kind_of_credit_keeps_its_own_end() {
    let body = json(include_str!("fixtures/user-credit-member.json"));
    let credits = credits_of(&body).expect("credits");
    assert_eq!((credits.total, credits.vip), (4_266, 3_900));
    let end = |kind| credits.first_end(Some(kind)).map(Timestamp::as_second);
    assert_eq!(end(CreditKind::Gift), Some(1_795_190_399));
    assert_eq!(end(CreditKind::Purchase), Some(1_826_726_399));
    assert_eq!(end(CreditKind::Vip), Some(1_797_868_799));
    assert_eq!(credits.items.iter().find_map(|item| item.vip_level.as_deref()), Some("standard"));
    assert_eq!(credits.first_end(None).map(Timestamp::as_second), Some(1_795_190_399));
}

#[test]
fn numbers_that_are_none_are_not_taken_for_zero() {
    for text in [r#"{"data":{}}"#, r#"{"response":"x"}"#, r#"{"data":{"credit":{"gift_credit":"a"}}}"#, r#"{"data":{"credit":{}}}"#] {
        assert_eq!(credits_of(&json(text)), None, "{text}");
    }
}

#[test]
fn a_membership_that_is_over_is_none_and_a_team_s_counts() {
    let now = Timestamp::from_second(1_795_180_000).expect("time");
    let read = |text: &str| membership_of(&json(text), now);
    let own = read(r#"{"flag":true,"vip_level":"standard","vip_real_end":1797868799,"next_renewal_time":1797868799}"#);
    assert_eq!((own.active, own.level.as_deref()), (true, Some("standard")));
    assert_eq!(own.ends_at.map(Timestamp::as_second), Some(1_797_868_799));
    assert_eq!(read(r#"{"flag":true,"end_time":1795179999}"#), Membership::default());
    assert_eq!(read(r#"{"flag":false,"end_time":1797868799}"#), Membership::default());
    assert!(read(r#"{"flag":false,"workspace_subscribe_info":{"flag":true,"vip_real_end":1797868799}}"#).active);
    assert!(!read(r#"{"is_vip":false}"#).active);
}
