//! The conductor judges takes: it is the discriminator that the generator was trained against. Several takes of a
//! phrase are generated in one batch and scored in one batch, and the best one plays.

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

/// The conductor's verdict on the takes of a phrase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The index into `scores` of the take that plays: the best, or the one that the user chose instead.
    pub chosen: u8,
    /// The score of each take, in order: higher means more realistic and a better fit. Take number `take + index` of
    /// the same phrase, generated alone, has the same notes.
    pub scores: Vec<f32>,
    /// Parts that were kept rather than generated.
    #[serde(default, skip_serializing_if = "nothing_kept")]
    pub kept: PartMap<bool>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn nothing_kept(kept: &PartMap<bool>) -> bool {
    kept.iter().all(|(_, &kept)| !kept)
}

impl Judged {
    /// Chooses the preferred take, or else the first one with the highest score.
    pub(crate) fn of(scores: Vec<f32>, preferred: Option<u8>, kept: PartMap<bool>) -> Self {
        let preferred = preferred.filter(|&preferred| usize::from(preferred) < scores.len());
        let chosen = preferred.unwrap_or_else(|| best(&scores));
        Self { chosen, scores, kept }
    }

    /// The index of the highest score, the first one of equals.
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
    /// For each take, the generator's input and its transposition in semitones.
    pub inputs: Vec<(&'a NetworkInput, i64)>,
    /// The window's steps.
    pub cells: &'a [Cell],
}

/// A conductor in a runtime. The composer's thread owns it.
pub struct Conductor {
    helper: Helper,
    network: SharedBackend,
}

impl Conductor {
    /// A conductor with the network loaded from its file.
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
        let mut scores = vec![0.0; takes.len()];
        // Window by window, since all takes of a window share what lies before and above them.
        for window in windows {
            let found = self.judge_window(window, takes, playing, voices)?;
            for (score, found) in scores.iter_mut().zip(found) {
                *score += found / windows.len() as f32;
            }
        }
        Ok(scores)
    }

    fn judge_window(
        &self,
        window: &JudgedWindow<'_>,
        takes: &[PartNotes],
        playing: PartMap<bool>,
        voices: &[u8; DRUM_VOICES],
    ) -> Result<Vec<f32>, InferenceError> {
        let mut played = PlayedWindows::with_room(takes.len());
        for ((_, shift), notes) in window.inputs.iter().zip(takes) {
            played.push(notes, playing, window.cells, *shift, voices);
        }
        let generator_input = NetworkInput::stacked(window.inputs.iter().map(|(input, _)| *input));
        // The conductor reads the generator's input without the noise and what is given.
        let mut tensors: Vec<_> = generator_input
            .tensors()
            .into_iter()
            .filter(|tensor| {
                !matches!(
                    tensor.name,
                    "given" | "given_drums" | "given_parts" | "noise" | "given_chords" | "chords_given"
                )
            })
            .collect();
        tensors.extend(played.tensors());
        let signature = self.helper.file().signature();
        tensors.sort_by_key(|tensor| signature.inputs.iter().position(|(name, _)| *name == tensor.name));
        let outputs = run_finite(&mut *self.network.lock(), played.batch(), &tensors, &signature.outputs)?;
        drop(tensors);
        played.give_back();
        Ok(outputs.into_iter().next().unwrap_or_default())
    }
}
