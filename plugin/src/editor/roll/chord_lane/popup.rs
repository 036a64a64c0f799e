//! The popup of a chord: what the band would choose, a field for any symbol, and what else can be done.

use super::{
    actions,
    looking::{are_locked, chord_at, chords_in, in_words, is_shown, key_at, place, symbol},
};
use crate::editor::{
    context::EditorContext,
    state::{
        State,
        chords::{ChordPopup, LaneState},
    },
    theme,
    widgets::{
        button::button,
        look::{self, Face},
        text::capitalised,
    },
};
use continuo_engine::arranging::ChordGuess;
use continuo_music::chord::Chord;
use egui::{Align2, Key, Popup, PopupCloseBehavior, Rect, Response, Role, Sense, Ui, WidgetInfo, vec2};

/// How many guesses are shown.
const GUESSES: usize = 8;
/// The popup's width.
const WIDTH: f32 = 292.0;
/// The height of a guess.
const ROW: f32 = 24.0;

/// What the player chose in the popup.
#[derive(Clone, Copy)]
enum Choice {
    /// A chord.
    Chord(Chord),
    /// What was typed.
    Typed,
    /// Lock or unlock.
    Lock,
    /// The band's choice.
    Remove,
}

/// Shows the popup, if it is open.
pub fn show(ui: &Ui, lane: &Response, rect: Rect, context: &EditorContext, state: &mut State) {
    let Some(mut popup) = state.chords.popup.take() else { return };
    let axis = state.time_axis;
    let x = |tick| (rect.left() + axis.x(tick)).clamp(rect.left(), rect.right());
    let anchor = Rect::from_x_y_ranges(x(popup.stretch.start)..=x(popup.stretch.end), rect.y_range());
    // Each place has a popup of its own: the click that opens it would close one that was open already.
    let id = lane.id.with(("popup", popup.stretch.start));
    let (mut open, mut choice) = (true, None);
    Popup::new(id, ui.ctx().clone(), anchor, lane.layer_id)
        .open_bool(&mut open)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name("Chord")
        .width(WIDTH)
        .show(|ui| {
            ui.set_width(WIDTH);
            choice = content(ui, &mut popup, state);
        });
    if let Some(choice) = choice {
        match carry_out(choice, &popup, context, state) {
            Ok(()) => open = false,
            Err(error) => {
                popup.error = Some(error);
                // The field gets the focus again, to correct what was typed.
                popup.focused = false;
            }
        }
    }
    if open {
        state.chords.popup = Some(popup);
    } else {
        lane.request_focus();
    }
}

fn carry_out(choice: Choice, popup: &ChordPopup, context: &EditorContext, state: &mut State) -> Result<(), String> {
    let stretch = popup.stretch.clone();
    match choice {
        Choice::Chord(chord) => actions::set(stretch, chord, context, state),
        Choice::Typed => return actions::set_typed(popup, context, state).map_err(|error| error.to_string()),
        Choice::Lock => actions::lock_or_unlock(stretch, context, state),
        Choice::Remove => actions::remove(stretch, context, state),
    }
    Ok(())
}

fn content(ui: &mut Ui, popup: &mut ChordPopup, state: &State) -> Option<Choice> {
    let mut choice = None;
    let start = popup.stretch.start;
    let now = chord_at(start, state).filter(|chord| is_shown(chord));
    let chords = chords_in(&popup.stretch, state);
    let is_locked = are_locked(&popup.stretch, state);
    let shown = now.map_or_else(|| "No chord yet".to_owned(), |chord| symbol(chord, state));
    ui.horizontal(|ui| {
        ui.label(egui::RichText::new(shown).font(theme::heading()));
        ui.colored_label(theme::quiet(), in_words(start, state));
    });
    if is_locked {
        ui.label("Locked: unlock it to change it.");
    } else {
        choice = guesses(ui, popup, state).map(Choice::Chord);
        ui.add_space(2.0);
        if field(ui, popup) {
            choice = Some(Choice::Typed);
        }
    }
    ui.horizontal(|ui| {
        ui.add_enabled_ui(!chords.is_empty(), |ui| {
            let (word, help) = if is_locked {
                ("Unlock", "Let other edits change this chord again.")
            } else {
                ("Lock", "Keep this chord: pasting, transposing, removing and its neighbours' borders leave it alone.")
            };
            if button(ui, vec2(84.0, theme::ROW), Face::Word(word), &format!("{word} chord"), help).clicked() {
                choice = Some(Choice::Lock);
            }
        });
        ui.add_enabled_ui(chords.iter().any(|one| one.state == LaneState::ByHand), |ui| {
            let (word, help) = ("Back to the band's choice", "Remove this chord: the band chooses here again.");
            if button(ui, vec2(WIDTH - 84.0 - theme::GAP, theme::ROW), Face::Word(word), word, help).clicked() {
                choice = Some(Choice::Remove);
            }
        });
    });
    choice
}

