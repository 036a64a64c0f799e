//! The conductor: the discriminator that the generator was trained against, as a judge of takes. Several takes of a
//! phrase are drawn in one batch, judged in one batch, and the best is played.

use crate::network::{
    contract::DRUM_VOICES,
    fit::Cell,
    generator::NetworkInput,
    model::Helper,
    runtime::{InferenceError, SharedBackend, run_finite},
    window::PlayedWindows,
};
use continuo_music::part::{PartMap, PartNotes};
use serde::{Deserialize, Serialize};

/// What the conductor said about the takes of a phrase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The one that is played, as an index into `scores`: the best, or the one that the player wanted instead.
    pub chosen: u8,
    /// Of each take that was drawn, in order: higher is more real and fits better. Take number `take + index` of the
    /// same phrase, drawn alone, has the same notes.
    pub scores: Vec<f32>,
    /// Parts that were not drawn but stayed as they were.
    #[serde(default, skip_serializing_if = "nothing_kept")]
    pub kept: PartMap<bool>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn nothing_kept(kept: &PartMap<bool>) -> bool {
    kept.iter().all(|(_, &kept)| !kept)
}

impl Judged {
    /// The preferred take is played, or else the first of those with the highest score.
    pub(crate) fn of(scores: Vec<f32>, preferred: Option<u8>, kept: PartMap<bool>) -> Self {
        let preferred = preferred.filter(|&preferred| usize::from(preferred) < scores.len());
        let chosen = preferred.unwrap_or_else(|| best(&scores));
        Self { chosen, scores, kept }
    }

    /// The one that the conductor likes best, as an index into the scores: the first of equals.
    pub fn best(&self) -> u8 {
        best(&self.scores)
    }
}

fn best(scores: &[f32]) -> u8 {
    let mut best = 0;
    for (index, score) in scores.iter().enumerate() {
        if *score > scores[best] {
            best = index;
        }
    }
    best as u8
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

    /// The score of each take, the mean over its windows.
    pub(crate) fn judge(
        &self,
        windows: &[JudgedWindow<'_>],
        takes: &[PartNotes],
        playing: PartMap<bool>,
        voices: &[u8; DRUM_VOICES],
    ) -> Result<Vec<f32>, InferenceError> {
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
        Ok((0..takes.len()).map(mean).collect())
    }
}
