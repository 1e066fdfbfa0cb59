//! The rules of ARCHITECTURE.md that a machine can check: who may use whom, what has one home, how long a file
//! may get, and what may not stand in the repository at all.

#![allow(clippy::expect_used, reason = "what these read is the repository itself; without it there is nothing to test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

/// Which of our crates each crate may use, and which outside crates it must never use.
/// `ours` of `None` means: all of them.
struct Rule {
    krate: &'static str,
    ours: Option<&'static [&'static str]>,
    never: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule { krate: "roster-domain", ours: Some(&[]), never: &["tokio", "reqwest", "sled", "tauri", "axum"] },
    Rule { krate: "roster-vault", ours: Some(&["roster-domain"]), never: &["reqwest", "tauri", "axum"] },
    Rule { krate: "roster-platform", ours: Some(&["roster-domain"]), never: &["sled", "aes-gcm", "argon2", "tauri"] },
    Rule {
        krate: "roster-platforms",
        ours: Some(&["roster-platform", "roster-domain"]),
        never: &["reqwest", "sled", "aes-gcm", "argon2", "tauri"],
    },
    Rule {
        krate: "roster-engine",
        ours: Some(&["roster-domain", "roster-vault", "roster-platform"]),
        never: &["tauri", "axum", "reqwest", "sled", "aes-gcm", "argon2"],
    },
    Rule {
        krate: "roster-api",
        ours: Some(&["roster-engine", "roster-domain"]),
        never: &["tauri", "sled", "aes-gcm", "argon2", "reqwest"],
    },
    // A stand-in that shares types with its client tests nothing.
    Rule { krate: "roster-sandbox", ours: Some(&[]), never: &["tauri", "sled", "aes-gcm", "argon2"] },
    Rule { krate: "roster-fuzz", ours: Some(&["roster-vault"]), never: &["tokio", "tauri", "sled"] },
    Rule { krate: "roster", ours: None, never: &["sled", "aes-gcm", "argon2", "reqwest"] },
    Rule { krate: "roster-tests", ours: None, never: &["sled", "aes-gcm", "argon2"] },
    Rule { krate: "xtask", ours: Some(&[]), never: &["tokio", "tauri", "sled"] },
];

/// Words that stand in one folder and nowhere else in Rust code.
const ONE_HOME: &[(&str, &str)] = &[
    ("sled::", "crates/vault/src"),
    ("aes_gcm::", "crates/vault/src"),
    ("argon2::", "crates/vault/src"),
    ("reqwest::", "crates/platform/src"),
    ("tauri::", "src-tauri"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the root").to_path_buf()
}

fn metadata() -> serde_json::Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
}

/// Normal and build dependencies by crate; what only tests use is free.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let used = package["dependencies"].as_array().expect("dependencies");
            let used = used.iter().filter(|dependency| dependency["kind"] != "dev");
            let names = used.filter_map(|dependency| dependency["name"].as_str().map(str::to_owned));
            (package["name"].as_str().expect("name").to_owned(), names.collect())
        })
        .collect()
}

/// Every file git knows or would add, as (path from the root, text). Pictures and other binaries are left out.
fn files() -> Vec<(String, String)> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(root())
        .output()
        .expect("git runs");
    assert!(output.status.success(), "the test needs the git checkout");
    let names = String::from_utf8(output.stdout).expect("file names are UTF-8");
    names
        .split('\0')
        .filter(|name| !name.is_empty())
        .filter_map(|name| Some((name.to_owned(), std::fs::read_to_string(root().join(name)).ok()?)))
        .collect()
}

fn ends_in(path: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| path.ends_with(ending))
}

#[test]
fn every_crate_uses_only_what_it_may() {
    let dependencies = dependencies();
    let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.krate).collect();
    let found: BTreeSet<&str> = dependencies.keys().map(String::as_str).collect();
    assert_eq!(known, found, "the table has a rule for every crate and no other");

    for rule in RULES {
        let used = &dependencies[rule.krate];
        for name in used.iter().map(String::as_str) {
            let is_ours = known.contains(name);
            let allowed = rule.ours.is_none_or(|ours| ours.contains(&name));
            assert!(!is_ours || allowed, "{} must not use {name}", rule.krate);
            assert!(!rule.never.contains(&name), "{} must not use {name}", rule.krate);
        }
    }
}

#[test]
fn dangerous_crates_have_one_home() {
    for (path, text) in files() {
        if !path.ends_with(".rs")
            || path.starts_with("tests/")
            || path.contains("/tests/")
            || path.contains("/benches/")
        {
            continue;
        }
        for (word, home) in ONE_HOME {
            let code = text.lines().map(|line| line.split("//").next().unwrap_or_default());
            let stands = code.into_iter().any(|line| {
                line.match_indices(word).any(|(at, _)| {
                    let before = line[..at].chars().next_back();
                    before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':')
                })
            });
            assert!(!stands || path.starts_with(home), "{path} names {word}, which lives in {home}");
        }
    }
}

#[test]
fn one_file_names_sled() {
    let naming: Vec<String> = files()
        .into_iter()
        .filter(|(path, _)| path.starts_with("crates/vault/src") && path.ends_with(".rs"))
        .filter(|(_, text)| text.lines().any(|line| line.split("//").next().unwrap_or_default().contains("sled::")))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(naming.len(), 1, "exactly one file names sled: {naming:?}");
}

