//! The top bar: where the transport is, how phrases are made, undo and redo, the window's scale.

use crate::editor::{
    gesture::Hands,
    state::State,
    theme, undo,
    widgets::{
        control::{self, Face, Switch},
        icon::Icon,
        reset::{self, Moved},
    },
};
use crate::process::standalone_transport::USUAL_TEMPO;
use continuo_engine::{export::bar_number, time::quarters_from_ticks};
use egui::{
    Align2, CursorIcon, FontFamily, FontId, Key, Modifiers, PointerButton, Rect, Sense, Ui, UiBuilder, WidgetInfo,
    pos2, vec2,
};
use nice_plug::prelude::PluginApi;

/// The bar's height.
pub const HEIGHT: f32 = 50.0;
/// Where the position is told, behind the buttons of the transport.
const POSITION: f32 = 122.0;
/// Scales that the window can have.
const SCALES: [(f32, &str); 5] = [(0.8, "80 %"), (1.0, "100 %"), (1.25, "125 %"), (1.5, "150 %"), (2.0, "200 %")];

/// Draws the bar.
pub fn show(ui: &mut Ui, rect: Rect, hands: &Hands, state: &mut State) {
    let standalone = hands.context.is_some_and(|context| context.plugin_api() == PluginApi::Standalone);
    let name = FontId::new(21.0, FontFamily::Proportional);
    ui.painter().text(rect.left_center(), Align2::LEFT_CENTER, "Continuo", name, theme::ACCENT);
    let middle = rect.center().y - theme::ROW / 2.0;
    let place = Rect::from_min_max(pos2(rect.left() + 104.0, rect.top()), pos2(rect.left() + 330.0, rect.bottom()));
    if standalone {
        transport(ui, place, hands, state);
        tempo(ui, place, hands);
        shortcuts(ui, hands, state);
    }
    let bypassed = state.pending.value(&hands.wiring.params.bypass) >= 0.5;
    position(ui, place, standalone, bypassed, state);

    let controls = Rect::from_min_max(pos2(rect.left() + 340.0, middle), pos2(rect.right(), middle + theme::ROW));
    ui.scope_builder(UiBuilder::new().max_rect(controls).id_salt("bar"), |ui| {
        ui.horizontal(|ui| {
            let params = &hands.wiring.params;
            let pending = &mut state.pending;
            let modes = [
                ("Arrange", "The first pass listens and guesses; from the next pass on the ensemble knows the tune."),
                ("Live", "Always a guess from what was just played."),
                ("Answer", "The phrase just heard is accompanied in the next one."),
            ];
            control::choice(ui, 198.0, &params.mode, &modes, hands, pending);
            let lengths = [
                ("1", "Phrases of one bar follow the melody sooner."),
                ("2", "Phrases of two bars."),
                ("4 bars", "Phrases of four bars hold together better."),
            ];
            control::choice(ui, 128.0, &params.phrase_length, &lengths, hands, pending);
            let help = "each pass of a loop is a new take.";
            let look = |width, word, help| Switch { width, face: Face::Word(word), help, colour: theme::ACCENT };
            control::switch(ui, &params.vary, look(54.0, "Vary", help), hands, pending);
            let help = "send General MIDI program changes that suit the genre.";
            control::switch(ui, &params.program_changes, look(82.0, "Programs", help), hands, pending);
        });
    });
    let right = Rect::from_min_max(pos2(rect.right() - 176.0, middle), pos2(rect.right(), middle + theme::ROW));
    ui.scope_builder(UiBuilder::new().max_rect(right).id_salt("history"), |ui| {
        ui.horizontal(|ui| {
            let steps = state.snapshot.history;
            let undoing =
                state.snapshot.undo.clone().map_or("Nothing to undo.".into(), |step| format!("Undo: {step}."));
            let redoing =
                state.snapshot.redo.clone().map_or("Nothing to redo.".into(), |step| format!("Redo: {step}."));
            let size = vec2(42.0, theme::ROW);
            ui.add_enabled_ui(steps.0 > 0, |ui| {
                if control::button(ui, size, Face::Icon(Icon::Undo), "Undo", &undoing).clicked() {
                    undo::undo(hands, state);
                }
            });
            ui.add_enabled_ui(steps.1 > 0, |ui| {
                if control::button(ui, size, Face::Icon(Icon::Redo), "Redo", &redoing).clicked() {
                    undo::redo(hands, state);
                }
            });
            scale(ui);
        });
    });
}

/// The window's scale, on top of the system's.
fn scale(ui: &mut Ui) {
    let now = ui.ctx().zoom_factor();
    let index = SCALES.iter().position(|(scale, _)| (scale - now).abs() < 0.01);
    let shown = index.map_or_else(|| format!("{:.0} %", now * 100.0), |index| SCALES[index].1.to_owned());
    let mut chosen = None;
    let combo = egui::ComboBox::from_id_salt("scale").width(62.0).selected_text(shown).show_ui(ui, |ui| {
        for (scale, word) in SCALES {
            if ui.selectable_label((scale - now).abs() < 0.01, word).clicked() {
                chosen = Some(scale);
            }
        }
    });
    let response = combo.response.accessible_name("Scale");
    if reset::menu(&response, (now - 1.0).abs() < 0.01, || "100 %".to_owned()) {
        chosen = Some(1.0);
    }
    reset::tooltip(&response, "The size of everything in this window.", Moved::Clicked, || "100 %".to_owned());
    if let Some(scale) = chosen {
        ui.ctx().set_zoom_factor(scale);
    }
}

