//! Songs as sound: `--audio` and `--stems`, and `continuo render`.

use crate::{failure::Failure, progress::Progress, shared_options::ReportOptions};
use clap::Args;
use continuo_engine::storage::{self, DataFolder, Preferences, SaveError};
use continuo_music::{
    midi_file::{self, OutputFile},
    project_files::Stem,
};
use continuo_sounds::{
    Font, Performance, Stereo,
    audio_file::{AudioFileError, AudioFormat},
    loudness,
    render::{self, RenderError},
};
use serde_json::json;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Samples a second in files.
const SAMPLE_RATE: u32 = 44_100;

/// How sound is made.
#[derive(Args, Debug)]
pub struct FontOptions {
    /// Play with this SoundFont (.sf2) instead of the built-in one.
    #[arg(long, value_name = "FILE")]
    pub soundfont: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct RenderArguments {
    /// The MIDI file (type 0 or 1).
    pub input: PathBuf,
    /// The file to write, by its ending: .wav (16 bits) or .flac (24 bits).
    #[arg(short, long)]
    pub output: PathBuf,
    /// Also write each track by itself into this folder, from the song's start and as long as the song.
    #[arg(long, value_name = "FOLDER")]
    pub stems: Option<PathBuf>,
    #[command(flatten)]
    pub font: FontOptions,
    #[command(flatten)]
    pub report: ReportOptions,
}

/// The sound that is asked for, once it is known that it can be written.
pub struct WantedSound<'a> {
    audio: Option<(&'a Path, AudioFormat)>,
    stems: Option<(&'a Path, AudioFormat)>,
    font: Font,
}

/// What was written.
pub struct WrittenSound {
    /// The song and the stems.
    pub files: Vec<PathBuf>,
    /// The song's loudness in LUFS; `None` for one that is too soft or short to be measured.
    pub loudness: Option<f64>,
    /// How long it is, in seconds.
    pub seconds: f64,
}

/// Why a file of sound was not written.
enum Fault {
    Rendering(RenderError),
    Encoding(AudioFileError),
    Saving(SaveError),
}

impl From<RenderError> for Fault {
    fn from(error: RenderError) -> Self {
        Self::Rendering(error)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Rendering(error) => Self::input(&error),
            Fault::Encoding(error) => Self::input(&error),
            Fault::Saving(error) => Self::input(&error),
        }
    }
}

impl<'a> WantedSound<'a> {
    /// Checks the places before any work begins. `None` if no sound is asked for. `taken` are the files that the command
    /// reads or writes besides.
    pub fn check(
        audio: Option<&'a Path>,
        stems: Option<&'a Path>,
        font: &FontOptions,
        taken: &[&Path],
    ) -> Result<Option<Self>, Failure> {
        if audio.is_none() && stems.is_none() {
            return Ok(None);
        }
        let audio = audio.map(|path| Ok::<_, AudioFileError>((path, AudioFormat::of(path)?))).transpose();
        let audio = audio.map_err(|error| Failure::input(&error))?;
        if let Some((path, _)) = audio {
            if taken.iter().any(|other| is_same(path, other)) {
                let text =
                    format!("{} is the name of another file of this command; give the sound its own", path.display());
                return Err(Failure::input(&text));
            }
            storage::check(path).map_err(|error| Failure::input(&error))?;
        }
        let format = audio.map_or(AudioFormat::Wav, |(_, format)| format);
        if let Some(folder) = stems
            && folder.exists()
            && !folder.is_dir()
        {
            let text = format!("{} is a file; give the stems the name of a folder", folder.display());
            return Err(Failure::input(&text));
        }
        let installed = DataFolder::of_user().as_ref().and_then(Preferences::sound_font_of);
        let font =
            Font::chosen(font.soundfont.as_deref(), installed.as_deref()).map_err(|error| Failure::input(&error))?;
        Ok(Some(Self { audio, stems: stems.map(|folder| (folder, format)), font }))
    }

