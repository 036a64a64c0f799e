//! Whatever a host, a player and a composer do: each note-on has its note-off, nothing is out of order or outside its
//! block, and the facts make sense together. The rig checks the output as it comes.

use super::rig::{Rig, notes, phrase};
use continuo_engine::realtime::{
    BlockTransport, Control, ControlEvent, Delivery, Expression, Fact, KeyStroke, LeadNote, MelodyBar, MelodyNote,
    PLAY_AT_ONCE, PlayableLead, PlayableMelody, PlayablePhrase,
};
use continuo_music::{
    lead::LeadMode,
    note::Note,
    part::Part,
    settings::{MelodySource, Settings},
    time::Tick,
};
use proptest::prelude::*;

/// One block of a run.
#[derive(Clone, Debug)]
enum Action {
    /// The host plays on, honestly.
    PlayOn,
    Stop,
    Seek(f64),
    Tempo(f64),
    Loop(Option<(f64, f64)>),
    /// The host reports nonsense.
    Hostile(BlockTransport),
    Deliver(PlayablePhrase),
    DeliverTable(Vec<PlayablePhrase>),
    DeliverMelody(PlayableMelody),
    DeliverLead(PlayableLead),
    Settings(Settings),
    Bypass(bool),
    Reset,
    SampleRate(f64),
}

fn hostile_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(-1.0),
        Just(0.0),
        Just(1e300),
        -1e10..1e10f64,
        0.0..2000.0f64
    ]
}

fn hostile() -> impl Strategy<Value = BlockTransport> {
    let number = || proptest::option::of(hostile_number());
    let cycle = proptest::option::of((hostile_number(), hostile_number()));
    let meter = proptest::option::of((any::<i64>(), any::<i64>()));
    (any::<bool>(), number(), number(), proptest::option::of(any::<i64>()), meter, number(), cycle).prop_map(
        |(playing, tempo, position_quarters, position_samples, meter, bar_start_quarters, cycle_quarters)| {
            BlockTransport {
                playing,
                pre_roll: false,
                tempo,
                position_quarters,
                position_samples,
                meter,
                bar_start_quarters,
                cycle_quarters,
                offline: false,
            }
        },
    )
}

fn any_phrase() -> impl Strategy<Value = PlayablePhrase> {
    (0..8i64, prop_oneof![Just(3840i64), Just(7680), Just(2880)])
        .prop_flat_map(|(place, length)| {
            let start = place / (length / 960).min(2) * length;
            (Just(start), Just(start + length), notes(start, start + length), 0..40_000i64, any::<bool>())
        })
        .prop_map(|(start, end, notes, ready_at, at_once)| {
            phrase(start, end, if at_once { PLAY_AT_ONCE } else { ready_at }, notes)
        })
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let source = prop_oneof![4 => Just(None), 1 => (0..3u8).prop_map(Some), 1 => Just(Some(9))];
    let part = (any::<bool>(), -3..4i8, prop_oneof![Just(f32::NAN), 0.0..3.0f32], 0..3u8, source);
    let melody = prop::sample::select(vec![MelodySource::Input, MelodySource::Score, MelodySource::Both]);
    let switches = (any::<bool>(), any::<bool>(), proptest::option::of(56..60u8), melody);
    let lead = (prop::sample::select(LeadMode::ALL.to_vec()), any::<bool>(), -3..4i8, 0..3u8);
    (proptest::collection::vec(part, 5), switches, lead).prop_map(|(parts, switches, lead)| {
        let (thru, program_changes, split, melody_source) = switches;
        let mut settings = Settings { thru, program_changes, split, melody_source, ..Settings::default() };
        for (part, (on, octave, velocity, channel, source)) in Part::ALL.into_iter().zip(parts) {
            let part = &mut settings.parts[part];
            // Few channels, the melody's among them: parts meet on the same keys.
            (part.on, part.octave, part.velocity, part.channel) = (on, octave, velocity, channel);
            part.source = source;
        }
        let play = &mut settings.lead.play;
        (settings.lead.mode, play.on, play.octave, play.channel) = lead;
        settings
    })
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        20 => Just(Action::PlayOn),
        2 => Just(Action::Stop),
        2 => (-2.0..40.0f64).prop_map(Action::Seek),
        2 => (20.0..400.0f64).prop_map(Action::Tempo),
        2 => proptest::option::of((-1.0..20.0f64, 0.05..9.0f64)).prop_map(Action::Loop),
        2 => hostile().prop_map(Action::Hostile),
        4 => any_phrase().prop_map(Action::Deliver),
        1 => score_table().prop_map(Action::DeliverTable),
        2 => any_melody().prop_map(Action::DeliverMelody),
        2 => any_lead().prop_map(Action::DeliverLead),
        2 => any_settings().prop_map(Action::Settings),
        1 => any::<bool>().prop_map(Action::Bypass),
        1 => Just(Action::Reset),
        1 => hostile_number().prop_map(Action::SampleRate),
    ]
}

