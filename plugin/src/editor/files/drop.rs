//! Files between the window and others: dropped into it, dragged out of it.

use crate::editor::{
    files::{dialog as files, dialog::Purpose},
    gesture::Hands,
    platform::drag_and_drop::News,
    state::State,
    theme,
    widgets::control,
};
use crate::files::reader::Wish;
use continuo_engine::{export::Extent, midi_file};
use egui::{Align2, CursorIcon, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2};
use std::path::PathBuf;

/// Draws the handle by which the chosen phrase is dragged out.
pub fn handle(ui: &mut Ui, size: Vec2, hands: &Hands, state: &mut State) {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "Drag phrase"));
    ui.painter().rect_filled(rect, theme::ROUND, control::ground(&response));
    let grip = pos2(rect.left() + 10.0, rect.center().y);
    for dot in 0..6 {
        let at = grip + egui::vec2((dot % 2) as f32 * 4.0, (dot / 2) as f32 * 4.0 - 4.0);
        ui.painter().circle_filled(at, 1.2, theme::QUIET);
    }
    ui.painter().text(
        rect.center() + egui::vec2(6.0, 0.0),
        Align2::CENTER_CENTER,
        "Drag phrase",
        theme::small(),
        theme::BRIGHT,
    );
    control::focus_ring(ui, &response, rect);
    let possible = state.drags.possible();
    if response.drag_started() && possible {
        match to_drag(hands, state) {
            Ok(file) => {
                state.drags.give(file.clone());
                state.files.saved = Some(file);
            }
            Err(error) => state.complain(error),
        }
    } else if response.clicked() || (response.drag_started() && !possible) {
        files::ask(Purpose::Save(Extent::Phrase(state.focus())), hands, state);
    }
    let help = if possible {
        "Drag the chosen phrase as a MIDI file into your DAW's timeline, to the bar that its name tells. A click saves it instead."
    } else {
        "Files cannot be dragged out of this window here: a click saves the phrase, and \"Copy path\" or your file manager brings it into the timeline."
    };
    response.on_hover_and_drag_cursor(CursorIcon::Grab).on_hover_text(help);
}

/// Where phrases lie that are dragged out: the user's own, so that nobody else can have put anything there. Nothing
/// removes them, since a DAW may play the file from where it lies.
pub fn folder() -> Option<PathBuf> {
    Some(dirs::cache_dir()?.join("continuo").join("dragged"))
}

/// The chosen phrase as a file that stays as it is.
fn to_drag(hands: &Hands, state: &State) -> Result<PathBuf, String> {
    let file = files::made(Extent::Phrase(state.focus()), hands, state).map_err(|error| error.to_string())?;
    let folder = folder().ok_or("this system has no folder for your programs' files: save the phrase instead")?;
    std::fs::create_dir_all(&folder).map_err(|error| format!("{} could not be made: {error}", folder.display()))?;
    // Never in the place of another: the one before may be a part of somebody's project by now.
    midi_file::save_new(&folder, &file.name, &file.bytes).map_err(|error| error.to_string())
}

/// Takes what was dropped: onto the song to be arranged, onto the style pad to become a style.
pub fn take(ui: &Ui, song: Rect, pad: Rect, hands: &Hands, state: &mut State) {
    let points = |(x, y): (i32, i32)| pos2(x as f32, y as f32) / ui.pixels_per_point();
    for news in state.drags.news() {
        match news {
            News::Over(at) => state.over = at.map(points),
            News::Dropped { files, at } => {
                state.over = None;
                let at = points(at);
                if pad.contains(at) {
                    let second = at.x > pad.center().x;
                    files::read(Wish::Style { files, second }, hands, state);
                } else if song.contains(at) {
                    drop_melody(files, hands, state);
                } else {
                    state.complain("Drop a MIDI file onto the roll to arrange it, or onto the style pad as a style.");
                }
            }
            News::Given(true) => state.tell("The phrase was taken."),
            News::Given(false) => {
                state.tell(
                    "Nothing took the file there. \"Copy path\" or your file manager brings it into the timeline.",
                );
            }
        }
    }
    if let Some(over) = state.over {
        invite(ui, song, "Drop it: the melody is arranged at once", over);
        invite(ui, pad, "Drop it: it becomes a style", over);
    }
}

fn drop_melody(mut files: Vec<PathBuf>, hands: &Hands, state: &mut State) {
    match (files.pop(), files.len()) {
        (Some(file), 0) => files::read(Wish::Melody(file), hands, state),
        (_, more) => state.complain(format!("These are {} files: drop one MIDI file of a melody.", more + 1)),
    }
}

/// Shows what a place does with files that are held over the window.
fn invite(ui: &Ui, place: Rect, words: &str, over: Pos2) {
    let inside = place.contains(over);
    let colour = if inside { theme::ACCENT } else { theme::BAR_LINE };
    ui.painter().rect_stroke(place.shrink(1.0), 6.0, Stroke::new(2.5, colour), StrokeKind::Inside);
    if inside {
        let text = ui.painter().layout_no_wrap(words.to_owned(), theme::heading(), theme::INK);
        let card = Rect::from_center_size(place.center(), text.size() + egui::vec2(32.0, 18.0));
        ui.painter().rect_filled(card, 8.0, theme::ACCENT);
        ui.painter().galley(card.center() - text.size() / 2.0, text, theme::INK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dragged_lies_in_a_folder_of_the_users_own() {
        let Some(folder) = folder() else { return };
        assert!(folder.is_absolute());
        assert!(!folder.starts_with(std::env::temp_dir()), "{}", folder.display());
    }
}
