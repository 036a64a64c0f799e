//! Hosts in Python: installs them in an environment of their own and tests with them.

use super::{cargo_test, effort::Effort};
use crate::build::{python, workspace};
use anyhow::Result;
use std::env;

/// The hosts.
const PACKAGES: [&str; 3] = ["pedalboard==0.9.26", "dawdreamer==0.9.0", "numpy==2.4.6"];

/// Skips them where there is no Python that can have them, except in CI.
pub fn run(effort: Effort) -> Result<()> {
    if !cfg!(target_os = "linux") {
        println!("Skipped: needs Linux.");
        return Ok(());
    }
    let packages = PACKAGES.map(str::to_owned);
    let interpreter = match python::environment(&workspace::target().join("python-hosts"), &packages, None) {
        Ok(interpreter) => interpreter,
        Err(error) if env::var_os("CI").is_none() => {
            println!("Skipped: needs {} ({error:#}).", PACKAGES.join(", "));
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let mut command = cargo_test::command(&["--test", "python_hosts"], &["--ignored"], effort)?;
    workspace::run(
        command.env("CONTINUO_PYTHON", interpreter).env("CONTINUO_DATA", workspace::target().join("no-data")),
    )
}
