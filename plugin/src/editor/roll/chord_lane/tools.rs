//! The buttons beside the lane, for the selected stretch.

use super::{
    actions,
    looking::{are_locked, selected},
};
use crate::editor::{
    context::EditorContext,
    state::State,
    theme,
    widgets::{
        button::{button, toggle},
        icon::Icon,
        look::Face,
    },
};
use egui::{Align2, Rect, Ui, UiBuilder, pos2, vec2};

/// The room for the word before the buttons.
const WORD: f32 = 52.0;
/// The gap between buttons.
const GAP: f32 = 4.0;

/// Draws the buttons.
pub fn show(ui: &mut Ui, rect: Rect, context: &EditorContext, state: &mut State) {
    ui.painter().text(rect.left_center(), Align2::LEFT_CENTER, "Chords", theme::small(), theme::quiet());
    let row = Rect::from_min_max(pos2(rect.left() + WORD, rect.top()), rect.max);
    let selected = selected(state);
    let (is_selected, stretch) = (selected.is_some(), selected.unwrap_or_default());
    ui.scope_builder(UiBuilder::new().max_rect(row).id_salt("chord tools"), |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            let size = |width: f32| vec2(width, rect.height());
            ui.add_enabled_ui(is_selected, |ui| {
                let help = "Copy the selected chords. Or press Ctrl+C in the lane.";
                if button(ui, size(46.0), Face::Word("Copy"), "Copy chords", help).clicked() {
                    let text = actions::copy(&stretch, state);
                    ui.copy_text(text);
                }
            });
            ui.add_enabled_ui(state.chords.copied.is_some(), |ui| {
                let help = "Paste the copied chords at the selection or, without one, at the playhead. Or press Ctrl+V in \
                            the lane.";
                if button(ui, size(46.0), Face::Word("Paste"), "Paste chords", help).clicked() {
                    actions::paste(context, state);
                }
            });
            ui.add_enabled_ui(is_selected, |ui| {
                let help = "Move the selected chords down a semitone. Or press the down arrow in the lane.";
                if button(ui, size(28.0), Face::Icon(Icon::Less), "Chords down a semitone", help).clicked() {
                    actions::transpose(&stretch, -1, context, state);
                }
                let help = "Move the selected chords up a semitone. Or press the up arrow in the lane.";
                if button(ui, size(28.0), Face::Icon(Icon::More), "Chords up a semitone", help).clicked() {
                    actions::transpose(&stretch, 1, context, state);
                }
                let help = "keep the selected chords as they are: other edits leave them alone. Or press L in the lane.";
                let on = is_selected && are_locked(&stretch, state);
                if toggle(ui, size(28.0), on, Face::Icon(Icon::Lock), "Lock chords", help, theme::accent()).clicked() {
                    actions::lock_or_unlock(stretch.clone(), context, state);
                }
                let help = "Back to the band's choice in the selected stretch. Or press Delete in the lane.";
                if button(ui, size(60.0), Face::Word("Remove"), "Remove chords", help).clicked() {
                    actions::remove(stretch.clone(), context, state);
                }
            });
        });
    });
}
