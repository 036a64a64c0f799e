//! Where hosts look for plugins, as the formats define it.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

/// A plugin format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Clap,
    Vst3,
}

impl Format {
    pub const ALL: [Self; 2] = [Self::Clap, Self::Vst3];

    /// Its name, as people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clap => "CLAP",
            Self::Vst3 => "VST3",
        }
    }

    /// How the names of its plugins end.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Clap => "clap",
            Self::Vst3 => "vst3",
        }
    }
}

/// A folder in which hosts look for the plugins of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginFolder {
    pub format: Format,
    pub path: PathBuf,
}

impl PluginFolder {
    /// The folders of a system, named as in [`env::consts::OS`]: the user's own first. `variable` reads the environment.
    pub fn of_system(
        system: &str,
        home: Option<&Path>,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Vec<PluginFolder> {
        let mut found: Vec<PluginFolder> = Vec::new();
        for format in Format::ALL {
            // Hosts look there, too; CLAP defines it, and some hosts have it for VST3.
            let named = variable(&format!("{}_PATH", format.name()));
            let named: Vec<PathBuf> = named.iter().flat_map(env::split_paths).collect();
            for path in of_format(format, system, home, variable).into_iter().chain(named) {
                let folder = PluginFolder { format, path };
                if !folder.path.as_os_str().is_empty() && !found.contains(&folder) {
                    found.push(folder);
                }
            }
        }
        found
    }
}

fn of_format(
    format: Format,
    system: &str,
    home: Option<&Path>,
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Vec<PathBuf> {
    let name = format.name();
    match system {
        "windows" => {
            let own = variable("LOCALAPPDATA").map(|folder| PathBuf::from(folder).join("Programs").join("Common"));
            let common = variable("COMMONPROGRAMFILES").map(PathBuf::from);
            [own, common].into_iter().flatten().map(|folder| folder.join(name)).collect()
        }
        "macos" => {
            let below = |folder: &Path| folder.join("Library").join("Audio").join("Plug-Ins").join(name);
            home.into_iter().chain([Path::new("/")]).map(below).collect()
        }
        _ => {
            let own = home.map(|home| home.join(format!(".{}", format.ending())));
            let system = ["/usr/lib", "/usr/local/lib"].map(|folder| Path::new(folder).join(format.ending()));
            own.into_iter().chain(system).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(system: &str, variables: &[(&str, &str)]) -> Vec<String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(other, _)| *other == name)?;
            Some(OsString::from(found.1))
        };
        let folders = PluginFolder::of_system(system, Some(Path::new("/home/me")), &variable);
        let line = |folder: PluginFolder| format!("{} {}", folder.format.name(), folder.path.display());
        folders.into_iter().map(line).map(|line| line.replace('\\', "/")).collect()
    }

    #[test]
    fn each_system_has_the_folders_that_the_formats_define() {
        assert_eq!(
            shown("linux", &[]),
            [
                "CLAP /home/me/.clap",
                "CLAP /usr/lib/clap",
                "CLAP /usr/local/lib/clap",
                "VST3 /home/me/.vst3",
                "VST3 /usr/lib/vst3",
                "VST3 /usr/local/lib/vst3",
            ]
        );
        assert_eq!(
            shown("windows", &[("LOCALAPPDATA", "C:/me/Local"), ("COMMONPROGRAMFILES", "C:/Program Files/Common")]),
            [
                "CLAP C:/me/Local/Programs/Common/CLAP",
                "CLAP C:/Program Files/Common/CLAP",
                "VST3 C:/me/Local/Programs/Common/VST3",
                "VST3 C:/Program Files/Common/VST3",
            ]
        );
        assert_eq!(
            shown("macos", &[]),
            [
                "CLAP /home/me/Library/Audio/Plug-Ins/CLAP",
                "CLAP /Library/Audio/Plug-Ins/CLAP",
                "VST3 /home/me/Library/Audio/Plug-Ins/VST3",
                "VST3 /Library/Audio/Plug-Ins/VST3",
            ]
        );
    }

    #[test]
    fn folders_of_the_environment_come_last_and_once() {
        let both = env::join_paths(["/mine", "/usr/lib/clap"]).expect("paths").into_string().expect("text");
        let found = shown("linux", &[("CLAP_PATH", &both)]);
        assert_eq!(found[..4], ["CLAP /home/me/.clap", "CLAP /usr/lib/clap", "CLAP /usr/local/lib/clap", "CLAP /mine"]);
        assert!(found[4].starts_with("VST3"), "{found:?}");
    }
}
