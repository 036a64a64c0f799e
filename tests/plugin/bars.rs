//! The parts play on the host's bars, wherever they lie.

use continuo_harness::{
    NoteEvent, NoteEventKind, Transport,
    built::{FORMATS, RATE, host, offline_player},
    state,
};

/// A fiftieth of a quarter note, at 120 a minute.
const BLOCK: u32 = 480;

#[test]
fn a_loop_behind_a_bar_of_another_length_is_arranged_on_the_hosts_bars() {
    for format in FORMATS {
        for first in [3.0, 5.0] {
            let (start, end) = (first + 8.0, first + 24.0);
            let mut host = host(format);
            let mut player = offline_player(&mut *host);
            let mut transport =
                Transport { position: start, bars_from: first, cycle: Some((start, end)), ..Transport::STOPPED };
            for block in 0..2 * 800 {
                transport.playing = block > 0;
                transport.sample = (transport.position * 24_000.0) as i64;
                // A note on each quarter.
                let kind = match block % 50 {
                    1 => Some(NoteEventKind::On(90)),
                    40 => Some(NoteEventKind::Off),
                    _ => None,
                };
                let note = kind.map(|kind| NoteEvent::melody(0, kind, 60 + (block / 50 % 4 * 2) as u8));
                player.host().process(BLOCK, Some(&transport), note.as_slice()).expect("the plugin plays");
                transport.advance(BLOCK, RATE);
            }
            let score = state::score(&player.host().save().expect("the plugin saves its state"));
            let bars = |tick: i64| (tick as f64 / 960.0 - first).rem_euclid(4.0) / 4.0;
            let heard: Vec<_> =
                score.phrases().iter().filter(|phrase| phrase.span.end > (start * 960.0) as i64).collect();
            assert!(!heard.is_empty(), "{format:?}");
            for phrase in heard {
                let (from, to) = (bars(phrase.span.start), bars(phrase.span.end));
                assert!(from == 0.0 && to == 0.0, "{format:?}, {first} quarters first: {:?}", phrase.span);
                assert!(phrase.parts.iter().any(|(_, notes)| !notes.is_empty()));
            }
        }
    }
}
