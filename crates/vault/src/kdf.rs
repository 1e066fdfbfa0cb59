//! From a password to key material: Argon2id, with limits that are checked before a byte is allocated.

use argon2::{Algorithm, Argon2, Params, Version};
use roster_domain::Secret;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::crypto::Key;
use crate::error::OpenError;

/// What one guess of the password costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfParams {
    /// Memory in KiB.
    pub m_kib: u32,
    /// Passes over the memory.
    pub t: u32,
    /// Lanes.
    pub p: u32,
}

impl Default for KdfParams {
    /// 64 MiB, 3 passes, 4 lanes: the second recommendation of RFC 9106 §4, about 0.1 s on a desktop of 2026.
    fn default() -> Self {
        Self { m_kib: 64 << 10, t: 3, p: 4 }
    }
}

impl KdfParams {
    /// The weakest parameters a vault may have: 19 MiB, 2 passes, 1 lane. Quick enough for tests.
    pub const fn floor() -> Self {
        Self { m_kib: 19_456, t: 2, p: 1 }
    }

    /// The strongest parameters a vault may have: 1 GiB, 16 passes, 16 lanes. A header that asks for more wants
    /// the machine's memory, not security.
    pub const fn ceiling() -> Self {
        Self { m_kib: 1 << 20, t: 16, p: 16 }
    }

    /// Refuses parameters below the floor or above the ceiling.
    pub(crate) fn within_limits(self) -> Result<Self, OpenError> {
        let (floor, ceiling) = (Self::floor(), Self::ceiling());
        if self.weaker_than(floor) {
            return Err(OpenError::WeakKdf { found: self, needed: floor });
        }
        if self.m_kib > ceiling.m_kib || self.t > ceiling.t || self.p > ceiling.p {
            return Err(OpenError::CostlyKdf { found: self, limit: ceiling });
        }
        Ok(self)
    }

    /// Whether any of the costs is lower than the other's.
    pub(crate) fn weaker_than(self, other: Self) -> bool {
        self.m_kib < other.m_kib || self.t < other.t || self.p < other.p
    }

    /// The lower of each cost.
    pub(crate) fn at_most(self, other: Self) -> Self {
        Self { m_kib: self.m_kib.min(other.m_kib), t: self.t.min(other.t), p: self.p.min(other.p) }
    }

    /// The higher of each cost.
    pub(crate) fn at_least(self, other: Self) -> Self {
        Self { m_kib: self.m_kib.max(other.m_kib), t: self.t.max(other.t), p: self.p.max(other.p) }
    }
}

/// `Argon2id(NFKC(password), salt)`, 32 bytes. The same characters typed on two systems give the same bytes.
pub(crate) fn derive_ikm(password: &Secret<String>, salt: &[u8; 16], params: KdfParams) -> Result<Key, OpenError> {
    let params = params.within_limits()?;
    let normal = normalize(password.expose());
    #[cfg(test)]
    return tests::remembered(normal.as_bytes(), salt, params);
    #[cfg(not(test))]
    argon2id(normal.as_bytes(), salt, params)
}

fn normalize(password: &str) -> Zeroizing<String> {
    // NFKC of one character is at most 18 characters long; with the room there from the start nothing is left
    // behind by growing.
    let mut normal = Zeroizing::new(String::with_capacity(18 * 4 * password.len()));
    normal.extend(password.nfkc());
    normal
}

fn argon2id(password: &[u8], salt: &[u8], params: KdfParams) -> Result<Key, OpenError> {
    let mut ikm = Key::default();
    Params::new(params.m_kib, params.t, params.p, Some(ikm.len()))
        .and_then(|known| {
            Argon2::new(Algorithm::Argon2id, Version::V0x13, known).hash_password_into(password, salt, &mut *ikm)
        })
        .map_err(|_| OpenError::CostlyKdf { found: params, limit: KdfParams::ceiling() })?;
    Ok(ikm)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use super::*;

    /// Password, salt and costs.
    type Question = (Vec<u8>, Vec<u8>, [u32; 3]);

    /// What was derived before, for campaigns that open one vault many thousand times.
    static DERIVED: Mutex<BTreeMap<Question, [u8; 32]>> = Mutex::new(BTreeMap::new());

    pub(super) fn remembered(password: &[u8], salt: &[u8], params: KdfParams) -> Result<Key, OpenError> {
        let question = (password.to_vec(), salt.to_vec(), [params.m_kib, params.t, params.p]);
        if let Some(known) = DERIVED.lock().unwrap().get(&question) {
            return Ok(Key::new(*known));
        }
        let derived = argon2id(password, salt, params)?;
        DERIVED.lock().unwrap().insert(question, *derived);
        Ok(derived)
    }

    #[test]
    fn argon2id_answers_rfc_9106() {
        // RFC 9106 §5.3, with its secret and associated data, through the library we build on.
        let data = argon2::AssociatedData::new(&[4; 12]).unwrap();
        let params =
            argon2::ParamsBuilder::new().m_cost(32).t_cost(3).p_cost(4).data(data).output_len(32).build().unwrap();
        let argon = Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params).unwrap();
        let mut tag = [0; 32];
        argon.hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
        assert_eq!(
            tag,
            [
                0x0d, 0x64, 0x0d, 0xf5, 0x8d, 0x78, 0x76, 0x6c, 0x08, 0xc0, 0x37, 0xa3, 0x4a, 0x8b, 0x53, 0xc9, 0xd0,
                0x1e, 0xf0, 0x45, 0x2d, 0x75, 0xb6, 0x5e, 0xb5, 0x25, 0x20, 0xe9, 0x6b, 0x01, 0xe6, 0x59
            ]
        );
    }

    #[test]
    fn the_same_password_typed_on_two_systems_is_the_same() {
        for (left, right) in
            [("é", "e\u{301}"), ("Å", "\u{212b}"), ("ﬁ", "fi"), ("Ａｂ１", "Ab1"), ("가", "\u{1100}\u{1161}")]
        {
            assert_eq!(normalize(left), normalize(right));
        }
        assert_ne!(normalize("e"), normalize("é"));
    }

    #[test]
    fn normalising_the_longest_expansion_does_not_grow_the_buffer() {
        // U+FDFA expands to 18 characters, the most of all.
        let text = "\u{fdfa}".repeat(50);
        let normal = normalize(&text);
        assert!(normal.len() <= 18 * 4 * text.len());
        assert_eq!(normal.chars().count(), 18 * 50);
    }

    #[test]
    fn limits_are_checked_before_memory_is_taken() {
        let absurd = KdfParams { m_kib: u32::MAX, t: 1, p: 1 };
        assert!(matches!(absurd.within_limits(), Err(OpenError::WeakKdf { .. })), "too few passes come first");
        let absurd = KdfParams { m_kib: u32::MAX, t: 2, p: 1 };
        let found = derive_ikm(&Secret::from("x"), &[0; 16], absurd);
        assert!(matches!(found, Err(OpenError::CostlyKdf { .. })));
        let weak = KdfParams { m_kib: 19_455, ..KdfParams::floor() };
        assert!(matches!(derive_ikm(&Secret::from("x"), &[0; 16], weak), Err(OpenError::WeakKdf { .. })));
    }
}
