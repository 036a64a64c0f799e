//! The rows of the menu: each runs a tool, with its settings beside.

use crate::editor::{
    state::tools_menu::{GRIDS, KEPT, ToolsMenu},
    theme,
    widgets::{button::button, look::Face, networks::networks},
};
use continuo_engine::{
    melodies::{MOST_CHANGES, MOST_MORPHED},
    score::Tool,
};
use continuo_music::quantise::Grid;
use egui::{Checkbox, ComboBox, DragValue, Ui, vec2};

/// The width of the button that runs a tool.
const RUN: f32 = 96.0;
/// The most bars that are written at a time.
const MOST_BARS: u32 = 32;

/// Draws a row. Returns the tool that the player runs.
pub(super) type Row = fn(&mut Ui, &mut ToolsMenu) -> Option<Tool>;

/// The rows from the top.
pub(super) const ALL: [Row; 10] =
    [extend, extend_further, enhance, enhance_further, rewrite, generate, interpolate, quantise, groove, drumify];

/// Draws the button that runs a tool. Returns whether it was clicked.
fn run_button(ui: &mut Ui, name: &'static str, help: &str) -> bool {
    button(ui, vec2(RUN, theme::ROW), Face::Word(name), name, help).clicked()
}

fn extend(ui: &mut Ui, tools: &mut ToolsMenu) -> Option<Tool> {
    let help = "The melody goes on after the selection, in its key, over the chords that are there. Each time it goes on \
                otherwise.";
    let clicked = run_button(ui, "Extend", help);
    let unit = if tools.bars == 1 { " bar" } else { " bars" };
    ui.add(DragValue::new(&mut tools.bars).range(1..=MOST_BARS).suffix(unit)).accessible_name("Bars to write");
    ui.add(Checkbox::new(&mut tools.home, "ends at home"))
        .on_hover_text("The last bar comes home to the tonic. Without it, the end is open.");
    clicked.then_some(Tool::Extend { bars: tools.bars, home: tools.home })
}

/// The second row of [`extend`].
fn extend_further(ui: &mut Ui, tools: &mut ToolsMenu) -> Option<Tool> {
    ui.add_space(RUN + ui.spacing().item_spacing.x);
    if let Some(wanted) = networks(ui, tools.network.shown, theme::accent()) {
        tools.network.wanted = Some(wanted);
    }
    None
}

fn enhance(ui: &mut Ui, tools: &mut ToolsMenu) -> Option<Tool> {
    let help = "Adds notes to the selected bars of the melody, takes some away and moves others, as long as that makes it \
                better. A note with another pitch counts as one added and one removed.";
    let clicked = run_button(ui, "Enhance", help);
    ui.add(DragValue::new(&mut tools.add).range(0..=MOST_CHANGES).prefix("+ ").suffix(" notes"))
        .on_hover_text("The most notes to add.")
        .accessible_name("Most notes to add");
    ui.add(DragValue::new(&mut tools.remove).range(0..=MOST_CHANGES).prefix("− ").suffix(" notes"))
        .on_hover_text("The most notes to remove.")
        .accessible_name("Most notes to remove");
    clicked.then_some(Tool::Enhance {
        add: tools.add,
        remove: tools.remove,
        iterations: tools.iterations,
        risk: tools.risk as f32 / 100.0,
    })
}

/// The second row of [`enhance`].
fn enhance_further(ui: &mut Ui, tools: &mut ToolsMenu) -> Option<Tool> {
    ui.add_space(RUN + ui.spacing().item_spacing.x);
    ui.add(DragValue::new(&mut tools.risk).range(0..=200).suffix(" % risk"))
        .on_hover_text("0: only what is surely better. 200: bold.")
        .accessible_name("Creative risk");
    ui.add(DragValue::new(&mut tools.iterations).range(1..=MOST_CHANGES).prefix("≤ ").suffix(" changes"))
        .on_hover_text("How often something is changed at most.")
        .accessible_name("Most changes");
    None
}

fn rewrite(ui: &mut Ui, tools: &mut ToolsMenu) -> Option<Tool> {
    let help = "Writes the selected bars of the melody again, between what is before and after them, or those of a part, around the other parts. Each time otherwise.";
    let clicked = run_button(ui, "Rewrite", help);
    let (keep, name) = KEPT[tools.kept.min(KEPT.len() - 1)];
    let response = ComboBox::from_id_salt("kept").width(176.0).selected_text(name).show_index(
        ui,
        &mut tools.kept,
        KEPT.len(),
        |index| KEPT[index].1,
    );
    response.accessible_name("What to rewrite");
    clicked.then_some(Tool::Rewrite { keep })
}

fn generate(ui: &mut Ui, _: &mut ToolsMenu) -> Option<Tool> {
    let help =
        "Writes a new melody in place of what is in the selected bars, in the song's genre and key. Each time another.";
    let clicked = run_button(ui, "Generate", help);
    ui.colored_label(theme::quiet(), "in the song's genre and key");
    clicked.then_some(Tool::Generate)
}

fn interpolate(ui: &mut Ui, tools: &mut ToolsMenu) -> Option<Tool> {
    let help = "The first and the last selected bars stay. Between them the melody goes from the one to the other, step by \
                step.";
    let clicked = run_button(ui, "Interpolate", help);
    let unit = if tools.ends == 1 { " bar at each end" } else { " bars at each end" };
    ui.add(DragValue::new(&mut tools.ends).range(1..=MOST_MORPHED as u32).suffix(unit))
        .accessible_name("Bars at each end");
    clicked.then_some(Tool::Interpolate { bars: tools.ends })
}

fn quantise(ui: &mut Ui, tools: &mut ToolsMenu) -> Option<Tool> {
    let help = "Moves notes to a grid. Where they swing, the grid swings with them.";
    let clicked = run_button(ui, "Quantise", help);
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
    let help = "Gives notes a drummer's loudness and timing, as in the genre, or those of a MIDI file.";
    let clicked = run_button(ui, "Groove", help);
    ui.add(DragValue::new(&mut tools.amount).range(0..=100).suffix(" %")).accessible_name("Amount of groove");
    let name = tools.template.as_ref().map(|(name, _)| name.clone());
    let shown = name.clone().unwrap_or_else(|| "a drummer's".to_owned());
    let response = ComboBox::from_id_salt("template").width(110.0).truncate().selected_text(shown).show_ui(ui, |ui| {
        if ui.selectable_label(name.is_none(), "a drummer's").clicked() {
            tools.template = None;
        }
        if let Some(name) = name {
            ui.selectable_label(true, name).on_hover_text("The groove of this file.");
        }
        tools.choosing_template = ui.selectable_label(false, "of a MIDI file…").clicked();
    });
    response.response.accessible_name("Whose groove").on_hover_text("Whose loudness and timing notes take over.");
    clicked.then_some(Tool::Groove { amount: tools.amount as f32 / 100.0 })
}

fn drumify(ui: &mut Ui, _: &mut ToolsMenu) -> Option<Tool> {
    let help = "The drums play with the selected rhythm: a melody's, a bass line's, or any other part's.";
    run_button(ui, "Drumify", help).then_some(Tool::Drumify)
}
