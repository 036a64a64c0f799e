//! A drum part for a tapped rhythm or a bass line.

use super::{
    player::{Wanted, player_of},
    slots::Slots,
    strokes::{Manner, Tap, notes_of, strokes_for, voices_of},
};
use crate::{
    arranging::random::Random,
    network::{DrummerNetwork, InferenceError},
};
use continuo_music::{meter::MeterMap, note::Note, time::Tick};

/// What a rhythm is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rhythm {
    /// Taps: the drums play where it plays.
    Tapped,
    /// A bass line: kick and snare play with it, cymbals beside it.
    Bass,
}

impl Rhythm {
    /// What notes seem to be: low ones are a bass line.
    pub fn of(notes: &[Note]) -> Self {
        let low = notes.iter().filter(|note| note.pitch < LOW).count();
        if 2 * low > notes.len() { Self::Bass } else { Self::Tapped }
    }

    pub(super) const fn kind(self) -> usize {
        match self {
            Self::Tapped => 1,
            Self::Bass => 2,
        }
    }
}

/// Below this, notes are a bass line's.
const LOW: u8 = 53;

/// What to drum to, and how.
#[derive(Clone, Debug)]
pub struct DrumifyRequest<'a> {
    /// The rhythm, sorted by start.
    pub rhythm: &'a [Note],
    /// What it is.
    pub kind: Rhythm,
    /// The song's meters.
    pub meters: &'a MeterMap,
    /// The genre's id; `None`: any.
    pub genre: Option<&'a str>,
    /// How boldly strokes are chosen, 0 to 2.
    pub temperature: f32,
    /// Chooses among the parts.
    pub seed: u32,
}

/// Why there is no drum part.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DrumifyError {
    /// There is no rhythm.
    #[error("there are no notes to drum to")]
    NoRhythm,
    /// The song is too long.
    #[error("the song is too long to drum to; cut it into parts")]
    TooLong,
    /// The network failed.
    #[error(transparent)]
    Inference(#[from] InferenceError),
}

/// The drum part for a rhythm, from the bar in which it begins to the bar in which it ends, as General MIDI's drum notes.
/// `progress` is called with the steps that are done.
///
/// # Errors
/// When there is no rhythm, the song is too long, or the network fails.
pub fn drumify(
    network: &DrummerNetwork,
    request: &DrumifyRequest<'_>,
    progress: impl FnMut(usize, usize),
) -> Result<Vec<Note>, DrumifyError> {
    let (Some(first), Some(last)) = (request.rhythm.first(), request.rhythm.iter().map(|note| note.start).max()) else {
        return Err(DrumifyError::NoRhythm);
    };
    let slots = Slots::of(request.meters, first.start, last + 1).ok_or(DrumifyError::TooLong)?;
    let taps = taps_of(request.rhythm, &slots);
    let mut random = Random::of_melody(request.seed);
    let (kind, temperature) = (request.kind.kind(), request.temperature);
    let tapped: Vec<bool> = taps.iter().map(Option::is_some).collect();
    let wanted = Wanted::Any(&tapped, voices_of(kind));
    let player = player_of(network, request.genre, temperature, &wanted, &mut random);
    let manner = Manner { player, kind, temperature };
    let strokes = strokes_for(network, &slots, &taps, None, manner, &mut random, progress)?;
    let end = request.meters.phrase_at(last, 1).end;
    let from = request.meters.bar_start(first.start).max(0);
    Ok(notes_of(&strokes, &slots, from).into_iter().filter(|note| note.start < end).collect())
}

/// What is tapped on each step; of several notes the loudest.
pub(super) fn taps_of(rhythm: &[Note], slots: &Slots) -> Vec<Tap> {
    let mut taps: Vec<Tap> = vec![None; slots.len()];
    for note in rhythm {
        let loud = f32::from(note.velocity) / 127.0;
        if let Some((step, late)) = slots.nearest(note.start)
            && let Some(tap) = taps.get_mut(step)
            && tap.is_none_or(|(other, _)| other < loud)
        {
            *tap = Some((loud, late.clamp(-0.5, 0.5)));
        }
    }
    taps
}

/// Where a stretch of notes begins and ends.
pub(super) fn extent(notes: &[Note]) -> Option<(Tick, Tick)> {
    let first = notes.iter().map(|note| note.start).min()?;
    let last = notes.iter().map(|note| note.start).max()?;
    Some((first, last + 1))
}
