//! Bars × lanes that the player selects, by mouse and keys, and what the keys do with the melody in them.

use crate::editor::{
    context::EditorContext,
    roll::melody_editor::actions,
    state::{
        State,
        range::{Field, SelectedRange},
    },
    theme,
};
use continuo_music::part::Part;
use egui::{Event, EventFilter, Key, Modifiers, PointerButton, Pos2, Rect, Response, Stroke, StrokeKind, Ui, pos2};

/// Where the lanes are, from the top.
#[derive(Clone, Copy)]
pub struct Lanes {
    /// All of them.
    pub rect: Rect,
    /// A lane's height.
    pub height: f32,
    /// The gap between two.
    pub gap: f32,
}

impl Lanes {
    /// Where a lane is.
    pub fn place(&self, index: usize) -> Rect {
        let top = self.rect.top() + index as f32 * (self.height + self.gap);
        Rect::from_min_max(pos2(self.rect.left(), top), pos2(self.rect.right(), top + self.height))
    }

    /// The lane at a height.
    fn at(&self, y: f32) -> usize {
        ((y - self.rect.top()) / (self.height + self.gap)).max(0.0) as usize
    }

    fn field(&self, point: Pos2, state: &State) -> Field {
        Field::at(self.at(point.y), state.time_axis.tick(point.x - self.rect.left()), &state.snapshot.score.meters)
    }
}

/// Selects with the mouse. Returns whether a drag in the lanes was used for it.
pub fn drag(ui: &Ui, response: &Response, lanes: Lanes, state: &mut State) -> bool {
    let (origin, shift) = ui.input(|input| (input.pointer.press_origin(), input.modifiers.shift));
    let Some(origin) = origin.filter(|&origin| lanes.rect.contains(origin)) else { return false };
    if response.drag_started_by(PointerButton::Primary) && !(shift && state.range.is_some()) {
        state.range = Some(SelectedRange::of(lanes.field(origin, state)));
    }
    let pointer = response.interact_pointer_pos().filter(|_| response.dragged_by(PointerButton::Primary));
    if let Some(pointer) = pointer {
        let end = lanes.field(pointer, state);
        if let Some(range) = &mut state.range {
            range.end = end;
        }
        return true;
    }
    false
}

/// Selects with Shift and the arrow keys, and edits the selected melody, while the roll has the keyboard's focus. Returns
/// whether the arrow keys were used.
pub fn keys(ui: &Ui, response: &Response, context: &EditorContext, state: &mut State) -> bool {
    if !response.has_focus() {
        return false;
    }
    let Modifiers { shift, .. } = ui.input(|input| input.modifiers);
    let count = |key| ui.input(|input| input.num_presses(key)) as i64;
    let (along, down) = (count(Key::ArrowRight) - count(Key::ArrowLeft), count(Key::ArrowDown) - count(Key::ArrowUp));
    if shift && (along, down) != (0, 0) {
        extend(along, down, state);
        return true;
    }
    if count(Key::Escape) > 0 {
        state.range = None;
    }
    let (copied, cut, pasted) = ui.input(|input| {
        let has = |wanted: fn(&Event) -> bool| input.events.iter().any(wanted);
        (
            has(|event| matches!(event, Event::Copy)),
            has(|event| matches!(event, Event::Cut)),
            has(|event| matches!(event, Event::Paste(_))) || (input.modifiers.command && input.key_pressed(Key::V)),
        )
    });
    let pressed_copy = copied || (ui.input(|input| input.modifiers.command && input.key_pressed(Key::C)));
    let bars = state.range.as_ref().filter(|range| range.has(None)).map(SelectedRange::bars);
    if let Some(bars) = bars {
        if pressed_copy || cut {
            let text = actions::copy_bars(&bars, state);
            ui.copy_text(text);
        }
        if cut || count(Key::Delete) + count(Key::Backspace) > 0 {
            actions::remove_bars(&bars, context, state);
        }
    }
    if pasted {
        actions::paste(context, state);
    }
    false
}

/// Makes the Escape key act on the selection instead of taking the focus away.
pub fn keep_escape(ui: &Ui, response: &Response, state: &State) {
    if response.has_focus() {
        let escape = state.range.is_some();
        let filter = EventFilter { escape, vertical_arrows: true, horizontal_arrows: true, tab: false };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    }
}

/// Extends the selection by bars and lanes. Without one, the bar of the melody is selected that edits apply to.
fn extend(along: i64, down: i64, state: &mut State) {
    let Some(range) = &state.range else {
        state.range = Some(SelectedRange::of(Field::at(0, state.target_tick(), &state.snapshot.score.meters)));
        return;
    };
    let Field { lane, bar } = &range.end;
    let tick = match along {
        1.. => bar.end,
        0 => bar.start,
        _ => bar.start - 1,
    };
    let end = Field::at(lane.saturating_add_signed(down as isize), tick, &state.snapshot.score.meters);
    if let Some(range) = &mut state.range {
        range.end = end;
    }
}

/// Draws the selection in a lane.
pub fn draw(ui: &Ui, rect: Rect, lane: Option<Part>, state: &State) {
    let Some(range) = state.range.as_ref().filter(|range| range.has(lane)) else { return };
    let bars = range.bars();
    let x = |tick| rect.left() + state.time_axis.x(tick);
    let place = Rect::from_x_y_ranges(x(bars.start)..=x(bars.end), rect.y_range());
    let painter = ui.painter_at(rect);
    painter.rect_filled(place, 2.0, theme::accent().gamma_multiply(0.13));
    painter.rect_stroke(place, 2.0, Stroke::new(1.5, theme::accent()), StrokeKind::Inside);
}
