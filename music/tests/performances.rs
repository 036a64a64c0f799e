//! How well the beats of played tunes are found, and the bar lines of tunes with pickups.
//!
//! By default the project's own tunes are measured. `CONTINUO_TUNES` names a folder of other MIDI files whose meters and
//! bar lines are right, and `--nocapture` prints the figures:
//! `CONTINUO_TUNES=FOLDER cargo test --release -p continuo-music --test performances -- --nocapture`.

use continuo_music::{
    beats::{follow, plays_freely},
    midi_file::read_file,
    note::Note,
    pickup,
    song::Song,
    tempo::TempoMap,
    time::Tick,
};
use std::path::PathBuf;

/// Other tunes than the project's own, which may be harder.
fn folder() -> Option<PathBuf> {
    std::env::var_os("CONTINUO_TUNES").map(PathBuf::from)
}

fn tunes() -> Vec<(String, Song)> {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/tunes").into();
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder().unwrap_or(own)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "mid"));
    paths.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), read_file(path).unwrap())).collect()
}

/// Numbers that look random, the same ones each time.
struct Noise(u64);

impl Noise {
    /// From 0 to 1.
    fn even(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Close to normally distributed.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.even()).sum::<f64>() - 6.0
    }
}

/// The length of a beat in a song's first meter.
fn beat_of(song: &Song) -> Tick {
    let meter = song.meters.changes()[0].meter;
    if meter.denominator == 8 && meter.numerator.is_multiple_of(3) && meter.numerator > 3 { 1440 } else { 960 }
}

/// A song as a person might play it without the click, in a file at 120 beats a minute: the tempo drifts by up to 20 %
/// and slows down at the end, and each note is off by some 20 ms. Also returns when the beats are, in seconds.
fn played(song: &Song, number: u64) -> (Song, Vec<f64>) {
    let mut noise = Noise(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let beat = beat_of(song);
    let (tempo, swing, phase) = (75.0 + 55.0 * noise.even(), 15.0 + 25.0 * noise.even(), noise.even());
    let notes = || song.tracks.iter().flat_map(|track| &track.notes);
    let (first, last) = (notes().map(|note| note.start).min().unwrap(), notes().map(|note| note.start).max().unwrap());
    let end = notes().map(Note::end).max().unwrap();
    // The time of every sixteenth of a beat.
    let mut times = vec![0.7 + noise.even()];
    for index in 0..=end * 16 / beat + 16 {
        let now = times[times.len() - 1];
        let left = (last - index * beat / 16) as f64 / beat as f64;
        let slower = if left < 4.0 { 1.0 - 0.35 * (4.0 - left.max(0.0)) / 4.0 } else { 1.0 };
        let drift = 1.0 + 0.2 * ((now / swing + phase) * std::f64::consts::TAU).sin();
        times.push(now + 60.0 / (tempo * drift * slower) / 16.0);
    }
    let seconds = |tick: Tick| {
        let place = tick as f64 * 16.0 / beat as f64;
        let index = place as usize;
        times[index] + (times[index + 1] - times[index]) * (place - index as f64)
    };
    let mut new = song.clone();
    new.tempos = TempoMap::constant(120.0);
    for track in &mut new.tracks {
        for note in &mut track.notes {
            let start = seconds(note.start) + 0.02 * noise.normal();
            let length = seconds(note.end()) - seconds(note.start);
            (note.start, note.length) = ((start * 1920.0).max(0.0) as Tick, ((length * 1920.0) as Tick).max(1));
        }
        track.notes.sort_unstable();
    }
    let beats = (first.div_euclid(beat)..=last / beat).map(|index| seconds(index * beat)).collect();
    (new, beats)
}

/// The F-measure of beats, as MIREX counts it: a beat is found if one was tracked within 70 ms.
fn f_measure(found: &[f64], right: &[f64]) -> f64 {
    let mut free: Vec<f64> = found.to_vec();
    let mut hits = 0;
    for beat in right {
        if let Some(index) = free.iter().position(|other| (other - beat).abs() <= 0.07) {
            free.remove(index);
            hits += 1;
        }
    }
    2.0 * f64::from(hits) / (found.len() + right.len()) as f64
}

#[test]
fn the_beats_of_played_tunes_are_found() {
    let mut scores = Vec::new();
    let (mut free, mut bars, mut no_beats) = (0, 0, 0);
    let in_one_meter = tunes().into_iter().enumerate().filter(|(_, tune)| tune.1.meters.changes().len() == 1);
    for (number, (name, song)) in in_one_meter {
        let melody = song.melody_track(None).unwrap();
        if song.tracks[melody].notes.len() < 20 {
            continue;
        }
        let (performance, right) = played(&song, number as u64 + 1);
        free += usize::from(plays_freely(&performance, melody));
        let Some(followed) = follow(&performance, melody) else {
            no_beats += 1;
            continue;
        };
        let score = f_measure(&followed.beats, &right);
        let (original, first) = (song.tracks[melody].notes[0].start, followed.song.tracks[melody].notes[0].start);
        let bar = song.meters.changes()[0].meter.bar_ticks();
        let off = (first - followed.bar_line - original).rem_euclid(bar);
        bars += usize::from(off.min(bar - off) < 200);
        if folder().is_none() || score < 0.5 {
            println!("{name}: {score:.3}, {} beats for {}", followed.beats.len(), right.len());
        }
        scores.push(score);
    }
    scores.sort_by(f64::total_cmp);
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    let good = scores.iter().filter(|&&score| score > 0.9).count();
    println!(
        "{} tunes: mean F {mean:.3}, median {:.3}, above 0.9: {good}; recognised as free: {free}; bars right: {bars}; \
         no beats: {no_beats}",
        scores.len(),
        scores[scores.len() / 2]
    );
    if folder().is_none() {
        assert!(mean > 0.9, "{scores:?}");
        assert_eq!((free, no_beats), (scores.len(), 0));
    }
}

#[test]
fn pickups_are_found_where_they_are_and_not_elsewhere() {
    let (mut with, mut right, mut wrong, mut without, mut invented, mut padded) = (0, 0, 0, 0, 0, 0);
    let mut free = 0;
    for (name, song) in tunes() {
        let melody = song.melody_track(None).unwrap();
        free += usize::from(plays_freely(&song, melody));
        let found = pickup::find(&song, melody);
        let bar_lines_stay = found.is_none_or(|found| song.meters.bar_start(found.bar_line) == found.bar_line);
        let first = song.tracks.iter().map(|track| track.notes[0].start).min().unwrap();
        let bar = song.meters.changes()[0].meter.bar_ticks();
        if first == 0 {
            without += 1;
            invented += usize::from(!bar_lines_stay);
        } else if first < bar {
            padded += usize::from(!bar_lines_stay);
            // As it would be written without the rest before it.
            let mut cut = song.clone();
            cut.tracks.iter_mut().flat_map(|track| &mut track.notes).for_each(|note| note.start -= first);
            with += 1;
            match pickup::find(&cut, melody) {
                Some(found) if found.bar_line == bar - first => right += 1,
                Some(_) => wrong += 1,
                None => {}
            }
        }
        if !bar_lines_stay {
            println!("{name}: {found:?}");
        }
    }
    println!(
        "with a pickup: {with}, found: {right}, at another place: {wrong}; with its rest written: {padded} moved; \
         without a pickup: {without}, invented: {invented}; taken for free: {free}"
    );
    if folder().is_none() {
        assert_eq!((invented, padded, free), (0, 0, 0));
    }
}
