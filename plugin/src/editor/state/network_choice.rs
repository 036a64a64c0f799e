//! What goes on with melodies, as the window shows it: a choice of the user's for all projects.

use crate::process::wiring::Wiring;
use continuo_engine::network::MelodyEngine;
use std::time::{Duration, Instant};

/// After so long the preferences are read again: another window, or the command line, may have changed them.
const FRESH: Duration = Duration::from_secs(1);

/// The choice, and when it was read.
#[derive(Debug, Default)]
pub struct NetworkChoice {
    /// What the window shows.
    pub shown: MelodyEngine,
    /// What the player has just clicked.
    pub wanted: Option<MelodyEngine>,
    read: Option<Instant>,
}

impl NetworkChoice {
    /// Keeps what the player has just clicked, and says what became of it; or reads the choice if that was not done within
    /// the last second. Called while a menu shows it.
    pub fn follow(&mut self, wiring: &Wiring) -> Option<Result<String, String>> {
        if let Some(wanted) = self.wanted.take() {
            return Some(self.choose(wanted, wiring));
        }
        if self.read.is_none_or(|read| read.elapsed() > FRESH) {
            (self.shown, self.read) = (wiring.melody_engine(), Some(Instant::now()));
        }
        None
    }

    fn choose(&mut self, wanted: MelodyEngine, wiring: &Wiring) -> Result<String, String> {
        wiring.choose_melody_engine(wanted).map_err(|error| format!("The network was not chosen: {error}."))?;
        (self.shown, self.read) = (wanted, Some(Instant::now()));
        let who = match wanted {
            MelodyEngine::Both => "both networks together",
            MelodyEngine::Transformer => "the transformer alone",
            MelodyEngine::Lstm => "the LSTM alone",
        };
        Ok(format!("Extend and Lead go on with {who} from now on, in all projects."))
    }
}
