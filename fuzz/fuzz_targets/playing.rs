//! Any stream of notes, transports and deliveries: the output is in order and inside its block, and every note ends.
#![no_main]

use arbitrary::Arbitrary;
use continuo_engine::realtime::{
    BlockTransport, ComposerEnds, Control, ControlEvent, Delivery, EVENTS_PER_BLOCK, Fact, KeyStroke, OutputEvent,
    OutputEventKind, PartNote, Performer, PlayablePhrase, queues,
};
use continuo_music::{
    meter::{Meter, PhraseSpan},
    note::Note,
    part::Part,
    settings::Settings,
};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;

#[derive(Arbitrary, Debug)]
struct Stroke {
    offset: u16,
    on: bool,
    channel: u8,
    pitch: u8,
    velocity: u8,
}

#[derive(Arbitrary, Debug)]
enum Deed {
    Reset,
    SampleRate(f64),
    Phrase { place: u8, length: u8, ready_at: i32, notes: Vec<(u8, u8, u16, u16, u8)> },
    Part { part: u8, on: bool, octave: i8, velocity: f32, channel: u8 },
    Switches { thru: bool, programs: bool, bypass: bool, generate: bool },
}

#[derive(Arbitrary, Debug)]
struct Block {
    frames: u16,
    /// Continue where the block before ended, at this tempo; otherwise report the fields below as they are.
    honest: bool,
    playing: bool,
    pre_roll: bool,
    tempo: Option<f64>,
    position: Option<f64>,
    samples: Option<i64>,
    meter: Option<(i64, i64)>,
    bar_start: Option<f64>,
    cycle: Option<(f64, f64)>,
    strokes: Vec<Stroke>,
    /// Offset, channel, number and value of controllers; a number of 128 is pressure, a higher one pitch bend.
    controls: Vec<(u16, u8, u8, u8)>,
    deed: Option<Deed>,
}

struct Run {
    performer: Performer,
    composer: ComposerEnds,
    settings: Settings,
    bypass: bool,
    generate: bool,
    sounding: BTreeSet<(u8, u8)>,
    position: f64,
    rolled: i64,
}

fuzz_target!(|blocks: Vec<Block>| {
    let (audio, composer) = queues();
    let mut run = Run {
        performer: Performer::new(audio, 48_000.0),
        composer,
        settings: Settings::default(),
        bypass: false,
        generate: false,
        sounding: BTreeSet::new(),
        position: 0.0,
        rolled: 0,
    };
    for block in blocks.iter().take(64) {
        run.block(block);
    }
    run.performer.reset();
    // With a host that reports nothing, the internal clock would run on and the score play.
    let stopped = BlockTransport { tempo: Some(120.0), position_quarters: Some(0.0), ..BlockTransport::default() };
    for _ in 0..40 {
        run.process(&stopped, 512, &[]);
    }
    assert!(run.sounding.is_empty(), "hangs: {:?}", run.sounding);
});

impl Run {
    fn block(&mut self, block: &Block) {
        if let Some(deed) = &block.deed {
            self.deed(deed);
        }
        let frames = u32::from(block.frames % 8193);
        let mut strokes: Vec<KeyStroke> = block
            .strokes
            .iter()
            .take(64)
            .map(|stroke| {
                let Stroke { channel, pitch, velocity, .. } = *stroke;
                let velocity = stroke.on.then_some(velocity);
                KeyStroke { offset: stroke.offset.into(), channel, pitch, velocity }
            })
            .collect();
        strokes.sort_by_key(|stroke| stroke.offset);
        for &(offset, channel, number, value) in block.controls.iter().take(200) {
            let control = match number {
                0..=127 => Control::Controller { number, value },
                128 => Control::Pressure(value),
                _ => Control::PitchBend(u16::from(value) << 7),
            };
            self.performer.control(ControlEvent { offset: offset.into(), channel, control });
        }
        let transport = if block.honest {
            let tempo = block.tempo.filter(|tempo| (20.0..400.0).contains(tempo)).unwrap_or(120.0);
            let position = self.position;
            self.position += f64::from(frames) / 48_000.0 * tempo / 60.0;
            BlockTransport {
                playing: true,
                tempo: Some(tempo),
                position_quarters: Some(position),
                meter: Some((4, 4)),
                ..BlockTransport::default()
            }
        } else {
            BlockTransport {
                playing: block.playing,
                pre_roll: block.pre_roll,
                tempo: block.tempo,
                position_quarters: block.position,
                position_samples: block.samples,
                meter: block.meter,
                bar_start_quarters: block.bar_start,
                cycle_quarters: block.cycle,
                offline: false,
            }
        };
        self.process(&transport, frames, &strokes);
    }

