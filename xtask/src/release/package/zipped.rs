//! The `.zip` for Windows, and for macOS: to be unpacked and installed for one user.

use super::{contents::Contents, parts::Parts};
use anyhow::Result;

/// What it holds, in a folder of the package's name.
pub fn contents(parts: &Parts) -> Result<Contents> {
    let name = parts.name();
    let is_windows = parts.target.system == "windows";
    let mut contents = Contents::default();
    let readme =
        if is_windows { include_str!("texts/README-windows.txt") } else { include_str!("texts/README-macos.txt") };
    let readme = readme.replace("VERSION", parts.version);
    if is_windows {
        // Old programs of Windows, `cmd` among them, want its line ends.
        let lines = |text: &str| text.replace('\n', "\r\n");
        contents.text(&format!("{name}/README.txt"), &lines(&readme));
        contents.text(&format!("{name}/install.cmd"), &lines(include_str!("texts/install.cmd")));
        contents.text(&format!("{name}/uninstall.cmd"), &lines(include_str!("texts/uninstall.cmd")));
    } else {
        contents.text(&format!("{name}/README.txt"), &readme);
    }
    let programs = parts.programs;
    for program in
        [Some(&programs.clap), Some(&programs.vst3), Some(&programs.command_line), programs.standalone.as_ref()]
    {
        let Some(program) = program else { continue };
        let path = format!("{name}/{}", program.file_name().unwrap_or_default().to_string_lossy());
        if program.is_dir() {
            contents.folder(program, &path)?;
        } else {
            contents.program(program, &path)?;
        }
    }
    if let Some(library) = parts.library {
        let file = library.file_name().unwrap_or_default().to_string_lossy();
        contents.copy(library, &format!("{name}/{file}"))?;
    }
    parts.licences(&mut contents, &format!("{name}/"))?;
    Ok(contents)
}
