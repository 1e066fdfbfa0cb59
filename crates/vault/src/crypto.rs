//! The four primitives everything is made of: randomness, HMAC-SHA256, HKDF-SHA256 and AES-256-GCM.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A 256-bit key, wiped when dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// Length of an AES-GCM nonce in bytes.
pub(crate) const NONCE: usize = 12;
/// Length of an AES-GCM tag in bytes.
pub(crate) const TAG: usize = 16;

/// The sealed bytes do not belong to this key and this associated data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotAuthentic;

/// Bytes from the operating system's generator.
#[allow(
    clippy::expect_used,
    reason = "without the system's randomness nothing can be sealed, and no weaker way exists"
)]
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A fresh key.
pub(crate) fn random_key() -> Key {
    Zeroizing::new(random())
}

/// HMAC-SHA256 over the parts one after the other.
#[allow(clippy::expect_used, reason = "HMAC takes keys of every length")]
pub(crate) fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("any length is a valid HMAC key");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// HKDF-SHA256, extract and expand, to one key.
#[allow(clippy::expect_used, reason = "RFC 5869 allows 255 blocks and this asks for one")]
pub(crate) fn derive_key(salt: &[u8], ikm: &[u8], info: &[&[u8]]) -> Key {
    let mut key = Key::default();
    Hkdf::<Sha256>::new(Some(salt), ikm).expand_multi_info(info, &mut *key).expect("32 bytes are one block");
    key
}

/// Comparison whose duration says nothing about the values.
pub(crate) fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// Appends `nonce | ciphertext | tag` to `out`, under a fresh nonce.
#[allow(clippy::expect_used, reason = "AES-GCM takes up to 64 GiB at once; bodies are bounded at 16 MiB")]
pub(crate) fn seal(key: &Key, aad: &[u8], plain: &[u8], out: &mut Vec<u8>) {
    let nonce: [u8; NONCE] = random();
    out.reserve(NONCE + plain.len() + TAG);
    out.extend_from_slice(&nonce);
    let start = out.len();
    out.extend_from_slice(plain);
    let tag = Aes256Gcm::new((&**key).into())
        .encrypt_inout_detached(&Nonce::from(nonce), aad, (&mut out[start..]).into())
        .expect("within the length limits of AES-GCM");
    out.extend_from_slice(&tag);
}

/// Opens what [`seal`] made; appends the plaintext to `plain`.
pub(crate) fn open(key: &Key, aad: &[u8], sealed: &[u8], plain: &mut Zeroizing<Vec<u8>>) -> Result<(), NotAuthentic> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE>().ok_or(NotAuthentic)?;
    let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(NotAuthentic)?;
    let start = plain.len();
    if plain.capacity() - start < ciphertext.len() {
        // Growing in place would leave an unwiped copy of what is already open.
        let mut wider = Zeroizing::new(Vec::with_capacity((start + ciphertext.len()).max(2 * start)));
        wider.extend_from_slice(plain);
        *plain = wider;
    }
    plain.extend_from_slice(ciphertext);
    Aes256Gcm::new((&**key).into())
        .decrypt_inout_detached(&Nonce::from(*nonce), aad, (&mut plain[start..]).into(), &(*tag).into())
        .map_err(|_| {
            plain.truncate(start);
            NotAuthentic
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex<const N: usize>(text: &str) -> [u8; N] {
        let bytes: Vec<u8> =
            (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect();
        bytes.try_into().unwrap()
    }

    #[test]
    fn hkdf_answers_rfc_5869_case_1() {
        // Appendix A.1; one block is the first 32 of its 42 octets.
        let key =
            derive_key(&hex::<13>("000102030405060708090a0b0c"), &[0x0b; 22], &[&hex::<10>("f0f1f2f3f4f5f6f7f8f9")]);
        assert_eq!(*key, hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"));
    }

    #[test]
    fn hkdf_answers_rfc_5869_case_3() {
        // Appendix A.3: no salt, no info.
        let key = derive_key(&[], &[0x0b; 22], &[]);
        assert_eq!(*key, hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"));
    }

    #[test]
    fn hmac_answers_rfc_4231_case_2() {
        let mac = hmac(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(mac, hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    }

    #[test]
    fn aes_gcm_opens_the_known_answers_of_its_designers() {
        // McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13, 14 and 16.
        let feffe = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
        type Case = ([u8; 32], Vec<u8>, Vec<u8>, Vec<u8>);
        let cases: [Case; 3] = [
            ([0; 32], vec![], hex::<28>("000000000000000000000000530f8afbc74536b9a963b4f1c4cb738b").into(), vec![]),
            (
                [0; 32],
                vec![],
                hex::<44>("000000000000000000000000cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919").into(),
                vec![0; 16],
            ),
            (
                feffe,
                hex::<20>("feedfacedeadbeeffeedfacedeadbeefabaddad2").into(),
                hex::<88>(
                    "cafebabefacedbaddecaf888522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
                )
                .into(),
                hex::<60>(
                    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
                )
                .into(),
            ),
        ];
        for (key, aad, sealed, expected) in cases {
            let mut plain = Zeroizing::new(Vec::new());
            open(&Zeroizing::new(key), &aad, &sealed, &mut plain).unwrap();
            assert_eq!(*plain, expected);
        }
    }

    #[test]
    fn a_refused_opening_leaves_nothing_behind() {
        let key = random_key();
        let mut sealed = Vec::new();
        seal(&key, b"here", b"text", &mut sealed);
        let mut plain = Zeroizing::new(b"before".to_vec());
        assert_eq!(open(&key, b"there", &sealed, &mut plain), Err(NotAuthentic));
        assert_eq!(*plain, b"before");
        assert_eq!(open(&key, b"here", &sealed[..27], &mut plain), Err(NotAuthentic));
        open(&key, b"here", &sealed, &mut plain).unwrap();
        assert_eq!(*plain, b"beforetext");
    }
}
