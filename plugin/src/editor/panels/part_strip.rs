//! The strip beside a lane of the roll: a part's name, its light and its settings.

mod instrument_list;
mod sound_menu;

use crate::{
    editor::{
        context::EditorContext,
        gesture::pending::PendingValues,
        state::State,
        theme,
        widgets::{
            button::{button, toggle},
            choice::choice,
            icon::Icon,
            list::{ListLook, list},
            look::Face,
            number::{NumberLook, number},
            switch::{SwitchLook, switch},
        },
    },
    params::{self, choice::MelodySourceChoice, sound::SoundParams},
};
use continuo_engine::score::{Edit, Score};
use continuo_music::{note::Note, part::Part, time::Tick};
use egui::{Align2, Color32, Popup, Rect, Sense, Ui, UiBuilder, Vec2, pos2, vec2};
use nice_plug::prelude::{IntParam, Param};

/// The width of a strip.
pub const WIDTH: f32 = 326.0;

/// Draws the strip of a part.
pub fn show(ui: &mut Ui, rect: Rect, part: Part, context: &EditorContext, state: &mut State) {
    let params = context.wiring.params.part(part);
    let colour = theme::of(Some(part));
    let sounds = context.wiring.params.sounds(part);
    frame(ui, rect, colour, sounds);
    light(ui, rect, colour, sounds && plays_now(state, part));
    name(ui, rect, part.name(), if sounds { colour } else { theme::quiet() });
    sound_menu(ui, rect, part.name(), &params.sound, colour, context, state);

    let pending = &mut state.pending;
    let locked = pending.value(&params.lock) >= 0.5;
    let top = Rect::from_min_size(rect.min + vec2(108.0, row(rect, 0)), vec2(WIDTH - 116.0, theme::ROW));
    let bottom = Rect::from_min_size(rect.min + vec2(12.0, row(rect, 1)), vec2(WIDTH - 20.0, theme::ROW));
    let mut again = false;
    ui.scope_builder(UiBuilder::new().max_rect(top).layout(*ui.layout()).id_salt((part.id(), 0)), |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let size = vec2(37.0, theme::ROW);
            let look = |face, help, colour| SwitchLook { width: size.x, face, help, colour };
            let on = "the part sounds. Its notes are always generated, so that it can come in at once.";
            switch(ui, &params.on, look(Face::Word("On"), on, colour), context, pending);
            let solo = "only parts with Solo sound.";
            switch(ui, &params.solo, look(Face::Word("Solo"), solo, theme::accent()), context, pending);
            let keep = "the part keeps its notes, and the others are generated around it.";
            switch(ui, &params.lock, look(Face::Icon(Icon::Lock), keep, theme::accent()), context, pending);
            ui.add_enabled_ui(!locked, |ui| {
                let name = format!("{} Again", part.name());
                let help = format!("Make another take of the {} alone; all other parts stay as they are.", part.id());
                again = button(ui, size, Face::Icon(Icon::Again), &name, &help)
                    .on_disabled_hover_text("The part is locked: unlock it to make another take.")
                    .clicked();
            });
            source(ui, vec2(46.0, theme::ROW), &params.source, colour, context, pending);
        });
    });
    if again {
        state.request(Edit::Regenerate { tick: state.target_tick(), part: Some(part) }, context.wiring);
    }
    let pending = &mut state.pending;
    ui.scope_builder(UiBuilder::new().max_rect(bottom).layout(*ui.layout()).id_salt((part.id(), 1)), |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let look = |label, help, fill| NumberLook { label, unit: "", help, fill };
            let height = theme::ROW;
            let density = look("Density", "fewer or more notes than the model would choose by itself.", Some(colour));
            number(ui, vec2(104.0, height), &params.density, density, context, pending);
            let velocity = look("Vel", "how loud the part plays.", Some(colour));
            number(ui, vec2(90.0, height), &params.velocity, velocity, context, pending);
            let size = vec2(54.0, height);
            if part == Part::Drums {
                // A drum's pitch says what is struck.
                ui.allocate_exact_size(size, Sense::hover());
            } else {
                let octave = look("Oct", "octaves up or down.", None);
                number(ui, size, &params.octave, octave, context, pending);
            }
            let channel = look("Ch", "the MIDI channel of the part's notes.", None);
            number(ui, vec2(46.0, height), &params.channel, channel, context, pending);
        });
    });
}

/// Who plays the part: a button with a list.
fn source(
    ui: &mut Ui,
    size: Vec2,
    parameter: &IntParam,
    colour: Color32,
    context: &EditorContext,
    pending: &mut PendingValues,
) {
    let now = parameter.preview_plain(pending.value(parameter));
    let word = if now == 0 { "In –".to_owned() } else { format!("In {now}") };
    let help = "who plays this part. Continuo, or you on a channel of the input: what arrives there is the part, and the \
                others play around it.";
    let look = ListLook { size, word: &word, lit: now != 0, colour, help };
    list(ui, parameter, &look, |value| params::source::name(value as i32), context, pending);
}

