//! What goes on with melodies, as the window shows it: a choice of the user's for all projects.

use super::State;
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

impl State {
    /// Keeps what the player has just clicked, or reads the choice if that was not done within the last second. Called
    /// while a menu shows it.
    pub fn follow_network_choice(&mut self, wiring: &Wiring) {
        let choice = &mut self.tools.network;
        if let Some(wanted) = choice.wanted.take() {
            return self.choose_network(wanted, wiring);
        }
        if choice.read.is_none_or(|read| read.elapsed() > FRESH) {
            choice.read = Some(Instant::now());
            choice.shown = wiring.melody_engine();
        }
    }

    fn choose_network(&mut self, wanted: MelodyEngine, wiring: &Wiring) {
        if let Err(error) = wiring.choose_melody_engine(wanted) {
            return self.show_error(format!("The network was not chosen: {error}."));
        }
        (self.tools.network.shown, self.tools.network.read) = (wanted, Some(Instant::now()));
        let who = match wanted {
            MelodyEngine::Both => "both networks together",
            MelodyEngine::Transformer => "the transformer alone",
            MelodyEngine::Lstm => "the LSTM alone",
        };
        self.show_message(format!("Extend and Lead go on with {who} from now on, in all projects."));
    }
}