    fn deed(&mut self, deed: &Deed) {
        match deed {
            Deed::Reset => self.performer.reset(),
            Deed::SampleRate(rate) => self.performer.set_sample_rate(*rate),
            Deed::Phrase { place, length, ready_at, notes } => {
                let start = i64::from(place % 16) * 3840;
                let end = start + i64::from(length % 4 + 1) * 960;
                let mut notes: Vec<PartNote> = notes
                    .iter()
                    .take(64)
                    .map(|&(part, pitch, at, length, velocity)| {
                        let start = start + i64::from(at) % (end - start);
                        let length = (i64::from(length) + 1).min(end - start);
                        let note = Note { start, pitch: pitch & 127, length, velocity: velocity % 127 + 1 };
                        PartNote { part: Part::ALL[usize::from(part) % 5], note }
                    })
                    .collect();
                notes.sort_unstable_by_key(|note| (note.note, note.part));
                let span = PhraseSpan { start, end, meter: Meter::COMMON };
                let phrase = PlayablePhrase {
                    span,
                    notes: notes.into(),
                    ready_at: (*ready_at).into(),
                    differs_from: span.start,
                    programs: [1, 2, 3, 4],
                    key: None,
                };
                let _ = self.composer.deliveries.try_send(Delivery::Phrase(Box::new(phrase)));
            }
            Deed::Part { part, on, octave, velocity, channel } => {
                let part = &mut self.settings.parts[Part::ALL[usize::from(*part) % 5]];
                (part.on, part.octave, part.velocity, part.channel) = (*on, *octave, *velocity, *channel);
            }
            Deed::Switches { thru, programs, bypass, generate } => {
                (self.settings.thru, self.settings.program_changes) = (*thru, *programs);
                (self.bypass, self.generate) = (*bypass, *generate);
            }
        }
    }

    fn process(&mut self, transport: &BlockTransport, frames: u32, strokes: &[KeyStroke]) {
        let mut played: Vec<OutputEvent> = Vec::new();
        let (settings, bypass, generate) = (self.settings, self.bypass, self.generate);
        self.performer.process(transport, frames, &settings, bypass, generate, strokes, &mut |event| {
            played.push(event);
        });
        assert!(played.len() <= EVENTS_PER_BLOCK);
        let mut last = 0;
        for event in played {
            assert!(event.offset >= last && event.offset < frames, "{event:?} in a block of {frames}");
            last = event.offset;
            match event.kind {
                OutputEventKind::NoteOn { channel, pitch, velocity } => {
                    assert!(channel < 16 && pitch < 128 && (1..128).contains(&velocity), "{event:?}");
                    assert!(self.sounding.insert((channel, pitch)), "{event:?} while it sounds");
                }
                OutputEventKind::NoteOff { channel, pitch } => {
                    assert!(self.sounding.remove(&(channel, pitch)), "{event:?} without its beginning");
                }
                OutputEventKind::ProgramChange { .. } | OutputEventKind::Control { .. } => {}
            }
        }
        while let Ok(fact) = self.composer.facts.try_recv() {
            if let Fact::Rolled { from, to, rolled, .. } = fact {
                self.rolled += to - from;
                assert!(to > from && rolled == self.rolled, "rolled time does not add up");
            }
        }
        while self.composer.returns.try_recv().is_ok() {}
    }
}
