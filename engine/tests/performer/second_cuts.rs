//! The rest of a phrase that is made anew while it plays: live playing and a bounce are the same, late ones are counted, and
//! notes end.

use super::{
    live::Session,
    rig::{Rig, SteadyHost, phrase},
};
use continuo_engine::{
    arranging::{Arrange, ArrangedPhrase, PhraseRequest},
    composer::{Loaded, Loader},
    network::InferenceError,
    realtime::{PLAY_AT_ONCE, PartNote, PlayablePhrase},
};
use continuo_music::{
    note::Note,
    part::{Part, PartMap},
    settings::{Mode, Settings},
    time::Tick,
};
use std::sync::atomic::Ordering::Acquire;

const BAR: Tick = 3840;
const SONG: Tick = 9 * BAR;

/// Chords from the request, or F where none is given; what was heard of the melody decides how loud they are and adds notes.
struct Chordal;

impl Arrange for Chordal {
    fn arrange_phrase(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
        let mut parts = PartMap::<Vec<Note>>::default();
        let heard = request.melody.iter().map(|note| u32::from(note.pitch)).sum::<u32>();
        for start in (request.span.start..request.span.end).step_by(BAR as usize / 2) {
            let given = request.chords.iter().find(|chord| chord.span.contains(&start)).map(|chord| chord.chord);
            let chord = given.unwrap_or_else(|| "F".parse().expect("a chord"));
            let note = |pitch| Note { start, pitch, length: BAR / 2, velocity: 60 + (heard % 50) as u8 };
            parts[Part::Bass].push(note(36 + chord.root()));
            parts[Part::Chords].extend(chord.tones().map(|tone| note(60 + tone)));
            let drum = |step: Tick| Note { start: start + 240 * step, length: 60, ..note(36) };
            parts[Part::Drums].extend((0..8).filter(|step| heard >> step & 1 == 1).map(drum));
        }
        parts[Part::Chords].sort_unstable();
        Ok(parts.into())
    }

    fn knows_chords(&self) -> bool {
        true
    }
}

fn loader() -> Loader {
    Box::new(|| {
        Ok(Loaded {
            arranger: Box::new(Chordal),
            model: "chordal 1".to_owned(),
            backend: "none".to_owned(),
            conductor: None,
            remark: None,
            soloist: None,
        })
    })
}

/// What the left hand holds: ticks, length, pitches.
const HELD: [(Tick, Tick, [u8; 3]); 4] = [
    (BAR, 1400, [45, 48, 52]),
    (2 * BAR + 1200, 3000, [50, 53, 57]),
    (5 * BAR - 100, 2 * BAR, [43, 47, 50]),
    (7 * BAR + 480, 500, [40, 44, 47]),
];

/// Plays a song twice with an instance: live or offline in each pass. Returns the note-ons and note-offs of each pass, in
/// ticks.
fn play(rate: f64, frames: u32, offline: [bool; 2]) -> [Vec<(Tick, bool, u8, u8)>; 2] {
    let mut keys = vec![];
    for (start, length, pitches) in HELD {
        keys.extend(pitches.map(|pitch| (start, length, pitch, 90)));
    }
    for beat in 0..SONG / 960 {
        keys.push((beat * 960, 800, 72 + (beat * 5 % 12) as u8, 80));
    }
    let settings = Settings { mode: Mode::Live, ..Settings::default() };
    Session { loader: loader(), settings, keys, end: SONG, rate, frames }.play(offline)
}

#[test]
fn what_is_played_live_and_a_bounce_are_the_same() {
    let [reference, again] = play(44_100.0, 64, [false, true]);
    assert_eq!(reference, again, "the bounce of what was played live");
    let struck = |at: Tick, pitch: u8| {
        reference.iter().any(|&(tick, on, channel, key)| on && channel == 1 && key == pitch && (tick - at).abs() < 3)
    };
    assert!(struck(BAR + 960, 45) && struck(2 * BAR + 1920, 38), "the bass follows with the next beat");
    for (rate, frames, offline) in [
        (44_100.0, 32, true),
        (44_100.0, 2048, true),
        (44_100.0, 4096, false),
        (96_000.0, 64, true),
        (96_000.0, 480, false),
    ] {
        for other in play(rate, frames, [offline; 2]) {
            let differs = reference.iter().zip(&other).position(|(one, other)| one != other);
            assert!(
                differs.is_none() && reference.len() == other.len(),
                "{rate} Hz, {frames} frames, offline {offline}: {:?} instead of {:?}",
                differs.map(|at| &other[at]),
                differs.map(|at| &reference[at]),
            );
        }
    }
}

fn bass(notes: &[(Tick, u8, Tick)]) -> Vec<PartNote> {
    let note =
        |&(start, pitch, length)| PartNote { part: Part::Bass, note: Note { start, pitch, length, velocity: 80 } };
    notes.iter().map(note).collect()
}

/// Plays a bar of bass whose rest from the second beat on arrives at a tick.
fn with_rest_at(arrives: Tick) -> (Vec<(Tick, bool, u8)>, u32) {
    let mut rig = Rig::new(48_000.0);
    let host = SteadyHost { start: 0.0, tempo: 120.0, rate: 48_000.0, cycle: None };
    rig.deliver(phrase(0, BAR, 0, bass(&[(0, 40, 3840)])));
    let rest: PlayablePhrase =
        PlayablePhrase { differs_from: 840, ..phrase(0, BAR, PLAY_AT_ONCE, bass(&[(0, 40, 960), (960, 45, 2880)])) };
    let mut rest = Some(rest);
    while rig.clock < host.sample(BAR) {
        if rig.clock >= host.sample(arrives)
            && let Some(rest) = rest.take()
        {
            rig.deliver(rest);
        }
        rig.block(&host.at(rig.clock), 100, &[]);
    }
    let late = rig.composer.progress.late.load(Acquire);
    rig.finish();
    let ticks = |sample: u64| (sample as f64 * host.ticks_per_sample()).round() as Tick;
    let notes = rig.notes().into_iter().map(|(sample, on, _, pitch)| (ticks(sample), on, pitch));
    (notes.collect(), late)
}

#[test]
fn a_rest_in_time_begins_on_its_beat_wherever_the_block_ends() {
    let (expected, late) = with_rest_at(480);
    assert_eq!(late, 0);
    assert_eq!(expected[..3], [(0, true, 40), (960, false, 40), (960, true, 45)]);
    for arrives in [100, 700, 830] {
        assert_eq!(with_rest_at(arrives), (expected.clone(), 0), "at {arrives}");
    }
}

#[test]
fn a_late_rest_begins_when_it_arrives_and_is_counted() {
    let (notes, late) = with_rest_at(2000);
    assert_eq!(late, 1);
    let (at, on, pitch) = notes[1];
    assert!(!on && pitch == 40 && (2000..2100).contains(&at), "{notes:?}");
    assert_eq!(notes[2], (at, true, 45));
    assert_eq!(notes.len(), 4);
}
