//! Strokes in the network's cells, and from cells to notes.

use super::{
    player::Player,
    slots::{SLOT, STRIDE, Slots},
    stray::Stray,
};
use crate::{
    arranging::random::Random,
    network::{
        DrummerNetwork, InferenceError,
        contract::{DRUM_TAP, DRUM_VOICES, STEPS},
        drummer_network::{DrumWindow, Drummed},
    },
};
use continuo_music::{
    drum_keys,
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// The General MIDI key of each of the network's voices.
pub(super) const KEYS: [u8; DRUM_VOICES] = [36, 38, 37, 42, 46, 45, 48, 49, 51, 70, 63, 64];
/// Kick, snare and side stick: what locks with a bass line.
const LOW_VOICES: Range<usize> = 0..3;
const KICK: Range<usize> = 0..1;
/// How often a window is asked for until all its strokes are chosen.
const ROUNDS: usize = 8;
/// A stroke sounds for a step.
const LENGTH: Tick = TICKS_PER_STEP;
/// The latest and earliest that a stroke is played, in steps: nearer to its own step than to another.
const FARTHEST: f32 = 0.45;
/// The softest stroke.
const SOFTEST: f32 = 0.06;

/// How a part is made.
#[derive(Clone, Copy)]
pub(super) struct Manner<'a> {
    pub player: Player<'a>,
    pub kind: usize,
    pub temperature: f32,
}

/// The voices of which one is to play where something is tapped.
pub(super) const fn voices_of(kind: usize) -> Range<usize> {
    if kind == 2 { LOW_VOICES } else { 0..DRUM_VOICES }
}

/// What is tapped on a step: how loud, 0 to 1, and how late, in steps.
pub(super) type Tap = Option<(f32, f32)>;

/// A stroke as it is played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Played {
    /// 0 to 1.
    pub velocity: f32,
    /// In steps.
    pub timing: f32,
}

/// All strokes of a part, step by step and voice by voice.
pub(super) type Strokes = Vec<[Option<Played>; DRUM_VOICES]>;

/// Makes the strokes for tapped steps, window by window; each goes on from the two bars before it. `given`: these strokes
/// and no others.
pub(super) fn strokes_for(
    network: &DrummerNetwork,
    slots: &Slots,
    taps: &[Tap],
    given: Option<&[[bool; DRUM_VOICES]]>,
    manner: Manner<'_>,
    random: &mut Random,
    mut progress: impl FnMut(usize, usize),
) -> Result<Strokes, InferenceError> {
    let mut strokes: Strokes = vec![[None; DRUM_VOICES]; slots.len()];
    let last = slots.len().saturating_sub(STEPS);
    let mut stray = Stray::new(manner.player.performance, random);
    for first in (0..=last).step_by(STRIDE) {
        let mut window = DrumWindow::new(manner.player.genre, manner.player.feel, manner.kind);
        for step in 0..STEPS {
            let Some(Some((loud, late))) = taps.get(first + step) else { continue };
            if let Some(tap) = window.tap.get_mut(step * DRUM_TAP..(step + 1) * DRUM_TAP) {
                tap.copy_from_slice(&[1.0, *loud, *late]);
            }
        }
        let new = if first == 0 { 0 } else { STRIDE };
        for (cell, (hit, known)) in window.hits.iter_mut().zip(&mut window.known).enumerate() {
            let (step, voice) = (first + cell / DRUM_VOICES, cell % DRUM_VOICES);
            let is_made = cell / DRUM_VOICES < new;
            let fixed = given.map(|given| given.get(step).is_some_and(|voices| voices[voice]));
            let earlier = is_made.then(|| strokes[step][voice].is_some());
            // Nothing is played outside the steps.
            let nothing = slots.tick(step).is_none().then_some(false);
            if let Some(is_hit) = nothing.or(fixed).or(earlier) {
                *hit = f32::from(u8::from(is_hit));
                *known = 1.0;
            }
        }
        if given.is_none() {
            choose(network, &mut window, manner, random)?;
            fill_thin_bars(network, &mut window)?;
            lock(network, &mut window, manner)?;
        }
        let made = network.play(&window)?;
        for step in new..STEPS {
            let deviations = stray.next(first + step, random);
            for (voice, (loud, late)) in deviations.into_iter().enumerate() {
                let cell = step * DRUM_VOICES + voice;
                let deviation = (loud * manner.temperature, late * manner.temperature);
                let stroke = (window.hits[cell] > 0.5).then(|| play(&made, cell, deviation));
                strokes[first + step][voice] = stroke;
            }
        }
        progress(first + STEPS, slots.len());
    }
    Ok(strokes)
}

/// Chooses all strokes that are not known: all are drawn at once, some of them are kept, the others are drawn again with
/// regard to those (Yao et al. 2014, as in Coconet).
fn choose(
    network: &DrummerNetwork,
    window: &mut DrumWindow,
    manner: Manner<'_>,
    random: &mut Random,
) -> Result<(), InferenceError> {
    let open: Vec<usize> = (0..window.known.len()).filter(|&cell| window.known[cell] < 0.5).collect();
    for round in 0..ROUNDS {
        let made = network.play(window)?;
        let keep = (round + 1) as f32 / ROUNDS as f32;
        for &cell in &open {
            // Later rounds repair more than they dare.
            let heat = (manner.temperature * (1.0 - 0.5 * keep)).max(0.05);
            let likely = 1.0 / (1.0 + (-made.likely[cell] / heat).exp());
            window.hits[cell] = f32::from(u8::from(random.uniform() < likely));
            window.known[cell] = f32::from(u8::from(random.uniform() < keep));
        }
    }
    for &cell in &open {
        window.known[cell] = 1.0;
    }
    Ok(())
}

