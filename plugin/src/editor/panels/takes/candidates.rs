//! The candidates from which the conductor chose a take, as a row of bars: how high it rates each, which one plays, and
//! the others to choose.

use crate::editor::{theme, widgets::look};
use continuo_engine::network::Judged;
use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

/// The width of a bar with the gaps beside it, if there is room.
const STEP: f32 = 13.0;
/// The height of the lowest bar, so that it can be seen and clicked; the best candidate's is 1.
const LOWEST: f32 = 0.25;

/// Draws the row up to the right edge of `area`. Returns the index of the candidate that the player chose.
pub fn show(ui: &Ui, area: Rect, judged: &Judged) -> Option<u8> {
    let step = (area.width() / judged.scores.len() as f32).min(STEP);
    let left = area.right() - step * judged.scores.len() as f32;
    let mut chosen = None;
    for (index, height) in (0_u8..).zip(heights(&judged.scores)) {
        let at = pos2(left + step * f32::from(index), area.top());
        let place = Rect::from_min_size(at, vec2(step, area.height()));
        let plays = index == judged.chosen;
        let name = format!("Candidate {} of {}", u32::from(index) + 1, judged.scores.len());
        let response = ui.interact(place, ui.scope_id().with(("drawn", index)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, plays, &name));
        let bar = place.shrink2(vec2(2.0, 2.0));
        let bar = Rect::from_min_max(pos2(bar.left(), bar.bottom() - bar.height() * height), bar.max);
        let colour = match (plays, response.hovered()) {
            (true, _) => theme::accent(),
            (false, true) => theme::quiet(),
            (false, false) => theme::fill(),
        };
        ui.painter().rect_filled(bar, 1.0, colour);
        if plays {
            // Not by colour alone: a line under the bar.
            let y = place.bottom() + 1.0;
            ui.painter().hline(bar.x_range(), y, egui::Stroke::new(2.0, theme::bright()));
        }
        look::focus_ring(ui, &response, place);
        if response.clicked() && !plays {
            chosen = Some(index);
        }
        response.on_hover_text(help(judged, index, &name));
    }
    chosen
}

/// The bars' heights: each score's place between the lowest and the highest.
fn heights(scores: &[f32]) -> impl Iterator<Item = f32> {
    let lowest = scores.iter().copied().fold(f32::INFINITY, f32::min);
    let range = (scores.iter().copied().fold(f32::NEG_INFINITY, f32::max) - lowest).max(f32::MIN_POSITIVE);
    scores.iter().map(move |score| LOWEST + (1.0 - LOWEST) * (score - lowest) / range)
}

fn help(judged: &Judged, index: u8, name: &str) -> String {
    let score = judged.scores.get(usize::from(index)).copied().unwrap_or_default();
    // Scores compare the candidates of one phrase only, so a number would say nothing by itself.
    let place = 1 + judged.scores.iter().filter(|&&other| other > score).count();
    let rating = match place {
        _ if index == judged.best() => "the conductor's favourite".to_owned(),
        place => format!("the conductor ranks it {place} of {}", judged.scores.len()),
    };
    let hint = if index == judged.chosen { "It plays." } else { "Click to hear it." };
    format!("{name}: {rating}. The higher a bar, the better it is rated. {hint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::part::PartMap;

    #[test]
    fn the_best_is_the_highest_and_equal_ones_are_equally_high() {
        assert_eq!(heights(&[-1.0, 3.0, 1.0]).collect::<Vec<_>>(), [LOWEST, 1.0, f32::midpoint(1.0, LOWEST)]);
        assert_eq!(heights(&[2.0, 2.0]).collect::<Vec<_>>(), [LOWEST, LOWEST]);
        assert_eq!(heights(&[]).count(), 0);
    }

    #[test]
    fn the_tooltip_distinguishes_what_plays_from_the_conductors_favourite() {
        let judged = Judged { chosen: 0, scores: vec![-0.5, 1.25], kept: PartMap::default() };
        let bars = "The higher a bar, the better it is rated.";
        assert_eq!(help(&judged, 0, "One"), format!("One: the conductor ranks it 2 of 2. {bars} It plays."));
        let best = help(&judged, 1, "Two");
        assert_eq!(best, format!("Two: the conductor's favourite. {bars} Click to hear it."));
    }
}
