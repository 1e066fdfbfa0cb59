//! Names of records that people and scripts may see. Internal record ids of the vault are something else.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A string that is not an id: empty, longer than 64 characters, or with a character other than letters,
/// digits, `_` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id: use 1 to 64 letters, digits, '_' or '-'")]
pub struct InvalidId;

fn check(text: &str) -> Result<(), InvalidId> {
    let fits = (1..=64).contains(&text.len());
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if fits && plain { Ok(()) } else { Err(InvalidId) }
}

/// Crockford-like base 32 without vowels that spell words, lower case.
const ALPHABET: &[u8; 32] = b"0123456789bcdfghjkmnpqrstvwxyzae";

fn encode(prefix: &str, entropy: [u8; 10]) -> String {
    let mut bits = entropy.iter().fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
    let mut text = [b'0'; 16];
    for slot in text.iter_mut().rev() {
        *slot = ALPHABET[(bits & 31) as usize];
        bits >>= 5;
    }
    format!("{prefix}{}", String::from_utf8_lossy(&text))
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// A fresh id out of 80 random bits.
            pub fn from_entropy(entropy: [u8; 10]) -> Self {
                Self(encode($prefix, entropy))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                check(text)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                check(&text)?;
                Ok(Self(text))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

id!(
    /// An account's public id, `acc_…`.
    AccountId, "acc_"
);
id!(
    /// A pool's public id, `pool_…`.
    PoolId, "pool_"
);
id!(
    /// One login under way, `sess_…` (the `session_id` of the API).
    LoginId, "sess_"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_carry_their_prefix_and_all_their_entropy() {
        assert_eq!(AccountId::from_entropy([0; 10]).as_str(), "acc_0000000000000000");
        assert_eq!(AccountId::from_entropy([255; 10]).as_str(), "acc_eeeeeeeeeeeeeeee");
        let mut entropy = [0; 10];
        for bit in 0..80 {
            entropy[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(PoolId::from_entropy(entropy), PoolId::from_entropy([0; 10]));
            entropy[bit / 8] ^= 1 << (bit % 8);
        }
    }

    #[test]
    fn foreign_ids_are_accepted_when_plain() {
        assert!("acc_123456".parse::<AccountId>().is_ok());
        for bad in ["", "a b", "../x", "ä", &"x".repeat(65)] {
            assert!(bad.parse::<AccountId>().is_err(), "{bad}");
        }
    }
}
