//! A host's main thread saves, loads and asks while its audio thread plays.

use crate::{
    PART,
    built::FORMATS,
    watched::{ROLLING, Watched, state_for},
};
use continuo_harness::{Audio, Balance, Host, HostEvent, NoteEvent, NoteEventKind, Transport, evidence};
use std::{
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Raises a flag when it goes, also in a panic: the other thread would wait for ever.
struct RaisedAtEnd<'a>(&'a AtomicBool);

impl Drop for RaisedAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn saving_loading_and_asking_while_processing() {
    const ROUNDS: u32 = 150;
    const PATIENCE: Duration = Duration::from_mins(5);
    for format in FORMATS {
        let mut watched = Watched::new(format, 48_000.0, 256, false);
        let state = state_for(format);
        let parameters = watched.host.parameters().expect("parameters are listed");
        let (done, blocks) = (AtomicBool::new(false), AtomicU32::new(0));
        let mut wrong = None;
        let mut play = |audio: &mut dyn Audio| {
            let mut balance = Balance::default();
            let mut transport = ROLLING;
            let mut block = |transport: &Transport, events: &[HostEvent]| {
                let played = audio.process_events(256, Some(transport), events).map_err(|error| error.to_string())?;
                balance.take(256, &played)?;
                blocks.fetch_add(1, Ordering::Relaxed);
                Ok::<bool, String>(balance.is_silent())
            };
            let outcome = (|| {
                while !done.load(Ordering::Relaxed) {
                    let pitch = 60 + (transport.sample / 2000 % 12) as u8;
                    for kind in [NoteEventKind::On(80), NoteEventKind::Off] {
                        block(&transport, &[HostEvent::Note(NoteEvent { time: 0, kind, channel: 0, pitch })])?;
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
        let mut ask = |host: &mut dyn Host| {
            let _done = RaisedAtEnd(&done);
            for round in 0..ROUNDS {
                host.save().expect("the state is saved");
                if round.is_multiple_of(5) {
                    host.load(&state).expect("the state is taken");
                }
                let parameter = &parameters[round as usize % parameters.len()];
                let value = host.raw_value(parameter.id).expect("the value is told");
                host.text_of(parameter.id, value).expect("the value is written");
            }
            // On a machine with one core the audio thread may have had no turn yet.
            let begun = Instant::now();
            while blocks.load(Ordering::Relaxed) <= ROUNDS && begun.elapsed() < PATIENCE {
                thread::sleep(Duration::from_millis(5));
            }
        };
        watched.host.on_two_threads(&mut play, &mut ask).expect("the plugin is active");
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
