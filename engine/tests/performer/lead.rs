//! Lead: live playing and a bounce are the same, it is silent where the player plays, and its notes end.

use super::{
    live::Session,
    rig::{Rig, SteadyHost},
};
use continuo_engine::{
    arranging::{Arrange, ArrangedPhrase, PhraseRequest},
    composer::{Loaded, Loader},
    lead::{Improvise, LeadRequest, Played, turn},
    network::InferenceError,
    realtime::{BlockTransport, Delivery, KeyStroke, LeadNote, PlayableLead},
};
use continuo_music::{
    lead::{LEAD_CHANNEL, LeadMode, LeadSettings},
    note::Note,
    part::PartNotes,
    settings::{Mode, Settings},
    time::Tick,
};
use std::sync::atomic::Ordering::Acquire;

const BAR: Tick = 3840;
const SONG: Tick = 12 * BAR;

/// Plays no part.
struct Tacet;

impl Arrange for Tacet {
    fn arrange_phrase(&mut self, _: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
        Ok(PartNotes::default().into())
    }
}

/// Two notes a beat, the second of which sounds on. All that is known decides which.
struct Echo;

impl Improvise for Echo {
    fn improvise(&mut self, request: &LeadRequest<'_>) -> Result<Played, InferenceError> {
        let Some(turn) = turn(request.settings, request.meters, request.known, &request.span) else {
            return Ok(Played { notes: vec![], hushed_from: Tick::MAX });
        };
        let known = request.known.melody.iter().map(|note| i64::from(note.pitch) + note.start / 120);
        let own = request.own.iter().filter(|note| note.start < request.span.start).map(|note| i64::from(note.pitch));
        let number = known.chain(own).fold(7, |sum, next| (sum * 31 + next) % 1_000_003);
        let note = |at: Tick, length, by: i64| Note {
            start: request.span.start + at,
            pitch: (60 + (number / by) % 24) as u8,
            length,
            velocity: 90,
        };
        let notes = [note(0, 400, 1), note(480, 900, 24)].into_iter().filter(|note| turn.stretch.contains(&note.start));
        Ok(Played { notes: notes.collect(), hushed_from: turn.hushed_from })
    }
}

fn loader() -> Loader {
    Box::new(|| {
        Ok(Loaded {
            arranger: Box::new(Tacet),
            model: "tacet 1".to_owned(),
            backend: "none".to_owned(),
            conductor: None,
            remark: None,
            soloist: Some(Box::new(|| Ok(Box::new(Echo)))),
        })
    })
}

/// Notes and rests of several lengths, off the beats too.
fn keys() -> Vec<(Tick, Tick, u8, u8)> {
    let mut at = 0;
    let mut keys = vec![];
    for round in 0_i64.. {
        let length = [480, 960, 1440, 300, 2000][round as usize % 5];
        keys.push((at, length, 60 + (round * 7 % 24) as u8, 80));
        at += length + [0, 100, 0, 4000, 960, 0, 3100, 2 * BAR][round as usize % 8];
        if at >= SONG {
            return keys;
        }
    }
    keys
}

fn play(mode: Mode, lead: LeadMode, (rate, frames): (f64, u32), offline: [bool; 2]) -> [Vec<(Tick, bool, u8, u8)>; 2] {
    let lead = LeadSettings { mode: lead, trade_bars: 2, ..LeadSettings::default() };
    // The key is known from the beginning.
    let mut settings = Settings { mode, lead, ..Settings::default() };
    settings.shape.key = Some(continuo_music::key::Key::major(0));
    Session { loader: loader(), settings, keys: keys(), end: SONG, rate, frames }.play(offline)
}

fn led(notes: &[(Tick, bool, u8, u8)]) -> Vec<Tick> {
    notes.iter().filter(|&&(_, on, channel, _)| on && channel == LEAD_CHANNEL).map(|note| note.0).collect()
}

#[test]
fn what_lead_plays_live_and_in_a_bounce_is_the_same() {
    for (mode, lead, format) in [
        (Mode::Live, LeadMode::Fill, (96_000.0, 480)),
        (Mode::Live, LeadMode::Trade, (44_100.0, 2048)),
        (Mode::Live, LeadMode::Solo, (44_100.0, 4096)),
        (Mode::Arrange, LeadMode::Fill, (48_000.0, 128)),
        (Mode::Arrange, LeadMode::Solo, (44_100.0, 1024)),
    ] {
        let [first, again] = play(mode, lead, (44_100.0, 64), [false, true]);
        assert!(led(&first).len() > 10, "{mode:?}, {lead:?}: {} notes", led(&first).len());
        if mode == Mode::Live {
            assert_eq!(first, again, "{lead:?}: the bounce of what was played live");
        }
        let found = play(mode, lead, format, [true, false]);
        for (one, other) in [(&first, &found[0]), (&again, &found[1])] {
            let differs = one.iter().zip(other).position(|(one, other)| one != other);
            assert!(
                differs.is_none() && one.len() == other.len(),
                "{mode:?}, {lead:?}, {format:?}: {:?} instead of {:?}",
                differs.map(|at| &other[at]),
                differs.map(|at| &one[at]),
            );
        }
    }
}

