//! A host and a composer for tests of the performer: scores are delivered through the real queues, and all output is
//! checked as it comes.

use continuo_engine::realtime::{
    BlockTransport, ComposerEnds, Control, Delivery, EVENTS_PER_BLOCK, Fact, KeyStroke, NO_BEND, OutputEvent,
    OutputEventKind, PartNote, Performer, PlayablePhrase, RolledTick, queues,
};
use continuo_music::{
    meter::{Meter, PhraseSpan},
    note::Note,
    part::Part,
    settings::Settings,
    time::Tick,
};
use proptest::prelude::*;

/// A performer, the composer's ends, and everything that came out of both.
pub struct Rig {
    pub performer: Performer,
    pub composer: ComposerEnds,
    /// Samples since the start, and what happened.
    pub events: Vec<(u64, OutputEventKind)>,
    pub facts: Vec<Fact>,
    pub clock: u64,
    pub settings: Settings,
    pub bypass: bool,
    pub generate: bool,
    pub sounding: Vec<(u8, u8)>,
    /// By channel: the sustain pedal that came out last, and the pitch bend.
    pub moved: [(u8, u16); 16],
}

impl Rig {
    pub fn new(sample_rate: f64) -> Self {
        let (audio, composer) = queues();
        Self {
            performer: Performer::new(audio, sample_rate),
            composer,
            events: vec![],
            facts: vec![],
            clock: 0,
            settings: Settings::default(),
            bypass: false,
            generate: false,
            sounding: vec![],
            moved: [(0, NO_BEND); 16],
        }
    }

    pub fn deliver(&self, phrase: PlayablePhrase) {
        self.composer.deliveries.try_send(Delivery::Phrase(Box::new(phrase))).unwrap();
    }

    pub fn deliver_table(&self, phrases: impl IntoIterator<Item = PlayablePhrase>) {
        let table = phrases.into_iter().map(Box::new).collect();
        self.composer.deliveries.try_send(Delivery::Table(Box::new(table))).unwrap();
    }

    /// Processes a block and checks its output.
    pub fn block(&mut self, transport: &BlockTransport, frames: u32, input: &[KeyStroke]) {
        let mut out = vec![];
        let (settings, bypass, generate) = (self.settings, self.bypass, self.generate);
        self.performer.process(transport, frames, &settings, bypass, generate, input, &mut |event| out.push(event));
        assert!(out.len() <= EVENTS_PER_BLOCK);
        self.check(&out, frames);
        self.clock += u64::from(frames);
        self.facts.extend(self.composer.facts.try_iter());
        while self.composer.returns.try_recv().is_ok() {}
    }

    fn check(&mut self, out: &[OutputEvent], frames: u32) {
        let mut last = (0, 0);
        for event in out {
            let rank = match event.kind {
                OutputEventKind::NoteOff { .. } => 0,
                OutputEventKind::ProgramChange { .. } | OutputEventKind::Control { .. } => 1,
                OutputEventKind::NoteOn { .. } => 2,
            };
            assert!(event.offset < frames, "{event:?} is outside its block of {frames}");
            assert!((event.offset, rank) >= last, "{event:?} is out of order");
            last = (event.offset, rank);
            match event.kind {
                OutputEventKind::NoteOn { channel, pitch, velocity } => {
                    assert!(channel < 16 && pitch < 128 && (1..128).contains(&velocity));
                    assert!(!self.sounding.contains(&(channel, pitch)), "{event:?} while it sounds");
                    self.sounding.push((channel, pitch));
                }
                OutputEventKind::NoteOff { channel, pitch } => {
                    let at = self.sounding.iter().position(|&key| key == (channel, pitch));
                    self.sounding.swap_remove(at.unwrap_or_else(|| panic!("{event:?} without its note-on")));
                }
                OutputEventKind::Control { channel, control: Control::Controller { number: 64, value } } => {
                    self.moved[usize::from(channel)].0 = value;
                }
                OutputEventKind::Control { channel, control: Control::Controller { number: 121, .. } } => {
                    self.moved[usize::from(channel)] = (0, NO_BEND);
                }
                OutputEventKind::Control { channel, control: Control::PitchBend(bend) } => {
                    self.moved[usize::from(channel)].1 = bend;
                }
                OutputEventKind::ProgramChange { .. } | OutputEventKind::Control { .. } => {}
            }
            self.events.push((self.clock + u64::from(event.offset), event.kind));
        }
    }

    /// Resets and plays on until all output has come; then nothing may sound.
    pub fn finish(&mut self) {
        self.performer.reset();
        let stopped = BlockTransport { tempo: Some(120.0), position_quarters: Some(0.0), ..Default::default() };
        for _ in 0..40 {
            self.block(&stopped, 512, &[]);
        }
        assert_eq!(self.sounding, [], "notes hang");
        assert!(self.moved.iter().all(|&(pedal, bend)| pedal < 64 && bend == NO_BEND), "a control hangs");
    }