/// A melody of few pitches, those of the keys, with overlaps.
fn any_melody() -> impl Strategy<Value = PlayableMelody> {
    let note = (0..40_000i64, 55..60u8, 1..9000i64, prop_oneof![Just(PLAY_AT_ONCE), 0..40_000i64]);
    proptest::collection::vec(note, 0..40).prop_map(|mut raw| {
        raw.sort_unstable();
        let notes = raw.into_iter().map(|(start, pitch, length, ready_at)| MelodyNote {
            note: Note { start, pitch, length, velocity: 90 },
            ready_at,
        });
        let bars = (0..5).map(|bar| MelodyBar { start: bar * 7680, end: bar * 7680 + 3840, ready_at: bar * 9000 });
        PlayableMelody { bars: bars.collect(), notes: notes.collect() }
    })
}

/// A line of few pitches, those of the keys, some of which strokes silence.
fn any_lead() -> impl Strategy<Value = PlayableLead> {
    let note = (1..3000i64, 55..60u8, 1..4000i64, prop_oneof![Just(Tick::MAX), -500..9000i64]);
    (proptest::collection::vec(note, 0..40), 0..40_000i64).prop_map(|(raw, news)| {
        let mut start = 0;
        let notes = raw.into_iter().map(|(after, pitch, length, before)| {
            start += after;
            LeadNote { note: Note { start, pitch, length, velocity: 90 }, hushed_from: start.saturating_sub(before) }
        });
        PlayableLead { notes: notes.collect(), news: news..news + 960, program: 66 }
    })
}

fn score_table() -> impl Strategy<Value = Vec<PlayablePhrase>> {
    super::rig::score()
}

fn strokes() -> impl Strategy<Value = Vec<KeyStroke>> {
    let stroke = (0..9000u32, any::<bool>(), prop_oneof![4 => 0..3u8, 1 => Just(9)], 55..60u8, 0..128u8);
    proptest::collection::vec(stroke, 0..6).prop_map(|strokes| {
        strokes
            .into_iter()
            .map(|(offset, on, channel, pitch, velocity)| {
                if on {
                    KeyStroke::down(offset, channel, pitch, velocity)
                } else {
                    KeyStroke::up(offset, channel, pitch)
                }
            })
            .collect()
    })
}

fn controls() -> impl Strategy<Value = Vec<ControlEvent>> {
    let control = prop_oneof![
        (prop::sample::select(vec![1, 64, 64, 66, 74, 120, 121, 123]), any::<u8>())
            .prop_map(|(number, value)| Control::Controller { number, value }),
        any::<u16>().prop_map(Control::PitchBend),
        any::<u8>().prop_map(Control::Pressure),
        any::<u8>().prop_map(Control::Program),
        (any::<u8>(), hostile_number()).prop_map(|(pitch, value)| Control::Expression {
            kind: Expression::Tuning,
            pitch,
            value: value as f32,
        }),
    ];
    let event = (0..9000u32, prop_oneof![4 => 0..3u8, 1 => Just(9)], control);
    proptest::collection::vec(event, 0..4).prop_map(|events| {
        events.into_iter().map(|(offset, channel, control)| ControlEvent { offset, channel, control }).collect()
    })
}