/// The strip of the melody.
pub fn show_melody(ui: &mut Ui, rect: Rect, context: &EditorContext, state: &mut State) {
    let colour = theme::of(None);
    frame(ui, rect, colour, true);
    light(ui, rect, colour, state.playback.held != 0);
    name(ui, rect, "Melody", colour);
    sound_menu(ui, rect, "Melody", &context.wiring.params.melody, colour, context, state);
    let top = Rect::from_min_size(rect.min + vec2(108.0, row(rect, 0)), vec2(WIDTH - 116.0, theme::ROW));
    let bottom = Rect::from_min_size(rect.min + vec2(12.0, row(rect, 1)), vec2(WIDTH - 20.0, theme::ROW));
    let mut clear = false;
    ui.scope_builder(UiBuilder::new().max_rect(top).layout(*ui.layout()).id_salt("melody"), |ui| {
        ui.horizontal(|ui| {
            let params = &context.wiring.params;
            let help = "also sends the melody to the output, on channel 1.";
            let pending = &mut state.pending;
            let look = SwitchLook { width: 58.0, face: Face::Word("Thru"), help, colour };
            switch(ui, &params.thru, look, context, pending);
            let help = "what you play below this key is the bass, and Continuo plays none.";
            let look = NumberLook { label: "Split", unit: "", help, fill: None };
            number(ui, vec2(80.0, theme::ROW), &params.split, look, context, pending);
            let any = !state.snapshot.score.melody().is_empty() || !state.snapshot.score.phrases().is_empty();
            ui.add_enabled_ui(any, |ui| {
                let help = "Delete the melody and all parts, to start again. Asks first.";
                let response = button(ui, vec2(58.0, theme::ROW), Face::Word("Clear…"), "Clear", help);
                Popup::menu(&response).id(response.id.with("ask")).show(|ui| {
                    ui.colored_label(theme::quiet(), "The melody and the notes of all parts. You can undo this.");
                    clear = ui.button("Delete melody and parts").clicked();
                    // Any click closes the menu.
                    let _ = ui.button("Keep them");
                });
            });
        });
    });
    if clear {
        state.opened = None;
        state.request(Edit::Clear, context.wiring);
    }
    if context.is_heard() {
        sounds(ui, bottom, colour, context, &mut state.pending);
    }
    ui.scope_builder(UiBuilder::new().max_rect(bottom).layout(*ui.layout()).id_salt("melody source"), |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let sources = [
                ("Input", "What comes in is the melody: Continuo learns it. Notes that you edit stay until they are played anew."),
                ("Score", "The melody in the roll plays, in bars where there is one; what comes in is silent there."),
                ("Both", "The melody in the roll plays, and what comes in over it. A note of both sounds once."),
            ];
            choice(ui, 120.0, &context.wiring.params.melody_source, &sources, context, &mut state.pending);
            let help = "show the melody's notes large: draw, move, lengthen and delete them.";
            let is_open = state.melody.open;
            if toggle(ui, vec2(38.0, theme::ROW), is_open, Face::Word("Edit"), "Edit melody", help, colour).clicked() {
                open_editor(!is_open, context, state);
            }
        });
    });
}

/// Opens or closes the editor of the melody's notes.
fn open_editor(open: bool, context: &EditorContext, state: &mut State) {
    state.melody.open = open;
    state.melody.selected.clear();
    if open && context.wiring.params.melody_source.value() == MelodySourceChoice::Input {
        state.show_message(
            "The melody comes from the input: what is played replaces your edits. Choose Score to hear and keep them.",
        );
    }
}

/// The sounds' switch and level, on the right of the melody's second row.
fn sounds(ui: &mut Ui, row: Rect, colour: Color32, context: &EditorContext, pending: &mut PendingValues) {
    let place = Rect::from_min_max(pos2(row.right() - 140.0, row.top()), row.max);
    ui.scope_builder(UiBuilder::new().max_rect(place).layout(*ui.layout()).id_salt("sounds"), |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let params = &context.wiring.params;
            let help = "the melody and the parts are heard from Continuo itself. Their notes go out in any case.";
            let look = SwitchLook { width: 62.0, face: Face::Word("Sounds"), help, colour };
            switch(ui, &params.sounds, look, context, pending);
            let look = NumberLook { label: "", unit: "", help: "how loud the sounds are.", fill: Some(colour) };
            number(ui, vec2(74.0, theme::ROW), &params.sounds_level, look, context, pending);
        });
    });
}

