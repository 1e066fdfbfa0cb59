//! What the platform says that each of its plans holds: to compare them, and for answers that name no limit.

/// The limits of a plan; −1 means that there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Limits {
    pub(super) resumes: i64,
    /// In a month.
    pub(super) api_requests: i64,
    pub(super) storage_bytes: i64,
    /// Which templates: `basic` or `all`.
    pub(super) templates: &'static str,
    pub(super) ai: bool,
    /// For a month, in US dollars; `None` where the price is a matter of talk.
    pub(super) price_usd: Option<f64>,
}

/// The plan that costs nothing.
pub(super) const FREE: &str = "FREE";

const MIB: i64 = 1024 * 1024;

const ALL: Limits =
    Limits { resumes: -1, api_requests: -1, storage_bytes: -1, templates: "all", ai: true, price_usd: None };

/// As the platform's documentation of 2024-12-30 has them.
pub(super) const PLANS: [(&str, Limits); 3] = [
    (
        FREE,
        Limits {
            resumes: 5,
            api_requests: 100,
            storage_bytes: 10 * MIB,
            templates: "basic",
            ai: false,
            price_usd: Some(0.0),
        },
    ),
    ("PREMIUM", Limits { api_requests: 1000, storage_bytes: 100 * MIB, price_usd: Some(29.99), ..ALL }),
    ("ENTERPRISE", ALL),
];

/// The limits of a plan by its type; `None` for one that is not known.
pub(super) fn limits(plan: &str) -> Option<Limits> {
    PLANS.iter().find(|(known, _)| plan.eq_ignore_ascii_case(known)).map(|(_, limits)| *limits)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_limits_are_those_of_the_platforms_own_table() {
        let table: Value = serde_json::from_str(include_str!("fixtures/plan-limits.json")).expect("fixture");
        let table = table.as_object().expect("plans");
        assert_eq!(table.len(), PLANS.len());
        for (plan, said) in table {
            let known = limits(plan).expect("known");
            let of = |name: &str| said[name].as_i64().expect("a limit");
            let wanted = (of("resumesLimit"), of("apiRequestsLimit"), of("storageLimit"));
            assert_eq!((known.resumes, known.api_requests, known.storage_bytes), wanted, "{plan}");
            assert_eq!((&said["templatesAccess"], &said["aiFeatures"]), (&known.templates.into(), &known.ai.into()));
        }
        assert_eq!(limits("premium"), limits("PREMIUM"));
        assert_eq!(limits("GOLD"), None);
    }
}
