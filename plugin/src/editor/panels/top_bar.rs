//! The top bar: the position in the song, how phrases are made, undo and redo, the window's scale.

pub mod presets;
pub mod standalone;

use crate::editor::{
    context::EditorContext,
    help::host::Host,
    state::State,
    theme, undo,
    widgets::{
        button::button,
        choice::choice,
        icon::Icon,
        look::Face,
        reset::{self, Handling},
        switch::{SwitchLook, switch},
    },
};
use egui::{Align2, ComboBox, FontFamily, FontId, PopupCloseBehavior, Rect, Ui, UiBuilder, pos2, vec2};

/// The bar's height.
pub const HEIGHT: f32 = 50.0;
/// The scales that the window can have.
const SCALES: [(f32, &str); 5] = [(0.8, "80 %"), (1.0, "100 %"), (1.25, "125 %"), (1.5, "150 %"), (2.0, "200 %")];

/// The width of presets, undo, redo, scale and help.
const RIGHT: f32 = 198.0 + presets::WIDTH + theme::GAP;

/// Draws the bar. Returns where the help's button is.
pub fn show(ui: &mut Ui, rect: Rect, context: &EditorContext, state: &mut State) -> Rect {
    let name = FontId::new(21.0, FontFamily::Proportional);
    ui.painter().text(rect.left_center(), Align2::LEFT_CENTER, "Continuo", name, theme::accent());
    let mut place = Rect::from_min_max(pos2(rect.left() + 104.0, rect.top()), pos2(rect.left() + 330.0, rect.bottom()));
    if context.is_standalone() {
        place = standalone::show(ui, place, context, state);
    } else {
        place.min.x += 6.0;
    }
    position(ui, place, state.pending.value(&context.wiring.params.bypass) >= 0.5, state);

    let middle = rect.center().y - theme::ROW / 2.0;
    let controls = Rect::from_min_max(pos2(rect.left() + 336.0, middle), pos2(rect.right(), middle + theme::ROW));
    ui.scope_builder(UiBuilder::new().max_rect(controls).id_salt("bar"), |ui| {
        ui.horizontal(|ui| generation(ui, context, state));
    });
    let right = Rect::from_min_max(pos2(rect.right() - RIGHT, middle), pos2(rect.right(), middle + theme::ROW));
    ui.scope_builder(UiBuilder::new().max_rect(right).id_salt("history"), |ui| {
        ui.horizontal(|ui| {
            presets::menu(ui, context, state);
            history(ui, context, state);
            scale(ui, context, state);
            help(ui, context, state)
        })
        .inner
    })
    .inner
}

/// The help's button; returns where it is.
fn help(ui: &mut Ui, context: &EditorContext, state: &mut State) -> Rect {
    let text = "How the parts get onto tracks, what every control does, and the keys (F1).";
    let response = button(ui, vec2(30.0, theme::ROW), Face::Icon(Icon::Help), "Help", text);
    if response.clicked() {
        state.help = Some(Host::at_hand(context.is_standalone()));
    }
    response.rect
}

/// How phrases are made.
fn generation(ui: &mut Ui, context: &EditorContext, state: &mut State) {
    let params = &context.wiring.params;
    let pending = &mut state.pending;
    let modes = [
        ("Arrange", "In the first pass the ensemble listens and guesses; from the next pass on it knows the melody."),
        ("Live", "The ensemble always guesses from what you have just played."),
        ("Answer", "The ensemble accompanies each phrase of your melody in the next one."),
    ];
    choice(ui, 180.0, &params.mode, &modes, context, pending);
    let lengths = [
        ("1", "Phrases of one bar follow the melody sooner."),
        ("2", "Phrases of two bars."),
        ("4 bars", "Phrases of four bars are more coherent."),
    ];
    choice(ui, 120.0, &params.phrase_length, &lengths, context, pending);
    let look = |width, word, help| SwitchLook { width, face: Face::Word(word), help, colour: theme::accent() };
    let help = "sends General MIDI program changes that suit the genre.";
    switch(ui, &params.program_changes, look(76.0, "Programs", help), context, pending);
}

