//! Any text as a saved arrangement: refused with a reason, or a score that can be saved unchanged and played.
#![no_main]

use continuo_engine::{
    composer::playable,
    realtime::{BlockTransport, Delivery, OutputEvent, OutputEventKind, PLAY_AT_ONCE, Performer, queues},
    score::Score,
};
use continuo_music::settings::Settings;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;

fuzz_target!(|text: &str| {
    let score = match Score::from_json(text) {
        Ok(score) => score,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    let saved = score.to_json();
    let again = Score::from_json(&saved).expect("what was saved can be read");
    assert_eq!(again, score);
    assert_eq!(again.to_json(), saved);
    play(&score);
});

/// Plays from a bar before the first phrase, then stops. Every note that begins ends.
fn play(score: &Score) {
    let Some(first) = score.phrases().first() else { return };
    let (audio, composer) = queues();
    let mut performer = Performer::new(audio, 48_000.0);
    let table = score.phrases().iter().take(64).map(|phrase| Box::new(playable(phrase, PLAY_AT_ONCE, None))).collect();
    composer.deliveries.try_send(Delivery::Table(Box::new(table))).expect("the queue is empty");
    let mut sounding = BTreeSet::new();
    for block in 0..40_u32 {
        let transport = BlockTransport {
            playing: block < 36,
            tempo: Some(300.0),
            position_quarters: Some(first.span.start as f64 / 960.0 - 4.0 + f64::from(block) * 8192.0 / 9600.0),
            meter: Some((4, 4)),
            ..BlockTransport::default()
        };
        performer.process(&transport, 8192, &Settings::default(), false, false, &[], &mut |event: OutputEvent| {
            match event.kind {
                OutputEventKind::NoteOn { channel, pitch, .. } => {
                    assert!(sounding.insert((channel, pitch)), "begins twice");
                }
                OutputEventKind::NoteOff { channel, pitch } => {
                    assert!(sounding.remove(&(channel, pitch)), "ends twice");
                }
                OutputEventKind::ProgramChange { .. } | OutputEventKind::Control { .. } => {}
            }
        });
    }
    assert!(sounding.is_empty(), "hangs: {sounding:?}");
}
