//! The chords that the parts play, between the ruler and the lanes.

use crate::editor::{state::State, theme};
use continuo_music::{chord::ChordSpan, time::Tick};
use egui::{Align2, Rect, Stroke, Ui, pos2};

/// Draws the chords' symbols, each where it begins.
pub fn show(ui: &Ui, rect: Rect, state: &State) {
    let painter = ui.painter_at(rect);
    painter.rect_filled(rect, theme::ROUND, theme::CARD);
    let at = |tick: Tick| rect.left() + state.time_axis.x(tick);
    for chord in state.snapshot.form.chords() {
        let (left, right) = (at(chord.span.start), at(chord.span.end));
        if right < rect.left() {
            continue;
        }
        if left > rect.right() {
            break;
        }
        painter.vline(left, rect.top() + 3.0..=rect.bottom() - 3.0, Stroke::new(1.0, theme::BAR_LINE));
        if chord.chord.is_none() {
            continue;
        }
        // A chord that began before the window is named at its edge.
        let from = left.max(rect.left()) + 5.0;
        let sounds = state.playback.rolling && chord.span.contains(&state.playback.playhead);
        let colour = if sounds { theme::BRIGHT } else { theme::QUIET };
        let text = painter.layout_no_wrap(symbol(chord, state), theme::small(), colour);
        if from + text.size().x < right {
            painter.galley(pos2(from, rect.center().y - text.size().y / 2.0), text, colour);
        } else if right - from > 4.0 {
            painter.text(pos2(from, rect.center().y), Align2::LEFT_CENTER, "·", theme::small(), colour);
        }
    }
}

/// The text about the chord at a tick.
pub fn hover_text(tick: Tick, state: &State) -> Option<String> {
    let chord = state.snapshot.form.chord_at(tick).filter(|chord| !chord.chord.is_none())?;
    let (bar, beat) = (state.snapshot.bar(chord.span.start), state.snapshot.beat(chord.span.start));
    let key = state.snapshot.form.key_at(tick).map_or(String::new(), |key| format!(", in {}", key.name()));
    Some(format!("{} from bar {bar}, beat {beat}{key}: what the parts play together.", symbol(chord, state)))
}

/// A chord's symbol, spelled in the key of its place.
fn symbol(chord: &ChordSpan, state: &State) -> String {
    chord.chord.spelled(state.snapshot.form.key_at(chord.span.start))
}
