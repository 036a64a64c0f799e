//! The tools that work on the selected bars: a button with a menu, and what is selected beside it.

mod rows;

use crate::editor::{
    context::EditorContext,
    files::dialog,
    state::{State, file_dialogs::PathPurpose, range::SelectedRange},
    theme,
    widgets::{button::button, look::Face},
};
use continuo_engine::{
    composer::ToolStatus,
    score::{Edit, Tool, ToolRequest},
};
use continuo_music::{part::Part, time::Tick};
use egui::{Popup, PopupCloseBehavior, ProgressBar, Rect, RichText, Ui, UiBuilder, vec2};
use std::{ops::Range, sync::Arc};

/// The menu's width.
const WIDTH: f32 = 300.0;
/// How many bars are written where there is no melody and none are selected.
const FIRST_BARS: u8 = 8;

/// Draws the button, and what is selected, at the top of the corner.
pub fn show(ui: &mut Ui, corner: Rect, context: &EditorContext, state: &mut State) {
    let row = Rect::from_min_size(corner.min + vec2(0.0, 8.0), vec2(corner.width(), theme::ROW));
    ui.scope_builder(UiBuilder::new().max_rect(row).id_salt("tools"), |ui| {
        ui.horizontal(|ui| {
            let help = "Go on with the melody, make it better or write it anew, move notes to a grid, play them as a \
                        drummer does, or let the drums play a rhythm: in the selected bars. Drag over lanes to select bars.";
            let response = button(ui, vec2(96.0, theme::ROW), Face::Word("Tools…"), "Melody tools", help);
            let mut wanted = None;
            Popup::menu(&response)
                .id(response.id.with("menu"))
                .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
                .width(WIDTH)
                .show(|ui| {
                    ui.set_width(WIDTH);
                    wanted = menu(ui, context, state);
                });
            if let Some(tool) = wanted {
                run(tool, context, state);
            }
            if std::mem::take(&mut state.tools.choosing_template) {
                dialog::open(PathPurpose::Groove, context, state);
            }
            let text = state.range.as_ref().map(|range| range.in_words(&state.snapshot.score.meters)).unwrap_or_default();
            ui.colored_label(theme::bright(), RichText::new(text).font(theme::small()));
        });
    });
}

/// What a tool works on: the selected bars of the topmost selected lane, or the whole melody.
fn target(state: &State) -> (Range<Tick>, Option<Part>) {
    let whole = || {
        let score = &state.snapshot.score;
        let Some(last) = score.melody().last() else { return (0..score.meters.phrase_at(0, FIRST_BARS).end, None) };
        (0..score.meters.phrase_at(last.start, 1).end, None)
    };
    let selected = |range: &SelectedRange| (range.bars(), range.lanes().next().flatten());
    state.range.as_ref().map_or_else(whole, selected)
}

fn target_in_words(state: &State) -> String {
    let Some(range) = &state.range else {
        let is_empty = state.snapshot.score.melody().is_empty();
        return if is_empty { format!("No melody yet, bars 1-{FIRST_BARS}") } else { "The whole melody".to_owned() };
    };
    let top = range.anchor.lane.min(range.end.lane);
    let mut one = range.clone();
    (one.anchor.lane, one.end.lane) = (top, top);
    one.in_words(&state.snapshot.score.meters)
}

fn run(tool: Tool, context: &EditorContext, state: &mut State) {
    let (bars, part) = target(state);
    let first = context.wiring.params.seed.value() as u32;
    let seed = first.wrapping_add(state.tools.asked);
    state.tools.asked += 1;
    let is_groove = matches!(tool, Tool::Groove { .. });
    let template = state.tools.template.as_ref().filter(|_| is_groove).map(|(_, template)| Arc::clone(template));
    state.request(Edit::Tool(Box::new(ToolRequest { tool, bars, part, seed, template })), context.wiring);
}

/// Draws the menu. Returns the tool that the player runs.
fn menu(ui: &mut Ui, context: &EditorContext, state: &mut State) -> Option<Tool> {
    state.follow_network_choice(context.wiring);
    let heading = target_in_words(state);
    let working = match &state.snapshot.status.tool {
        Some(ToolStatus::Working { name, done, all }) => Some((*name, *done, *all)),
        _ => None,
    };
    ui.colored_label(theme::quiet(), heading);
    let mut tool = None;
    ui.add_enabled_ui(working.is_none(), |ui| {
        let tools = &mut state.tools;
        for row in rows::ALL {
            ui.horizontal(|ui| {
                if let Some(wanted) = row(ui, tools) {
                    tool = Some(wanted);
                }
            });
        }
    });
    if let Some((name, done, all)) = working {
        let share = if all == 0 { 0.0 } else { done as f32 / all as f32 };
        ui.add(ProgressBar::new(share).desired_width(WIDTH).text(format!("{name} works…")));
    }
    tool
}
