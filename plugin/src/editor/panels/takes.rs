//! The takes of the chosen phrase: step between them, mark one, make another.

pub mod candidates;

use crate::editor::{
    context::EditorContext,
    state::State,
    theme,
    widgets::{
        button::{button, toggle},
        card::card,
        icon::Icon,
        look::Face,
        number::{NumberLook, number},
    },
};
use continuo_engine::score::{Edit, Takes};
use egui::{Align2, Rect, Ui, UiBuilder, vec2};
use nice_plug::prelude::Param;

/// The room for the words that say which take plays.
const WHICH: f32 = 88.0;

/// Draws the card.
pub fn show(ui: &mut Ui, rect: Rect, context: &EditorContext, state: &mut State) {
    let inside = card(ui, rect, "Takes");
    let target = state.target_tick();
    let score = &state.snapshot.score;
    let judged = score.phrase_at(target).and_then(|phrase| phrase.judged.as_ref());
    let phrase = score.phrase_at(target).map(|phrase| phrase.span);
    let start = phrase.map_or(target, |span| span.start);
    let takes = phrase.and_then(|span| score.takes(span.start));
    let (chosen, all) = takes.map_or((0, usize::from(phrase.is_some())), |takes| (takes.chosen(), takes.list().len()));
    let ids: Vec<u32> = takes.map(|takes| takes.list().iter().map(|take| take.id).collect()).unwrap_or_default();
    let marked = takes.and_then(Takes::current).is_some_and(|take| take.favourite);
    let title =
        phrase.map_or_else(|| "no phrase here yet".to_owned(), |span| format!("bars {}", state.snapshot.bars(&span)));
    let which = if state.selected.is_some() { "chosen phrase" } else { "at the playhead" };
    let at = inside.right_top() + vec2(0.0, -24.0);
    ui.painter().text(at, Align2::RIGHT_TOP, &title, theme::small(), theme::bright());

    let choose = |&take: &u32| Edit::Choose { start, take, undoing: false };
    let mut edit = None;
    ui.scope_builder(UiBuilder::new().max_rect(inside).id_salt("takes"), |ui| {
        let label = ui
            .colored_label(theme::quiet(), which)
            .on_hover_text("Click a phrase in the roll to choose it; click it again to follow the playhead.");
        if let Some(judged) = phrase.and(judged).filter(|judged| judged.scores.len() > 1) {
            let row =
                Rect::from_x_y_ranges(label.rect.right() + 4.0..=inside.right(), label.rect.y_range().expand(3.0));
            edit = candidates::show(ui, row, judged).map(|index| Edit::Draw { start, index });
        }
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let step = vec2(((inside.width() - WHICH - 12.0) / 3.0).min(38.0), theme::ROW);
            ui.add_enabled_ui(chosen > 0, |ui| {
                if button(ui, step, Face::Icon(Icon::Back), "Take before", "Play the previous take.").clicked() {
                    edit = chosen.checked_sub(1).and_then(|index| ids.get(index)).map(choose);
                }
            });
            let text = if all == 0 { "–".to_owned() } else { format!("take {} of {all}", chosen + 1) };
            let (place, _) =
                ui.allocate_exact_size(vec2(inside.width() - 3.0 * step.x - 12.0, theme::ROW), egui::Sense::hover());
            ui.painter().text(place.center(), Align2::CENTER_CENTER, text, theme::text(), theme::bright());
            ui.add_enabled_ui(chosen + 1 < all, |ui| {
                if button(ui, step, Face::Icon(Icon::Forward), "Take after", "Play the next take.").clicked() {
                    edit = ids.get(chosen + 1).map(choose);
                }
            });
            ui.add_enabled_ui(phrase.is_some(), |ui| {
                let icon = if marked { Icon::StarFilled } else { Icon::Star };
                let help = "mark the take, so that it is always kept.";
                if toggle(ui, step, marked, Face::Icon(icon), "Favourite", help, theme::accent()).clicked() {
                    edit = Some(Edit::Favourite { start, take: None, on: !marked, undoing: false });
                }
            });
        });
        ui.add_space(2.0);
        ui.horizontal(|ui| {
            let size = vec2(104.0, 32.0);
            ui.add_enabled_ui(state.snapshot.status.conductor.is_some(), |ui| {
                let help = "the number of candidates from which the model's conductor chooses the best. One needs the \
                    least power, about half of what four need. Not every model has a conductor.";
                let takes = &context.wiring.params.takes;
                let one = takes.preview_plain(state.pending.value(takes)) == 1;
                let unit = if one { " take" } else { " takes" };
                let look = NumberLook { label: "Best of", unit, help, fill: None };
                number(ui, size, takes, look, context, &mut state.pending);
            });
            let help = "Make another take of this phrase, with all parts that are not locked. The old take is kept.";
            let size = vec2(ui.available_width(), size.y);
            // The whole name where it has room.
            let face = match size.x {
                ..90.0 => "Another",
                ..130.0 => "Another take",
                _ => "Make another take",
            };
            if button(ui, size, Face::Word(face), "Make another take", help).clicked() {
                edit = Some(Edit::Regenerate { tick: start, part: None });
            }
        });
    });
    if let Some(edit) = edit {
        state.request(edit, context.wiring);
    }
}
