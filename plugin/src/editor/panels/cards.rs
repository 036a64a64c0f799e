//! The row of cards beneath the roll: style, song, takes, MIDI files.

use crate::editor::{
    context::EditorContext,
    panels::{export, song, style, takes},
    state::State,
};
use egui::{Rect, Ui, vec2};

/// The height of the row.
pub const HEIGHT: f32 = 150.0;
/// The gap between two cards.
const GAP: f32 = 8.0;
/// The least width of each card, in their order: what its controls need. All together fit into the smallest window.
const NEEDED: [f32; 4] = [316.0, 250.0, 208.0, 218.0];
/// Each card's share of the width that is left over in a wider window.
const SHARES: [f32; 4] = [0.34, 0.24, 0.22, 0.2];

/// Draws the cards. Returns where files can be dropped to become a style.
pub fn show(ui: &mut Ui, row: Rect, context: &EditorContext, state: &mut State) -> Rect {
    let [style, song, takes, files] = places(row);
    // The keyboard's focus goes through the cards in this order.
    let style_pad = style::show(ui, style, context, state);
    song::show(ui, song, context, state);
    takes::show(ui, takes, context, state);
    export::show(ui, files, context, state);
    style_pad
}

/// Where each card is.
fn places(row: Rect) -> [Rect; 4] {
    let spare = (row.width() - NEEDED.iter().sum::<f32>() - 3.0 * GAP).max(0.0);
    let mut left = row.min;
    std::array::from_fn(|index| {
        let place = Rect::from_min_size(left, vec2(NEEDED[index] + SHARES[index] * spare, row.height()));
        left.x = place.right() + GAP;
        place
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::saved_editor::SMALLEST;
    use egui::pos2;

    #[test]
    fn the_cards_fill_the_row_and_leave_each_its_room() {
        // The window's margins are 10 points each.
        for width in [SMALLEST.0 as f32 - 20.0, 1120.0, 2400.0] {
            let row = Rect::from_min_size(pos2(10.0, 500.0), vec2(width, HEIGHT));
            let places = places(row);
            assert!((places[3].right() - row.right()).abs() < 5.0, "{width}: {places:?}");
            assert!(places[3].right() <= row.right() + 0.01, "{width}: {places:?}");
            for (index, place) in places.iter().enumerate() {
                assert!(place.width() >= NEEDED[index]);
                assert!(index == 0 || place.left() > places[index - 1].right());
            }
        }
    }
}
