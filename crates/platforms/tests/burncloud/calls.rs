//! The user's and the administrator's calls, at sites of every generation.

use super::*;

#[tokio::test]
async fn the_wallet_works_in_every_generation() {
    let lab = Lab::open().await;
    for site in SITES {
        let mut lin = lab.with_token(site, "lin").await;
        let affiliate = lab.done(&mut lin, "get_affiliate_code", json!({})).await;
        assert_eq!(affiliate["link"], format!("{site}/register?aff={}", affiliate["code"].as_str().expect("code")));
        let after = lab.done(&mut lin, "transfer_affiliate_quota", json!({ "quota": 1_000_000 })).await;
        assert_eq!((&after["balance"], &after["aff_quota"]), (&json!(7.0), &json!(500_000)));
        assert_eq!(
            lab.refused(&mut lin, "transfer_affiliate_quota", json!({ "quota": 1 })).await,
            "TRANSFER_TOO_SMALL"
        );
        let more = json!({ "quota": 600_000 });
        assert_eq!(lab.refused(&mut lin, "transfer_affiliate_quota", more).await, "INVITE_QUOTA_TOO_SMALL");
        let code = json!({ "key": format!("{}01", "0".repeat(30)) });
        let redeemed = lab.done(&mut lin, "redeem_code", code.clone()).await;
        assert_eq!((&redeemed["added"], &redeemed["worth"]), (&json!(500_000), &json!(1.0)));
        let again = lab.refused(&mut lin, "redeem_code", code).await;
        assert!(again.starts_with("CODE_"), "{again}");
        assert_eq!(lab.done(&mut lin, "quote_payment", json!({ "amount": 10 })).await["price"], 73.0);
        let pay = json!({ "amount": 10, "payment_method": "alipay" });
        let order = lab.operate(&mut lin, "create_payment", pay).await.expect("an order");
        assert!(order.open_url.is_some_and(|url| url.starts_with("https://pay.ember.example/submit.php?")));
        let number = json!({ "trade_no": order.value["trade_no"] });
        let waiting = lab.done(&mut lin, "check_payment", number).await;
        assert_eq!((&waiting["found"], &waiting["paid"]), (&json!(true), &json!(false)));
        lab.mode("payments", "arrive");
        let order = lab.done(&mut lin, "create_payment", json!({ "amount": 2, "payment_method": "wxpay" })).await;
        let arrived = lab.done(&mut lin, "check_payment", json!({ "trade_no": order["trade_no"] })).await;
        assert_eq!((&arrived["paid"], &arrived["balance"]), (&json!(true), &json!(10.0)));
        lab.mode("payments", "pending");
        for amount in [1_500, 10_000, 10_001] {
            let dear = json!({ "amount": amount, "payment_method": "alipay" });
            let refused = lab.operate(&mut lin, "create_payment", dear).await;
            assert!(matches!(&refused, Err(OperateError::Input { field, .. }) if field == "amount"), "{refused:?}");
        }
        let unknown = json!({ "amount": 1, "payment_method": "shells" });
        assert_eq!(lab.refused(&mut lin, "create_payment", unknown).await, "PAYMENT_METHOD");
    }
}

#[tokio::test]
async fn a_code_whose_answer_is_lost_is_found_in_the_balance() {
    let lab = Lab::open().await;
    let mut lin = lab.with_token(FIRST, "lin").await;
    lab.sandbox.control().fault(NewFault::new(ID, FaultKind::ResetAfter).at("topup").times(1)).expect("fault");
    let redeemed = lab.done(&mut lin, "redeem_code", json!({ "key": format!("{}02", "0".repeat(30)) })).await;
    assert_eq!((&redeemed["added"], &redeemed["seen_in_balance"]), (&json!(500_000), &json!(true)));
    assert_eq!(lab.asked(FIRST, "topup"), 1, "a code is sent once");
}

