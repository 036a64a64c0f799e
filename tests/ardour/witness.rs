//! The notes that passed the witness after the plugin (`witness.lua`): Ardour itself does not keep them, since it records
//! nothing across a jump or a loop.

use crate::recording::Played;
use std::collections::BTreeMap;

const SAMPLES_A_QUARTER: f64 = 24_000.0;
/// When the transport stops or jumps, Ardour itself ends the notes at the input of every plugin, the witness too, with this
/// velocity; Continuo ends its notes with velocity 0.
const ENDED_BY_ARDOUR: u8 = 64;

/// The notes in the order in which they began, from what `play.lua` printed, at 48 kHz and 120 quarters a minute. A note
/// ends where the playhead was when its end passed: after the jump, if a jump ended it.
pub fn notes(shown: &str) -> Vec<Played> {
    let mut sounding: BTreeMap<(u8, u8), usize> = BTreeMap::new();
    let mut notes: Vec<Played> = Vec::new();
    for line in shown.lines().filter_map(|line| line.strip_prefix("passed ")) {
        let numbers: Vec<u32> = line.split(' ').map(|word| word.parse().expect("the witness prints numbers")).collect();
        let [sample, status, pitch, velocity] = numbers[..] else { panic!("the witness prints four numbers: {line}") };
        let (at, kind, channel) = (f64::from(sample) / SAMPLES_A_QUARTER, status & 0xf0, (status & 0x0f) as u8);
        let (pitch, velocity) = (pitch as u8, velocity as u8);
        match (kind, velocity) {
            (0x90, 1..) => {
                let before = sounding.insert((channel, pitch), notes.len());
                assert!(before.is_none(), "channel {channel}, pitch {pitch} begins while it sounds, at {at}");
                notes.push(Played { start: at, end: f64::NAN, channel, pitch, velocity });
            }
            (0x80, ENDED_BY_ARDOUR) => {}
            (0x80 | 0x90, _) => {
                let begun = sounding.remove(&(channel, pitch));
                let begun =
                    begun.unwrap_or_else(|| panic!("channel {channel}, pitch {pitch} ends and did not begin, at {at}"));
                notes[begun].end = at;
            }
            _ => {}
        }
    }
    assert!(sounding.is_empty(), "still sounding after the transport stopped: {sounding:?}");
    notes
}

/// The notes of each round of a loop: a round begins where the playhead jumped back.
pub fn rounds(notes: &[Played]) -> Vec<&[Played]> {
    notes.chunk_by(|one, next| one.start <= next.start).collect()
}
