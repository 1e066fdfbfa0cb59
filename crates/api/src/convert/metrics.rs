//! Figures, as JSON and as Prometheus reads them.

use std::{collections::BTreeMap, fmt::Write};

use roster_engine::Metrics;

use crate::wire::metrics::{AccountFiguresView, CheckFiguresView, MemoryFiguresView, MetricsView};

impl From<Metrics> for MetricsView {
    fn from(metrics: Metrics) -> Self {
        let Metrics { checks, accounts, memory } = metrics;
        Self {
            checks: CheckFiguresView {
                total: checks.total,
                success: checks.success,
                failure: checks.total.saturating_sub(checks.success),
                mean_ms: checks.mean_ms(),
                by_reason: checks.by_reason,
                by_platform: checks.by_platform,
                by_region: checks.by_region,
            },
            accounts: AccountFiguresView {
                active: accounts.active,
                expired: accounts.expired,
                inactive: accounts.inactive,
                pending: accounts.pending,
                vip: accounts.vip,
            },
            memory: MemoryFiguresView { entries: memory.entries, hits: memory.hits, asked: memory.asked },
        }
    }
}

/// A line each; what labels hold are words of ours, ids of platforms, regions and hosts, none with a quote in it.
pub(crate) fn prometheus(view: &MetricsView) -> String {
    let (checks, accounts, memory) = (&view.checks, &view.accounts, &view.memory);
    let one = |label: &str, value: u64| BTreeMap::from([(label.to_owned(), value)]);
    let statuses = BTreeMap::from([
        (String::from("active"), accounts.active),
        (String::from("expired"), accounts.expired),
        (String::from("inactive"), accounts.inactive),
        (String::from("pending"), accounts.pending),
    ]);
    let outcomes =
        BTreeMap::from([(String::from("success"), checks.success), (String::from("failure"), checks.failure)]);
    let families: [(&str, &str, &str, &BTreeMap<String, u64>); 10] = [
        ("roster_checks_total", "counter", "outcome", &outcomes),
        ("roster_check_failures_total", "counter", "reason", &checks.by_reason),
        ("roster_checks_by_platform_total", "counter", "platform", &checks.by_platform),
        ("roster_checks_by_region_total", "counter", "region", &checks.by_region),
        ("roster_check_mean_milliseconds", "gauge", "", &one("", checks.mean_ms)),
        ("roster_accounts", "gauge", "status", &statuses),
        ("roster_accounts_vip", "gauge", "", &one("", accounts.vip)),
        ("roster_memory_entries", "gauge", "", &one("", memory.entries)),
        ("roster_memory_hits", "gauge", "", &one("", memory.hits)),
        ("roster_memory_asked", "gauge", "", &one("", memory.asked)),
    ];
    let mut text = String::new();
    for (name, kind, label, values) in families {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# TYPE {name} {kind}");
        for (value, count) in values {
            let _ = match label {
                "" => writeln!(text, "{name} {count}"),
                label => writeln!(text, "{name}{{{label}=\"{value}\"}} {count}"),
            };
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_a_line_that_prometheus_reads() {
        let mut metrics = Metrics {
            checks: roster_engine::CheckFigures { total: 3, success: 2, ..Default::default() },
            accounts: roster_engine::AccountFigures { vip: 1, ..Default::default() },
            memory: roster_engine::MemoryFigures::default(),
        };
        metrics.checks.by_reason.insert(String::from("dns"), 1);
        let text = prometheus(&metrics.into());
        for line in [
            "# TYPE roster_checks_total counter",
            "roster_checks_total{outcome=\"failure\"} 1",
            "roster_check_failures_total{reason=\"dns\"} 1",
            "roster_accounts_vip 1",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}: {text}");
        }
    }
}
