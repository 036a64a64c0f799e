//! What is found once in a whole song, and what each of its phrases knows.

use super::{
    knowledge::{Found, Knowledge},
    own_parts::Playing,
};
use crate::score::{chords::keys_of, score::Score};
use continuo_music::{
    key::KeyMap,
    meter::PhraseSpan,
    part::PartMap,
    sections::form_borders,
    settings::Settings,
    swing::{Feel, SwingMap},
    time::Tick,
};

/// What is found in the melody of a whole song.
pub struct SongKnowledge {
    /// Its keys, or the one that the settings name.
    pub keys: KeyMap,
    /// How it swings.
    pub swings: SwingMap,
    borders: Vec<Tick>,
    swing: Option<u8>,
    own: PartMap<bool>,
}

impl SongKnowledge {
    /// Finds it in the score's melody.
    pub fn of(score: &Score, settings: &Settings) -> Self {
        let found = || keys_of(score.melody(), score.heard(), &score.meters);
        Self {
            keys: settings.shape.key.map_or_else(found, KeyMap::constant),
            swings: SwingMap::of(score.melody(), score.heard(), &score.meters),
            borders: form_borders(score.melody(), score.heard(), &score.meters),
            swing: settings.shape.swing,
            own: settings.shape.own,
        }
    }

    /// What a phrase knows, with the phrases before it that the score has.
    pub fn phrase(&self, score: &Score, span: &PhraseSpan) -> Knowledge {
        let feel = Feel::of(self.swing, self.swings.at(span), span.meter);
        let playing = Playing { parts: score.own_parts(), own: &self.own };
        let found = Found { keys: &self.keys, form_borders: &self.borders, feel };
        Knowledge::in_song(score, score.melody().to_vec(), score.heard(), playing, found, span)
    }
}
