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
/// A drum, or another part, keeps so much of its mean loudness at least. Kicks of the drummers who were recorded are soft:
/// without this a beat loses its balance, and a part its place in the mix.
const KEPT_LEVEL: f32 = 0.8;

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
    let strokes: Vec<_> = request.notes.iter().map(|note| Stroke::of(note, &strokes, &slots, request.drums)).collect();
    let lifts = lifts(request.notes, &strokes);
    let pairs = request.notes.iter().zip(strokes);
    Ok(pairs.map(|(note, stroke)| stroke.map_or(*note, |stroke| stroke.played(note, &lifts, request.amount))).collect())
}

/// How a note is played.
struct Stroke {
    played: Played,
    /// How late the note is before, in steps.
    late: f32,
    /// The drum; 0 in other parts.
    voice: usize,
}

impl Stroke {
    /// `None` where the drummer plays nothing like the note: it stays as it is.
    fn of(note: &Note, strokes: &Strokes, slots: &Slots, drums: bool) -> Option<Self> {
        let (step, late) = slots.nearest(note.start)?;
        let voices = strokes.get(step).copied().unwrap_or_default();
        let loudest = || voices.iter().flatten().copied().max_by(|a, b| a.velocity.total_cmp(&b.velocity));
        let voice = if drums { voice_of(note.pitch)? } else { 0 };
        let played = if drums { voices[voice] } else { loudest() }?;
        Some(Self { played, late, voice })
    }

    fn played(&self, note: &Note, lifts: &[f32; DRUM_VOICES], amount: f32) -> Note {
        let loud = loudness(note);
        let velocity = self.played.velocity + lifts[self.voice];
        let moved = if self.late.abs() <= ON_STEP {
            ((self.played.timing - self.late) * amount * TICKS_PER_STEP as f32).round() as Tick
        } else {
            0
        };
        let start = (note.start + moved).max(0);
        Note { start, velocity: midi_velocity(loud + (velocity - loud) * amount), ..*note }
    }
}

/// How much louder each drum must be played to keep its level.
fn lifts(notes: &[Note], strokes: &[Option<Stroke>]) -> [f32; DRUM_VOICES] {
    let mut sums = [(0.0, 0.0, 0.0); DRUM_VOICES];
    for (note, stroke) in notes.iter().zip(strokes).filter_map(|(note, stroke)| Some((note, stroke.as_ref()?))) {
        let (given, made, count) = sums[stroke.voice];
        sums[stroke.voice] = (given + loudness(note), made + stroke.played.velocity, count + 1.0_f32);
    }
    sums.map(|(given, made, count): (f32, f32, f32)| (KEPT_LEVEL * given - made).max(0.0) / count.max(1.0))
}

/// A note's loudness, 0 to 1.
fn loudness(note: &Note) -> f32 {
    f32::from(note.velocity) / 127.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(start: Tick, pitch: u8, velocity: u8) -> Note {
        Note { start, pitch, length: 60, velocity }
    }

    #[test]
    fn a_drum_keeps_four_fifths_of_its_loudness_and_its_accents() {
        let (kick, snare) = (0, 1);
        let notes = [note(0, 36, 100), note(960, 36, 100), note(1920, 38, 100)];
        let stroke = |velocity, voice| Some(Stroke { played: Played { velocity, timing: 0.0 }, late: 0.0, voice });
        let strokes = [stroke(0.3, kick), stroke(0.4, kick), stroke(0.9, snare)];
        let lifts = lifts(&notes, &strokes);
        let played: Vec<u8> = notes
            .iter()
            .zip(&strokes)
            .filter_map(|(note, stroke)| Some(stroke.as_ref()?.played(note, &lifts, 1.0).velocity))
            .collect();
        assert_eq!(played, [74, 86, 114], "kicks of 80 in the mean, the second louder; the snare as it was played");
        let unmoved = strokes[0].as_ref().map(|stroke| stroke.played(&notes[0], &lifts, 0.0));
        assert_eq!(unmoved, Some(notes[0]));
    }
}
