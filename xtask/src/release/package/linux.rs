//! The `.tar.xz` for Linux: to be unpacked and installed for one user.

use super::{contents::Contents, parts::Parts};
use anyhow::Result;

/// What it holds, in a folder of the package's name.
pub fn contents(parts: &Parts) -> Result<Contents> {
    let name = parts.name();
    let mut contents = Contents::default();
    contents.text(&format!("{name}/README.txt"), &readme(parts));
    contents.script(&format!("{name}/install.sh"), include_str!("texts/install.sh"));
    contents.script(&format!("{name}/uninstall.sh"), include_str!("texts/uninstall.sh"));
    contents.copy(&parts.programs.clap, &format!("{name}/Continuo.clap"))?;
    contents.folder(&parts.programs.vst3, &format!("{name}/Continuo.vst3"))?;
    contents.program(&parts.programs.command_line, &format!("{name}/continuo"))?;
    if let Some(library) = parts.library {
        let file = library.file_name().unwrap_or_default().to_string_lossy();
        contents.copy(library, &format!("{name}/{file}"))?;
    }
    parts.licences(&mut contents, &format!("{name}/"))?;
    Ok(contents)
}

fn readme(parts: &Parts) -> String {
    include_str!("texts/README-linux.txt").replace("VERSION", parts.version)
}
