//! The drum pattern that a band holds through a song, whatever the melody does.
//!
//! The network draws it once, without a melody, from the song's noise; each phrase's own strokes are drawn towards it. So
//! the pattern depends on the settings alone, not on the order in which phrases are made. The same draw says how many notes
//! the chords of the song have.

use super::draw::{BARS, song_noise};
use crate::network::{
    contract::{DRUM_VOICES, PITCHES, PLANE, STEPS},
    generator::{NetworkInput, run_checked},
    model::ModelCard,
    runtime::{Backend, InferenceError},
};
use continuo_music::{
    part::{Part, PartMap},
    sections::SectionKind,
    settings::Shape,
};
use std::ops::Range;

/// The share of the song's pattern in the log odds of a stroke at variation 0.
const HOLD: f32 = 0.75;
/// Log odds beyond this say no more.
const CERTAIN: f32 = 4.0;
/// A song's chords have so many notes, and this many if the network says nothing.
const SIZES: std::ops::RangeInclusive<usize> = 2..=4;
const USUAL_SIZE: usize = 3;
/// A note that begins with this probability counts.
const LIKELY: f32 = 0.4;
/// As many patterns are kept: an automated genre comes back.
const KEPT: usize = 8;

/// What a pattern is drawn from.
#[derive(Clone, PartialEq)]
struct Origin {
    style: Vec<f32>,
    noise: Vec<f32>,
    in_three: bool,
}

/// What was drawn.
struct Drawn {
    /// Log odds of the drums' strokes, `[64, 12]`.
    drums: Vec<f32>,
    sizes: PartMap<Option<usize>>,
}

/// The patterns that were drawn last.
#[derive(Default)]
pub struct Grooves(Vec<(Origin, Drawn)>);

impl Grooves {
    /// The song's pattern in a kind of section as log odds `[64, 12]`, and its share; nothing where each phrase is free.
    ///
    /// # Errors
    /// When the network cannot be run.
    pub fn of_song(
        &mut self,
        network: &mut dyn Backend,
        card: &ModelCard,
        style: &[f32],
        shape: &Shape,
        kind: Option<SectionKind>,
        in_three: bool,
    ) -> Result<Option<Pull<'_>>, InferenceError> {
        let hold = HOLD * (1.0 - shape.variation);
        if hold <= 0.0 {
            return Ok(None);
        }
        let origin = Origin { style: style.to_vec(), noise: song_noise(shape, kind, card.noise_size), in_three };
        if let Some(at) = self.0.iter().position(|(other, _)| *other == origin) {
            self.0[at..].rotate_left(1);
        } else {
            let drawn = draw(network, card, &origin)?;
            if self.0.len() >= KEPT {
                self.0.remove(0);
            }
            self.0.push((origin, drawn));
        }
        Ok(self.0.last().map(|(_, drawn)| Pull { pattern: &drawn.drums, share: hold, sizes: drawn.sizes }))
    }
}

/// Draws strokes towards the song's pattern.
#[derive(Clone, Copy)]
pub struct Pull<'a> {
    pattern: &'a [f32],
    share: f32,
    /// How many notes the song's chords have.
    pub sizes: PartMap<Option<usize>>,
}

impl Pull<'_> {
    /// Moves the probabilities of a window's strokes, `[64, 12]`, in some of its steps.
    pub fn apply(self, drums: &mut [f32], steps: Range<usize>) {
        let strokes = steps.start * DRUM_VOICES..steps.end * DRUM_VOICES;
        let Some(drums) = drums.get_mut(strokes.clone()) else { return };
        for (own, pattern) in drums.iter_mut().zip(self.pattern.get(strokes).unwrap_or_default()) {
            *own = probability((1.0 - self.share) * log_odds(*own) + self.share * pattern);
        }
    }
}

/// The steps of a bar of a window; the last bar has all that are left.
pub fn steps_of_bar(bar: usize, in_three: bool) -> Range<usize> {
    let steps = if in_three { 12 } else { STEPS / BARS };
    bar * steps..if bar + 1 == BARS { STEPS } else { (bar + 1) * steps }
}

