//! The menu of a section: its kind, its name, copying and deleting it.

use crate::editor::{context::EditorContext, state::State, theme};
use continuo_engine::score::Edit;
use continuo_music::{
    meter::MeterMap,
    sections::{MAX_NAME_LENGTH, Section, SectionKind, Sections},
    time::Tick,
};
use egui::{Button, Key, Popup, PopupCloseBehavior, Response, TextEdit, Ui};
use std::ops::Range;

/// What the player chose from the menu.
enum Choice {
    Kind(SectionKind),
    Rename,
    Copy,
    Paste,
    Delete,
}

/// The section that has exactly these bars.
pub fn exactly<'a>(stretch: &Range<Tick>, sections: &'a Sections) -> Option<&'a Section> {
    sections.at(stretch.start).filter(|section| section.span == *stretch)
}

/// Shows the menu while it is open, below the lane that has this response.
pub fn show(lane: &Response, context: &EditorContext, state: &mut State) {
    let Some(mut menu) = state.section_lane.menu.take() else { return };
    let meters = &state.snapshot.score.meters;
    let section = exactly(&menu.stretch, state.snapshot.score.sections()).cloned();
    let bars = (meters.bar_number(menu.stretch.start), meters.bar_number(menu.stretch.end - 1));
    let copied = state.section_lane.copied.as_ref().map(|copied| copied.name().to_owned());
    let (mut open, mut choice) = (true, None);
    Popup::from_response(lane)
        .id(lane.id.with("menu"))
        .at_position(menu.at)
        .open_bool(&mut open)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name("Section menu")
        .show(|ui| {
            ui.set_max_width(190.0);
            ui.colored_label(
                theme::quiet(),
                if bars.0 == bars.1 { format!("Bar {}", bars.0) } else { format!("Bars {} to {}", bars.0, bars.1) },
            );
            choice = kinds(ui, section.as_ref(), std::mem::take(&mut menu.takes_focus));
            if section.is_some() {
                let field =
                    TextEdit::singleline(&mut menu.name).hint_text("A name of your own").char_limit(MAX_NAME_LENGTH);
                let field = ui.add(field.desired_width(178.0)).accessible_name("Section name");
                if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
                    choice = Some(Choice::Rename);
                }
            }
            choice = choice.take().or_else(|| actions(ui, section.is_some(), copied.as_deref()));
        });
    let escaped = lane.ctx.input(|input| input.key_pressed(Key::Escape));
    if !open && !escaped && choice.is_none() {
        choice = Some(Choice::Rename);
    }
    let Some(choice) = choice else {
        if open {
            state.section_lane.menu = Some(menu);
        }
        return;
    };
    let (mut sections, meters) = (state.snapshot.score.sections().clone(), meters.clone());
    match choice {
        Choice::Kind(kind) => give_kind(kind, &menu.stretch, &mut sections, &meters),
        Choice::Rename => {
            if section.is_some() {
                sections.rename(menu.stretch.start, &menu.name);
            }
        }
        Choice::Copy => state.section_lane.copied = section,
        Choice::Paste => {
            if let Some(copied) = &state.section_lane.copied {
                let end = menu.stretch.start + copied.span.end - copied.span.start;
                sections.put(Section::new(menu.stretch.start..end, copied.kind, copied.own_name()), &meters);
            }
        }
        Choice::Delete => sections.erase(&menu.stretch, &meters),
    }
    if sections != *state.snapshot.score.sections() {
        state.request(Edit::SetSections { sections, undoing: false }, context.wiring);
    }
}

fn give_kind(kind: SectionKind, stretch: &Range<Tick>, sections: &mut Sections, meters: &MeterMap) {
    if exactly(stretch, sections).is_some() {
        sections.set_kind(stretch.start, kind);
    } else {
        sections.paint(stretch, kind, meters);
    }
}

/// The kinds, in two columns.
fn kinds(ui: &mut Ui, section: Option<&Section>, takes_focus: bool) -> Option<Choice> {
    let mut choice = None;
    for row in SectionKind::ALL.chunks(2) {
        ui.horizontal(|ui| {
            for &kind in row {
                let is_chosen = section.is_some_and(|section| section.kind == kind);
                let button = Button::selectable(is_chosen, kind.name()).min_size(egui::vec2(86.0, theme::ROW));
                let response = ui.add(button).accessible_name(format!("{kind} section"));
                if takes_focus && kind == SectionKind::ALL[0] {
                    response.request_focus();
                }
                if response.clicked() {
                    choice = Some(Choice::Kind(kind));
                }
            }
        });
    }
    choice
}

/// Copying, pasting and deleting.
fn actions(ui: &mut Ui, is_section: bool, copied: Option<&str>) -> Option<Choice> {
    let mut choice = None;
    let mut item = |ui: &mut Ui, word: &str, help: &str, chosen: Choice| {
        if ui.add(Button::new(word).min_size(egui::vec2(86.0, theme::ROW))).on_hover_text(help).clicked() {
            choice = Some(chosen);
        }
    };
    if is_section {
        ui.horizontal(|ui| {
            item(ui, "Copy section", "Remembers kind, name and length; paste it elsewhere on the lane.", Choice::Copy);
            item(ui, "Delete section", "The bars belong to no section; notes stay as they are.", Choice::Delete);
        });
    }
    if let Some(copied) = copied {
        item(
            ui,
            &format!("Paste {copied}"),
            "From the first of these bars on, as long as the copied section.",
            Choice::Paste,
        );
    }
    choice
}
