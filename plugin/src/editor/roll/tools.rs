//! The tools that work on the selected bars: a button with a menu, and what is selected beside it.

use crate::editor::{
    context::EditorContext,
    state::{
        State,
        range::SelectedRange,
        tools_menu::{GRIDS, ToolsMenu},
    },
    theme,
    widgets::{button::button, look::Face},
};
use continuo_engine::{
    composer::ToolStatus,
    score::{Edit, Tool, ToolRequest},
};
use continuo_music::{part::Part, quantise::Grid, time::Tick};
use egui::{
    Checkbox, ComboBox, DragValue, Popup, PopupCloseBehavior, ProgressBar, Rect, RichText, Ui, UiBuilder, vec2,
};
use std::ops::Range;

/// The menu's width.
const WIDTH: f32 = 300.0;
/// The width of the button that runs a tool.
const RUN: f32 = 96.0;
/// The most bars that are written at a time.
const MOST_BARS: u32 = 32;

/// Draws the button, and what is selected, at the top of the corner.
pub fn show(ui: &mut Ui, corner: Rect, context: &EditorContext, state: &mut State) {
    let row = Rect::from_min_size(corner.min + vec2(0.0, 8.0), vec2(corner.width(), theme::ROW));
    ui.scope_builder(UiBuilder::new().max_rect(row).id_salt("tools"), |ui| {
        ui.horizontal(|ui| {
            let help = "Go on with the melody, move notes to a grid, play them as a drummer does, or let the drums play a \
                        rhythm: in the selected bars. Drag over lanes to select bars.";
            let response = button(ui, vec2(96.0, theme::ROW), Face::Word("Tools…"), "Melody tools", help);
            let mut wanted = None;
            Popup::menu(&response)
                .id(response.id.with("menu"))
                .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
                .width(WIDTH)
                .show(|ui| {
                    ui.set_width(WIDTH);
                    wanted = menu(ui, state);
                });
            if let Some(tool) = wanted {
                run(tool, context, state);
            }
            let text = state.range.as_ref().map(|range| range.in_words(&state.snapshot.score.meters)).unwrap_or_default();
            ui.colored_label(theme::bright(), RichText::new(text).font(theme::small()));
        });
    });
}

/// What a tool works on: the selected bars of the topmost selected lane, or the whole melody.
fn target(state: &State) -> (Range<Tick>, Option<Part>) {
    let whole = || {
        let notes = state.snapshot.score.melody();
        let last = notes.last().map_or(0, |note| note.start);
        (0..state.snapshot.score.meters.phrase_at(last, 1).end, None)
    };
    let selected = |range: &SelectedRange| (range.bars(), range.lanes().next().flatten());
    state.range.as_ref().map_or_else(whole, selected)
}

fn target_in_words(state: &State) -> String {
    let Some(range) = &state.range else { return "The whole melody".to_owned() };
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
    state.request(Edit::Tool(Box::new(ToolRequest { tool, bars, part, seed })), context.wiring);
}

/// Draws the menu. Returns the tool that the player runs.
fn menu(ui: &mut Ui, state: &mut State) -> Option<Tool> {
    let heading = target_in_words(state);
    let working = match &state.snapshot.status.tool {
        Some(ToolStatus::Working { name, done, all }) => Some((*name, *done, *all)),
        _ => None,
    };
    ui.colored_label(theme::quiet(), heading);
    let mut tool = None;
    ui.add_enabled_ui(working.is_none(), |ui| {
        let tools = &mut state.tools;
        for row in [extend, quantise, groove, drumify] {
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

fn extend(ui: &mut Ui, tools: &mut ToolsMenu) -> Option<Tool> {
    let help = "The melody goes on after the selection, in its key, over the chords that are there. Each time it goes on \
                otherwise.";
    let clicked = button(ui, vec2(RUN, theme::ROW), Face::Word("Extend"), "Extend", help).clicked();
    let unit = if tools.bars == 1 { " bar" } else { " bars" };
    ui.add(DragValue::new(&mut tools.bars).range(1..=MOST_BARS).suffix(unit)).accessible_name("Bars to write");
    ui.add(Checkbox::new(&mut tools.home, "ends at home"))
        .on_hover_text("The last bar comes home to the tonic. Without it, the end is open.");
    clicked.then_some(Tool::Extend { bars: tools.bars, home: tools.home })
}

fn quantise(ui: &mut Ui, tools: &mut ToolsMenu) -> Option<Tool> {
    let help = "Moves notes to a grid. Where they swing, the grid swings with them.";
    let clicked = button(ui, vec2(RUN, theme::ROW), Face::Word("Quantise"), "Quantise", help).clicked();
    let response = ComboBox::from_id_salt("grid")
        .width(64.0)
        .selected_text(GRIDS[tools.grid.min(GRIDS.len() - 1)])
        .show_index(ui, &mut tools.grid, GRIDS.len(), |index| GRIDS[index]);
    response.accessible_name("Grid");
    ui.add(DragValue::new(&mut tools.strength).range(0..=100).suffix(" % strength")).accessible_name("Strength");
    let grid: Grid = GRIDS.get(tools.grid)?.parse().ok()?;
    clicked.then_some(Tool::Quantise { grid, strength: tools.strength as f32 / 100.0 })
}

fn groove(ui: &mut Ui, tools: &mut ToolsMenu) -> Option<Tool> {
    let help = "Gives notes a drummer's loudness and timing, as in the genre.";
    let clicked = button(ui, vec2(RUN, theme::ROW), Face::Word("Groove"), "Groove", help).clicked();
    ui.add(DragValue::new(&mut tools.amount).range(0..=100).suffix(" % of a drummer"))
        .accessible_name("Amount of groove");
    clicked.then_some(Tool::Groove { amount: tools.amount as f32 / 100.0 })
}

fn drumify(ui: &mut Ui, _: &mut ToolsMenu) -> Option<Tool> {
    let help = "The drums play with the selected rhythm: a melody's, a bass line's, or any other part's.";
    button(ui, vec2(RUN, theme::ROW), Face::Word("Drumify"), "Drumify", help).clicked().then_some(Tool::Drumify)
}
