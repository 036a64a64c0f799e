//! The score as a MIDI file.

use crate::editor::{context::EditorContext, state::State};
use continuo_engine::export::{self, Extent};

/// Makes the MIDI file of an extent of the score.
///
/// # Errors
/// The score holds no notes there.
pub fn midi_file(
    extent: Extent,
    context: &EditorContext,
    state: &State,
) -> Result<export::Export, export::ExportError> {
    export::export(&state.snapshot.score, extent, &context.wiring.params.settings(), state.playback.tempo)
}