#[test]
fn lead_fills_rests_and_is_silent_where_the_player_plays() {
    let [live, known] = play(Mode::Arrange, LeadMode::Fill, (48_000.0, 128), [false, true]);
    for (pass, notes) in [("live", live), ("known", known)] {
        for &start in &led(&notes) {
            let sounds = keys().iter().any(|&(at, length, ..)| at + 2 < start && start + 120 < at + length);
            assert!(!sounds, "{pass}: a note at {start} under the melody");
        }
        // Where the player strikes a key, no note of Lead's goes on.
        for &(at, ..) in &keys() {
            let on = notes.iter().filter(|note| note.2 == LEAD_CHANNEL && note.1 && note.0 < at - 2).count();
            let off = notes.iter().filter(|note| note.2 == LEAD_CHANNEL && !note.1 && note.0 <= at + 2).count();
            assert!(off >= on, "{pass}: a note sounds on at {at}");
        }
    }
}

#[test]
fn lead_plays_in_its_turns_only() {
    let [live, again] = play(Mode::Live, LeadMode::Trade, (48_000.0, 128), [false, true]);
    for start in led(&live).into_iter().chain(led(&again)) {
        assert_eq!((start + 2).div_euclid(2 * BAR) % 2, 1, "a note at {start}");
    }
}

fn delivery(notes: &[(Tick, u8, Tick)], hushed_from: Tick, news: std::ops::Range<Tick>) -> Delivery {
    let notes = notes.iter().map(|&(start, pitch, length)| {
        let note = Note { start, pitch, length, velocity: 90 };
        LeadNote { note, hushed_from }
    });
    Delivery::Lead(Box::new(PlayableLead { notes: notes.collect(), news, program: 66 }))
}

/// Plays two bars with notes of Lead's on each beat, and what happens at a tick. Returns the notes, and how many came late.
fn with(at: Tick, mut happens: impl FnMut(&mut Rig) -> Vec<KeyStroke>) -> (Vec<(Tick, bool, u8)>, u32) {
    let mut rig = Rig::new(48_000.0);
    rig.settings.lead.mode = LeadMode::Fill;
    let host = SteadyHost { start: 0.0, tempo: 120.0, rate: 48_000.0, cycle: None };
    let beats: Vec<_> = (0..8).map(|beat| (960 * beat, 72 + beat as u8, 960)).collect();
    rig.composer.deliveries.try_send(delivery(&beats, 1000, 0..0)).expect("room");
    let mut happened = false;
    while rig.clock < host.sample(2 * BAR) {
        let due = !happened && rig.clock >= host.sample(at);
        let input = if due { happens(&mut rig) } else { vec![] };
        happened |= due;
        rig.block(&host.at(rig.clock), 100, &input);
    }
    let late = rig.composer.progress.late.load(Acquire);
    rig.finish();
    let ticks = |sample: u64| (sample as f64 * host.ticks_per_sample()).round() as Tick;
    let of_lead = rig.notes().into_iter().filter(|note| note.2 == LEAD_CHANNEL);
    (of_lead.map(|(sample, on, _, pitch)| (ticks(sample), on, pitch)).collect(), late)
}

fn ons(notes: &[(Tick, bool, u8)]) -> Vec<u8> {
    notes.iter().filter(|note| note.1).map(|note| note.2).collect()
}

#[test]
fn a_stroke_silences_what_it_hushes_and_lead_sounds_as_the_player_chose() {
    let (all, late) = with(960, |_| vec![]);
    assert_eq!((ons(&all), late), ((72..80).collect(), 0));
    let (early, _) = with(400, |_| vec![KeyStroke::down(0, 0, 50, 80)]);
    assert_eq!(early, all, "a key before the place from which on strokes count");
    let (hushed, _) = with(2100, |_| vec![KeyStroke::down(0, 0, 50, 80)]);
    assert_eq!(ons(&hushed), [72, 73, 74]);
    let end = hushed.iter().find(|note| !note.1 && note.2 == 74).expect("it ends").0;
    assert!((2100..2110).contains(&end), "{end}");
    let (off, _) = with(2100, |rig| {
        rig.settings.lead.mode = LeadMode::Off;
        vec![]
    });
    assert_eq!(ons(&off), [72, 73, 74]);
    let (octave, _) = with(2100, |rig| {
        rig.settings.lead.play.octave = 1;
        vec![]
    });
    assert_eq!(ons(&octave)[3..], [87, 88, 89, 90, 91]);
}

#[test]
fn notes_that_come_late_are_counted_and_play_from_then_on() {
    let new: Vec<_> = (0..8).map(|beat| (960 * beat, 60 + beat as u8, 960)).collect();
    let (notes, late) = with(2100, |rig| {
        rig.composer.deliveries.try_send(delivery(&new, Tick::MAX, 1920..2880)).expect("room");
        vec![]
    });
    assert_eq!((ons(&notes), late), (vec![72, 73, 74, 62, 63, 64, 65, 66, 67], 1));
    let (notes, late) = with(1700, |rig| {
        rig.composer.deliveries.try_send(delivery(&new, Tick::MAX, 1920..2880)).expect("room");
        vec![]
    });
    assert_eq!((ons(&notes), late), (vec![72, 73, 62, 63, 64, 65, 66, 67], 0));
}

#[test]
fn nothing_hangs_where_the_transport_jumps() {
    let mut rig = Rig::new(48_000.0);
    rig.settings.lead.mode = LeadMode::Solo;
    let beats: Vec<_> = (0..64).map(|half| (480 * half, 40 + half as u8, 1900)).collect();
    rig.composer.deliveries.try_send(delivery(&beats, Tick::MAX, 0..0)).expect("room");
    for jump in [0.0, 3.3, 1.1, 7.0, 0.4] {
        for block in 0..40_u64 {
            let position = Some(jump + block as f64 * 0.01);
            let at =
                BlockTransport { playing: true, tempo: Some(120.0), position_quarters: position, ..Default::default() };
            rig.block(&at, 240, &[]);
        }
    }
    rig.finish();
}
