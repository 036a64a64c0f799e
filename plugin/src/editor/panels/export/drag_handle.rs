//! The handle by which the song, or a piece of it, is dragged into another program.

use crate::{
    editor::{
        context::EditorContext,
        files::{dialog, export},
        state::{State, file_dialogs::PathPurpose},
        theme,
        widgets::look,
    },
    files::dragged,
};
use continuo_engine::score::Extent;
use egui::{Align2, CursorIcon, Role, Sense, Ui, Vec2, WidgetInfo, pos2, vec2};
use std::path::PathBuf;

/// Draws the handle.
pub fn show(ui: &mut Ui, size: Vec2, context: &EditorContext, state: &mut State) {
    let extent = state.files.piece.extent(state.target_tick());
    let name = state.files.piece.name();
    let word = format!("Drag {name}");
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &word));
    ui.painter().rect_filled(rect, theme::ROUND, look::background(&response));
    let grip = pos2(rect.left() + 10.0, rect.center().y);
    for dot in 0..6 {
        let at = grip + vec2((dot % 2) as f32 * 4.0, (dot / 2) as f32 * 4.0 - 4.0);
        ui.painter().circle_filled(at, 1.2, theme::quiet());
    }
    let middle = rect.center() + vec2(6.0, 0.0);
    let font = look::fitted(ui, &word, rect.width() - 24.0);
    ui.painter().text(middle, Align2::CENTER_CENTER, &word, font, theme::bright());
    look::outline(ui, rect);
    look::focus_ring(ui, &response, rect);
    let can_drag = state.drag_and_drop.is_supported();
    if response.drag_started() && can_drag {
        match write(extent, context, state) {
            Ok(file) => {
                state.drag_and_drop.drag_out(file.clone());
                state.files.saved = Some(file);
            }
            Err(error) => state.show_error(error),
        }
    } else if response.clicked() || (response.drag_started() && !can_drag) {
        dialog::open(PathPurpose::Save(extent), context, state);
    }
    let help = if can_drag {
        format!(
            "Drag the {name} as a MIDI file into your DAW's timeline, to the bar in the file's name, or else to bar 1. A \
             click saves it instead."
        )
    } else {
        format!(
            "Files cannot be dragged out of this window here. A click saves the {name}; use \"Copy path\" or your file \
             manager to put it into the timeline."
        )
    };
    response.on_hover_and_drag_cursor(CursorIcon::Grab).on_hover_text(help);
}

/// Writes an extent of the score to a file that stays as it is.
fn write(extent: Extent, context: &EditorContext, state: &State) -> Result<PathBuf, String> {
    let file = export::midi_file(extent, context, state).map_err(|error| error.to_string())?;
    dragged::write(&file)
}