/// Every run begins with `Started` and ends with `Left`; in between, stretches follow each other without gap, and
/// rolled time never goes back.
fn check_facts(facts: &[Fact]) {
    let mut at: Option<Tick> = None;
    let mut last = 0;
    let mut clock = 0;
    for fact in facts {
        match *fact {
            Fact::Started { tick, rolled } => {
                assert_eq!(at, None, "started without having left");
                assert_eq!(rolled, clock);
                (at, last) = (Some(tick), tick);
            }
            Fact::Rolled { from, to, rolled, .. } => {
                assert_eq!(at, Some(from), "a gap");
                assert!(to > from);
                clock += to - from;
                assert_eq!(rolled, clock);
                (at, last) = (Some(to), from);
            }
            Fact::Left { tick } => {
                // A loop that is not announced may have ended within the last stretch.
                assert!(at.take().is_some_and(|at| (last..=at).contains(&tick)), "left at {tick}");
            }
            Fact::NoteOn { tick, .. }
            | Fact::NoteOff { tick, .. }
            | Fact::PartOn { tick, .. }
            | Fact::PartOff { tick, .. } => {
                assert!(at.is_some_and(|at| at <= tick), "a note at {tick} was reported after {at:?}");
            }
            Fact::Located { .. } => assert_eq!(at, None),
            Fact::Settings(_) | Fact::Meter { .. } | Fact::Generate { .. } => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn notes_are_balanced_whatever_happens(
        actions in proptest::collection::vec((action(), 0..=8192u32, any::<bool>(), strokes(), controls()), 1..80),
        rate in prop_oneof![Just(8_000.0), Just(48_000.0), 8_000.0..768_000.0f64],
    ) {
        let mut rig = Rig::new(rate);
        let mut host = BlockTransport {
            playing: true, tempo: Some(120.0), position_quarters: Some(0.0), meter: Some((4, 4)), ..Default::default()
        };
        let mut rate = rate;
        for (action, frames, long, strokes, mut controls) in actions {
            let mut nonsense = None;
            match action {
                Action::PlayOn => {}
                Action::Stop => host.playing = !host.playing,
                Action::Seek(to) => host.position_quarters = Some(to),
                Action::Tempo(tempo) => host.tempo = Some(tempo),
                Action::Loop(cycle) => host.cycle_quarters = cycle.map(|(start, length)| (start, start + length)),
                Action::Hostile(hostile) => nonsense = Some(hostile),
                Action::Deliver(phrase) => rig.deliver(phrase),
                Action::DeliverMelody(melody) => {
                    rig.composer.deliveries.try_send(Delivery::Melody(Box::new(melody))).unwrap();
                }
                Action::DeliverLead(lead) => {
                    rig.composer.deliveries.try_send(Delivery::Lead(Box::new(lead))).unwrap();
                }
                Action::DeliverTable(phrases) => rig.deliver_table(phrases),
                Action::Settings(settings) => rig.settings = settings,
                Action::Bypass(bypass) => rig.bypass = bypass,
                Action::Reset => rig.performer.reset(),
                Action::SampleRate(to) => {
                    rig.performer.set_sample_rate(to);
                    rate = if to.is_finite() && to >= 1000.0 { to.min(1e7) } else { 48_000.0 };
                }
            }
            let frames = if long { frames } else { frames % 65 };
            let mut strokes = strokes;
            strokes.sort_by_key(|stroke| stroke.offset);
            controls.sort_by_key(|event| event.offset);
            for event in controls {
                rig.performer.control(event);
            }
            rig.block(&nonsense.unwrap_or(host), frames, &strokes);
            if host.playing
                && let (Some(position), Some(tempo)) = (&mut host.position_quarters, host.tempo)
            {
                let before = *position;
                *position += f64::from(frames) / rate * tempo / 60.0;
                if let Some((start, end)) = host.cycle_quarters
                    && before < end && *position >= end
                {
                    *position = start + (*position - end) % (end - start);
                }
            }
        }
        rig.finish();
        check_facts(&rig.facts);
    }
}
