//! Runs a tool. Another tool is another arm here.

use super::{
    compose::{generated, interpolated},
    error::ToolError,
    material::Material,
    networks::{ToolNetworks, genre_id},
    outcome::Outcome,
    revise::{Limits, enhanced, rewritten},
};
use crate::{
    drumming::{DrumifyRequest, GrooveRequest, Rhythm, drumify, groove},
    melodies::{ExtendRequest, extend},
    score::{MelodyEdit, Tool, ToolRequest},
};
use continuo_music::{
    groove_template::GrooveTemplate,
    melody::begins_in,
    note::Note,
    part::Part,
    quantise::{Grid, GridSwing, Quantiser},
    song::melody_line,
    swing::SwingMap,
};

/// How boldly tools choose.
const TEMPERATURE: f32 = 1.0;

/// Runs a tool on a copy of the music. `progress` is called with what is done and all that there is to do.
///
/// # Errors
/// When there is nothing to work on, or a network cannot be loaded or fails.
pub fn run(
    request: &ToolRequest,
    material: &Material,
    networks: &mut ToolNetworks,
    progress: impl FnMut(usize, usize),
) -> Result<Outcome, ToolError> {
    match request.tool {
        Tool::Extend { bars, home } => extended(request, material, networks, (bars, home), progress),
        Tool::Enhance { add, remove, iterations, risk } => {
            enhanced(request, material, networks, &Limits { add, remove, iterations, risk }, progress)
        }
        Tool::Rewrite { keep } => rewritten(request, material, networks, keep, progress),
        Tool::Generate => generated(request, material, networks, progress),
        Tool::Interpolate { bars } => interpolated(request, material, networks, bars, progress),
        Tool::Quantise { grid, strength } => {
            let moved = quantised(material, grid, strength);
            Ok(replaced(request, material, moved))
        }
        Tool::Groove { amount } if request.template.is_some() => {
            let drums = request.part == Some(Part::Drums);
            let play =
                |template: &GrooveTemplate| template.applied(&material.selected, drums, &material.meters, amount);
            let played = request.template.as_deref().map(play).unwrap_or_default();
            Ok(replaced(request, material, played))
        }
        Tool::Groove { amount } => {
            let genre = genre_id(material.genre);
            let groove_request = GrooveRequest {
                notes: &material.selected,
                drums: request.part == Some(Part::Drums),
                meters: &material.meters,
                genre: genre.as_deref(),
                amount,
                temperature: TEMPERATURE,
                seed: request.seed,
            };
            let played = groove(networks.drummer()?, &groove_request, progress)?;
            Ok(replaced(request, material, played))
        }
        Tool::Drumify => {
            let genre = genre_id(material.genre);
            let kind = match request.part {
                Some(Part::Bass) => Rhythm::Bass,
                Some(_) => Rhythm::Tapped,
                None => Rhythm::of(&material.selected),
            };
            let drumify_request = DrumifyRequest {
                rhythm: &material.selected,
                kind,
                meters: &material.meters,
                genre: genre.as_deref(),
                temperature: TEMPERATURE,
                seed: request.seed,
            };
            let notes = drumify(networks.drummer()?, &drumify_request, progress)?;
            let notes = notes.into_iter().filter(|note| begins_in(note, &request.bars)).collect();
            Ok(Outcome::Part { part: Part::Drums, bars: request.bars.clone(), notes })
        }
    }
}

/// The melody goes on after the selection and replaces the notes there.
fn extended(
    request: &ToolRequest,
    material: &Material,
    networks: &mut ToolNetworks,
    (bars, home): (u32, bool),
    progress: impl FnMut(usize, usize),
) -> Result<Outcome, ToolError> {
    let before: Vec<Note> = material.melody.iter().filter(|note| note.start < request.bars.end).copied().collect();
    let genre = genre_id(material.genre);
    let extend_request = ExtendRequest {
        melody: &melody_line(&before),
        meters: &material.meters,
        first_full_bar: 0,
        bars,
        key: material.key,
        chords: &material.chords,
        genre: genre.as_deref(),
        temperature: TEMPERATURE,
        seed: request.seed,
        open: !home,
    };
    let found = extend(networks.melody()?, &extend_request, progress)?;
    let gone = material.melody.iter().filter(|note| begins_in(note, &found.span)).copied().collect();
    Ok(Outcome::Melody { edit: MelodyEdit { gone, new: found.notes }, bars: found.span, counts: None })
}

/// The selected notes on a grid that swings as the melody does.
fn quantised(material: &Material, grid: Grid, strength: f32) -> Vec<Note> {
    let swing = SwingMap::of(&material.melody, &material.heard, &material.meters);
    let (meters, swing) = (&material.meters, GridSwing::AsPlayed(&swing));
    Quantiser { meters, grid, strength, swing, ends: false }.moved(&material.selected)
}

/// The selected notes give way to others.
fn replaced(request: &ToolRequest, material: &Material, mut notes: Vec<Note>) -> Outcome {
    notes.sort_unstable();
    match request.part {
        None => Outcome::Melody {
            edit: MelodyEdit { gone: material.selected.clone(), new: notes },
            bars: request.bars.clone(),
            counts: None,
        },
        Some(part) => Outcome::Part { part, bars: request.bars.clone(), notes },
    }
}
