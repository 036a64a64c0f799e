//! A whole song, phrase by phrase: what the command line does, and what a host hears after its first pass.

use crate::{
    arranger::{Compose, ComposeError, PartNotes, PhraseRequest},
    meter::{MeterMap, PhraseSpan},
    note::Note,
    part::{Part, PartMap},
    settings::Settings,
    style::Shelf,
    time::Tick,
};
use std::time::{Duration, Instant};

/// The parts of a whole song.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrangement {
    /// The notes of every part, sorted by start, whether the part is on or not.
    pub parts: PartNotes,
    /// The phrases, in order, with the time that each took.
    pub phrases: Vec<(PhraseSpan, Duration)>,
}

/// The phrases from position 0 to the end of the melody, on the grid on which the plugin makes them.
pub fn phrases(melody: &[Note], meters: &MeterMap, bars: u8) -> Vec<PhraseSpan> {
    let Some(last) = melody.iter().map(|note| note.end() - 1).max() else { return Vec::new() };
    let mut spans: Vec<PhraseSpan> = Vec::new();
    let mut at: Tick = 0;
    while at <= last {
        let span = meters.phrase_at(at, bars);
        at = span.end;
        spans.push(span);
    }
    spans
}

/// Makes every phrase of a song once, each knowing the melody from the first phrase's start to its own end and the
/// parts of the phrases before it. `melody` is sorted. `told` is called with the phrases done and their number,
/// beginning with 0.
///
/// Whatever makes phrases can be handed in, not only a network:
///
/// ```
/// use continuo_engine::{
///     arrange::arrange,
///     arranger::{Compose, ComposeError, Made, PartNotes, PhraseRequest},
///     meter::MeterMap,
///     note::Note,
///     part::Part,
///     settings::Settings,
///     style::Shelf,
/// };
///
/// /// One long C in the bass.
/// struct Drone;
///
/// impl Compose for Drone {
///     fn compose(&mut self, request: &PhraseRequest<'_>) -> Result<Made, ComposeError> {
///         let mut parts = PartNotes::default();
///         let (start, length) = (request.span.start, request.span.ticks());
///         parts[Part::Bass].push(Note { start, pitch: 36, length, velocity: 80 });
///         Ok(parts.into())
///     }
/// }
///
/// # fn main() -> Result<(), ComposeError> {
/// let melody: Vec<Note> =
///     (0..8).map(|bar| Note { start: 3840 * bar, pitch: 72, length: 3840, velocity: 90 }).collect();
/// let settings = Settings { phrase_bars: 4, ..Settings::default() };
/// let song = arrange(&mut Drone, &melody, &MeterMap::default(), &settings, &Shelf::default(), |_, _| {})?;
/// assert_eq!(song.parts[Part::Bass].iter().map(|note| note.start).collect::<Vec<_>>(), [0, 4 * 3840]);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When a phrase could not be made.
pub fn arrange<C: Compose + ?Sized>(
    composer: &mut C,
    melody: &[Note],
    meters: &MeterMap,
    settings: &Settings,
    shelf: &Shelf,
    mut told: impl FnMut(usize, usize),
) -> Result<Arrangement, ComposeError> {
    let spans = phrases(melody, meters, settings.phrase_bars);
    let given = PartMap::default();
    let mut arrangement = Arrangement::default();
    for (index, &span) in spans.iter().enumerate() {
        told(index, spans.len());
        let began = Instant::now();
        let made = composer.compose(&PhraseRequest {
            span,
            melody,
            #[expect(clippy::single_range_in_vec_init, reason = "one stretch was heard")]
            heard: &[spans[0].start..span.end],
            before: &arrangement.parts,
            given: &given,
            settings,
            shelf,
            take: 0,
            preferred: None,
        })?;
        let seconds = began.elapsed();
        for part in Part::ALL {
            arrangement.parts[part].extend_from_slice(&made.parts[part]);
        }
        arrangement.phrases.push((span, seconds));
    }
    told(spans.len(), spans.len());
    Ok(arrangement)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{arranger::Made, meter::Meter};

    /// Doubles what it hears in the bass and writes down what it was asked.
    #[derive(Default)]
    struct Doubling {
        asked: Vec<(Tick, Tick, usize)>,
    }

    impl Compose for Doubling {
        fn compose(&mut self, request: &PhraseRequest<'_>) -> Result<Made, ComposeError> {
            assert_eq!(request.heard, [0..request.span.end]);
            self.asked.push((request.span.start, request.span.end, request.before[Part::Bass].len()));
            let mut parts = PartNotes::default();
            parts[Part::Bass] =
                request.melody.iter().filter(|note| request.span.contains(note.start)).copied().collect();
            Ok(parts.into())
        }
    }

    #[test]
    fn phrases_follow_each_other_to_the_end_of_the_melody() {
        let mut meters = MeterMap::new(Meter::COMMON);
        meters.learn(3 * 3840, Meter { numerator: 3, denominator: 4 });
        let melody: Vec<_> =
            (0..8).map(|bar| Note { start: bar * 2880, pitch: 72, length: 2880, velocity: 80 }).collect();
        let mut composer = Doubling::default();
        let settings = Settings { phrase_bars: 2, ..Settings::default() };
        let mut told = Vec::new();
        let song =
            arrange(&mut composer, &melody, &meters, &settings, &Shelf::default(), |done, all| told.push((done, all)))
                .unwrap();
        assert_eq!(
            composer.asked,
            [(0, 7680, 0), (7680, 11520, 3), (11520, 11520 + 5760, 4), (11520 + 5760, 11520 + 11520, 6)]
        );
        assert_eq!(told, [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]);
        assert_eq!(song.parts[Part::Bass], melody);
        assert_eq!(song.phrases.len(), 4);
    }

    #[test]
    fn no_melody_gives_no_phrases() {
        assert!(phrases(&[], &MeterMap::default(), 4).is_empty());
    }
}
