//! Our own primitives against what others published: Project Wycheproof's traps for AES-256-GCM, HKDF and HMAC, and the
//! cases of RFC 5869. (RFC 9106 is answered in `kdf.rs`, next to the function it is about.)

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::crypto::{self, Key, NotAuthentic};
use crate::faults::soak;

/// A chosen part of Wycheproof, with source and licence in the file.
#[derive(Deserialize)]
struct Wycheproof {
    aes_256_gcm: Vec<Sealed>,
    hkdf_sha256: Vec<Derived>,
    hmac_sha256: Vec<Tagged>,
}

#[derive(Deserialize)]
struct Sealed {
    #[serde(rename = "tcId")]
    id: u32,
    key: String,
    iv: String,
    aad: String,
    msg: String,
    ct: String,
    tag: String,
    result: String,
}

#[derive(Deserialize)]
struct Derived {
    #[serde(rename = "tcId")]
    id: u32,
    ikm: String,
    salt: String,
    info: String,
    okm: String,
}

#[derive(Deserialize)]
struct Tagged {
    #[serde(rename = "tcId")]
    id: u32,
    key: String,
    msg: String,
    tag: String,
    result: String,
}

fn vectors() -> Wycheproof {
    serde_json::from_str(include_str!("../tests/vectors/wycheproof.json")).unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn key(text: &str) -> Key {
    Zeroizing::new(hex(text).try_into().unwrap())
}

/// How many of the cases are not answered as published; `open` is what is tried.
fn wrongly_opened(open: impl Fn(&Key, &[u8], &[u8]) -> Result<Vec<u8>, NotAuthentic>) -> Vec<u32> {
    let mut wrong = Vec::new();
    for case in vectors().aes_256_gcm {
        let sealed = [hex(&case.iv), hex(&case.ct), hex(&case.tag)].concat();
        let expected = if case.result == "valid" { Ok(hex(&case.msg)) } else { Err(NotAuthentic) };
        if open(&key(&case.key), &hex(&case.aad), &sealed) != expected {
            wrong.push(case.id);
        }
    }
    wrong
}

#[test]
fn aes_256_gcm_is_that_of_wycheproof() {
    let cases = vectors().aes_256_gcm;
    assert!(cases.len() >= 60 && cases.iter().filter(|case| case.result == "invalid").count() >= 20);
    let wrong = wrongly_opened(|key, aad, sealed| {
        let mut plain = Zeroizing::new(Vec::new());
        crypto::open(key, aad, sealed, &mut plain).map(|()| plain.to_vec())
    });
    soak::line("Wycheproof AES-256-GCM", cases.len() as u64, wrong.len() as u64, "27 of them must be refused");
    assert_eq!(wrong, Vec::<u32>::new());
}

#[test]
fn a_cipher_that_does_not_look_at_its_tag_is_noticed() {
    let wrong = wrongly_opened(|key, aad, sealed| {
        let mut plain = Zeroizing::new(Vec::new());
        // The plaintext of the case without the check: what a cipher without authentication would give.
        let opened = crypto::open(key, aad, sealed, &mut plain).map(|()| plain.to_vec());
        Ok(opened.unwrap_or_default())
    });
    assert!(wrong.len() >= 20, "{wrong:?}");
}

#[test]
fn hkdf_and_hmac_are_those_of_wycheproof() {
    let vectors = vectors();
    let mut wrong = Vec::new();
    for case in &vectors.hkdf_sha256 {
        // One block is what the vault ever asks for.
        if crypto::derive_key(&hex(&case.salt), &hex(&case.ikm), &[&hex(&case.info)])[..] != hex(&case.okm)[..32] {
            wrong.push(case.id);
        }
    }
    for case in &vectors.hmac_sha256 {
        let same = crypto::same(&crypto::hmac(&hex(&case.key), &[&hex(&case.msg)]), &hex(&case.tag));
        if same != (case.result == "valid") {
            wrong.push(case.id);
        }
    }
    let tried = vectors.hkdf_sha256.len() + vectors.hmac_sha256.len();
    soak::line("Wycheproof HKDF-SHA-256 and HMAC-SHA-256", tried as u64, wrong.len() as u64, "");
    assert_eq!(wrong, Vec::<u32>::new());
    assert!(tried > 100, "{tried}");
}

#[test]
fn hkdf_is_that_of_rfc_5869() {
    // Appendix A.1 to A.3, the cases with SHA-256; one block is the first 32 octets of each.
    let long = |from: u8| (from..=from + 0x4f).collect::<Vec<u8>>();
    let cases = [
        (
            vec![0x0b; 22],
            (0..=0x0c).collect(),
            (0xf0..=0xf9).collect(),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf",
        ),
        (long(0), long(0x60), long(0xb0), "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"),
        (vec![0x0b; 22], vec![], vec![], "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"),
    ];
    let wrong =
        cases.iter().filter(|(ikm, salt, info, okm)| crypto::derive_key(salt, ikm, &[info])[..] != hex(okm)[..]);
    let wrong = wrong.count() as u64;
    soak::line("RFC 5869 (HKDF-SHA256)", cases.len() as u64, wrong, "");
    assert_eq!(wrong, 0);
}