#[test]
fn files_stay_readable_in_one_sitting() {
    let generated = ["schema.d.ts", "openapi.json"];
    let mut too_long = Vec::new();
    for (path, text) in files() {
        let limit = if ends_in(&path, &[".svelte"]) { 300 } else { 500 };
        let counts = ends_in(&path, &[".rs", ".svelte", ".ts"]) && !ends_in(&path, &generated);
        if counts && text.lines().count() > limit {
            too_long.push(format!("{path}: {} lines, at most {limit}", text.lines().count()));
        }
    }
    assert!(too_long.is_empty(), "split by the question each part answers:\n{}", too_long.join("\n"));
}

#[test]
fn the_ui_keeps_its_tiers() {
    for (path, text) in files() {
        if !path.starts_with("ui/src/") || !ends_in(&path, &[".ts", ".svelte"]) {
            continue;
        }
        let imports: Vec<&str> = text
            .lines()
            .filter(|line| line.contains("import") && (line.contains("from") || line.contains('(')))
            .collect();
        if !path.starts_with("ui/src/lib/host/") {
            let tauri = imports.iter().find(|line| line.contains("@tauri-apps/"));
            assert!(tauri.is_none(), "{path} imports {tauri:?}; only lib/host may");
        }
        if path.starts_with("ui/src/lib/components/shared/") {
            let above = imports.iter().find(|line| {
                line.contains("$lib/") && !line.contains("$lib/components/shared") && !line.contains("$lib/i18n")
            });
            assert!(above.is_none(), "{path} imports {above:?}; shared components know no domain, state or host");
        }
    }
}

/// Services of one house that share their code or a login: each may be mentioned in the other's places.
const SISTERS: &[[&str; 2]] = &[["jimeng", "dreamina"], ["jimeng", "douyin"]];

/// Where a platform may be mentioned by name. Everything else in the code works from its descriptor.
#[test]
fn a_platform_is_named_in_its_own_places_only() {
    let homes = |id: &str| {
        [
            format!("crates/platforms/src/{id}/"),
            format!("crates/sandbox/src/{id}/"),
            format!("ui/src/lib/platforms/{id}/"),
            String::from("tests/"),
            String::from("crates/platforms/tests/"),
            String::from("crates/sandbox/tests/"),
            String::from("ui/tests/"),
            String::from("ui/src/lib/testing/"),
        ]
    };
    // One registration line each.
    let registers = ["crates/platforms/src/lib.rs", "crates/sandbox/src/lib.rs", "crates/sandbox/src/platform.rs"];
    let root = root();
    let folders = std::fs::read_dir(root.join("crates/platforms/src")).expect("the adapters' folder");
    let ids: Vec<String> = folders
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join("mod.rs").is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    assert!(ids.len() >= 2, "the adapters are folders: {ids:?}");

    let mut strays = Vec::new();
    for (path, text) in files() {
        if !ends_in(&path, &[".rs", ".ts", ".svelte"]) || path.ends_with("schema.d.ts") {
            continue;
        }
        for id in &ids {
            let sisters = SISTERS.iter().filter(|pair| pair.contains(&id.as_str())).flatten().copied();
            let mut at_home = sisters.chain([id.as_str()]).flat_map(homes);
            if at_home.any(|home| path.starts_with(&home)) {
                continue;
            }
            // Examples in documentation and unit tests below the code are no logic.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let lines: Vec<usize> = code
                .lines()
                .enumerate()
                .filter(|(_, line)| !line.contains("(example = "))
                .filter(|(_, line)| line.split("//").next().unwrap_or_default().to_lowercase().contains(id.as_str()))
                .map(|(number, _)| number + 1)
                .collect();
            let allowed = if registers.contains(&path.as_str()) { 1 } else { 0 };
            if lines.len() > allowed && !path.contains("/tests") && !path.contains(".test.") {
                strays.push(format!("{path}:{lines:?} names {id}"));
            }
        }
    }
    assert!(strays.is_empty(), "only a platform's own places may name it:\n{}", strays.join("\n"));
}

#[test]
fn nothing_of_one_machine_or_of_how_it_was_made_is_in_the_repository() {
    // Put together here so that this file does not find itself.
    let words: Vec<String> = [
        ["/wor", "k/"],
        ["/far", "m/"],
        ["/roo", "t/."],
        ["bash_", "jobs"],
        ["shared/", "design"],
        ["shared/", "protocols"],
        ["shared/", "spec"],
        ["registry.npm", "mirror"],
        ["Co-Authored", "-By"],
    ]
    .iter()
    .map(|parts| parts.concat())
    .collect();
    let mut found = Vec::new();
    for (path, text) in files() {
        for word in &words {
            if text.contains(word.as_str()) {
                found.push(format!("{path} contains {word}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn errors_have_types() {
    for (path, text) in files() {
        let checked = path.ends_with(".rs") && (path.starts_with("crates/") || path.starts_with("src-tauri/"));
        if !checked || path.starts_with("crates/xtask/") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            assert!(
                !(code.contains("Result<") && code.contains(", String>")) || code.contains("Map<"),
                "{path}:{} returns a string as an error",
                number + 1
            );
            for word in ["todo!(", "unimplemented!("] {
                assert!(!code.contains(word), "{path}:{} is unfinished", number + 1);
            }
        }
    }
}
