//! Two octaves of keys to play with the mouse; the lower on a key, the louder. In the standalone program the computer's
//! keyboard plays too.

pub mod layout;

use self::layout::KeyLayout;
use crate::editor::{
    context::EditorContext,
    state::{State, held_keys::KeySource},
    theme,
    widgets::{button::button, icon::Icon, look::Face},
};
use egui::{Align2, Key, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2};

/// The keyboard's height.
pub const HEIGHT: f32 = 78.0;
/// The octaves in which the keyboard can begin; 4 begins with middle C.
const OCTAVES: std::ops::RangeInclusive<i8> = -1..=7;
/// The velocity of the computer's keys.
const COMPUTER_VELOCITY: u8 = 90;
/// The computer's keys from C upwards, as in many programs.
const COMPUTER_KEYS: [Key; 17] = [
    Key::A,
    Key::W,
    Key::S,
    Key::E,
    Key::D,
    Key::F,
    Key::T,
    Key::G,
    Key::Y,
    Key::H,
    Key::U,
    Key::J,
    Key::K,
    Key::O,
    Key::L,
    Key::P,
    Key::Semicolon,
];

/// Takes the keyboard's place in a window without room for it: only the computer's keys play.
pub fn without_room(ui: &Ui, context: &EditorContext, state: &mut State) {
    state.held_keys.release(KeySource::Mouse, &context.wiring.window_keys);
    play_with_computer_keys(ui, context, state);
}

/// Draws the keyboard and plays it.
pub fn show(ui: &mut Ui, rect: Rect, context: &EditorContext, state: &mut State) {
    let left = Rect::from_min_size(rect.min, vec2(96.0, rect.height()));
    octave_buttons(ui, left, context, state);
    let place = Rect::from_min_max(pos2(left.right() + 8.0, rect.top()), rect.max);
    let layout = KeyLayout { rect: place, lowest: lowest(state) };
    let response = ui.interact(place, ui.scope_id().with("keyboard"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Group, true, "Keyboard"));
    let pointer =
        response.interact_pointer_pos().filter(|_| response.is_pointer_button_down_on() || response.dragged());
    let under = pointer.and_then(|pointer| layout.key_at(pointer));
    if under.map(|(pitch, _)| pitch) != state.held_keys.held_by(KeySource::Mouse) {
        let keys = &context.wiring.window_keys;
        state.held_keys.release(KeySource::Mouse, keys);
        if let Some((pitch, velocity)) = under {
            state.held_keys.press(KeySource::Mouse, pitch, velocity, keys);
        }
    }
    play_with_computer_keys(ui, context, state);
    draw(ui, &layout, state);
    response.on_hover_ui_at_pointer(|ui| {
        if state.held_keys.is_empty() {
            ui.label("Play with the mouse: the lower on a key, the louder.");
        }
    });
}

/// The lowest key's pitch.
fn lowest(state: &State) -> u8 {
    // Pitch 0 is C-1 in MIDI; the usual numbering calls middle C, pitch 60, C4.
    ((state.octave + 1).clamp(0, 8) as u8) * 12
}

fn octave_buttons(ui: &mut Ui, rect: Rect, context: &EditorContext, state: &mut State) {
    let octave = state.octave;
    let text = format!("C{} – C{}", octave, octave + 2);
    ui.painter().text(rect.min + vec2(0.0, 16.0), Align2::LEFT_CENTER, "Keyboard", theme::text(), theme::bright());
    ui.painter().text(rect.min + vec2(0.0, 34.0), Align2::LEFT_CENTER, text, theme::small(), theme::quiet());
    let row = Rect::from_min_size(pos2(rect.left(), rect.bottom() - theme::ROW), vec2(rect.width(), theme::ROW));
    let mut to = octave;
    ui.scope_builder(UiBuilder::new().max_rect(row).id_salt("octave"), |ui| {
        ui.horizontal(|ui| {
            let size = vec2(42.0, theme::ROW);
            let help = "Shift the keyboard down by an octave.";
            if button(ui, size, Face::Icon(Icon::Less), "Octave down", help).clicked() {
                to -= 1;
            }
            let help = "Shift the keyboard up by an octave.";
            if button(ui, size, Face::Icon(Icon::More), "Octave up", help).clicked() {
                to += 1;
            }
        });
    });
    if to != octave && OCTAVES.contains(&to) {
        state.held_keys.release_all(&context.wiring.window_keys);
        state.octave = to;
    }
}

/// Plays with the computer's keyboard in the standalone program; elsewhere its keys belong to the host.
fn play_with_computer_keys(ui: &Ui, context: &EditorContext, state: &mut State) {
    if !context.is_standalone() || ui.ctx().text_edit_focused() {
        return;
    }
    let lowest = lowest(state);
    let keys = &context.wiring.window_keys;
    for (semitone, key) in (0_u8..).zip(COMPUTER_KEYS) {
        let source = KeySource::Computer(key);
        let (down, modified) = ui.input(|input| (input.key_down(key), input.modifiers.any()));
        let held = state.held_keys.held_by(source).is_some();
        if down && !held && !modified {
            state.held_keys.press(source, (lowest + semitone).min(127), COMPUTER_VELOCITY, keys);
        } else if !down && held {
            state.held_keys.release(source, keys);
        }
    }
}

fn draw(ui: &Ui, layout: &KeyLayout, state: &State) {
    let painter = ui.painter();
    let sounds = |pitch: u8| pitch < 128 && (state.playback.held >> pitch & 1 == 1 || state.held_keys.contains(pitch));
    let lit = theme::of(Some(continuo_music::part::Part::Counter));
    for (place, pitch) in layout.white_keys() {
        let fill = if sounds(pitch) { lit } else { theme::WHITE_KEY };
        painter.rect_filled(place.shrink2(vec2(0.75, 0.0)), theme::ROUND, fill);
        if pitch % 12 == 0 {
            let name = format!("C{}", i32::from(pitch) / 12 - 1);
            let at = place.center_bottom() - vec2(0.0, 9.0);
            painter.text(at, Align2::CENTER_CENTER, name, theme::small(), theme::ink());
        }
    }
    for (place, pitch) in layout.black_keys() {
        painter.rect_filled(place, theme::ROUND, if sounds(pitch) { lit } else { theme::ground() });
        painter.rect_stroke(place, theme::ROUND, Stroke::new(1.0, theme::bar_line()), StrokeKind::Inside);
    }
}
