//! Real time, an offline bounce, and real time again, each set up once, as workstations do.

use crate::{PART, watched::keep_network};
use continuo_harness::{
    Format, MelodyNote, Pace, Player, PluginHost, Tune,
    built::{FORMATS, RATE, host, notes, pass},
    evidence,
    played::PlayedNote,
    songs::ode,
};

/// So long that a pass ends before the composer has made its phrases, unless the host waits for it.
const BLOCK: u32 = 8192;

/// What the parts play in a pass right after an activation, without pauses between blocks.
fn parts(host: &mut dyn PluginHost, song: &Tune, offline: bool) -> Vec<PlayedNote> {
    let mut player = Player::new(host, RATE, BLOCK, offline, Pace::Fast).expect("the plugin is activated");
    let events = pass(&mut player, song);
    let mut notes = notes(song, RATE, &events);
    notes.retain(|note| note.channel != 0);
    notes
}

/// The ode three times.
fn thrice() -> Tune {
    let ode = ode();
    let again = |round: u32| {
        let start = f64::from(round) * ode.length;
        ode.melody.iter().map(move |note| MelodyNote { start: start + note.start, ..*note })
    };
    Tune { melody: (0..3).flat_map(again).collect(), length: 3.0 * ode.length, ..ode.clone() }
}

#[test]
fn a_bounce_waits_for_the_composer_and_real_time_does_not() {
    let _network = keep_network();
    let mut offline = host(Format::Clap);
    let [bounced, waited] = [&ode(), &thrice()].map(|song| parts(&mut *offline, song, true));
    assert!(bounced.len() > 20, "the parts hardly play: {} notes", bounced.len());
    let mut missing = Vec::new();
    for format in FORMATS {
        let mut host = host(format);
        let mut player = Player::new(&mut *host, RATE, BLOCK, false, Pace::Fast).expect("the plugin is activated");
        player.stand(2).expect("the plugin processes");
        drop(player);
        assert_eq!(parts(&mut *host, &ode(), true), bounced, "{format:?}: the bounce after real time is not complete");
        // After the bounced part come phrases that nobody has made yet.
        let live = parts(&mut *host, &thrice(), false);
        assert_ne!(live, waited, "{format:?}: the audio thread waited in real time");
        missing.push(waited.iter().filter(|note| !live.contains(note)).count());
    }
    evidence::record(
        PART,
        "An offline bounce waits for every phrase; real time after it waits for none",
        "real time, offline and real time again, each set up once as hosts do, both formats; no pauses between blocks: \
         the bounce of a song that was never heard has every note, a real-time pass over new music has not",
        format!("{} notes bounced; of {} in real time {missing:?} were not ready", bounced.len(), waited.len()),
    );
}
