//! A platform's own words, made fit to be shown and stored.

/// The most characters of a platform's message that are kept.
const LIMIT: usize = 200;
/// A run of token characters this long is taken for a secret.
const TOKEN: usize = 20;

/// The platform's message in at most 200 characters, on one line, without anything that looks like a token: a
/// message may echo what was sent.
///
/// ```
/// let said = roster_platform::words("bad token 0123456789abcdef0123456789abcdef\n请重试");
/// assert_eq!(said, "bad token … 请重试");
/// ```
pub fn words(message: &str) -> String {
    let mut kept = String::new();
    for word in message.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !kept.is_empty() {
            kept.push(' ');
        }
        push_without_tokens(&mut kept, word);
    }
    match kept.char_indices().nth(LIMIT) {
        Some((end, _)) => kept[..end].to_owned(),
        None => kept,
    }
}

fn push_without_tokens(kept: &mut String, word: &str) {
    let mut run = String::new();
    for c in word.chars() {
        if c.is_ascii_alphanumeric() || "%-_=+*.~/|:".contains(c) {
            run.push(c);
        } else {
            flush(kept, &mut run);
            kept.push(c);
        }
    }
    flush(kept, &mut run);
}

fn flush(kept: &mut String, run: &mut String) {
    if run.len() >= TOKEN {
        kept.push('…');
    } else {
        kept.push_str(run);
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stays_readable_and_loses_its_tokens() {
        assert_eq!(words("请求过于频繁，请稍后再试"), "请求过于频繁，请稍后再试");
        assert_eq!(words("request was banned"), "request was banned");
        let echoed = words("cookie SESSDATA=0a1b2c3d%2C1805552000%2C9f8e7%2A91 refused");
        assert_eq!(echoed, "cookie … refused");
        assert_eq!(words(&"长".repeat(500)).chars().count(), 200);
    }

    proptest::proptest! {
        #[test]
        fn the_result_is_short_and_on_one_line(text in "\\PC{0,600}") {
            let kept = words(&text);
            proptest::prop_assert!(kept.chars().count() <= 200);
            proptest::prop_assert!(!kept.chars().any(char::is_control));
        }
    }
}
