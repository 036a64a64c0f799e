//! The hosts that the help page knows, and which of them runs this plugin.

/// A host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Host {
    /// Bitwig Studio.
    Bitwig,
    /// Reaper.
    Reaper,
    /// Ardour.
    Ardour,
    /// Qtractor.
    Qtractor,
    /// Carla.
    Carla,
    /// Ableton Live.
    Live,
    /// FL Studio.
    FlStudio,
    /// Logic Pro.
    Logic,
    /// Cubase, and Nuendo.
    Cubase,
    /// Studio One.
    StudioOne,
    /// The program without a host.
    Standalone,
    /// One that is not known.
    #[default]
    Other,
}

impl Host {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 12] = [
        Self::Bitwig,
        Self::Reaper,
        Self::Ardour,
        Self::Qtractor,
        Self::Carla,
        Self::Live,
        Self::FlStudio,
        Self::Logic,
        Self::Cubase,
        Self::StudioOne,
        Self::Standalone,
        Self::Other,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bitwig => "Bitwig Studio",
            Self::Reaper => "Reaper",
            Self::Ardour => "Ardour",
            Self::Qtractor => "Qtractor",
            Self::Carla => "Carla",
            Self::Live => "Ableton Live",
            Self::FlStudio => "FL Studio",
            Self::Logic => "Logic Pro",
            Self::Cubase => "Cubase",
            Self::StudioOne => "Studio One",
            Self::Standalone => "without a DAW",
            Self::Other => "another DAW",
        }
    }

    /// The host that runs this plugin, as far as the running program's name tells.
    pub fn at_hand(is_standalone: bool) -> Self {
        if is_standalone {
            return Self::Standalone;
        }
        let program = std::env::current_exe().unwrap_or_default();
        Self::of_program(&program.to_string_lossy())
    }

    /// The host whose program has this path. Some hosts run plugins in helper programs, which lie in their folders.
    fn of_program(path: &str) -> Self {
        let path = path.to_lowercase();
        let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
        // Short names are compared with the file's only: folders may contain them by chance.
        let named = |name: &str| file == name || file.strip_suffix(".exe") == Some(name);
        let known = [
            ("bitwig", Self::Bitwig),
            ("reaper", Self::Reaper),
            ("ardour", Self::Ardour),
            ("qtractor", Self::Qtractor),
            ("carla", Self::Carla),
            ("ableton", Self::Live),
            ("fl studio", Self::FlStudio),
            ("logic pro", Self::Logic),
            ("cubase", Self::Cubase),
            ("nuendo", Self::Cubase),
            ("studio one", Self::StudioOne),
        ];
        match file {
            _ if named("fl64") || named("fl") => Self::FlStudio,
            _ if named("live") => Self::Live,
            _ => known.into_iter().find(|(word, _)| path.contains(word)).map(|(_, host)| host).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_by_its_program() {
        for (path, host) in [
            ("/opt/bitwig-studio/bin/BitwigPluginHost-X64-SSE41", Host::Bitwig),
            ("/home/me/opt/REAPER/reaper", Host::Reaper),
            ("/usr/lib/ardour7/ardour-7.3.0", Host::Ardour),
            ("/usr/bin/qtractor", Host::Qtractor),
            ("/usr/lib/carla/carla-bridge-native", Host::Carla),
            ("C:\\ProgramData\\Ableton\\Live 12 Suite\\Program\\Ableton Live 12 Suite.exe", Host::Live),
            ("/Applications/Ableton Live 12 Suite.app/Contents/MacOS/Live", Host::Live),
            ("C:\\Program Files\\Image-Line\\FL Studio 2024\\FL64.exe", Host::FlStudio),
            ("/Applications/Logic Pro.app/Contents/MacOS/Logic Pro", Host::Logic),
            ("C:\\Program Files\\Steinberg\\Cubase 13\\Cubase13.exe", Host::Cubase),
            ("C:\\Program Files\\PreSonus\\Studio One 6\\Studio One.exe", Host::StudioOne),
            ("/home/olive/bin/oliver", Host::Other),
            ("", Host::Other),
        ] {
            assert_eq!(Host::of_program(path), host, "{path}");
        }
        assert_eq!(Host::at_hand(true), Host::Standalone);
    }
}
