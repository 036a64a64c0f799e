//! Loads the instruments on a thread of its own, and frees what the audio thread gives back.

use crate::process::instruments::Instruments;
use continuo_engine::storage::DataFolder;
use continuo_sounds::{Font, FontError, Player};
use crossbeam_channel::{Receiver, Sender, bounded};
use nice_plug::prelude::{nice_error, nice_warn};
use parking_lot::Mutex;
use std::{
    sync::Arc,
    thread::{Builder, JoinHandle},
    time::{Duration, Instant},
};

/// How long a host that renders offline waits for the instruments.
const PATIENCE: Duration = Duration::from_secs(20);

/// Two bounded queues to and from the audio thread, and the thread that loads. While the audio thread runs in real time it
/// neither waits nor frees; nobody ever sleeps in `recv`, so it takes no lock.
pub struct SoundLoader {
    data: Option<DataFolder>,
    thread: Option<JoinHandle<()>>,
    made: (Sender<Box<Instruments>>, Receiver<Box<Instruments>>),
    used: (Sender<Box<Instruments>>, Receiver<Box<Instruments>>),
    fault: Arc<Mutex<Option<String>>>,
}

impl SoundLoader {
    /// Loads nothing yet. `data` may hold a SoundFont of the user's; what is wrong with the sounds goes to `fault`.
    pub fn new(data: Option<DataFolder>, fault: Arc<Mutex<Option<String>>>) -> Self {
        Self { data, thread: None, made: bounded(2), used: bounded(4), fault }
    }

    /// Starts to load instruments for a sample rate, in Hz. Not for the audio thread.
    pub fn start(&mut self, sample_rate: f64) {
        self.stop();
        let (sender, data, fault) = (self.made.0.clone(), self.data.clone(), Arc::clone(&self.fault));
        let load = move || match load(data.as_ref(), sample_rate, &fault) {
            Ok(instruments) => drop(sender.try_send(Box::new(instruments))),
            Err(error) => {
                nice_error!("Continuo makes no sound: {error}");
                *fault.lock() = Some(format!("no sound: {error}"));
            }
        };
        match Builder::new().name("continuo-sounds".to_owned()).spawn(load) {
            Ok(thread) => self.thread = Some(thread),
            Err(error) => nice_error!("Continuo makes no sound: its thread could not be started: {error}"),
        }
    }

    /// The instruments, once they are loaded. Offline, it waits for them.
    pub fn loaded(&self, offline: bool) -> Option<Box<Instruments>> {
        let is_loading = || self.thread.as_ref().is_some_and(|thread| !thread.is_finished());
        let begun = Instant::now();
        while offline && self.made.1.is_empty() && is_loading() && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.made.1.try_recv().ok()
    }

    /// Takes instruments that the audio thread does not need. They are freed later.
    pub fn give_back(&self, instruments: Box<Instruments>) {
        if let Err(error) = self.used.0.try_send(instruments) {
            // Better never freed than freed here.
            std::mem::forget(error.into_inner());
        }
    }

    /// Waits for the thread, and frees what was loaded and given back. Not for the audio thread.
    pub fn stop(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        while self.made.1.try_recv().is_ok() || self.used.1.try_recv().is_ok() {}
    }
}

impl Drop for SoundLoader {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The user's SoundFont, or, where that cannot be used, the built-in one.
fn load(data: Option<&DataFolder>, sample_rate: f64, fault: &Mutex<Option<String>>) -> Result<Instruments, String> {
    let installed = data.and_then(DataFolder::sound_font);
    let font = Font::chosen(None, installed.as_deref()).or_else(|error: FontError| {
        nice_warn!("Continuo plays its built-in sounds: {error}");
        *fault.lock() = Some(format!("the built-in sounds play: {error}"));
        Font::built_in()
    });
    let player = font.map_err(|error| error.to_string())?;
    let player = Player::new(&player, sample_rate).map_err(|error| error.to_string())?;
    Ok(Instruments::new(player, sample_rate))
}