    /// Note-ons and note-offs with their samples, sorted.
    pub fn notes(&self) -> Vec<(u64, bool, u8, u8)> {
        let mut notes: Vec<_> = self
            .events
            .iter()
            .filter_map(|&(time, kind)| match kind {
                OutputEventKind::NoteOn { channel, pitch, .. } => Some((time, true, channel, pitch)),
                OutputEventKind::NoteOff { channel, pitch } => Some((time, false, channel, pitch)),
                OutputEventKind::ProgramChange { .. } | OutputEventKind::Control { .. } => None,
            })
            .collect();
        notes.sort_unstable();
        notes
    }
}

/// The transport of an exact host with a fixed tempo, which is at `start` (in ticks) at sample 0.
#[derive(Clone, Copy, Debug)]
pub struct SteadyHost {
    pub start: f64,
    pub tempo: f64,
    pub rate: f64,
    /// In quarters; the host wraps between samples.
    pub cycle: Option<(f64, f64)>,
}

impl SteadyHost {
    pub fn ticks_per_sample(&self) -> f64 {
        self.tempo * 16.0 / self.rate
    }

    /// Its transport for the block that begins at a sample.
    pub fn at(&self, sample: u64) -> BlockTransport {
        let mut quarters = (self.start + sample as f64 * self.ticks_per_sample()) / 960.0;
        if let Some((start, end)) = self.cycle
            && quarters >= end
            && self.start / 960.0 < end
        {
            quarters = start + (quarters - end) % (end - start);
        }
        BlockTransport {
            playing: true,
            tempo: Some(self.tempo),
            position_quarters: Some(quarters),
            meter: Some((4, 4)),
            cycle_quarters: self.cycle,
            ..Default::default()
        }
    }

    /// The sample at which a tick is due in the first pass.
    pub fn sample(&self, tick: Tick) -> u64 {
        ((tick as f64 - self.start) / self.ticks_per_sample() - 1e-4).ceil() as u64
    }
}

pub fn phrase(start: Tick, end: Tick, ready_at: RolledTick, mut notes: Vec<PartNote>) -> PlayablePhrase {
    notes.sort_unstable_by_key(|note| (note.note, note.part));
    PlayablePhrase {
        span: PhraseSpan { start, end, meter: Meter::COMMON },
        notes: notes.into(),
        ready_at,
        differs_from: start,
        programs: [32, 0, 48, 73],
        key: None,
    }
}

/// Random notes inside a span: no two of a part overlap on a pitch, and none is shorter than ten ticks.
pub fn notes(start: Tick, end: Tick) -> impl Strategy<Value = Vec<PartNote>> {
    let note = (0..5usize, 24..100u8, start..end - 10, 10..4000i64, 1..128u8);
    proptest::collection::vec(note, 0..60).prop_map(move |raw| {
        let mut notes: Vec<PartNote> = vec![];
        for (part, pitch, start, length, velocity) in raw {
            let note = Note { start, pitch, length: length.min(end - start), velocity };
            let part = Part::ALL[part];
            let apart = |other: &PartNote| {
                other.part != part
                    || other.note.pitch != pitch
                    || other.note.end() <= start
                    || note.end() <= other.note.start
            };
            if notes.iter().all(apart) {
                notes.push(PartNote { part, note });
            }
        }
        notes
    })
}

/// Four one-bar phrases from position 0.
pub fn score() -> impl Strategy<Value = Vec<PlayablePhrase>> {
    (0..4i64)
        .map(|bar| {
            notes(bar * 3840, (bar + 1) * 3840).prop_map(move |notes| phrase(bar * 3840, (bar + 1) * 3840, 0, notes))
        })
        .collect::<Vec<_>>()
}

/// A bar with five dense parts: sixteenths in all of them, and four-note chords.
pub fn dense_bar(bar: Tick, ready_at: RolledTick) -> PlayablePhrase {
    let start = bar * 3840;
    let mut notes = vec![];
    for step in 0..16 {
        let mut add = |part, pitch| {
            let note = Note { start: start + step * 240, pitch, length: 240, velocity: 90 };
            notes.push(PartNote { part, note });
        };
        for pitch in [36, 38, 42, 49] {
            add(Part::Drums, pitch);
        }
        add(Part::Bass, 36 + (step % 5) as u8);
        add(Part::Counter, 72 + (step % 7) as u8);
        for pitch in [60, 64, 67, 71] {
            add(Part::Chords, pitch);
            add(Part::Strings, pitch);
        }
    }
    phrase(start, start + 3840, ready_at, notes)
}
