//! How the melody and the parts are heard: the menu behind each name.

use super::instrument_list;
use crate::{
    editor::{
        context::EditorContext,
        files::dialog,
        state::{State, file_dialogs::PathPurpose},
        theme,
        widgets::{
            button::{button, toggle},
            cells::cells,
            look::Face,
            number::{NumberLook, number},
        },
    },
    params::sound::SoundParams,
};
use egui::{Color32, Popup, PopupCloseBehavior, Rect, Role, Sense, Ui, WidgetInfo, vec2};

/// The menu's width.
const WIDTH: f32 = 250.0;

/// A click on the name, at `place`, shows how its owner is heard.
pub fn show(
    ui: &mut Ui,
    place: Rect,
    name: &str,
    params: &SoundParams,
    colour: Color32,
    context: &EditorContext,
    state: &mut State,
) {
    let response = ui.interact(place, ui.scope_id().with(("sound of", name)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Sound of {name}")));
    let response = response.on_hover_text("Click to choose the instrument, its level and its place.");
    let mut choosing = false;
    Popup::menu(&response).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        let size = vec2(WIDTH, theme::ROW);
        let listed = ui.make_persistent_id("instruments are listed");
        let look = |label, help| NumberLook { label, unit: "", help, fill: Some(colour) };
        let pending = &mut state.pending;
        let help = "the instrument: the genre's, or the one that you choose.";
        number(ui, size, &params.program, look("Instrument", help), context, pending);
        let mut open = ui.data(|data| data.get_temp(listed)).unwrap_or(false);
        let help = "all instruments by name. You hear each at once while you play.";
        if toggle(ui, size, open, Face::Word("All instruments"), "All instruments", help, colour).clicked() {
            open = !open;
            ui.data_mut(|data| data.insert_temp(listed, open));
        }
        if open {
            ui.scope(|ui| instrument_list::show(ui, WIDTH, &params.program, colour, context, pending));
        }
        number(ui, size, &params.level, look("Level", "how loud it is heard."), context, pending);
        number(ui, size, &params.pan, look("Pan", "where it is heard, from left to right."), context, pending);
        choosing = font(ui, context);
        if choosing {
            ui.close();
        }
    });
    if choosing {
        dialog::open(PathPurpose::SoundFont, context, state);
    }
}

/// The SoundFont that all sounds come from. Returns whether the player wants to choose another.
fn font(ui: &mut Ui, context: &EditorContext) -> bool {
    let loader = &context.wiring.sound_loader;
    ui.add_space(4.0);
    let name = loader.font_name().unwrap_or_else(|| "not loaded yet".to_owned());
    ui.allocate_ui(vec2(WIDTH, theme::ROW), |ui| {
        ui.set_width(WIDTH);
        ui.add(egui::Label::new(egui::RichText::new(format!("All sounds: {name}")).color(theme::quiet())).truncate());
    });
    let mut choosing = false;
    ui.allocate_ui(vec2(WIDTH, theme::ROW), |ui| {
        ui.set_width(WIDTH);
        cells(ui, 2, |ui, size| {
            let help = "Play with a SoundFont (.sf2) of your own, here and in your other projects.";
            choosing = button(ui, size, Face::Word("SoundFont…"), "Choose SoundFont", help).clicked();
            let help = "Play with Continuo's own sounds again, or with the SoundFont in its data folder.";
            if button(ui, size, Face::Word("Usual"), "Usual sounds", help).clicked() {
                loader.choose(None);
            }
        });
    });
    choosing
}
