//! Two octaves of keys to play with the mouse; the lower a key is struck, the louder. In the program without a host the
//! computer's keyboard plays as well.

use crate::editor::{
    gesture::Hands,
    state::{KeySource, State},
    theme,
    widgets::{
        control::{self, Face},
        icon::Icon,
    },
};
use egui::{Align2, Color32, Key, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use nice_plug::prelude::PluginApi;

/// The keyboard's height.
pub const HEIGHT: f32 = 78.0;
/// White keys: two octaves and the C above.
const WHITES: usize = 15;
/// Semitones of the white keys in an octave.
const WHITE: [u8; 7] = [0, 2, 4, 5, 7, 9, 11];
/// Semitones of the black keys, with the white key they stand behind.
const BLACK: [(u8, usize); 5] = [(1, 0), (3, 1), (6, 3), (8, 4), (10, 5)];
/// The octaves that can be shifted to; 4 begins with middle C.
const OCTAVES: std::ops::RangeInclusive<i8> = -1..=7;
/// The velocities at a key's top and bottom.
const SOFTEST: f32 = 25.0;
const LOUDEST: f32 = 127.0;
/// The velocity of the computer's keys.
const USUAL: u8 = 90;
/// The computer's keys from C on, as many programs have them.
const COMPUTER: [Key; 17] = [
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

/// What is left of the keyboard where there is no room to draw it: the computer's keys, in a program of its own.
pub fn without(ui: &Ui, hands: &Hands, state: &mut State) {
    release(hands, state, KeySource::Mouse);
    typed(ui, hands, state);
}

/// In a program of its own, the computer's keys play; in a host they are the host's.
fn typed(ui: &Ui, hands: &Hands, state: &mut State) {
    if hands.context.is_some_and(|context| context.plugin_api() == PluginApi::Standalone) {
        computer(ui, hands, state);
    }
}

/// Draws the keyboard and plays it.
pub fn show(ui: &mut Ui, rect: Rect, hands: &Hands, state: &mut State) {
    let left = Rect::from_min_size(rect.min, vec2(96.0, rect.height()));
    shift(ui, left, hands, state);
    let keys = Keys { rect: Rect::from_min_max(pos2(left.right() + 8.0, rect.top()), rect.max), lowest: lowest(state) };
    let response = ui.interact(keys.rect, ui.scope_id().with("keyboard"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Group, true, "Keyboard"));
    let pointer =
        response.interact_pointer_pos().filter(|_| response.is_pointer_button_down_on() || response.dragged());
    let under = pointer.and_then(|pointer| keys.at(pointer));
    let before = state.pressed.iter().find(|(source, _)| *source == KeySource::Mouse).map(|&(_, pitch)| pitch);
    if under.map(|(pitch, _)| pitch) != before {
        release(hands, state, KeySource::Mouse);
        if let Some((pitch, velocity)) = under {
            press(hands, state, KeySource::Mouse, pitch, velocity);
        }
    }
    typed(ui, hands, state);
    keys.draw(ui, state);
    response.on_hover_ui_at_pointer(|ui| {
        if state.pressed.is_empty() {
            ui.label("Play with the mouse: further down on a key is louder.");
        }
    });
}

/// Lets go of everything, as when the window closes.
pub fn let_go(hands: &Hands, state: &mut State) {
    while let Some((_, pitch)) = state.pressed.pop() {
        hands.wiring.keys.release(pitch);
    }
}

fn press(hands: &Hands, state: &mut State, source: KeySource, pitch: u8, velocity: u8) {
    hands.wiring.keys.press(pitch, velocity);
    state.pressed.push((source, pitch));
}

fn release(hands: &Hands, state: &mut State, source: KeySource) {
    if let Some(at) = state.pressed.iter().position(|(other, _)| *other == source) {
        let (_, pitch) = state.pressed.remove(at);
        if !state.pressed.iter().any(|&(_, other)| other == pitch) {
            hands.wiring.keys.release(pitch);
        }
    }
}

fn lowest(state: &State) -> u8 {
    // MIDI's octave -1 begins with pitch 0; the usual numbering has middle C, 60, as C4.
    ((state.octave + 1).clamp(0, 8) as u8) * 12
}

/// Octave buttons.
fn shift(ui: &mut Ui, rect: Rect, hands: &Hands, state: &mut State) {
    let octave = state.octave;
    let text = format!("C{} – C{}", octave, octave + 2);
    ui.painter().text(rect.min + vec2(0.0, 16.0), Align2::LEFT_CENTER, "Keyboard", theme::text(), theme::BRIGHT);
    ui.painter().text(rect.min + vec2(0.0, 34.0), Align2::LEFT_CENTER, text, theme::small(), theme::QUIET);
    let row = Rect::from_min_size(pos2(rect.left(), rect.bottom() - theme::ROW), vec2(rect.width(), theme::ROW));
    let mut to = octave;
    ui.scope_builder(UiBuilder::new().max_rect(row).id_salt("octave"), |ui| {
        ui.horizontal(|ui| {
            let size = vec2(42.0, theme::ROW);
            if control::button(ui, size, Face::Icon(Icon::Less), "Octave down", "The keyboard an octave lower.")
                .clicked()
            {
                to -= 1;
            }
            if control::button(ui, size, Face::Icon(Icon::More), "Octave up", "The keyboard an octave higher.")
                .clicked()
            {
                to += 1;
            }
        });
    });
    if to != octave && OCTAVES.contains(&to) {
        let_go(hands, state);
        state.octave = to;
    }
}

/// The computer's keyboard.
fn computer(ui: &Ui, hands: &Hands, state: &mut State) {
    if ui.ctx().text_edit_focused() {
        return;
    }
    let lowest = lowest(state);
    for (semitone, key) in (0_u8..).zip(COMPUTER) {
        let source = KeySource::Computer(key);
        let (down, modified) = ui.input(|input| (input.key_down(key), input.modifiers.any()));
        let held = state.pressed.iter().any(|(other, _)| *other == source);
        if down && !held && !modified {
            press(hands, state, source, (lowest + semitone).min(127), USUAL);
        } else if !down && held {
            release(hands, state, source);
        }
    }
}

/// Where the keys lie.
struct Keys {
    rect: Rect,
    lowest: u8,
}

impl Keys {
    fn white(&self, index: usize) -> (Rect, u8) {
        let width = self.rect.width() / WHITES as f32;
        let place =
            Rect::from_min_size(self.rect.min + vec2(width * index as f32, 0.0), vec2(width, self.rect.height()));
        (place, self.lowest + 12 * (index / 7) as u8 + WHITE[index % 7])
    }

    fn blacks(&self) -> impl Iterator<Item = (Rect, u8)> + '_ {
        let width = self.rect.width() / WHITES as f32;
        (0..WHITES / 7).flat_map(move |octave| {
            BLACK.into_iter().map(move |(semitone, white)| {
                let x = self.rect.left() + width * ((octave * 7 + white + 1) as f32 - 0.3);
                let place = Rect::from_min_size(pos2(x, self.rect.top()), vec2(width * 0.6, self.rect.height() * 0.6));
                (place, self.lowest + 12 * octave as u8 + semitone)
            })
        })
    }

    /// The key at a point, with the velocity that the point's height stands for.
    fn at(&self, point: Pos2) -> Option<(u8, u8)> {
        let black = self.blacks().find(|(place, _)| place.contains(point));
        let (place, pitch) =
            black.or_else(|| (0..WHITES).map(|index| self.white(index)).find(|(place, _)| place.contains(point)))?;
        let height = ((point.y - place.top()) / place.height()).clamp(0.0, 1.0);
        (pitch < 128).then_some((pitch, (SOFTEST + (LOUDEST - SOFTEST) * height).round() as u8))
    }

    fn draw(&self, ui: &Ui, state: &State) {
        let painter = ui.painter();
        let sounds = |pitch: u8| {
            pitch < 128
                && (state.reading.held >> pitch & 1 == 1 || state.pressed.iter().any(|&(_, other)| other == pitch))
        };
        let lit = theme::of(Some(continuo_engine::part::Part::Counter));
        for index in 0..WHITES {
            let (place, pitch) = self.white(index);
            let fill = if sounds(pitch) { lit } else { Color32::from_rgb(0xdd, 0xe0, 0xe6) };
            painter.rect_filled(place.shrink2(vec2(0.75, 0.0)), theme::ROUND, fill);
            if pitch % 12 == 0 {
                let name = format!("C{}", i32::from(pitch) / 12 - 1);
                painter.text(
                    place.center_bottom() - vec2(0.0, 9.0),
                    Align2::CENTER_CENTER,
                    name,
                    theme::small(),
                    theme::INK,
                );
            }
        }
        for (place, pitch) in self.blacks() {
            painter.rect_filled(place, theme::ROUND, if sounds(pitch) { lit } else { theme::GROUND });
            painter.rect_stroke(place, theme::ROUND, Stroke::new(1.0, theme::BAR_LINE), StrokeKind::Inside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lie_as_on_a_piano_and_lower_is_louder() {
        let keys = Keys { rect: Rect::from_min_size(pos2(0.0, 0.0), vec2(1500.0, 100.0)), lowest: 60 };
        let pitch = |x, y| keys.at(pos2(x, y)).map(|(pitch, _)| pitch);
        assert_eq!(pitch(50.0, 90.0), Some(60));
        assert_eq!(pitch(100.0, 30.0), Some(61));
        assert_eq!(pitch(100.0 - 5.0, 90.0), Some(60));
        assert_eq!(pitch(299.0, 10.0), Some(64), "there is no black key between E and F");
        assert_eq!(pitch(1499.0, 50.0), Some(84));
        let velocity = |y| keys.at(pos2(50.0, y)).map(|(_, velocity)| velocity).unwrap();
        assert!(velocity(5.0) < velocity(50.0) && velocity(50.0) < velocity(99.0));
        assert!((1..=127).contains(&velocity(0.0)) && (1..=127).contains(&velocity(99.9)));
    }

    #[test]
    fn the_highest_octave_has_no_keys_beyond_midi() {
        let keys = Keys { rect: Rect::from_min_size(pos2(0.0, 0.0), vec2(1500.0, 100.0)), lowest: 108 };
        assert_eq!(keys.at(pos2(1499.0, 99.0)), None);
        assert!(keys.at(pos2(1050.0, 99.0)).is_some_and(|(pitch, _)| pitch < 128));
    }
}
