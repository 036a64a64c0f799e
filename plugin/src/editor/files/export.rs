//! The score as a MIDI file.

use crate::editor::{context::EditorContext, state::State};
use continuo_engine::score::{Export, ExportError, Extent, export};

/// Makes the MIDI file of an extent of the score.
///
/// # Errors
/// The score holds no notes there.
pub fn midi_file(extent: Extent, context: &EditorContext, state: &State) -> Result<Export, ExportError> {
    export(&state.snapshot.score, extent, &context.wiring.params.settings(), state.playback.tempo)
}
