//! What is kept of a loop that the host does not announce, through the performer and the planner.

use super::{meters::Playing, *};
use crate::realtime::{capture::KeyStroke, transport::BlockTransport};

/// Samples in a tick at 120 quarter notes a minute and 48 kHz, and in a block.
const TICK: u64 = 25;
const BLOCK: u64 = 500;

/// The song after three passes over a loop, with a note on each of its beats.
fn looped(start: Tick, end: Tick, announced: bool) -> Score {
    let mut playing = Playing::new();
    // Within a block.
    let offset = 9 * TICK + 3;
    let length = (end - start) as u64 * TICK;
    let mut clock = 0;
    while clock < 3 * length {
        let song = start as f64 / 960.0 + ((clock + offset) % length) as f64 / 24_000.0;
        let transport = BlockTransport {
            playing: true,
            tempo: Some(120.0),
            position_quarters: Some(song),
            meter: Some((4, 4)),
            cycle_quarters: announced.then_some((start as f64 / 960.0, end as f64 / 960.0)),
            ..BlockTransport::default()
        };
        let key = |sample: u64| {
            let at = (sample + offset) % 24_000;
            let pitch = 60 + ((sample + offset) % length / 24_000 % 4) as u8;
            let offset = (sample - clock) as u32;
            match at {
                0 => Some(KeyStroke::down(offset, 0, pitch, 90)),
                20_000 => Some(KeyStroke::up(offset, 0, pitch)),
                _ => None,
            }
        };
        let keys: Vec<KeyStroke> = (clock..clock + BLOCK).filter_map(key).collect();
        playing.play_with(&transport, &keys);
        clock += BLOCK;
    }
    playing.play_with(&BlockTransport { tempo: Some(120.0), ..BlockTransport::default() }, &[]);
    playing.stage.shared.score.copy()
}

#[test]
fn a_loop_that_is_not_announced_leaves_nothing_behind_its_end() {
    for (start, end) in [(0, PHRASE), (3840, 3840 + PHRASE), (0, 3840), (960, 4800), (1920, 3840)] {
        let (silent, told) = (looped(start, end, false), looped(start, end, true));
        assert_eq!(silent.melody(), told.melody(), "{start} to {end}");
        assert!(silent.melody().iter().all(|note| note.start < end));
        assert_eq!(silent.heard(), told.heard(), "{start} to {end}");
        let settled = |score: &Score| -> Vec<(Tick, Tick)> {
            let settled = score.phrases().iter().filter(|phrase| score.is_settled(phrase) && phrase.recipe.is_some());
            settled.map(|phrase| (phrase.span.start, phrase.span.end)).collect()
        };
        assert_eq!(settled(&silent), settled(&told), "{start} to {end}");
        assert!(!settled(&silent).is_empty());
    }
}
