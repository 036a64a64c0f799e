//! The menu of presets, and the dialog that names a new one.

use crate::{
    editor::{
        context::EditorContext,
        state::{State, preset_menu::NewPreset},
        theme,
        widgets::{button::button, look::Face, text::capitalised},
    },
    presets::{
        factory,
        folder::{self, PresetFileError},
        preset::Preset,
    },
};
use egui::{ComboBox, Key, Modal, Ui, vec2};

/// The width of the menu's button.
pub const WIDTH: f32 = 84.0;

/// Draws the menu.
pub fn menu(ui: &mut Ui, context: &EditorContext, state: &mut State) {
    let mut chosen: Option<(String, Preset)> = None;
    let combo = ComboBox::from_id_salt("presets").width(WIDTH).height(560.0).selected_text("Presets");
    let combo = combo.show_ui(ui, |ui| {
        // Read once, when the menu opens.
        let listing =
            state.presets.listing.get_or_insert_with(|| context.wiring.data().map(folder::list).unwrap_or_default());
        if ui.selectable_label(false, "Save as a preset…").clicked() {
            state.presets.new = Some(NewPreset::default());
        }
        ui.separator();
        for (name, preset) in &listing.presets {
            if ui.selectable_label(false, name.as_str()).on_hover_text("One of your own presets.").clicked() {
                chosen = Some((name.clone(), preset.clone()));
            }
        }
        for (name, error) in &listing.refused {
            ui.colored_label(theme::fault(), format!("! {name}")).on_hover_text(format!("{name}.json: {error}."));
        }
        if !listing.presets.is_empty() || !listing.refused.is_empty() {
            ui.separator();
        }
        for preset in &factory::PRESETS {
            if ui.selectable_label(false, preset.name).on_hover_text(preset.help).clicked() {
                chosen = Some((preset.name.to_owned(), Preset::of(preset.values)));
            }
        }
    });
    if combo.inner.is_none() {
        state.presets.listing = None;
    }
    let help = "Settings for a use: genres, blend, temperature, and what each part does. Notes change where they are made \
        anew. One step to undo.";
    combo.response.accessible_name("Presets").on_hover_text(help);
    if let Some((name, preset)) = chosen {
        load(&name, &preset, context, state);
    }
    save_dialog(ui, context, state);
}

/// Moves the parameters to a preset: one step of the history.
fn load(name: &str, preset: &Preset, context: &EditorContext, state: &mut State) {
    match preset.values(&context.wiring.params) {
        Ok(values) => {
            context.set_all(&values, &mut state.pending);
            state.show_message(format!("The preset \"{name}\" applies from the next phrase that is made."));
        }
        Err(error) => state.show_error(format!("The preset \"{name}\" was not loaded: {error}. Nothing was changed.")),
    }
}

/// Asks for a name and saves the settings under it.
fn save_dialog(ui: &Ui, context: &EditorContext, state: &mut State) {
    let Some(mut new) = state.presets.new.take() else { return };
    let (mut confirmed, mut cancelled) = (false, false);
    let word = if new.replaces { "Replace" } else { "Save" };
    let modal = Modal::new(ui.scope_id().with("new preset")).show(ui.ctx(), |ui| {
        ui.set_width(360.0);
        ui.heading("Save the settings as a preset");
        ui.add_space(4.0);
        let field = egui::TextEdit::singleline(&mut new.name).desired_width(f32::INFINITY).margin(vec2(8.0, 6.0));
        let response = ui.add(field).accessible_name("Preset name");
        if !new.focused {
            response.request_focus();
            new.focused = true;
        }
        if response.changed() {
            (new.replaces, new.error) = (false, None);
        }
        confirmed |= response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if let Some(error) = &new.error {
            ui.colored_label(theme::fault(), capitalised(error));
        }
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            let size = vec2(110.0, 30.0);
            ui.add_space(360.0 - 2.0 * size.x - 2.0 * theme::GAP);
            cancelled |= button(ui, size, Face::Word("Cancel"), "Cancel preset", "Save nothing.").clicked();
            confirmed |= button(ui, size, Face::Word(word), "Save preset", "Save under this name.").clicked();
        });
    });
    if modal.should_close() || cancelled {
        return;
    }
    if confirmed {
        match save(&new, context) {
            Ok(true) => return state.show_message(format!("The preset \"{}\" was saved.", new.name.trim())),
            Ok(false) => {
                new.replaces = true;
                new.error = Some("There is a preset of this name: replace it, or choose another name.".to_owned());
            }
            Err(error) => new.error = Some(error.to_string()),
        }
        new.focused = false;
    }
    state.presets.new = Some(new);
}

/// Saves the settings; `false` if that would replace a preset without a question.
fn save(new: &NewPreset, context: &EditorContext) -> Result<bool, PresetFileError> {
    let data = context.wiring.data().ok_or(PresetFileError::NoData)?;
    let name = new.name.trim();
    if folder::path(data, name)?.exists() && !new.replaces {
        return Ok(false);
    }
    folder::keep(data, name, &Preset::of_current(&context.wiring.params))?;
    Ok(true)
}
