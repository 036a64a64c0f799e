//! A drummer's loudness and timing for a part.

use super::{
    drumify::{DrumifyError, extent, taps_of},
    player::{Wanted, player_of},
    slots::Slots,
    strokes::{Manner, Played, Strokes, midi_velocity, strokes_for, voice_of, voices_of},
};
use crate::{
    arranging::random::Random,
    network::{DrummerNetwork, contract::DRUM_VOICES},
};
use continuo_music::{
    meter::MeterMap,
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};

/// What to play, and how.
#[derive(Clone, Debug)]
pub struct GrooveRequest<'a> {
    /// The part's notes, sorted by start.
    pub notes: &'a [Note],
    /// Whether they are General MIDI's drums: then each stroke is played for itself. Other notes are played as the loudest
    /// stroke of a drummer who plays their rhythm.
    pub drums: bool,
    /// The song's meters.
    pub meters: &'a MeterMap,
    /// The genre's id; `None`: any.
    pub genre: Option<&'a str>,
    /// How much of the drummer there is, 0 to 1.
    pub amount: f32,
    /// How much the drummer strays, 0 to 2.
    pub temperature: f32,
    /// Chooses among the ways to play.
    pub seed: u32,
}

/// Notes further from a step than this, in steps, are no grid's: triplets and grace notes stay where they are.
const ON_STEP: f32 = 0.2;

/// The notes as a drummer plays them, in the same order.
///
/// # Errors
/// When there are no notes, the song is too long, or the network fails.
pub fn groove(
    network: &DrummerNetwork,
    request: &GrooveRequest<'_>,
    progress: impl FnMut(usize, usize),
) -> Result<Vec<Note>, DrumifyError> {
    let (from, to) = extent(request.notes).ok_or(DrumifyError::NoRhythm)?;
    let slots = Slots::of(request.meters, from, to).ok_or(DrumifyError::TooLong)?;
    let mut random = Random::of_melody(request.seed);
    let temperature = request.temperature;
    let mut manner = |kind, wanted: &Wanted<'_>| {
        let player = player_of(network, request.genre, temperature, wanted, &mut random);
        Manner { player, kind, temperature }
    };
    let strokes = if request.drums {
        let mut given = vec![[false; DRUM_VOICES]; slots.len()];
        for note in request.notes {
            if let (Some((step, _)), Some(voice)) = (slots.nearest(note.start), voice_of(note.pitch))
                && let Some(voices) = given.get_mut(step)
            {
                voices[voice] = true;
            }
        }
        let manner = manner(0, &Wanted::Strokes(&given));
        strokes_for(network, &slots, &vec![None; slots.len()], Some(&given), manner, &mut random, progress)?
    } else {
        let taps = taps_of(request.notes, &slots);
        let tapped: Vec<bool> = taps.iter().map(Option::is_some).collect();
        let manner = manner(1, &Wanted::Any(&tapped, voices_of(1)));
        strokes_for(network, &slots, &taps, None, manner, &mut random, progress)?
    };
    Ok(request.notes.iter().map(|note| played(note, &strokes, &slots, request)).collect())
}

fn played(note: &Note, strokes: &Strokes, slots: &Slots, request: &GrooveRequest<'_>) -> Note {
    let Some((step, late)) = slots.nearest(note.start) else { return *note };
    let voices = strokes.get(step).copied().unwrap_or_default();
    let loudest = || voices.iter().flatten().copied().max_by(|a, b| a.velocity.total_cmp(&b.velocity));
    let stroke = if request.drums { voice_of(note.pitch).and_then(|voice| voices[voice]) } else { loudest() };
    let Some(Played { velocity, timing }) = stroke else { return *note };
    let amount = request.amount;
    let loud = f32::from(note.velocity) / 127.0;
    let moved =
        if late.abs() <= ON_STEP { ((timing - late) * amount * TICKS_PER_STEP as f32).round() as Tick } else { 0 };
    let start = (note.start + moved).max(0);
    Note { start, velocity: midi_velocity(loud + (velocity - loud) * amount), ..*note }
}