/// Gives each bar that has cymbals alone a kick and a snare or side stick, on those of its tapped steps where they are
/// likeliest; on its beats, where nothing is tapped. Without a genre, a rhythm of few taps got many bars of hi-hats alone.
fn fill_thin_bars(network: &DrummerNetwork, window: &mut DrumWindow) -> Result<(), InferenceError> {
    let thin = thin_bars(&window.hits);
    if thin.is_empty() {
        return Ok(());
    }
    let mut asked = window.clone();
    for step in thin.iter().flat_map(|bar| bar * SLOT..(bar + 1) * SLOT) {
        asked.known[step * DRUM_VOICES..][LOW_VOICES].fill(0.0);
    }
    let made = network.play(&asked)?;
    for steps in thin.iter().map(|bar| bar * SLOT..(bar + 1) * SLOT) {
        let is_tapped = |step: &usize| window.tap[step * DRUM_TAP] > 0.5;
        let any = steps.clone().any(|step| is_tapped(&step));
        let free: Vec<usize> = steps.filter(|step| if any { is_tapped(step) } else { step % 4 == 0 }).collect();
        let likeliest = |voices: Range<usize>, taken: Option<usize>| {
            let steps = free.iter().filter(|&&step| Some(step) != taken);
            let cells = steps.flat_map(|step| voices.clone().map(move |voice| step * DRUM_VOICES + voice));
            cells.max_by(|&a, &b| made.likely[a].total_cmp(&made.likely[b]))
        };
        let kick = likeliest(KICK, None);
        let snare = likeliest(KICK.end..LOW_VOICES.end, kick.map(|cell| cell / DRUM_VOICES));
        kick.into_iter().chain(snare).for_each(|cell| window.hits[cell] = 1.0);
    }
    Ok(())
}

/// The bars that have strokes, but neither kick nor snare nor side stick.
fn thin_bars(hits: &[f32]) -> Vec<usize> {
    let plays = |step: &[f32]| step.iter().any(|&hit| hit > 0.5);
    let bars = hits.chunks(SLOT * DRUM_VOICES).enumerate().filter(|(_, bar)| plays(bar));
    let thin = bars.filter(|(_, bar)| !bar.chunks(DRUM_VOICES).any(|step| plays(&step[LOW_VOICES])));
    thin.map(|(number, _)| number).collect()
}

/// Sees to it that each tapped step has a stroke: of a bass line one of kick, snare and side stick, the likeliest.
fn lock(network: &DrummerNetwork, window: &mut DrumWindow, manner: Manner<'_>) -> Result<(), InferenceError> {
    let voices = voices_of(manner.kind);
    let silent: Vec<usize> = (0..STEPS)
        .filter(|step| window.tap[step * DRUM_TAP] > 0.5)
        .filter(|step| !voices.clone().any(|voice| window.hits[step * DRUM_VOICES + voice] > 0.5))
        .collect();
    if silent.is_empty() {
        return Ok(());
    }
    let mut asked = window.clone();
    for step in &silent {
        asked.known[step * DRUM_VOICES..(step + 1) * DRUM_VOICES].fill(0.0);
    }
    let made = network.play(&asked)?;
    for step in silent {
        let likely = |voice: &usize| made.likely[step * DRUM_VOICES + voice];
        if let Some(voice) = voices.clone().max_by(|a, b| likely(a).total_cmp(&likely(b))) {
            window.hits[step * DRUM_VOICES + voice] = 1.0;
        }
    }
    Ok(())
}

/// A stroke as a drummer may play it, by so many mean absolute deviations louder and later than expected.
fn play(made: &Drummed, cell: usize, (loud, late): (f32, f32)) -> Played {
    let velocity = (made.velocity[cell] + loud * made.velocity_spread[cell]).clamp(SOFTEST, 1.0);
    let timing = (made.timing[cell] + late * made.timing_spread[cell]).clamp(-FARTHEST, FARTHEST);
    Played { velocity, timing }
}

/// The strokes as notes, sorted. No note is before `from`.
pub(super) fn notes_of(strokes: &Strokes, slots: &Slots, from: Tick) -> Vec<Note> {
    let mut notes = Vec::new();
    for (step, voices) in strokes.iter().enumerate() {
        let Some(tick) = slots.tick(step) else { continue };
        for (stroke, pitch) in voices.iter().zip(KEYS) {
            let Some(stroke) = stroke else { continue };
            let start = (tick + (stroke.timing * TICKS_PER_STEP as f32).round() as Tick).max(from);
            notes.push(Note { start, pitch, length: LENGTH, velocity: midi_velocity(stroke.velocity) });
        }
    }
    notes.sort_unstable();
    notes
}

/// The network's voice of a key of General MIDI's drums.
pub(super) fn voice_of(key: u8) -> Option<usize> {
    let usual = drum_keys::usual(key);
    KEYS.iter().position(|&voice| voice == usual)
}

/// 1 to 127.
pub(super) fn midi_velocity(velocity: f32) -> u8 {
    (velocity * 127.0).round().clamp(1.0, 127.0) as u8
}

const _: () = assert!(STEPS == 4 * SLOT);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_of_cymbals_alone_are_thin() {
        let mut hits = vec![0.0; STEPS * DRUM_VOICES];
        assert!(thin_bars(&hits).is_empty(), "silence");
        for bar in 0..4 {
            hits[bar * SLOT * DRUM_VOICES + 3] = 1.0;
        }
        assert_eq!(thin_bars(&hits), [0, 1, 2, 3]);
        for (bar, voice) in [(0, 0), (1, 1), (2, 2)] {
            hits[(bar * SLOT + 9) * DRUM_VOICES + voice] = 1.0;
        }
        assert_eq!(thin_bars(&hits), [3], "kick, snare and side stick fill a bar");
    }
}
