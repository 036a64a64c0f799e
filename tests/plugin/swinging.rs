//! In Live mode the band swings as the player does, from the second phrase on.

use continuo_harness::{
    Format,
    built::{FORMATS, RATE, host, notes, offline_player, pass},
    tune::{MelodyNote, Tune},
};

/// A riff in eighths, of which every second one starts so many ticks after the beat.
fn riff(second: f64) -> Tune {
    const PITCHES: [u8; 8] = [67, 70, 72, 75, 72, 70, 67, 63];
    let melody = (0..128).zip(PITCHES.into_iter().cycle()).map(|(index, pitch)| {
        let beat = f64::from(index / 2);
        let (start, end) = if index % 2 == 0 { (0.0, second) } else { (second, 960.0) };
        MelodyNote { start: beat + start / 960.0, length: (end - start - 40.0) / 960.0, pitch, velocity: 90 }
    });
    Tune { melody: melody.collect(), tempos: vec![(0.0, 120.0)], meters: vec![(0.0, (4, 4))], length: 64.0 }
}

/// How many notes of the parts start near straight eighths and near swung ones, 640 ticks after the beat, once the band
/// has heard a phrase of four bars.
fn off_beats(format: Format, second: f64) -> (usize, usize) {
    let mut host = host(format);
    for (parameter, value) in [("Mode", "Live"), ("Genre", "Rock"), ("Seed", "7")] {
        host.set(parameter, value).expect("the plugin has the parameter");
    }
    let tune = riff(second);
    let mut player = offline_player(&mut *host);
    player.locate(&tune);
    let events = pass(&mut player, &tune);
    let heard = notes(&tune, RATE, &events).into_iter().filter(|note| note.channel != 0 && note.start >= 16 * 960);
    let starts: Vec<i64> = heard.map(|note| note.start.rem_euclid(960)).collect();
    let near = |tick: i64| starts.iter().filter(|start| (**start - tick).abs() <= 60).count();
    (near(480), near(640))
}

#[test]
fn live_the_band_swings_with_the_player() {
    for format in FORMATS {
        let (straight, swung) = off_beats(format, 480.0);
        assert!(straight > 40 && straight > 8 * swung, "{format:?}, a straight riff: {straight} and {swung}");
        let (straight, swung) = off_beats(format, 640.0);
        assert!(swung > 40 && swung > 8 * straight, "{format:?}, a swung riff: {straight} and {swung}");
    }
}
