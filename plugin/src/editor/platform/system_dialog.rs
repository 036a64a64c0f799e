//! The desktop's own file dialog: a program beside the host, so that no toolkit comes into the host's process.

use crate::editor::files::dialog::Purpose;
use std::{
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// What came of a dialog.
pub enum Answer {
    /// It is open still.
    Waiting,
    /// It was closed without a choice.
    Nothing,
    /// This was chosen.
    Path(PathBuf),
}

/// An open dialog. Dropping it closes it.
pub struct SystemDialog(Child);

impl SystemDialog {
    /// Asks for a path, beginning at one. `None` where there is no such program; so far only Linux desktops have one.
    pub fn open(purpose: Purpose, path: &Path) -> Option<Self> {
        [gnome(purpose, path), plasma(purpose, path)].into_iter().find_map(|mut program| {
            program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
            program.spawn().ok().map(Self)
        })
    }

    /// What came of it so far. Does not wait.
    pub fn answer(&mut self) -> Answer {
        let status = match self.0.try_wait() {
            Ok(Some(status)) => status,
            Ok(None) => return Answer::Waiting,
            // It cannot be watched: as good as closed.
            Err(_) => return Answer::Nothing,
        };
        let mut path = String::new();
        let read = self.0.stdout.take().map(|mut output| output.read_to_string(&mut path));
        let path = path.trim_end_matches('\n');
        let chosen = status.success() && matches!(read, Some(Ok(_))) && !path.is_empty();
        if chosen { Answer::Path(PathBuf::from(path)) } else { Answer::Nothing }
    }
}

impl Drop for SystemDialog {
    fn drop(&mut self) {
        // It may be closed already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn gnome(purpose: Purpose, path: &Path) -> Command {
    let mut program = Command::new("zenity");
    program.args(["--file-selection", "--title=Continuo", "--filename"]).arg(path);
    match purpose {
        Purpose::Save(_) => program.args(["--save", "--confirm-overwrite"]),
        Purpose::Folder => program.arg("--directory"),
        Purpose::Open | Purpose::Style => program.arg("--file-filter=*.mid *.midi *.smf"),
    };
    program
}

fn plasma(purpose: Purpose, path: &Path) -> Command {
    let mut program = Command::new("kdialog");
    match purpose {
        Purpose::Save(_) => program.arg("--getsavefilename").arg(path).arg("*.mid *.midi"),
        Purpose::Folder => program.arg("--getexistingdirectory").arg(path),
        Purpose::Open | Purpose::Style => program.arg("--getopenfilename").arg(path).arg("*.mid *.midi *.smf"),
    };
    program
}
