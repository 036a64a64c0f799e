//! What a host otherwise does: start, stop, loop, tempo, and keyboard shortcuts.

use crate::{
    editor::{
        context::EditorContext,
        state::State,
        theme, undo,
        widgets::{
            button::{button, toggle},
            icon::Icon,
            look::{self, Face},
            reset::{self, Handling},
            steps,
        },
    },
    process::standalone_transport::DEFAULT_TEMPO,
};
use continuo_music::time::quarters_from_ticks;
use egui::{CursorIcon, Key, Modifiers, PointerButton, Rect, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

/// The width of the transport's buttons, with the gap after them.
const BUTTONS: f32 = 122.0;

/// Draws the transport's buttons and the tempo's control; returns the rest of `place`, for the position.
pub fn show(ui: &mut Ui, place: Rect, context: &EditorContext, state: &mut State) -> Rect {
    transport(ui, place, context, state);
    let rest = Rect::from_min_max(pos2(place.left() + BUTTONS, place.top()), place.max);
    tempo(ui, rest, context);
    shortcuts(ui, context, state);
    rest
}

/// The usual shortcuts for undo and redo.
fn shortcuts(ui: &Ui, context: &EditorContext, state: &mut State) {
    if ui.ctx().text_edit_focused() {
        return;
    }
    let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
    // Redo first: its keys contain those of undo.
    if pressed(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z) || pressed(Modifiers::COMMAND, Key::Y) {
        undo::redo(context, state);
    } else if pressed(Modifiers::COMMAND, Key::Z) {
        undo::undo(context, state);
    }
}

/// Rewind, play and loop.
fn transport(ui: &mut Ui, place: Rect, context: &EditorContext, state: &State) {
    let transport = &context.wiring.standalone_transport;
    transport.set_bar(quarters_from_ticks(state.snapshot.score.meters.at(0).meter.bar_ticks()));
    let middle = place.center().y - theme::ROW / 2.0;
    let row = Rect::from_min_size(pos2(place.left(), middle), vec2(108.0, theme::ROW));
    ui.scope_builder(UiBuilder::new().max_rect(row).id_salt("transport"), |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 3.0;
            let playing = transport.playing();
            let size = vec2(34.0, theme::ROW);
            if button(ui, size, Face::Icon(Icon::Rewind), "Rewind", "Go back to bar 1.").clicked() {
                transport.rewind();
            }
            let icon = if playing { Icon::Stop } else { Icon::Play };
            let help = "start or stop (space bar).";
            let pressed = toggle(ui, size, playing, Face::Icon(icon), "Play", help, theme::accent()).clicked();
            let space =
                ui.input(|input| input.key_pressed(Key::Space)) && ui.memory(|memory| memory.focused().is_none());
            if pressed || space {
                transport.set_playing(!playing);
            }
            let looping = transport.loop_bars() > 0;
            let help = "repeat the first eight bars.";
            let size = vec2(42.0, theme::ROW);
            if toggle(ui, size, looping, Face::Word("Loop"), "Loop", help, theme::accent()).clicked() {
                transport.set_loop_bars(if looping { 0 } else { 8 });
            }
        });
    });
}

/// The tempo's control, beneath the text of the position.
fn tempo(ui: &Ui, place: Rect, context: &EditorContext) {
    let transport = &context.wiring.standalone_transport;
    let control = Rect::from_min_max(pos2(place.left() + 7.0, place.center().y), place.max - vec2(0.0, 4.0));
    let response = ui.interact(control, ui.scope_id().with("tempo"), Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::slider(true, transport.tempo(), "Tempo"));
    let mut steps = steps::wheel_and_arrows(ui, &response);
    if response.dragged_by(PointerButton::Primary) {
        let speed = if ui.input(|input| input.modifiers.shift) { steps::FINE } else { 1.0 };
        steps += response.drag_delta().x * 0.5 * speed;
    }
    if response.double_clicked() {
        transport.set_tempo(DEFAULT_TEMPO);
    } else if steps != 0.0 {
        transport.set_tempo(transport.tempo() + f64::from(steps));
    }
    let default = || format!("{DEFAULT_TEMPO:.0} BPM");
    if reset::menu(&response, transport.tempo().to_bits() == DEFAULT_TEMPO.to_bits(), default) {
        transport.set_tempo(DEFAULT_TEMPO);
    }
    // The background marks it as a control; in a host the same text is for reading only.
    ui.painter().rect_filled(control, theme::ROUND, look::background(&response));
    look::focus_ring(ui, &response, control);
    let response = response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
    reset::tooltip(&response, "Tempo: quarter notes per minute.", Handling::Drag, default);
}