/// A click on a name shows how its owner is heard; the note effect has no sounds.
pub(super) fn sound_menu(
    ui: &mut Ui,
    rect: Rect,
    name: &str,
    params: &SoundParams,
    colour: Color32,
    context: &EditorContext,
    state: &mut State,
) {
    if context.is_heard() {
        let place = Rect::from_min_size(rect.min + vec2(8.0, row(rect, 0)), vec2(96.0, theme::ROW));
        sound_menu::show(ui, place, name, params, colour, context, state);
    }
}

/// How much of the melody was heard, in words: in the score, and in the current pass.
pub fn heard(score: &Score, hearing: &[Note]) -> String {
    // Notes of this pass replace those in the score.
    let is_new = |note: &&Note| !score.heard().iter().any(|range| range.contains(&note.start));
    let mut bars: Vec<Tick> = Vec::new();
    let mut notes = 0;
    for note in score.melody().iter().chain(hearing.iter().filter(is_new)) {
        notes += 1;
        let bar = score.meters.bar_start(note.start);
        // Both lists are sorted, so the notes of a bar mostly follow each other.
        if bars.last() != Some(&bar) && !bars.contains(&bar) {
            bars.push(bar);
        }
    }
    match (notes, bars.len()) {
        (0, _) if score.heard().is_empty() => "nothing heard yet".to_owned(),
        (0, _) => "silence heard".to_owned(),
        (1, _) => "1 note heard".to_owned(),
        (notes, 1) => format!("{notes} notes in 1 bar heard"),
        (notes, bars) => format!("{notes} notes in {bars} bars heard"),
    }
}

/// The top of a row of controls in a strip.
pub(super) fn row(rect: Rect, index: usize) -> f32 {
    let space = (rect.height() - 2.0 * theme::ROW) / 3.0;
    space + index as f32 * (theme::ROW + space)
}

pub(super) fn frame(ui: &Ui, rect: Rect, colour: Color32, sounds: bool) {
    ui.painter().rect_filled(rect, theme::ROUND, theme::card());
    let edge = Rect::from_min_size(rect.min, vec2(4.0, rect.height()));
    let colour = if sounds { colour } else { theme::mix(theme::card(), colour, 0.3) };
    ui.painter().rect_filled(edge, 2.0, colour);
}

pub(super) fn light(ui: &Ui, rect: Rect, colour: Color32, on: bool) {
    let centre = rect.min + vec2(19.0, row(rect, 0) + theme::ROW / 2.0);
    ui.painter().circle_filled(centre, 5.0, theme::mix(theme::control(), colour, if on { 1.0 } else { 0.12 }));
}

pub(super) fn name(ui: &Ui, rect: Rect, name: &str, colour: Color32) {
    let at = rect.min + vec2(31.0, row(rect, 0) + theme::ROW / 2.0);
    ui.painter().text(at, Align2::LEFT_CENTER, name, theme::heading(), colour);
}

/// Whether a part plays a note at the playhead.
fn plays_now(state: &State, part: Part) -> bool {
    let at = state.playback.playhead;
    // Without it, drums would be too short to be seen.
    let tail = if part == Part::Drums { 120 } else { 0 };
    let phrase = state.snapshot.score.phrase_at(at).filter(|_| state.playback.rolling);
    phrase.is_some_and(|phrase| {
        phrase.parts[part].iter().any(|note| note.start <= at && at < note.end().max(note.start + tail))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAR: Tick = 3840;

    fn note(start: Tick) -> Note {
        Note { start, length: 960, pitch: 60, velocity: 90 }
    }

    #[test]
    fn the_strip_says_how_much_was_heard() {
        let mut score = Score::default();
        assert_eq!(heard(&score, &[]), "nothing heard yet");
        assert_eq!(heard(&score, &[note(0)]), "1 note heard");
        score.hear(&[], 0..BAR);
        assert_eq!(heard(&score, &[]), "silence heard");
        score.hear(&[note(0), note(960), note(BAR)], 0..2 * BAR);
        assert_eq!(heard(&score, &[]), "3 notes in 2 bars heard");
    }

    #[test]
    fn a_note_that_is_heard_again_is_counted_once() {
        let mut score = Score::default();
        score.hear(&[note(0), note(960)], 0..BAR);
        assert_eq!(heard(&score, &[note(0), note(960)]), "2 notes in 1 bar heard");
        assert_eq!(heard(&score, &[note(0), note(BAR), note(BAR + 960)]), "4 notes in 2 bars heard");
    }

    #[test]
    fn bars_in_which_nothing_was_played_are_not_counted() {
        let mut score = Score::default();
        score.hear(&[note(0), note(960)], 0..20 * BAR);
        assert_eq!(heard(&score, &[note(30 * BAR)]), "3 notes in 2 bars heard");
    }
}
