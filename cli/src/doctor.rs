//! `continuo doctor`: what a bug report needs, what is wrong, and what to do.
//!
//! Reads files and loads the model as `arrange` does. It changes nothing, and loads the installed plugins in processes of
//! their own ([`loading`]): a plugin that crashes shows as a problem.

mod loading;
mod plugin_folders;
mod plugins;
mod problem;
mod program_file;
mod report;
mod setup;
mod system;

use crate::{arguments::DoctorArguments, failure::Failure};
use plugin_folders::PluginFolder;
use report::Report;
use setup::Setup;
use std::{env, path::PathBuf};

pub fn run(arguments: &DoctorArguments) -> Result<String, Failure> {
    if let Some(plugin) = &arguments.load {
        return loading::load(plugin).map(|()| String::new());
    }
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let folders = PluginFolder::of_system(env::consts::OS, home().as_deref(), &variable);
    let report = Report {
        program: env::current_exe().map_err(|error| error.to_string()),
        system: system::name(),
        variables: system::variables(),
        setup: Setup::examine(&arguments.model),
        folders: plugins::examine(folders),
    };
    Ok(if arguments.report.json { report.json() } else { report.text() })
}

/// The user's folder.
fn home() -> Option<PathBuf> {
    env::home_dir().filter(|home| !home.as_os_str().is_empty())
}