/// The field for a symbol, and what is wrong with it. Returns whether the player confirmed it.
fn field(ui: &mut Ui, popup: &mut ChordPopup) -> bool {
    let mut confirmed = false;
    ui.horizontal(|ui| {
        let field = egui::TextEdit::singleline(&mut popup.text).hint_text("Any chord, such as F#m7 or C/E");
        // By its place among the others it would lose the focus when the guesses arrive above it.
        let field = field.id(egui::Id::unique("chord symbol"));
        let response = ui.add(field.desired_width(WIDTH - 74.0).margin(vec2(6.0, 4.0))).accessible_name("Chord symbol");
        // In its first frame a popup is only measured, and takes no focus.
        if !popup.focused && ui.is_enabled() && !ui.is_sizing_pass() {
            response.request_focus();
            popup.focused = true;
        }
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let help = "Set this chord. Or press Enter.";
        confirmed = button(ui, vec2(54.0, theme::ROW), Face::Word("Set"), "Set chord", help).clicked() || entered;
    });
    if let Some(error) = &popup.error {
        ui.colored_label(theme::fault(), capitalised(error));
    }
    confirmed
}

/// What the band would choose, the likeliest first. Returns the chord that the player chose.
fn guesses(ui: &mut Ui, popup: &ChordPopup, state: &State) -> Option<Chord> {
    let place = place(popup.stretch.start, state);
    let known = state.snapshot.guesses.as_ref().filter(|guesses| guesses.place == place);
    let found = match known.map(|guesses| &guesses.found) {
        Some(Ok(found)) => found,
        Some(Err(reason)) => {
            ui.colored_label(theme::quiet(), format!("{}.", capitalised(reason)));
            return None;
        }
        None => {
            ui.colored_label(theme::quiet(), "Asking the band…");
            return None;
        }
    };
    ui.colored_label(theme::quiet(), "The band would play here:");
    let best = found.first().map_or(1.0, |guess| guess.share);
    let mut chosen = None;
    for pair in found[..found.len().min(GUESSES)].chunks(2) {
        ui.horizontal(|ui| {
            for &guess in pair {
                if one_guess(ui, guess, best, popup, state) {
                    chosen = Some(guess.chord);
                }
            }
        });
    }
    chosen
}

/// Draws a guess with its share; returns whether it was clicked.
fn one_guess(ui: &mut Ui, guess: ChordGuess, best: f32, popup: &ChordPopup, state: &State) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2((WIDTH - theme::GAP) / 2.0, ROW), Sense::click());
    let symbol = guess.chord.spelled(key_at(popup.stretch.start, state));
    let share = percent(guess.share);
    let name = format!("Guess {symbol}, {share}");
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    ui.painter().rect_filled(rect, theme::ROUND, look::background(&response));
    let mut bar = rect;
    bar.set_width(rect.width() * (guess.share / best.max(f32::MIN_POSITIVE)).clamp(0.0, 1.0));
    let colour = theme::mix(theme::control(), theme::accent(), theme::FILL_OF_PART);
    ui.painter().with_clip_rect(bar).rect_filled(rect, theme::ROUND, colour);
    let (inside, painter) = (rect.shrink2(vec2(8.0, 0.0)), ui.painter());
    painter.text(inside.left_center(), Align2::LEFT_CENTER, &symbol, theme::text(), theme::bright());
    painter.text(inside.right_center(), Align2::RIGHT_CENTER, &share, theme::small(), theme::bright());
    look::focus_ring(ui, &response, rect);
    let clicked = response.clicked();
    response.on_hover_text(format!("Set {symbol}: the band would choose it here with a chance of {share}."));
    clicked
}

/// A share in whole hundredths.
fn percent(share: f32) -> String {
    let hundredths = (share * 100.0).round();
    if hundredths < 1.0 { "under 1 %".to_owned() } else { format!("{hundredths:.0} %") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_hundredths() {
        assert_eq!([0.424, 0.006, 0.004, 1.0].map(percent), ["42 %", "1 %", "under 1 %", "100 %"]);
    }
}