#[tokio::test]
async fn a_change_of_one_thing_leaves_the_others_alone() {
    let lab = Lab::open().await;
    for site in SITES {
        let mut lin = lab.with_token(site, "lin").await;
        let before = lab.done(&mut lin, "get_self", json!({})).await;
        let changed = lab.done(&mut lin, "update_settings", json!({ "quota_warning_threshold": 9000 })).await;
        assert_eq!(changed["not_taken"], json!([]), "{site}");
        let after = &changed["now"];
        assert_eq!(after["settings"]["quota_warning_threshold"].as_f64(), Some(9000.0));
        for field in ["notify_type", "webhook_url", "record_ip_log"] {
            assert_eq!(after["settings"][field], before["settings"][field], "{site}: {field}");
        }
        assert_eq!(after["sidebar_modules"], before["sidebar_modules"], "{site}: the server had lost it");
        if site != FIRST {
            assert_eq!(after["settings"]["language"], "zh-CN", "{site}: the server had lost it");
        }
        let changed = lab.done(&mut lin, "update_sidebar", json!({ "console": { "token": false, "log": true } })).await;
        let wanted = json!({ "chat": { "enabled": true, "playground": true }, "console": { "enabled": true, "token": false, "log": true } });
        assert_eq!((&changed["now"]["sidebar_modules"], &changed["not_taken"]), (&wanted, &json!([])), "{site}");
        let name = json!({ "display_name": "林", "email": "x@sandbox.example", "original_password": "lin-password" });
        let changed = lab.done(&mut lin, "update_self", name).await;
        assert_eq!((&changed["now"]["display_name"], &changed["now"]["username"]), (&json!("林"), &json!("lin")));
        assert_eq!(changed["not_taken"], json!(["email"]), "{site} keeps the address");
    }
    let mut lin = lab.with_token(FIRST, "lin").await;
    assert_eq!(lab.refused(&mut lin, "update_self", json!({ "display_name": "X" })).await, "ORIGINAL_PASSWORD");
}

/// N 5.20: the settings are replaced as a whole, and no route of a user's gives the billing back.
#[tokio::test]
async fn a_change_that_would_forget_how_requests_are_billed_is_not_made() {
    let lab = Lab::open().await;
    for site in SITES {
        let mut zhou = lab.with_token(site, "zhou").await;
        let before = lab.done(&mut zhou, "get_self", json!({})).await;
        assert_eq!(before["settings"]["billing_preference"], "subscription_first");
        let changed = json!({ "quota_warning_threshold": 9000 });
        assert_eq!(lab.refused(&mut zhou, "update_settings", changed).await, "BILLING_PREFERENCE", "{site}");
        assert_eq!(lab.asked(site, "setting"), 0, "{site}: nothing is sent");
        assert_eq!(lab.done(&mut zhou, "get_self", json!({})).await["settings"], before["settings"]);
    }
}

#[tokio::test]
async fn what_the_site_loses_is_put_back_told_or_not_begun() {
    let lab = Lab::open().await;
    let change = json!({ "quota_warning_threshold": 9000 });
    let mut lin = lab.with_token(THIRD, "lin").await;
    let fault = |times| NewFault::new(ID, FaultKind::ServerError).at("self/update").times(times);
    lab.sandbox.control().fault(fault(2)).expect("fault");
    let changed = lab.done(&mut lin, "update_settings", change.clone()).await;
    assert_eq!(changed["lost"], json!([]), "tried again until it is there");
    assert!(changed["now"]["sidebar_modules"]["chat"].is_object(), "{changed}");
    lab.sandbox.control().fault(fault(100)).expect("fault");
    let changed = lab.done(&mut lin, "update_settings", change.clone()).await;
    assert_eq!(changed["lost"], json!(["language", "sidebar_modules"]));
    lab.sandbox.control().clear_faults(None);
    // Nineteen counted calls have gone out: no room for what would have to be put back.
    let mut zhou = lab.with_token(THIRD, "he").await;
    for turn in 0..15 {
        let wrong = json!({ "key": format!("wrong{turn}") });
        lab.refused(&mut zhou, "redeem_code", wrong).await;
    }
    let held = lab.operate(&mut zhou, "update_settings", change).await;
    assert!(matches!(&held, Err(OperateError::Platform(error)) if error.kind == ErrorKind::RateLimited), "{held:?}");
    assert_eq!(lab.asked(THIRD, "setting"), 2, "not even begun");
}

