//! Checks that are Python programs on purpose: a second implementation of the vault's format, and a fuzzer that
//! knows the API by its description alone. Each has an environment of its own under `target`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    run,
    shell::{self, Failure},
    soak::{Outcome, watch},
};

/// Lets the independent reader open what the program writes, and the program what the reader writes.
///
/// # Errors
/// When they disagree.
pub(crate) fn vault_reader() -> Result<(), Failure> {
    let folder = shell::root().join("tests/vault_reader");
    let python = environment("vault-reader", &folder.join("requirements.txt"))?;
    shell::run(shell::cargo().args(["build", "--quiet", "--package", "roster-vault", "--example", "exchange"]))?;
    let exchange = run::program("debug", "examples/exchange");
    shell::run(shell::command(python).arg(folder.join("run.py")).arg(exchange))
}

/// The same on as much as a release build takes in its stride, with a line for the table of `cargo xtask soak`.
///
/// # Errors
/// When something is missing or cannot be built; that they disagree is in the outcome.
pub(crate) fn vault_reader_at_length() -> Result<Outcome, Failure> {
    let folder = shell::root().join("tests/vault_reader");
    let python = environment("vault-reader", &folder.join("requirements.txt"))?;
    let build = ["build", "--release", "--quiet", "--package", "roster-vault", "--example", "exchange"];
    shell::run(shell::cargo().args(build))?;
    let exchange = run::program("release", "examples/exchange");
    watch(shell::command(python).arg(folder.join("run.py")).arg(exchange), "the second reader of the vault")
}

/// Sends the running API what its description allows and what it does not.
///
/// # Errors
/// When an answer is a server error or lies outside the description.
pub(crate) fn contract() -> Result<(), Failure> {
    let folder = shell::root().join("tests/contract");
    let python = environment("contract", &folder.join("requirements.txt"))?;
    shell::run(shell::cargo().args(["build", "--quiet", "--package", "roster-tests", "--bin", "host"]))?;
    shell::run(shell::command(python).arg(folder.join("fuzz.py")).arg(run::program("debug", "host")))
}

/// The interpreter of an environment that holds exactly what `requirements` names; made when it is missing or older.
fn environment(name: &str, requirements: &Path) -> Result<PathBuf, Failure> {
    let home = shell::target_dir().join("python").join(name);
    let python = home.join("bin/python");
    let mark = home.join("installed-from.txt");
    let wanted = read(requirements)?;
    if python.is_file() && fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    shell::say(format_args!(
        "Making a Python environment with {}",
        wanted.split_whitespace().collect::<Vec<_>>().join(", ")
    ));
    shell::run(shell::command("python3").args(["-m", "venv", "--clear"]).arg(&home))?;
    let mut install = shell::command(&python);
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    shell::run(install.arg(requirements))?;
    fs::write(&mark, wanted).map_err(|source| Failure::File { path: mark, source })?;
    Ok(python)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|source| Failure::File { path: path.to_path_buf(), source })
}
