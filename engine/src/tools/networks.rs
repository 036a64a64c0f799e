//! The networks of the tools, loaded when one first needs them.

use super::error::ToolError;
use crate::network::{BackendChoice, DrummerNetwork, MelodyEngine, MelodyNetwork, ModelSource, PhraseSpace, Reviser};

/// The networks that were loaded so far. Owned by whichever thread runs a tool.
#[derive(Default)]
pub struct ToolNetworks {
    /// What goes on with melodies, and which choice of the user's it is.
    melody: Option<(MelodyEngine, MelodyNetwork)>,
    drummer: Option<DrummerNetwork>,
    reviser: Option<Reviser>,
    judge: Option<MelodyNetwork>,
    phrases: Option<PhraseSpace>,
}

impl ToolNetworks {
    /// What goes on with melodies: what the user has chosen by now.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub fn melody(&mut self) -> Result<&MelodyNetwork, ToolError> {
        let engine = MelodyEngine::of_user();
        if self.melody.as_ref().is_none_or(|(loaded, _)| *loaded != engine) {
            let network = MelodyNetwork::load(&ModelSource::from_environment(), engine, BackendChoice::Auto)?;
            self.melody = Some((engine, network));
        }
        self.melody.as_ref().map(|(_, network)| network).ok_or(ToolError::Failed)
    }

    /// The drummer network.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub fn drummer(&mut self) -> Result<&DrummerNetwork, ToolError> {
        if self.drummer.is_none() {
            self.drummer = Some(DrummerNetwork::load(&ModelSource::from_environment(), BackendChoice::Auto)?);
        }
        self.drummer.as_ref().ok_or(ToolError::Failed)
    }

    /// The reviser.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub fn reviser(&mut self) -> Result<&Reviser, ToolError> {
        if self.reviser.is_none() {
            self.reviser = Some(Reviser::load(&ModelSource::from_environment(), BackendChoice::Auto)?);
        }
        self.reviser.as_ref().ok_or(ToolError::Failed)
    }

    /// The reviser, and the smaller melody network, which judges what the reviser proposes, if that can be loaded.
    ///
    /// # Errors
    /// When the reviser cannot be loaded.
    pub fn reviser_and_judge(&mut self) -> Result<(&Reviser, Option<&MelodyNetwork>), ToolError> {
        self.reviser()?;
        if self.judge.is_none() {
            // The reviser works without it.
            self.judge =
                MelodyNetwork::load(&ModelSource::from_environment(), MelodyEngine::Lstm, BackendChoice::Auto).ok();
        }
        let reviser = self.reviser.as_ref().ok_or(ToolError::Failed)?;
        Ok((reviser, self.judge.as_ref()))
    }

    /// The space of phrases.
    ///
    /// # Errors
    /// When it cannot be loaded.
    pub fn phrases(&mut self) -> Result<&PhraseSpace, ToolError> {
        if self.phrases.is_none() {
            self.phrases = Some(PhraseSpace::load(&ModelSource::from_environment(), BackendChoice::Auto)?);
        }
        self.phrases.as_ref().ok_or(ToolError::Failed)
    }
}

/// The id of the genre in a slot; `None` for an own style, or where the model cannot be read.
pub fn genre_id(slot: u8) -> Option<String> {
    let card = ModelSource::from_environment().card().ok()?;
    card.genres.into_iter().nth(usize::from(slot)).map(|genre| genre.id)
}
