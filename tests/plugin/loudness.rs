//! How loud the plugin's own sounds are over a song, while it is played.

use continuo_harness::{
    AudioSide, Format, Pace, Player, PluginHost, Tune,
    built::{RATE, instrument, pass},
    songs::{ode, of_file, tune_file},
};
use continuo_music::midi_file;
use continuo_sounds::{Stereo, loudness};
use std::{
    env, fs,
    path::{Path, PathBuf},
    thread,
};

const BLOCK: u32 = 480;
const GENRES: [&str; 9] =
    ["Pop", "Rock", "Jazz", "Folk", "Classical song", "Symphony", "Chorale", "Electronic", "Latin"];
/// The tunes in `tests/tunes`.
const TUNES: [&str; 5] = ["ode_to_joy", "greensleeves", "scarborough_fair", "five_steps", "meter_changes"];

fn new_player(host: &mut dyn PluginHost) -> Player<'_> {
    Player::new(host, RATE, BLOCK, true, Pace::Fast).expect("the plugin is activated")
}

/// The sound of a tune whose phrases the band knows, from the start of an instance that has heard nothing.
fn heard(genre: &str, tune: &Tune) -> Stereo {
    let mut host = instrument(Format::Clap);
    host.set("Genre", genre).expect("the plugin has the genre");
    {
        let mut player = new_player(&mut *host);
        pass(&mut player, tune);
        player.settle().expect("the plugin settles");
    }
    let mut sound = Stereo { sample_rate: RATE as u32, left: Vec::new(), right: Vec::new() };
    let mut keep = |audio: &dyn AudioSide, frames: usize| {
        let [left, right] = audio.heard();
        sound.left.extend_from_slice(&left[..frames]);
        sound.right.extend_from_slice(&right[..frames]);
    };
    new_player(&mut *host).pass_heard(tune, &mut keep).expect("the plugin plays");
    sound
}

/// The melody of a MIDI file.
fn tune_of(file: &Path) -> Tune {
    let song = midi_file::read(&fs::read(file).expect("the file is read")).expect("a MIDI file");
    let melody = song.melody_track(None).expect("it has a melody");
    of_file(&song, melody).expect("the melody has notes")
}

/// The loudness of a tune in each genre, in LUFS.
fn loudness_in_all_genres(name: &str, tune: &Tune) -> Vec<f64> {
    let loudness = GENRES.map(|genre| {
        let sound = heard(genre, tune);
        assert!(sound.peak() <= 0.9, "{name} in {genre} clips");
        loudness::integrated(&sound).expect("it is heard")
    });
    let figures: Vec<String> = loudness.iter().map(|loudness| format!("{loudness:6.1}")).collect();
    println!("{name:<20} {}", figures.join(" "));
    loudness.to_vec()
}

#[test]
fn a_song_is_about_as_loud_as_one_that_is_written() {
    let loudness = loudness_in_all_genres("half the ode", &ode());
    let worst = loudness.iter().map(|loudness| (loudness - loudness::TARGET).abs()).fold(0.0, f64::max);
    assert!(worst <= 1.0, "LUFS: {loudness:?}");
    // A tune that is far softer than most before the level of the song is found.
    let soft = loudness::integrated(&heard("Rock", &tune_of(&tune_file("greensleeves")))).expect("it is heard");
    assert!((soft - loudness::TARGET).abs() <= 1.0, "LUFS: {soft}");
}

/// Prints a table: how loud each tune is in each genre. `CONTINUO_TUNES` names a folder with other MIDI files.
#[test]
#[ignore = "takes minutes: cargo test -p continuo-tests --test plugin songs_in_all_genres -- --ignored --nocapture"]
fn songs_in_all_genres_are_about_as_loud_as_those_that_are_written() {
    let files: Vec<PathBuf> = match env::var_os("CONTINUO_TUNES") {
        Some(folder) => {
            fs::read_dir(folder).expect("the folder is read").map(|entry| entry.expect("an entry").path()).collect()
        }
        None => TUNES.map(tune_file).into(),
    };
    println!("LUFS: {}", GENRES.join(", "));
    let measure = |file: &PathBuf| {
        loudness_in_all_genres(&file.file_stem().unwrap_or_default().to_string_lossy(), &tune_of(file))
    };
    let measure = &measure;
    let all: Vec<f64> = thread::scope(|scope| {
        let halves: Vec<_> = files
            .chunks(files.len().div_ceil(2).max(1))
            .map(|half| scope.spawn(move || half.iter().flat_map(measure).collect::<Vec<f64>>()))
            .collect();
        halves.into_iter().flat_map(|half| half.join().expect("all are measured")).collect()
    });
    let near = all.iter().filter(|loudness| (**loudness - loudness::TARGET).abs() <= 1.0).count();
    println!("{near} of {} within a unit of {}", all.len(), loudness::TARGET);
    assert_eq!(near, all.len());
}