fn draw(network: &mut dyn Backend, card: &ModelCard, origin: &Origin) -> Result<Drawn, InferenceError> {
    let mut input = NetworkInput::silent(card, 1);
    input.style.copy_from_slice(&origin.style);
    input.noise.copy_from_slice(&origin.noise);
    input.meter[usize::from(origin.in_three)] = 1.0;
    let first = run_checked(network, card, &input)?;
    // A second window, after the first: a song begins otherwise than it goes on.
    for (stroke, probability) in input.context_drums.iter_mut().zip(&first.drums) {
        *stroke = f32::from(u8::from(*probability > 0.5));
    }
    let then = run_checked(network, card, &input)?;
    debug_assert_eq!(then.drums.len(), STEPS * DRUM_VOICES);
    let sizes =
        PartMap::from_fn(|part| matches!(part, Part::Chords | Part::Strings).then(|| chord_size(&then.pitched, part)));
    Ok(Drawn { drums: then.drums.iter().map(|&probability| log_odds(probability)).collect(), sizes })
}

/// How many notes the chords of a part have that a window `[4, 2, 64, 84]` holds.
fn chord_size(pitched: &[f32], part: Part) -> usize {
    mean_size(pitched, part).map_or(USUAL_SIZE, |mean| mean.round() as usize).clamp(*SIZES.start(), *SIZES.end())
}

/// The mean number of likely notes at the steps where chords begin; `None` where none does.
fn mean_size(pitched: &[f32], part: Part) -> Option<f32> {
    let plane = 2 * (part.index() - 1) * PLANE;
    let onsets = pitched.get(plane..plane + PLANE)?;
    let sizes: Vec<f32> = onsets
        .chunks_exact(PITCHES)
        .map(|step| step.iter().filter(|&&onset| onset > LIKELY).count() as f32)
        .filter(|&size| size >= 2.0)
        .collect();
    (!sizes.is_empty()).then(|| sizes.iter().sum::<f32>() / sizes.len() as f32)
}

fn log_odds(probability: f32) -> f32 {
    let probability = probability.clamp(1e-6, 1.0 - 1e-6);
    (probability / (1.0 - probability)).ln().clamp(-CERTAIN, CERTAIN)
}

fn probability(log_odds: f32) -> f32 {
    1.0 / (1.0 + (-log_odds).exp())
}

#[cfg(all(test, feature = "runtimes"))]
mod tests {
    use super::*;
    use crate::network::{
        model::Model,
        runtime::{BackendChoice, RuntimeOptions, load_generator},
        test_models::hand_made_generator,
    };

    #[test]
    fn a_song_has_one_pattern_and_strokes_are_drawn_towards_it() {
        let model = Model::load(&hand_made_generator()).expect("the model loads");
        let (network, _) = load_generator(&model, &RuntimeOptions::from(BackendChoice::Tract)).expect("a runtime");
        let card = model.card();
        let style = &card.genres[0].style;
        let mut grooves = Grooves::default();
        let mut pattern = |variation: f32, seed: u32| {
            let shape = Shape { variation, seed, ..Shape::default() };
            let mut network = network.lock();
            let pull = grooves.of_song(&mut *network, card, style, &shape, None, false).expect("the network runs");
            pull.map(|pull| (pull.pattern.to_vec(), pull.share))
        };
        assert_eq!(pattern(1.0, 1), None, "each phrase is free");
        let first = pattern(0.0, 1).expect("a pattern");
        assert_eq!(pattern(0.0, 1).as_ref(), Some(&first), "the same settings give the same pattern");
        // More patterns than are kept: the first is drawn again, and is the same.
        for seed in 2..12 {
            pattern(0.0, seed);
        }
        assert_eq!(pattern(0.0, 1), Some(first.clone()));
        assert!(pattern(0.5, 1).expect("a pattern").1 < first.1);
        let mut log_odds = [3.0; 2 * DRUM_VOICES];
        log_odds[DRUM_VOICES] = -3.0;
        let mut drums = [0.5; 2 * DRUM_VOICES];
        Pull { pattern: &log_odds, share: 0.5, sizes: PartMap::default() }.apply(&mut drums, 1..2);
        assert!(drums[0].to_bits() == 0.5_f32.to_bits(), "another bar's strokes stay: {drums:?}");
        assert!(drums[DRUM_VOICES] < 0.2 && drums[DRUM_VOICES + 1] > 0.8, "{drums:?}");
        assert_eq!((steps_of_bar(1, false), steps_of_bar(1, true), steps_of_bar(3, true)), (16..32, 12..24, 36..64));
    }
}
