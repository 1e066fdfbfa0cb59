//! Dates as servers write them, read the tolerant way of RFC 6265 §5.1.1: `Fri, 20 Nov 2026 14:13:20 GMT`,
//! `Friday, 20-Nov-26 14:13:20 GMT`, `Fri Nov 20 14:13:20 2026` and their mixtures.

use jiff::{Timestamp, civil::date, tz::TimeZone};

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The time, if the text has a time of day, a day, a month and a year in it. Time zones are not looked at: all of
/// these dates are in UTC.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let mut found = Parts::default();
    for token in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == ':')).filter(|token| !token.is_empty()) {
        found.take(token);
    }
    let (hour, minute, second) = found.clock?;
    let year = match found.year? {
        year @ 0..=69 => year + 2000,
        year @ 70..=99 => year + 1900,
        year => year,
    };
    if year < 1601 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let day = jiff::civil::Date::new(year, found.month?, found.day?).ok()?;
    let time = date(day.year(), day.month(), day.day()).at(hour, minute, second, 0);
    TimeZone::UTC.to_timestamp(time).ok()
}

#[derive(Default)]
struct Parts {
    clock: Option<(i8, i8, i8)>,
    day: Option<i8>,
    month: Option<i8>,
    year: Option<i16>,
}

impl Parts {
    fn take(&mut self, token: &str) {
        if self.clock.is_none()
            && let Some(clock) = clock(token)
        {
            self.clock = Some(clock);
        } else if self.day.is_none() && token.len() <= 2 && token.bytes().all(|byte| byte.is_ascii_digit()) {
            self.day = token.parse().ok();
        } else if self.month.is_none()
            && let Some(month) = month(token)
        {
            self.month = Some(month);
        } else if self.year.is_none() && token.bytes().all(|byte| byte.is_ascii_digit()) && matches!(token.len(), 2 | 4)
        {
            self.year = token.parse().ok();
        }
    }
}

fn clock(token: &str) -> Option<(i8, i8, i8)> {
    let mut parts = token.split(':');
    let mut next = || parts.next()?.parse::<i8>().ok().filter(|number| *number >= 0);
    let clock = (next()?, next()?, next()?);
    parts.next().is_none().then_some(clock)
}

fn month(token: &str) -> Option<i8> {
    let head = token.get(..3)?.to_ascii_lowercase();
    let place = MONTHS.iter().position(|name| *name == head)?;
    i8::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_of_one_date_are_the_same_time() {
        for text in [
            "Fri, 20 Nov 2026 14:13:20 GMT",
            "Fri, 20-Nov-2026 14:13:20 GMT",
            "Friday, 20-Nov-26 14:13:20 GMT",
            "Fri Nov 20 14:13:20 2026",
            "Fri Nov 20 2026 14:13:20 GMT+0000",
            "20 November 2026 14:13:20",
        ] {
            assert_eq!(parse(text).map(Timestamp::as_second), Some(1_795_184_000), "{text}");
        }
        assert_eq!(parse("Sat, 20 Mar 2027 14:13:20 GMT").map(Timestamp::as_second), Some(1_805_552_000));
    }

    #[test]
    fn what_is_no_date_gives_none() {
        for text in ["", "120", "Fri, 20 Nov 2026", "Fri, 31 Feb 2026 14:13:20 GMT", "20 Nov 2026 24:00:00", "14:13:20"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text in ".{0,80}") {
            let _ = parse(&text);
        }

        #[test]
        fn a_written_time_is_read_back(second in 0_i64..7_000_000_000) {
            let time = Timestamp::from_second(second).expect("in range");
            let text = jiff::fmt::strtime::format("%a, %d %b %Y %H:%M:%S GMT", time).expect("formats");
            proptest::prop_assert_eq!(parse(&text), Some(time));
        }
    }
}
