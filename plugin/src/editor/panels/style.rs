//! The style: a pad between two genres and from calm to bold, the genres themselves, and the seed.

mod pad;

use crate::editor::{
    files::{dialog as files, dialog::Purpose},
    gesture::Hands,
    state::State,
    theme,
    widgets::{
        control::{self, Face, Look},
        icon::Icon,
        reset::{self, Moved},
    },
};
use continuo_engine::settings::LARGEST_SEED;
use egui::{Rect, Ui, UiBuilder, pos2, vec2};
use nice_plug::prelude::{IntParam, Param};

/// How much of the card's width the pad has.
const PAD: f32 = 0.42;
/// How much of its row the blend has; the temperature's longer name needs the rest.
const BLEND: f32 = 0.43;

/// Draws the card. Returns where files can be dropped to become a style.
pub fn show(ui: &mut Ui, rect: Rect, hands: &Hands, state: &mut State) -> Rect {
    let inside = crate::editor::card(ui, rect, "Style");
    let pad = Rect::from_min_size(inside.min, vec2(inside.width() * PAD, inside.height()));
    pad::show(ui, pad, hands, state);
    // Beside the card's title, too: four rows need the height.
    let side = Rect::from_min_max(pos2(pad.right() + 12.0, rect.top() + 14.0), inside.max);
    let mut asked = false;
    ui.scope_builder(UiBuilder::new().max_rect(side).id_salt("style"), |ui| {
        let params = &hands.wiring.params;
        let width = side.width();
        let help = "The genre: acts at the next phrase. Choose, or turn the wheel.";
        genre(ui, width, &params.genre, help, hands, state);
        let help = "The genre at the other end of the blend. Choose, or turn the wheel.";
        genre(ui, width, &params.genre_b, help, hands, state);
        let pending = &mut state.pending;
        ui.horizontal(|ui| {
            let share = |part: f32| vec2((width - theme::GAP) * part, theme::ROW);
            let help = "from the genre to Genre B: all that lies between them.";
            let look = Look { label: "Blend", unit: "", help, fill: Some(theme::ACCENT) };
            control::number(ui, share(BLEND), &params.blend, look, hands, pending);
            let help = "how far from the genre's centre the music may go. 0: the most typical, always the same.";
            let look = Look { label: "Temperature", unit: "", help, fill: Some(theme::ACCENT) };
            control::number(ui, share(1.0 - BLEND), &params.temperature, look, hands, pending);
        });
        ui.horizontal(|ui| {
            let small = vec2(36.0, theme::ROW);
            let help = "another seed, another accompaniment; the same seed, the same one.";
            let look = Look { label: "Seed", unit: "", help, fill: None };
            let wide = width - 2.0 * (small.x + theme::GAP);
            control::number(ui, vec2(wide, theme::ROW), &params.seed, look, hands, pending);
            let help = "Throw the dice: another seed.";
            if control::button(ui, small, Face::Icon(Icon::Dice), "Dice", help).clicked() {
                hands.set(&params.seed, thrown(&params.seed), pending);
            }
            let help = "Make a style of your own from a MIDI file. Or drop files onto the pad.";
            asked = control::button(ui, small, Face::Icon(Icon::More), "New style", help).clicked();
        });
    });
    if asked {
        files::ask(Purpose::Style, hands, state);
    }
    pad
}

/// A seed that nobody could foresee.
fn thrown(seed: &IntParam) -> f32 {
    // The standard library's hasher is keyed by the system's own randomness.
    let number = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0);
    seed.preview_normalized((number % (u64::from(LARGEST_SEED) + 1)) as i32)
}

/// A list of genres: the model's, then the user's own styles.
fn genre(ui: &mut Ui, width: f32, parameter: &IntParam, help: &str, hands: &Hands, state: &mut State) {
    let value = state.pending.value(parameter);
    let now = parameter.preview_plain(value);
    let genres = &state.snapshot.genres;
    let shown = state.snapshot.genre(now);
    let mut chosen = None;
    let combo = egui::ComboBox::from_id_salt(parameter.name()).width(width).height(320.0).truncate();
    let combo = combo.selected_text(shown).show_ui(ui, |ui| {
        for (slot, name) in genres {
            if ui.selectable_label(*slot == now, name.as_str()).clicked() {
                chosen = Some(*slot);
            }
        }
    });
    let response = combo.response.accessible_name(parameter.name());
    let steps = if response.hovered() { control::wheel_steps(ui, &response) } else { 0.0 };
    reset::offer(&response, parameter, help, Moved::Clicked, hands, &mut state.pending);
    if steps != 0.0
        && let Some(at) = genres.iter().position(|(slot, _)| *slot == now)
    {
        let to = (at as f32 - steps).clamp(0.0, genres.len() as f32 - 1.0) as usize;
        hands.nudge(parameter, parameter.preview_normalized(genres[to].0), &mut state.pending);
    }
    if let Some(slot) = chosen {
        hands.set(parameter, parameter.preview_normalized(slot), &mut state.pending);
    }
}
