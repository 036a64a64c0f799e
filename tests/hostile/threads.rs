//! A host's main thread saves, loads and reads values while its audio thread plays.

use crate::{PART, watched::Watched};
use continuo_harness::{
    AudioSide, Balance, HostEvent, NoteEventKind, PluginHost, Transport,
    built::{FORMATS, played_state},
    evidence,
};
use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Sets a flag on drop, also in a panic: otherwise the other thread would wait for ever.
struct SetAtEnd<'a>(&'a AtomicBool);

impl Drop for SetAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn saving_loading_and_reading_values_while_processing() {
    const ROUNDS: u32 = 150;
    const PATIENCE: Duration = Duration::from_mins(5);
    for format in FORMATS {
        let mut watched = Watched::new(format, 48_000.0, 256, false);
        let state = played_state(format);
        let parameters = watched.host.parameters().expect("the plugin lists its parameters");
        let (done, blocks) = (AtomicBool::new(false), AtomicU32::new(0));
        let mut wrong = None;
        let mut play = |audio: &mut dyn AudioSide| {
            let mut balance = Balance::default();
            let mut transport = Transport::ROLLING;
            let mut block = |transport: &Transport, events: &[HostEvent]| {
                let played = audio.process_events(256, Some(transport), events).map_err(|error| error.to_string())?;
                balance.add(256, &played)?;
                blocks.fetch_add(1, Ordering::Relaxed);
                Ok::<bool, String>(balance.is_silent())
            };
            let outcome = (|| {
                while !done.load(Ordering::Relaxed) {
                    let pitch = 60 + (transport.sample / 2000 % 12) as u8;
                    for kind in [NoteEventKind::On(80), NoteEventKind::Off] {
                        block(&transport, &[HostEvent::melody(0, kind, pitch)])?;
                        transport.position = (transport.position + 256.0 / 24_000.0) % 32.0;
                        transport.sample = (transport.position * 24_000.0) as i64;
                    }
                }
                transport.playing = false;
                for _ in 0..20 {
                    block(&transport, &[])?;
                }
                if block(&transport, &[])? { Ok(()) } else { Err("notes still sound".to_owned()) }
            })();
            wrong = outcome.err();
        };
        let mut main = |host: &mut dyn PluginHost| {
            let _done = SetAtEnd(&done);
            for round in 0..ROUNDS {
                host.save().expect("the plugin saves its state");
                if round.is_multiple_of(5) {
                    host.load(&state).expect("the plugin accepts the state");
                }
                let parameter = &parameters[round as usize % parameters.len()];
                let value = host.raw_value(parameter.id).expect("the plugin has the value");
                host.text_of(parameter.id, value).expect("the plugin writes the value");
            }
            // On a machine with one core the audio thread may not have run yet.
            let begun = Instant::now();
            while blocks.load(Ordering::Relaxed) <= ROUNDS && begun.elapsed() < PATIENCE {
                thread::sleep(Duration::from_millis(5));
            }
        };
        watched.host.on_two_threads(&mut play, &mut main).expect("the plugin is active");
        assert_eq!(wrong, None, "{format:?}");
        assert!(blocks.load(Ordering::Relaxed) > ROUNDS, "the audio thread hardly ran");
    }
    evidence::record(
        PART,
        "Saving, loading and asking on the main thread while the audio thread plays",
        "two threads, both formats; each event checked",
        format!("{} saves and {} loads", 2 * ROUNDS, 2 * ROUNDS / 5),
    );
}
