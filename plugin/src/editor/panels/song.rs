//! The song: its key, and how the band plays it as a whole.
//!
//! The card has a grid of two columns. Each control takes a cell of [`cells`]; a new number goes into the next free
//! cell, two short buttons share one.

use crate::{
    editor::{
        context::EditorContext,
        state::State,
        theme,
        widgets::{
            card::{beside_title, card},
            cells::cells,
            look::Face,
            number::{NumberLook, number},
            reset::{self, Handling},
            switch::{SwitchLook, switch},
            trigger::trigger,
        },
    },
    params,
};
use continuo_music::key::Key;
use egui::{Rect, Ui, UiBuilder};
use nice_plug::prelude::Param;

/// The room for the card's title.
const TITLE: f32 = 40.0;
/// The width of a switch beside it.
const SWITCH: f32 = 46.0;

/// Draws the card.
pub fn show(ui: &mut Ui, rect: Rect, context: &EditorContext, state: &mut State) {
    let inside = card(ui, rect, "Song");
    let params = &context.wiring.params;
    let title = beside_title(inside, TITLE);
    ui.scope_builder(UiBuilder::new().max_rect(title).id_salt("key"), |ui| {
        ui.horizontal(|ui| {
            key(ui, title.width() - 2.0 * (SWITCH + theme::GAP), context, state);
            let pending = &mut state.pending;
            let look = |word, help| SwitchLook { width: SWITCH, face: Face::Word(word), help, colour: theme::accent() };
            let help = "each pass of a loop is a new take.";
            switch(ui, &params.vary, look("Vary", help), context, pending);
            let help = "the band plays on under bars whose melody the host plays no more. When off, it rests there, and comes \
                        back with the melody.";
            switch(ui, &params.keep_song, look("Keep", help), context, pending);
        });
    });
    let pending = &mut state.pending;
    let look = |label, help| NumberLook { label, unit: "", help, fill: Some(theme::accent()) };
    ui.scope_builder(UiBuilder::new().max_rect(inside).id_salt("song"), |ui| {
        cells(ui, 2, |ui, cell| {
            let help = "how freely the band plays from phrase to phrase. At 0 %, a melody that comes back has the same \
                        accompaniment again; at 100 %, each phrase is drawn by itself.";
            number(ui, cell, &params.variation, look("Variation", help), context, pending);
            let help = "how much the parts follow the melody's loudness: soft under soft, loud under loud.";
            number(ui, cell, &params.dynamics, look("Dynamics", help), context, pending);
        });
        cells(ui, 2, |ui, cell| {
            let help = "how full the band plays: how many parts, notes and drum voices, and how loud, as songs build. 50 % \
                        changes nothing.";
            number(ui, cell, &params.intensity, look("Intensity", help), context, pending);
            let help = "how often and how long drum fills lead from section to section. 50 % is about as in songs.";
            number(ui, cell, &params.fills, look("Fills", help), context, pending);
        });
        cells(ui, 2, |ui, cell| {
            let help = "by how much the parts swing. Auto: as the melody does; 50 %: straight; 67 %: triplets.";
            number(ui, cell, &params.swing, look("Swing", help), context, pending);
            cells(ui, 2, |ui, cell| {
                let help =
                    "counts the band in: a bar of sticks from the next bar line on, or from where the transport starts.";
                trigger(ui, cell, &params.intro, help, context, pending);
                let help = "ends the song at the next bar line: a last chord on the tonic, then silence until the transport \
                            stops or jumps. Pressed again, the band plays on.";
                trigger(ui, cell, &params.end, help, context, pending);
            });
        });
    });
}

/// The list of keys.
fn key(ui: &mut Ui, width: f32, context: &EditorContext, state: &mut State) {
    let parameter = &context.wiring.params.key;
    let now = parameter.preview_plain(state.pending.value(parameter));
    let found = state.snapshot.form.song_key().map(Key::name);
    let shown = match (now, found) {
        (0, Some(found)) => found.to_owned(),
        _ => params::key::name(now).to_owned(),
    };
    let mut chosen = None;
    let combo = egui::ComboBox::from_id_salt(parameter.name()).width(width).height(320.0).truncate();
    let combo = combo.selected_text(shown).show_ui(ui, |ui| {
        for value in 0..=Key::all().len() as i32 {
            if ui.selectable_label(value == now, params::key::name(value)).clicked() {
                chosen = Some(value);
            }
        }
    });
    let response = combo.response.accessible_name(parameter.name());
    let help = "The key. Auto finds it in the melody.";
    reset::add(&response, parameter, help, Handling::Click, context, &mut state.pending);
    if let Some(value) = chosen {
        context.set(parameter, parameter.preview_normalized(value), &mut state.pending);
    }
}
