//! The two services and the regions in which they run: addresses, numbers and words that differ.

use jiff::tz::TimeZone;
use roster_platform::WindowPlan;

use crate::passport::CAPTCHA_HOST;

/// Which of the two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Market {
    /// Jimeng, in China.
    China,
    /// Dreamina, everywhere else.
    Abroad,
}

impl Market {
    /// The number of the application.
    pub(super) fn aid(self) -> &'static str {
        match self {
            Self::China => "513695",
            Self::Abroad => "513641",
        }
    }

    /// Where the pages and the passport are.
    pub(super) fn home(self) -> &'static str {
        match self {
            Self::China => "https://jimeng.jianying.com",
            Self::Abroad => "https://dreamina.capcut.com",
        }
    }

    /// The hosts between which a logout may lead.
    pub(super) fn hosts(self) -> &'static [&'static str] {
        match self {
            Self::China => &["jimeng.jianying.com"],
            Self::Abroad => &["dreamina.capcut.com", "www.capcut.com"],
        }
    }

    /// The domain of the session's cookies.
    pub(super) fn cookie_domain(self) -> &'static str {
        match self {
            Self::China => "jianying.com",
            Self::Abroad => "capcut.com",
        }
    }

    /// Its own pages in a window. A login goes over a page of Douyin in China, and over one of several elsewhere.
    pub(super) fn window(self) -> WindowPlan {
        let (home, allowed): (_, &[&str]) = match self {
            Self::China => (self.home(), &["jianying.com", "douyin.com", CAPTCHA_HOST]),
            Self::Abroad => (
                self.home(),
                &[
                    "capcut.com",
                    "tiktok.com",
                    "accounts.google.com",
                    "accounts.youtube.com",
                    "facebook.com",
                    "appleid.apple.com",
                ],
            ),
        };
        WindowPlan {
            login_url: format!("{home}/ai-tool/login"),
            home_url: format!("{home}/ai-tool/home"),
            allowed: allowed.iter().map(|domain| (*domain).to_owned()).collect(),
            cookie_urls: vec![format!("{home}/")],
        }
    }

    /// Where an account is of which nothing says where it is.
    pub(super) fn usual(self) -> Region {
        match self {
            Self::China => Region::Cn,
            Self::Abroad => Region::Us,
        }
    }
}

/// Where an account is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    /// China.
    Cn,
    /// The United States.
    Us,
    /// Hong Kong.
    Hk,
    /// Japan.
    Jp,
    /// Singapore, and all others.
    Sg,
}

impl Region {
    /// Those that a token may name in front of it.
    pub(super) const NAMED: [Self; 4] = [Self::Us, Self::Hk, Self::Jp, Self::Sg];

    /// Its short name, as it stands in front of a token and beside the session.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Cn => "cn",
            Self::Us => "us",
            Self::Hk => "hk",
            Self::Jp => "jp",
            Self::Sg => "sg",
        }
    }

    /// The region of a short name.
    pub(super) fn named(word: &str) -> Option<Self> {
        let all = [Self::Cn, Self::Us, Self::Hk, Self::Jp, Self::Sg];
        all.into_iter().find(|region| region.word().eq_ignore_ascii_case(word.trim()))
    }

    /// As the query writes it.
    pub(super) fn parameter(self) -> &'static str {
        match self {
            Self::Cn => "cn",
            Self::Us => "US",
            Self::Hk => "HK",
            Self::Jp => "JP",
            Self::Sg => "SG",
        }
    }

    /// Where credits and memberships are asked for.
    pub(super) fn commerce(self) -> &'static str {
        match self {
            Self::Cn => "https://jimeng.jianying.com",
            Self::Us => "https://commerce.us.capcut.com",
            Self::Hk | Self::Jp | Self::Sg => "https://commerce-api-sg.capcut.com",
        }
    }

    /// A region of the other cluster: asking the wrong one is answered with "login error". `None` where there is one
    /// cluster only.
    pub(super) fn elsewhere(self) -> Option<Self> {
        match self {
            Self::Cn => None,
            Self::Us => Some(Self::Sg),
            Self::Hk | Self::Jp | Self::Sg => Some(Self::Us),
        }
    }

    /// Language and place, as the page's own calls write them.
    pub(super) fn language(self) -> (&'static str, &'static str) {
        match self {
            Self::Cn => ("zh-Hans", "cn"),
            Self::Us => ("en", "us"),
            Self::Hk => ("en", "hk"),
            Self::Jp => ("ja", "jp"),
            Self::Sg => ("en", "sg"),
        }
    }

    /// The clock by which a day ends. China, Hong Kong, Singapore and Japan have no summer time; the cluster of the
    /// United States lies on the east coast. Rules instead of names: no time zone database is needed.
    pub(super) fn clock(self) -> Option<TimeZone> {
        let rule = match self {
            Self::Cn => "CST-8",
            Self::Hk => "HKT-8",
            Self::Sg => "<+08>-8",
            Self::Jp => "JST-9",
            Self::Us => "EST5EDT,M3.2.0,M11.1.0",
        };
        TimeZone::posix(rule).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A login in China goes over a page of Douyin, whose captchas come in a frame of the house's.
    #[test]
    fn the_window_in_china_lets_the_captcha_through() {
        assert!(Market::China.window().allowed.iter().any(|host| host == "rmc.bytedance.com"));
    }

    #[test]
    fn every_region_has_a_clock_and_a_name_that_leads_back_to_it() {
        for region in [Region::Cn, Region::Us, Region::Hk, Region::Jp, Region::Sg] {
            assert!(region.clock().is_some(), "{region:?}");
            assert_eq!(Region::named(&region.word().to_uppercase()), Some(region));
        }
        assert_eq!(Region::named("de"), None);
    }
}
