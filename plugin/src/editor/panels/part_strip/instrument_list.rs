//! The instruments by name: General MIDI's sixteen families, and the eight of the one that is open.

use crate::editor::{
    context::EditorContext,
    gesture::pending::PendingValues,
    theme,
    widgets::{button::stay_down, look::Face},
};
use continuo_sounds::programs::FAMILIES;
use egui::{Color32, Id, Ui, vec2};
use nice_plug::prelude::{IntParam, Param};

/// How many instruments a family has.
const IN_FAMILY: usize = 8;
/// The height of a name.
const ROW: f32 = 20.0;
/// The distance between two names.
const GAP: f32 = 2.0;
/// The share of the width that the families take.
const FAMILIES_WIDTH: f32 = 0.45;

/// Lists a program parameter's values in this width; a click chooses one. The first value is the genre's choice.
pub fn show(
    ui: &mut Ui,
    width: f32,
    program: &IntParam,
    colour: Color32,
    context: &EditorContext,
    pending: &mut PendingValues,
) {
    let mut list = List { program, colour, context, pending };
    let values = program.step_count().unwrap_or(0);
    ui.spacing_mut().item_spacing.y = GAP;
    list.value(ui, width, 0);
    if values <= IN_FAMILY {
        // The drums have kits.
        (1..=values).for_each(|value| list.value(ui, width, value));
        return;
    }
    let open = ui.make_persistent_id(("open family of", program.name()));
    let families = width * FAMILIES_WIDTH;
    ui.horizontal_top(|ui| {
        ui.vertical(|ui| list.families(ui, families, open));
        ui.vertical(|ui| {
            let family = list.open_family(ui, open);
            let names = width - families - ui.spacing().item_spacing.x;
            (1..=IN_FAMILY).for_each(|place| list.value(ui, names, family * IN_FAMILY + place));
        });
    });
}

struct List<'a> {
    program: &'a IntParam,
    colour: Color32,
    context: &'a EditorContext<'a>,
    pending: &'a mut PendingValues,
}

impl List<'_> {
    fn chosen(&self) -> usize {
        usize::try_from(self.program.preview_plain(self.pending.value(self.program))).unwrap_or(0)
    }

    /// A value's name, down if it is the chosen one.
    fn value(&mut self, ui: &mut Ui, width: f32, value: usize) {
        let to = self.program.preview_normalized(i32::try_from(value).unwrap_or(0));
        let name = self.program.normalized_value_to_string(to, true);
        let on = self.chosen() == value;
        if stay_down(ui, vec2(width, ROW), on, Face::Word(&name), &name, self.colour).clicked() {
            self.context.set(self.program, to, self.pending);
        }
    }

    /// The families, the open one down.
    fn families(&self, ui: &mut Ui, width: f32, open: Id) {
        let now = self.open_family(ui, open);
        for (family, name) in FAMILIES.iter().enumerate() {
            if stay_down(ui, vec2(width, ROW), family == now, Face::Word(name), name, theme::quiet()).clicked() {
                ui.data_mut(|data| data.insert_temp(open, family));
            }
        }
    }

    /// The family that the player opened, or that of the chosen instrument.
    fn open_family(&self, ui: &Ui, open: Id) -> usize {
        let of_chosen = self.chosen().saturating_sub(1) / IN_FAMILY;
        ui.data(|data| data.get_temp(open)).unwrap_or(of_chosen)
    }
}
