//! The ONNX Runtime libraries that may be loaded: those of the Python wheels of one version, identified by their hashes.
//!
//! Any other file is rejected before it is opened as a library, because a truncated library crashes the host. This file
//! depends on no other, so that `xtask`, which fetches the library, can include it.

/// The version of ONNX Runtime that is shipped.
pub const VERSION: &str = "1.24.4";

/// One system's library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinnedLibrary {
    /// As in `std::env::consts::OS`.
    pub system: &'static str,
    /// As in `std::env::consts::ARCH`.
    pub processor: &'static str,
    /// The wheel's platform tag, for `pip download --platform`.
    pub wheel_platform: &'static str,
    /// The library's name in the wheel's folder `onnxruntime/capi`, and beside the plugin.
    pub file: &'static str,
    /// Its SHA-256, lower-case hex.
    pub sha256: &'static str,
}

/// The libraries of all supported systems; elsewhere the built-in fallback runs.
pub const LIBRARIES: [PinnedLibrary; 5] = [
    PinnedLibrary {
        system: "linux",
        processor: "x86_64",
        wheel_platform: "manylinux_2_28_x86_64",
        file: "libonnxruntime.so.1.24.4",
        sha256: "2d518e11c7767f9fdc4413bdbeb45acf30db504ff76a82fc19d9238a3f9f6c24",
    },
    PinnedLibrary {
        system: "linux",
        processor: "aarch64",
        wheel_platform: "manylinux_2_28_aarch64",
        file: "libonnxruntime.so.1.24.4",
        sha256: "f373ae5fd4d878ed17ebea26e5480bd3d0a15e3bd6bc94b878e6c1b73998d22a",
    },
    PinnedLibrary {
        system: "macos",
        processor: "aarch64",
        wheel_platform: "macosx_14_0_arm64",
        file: "libonnxruntime.1.24.4.dylib",
        sha256: "f958c8c8f50a787f64cd13aa5f07710b97075d9869c6983dc0001d2452100eaa",
    },
    PinnedLibrary {
        system: "windows",
        processor: "x86_64",
        wheel_platform: "win_amd64",
        file: "onnxruntime.dll",
        sha256: "87da0279ab54add397fd518f7022efe8b9a89fd968669d0adff9f9f242344b6c",
    },
    PinnedLibrary {
        system: "windows",
        processor: "aarch64",
        wheel_platform: "win_arm64",
        file: "onnxruntime.dll",
        sha256: "8074abb34bee85312d49c39f1cde276d97aa5c27f5fe370727c8a46192086a0f",
    },
];

/// The library for the system that this program was built for.
pub fn for_this_system() -> Option<&'static PinnedLibrary> {
    for_system(std::env::consts::OS, std::env::consts::ARCH)
}

/// The library for a system and a processor, named as in [`std::env::consts`].
pub fn for_system(system: &str, processor: &str) -> Option<&'static PinnedLibrary> {
    LIBRARIES.iter().find(|library| library.system == system && library.processor == processor)
}