#[tokio::test]
async fn a_new_password_shuts_the_others_out_and_lets_this_login_live() {
    let lab = Lab::open().await;
    let wanted = |old: &str| json!({ "current_password": old, "new_password": "another-word-9", "confirm_password": "another-word-9" });
    for site in SITES {
        let other = lab.log_in(site, "lin").await;
        let mut lin = lab.log_in(site, "lin").await;
        if site == THIRD {
            // The session has been renewed once: what is remembered of that must not come back.
            lab.advance(16 * 60);
            lab.verdict(&lin).await;
        }
        let twice = json!({ "current_password": "lin-password", "new_password": "a-word-1", "confirm_password": "b" });
        let wrong = lab.operate(&mut lin, "change_password", twice).await;
        assert!(matches!(&wrong, Err(OperateError::Input { field, .. }) if field == "confirm_password"), "{wrong:?}");
        assert_eq!(lab.refused(&mut lin, "change_password", wanted("wrong")).await, "ORIGINAL_PASSWORD", "{site}");
        let changed = lab.done(&mut lin, "change_password", wanted("lin-password")).await;
        assert_eq!(changed, json!({ "password_updated": true, "others_ended": site == THIRD }), "{site}");
        assert_eq!(lab.verdict(&lin).await.0, Verdict::Alive, "{site}: this login goes on");
        let expected = if site == THIRD { Verdict::Expired } else { Verdict::Alive };
        assert_eq!(lab.verdict(&other).await.0, expected, "{site}");
        lab.advance(16 * 60);
        assert_eq!(lab.verdict(&lin).await.0, Verdict::Alive, "{site}: and is renewed further");
    }
    let mut lin = lab.with_token(THIRD, "lin").await;
    assert_eq!(lab.refused(&mut lin, "change_password", wanted("another-word-9")).await, "SESSION_NEEDED");
    let offered = lab.adapter.operations();
    for id in ["change_password", "redeem_code", "transfer_affiliate_quota", "create_user"] {
        let operation = offered.iter().find(|operation| operation.id == id).expect(id);
        assert!(operation.risk == Risk::Dangerous && operation.warning.is_some(), "{id}");
    }
    let own = offered.iter().find(|operation| operation.id == "update_self").expect("offered");
    assert!(own.input["properties"].get("password").is_none(), "a script may call it");
}

#[tokio::test]
async fn an_administrator_changes_one_field_of_a_user_and_keeps_the_rest() {
    let lab = Lab::open().await;
    for site in SITES {
        let mut chen = lab.with_token(site, "chen").await;
        let before = lab.done(&mut chen, "get_user", json!({ "id": 101 })).await;
        let changed = lab.done(&mut chen, "update_user", json!({ "id": 101, "display_name": "小夏" })).await;
        assert_eq!((&changed["now"]["display_name"], &changed["not_taken"]), (&json!("小夏"), &json!([])));
        for field in ["username", "group", "remark", "quota", "role", "status", "email"] {
            assert_eq!(changed["now"][field], before[field], "{site}: {field}");
        }
        let quota = json!({ "id": 101, "quota": 1_000_000, "status": "disabled" });
        let changed = lab.done(&mut chen, "update_user", quota).await;
        assert_eq!(
            (&changed["now"]["balance"], &changed["now"]["status"]),
            (&json!(2.0), &json!("disabled")),
            "{site}"
        );
        assert_eq!(changed["not_taken"], json!([]), "{site}");
    }
}

