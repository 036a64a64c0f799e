//! The style: a pad between two genres and between calm and bold, the genres themselves, and the seed.

pub mod pad;

use crate::editor::{
    context::EditorContext,
    files::dialog,
    state::{State, file_dialogs::PathPurpose},
    theme,
    widgets::{
        button::button,
        card::card,
        icon::Icon,
        look::Face,
        number::{NumberLook, number},
        reset::{self, Handling},
        steps,
    },
};
use continuo_music::settings::LARGEST_SEED;
use egui::{Rect, Ui, UiBuilder, pos2, vec2};
use nice_plug::prelude::{IntParam, Param};

/// The pad's share of the card's width.
const PAD: f32 = 0.36;
/// The width of the blend, which shares its row with the second genre.
const BLEND: f32 = 86.0;

/// Draws the card. Returns where files can be dropped to become a style.
pub fn show(ui: &mut Ui, rect: Rect, context: &EditorContext, state: &mut State) -> Rect {
    let inside = card(ui, rect, "Style");
    let pad = Rect::from_min_size(inside.min, vec2(inside.width() * PAD, inside.height()));
    pad::show(ui, pad, context, state);
    // Four rows need the height beside the card's title as well.
    let side = Rect::from_min_max(pos2(pad.right() + 12.0, rect.top() + 14.0), inside.max);
    let mut new_style = false;
    ui.scope_builder(UiBuilder::new().max_rect(side).id_salt("style"), |ui| {
        let params = &context.wiring.params;
        let width = side.width();
        let small = vec2(36.0, theme::ROW);
        ui.horizontal(|ui| {
            let help = "The genre, from the next phrase on. Choose one, or turn the wheel. The list's last line makes a \
                style of your own from MIDI files.";
            new_style |= genre(ui, width, &params.genre, help, context, state);
        });
        ui.horizontal(|ui| {
            let help = "The genre at the other end of the blend. Choose one, or turn the wheel.";
            new_style |= genre(ui, width - BLEND - theme::GAP, &params.genre_b, help, context, state);
            let help = "mixes the styles of Genre (0 %) and Genre B (100 %).";
            let look = NumberLook { label: "Blend", unit: "", help, fill: Some(theme::accent()) };
            number(ui, vec2(BLEND, theme::ROW), &params.blend, look, context, &mut state.pending);
        });
        let pending = &mut state.pending;
        let help = "how far the music may stray from the genre's centre. At 0 it is most typical, and always the same.";
        let look = NumberLook { label: "Temperature", unit: "", help, fill: Some(theme::accent()) };
        number(ui, vec2(width, theme::ROW), &params.temperature, look, context, pending);
        ui.horizontal(|ui| {
            let help = "selects the accompaniment: another seed gives another one, the same seed the same one.";
            let look = NumberLook { label: "Seed", unit: "", help, fill: None };
            number(ui, vec2(width - small.x - theme::GAP, theme::ROW), &params.seed, look, context, pending);
            let help = "Choose a random seed.";
            if button(ui, small, Face::Icon(Icon::Dice), "Dice", help).clicked() {
                context.set(&params.seed, random(&params.seed), pending);
            }
        });
    });
    if new_style {
        dialog::open(PathPurpose::MakeStyle, context, state);
    }
    pad
}

/// A random seed.
fn random(seed: &IntParam) -> f32 {
    // The standard library seeds its hasher from the system's randomness.
    let number = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0);
    seed.preview_normalized((number % (u64::from(LARGEST_SEED) + 1)) as i32)
}

/// The list of genres: the model's, then the user's own styles. Returns whether the player wants to make a style.
fn genre(
    ui: &mut Ui,
    width: f32,
    parameter: &IntParam,
    help: &str,
    context: &EditorContext,
    state: &mut State,
) -> bool {
    let value = state.pending.value(parameter);
    let now = parameter.preview_plain(value);
    let genres = &state.snapshot.genres;
    let shown = state.snapshot.genre(now);
    let (mut chosen, mut new_style) = (None, false);
    let combo = egui::ComboBox::from_id_salt(parameter.name()).width(width).height(320.0).truncate();
    let combo = combo.selected_text(shown).show_ui(ui, |ui| {
        for (slot, name) in genres {
            if ui.selectable_label(*slot == now, name.as_str()).clicked() {
                chosen = Some(*slot);
            }
        }
        ui.separator();
        new_style = ui.selectable_label(false, "New style from MIDI files…").clicked();
    });
    let response = combo.response.accessible_name(parameter.name());
    let steps = steps::wheel_over(ui, &response);
    reset::add(&response, parameter, help, Handling::Click, context, &mut state.pending);
    if steps != 0.0
        && let Some(at) = genres.iter().position(|(slot, _)| *slot == now)
    {
        let to = (at as f32 - steps).clamp(0.0, genres.len() as f32 - 1.0) as usize;
        context.nudge(parameter, parameter.preview_normalized(genres[to].0), &mut state.pending);
    }
    if let Some(slot) = chosen {
        context.set(parameter, parameter.preview_normalized(slot), &mut state.pending);
    }
    new_style
}
