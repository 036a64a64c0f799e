//! The packages of the workspace that users get.

/// The package whose library is the plugin.
pub const PLUGIN: &str = "continuo-plugin";
/// The packages that are shipped: the plugin and the command line.
pub const PACKAGES: [&str; 2] = [PLUGIN, "continuo-cli"];
/// The feature that adds the standalone program.
pub const STANDALONE: &str = "continuo-plugin/standalone";
/// The plugins' name.
pub const NAME: &str = "Continuo";
