//! The system's name, and the variables that Continuo reads.

use std::env;

/// The system's name and version as people know them; without a version where it cannot be asked.
pub fn name() -> String {
    version().unwrap_or_else(|| env::consts::OS.to_owned())
}

#[cfg(target_os = "linux")]
fn version() -> Option<String> {
    let text = std::fs::read_to_string("/etc/os-release").ok()?;
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    Some(format!("{}, Linux {}", pretty_name(&text)?, kernel.trim()))
}

#[cfg(target_os = "macos")]
fn version() -> Option<String> {
    let text = std::fs::read_to_string("/System/Library/CoreServices/SystemVersion.plist").ok()?;
    Some(format!("macOS {}", product_version(&text)?))
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn version() -> Option<String> {
    let output = std::process::Command::new("cmd").args(["/d", "/c", "ver"]).output().ok()?;
    let shown = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (!shown.is_empty()).then_some(shown)
}

/// The system's name in `/etc/os-release`.
#[cfg(any(target_os = "linux", test))]
fn pretty_name(text: &str) -> Option<&str> {
    let value = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(value.trim().trim_matches(['"', '\'']))
}

/// The system's version in macOS's property list.
#[cfg(any(target_os = "macos", test))]
fn product_version(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("<key>ProductVersion</key>")?;
    Some(rest.split_once("<string>")?.1.split_once("</string>")?.0.trim())
}

/// The environment variables that begin as Continuo's do, and those that move the folders of plugins, with their values.
pub fn variables() -> Vec<(String, String)> {
    let ours = |name: &str| name.starts_with("CONTINUO_") || matches!(name, "CLAP_PATH" | "VST3_PATH" | "NICE_LOG");
    let mut found: Vec<(String, String)> = env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .filter(|(name, _)| ours(name))
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_own_files_are_read() {
        let linux = "NAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n";
        assert_eq!(pretty_name(linux), Some("Debian GNU/Linux 12 (bookworm)"));
        assert_eq!(pretty_name("ID=arch\n"), None);
        let mac = "<dict>\n<key>ProductName</key>\n<string>macOS</string>\n<key>ProductVersion</key>\n\t<string>15.1</string>";
        assert_eq!(product_version(mac), Some("15.1"));
    }
}
