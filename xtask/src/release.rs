//! What users get: bundles, packages, licences and the way into their plugin folders.

pub mod bundle;
pub mod install;
pub mod layout;
pub mod licences;
pub mod notices;
pub mod package;
