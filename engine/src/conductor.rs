//! The conductor: the discriminator that the generator was trained against, as a judge of takes. Several takes of a
//! phrase are drawn in one batch, judged in one batch, and the best is played.

use crate::{
    arranger::{ComposeError, PartNotes},
    fit::Cell,
    generator::{NetworkInput, SharedBackend, run_finite},
    model::{DRUM_VOICES, Helper},
    part::PartMap,
    window::PlayedWindows,
};
use serde::{Deserialize, Serialize};

/// What the conductor said about the takes of a phrase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The one that is played, as an index into `scores`.
    pub chosen: u8,
    /// Of each take that was drawn, in order: higher is more real and fits better. Take number `take + index` of the
    /// same phrase, drawn alone, has the same notes.
    pub scores: Vec<f32>,
}

/// One window of all takes.
pub(crate) struct JudgedWindow<'a> {
    /// For each take, what the generator read and the semitones by which everything was moved.
    pub read: Vec<(&'a NetworkInput, i64)>,
    /// The window's steps.
    pub cells: &'a [Cell],
}

/// A conductor in a runtime. Lives on the composer's thread.
pub struct Conductor {
    helper: Helper,
    network: SharedBackend,
}

impl Conductor {
    /// A conductor with the network that was made of its file.
    pub(crate) const fn new(helper: Helper, network: SharedBackend) -> Self {
        Self { helper, network }
    }

    /// Name and version.
    pub fn name(&self) -> &str {
        self.helper.name()
    }

    /// Judges takes, as the mean over their windows. The first of equals is chosen.
    pub(crate) fn judge(
        &self,
        windows: &[JudgedWindow<'_>],
        takes: &[PartNotes],
        playing: PartMap<bool>,
        voices: &[u8; DRUM_VOICES],
    ) -> Result<Judged, ComposeError> {
        let mut played = PlayedWindows::default();
        for window in windows {
            for ((_, shift), notes) in window.read.iter().zip(takes) {
                played.push(notes, playing, window.cells, *shift, voices);
            }
        }
        let seen = NetworkInput::stacked(windows.iter().flat_map(|window| window.read.iter().map(|(input, _)| *input)));
        // The conductor reads what the generator read, without its noise and what was given to it.
        let mut tensors: Vec<_> = seen
            .tensors()
            .into_iter()
            .filter(|tensor| !matches!(tensor.name, "given" | "given_drums" | "given_parts" | "noise"))
            .collect();
        tensors.extend(played.tensors());
        let signature = self.helper.file().signature();
        tensors.sort_by_key(|tensor| signature.inputs.iter().position(|(name, _)| *name == tensor.name));
        let found = run_finite(&mut *self.network.lock(), played.batch(), &tensors, &signature.outputs)?;
        let all = found.into_iter().next().unwrap_or_default();
        let mean = |take: usize| all.iter().skip(take).step_by(takes.len()).sum::<f32>() / windows.len().max(1) as f32;
        let scores: Vec<f32> = (0..takes.len()).map(mean).collect();
        let mut chosen = 0;
        for (index, score) in scores.iter().enumerate() {
            if *score > scores[chosen] {
                chosen = index;
            }
        }
        Ok(Judged { chosen: chosen as u8, scores })
    }
}

#[cfg(all(test, feature = "runtimes"))]
pub(crate) mod tests;