    /// Plays what a MIDI file with these contents holds, and writes it. Returns the stems for a project as well.
    pub fn write(&self, file: &OutputFile, place: StemPlace<'_>) -> Result<(WrittenSound, Vec<Stem>), Failure> {
        let performance = Performance::of(file);
        let rendered = render::song(&performance, &self.font, SAMPLE_RATE).map_err(Fault::from)?;
        let mut files = Vec::new();
        if let Some((path, format)) = self.audio {
            save(path, format, &rendered.sound)?;
            files.push(path.to_owned());
        }
        let mut stems = Vec::new();
        if let Some((folder, _)) = self.stems {
            fs::create_dir_all(folder)
                .map_err(|error| Failure::input(&format!("the folder {} cannot be made: {error}", folder.display())))?;
        }
        let inside = matches!(place, StemPlace::Inside);
        if self.stems.is_some() || inside {
            let format = self.stems.map(|(_, format)| format).or(self.audio.map(|(_, format)| format));
            let format = format.unwrap_or(AudioFormat::Wav);
            let (mut progress, all) = (Progress::new("stems"), performance.tracks.len());
            let mut names = BTreeSet::new();
            render::stems(&performance, &self.font, &rendered, |name, sound| {
                let file = format!("{}.{}", unused(name, &mut names), format.ending());
                let bytes = format.encode(sound).map_err(Fault::Encoding)?;
                let (name, seconds, sample_rate) = (name.to_owned(), sound.seconds(), sound.sample_rate);
                let mut stem = Stem { name, path: format!("audio/{file}"), bytes: Vec::new(), seconds, sample_rate };
                if let Some((folder, _)) = self.stems {
                    let path = folder.join(&file);
                    storage::save(&path, &bytes).map_err(Fault::Saving)?;
                    if let StemPlace::Beside(project) = place {
                        stem.path = seen_from(project, &path);
                    }
                    files.push(path);
                }
                if inside {
                    stem.bytes = bytes;
                }
                stems.push(stem);
                progress.show(names.len(), all);
                Ok::<_, Fault>(())
            })?;
        }
        let loudness = loudness::integrated(&rendered.sound);
        if matches!(place, StemPlace::Nowhere) {
            stems.clear();
        }
        Ok((WrittenSound { files, loudness, seconds: rendered.sound.seconds() }, stems))
    }
}

/// Where a project has the sound of its tracks.
#[derive(Clone, Copy)]
pub enum StemPlace<'a> {
    /// It has none.
    Nowhere,
    /// In the project's own file.
    Inside,
    /// In the files of `--stems`, which the project at this path names.
    Beside(&'a Path),
}

impl WrittenSound {
    /// The lines for people.
    pub fn lines(&self) -> Vec<String> {
        let loudness =
            self.loudness.map_or_else(|| "too soft to measure".to_owned(), |loudness| format!("{loudness:.1} LUFS"));
        let (minutes, seconds) = ((self.seconds / 60.0) as u64, self.seconds % 60.0);
        let files = self.files.iter().map(|path| format!("sound: {}", path.display()));
        files.chain([format!("sound: {minutes}:{seconds:04.1}, {loudness}")]).collect()
    }

    /// The same for programs.
    pub fn json(&self) -> serde_json::Value {
        let files: Vec<_> = self.files.iter().map(|path| path.display().to_string()).collect();
        json!({ "files": files, "loudness": self.loudness, "seconds": self.seconds })
    }
}

/// `continuo render`.
pub fn run(arguments: &RenderArguments) -> Result<String, Failure> {
    let RenderArguments { input, output, stems, font, report } = arguments;
    let in_input = |error: &dyn std::fmt::Display| Failure::input(&format!("{}: {error}", input.display()));
    let song = midi_file::read_file(input).map_err(|error| in_input(&error))?;
    let Some(wanted) = WantedSound::check(Some(output), stems.as_deref(), font, &[input])? else {
        return Err(Failure::input(&"no file to write was named"));
    };
    let (written, _) = wanted.write(&OutputFile::of_song(&song), StemPlace::Nowhere)?;
    let warnings: Vec<String> = song.warnings.iter().map(ToString::to_string).collect();
    if report.json {
        let mut json = written.json();
        json["warnings"] = json!(warnings);
        return Ok(json.to_string());
    }
    let lines = written.lines().into_iter().chain(warnings.iter().map(|warning| format!("note: {warning}")));
    Ok(lines.fold(output.display().to_string(), |text, line| format!("{text}\n  {line}")))
}

fn save(path: &Path, format: AudioFormat, sound: &Stereo) -> Result<(), Fault> {
    let bytes = format.encode(sound).map_err(Fault::Encoding)?;
    storage::save(path, &bytes).map_err(Fault::Saving)
}

/// A file's path as a project sees it: from its own folder if the file lies there, otherwise from the root.
fn seen_from(project: &Path, file: &Path) -> String {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let (project, file) = (whole(project), whole(file));
    let near = project.parent().and_then(|folder| file.strip_prefix(folder).ok());
    near.unwrap_or(&file).display().to_string()
}

/// A file name that no stem has yet, of a track's name.
fn unused(name: &str, taken: &mut BTreeSet<String>) -> String {
    let safe: String = name
        .trim()
        .chars()
        .map(|letter| if letter.is_alphanumeric() || " -_.()".contains(letter) { letter } else { '-' })
        .collect();
    let safe: String = safe.trim_matches(['.', ' ']).chars().take(80).collect();
    let safe = if safe.is_empty() { "Track".to_owned() } else { safe };
    let named = |number: u32| if number == 1 { safe.clone() } else { format!("{safe} ({number})") };
    let free =
        (1..=u32::from(u16::MAX)).map(named).find(|name| !taken.contains(&name.to_lowercase())).unwrap_or(safe.clone());
    taken.insert(free.to_lowercase());
    free
}

fn is_same(one: &Path, other: &Path) -> bool {
    one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_sees_the_files_of_its_folder_from_there() {
        let at = |path: &str| std::path::absolute(path).expect("a path").display().to_string();
        assert_eq!(
            seen_from(Path::new("a/song.rpp"), Path::new("a/stems/Bass.wav")),
            Path::new("stems/Bass.wav").display().to_string()
        );
        assert_eq!(seen_from(Path::new("a/song.rpp"), Path::new("b/Bass.wav")), at("b/Bass.wav"));
    }

    #[test]
    fn stems_have_names_that_every_system_takes_and_none_has_two() {
        let mut taken = BTreeSet::new();
        let names: Vec<_> =
            ["Bass", "bass", "a/b:c", "..", "Überchor", "Bass"].iter().map(|name| unused(name, &mut taken)).collect();
        assert_eq!(names, ["Bass", "bass (2)", "a-b-c", "Track", "Überchor", "Bass (3)"]);
    }
}