/// Undo and redo.
fn history(ui: &mut Ui, context: &EditorContext, state: &mut State) {
    let (can_undo, can_redo) = state.snapshot.history;
    let undo_help = state.snapshot.undo.clone().map_or("Nothing to undo.".into(), |step| format!("Undo: {step}."));
    let redo_help = state.snapshot.redo.clone().map_or("Nothing to redo.".into(), |step| format!("Redo: {step}."));
    let size = vec2(34.0, theme::ROW);
    // The step of an edit that is being carried out comes in a moment.
    let can_undo = can_undo > 0 || !context.wiring.shared.edits.is_settled();
    ui.add_enabled_ui(can_undo, |ui| {
        if button(ui, size, Face::Icon(Icon::Undo), "Undo", &undo_help).clicked() {
            undo::undo(context, state);
        }
    });
    ui.add_enabled_ui(can_redo > 0, |ui| {
        if button(ui, size, Face::Icon(Icon::Redo), "Redo", &redo_help).clicked() {
            undo::redo(context, state);
        }
    });
}

/// The window's scale, on top of the system's, and what else makes it easier to read.
fn scale(ui: &mut Ui, context: &EditorContext, state: &mut State) {
    let now = ui.ctx().zoom_factor();
    let index = SCALES.iter().position(|(scale, _)| (scale - now).abs() < 0.01);
    let shown = index.map_or_else(|| format!("{:.0} %", now * 100.0), |index| SCALES[index].1.to_owned());
    let mut chosen = None;
    let combo = ComboBox::from_id_salt("scale").width(62.0).height(400.0).selected_text(shown);
    // Both switches can be tried before the list closes.
    let combo = combo.close_behavior(PopupCloseBehavior::CloseOnClickOutside).show_ui(ui, |ui| {
        for (scale, word) in SCALES {
            if ui.selectable_label((scale - now).abs() < 0.01, word).clicked() {
                chosen = Some(scale);
                ui.close();
            }
        }
        ui.separator();
        legibility(ui, context, state);
    });
    let response = combo.response.accessible_name("Scale");
    if reset::menu(&response, (now - 1.0).abs() < 0.01, || "100 %".to_owned()) {
        chosen = Some(1.0);
    }
    reset::tooltip(
        &response,
        "The size of everything in this window; larger text and high contrast for all windows.",
        Handling::Click,
        || "100 %".to_owned(),
    );
    if let Some(scale) = chosen {
        ui.ctx().set_zoom_factor(scale);
    }
}

/// Larger text and high contrast, for all windows of this user.
fn legibility(ui: &mut Ui, context: &EditorContext, state: &mut State) {
    let before = state.legibility.unwrap_or_default();
    let mut chosen = before;
    ui.checkbox(&mut chosen.larger_text, "Larger text");
    ui.checkbox(&mut chosen.high_contrast, "High contrast");
    if chosen == before {
        return;
    }
    state.legibility = Some(chosen);
    if let Err(error) = context.wiring.keep_legibility(chosen.larger_text, chosen.high_contrast) {
        state.show_error(format!("This choice holds until the window is closed: {error}."));
    }
}

/// What the transport does, in a word.
pub fn transport_word(bypassed: bool, state: &State) -> &'static str {
    let playback = &state.playback;
    match (bypassed, playback.rolling) {
        (true, _) => "Bypassed",
        (_, false) => "Stopped",
        // The melody there is known: from a file, or from an earlier pass.
        (_, true) if state.snapshot.score.heard().iter().any(|heard| heard.contains(&playback.playhead)) => "Playing",
        (_, true) => "Listening",
    }
}

/// What the transport does, and where.
fn position(ui: &Ui, place: Rect, bypassed: bool, state: &State) {
    let playback = &state.playback;
    let word = transport_word(bypassed, state);
    let meter = state.snapshot.score.meters.at(playback.playhead).meter;
    let (bar, beat) = (state.snapshot.bar(playback.playhead), state.snapshot.beat(playback.playhead));
    let above = format!("{word}  {bar}.{beat}");
    let colour = if playback.rolling { theme::bright() } else { theme::quiet() };
    let dot = pos2(place.left() + 4.0, place.center().y - 9.0);
    let light =
        if playback.rolling { theme::of(Some(continuo_music::part::Part::Chords)) } else { theme::control_hovered() };
    ui.painter().circle_filled(dot, 4.0, light);
    ui.painter().text(dot + vec2(10.0, 0.0), Align2::LEFT_CENTER, above, theme::text(), colour);
    let below = format!("{:.0} BPM  {}/{}", playback.tempo, meter.numerator, meter.denominator);
    ui.painter().text(dot + vec2(10.0, 19.0), Align2::LEFT_CENTER, below, theme::small(), theme::quiet());
}
