//! The two processors, and what was built for them.

use std::{env, path::PathBuf, process::Command};

/// Names the folder with the folders `x86_64` and `aarch64`, in which the command line, the engine's program
/// `note_choices` and the runtime's library lie.
const BUILT: &str = "CONTINUO_PROCESSORS";
/// The programs there.
pub const COMMAND_LINE: &str = "continuo";
pub const CHOICES: &str = "note_choices";
/// Where Debian puts the C library for ARM.
const LIBRARIES: &str = "/usr/aarch64-linux-gnu";

/// The processor that QEMU stands in for: that of a Raspberry Pi 5. Newer ones have instructions that QEMU takes long for.
const KIND: &str = "cortex-a76";

/// The runtimes as the command line names them.
pub const RUNTIMES: [&str; 2] = ["tract", "onnxruntime"];

/// A processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processor {
    /// This machine's.
    X86,
    /// The one that QEMU stands in for.
    Arm,
}

impl Processor {
    pub const BOTH: [Self; 2] = [Self::X86, Self::Arm];

    /// As in `std::env::consts::ARCH`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::X86 => "x86_64",
            Self::Arm => "aarch64",
        }
    }

    /// A file that was built for it.
    pub fn file(self, name: &str) -> PathBuf {
        let built =
            env::var_os(BUILT).unwrap_or_else(|| panic!("{BUILT} is not set: run cargo xtask test --hosts arm"));
        PathBuf::from(built).join(self.name()).join(name)
    }

    /// A program that was built for it, without the variables of Continuo that stand in this process's environment.
    pub fn program(self, name: &str) -> Command {
        let mut command = match self {
            Self::X86 => Command::new(self.file(name)),
            Self::Arm => {
                let mut command = Command::new("qemu-aarch64");
                command.args(["-L", LIBRARIES, "-cpu", KIND]).arg(self.file(name));
                command
            }
        };
        // Cargo's folders of libraries are for this processor only.
        for name in ["CONTINUO_MODEL", "CONTINUO_ONNXRUNTIME", "CLAP_PATH", "VST3_PATH", "LD_LIBRARY_PATH"] {
            command.env_remove(name);
        }
        command
    }
}
