//! Secrets nobody else has, and the forms in which one could lie about.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD, prelude::BASE64_URL_SAFE_NO_PAD};

/// What a canary stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The vault's password.
    Password,
    /// A cookie's value.
    Cookie,
    /// A token.
    Token,
    /// What the owner wrote about an account.
    Note,
}

/// How a text can be written down in memory or in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// As it is.
    Utf8,
    /// As scripts keep it.
    Utf16,
    /// In either alphabet, beginning anywhere in the encoded text.
    Base64,
    /// In small or capital letters.
    Hex,
    /// As in an address or a form.
    Url,
}

/// One secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// What it stands for.
    pub kind: Kind,
    /// Its text.
    pub text: String,
}

const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// `count` canaries of a kind. The same seed gives the same ones, here and in [`Canary::SCRIPT`]: a page can make
/// them by itself, so that they do not pass through the driver.
pub fn flock(kind: Kind, seed: u32, count: u32) -> Vec<Canary> {
    (0..count).map(|number| Canary { kind, text: text(kind, seed, number) }).collect()
}

fn text(kind: Kind, seed: u32, number: u32) -> String {
    let mut state = seed ^ number.wrapping_mul(0x9e37_79b9) ^ (kind as u32 + 1).wrapping_mul(0x85eb_ca6b);
    let mut word = |length: usize| -> String {
        let letter = |_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            char::from(LETTERS[(state >> 27) as usize])
        };
        (0..length).map(letter).collect()
    };
    let (first, second) = (word(14), word(14));
    match kind {
        Kind::Password => format!("{first} {second}"),
        Kind::Cookie => format!("{first}%2C{second}*"),
        Kind::Token => format!("{first}+/{second}="),
        Kind::Note => format!("{first} 笔记 {second}"),
    }
}

impl Canary {
    /// Gives a page `canary(kind, seed, number)`, with the kind's number.
    pub const SCRIPT: &'static str = r"
        const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
        window.canary = (kind, seed, number) => {
            let state = (seed ^ Math.imul(number, 0x9e3779b9) ^ Math.imul(kind + 1, 0x85ebca6b)) >>> 0;
            const word = (length) => {
                let out = '';
                for (let i = 0; i < length; i++) {
                    state = (state ^ (state << 13)) >>> 0;
                    state = (state ^ (state >>> 17)) >>> 0;
                    state = (state ^ (state << 5)) >>> 0;
                    out += letters[state >>> 27];
                }
                return out;
            };
            const [first, second] = [word(14), word(14)];
            return [`${first} ${second}`, `${first}%2C${second}*`, `${first}+/${second}=`, `${first} 笔记 ${second}`][kind];
        };";

    /// Every way in which it is looked for.
    pub fn forms(&self) -> Vec<(Form, Vec<u8>)> {
        let plain = self.text.as_bytes();
        let mut forms = vec![
            (Form::Utf8, plain.to_vec()),
            (Form::Utf16, self.text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            (Form::Hex, hex::encode(plain).into_bytes()),
            (Form::Hex, hex::encode_upper(plain).into_bytes()),
        ];
        for shift in 0..3 {
            forms.push((Form::Base64, base64_within(plain, shift, |bytes| BASE64_STANDARD_NO_PAD.encode(bytes))));
            forms.push((Form::Base64, base64_within(plain, shift, |bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes))));
        }
        let url = percent_encoded(plain);
        forms.push((Form::Url, url.replace("%20", "+").into_bytes()));
        forms.push((Form::Url, url.to_lowercase().into_bytes()));
        forms.push((Form::Url, url.into_bytes()));
        forms.retain(|(form, bytes)| *form == Form::Utf8 || bytes != plain);
        forms.sort();
        forms.dedup();
        forms
    }
}

impl fmt::Display for Canary {
    /// For messages: what it is, not what it says.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}…", self.kind, self.text.chars().take(3).collect::<String>())
    }
}

/// The part of the encoding that does not depend on what stands around it, when `shift` bytes stand before it.
fn base64_within(plain: &[u8], shift: usize, encode: impl Fn(&[u8]) -> String) -> Vec<u8> {
    let mut bytes = vec![0; shift];
    bytes.extend_from_slice(plain);
    let from = (shift * 8).div_ceil(6);
    let to = bytes.len() * 8 / 6;
    encode(&bytes).as_bytes()[from..to].to_vec()
}

fn percent_encoded(plain: &[u8]) -> String {
    let encode = |byte: &u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'*' => char::from(*byte).to_string(),
        other => format!("%{other:02X}"),
    };
    plain.iter().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canary_is_found_in_each_form_wherever_it_stands() {
        let canary = Canary { kind: Kind::Note, text: String::from("a 笔记 with + and / in it") };
        for around in ["", "x", "xy", "xyz"] {
            let whole = format!("{around}{}{around}!", canary.text);
            let encoded = [
                (Form::Base64, BASE64_STANDARD_NO_PAD.encode(&whole)),
                (Form::Base64, BASE64_URL_SAFE_NO_PAD.encode(&whole)),
                (Form::Hex, hex::encode(&whole)),
                (Form::Url, percent_encoded(whole.as_bytes())),
            ];
            for (form, text) in encoded {
                let found = canary.forms().into_iter().filter(|(of, _)| *of == form);
                let found = found.filter(|(_, bytes)| text.as_bytes().windows(bytes.len()).any(|part| part == bytes));
                assert!(found.count() > 0, "{form:?} {around:?} {text}");
            }
        }
    }

    #[test]
    fn no_two_canaries_are_alike() {
        let mut texts: Vec<_> = [Kind::Password, Kind::Cookie, Kind::Token, Kind::Note]
            .into_iter()
            .flat_map(|kind| flock(kind, 7, 60))
            .map(|canary| canary.text)
            .collect();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), 240);
    }
}
