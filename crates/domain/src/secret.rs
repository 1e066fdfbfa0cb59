//! Secrets are types: what is inside cannot be printed, serialised or compared by accident.

use std::fmt;

use zeroize::Zeroize;

/// A value that must not leave the process by accident.
///
/// It has no `Serialize` and no `Display`, its `Debug` prints `[redacted]`, and it is wiped when dropped.
/// [`Secret::expose`] is the one way in, so that every place which reads a secret can be found by name.
///
/// ```
/// let cookie = roster_domain::Secret::new(String::from("SESSDATA-value"));
/// assert_eq!(format!("{cookie:?}"), "[redacted]");
/// assert_eq!(cookie.expose(), "SESSDATA-value");
/// ```
#[derive(Clone, Default)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes the value in.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for the moment in which it is used.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl Secret<String> {
    /// A mask that lets a person tell two values apart and tells a reader of logs nothing useful:
    /// at most the first two and last two characters, and only of values of 16 characters or more.
    ///
    /// ```
    /// use roster_domain::Secret;
    /// assert_eq!(Secret::new(String::from("0a1b2c3d4e5f6a7b8c")).masked(), "0a…8c");
    /// assert_eq!(Secret::new(String::from("short")).masked(), "…");
    /// ```
    pub fn masked(&self) -> String {
        let count = self.0.chars().count();
        if count < 16 {
            return String::from("…");
        }
        let head: String = self.0.chars().take(2).collect();
        let tail: String = self.0.chars().skip(count - 2).collect();
        format!("{head}…{tail}")
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<String> for Secret<String> {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl From<&str> for Secret<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    #[allow(dead_code, reason = "only its Debug output is of interest")]
    struct Holder {
        token: Secret<String>,
        bytes: Secret<Vec<u8>>,
    }

    #[test]
    fn a_secret_inside_another_type_is_not_printed() {
        let holder = Holder { token: Secret::from("canary-token"), bytes: Secret::new(b"canary-bytes".to_vec()) };
        let printed = format!("{holder:?} {holder:#?}");
        assert!(!printed.contains("canary"), "{printed}");
    }

    #[test]
    fn a_mask_shows_at_most_four_characters() {
        for value in ["", "a", "123456789012345", "密码密码密码密码密码密码密码密码密码"] {
            let masked = Secret::from(value).masked();
            assert!(masked.chars().filter(|c| *c != '…').count() <= 4, "{masked}");
        }
    }
}
