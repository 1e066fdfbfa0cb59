//! The words of a recovery kit: 128 random bits as twelve words of the English list of BIP-39, the last of which
//! holds a checksum.

use bip39::{Language, Mnemonic};
use roster_domain::Secret;
use zeroize::Zeroizing;

use crate::crypto;
use crate::error::OpenError;

/// How many words a kit has.
const WORDS: usize = 12;
const ENTROPY: usize = 16;
/// The longest word of the list has 8 letters.
const LONGEST: usize = WORDS * 9;

/// Why a text is not the words of any recovery kit. Nothing of the text is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// Not twelve words.
    #[error("a recovery kit has 12 words, and these are {found}")]
    Count {
        /// How many words there are.
        found: usize,
    },
    /// A word that is not in the list.
    #[error("word {index} is in no recovery kit")]
    Unknown {
        /// Which, counted from 1.
        index: usize,
    },
    /// All words are in the list, and they do not belong together: one was mistaken for another or two swapped.
    #[error("these words do not belong together")]
    Checksum,
}

/// The words of a recovery kit.
#[derive(Debug, Clone, Copy)]
pub struct RecoveryWords;

impl RecoveryWords {
    /// Twelve fresh words with one space between.
    pub fn make() -> Secret<String> {
        let entropy = Zeroizing::new(crypto::random::<ENTROPY>());
        Secret::new(text_of(&entropy))
    }

    /// The same words in small letters with one space between, when they are those of a kit.
    ///
    /// # Errors
    /// [`WordsError`] says what is wrong and where.
    pub fn check(text: &str) -> Result<Secret<String>, WordsError> {
        let entropy = entropy(text)?;
        Ok(Secret::new(text_of(&entropy)))
    }
}

/// The 16 bytes behind the words.
pub(crate) fn entropy_of(text: &str) -> Result<Zeroizing<[u8; ENTROPY]>, OpenError> {
    Ok(entropy(text)?)
}

fn entropy(text: &str) -> Result<Zeroizing<[u8; ENTROPY]>, WordsError> {
    let count = text.split_whitespace().count();
    if count != WORDS {
        return Err(WordsError::Count { found: count });
    }
    // With the room there from the start nothing is left behind by growing.
    let mut plain = Zeroizing::new(String::with_capacity(LONGEST + text.len()));
    for (index, word) in (1..).zip(text.split_whitespace()) {
        if !plain.is_empty() {
            plain.push(' ');
        }
        let start = plain.len();
        plain.extend(word.chars().map(|letter| letter.to_ascii_lowercase()));
        if Language::English.find_word(&plain[start..]).is_none() {
            return Err(WordsError::Unknown { index });
        }
    }
    let mnemonic = Mnemonic::parse_in_normalized(Language::English, &plain).map_err(|_| WordsError::Checksum)?;
    let (bytes, length) = mnemonic.to_entropy_array();
    let bytes = Zeroizing::new(bytes);
    if length != ENTROPY {
        return Err(WordsError::Count { found: count });
    }
    let mut entropy = Zeroizing::new([0; ENTROPY]);
    entropy.copy_from_slice(&bytes[..ENTROPY]);
    Ok(entropy)
}

#[allow(clippy::expect_used, reason = "BIP-39 gives words to every 16 bytes")]
fn text_of(entropy: &[u8; ENTROPY]) -> String {
    let mnemonic = Mnemonic::from_entropy_in(Language::English, entropy).expect("16 bytes are twelve words");
    let mut text = String::with_capacity(LONGEST);
    for word in mnemonic.words() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Test vectors of BIP-39 (Trezor's list), 128 bits.
    const KNOWN: [([u8; 16], &str); 3] = [
        ([0; 16], "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"),
        ([0x7f; 16], "legal winner thank year wave sausage worth useful legal winner thank yellow"),
        ([0xff; 16], "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong"),
    ];

    #[test]
    fn the_words_are_those_of_bip_39() {
        for (bytes, text) in KNOWN {
            assert_eq!(text_of(&bytes), text);
            assert_eq!(*entropy(text).unwrap(), bytes);
        }
    }

    #[test]
    fn a_kit_typed_back_is_the_same_however_it_was_typed() {
        let made = RecoveryWords::make();
        assert_ne!(made.expose(), RecoveryWords::make().expose());
        let shouted = format!("  {}\n", made.expose().to_uppercase().replace(' ', "\t  "));
        assert_eq!(RecoveryWords::check(&shouted).unwrap().expose(), made.expose());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let fault = |text: &str| RecoveryWords::check(text).unwrap_err();
        assert_eq!(fault(""), WordsError::Count { found: 0 });
        assert_eq!(fault(&"zoo ".repeat(13)), WordsError::Count { found: 13 });
        assert_eq!(fault(&KNOWN[1].1.replace("wave", "waive")), WordsError::Unknown { index: 5 });
        assert_eq!(fault(&"zoo ".repeat(12)), WordsError::Checksum);
        assert_eq!(fault(&KNOWN[1].1.replace("winner thank year", "thank winner year")), WordsError::Checksum);
    }

    proptest! {
        #[test]
        fn every_entropy_comes_back(bytes: [u8; 16]) {
            prop_assert_eq!(*entropy(&text_of(&bytes)).unwrap(), bytes);
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = RecoveryWords::check(&text);
        }
    }
}
