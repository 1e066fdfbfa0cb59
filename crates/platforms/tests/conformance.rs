//! Every adapter against the suite of the contract.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test ends in a panic when it fails, and its figures are wanted"
)]

mod common;

use common::jimeng::Dialect;
use roster_platform::conformance::{Findings, Subject, run};

async fn findings(subject: Subject) -> Findings {
    let findings = run(&subject).await.expect("the suite runs");
    println!("{}: {} answers played", subject.adapter.descriptor().id, findings.tried);
    findings
}

#[tokio::test]
async fn bilibili_keeps_every_rule() {
    let findings = findings(common::bilibili::subject()).await;
    assert!(findings.broken.is_empty(), "{}", findings.broken.join("\n"));
    assert!(findings.tried >= 100, "only {} answers were played", findings.tried);
}

#[tokio::test]
async fn toutiao_keeps_every_rule() {
    let findings = findings(common::toutiao::subject()).await;
    assert!(findings.broken.is_empty(), "{}", findings.broken.join("\n"));
    assert!(findings.tried >= 100, "only {} answers were played", findings.tried);
}

#[tokio::test]
async fn jimeng_keeps_every_rule_in_the_service_s_dialect() {
    let findings = findings(common::jimeng::subject(Dialect::Service)).await;
    assert!(findings.broken.is_empty(), "{}", findings.broken.join("\n"));
    assert!(findings.tried >= 100, "only {} answers were played", findings.tried);
}

#[tokio::test]
async fn douyin_keeps_every_rule() {
    let findings = findings(common::douyin::subject()).await;
    assert!(findings.broken.is_empty(), "{}", findings.broken.join("\n"));
    assert!(findings.tried >= 100, "only {} answers were played", findings.tried);
}

#[tokio::test]
async fn jimeng_keeps_every_rule_in_the_document_s_dialect() {
    let findings = findings(common::jimeng::subject(Dialect::Document)).await;
    assert!(findings.broken.is_empty(), "{}", findings.broken.join("\n"));
    assert!(findings.tried >= 100, "only {} answers were played", findings.tried);
}

#[tokio::test]
async fn dreamina_keeps_every_rule() {
    let findings = findings(common::jimeng::subject_abroad()).await;
    assert!(findings.broken.is_empty(), "{}", findings.broken.join("\n"));
    assert!(findings.tried >= 100, "only {} answers were played", findings.tried);
}

#[tokio::test]
async fn smartcv_keeps_every_rule() {
    let findings = findings(common::smartcv::subject()).await;
    assert!(findings.broken.is_empty(), "{}", findings.broken.join("\n"));
    assert!(findings.tried >= 100, "only {} answers were played", findings.tried);
}

#[tokio::test]
async fn burncloud_keeps_every_rule() {
    let findings = findings(common::burncloud::subject(common::burncloud::by_cookie())).await;
    assert!(findings.broken.is_empty(), "{}", findings.broken.join("\n"));
    assert!(findings.tried >= 100, "only {} answers were played", findings.tried);
}

#[tokio::test]
async fn burncloud_keeps_every_rule_with_an_access_token_of_the_third_generation() {
    let findings = findings(common::burncloud::subject(common::burncloud::by_token("g3"))).await;
    assert!(findings.broken.is_empty(), "{}", findings.broken.join("\n"));
    assert!(findings.tried >= 100, "only {} answers were played", findings.tried);
}

#[tokio::test]
async fn xiaohongshu_keeps_every_rule() {
    let findings = findings(common::xiaohongshu::subject()).await;
    assert!(findings.broken.is_empty(), "{}", findings.broken.join("\n"));
    assert!(findings.tried >= 100, "only {} answers were played", findings.tried);
}
