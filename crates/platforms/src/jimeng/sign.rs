//! The checksum that the commerce service wants over each call. It is the same for everybody and proves nothing about
//! the caller: the path's end, the version and the time, between two fixed words.

use jiff::Timestamp;
use md5::{Digest, Md5};
use roster_platform::Ask;

use super::market::{Market, Region};

/// The version of the web client that the checksum names.
const VERSION: &str = "8.4.0";
const SDK: &str = "48.0.0";
/// The platform's code for the web.
const WEB: &str = "7";

/// The question with the headers that the page's own calls have.
pub(super) fn signed(ask: Ask, path: &str, (market, region): (Market, Region), now: Timestamp) -> Ask {
    let (language, place) = region.language();
    let time = now.as_second().to_string();
    ask.header("app-sdk-version", SDK)
        .header("appid", market.aid())
        .header("appvr", VERSION)
        .header("pf", WEB)
        .header("lan", language)
        .header("loc", place)
        .header("device-time", &time)
        .header("sign", &sum(path, VERSION, &time))
        .header("sign-ver", "1")
        .header("tdid", "")
}

fn sum(path: &str, version: &str, time: &str) -> String {
    let from = path.char_indices().rev().nth(6).map_or(0, |(at, _)| at);
    let text = format!("9e2c|{}|{WEB}|{version}|{time}||11ac", &path[from..]);
    hex::encode(Md5::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Captured calls, and some computed ones.
    #[test]
    fn captured_checksums_come_out_the_same() {
        for (path, version, time, expected) in [
            ("/mweb/v1/aigc_draft/generate", "8.4.0", "1790786145", "2533662377211f0653b7759901657a92"),
            ("/mweb/v1/aigc_draft/generate", "8.4.0", "1771893826", "19724735691862919106b8c4808a6ce7"),
            ("/mweb/v1/get_history", "8.4.0", "1771893831", "e689d5fa536721dee8945eaa6efb01b0"),
            ("/commerce/v1/benefits/user_credit", "5.8.0", "1733966964", "f3dbb824b378abea7c03cbb152b3a365"),
            ("/dreamina/cli/v1/dreamina_cli_login", "8.4.0", "1775340245", "313a4b30f83845c6669a6f89098373b0"),
            ("/commerce/v1/benefits/user_credit", "8.4.0", "1733966964", "15f28c457c2de3d9d24bfd9d267a5a17"),
            ("/commerce/v1/benefits/credit_receive", "8.4.0", "1733966964", "a2fe31983c18c67d85da4bd775c433a6"),
            ("/passport/account/info/v2", "8.4.0", "1733966964", "ec380f1db0bbcbe503cd2321f832c3c2"),
            ("/commerce/v1/subscription/user_info", "8.4.0", "1733966964", "468caeb8390007d4d8a68ddfc4a833b9"),
        ] {
            assert_eq!(sum(path, version, time), expected, "{path} {time}");
        }
        assert_eq!(sum("/a", VERSION, "1").len(), 32, "a short path is taken whole");
    }
}
