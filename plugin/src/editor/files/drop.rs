//! Files that are dropped onto the window: onto the roll to be arranged, onto the style pad to become a style.

use crate::{
    editor::{context::EditorContext, files::import, platform::drag_event::DragEvent, state::State, theme},
    files::reader::ReadRequest,
};
use egui::{Pos2, Rect, Stroke, StrokeKind, Ui, pos2, vec2};
use std::path::PathBuf;

/// Handles the events of drag and drop, and shows where files can be dropped.
pub fn show(ui: &Ui, roll: Rect, style_pad: Rect, context: &EditorContext, state: &mut State) {
    let points = |(x, y): (i32, i32)| pos2(x as f32, y as f32) / ui.pixels_per_point();
    for event in state.drag_and_drop.events() {
        match event {
            DragEvent::Over(at) => state.drag_position = at.map(points),
            DragEvent::Dropped { files, at } => {
                state.drag_position = None;
                let at = points(at);
                if style_pad.contains(at) {
                    let second = at.x > style_pad.center().x;
                    import::start(ReadRequest::Style { files, second }, context, state);
                } else if roll.contains(at) {
                    drop_melody(files, context, state);
                } else {
                    state.show_error("Drop a MIDI file onto the roll to arrange it, or onto the style pad as a style.");
                }
            }
            DragEvent::DraggedOut { accepted: true } => state.show_message("The other program accepted the phrase."),
            DragEvent::DraggedOut { accepted: false } => {
                state.show_message(
                    "No program accepted the file. Use \"Copy path\" or your file manager to put it into the timeline.",
                );
            }
        }
    }
    if let Some(pointer) = state.drag_position {
        invite(ui, roll, "Drop a MIDI file to arrange its melody", pointer);
        invite(ui, style_pad, "Drop to make a style", pointer);
    }
}

fn drop_melody(mut files: Vec<PathBuf>, context: &EditorContext, state: &mut State) {
    match (files.pop(), files.len()) {
        (Some(file), 0) => import::start(ReadRequest::Melody(file), context, state),
        (_, more) => state.show_error(format!("These are {} files: drop one MIDI file of a melody.", more + 1)),
    }
}

/// Shows what a place does with the files that are being dragged.
fn invite(ui: &Ui, place: Rect, words: &str, pointer: Pos2) {
    let inside = place.contains(pointer);
    let colour = if inside { theme::accent() } else { theme::bar_line() };
    ui.painter().rect_stroke(place.shrink(1.0), 6.0, Stroke::new(2.5, colour), StrokeKind::Inside);
    if inside {
        let text = ui.painter().layout_no_wrap(words.to_owned(), theme::heading(), theme::ink());
        let card = Rect::from_center_size(place.center(), text.size() + vec2(32.0, 18.0));
        ui.painter().rect_filled(card, 8.0, theme::accent());
        ui.painter().galley(card.center() - text.size() / 2.0, text, theme::ink());
    }
}
