//! The status line: the model in use, its speed, errors and what to do about them.

use crate::{
    editor::{
        context::EditorContext,
        state::State,
        theme,
        widgets::{button::button, look::Face, text::capitalised},
    },
    files::take_folder::TakeFolderStatus,
};
use continuo_engine::{
    composer::{Status, ToolStatus},
    score::Edit,
};
use continuo_music::meter::Meter;
use egui::{
    Align2, Rect, Response, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2,
    text::{LayoutJob, TextWrapping},
    vec2,
};
use std::time::Duration;

/// The line's height.
pub const HEIGHT: f32 = 28.0;

/// What the line says while nothing special happens.
fn facts(state: &State) -> Vec<String> {
    let status = &state.snapshot.status;
    let milliseconds = |duration: Duration| format!("{:.0} ms", duration.as_secs_f64() * 1000.0);
    let mut facts = Vec::new();
    match (&status.model, &status.backend) {
        (Some(model), Some(backend)) => facts.push(format!("{model} on {backend}")),
        // The error's own line says why.
        _ if status.fault.is_some() => facts.push("no model".to_owned()),
        _ => facts.push("the model is loaded as soon as the host processes".to_owned()),
    }
    facts.extend(status.score_remark.clone());
    if let Some(last) = status.last_generation {
        let slowest = status.slowest_generation.map(|slowest| format!(", slowest {}", milliseconds(slowest)));
        let worked = status.last_processor_time.map(|worked| format!(" ({} of processor time)", milliseconds(worked)));
        facts.push(format!(
            "a phrase takes {}{}{}",
            milliseconds(last),
            worked.unwrap_or_default(),
            slowest.unwrap_or_default()
        ));
    }
    facts.push(match state.playback.late {
        0 => "no phrase was late".to_owned(),
        1 => "1 phrase was late".to_owned(),
        late => format!("{late} phrases were late"),
    });
    match status.refused_styles.len() {
        0 => {}
        1 => facts.push("1 style cannot be used".to_owned()),
        count => facts.push(format!("{count} styles cannot be used")),
    }
    facts
}

/// What is being done, how much of it is done, and how much there is to do.
fn working(status: &Status) -> Option<(String, usize, usize)> {
    let tool = || match &status.tool {
        Some(ToolStatus::Working { name, done, all }) => {
            Some((format!("{name} works on the selected bars"), *done, *all))
        }
        _ => None,
    };
    let song = status.arranging.map(|(done, all)| (format!("Arranging the song: {done} of {all} phrases"), done, all));
    song.or_else(tool)
}

/// The errors, each with what to do about it; the project's first, because its content is at stake.
fn faults(status: &Status) -> impl Iterator<Item = &String> {
    status.score_fault.iter().chain(&status.fault)
}

/// The height of the line, and of a line above it for each error.
pub fn height(state: &State) -> f32 {
    faults(&state.snapshot.status).fold(HEIGHT, |height, _| height + HEIGHT)
}

/// Draws the line.
pub fn show(ui: &mut Ui, rect: Rect, context: &EditorContext, state: &mut State) {
    let status = &state.snapshot.status;
    let mut line = rect;
    for fault in faults(status) {
        let banner = Rect::from_min_size(line.min, vec2(line.width(), HEIGHT));
        sentence(ui, banner, &capitalised(fault), true);
        line = Rect::from_min_max(pos2(rect.left(), banner.bottom()), rect.max);
    }
    let working = working(status);
    if let Some(message) = state.message().filter(|message| message.is_error || working.is_none()) {
        sentence(ui, line, &capitalised(&message.text), message.is_error);
    } else if state.proposal.is_some() {
        proposal(ui, line, context, state);
    } else if state.reading_file {
        sentence(ui, line, "Reading a file…", false);
    } else if let Some((text, done, all)) = working {
        sentence(ui, line, &text, false);
        let bar = Rect::from_min_size(line.right_center() + vec2(-168.0, -3.0), vec2(160.0, 6.0));
        ui.painter().rect_filled(bar, 3.0, theme::control());
        let done = Rect::from_min_size(bar.min, vec2(bar.width() * done as f32 / all.max(1) as f32, bar.height()));
        ui.painter().rect_filled(done, 3.0, theme::accent());
    } else if let Some((melody, host)) = state.meter_conflict() {
        let name = |meter: Meter| format!("{}/{}", meter.numerator, meter.denominator);
        let (melody, host) = (name(melody), name(host));
        let warning = format!(
            "The melody is in {melody} here, but the host plays {host}: set the host's time signature to {melody}, or the \
             bars of both are mixed."
        );
        sentence(ui, line, &warning, true);
    } else if let TakeFolderStatus::NeedsPermission(folder) = &state.take_folder {
        let question = format!(
            "This project wants to save its takes to {}. Nothing is written there unless you allow it.",
            folder.display()
        );
        sentence(ui, line, &question, false);
    } else {
        let offered = status.score_remark.is_some() && status.model.is_some();
        let facts = if offered { offer_to_arrange_anew(ui, line, context, state) } else { line };
        show_facts(ui, facts, context, state);
    }
}

