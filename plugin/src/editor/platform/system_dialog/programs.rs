//! The programs of Linux desktops that show a file dialog.

use super::{Answer, PathKind};
use std::{
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// An open dialog. Dropping it closes it.
pub struct SystemDialog(Child);

impl SystemDialog {
    /// Opens a dialog that starts at a path. `None` if the system has no such program.
    pub fn open(kind: PathKind, path: &Path) -> Option<Self> {
        [gnome(kind, path), plasma(kind, path)].into_iter().find_map(|mut program| {
            program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
            program.spawn().ok().map(Self)
        })
    }

    /// The state of the dialog. Does not wait.
    pub fn answer(&mut self) -> Answer {
        let status = match self.0.try_wait() {
            Ok(Some(status)) => status,
            Ok(None) => return Answer::Waiting,
            // Its state is unknown, so treat it as closed.
            Err(_) => return Answer::Cancelled,
        };
        let mut path = String::new();
        let read = self.0.stdout.take().map(|mut output| output.read_to_string(&mut path));
        let path = path.trim_end_matches('\n');
        let chosen = status.success() && matches!(read, Some(Ok(_))) && !path.is_empty();
        if chosen { Answer::Chosen(PathBuf::from(path)) } else { Answer::Cancelled }
    }
}

impl Drop for SystemDialog {
    fn drop(&mut self) {
        // It may be closed already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn gnome(kind: PathKind, path: &Path) -> Command {
    let mut program = Command::new("zenity");
    program.args(["--file-selection", "--title=Continuo", "--filename"]).arg(path);
    match kind {
        PathKind::NewFile => program.args(["--save", "--confirm-overwrite"]),
        PathKind::Folder => program.arg("--directory"),
        PathKind::SoundFont => program.arg("--file-filter=*.sf2 *.SF2"),
        PathKind::ExistingFile => program.arg("--file-filter=*.mid *.midi *.smf *.kar *.rmi"),
    };
    program
}

fn plasma(kind: PathKind, path: &Path) -> Command {
    let mut program = Command::new("kdialog");
    match kind {
        PathKind::NewFile => program.arg("--getsavefilename").arg(path).arg("*.mid *.midi"),
        PathKind::Folder => program.arg("--getexistingdirectory").arg(path),
        PathKind::SoundFont => program.arg("--getopenfilename").arg(path).arg("*.sf2 *.SF2"),
        PathKind::ExistingFile => program.arg("--getopenfilename").arg(path).arg("*.mid *.midi *.smf *.kar *.rmi"),
    };
    program
}
