//! The strip beside Lead's lane.

use super::part_strip::{WIDTH, frame, light, name, row, sound_menu};
use crate::{
    editor::{
        context::EditorContext,
        state::{State, range::SelectedRange},
        theme,
        widgets::{
            button::button,
            icon::Icon,
            list::{ListLook, list, list_with},
            look::Face,
            networks::networks,
            number::{NumberLook, number},
            switch::{SwitchLook, switch},
        },
    },
    params::lead::LeadModeChoice,
};
use continuo_engine::score::Edit;
use continuo_music::{
    lead::{LEAD_ID, LEAD_NAME},
    time::Tick,
};
use egui::{Rect, Ui, UiBuilder, vec2};
use nice_plug::prelude::Enum;
use std::ops::Range;

/// What each mode is, in the list.
const MODES: [&str; 4] =
    ["Off", "Fill: plays where you rest", "Trade: you and Lead in turns", "Solo: plays over the chords"];

/// Draws the strip.
pub fn show(ui: &mut Ui, rect: Rect, context: &EditorContext, state: &mut State) {
    let params = &context.wiring.params.lead;
    let colour = theme::lead();
    let plays = params.mode.value() != LeadModeChoice::Off;
    let sounds = plays && context.wiring.params.leads();
    frame(ui, rect, colour, sounds);
    light(ui, rect, colour, sounds && plays_now(state));
    name(ui, rect, LEAD_NAME, if sounds { colour } else { theme::quiet() });
    sound_menu(ui, rect, LEAD_NAME, &params.sound, colour, context, state);
    let target = Target::of(state);
    let pending = &mut state.pending;
    let locked = pending.value(&params.lock) >= 0.5;
    let network = &mut state.tools.network;
    let mut again = false;
    let mut shows_networks = false;
    let top = Rect::from_min_size(rect.min + vec2(108.0, row(rect, 0)), vec2(WIDTH - 116.0, theme::ROW));
    let bottom = Rect::from_min_size(rect.min + vec2(12.0, row(rect, 1)), vec2(WIDTH - 20.0, theme::ROW));
    ui.scope_builder(UiBuilder::new().max_rect(top).layout(*ui.layout()).id_salt((LEAD_ID, 0)), |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let look = |face, help, colour| SwitchLook { width: 30.0, face, help, colour };
            let on = "Lead sounds where it plays.";
            switch(ui, &params.on, look(Face::Word("On"), on, colour), context, pending);
            let solo = "only Lead and parts with Solo sound.";
            switch(ui, &params.solo, look(Face::Word("Solo"), solo, theme::accent()), context, pending);
            let keep = "Lead keeps its notes where it has played.";
            switch(ui, &params.lock, look(Face::Icon(Icon::Lock), keep, theme::accent()), context, pending);
            ui.add_enabled_ui(!locked && target.is_made, |ui| {
                let help = "Make another take of Lead in the selected bars or, if none are, in the chosen phrase; with Shift, \
                            of all that it has played. What comes after goes on from it when it is played again.";
                let why = if locked { "Lead is locked: unlock it to make another take." } else { "Lead has not played here yet." };
                let size = vec2(30.0, theme::ROW);
                let name = format!("{LEAD_NAME} Again");
                let response = button(ui, size, Face::Icon(Icon::Again), &name, help).on_disabled_hover_text(why);
                again = response.clicked();
            });
            let mode = params.mode.value();
            let help = "whether Lead improvises: where you rest, in turns with you, or always. It hears what you played \
                        until a beat ago, and follows the chords.";
            let word = LeadModeChoice::variants().get(mode.to_index()).copied().unwrap_or("Off");
            let look = ListLook { size: vec2(46.0, theme::ROW), word, lit: plays, colour, help };
            let named = |value: usize| MODES.get(value).map(|mode| (*mode).to_owned()).unwrap_or_default();
            let below = |ui: &mut Ui| {
                shows_networks = true;
                ui.separator();
                ui.horizontal(|ui| {
                    ui.colored_label(theme::quiet(), "Network");
                    if let Some(wanted) = networks(ui, network.shown, colour) {
                        network.wanted = Some(wanted);
                    }
                });
            };
            list_with(ui, &params.mode, &look, named, below, context, pending);
            let bars = |value: usize| format!("{} bars", 2 << value.min(2));
            let word = (2 << params.trade_bars.value().to_index().min(2)).to_string();
            let help = "how many bars you have, and then Lead, where you play in turns (Trade). You begin.";
            let lit = mode == LeadModeChoice::Trade;
            let look = ListLook { size: vec2(24.0, theme::ROW), word: &word, lit, colour, help };
            list(ui, &params.trade_bars, &look, bars, context, pending);
        });
    });
    if shows_networks {
        state.follow_network_choice(context.wiring);
    }
    if again {
        let all = ui.input(|input| input.modifiers.shift);
        state.request(Edit::LeadAgain { bars: (!all).then_some(target.bars) }, context.wiring);
    }
    let pending = &mut state.pending;
    ui.scope_builder(UiBuilder::new().max_rect(bottom).layout(*ui.layout()).id_salt((LEAD_ID, 1)), |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let look = |label, help, fill| NumberLook { label, unit: "", help, fill };
            let height = theme::ROW;
            let density = look("Density", "fewer or more notes than the network would choose by itself.", Some(colour));
            number(ui, vec2(104.0, height), &params.density, density, context, pending);
            let velocity = look("Vel", "how loud Lead plays.", Some(colour));
            number(ui, vec2(90.0, height), &params.velocity, velocity, context, pending);
            let octave = look("Oct", "octaves up or down.", None);
            number(ui, vec2(54.0, height), &params.octave, octave, context, pending);
            let channel = look("Ch", "the MIDI channel of Lead's notes.", None);
            number(ui, vec2(46.0, height), &params.channel, channel, context, pending);
        });
    });
}

/// What another take replaces.
struct Target {
    /// The selected bars, or those of the chosen phrase.
    bars: Range<Tick>,
    /// Whether Lead has played there.
    is_made: bool,
}

impl Target {
    fn of(state: &State) -> Self {
        let score = &state.snapshot.score;
        let phrase = || {
            let tick = state.target_tick();
            score.phrase_at(tick).map_or_else(
                || {
                    let bar = score.meters.phrase_at(tick, 1);
                    bar.start..bar.end
                },
                |phrase| phrase.span.start..phrase.span.end,
            )
        };
        let bars = state.range.as_ref().map_or_else(phrase, SelectedRange::bars);
        let is_made = score.lead().is_made_in(&bars);
        Self { bars, is_made }
    }
}

/// Whether Lead plays a note at the playhead.
fn plays_now(state: &State) -> bool {
    let at = state.playback.playhead;
    let notes = state.snapshot.score.lead().notes();
    state.playback.rolling && notes.iter().any(|note| note.start <= at && at < note.end())
}