/// Says what a tool proposes, and lets the player keep it or not.
fn proposal(ui: &mut Ui, line: Rect, context: &EditorContext, state: &mut State) {
    const WIDTH: f32 = 76.0;
    let Some(proposal) = &state.proposal else { return };
    let (wanted, all) = proposal.counts();
    let counts = if wanted == all { String::new() } else { format!(" {wanted} of {all} are chosen.") };
    let text = format!("{}.{counts} Click a note to leave its change out.", proposal.text);
    let buttons =
        Rect::from_min_max(pos2(line.right() - 2.0 * WIDTH - theme::GAP, line.top() + 2.0), line.max - vec2(0.0, 2.0));
    sentence(ui, Rect::from_min_max(line.min, pos2(buttons.left() - theme::GAP, line.bottom())), &text, false);
    let size = vec2(WIDTH, buttons.height());
    ui.scope_builder(UiBuilder::new().max_rect(buttons).id_salt("proposal"), |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = theme::GAP;
            let keep = "Make the chosen changes, as one step that can be undone.";
            if button(ui, size, Face::Word("Keep"), "Keep the changes", keep).clicked() {
                state.answer_proposal(true, context.wiring);
            }
            let discard = "Leave the melody as it is.";
            if button(ui, size, Face::Word("Discard"), "Discard the changes", discard).clicked() {
                state.answer_proposal(false, context.wiring);
            }
        });
    });
}

/// Offers to arrange a song of another model anew, on the right of the line. Returns what is left of it.
fn offer_to_arrange_anew(ui: &mut Ui, line: Rect, context: &EditorContext, state: &mut State) -> Rect {
    const WIDTH: f32 = 116.0;
    let place = Rect::from_min_max(pos2(line.right() - WIDTH, line.top() + 2.0), line.max - vec2(0.0, 2.0));
    let help = "Make every phrase again with this model, as one step that can be undone. The melody, chords, sections, locked parts and marked takes stay.";
    ui.scope_builder(UiBuilder::new().max_rect(place).id_salt("anew"), |ui| {
        if button(ui, place.size(), Face::Word("Arrange anew"), "Arrange anew", help).clicked() {
            state.request(Edit::ArrangeAnew, context.wiring);
        }
    });
    Rect::from_min_max(line.min, pos2(place.left() - theme::GAP, line.bottom()))
}

fn show_facts(ui: &mut Ui, line: Rect, context: &EditorContext, state: &State) {
    let status = &state.snapshot.status;
    let sound_fault = context.wiring.sound_loader.fault();
    let facts = facts(state).into_iter().chain(sound_fault).collect::<Vec<_>>().join("   ·   ");
    sentence(ui, line, &facts, false).on_hover_ui(|ui| {
        ui.set_max_width(420.0);
        ui.label(&facts);
        if let Some(conductor) = &status.conductor {
            ui.label(format!("{conductor} chooses the best of several candidates."));
        }
        for detail in status.remark.iter().chain(&status.refused_styles) {
            ui.label(detail);
        }
    });
    if let (Some(remark), None) = (&status.remark, &status.fault) {
        let width = |text: &str| ui.painter().layout_no_wrap(text.to_owned(), theme::small(), theme::quiet()).size().x;
        if width(&facts) + 60.0 + width(remark) < line.width() {
            let right = line.right_center() - vec2(8.0, 0.0);
            ui.painter().text(right, Align2::RIGHT_CENTER, remark, theme::small(), theme::quiet());
        }
    }
}

/// Draws a sentence; if it is cut off, the tooltip has all of it.
fn sentence(ui: &mut Ui, rect: Rect, text: &str, is_error: bool) -> Response {
    let response = ui.interact(rect, ui.scope_id().with(("status", rect.top() as i32)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    let (colour, left) = if is_error {
        ui.painter().rect_filled(rect, theme::ROUND, theme::fault_ground());
        let mark = rect.left_center() + vec2(16.0, 0.0);
        ui.painter().circle_filled(mark, 8.0, theme::fault());
        ui.painter().text(mark, Align2::CENTER_CENTER, "!", theme::heading(), theme::ink());
        (theme::bright(), 32.0)
    } else {
        (theme::quiet(), 2.0)
    };
    let mut job = LayoutJob::simple_singleline(text.to_owned(), theme::small(), colour);
    job.wrap = TextWrapping::truncate_at_width(rect.width() - left - 8.0);
    let galley = ui.painter().layout_job(job);
    let is_cut = galley.elided;
    ui.painter().galley(pos2(rect.left() + left, rect.center().y - galley.size().y / 2.0), galley, colour);
    if is_cut {
        return response.on_hover_ui(|ui| {
            ui.set_max_width(520.0);
            ui.label(text);
        });
    }
    response
}