#[tokio::test]
async fn an_administrator_lists_creates_manages_and_deletes_users() {
    let lab = Lab::open().await;
    for site in SITES {
        let mut chen = lab.with_token(site, "chen").await;
        let users = lab.done(&mut chen, "list_users", json!({ "page_size": 2 })).await;
        assert_eq!((users["items"].as_array().map(Vec::len), &users["total"]), (Some(2), &json!(6)));
        assert!(!users.to_string().contains("sandboxtoken"), "{site}: other people's tokens are not read");
        let made = json!({ "username": "fang", "password": "new-password", "display_name": "方" });
        let id = lab.done(&mut chen, "create_user", made.clone()).await["user"]["id"].clone();
        assert!(id.is_u64(), "{site}: the new user is found");
        assert_eq!(lab.refused(&mut chen, "create_user", made).await, "NAME_TAKEN");
        let found = lab.done(&mut chen, "search_users", json!({ "keyword": "fang" })).await;
        assert_eq!((&found["items"][0]["id"], &found["total"]), (&id, &json!(1)));
        let managed = lab.done(&mut chen, "manage_user", json!({ "id": id, "action": "disable" })).await;
        assert_eq!((&managed["applied"], &managed["user"]["status"]), (&json!(true), &json!("disabled")));
        let more = json!({ "id": id, "action": "add_quota", "mode": "add", "value": 500_000 });
        let managed = lab.done(&mut chen, "manage_user", more).await;
        assert_eq!(managed["applied"], json!(site != FIRST), "the first generation says yes and does nothing");
        assert_eq!(lab.refused(&mut chen, "manage_user", json!({ "id": id, "action": "promote" })).await, "LEVEL");
        assert_eq!(lab.refused(&mut chen, "get_user", json!({ "id": 105 })).await, "LEVEL");
        assert_eq!(lab.done(&mut chen, "delete_user", json!({ "id": id })).await["deleted"], true, "{site}");
        assert_eq!(lab.refused(&mut chen, "get_user", json!({ "id": id })).await, "USER_NOT_FOUND");
        let mut lin = lab.with_token(site, "lin").await;
        assert_eq!(lab.refused(&mut lin, "list_users", json!({})).await, "LEVEL");
    }
}

#[tokio::test]
async fn a_new_token_takes_over_and_the_old_one_is_dead() {
    let lab = Lab::open().await;
    for site in SITES {
        let old = lab.with_token(site, "gu").await;
        let mut gu = lab.log_in(site, "gu").await;
        let made = lab.operate(&mut gu, "create_access_token", json!({})).await.expect("a token");
        assert_eq!(made.secrets.keys().collect::<Vec<_>>(), ["access_token"]);
        assert_eq!(lab.verdict(&gu).await.0, Verdict::Alive, "{site}: with the new one");
        assert_eq!(lab.verdict(&old).await, (Verdict::Expired, Reason::NotLoggedIn), "{site}: the old one");
        assert_eq!(lab.asked(site, "token"), 1, "{site}: asked twice it would kill what it has just made");
    }
}

#[tokio::test]
async fn an_account_is_deleted_only_by_its_own_name() {
    let lab = Lab::open().await;
    for site in SITES {
        let mut gu = lab.with_token(site, "gu").await;
        let wrong = lab.operate(&mut gu, "delete_self", json!({ "username": "lin" })).await;
        assert!(matches!(&wrong, Err(OperateError::Input { field, .. }) if field == "username"), "{wrong:?}");
        let gone = lab.operate(&mut gu, "delete_self", json!({ "username": "gu" })).await.expect("deleted");
        assert!(gone.session_ended);
        assert_eq!(lab.verdict(&gu).await.0, Verdict::Expired, "{site}");
        let mut song = lab.with_token(site, "song").await;
        assert_eq!(lab.refused(&mut song, "delete_self", json!({ "username": "song" })).await, "ROOT_PROTECTED");
    }
}
