//! Has MIDI files read, and uses what was in them.

use crate::{
    editor::{context::EditorContext, state::State},
    files::reader::{ReadContent, ReadRequest},
};
use continuo_engine::score::{Edit, WholeSong};
use nice_plug::prelude::Param;

/// Starts to read files on another thread; [`finish`] uses the result.
pub fn start(request: ReadRequest, context: &EditorContext, state: &mut State) {
    let message = match &request {
        ReadRequest::Melody(file) | ReadRequest::Groove(file) => format!("Reading {}…", file.display()),
        ReadRequest::Style { files, .. } if files.len() > 1 => format!("Making a style from {} files…", files.len()),
        ReadRequest::Style { .. } => "Making a style…".to_owned(),
    };
    match context.wiring.file_reader.start(request, &context.wiring.shared) {
        Ok(()) => state.show_message(message),
        Err(error) => state.show_error(error),
    }
}

/// Uses the result, once it is there.
pub fn finish(context: &EditorContext, state: &mut State) {
    match context.wiring.file_reader.result() {
        None => {}
        Some(Ok((found, message))) => {
            state.show_message(message);
            match found {
                ReadContent::Melody(song) => arrange(song, context, state),
                ReadContent::Groove(name, template) => state.tools.template = Some((name, template)),
                ReadContent::Style { slot, second } => {
                    let params = &context.wiring.params;
                    let genre = if second { &params.genre_b } else { &params.genre };
                    context.set(genre, genre.preview_normalized(i32::from(slot)), &mut state.pending);
                }
            }
        }
        Some(Err(error)) => state.show_error(error),
    }
}

/// Arranges a melody from its start.
fn arrange(song: Box<WholeSong>, context: &EditorContext, state: &mut State) {
    let mode = &context.wiring.params.mode;
    // The other modes would replace the arrangement by guesses.
    context.set(mode, mode.default_normalized_value(), &mut state.pending);
    state.time_axis.from = 0.0;
    state.time_axis.follow = true;
    state.selected = None;
    state.opened = Some(song.meters.clone());
    state.request(Edit::Arrange(song), context.wiring);
}