/// The usual keys to undo and redo: only where they are not the host's.
fn shortcuts(ui: &Ui, hands: &Hands, state: &mut State) {
    if ui.ctx().text_edit_focused() {
        return;
    }
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    // First the one with more keys, of which the other is a part.
    if pressed(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z) || pressed(Modifiers::COMMAND, Key::Y) {
        undo::redo(hands, state);
    } else if pressed(Modifiers::COMMAND, Key::Z) {
        undo::undo(hands, state);
    }
}

/// Start, stop, loop and tempo: only where there is no host to do it.
fn transport(ui: &mut Ui, place: Rect, hands: &Hands, state: &State) {
    let own = &hands.wiring.own_transport;
    own.set_bar(quarters_from_ticks(state.snapshot.score.meters.at(0).meter.bar_ticks()));
    let middle = place.center().y - theme::ROW / 2.0;
    let row = Rect::from_min_size(pos2(place.left(), middle), vec2(108.0, theme::ROW));
    ui.scope_builder(UiBuilder::new().max_rect(row).id_salt("transport"), |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 3.0;
            let playing = own.playing();
            let size = vec2(34.0, theme::ROW);
            if control::button(ui, size, Face::Icon(Icon::Rewind), "Rewind", "Back to bar 1.").clicked() {
                own.rewind();
            }
            let icon = if playing { Icon::Stop } else { Icon::Play };
            let help = "start or stop (space bar).";
            let pressed = control::toggle(ui, size, playing, Face::Icon(icon), "Play", help, theme::ACCENT).clicked();
            let space =
                ui.input(|input| input.key_pressed(Key::Space)) && ui.memory(|memory| memory.focused().is_none());
            if pressed || space {
                own.set_playing(!playing);
            }
            let bars = own.loop_bars();
            let help = "repeat the first eight bars.";
            if control::toggle(ui, vec2(42.0, theme::ROW), bars > 0, Face::Word("Loop"), "Loop", help, theme::ACCENT)
                .clicked()
            {
                own.set_loop_bars(if bars > 0 { 0 } else { 8 });
            }
        });
    });
}

/// The tempo, under the words that tell it.
fn tempo(ui: &Ui, place: Rect, hands: &Hands) {
    let own = &hands.wiring.own_transport;
    let words = Rect::from_min_max(pos2(place.left() + POSITION + 7.0, place.center().y), place.max - vec2(0.0, 4.0));
    let response = ui.interact(words, ui.scope_id().with("tempo"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::slider(true, own.tempo(), "Tempo"));
    let mut steps = if response.hovered() { control::wheel_steps(ui, &response) } else { 0.0 };
    if response.has_focus() {
        let pressed = |key| ui.input(|input| input.num_presses(key)) as f32;
        steps += pressed(Key::ArrowUp) + pressed(Key::ArrowRight) - pressed(Key::ArrowDown) - pressed(Key::ArrowLeft);
        control::keep_arrows(ui, &response);
    }
    let fine = ui.input(|input| input.modifiers.shift);
    if response.dragged_by(PointerButton::Primary) {
        steps += response.drag_delta().x * if fine { 0.05 } else { 0.5 };
    }
    if response.double_clicked() {
        own.set_tempo(USUAL_TEMPO);
    } else if steps != 0.0 {
        own.set_tempo(own.tempo() + f64::from(steps));
    }
    let usual = || format!("{USUAL_TEMPO:.0} BPM");
    if reset::menu(&response, own.tempo().to_bits() == USUAL_TEMPO.to_bits(), usual) {
        own.set_tempo(USUAL_TEMPO);
    }
    // A control's ground: in a host the same words are only told.
    ui.painter().rect_filled(words, theme::ROUND, control::ground(&response));
    control::focus_ring(ui, &response, words);
    let response = response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    reset::tooltip(&response, "Tempo: quarter notes a minute.", Moved::Turned, usual);
}

/// What the transport does, and where.
fn position(ui: &Ui, place: Rect, standalone: bool, bypassed: bool, state: &State) {
    let reading = &state.reading;
    let score = &state.snapshot.score;
    let meter = score.meters.at(reading.playhead);
    let beat = (reading.playhead - score.meters.bar_start(reading.playhead)) / meter.meter.beat_ticks() + 1;
    let word = match (bypassed, reading.rolling, reading.held != 0) {
        (true, ..) => "Bypassed",
        (_, false, _) => "Stopped",
        (_, true, true) => "Listening",
        (_, true, false) => "Rolling",
    };
    let bar = bar_number(score, reading.playhead);
    let left = place.left() + if standalone { POSITION } else { 6.0 };
    let top = format!("{word}  {bar}.{beat}");
    let colour = if reading.rolling { theme::BRIGHT } else { theme::QUIET };
    let dot = pos2(left + 4.0, place.center().y - 9.0);
    let light =
        if reading.rolling { theme::of(Some(continuo_engine::part::Part::Chords)) } else { theme::CONTROL_HOVERED };
    ui.painter().circle_filled(dot, 4.0, light);
    ui.painter().text(pos2(left + 14.0, place.center().y - 9.0), Align2::LEFT_CENTER, top, theme::text(), colour);
    let (numerator, denominator) = (meter.meter.numerator, meter.meter.denominator);
    let below = format!("{:.0} BPM  {numerator}/{denominator}", reading.tempo);
    ui.painter().text(
        pos2(left + 14.0, place.center().y + 10.0),
        Align2::LEFT_CENTER,
        below,
        theme::small(),
        theme::QUIET,
    );
}
