//! A whole song, phrase by phrase: what the command line does, and what a host hears after its first pass, up to the
//! song's end, which a host does not tell.

use crate::{
    arranger::{Compose, ComposeError, PartNotes, PhraseRequest},
    meter::{MeterMap, PhraseSpan},
    note::Note,
    part::{Part, PartMap},
    settings::Settings,
    style::Shelf,
    time::{TICKS_PER_STEP, Tick},
};
use std::time::{Duration, Instant};

/// The parts of a whole song.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Arrangement {
    /// The notes of every part, sorted by start, whether the part is on or not; none sounds beyond [`end`].
    pub parts: PartNotes,
    /// The phrases, in order, with the time that each took; the last one may reach beyond the song's end.
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

/// Where a song ends, in ticks: with the bar in which the last note of its melody ends. A note that is held less than a
/// sixteenth over a bar line was released late, and makes no further bar. 0 without a melody.
pub fn end(melody: &[Note], meters: &MeterMap) -> Tick {
    let bar_end_of = |note: &Note| {
        let bar = meters.phrase_at(note.end() - 1, 1);
        // What begins about the bar line is played in the new bar, however short it is.
        let began_before = note.start < bar.start - TICKS_PER_STEP / 2;
        if began_before && note.end() - bar.start < TICKS_PER_STEP { bar.start } else { bar.end }
    };
    melody.iter().map(bar_end_of).max().unwrap_or(0)
}

/// Makes every phrase of a song once, up to the song's [`end`], each knowing the melody from the first phrase's
/// start to its own end and the parts of the phrases before it. What lies beyond the end is cut off. `melody` is
/// sorted. `told` is called with the phrases done and their number, beginning with 0.
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
    let end = end(melody, meters);
    let mut spans = phrases(melody, meters, settings.phrase_bars);
    spans.retain(|span| span.start < end);
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
    // Only now: the phrases themselves are those that the plugin makes, which does not know where the song ends.
    for part in Part::ALL {
        cut_at(&mut arrangement.parts[part], end);
    }
    told(spans.len(), spans.len());
    Ok(arrangement)
}

fn cut_at(notes: &mut Vec<Note>, end: Tick) {
    // What begins just before the end and sounds beyond it is a beat of the bar that is cut off, played a little early.
    notes.retain(|note| note.end() <= end || note.start < end - TICKS_PER_STEP / 2);
    for note in notes {
        note.length = note.length.min(end - note.start);
    }
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

    /// Plays a long note in every part in each bar of a phrase.
    struct Filling;

    impl Compose for Filling {
        fn compose(&mut self, request: &PhraseRequest<'_>) -> Result<Made, ComposeError> {
            let bars = (request.span.start..request.span.end).step_by(request.span.meter.bar_ticks() as usize);
            let notes: Vec<_> = bars.map(|start| Note { start, pitch: 40, length: 5000, velocity: 80 }).collect();
            Ok(PartMap::from_fn(|_| notes.clone()).into())
        }
    }

    #[test]
    fn the_parts_end_with_the_bar_in_which_the_melody_ends() {
        let melody: Vec<_> =
            (0..5).map(|bar| Note { start: bar * 3840, pitch: 72, length: 1920, velocity: 80 }).collect();
        let settings = Settings { phrase_bars: 4, ..Settings::default() };
        let song =
            arrange(&mut Filling, &melody, &MeterMap::default(), &settings, &Shelf::default(), |_, _| {}).unwrap();
        assert_eq!(song.phrases.len(), 2);
        for part in Part::ALL {
            let starts: Vec<_> = song.parts[part].iter().map(|note| note.start / 3840).collect();
            assert_eq!(starts, [0, 1, 2, 3, 4]);
            assert_eq!(song.parts[part].iter().map(Note::end).max(), Some(5 * 3840), "the ring-out is cut, too");
        }
    }

    #[test]
    fn nothing_flickers_at_the_end() {
        let note = |start, length| Note { start, pitch: 40, length, velocity: 80 };
        let mut notes = vec![note(3600, 480), note(3780, 60), note(3838, 480), note(3840, 480), note(3900, 10)];
        cut_at(&mut notes, 3840);
        assert_eq!(notes, [note(3600, 240), note(3780, 60)]);
    }

    #[test]
    fn a_late_release_makes_neither_a_bar_nor_a_phrase() {
        let meters = MeterMap::default();
        let note = |start, length| Note { start, pitch: 72, length, velocity: 80 };
        assert_eq!(end(&[note(0, 3840)], &meters), 3840);
        assert_eq!(end(&[note(0, 3840 + 239)], &meters), 3840);
        assert_eq!(end(&[note(0, 3840 + 240)], &meters), 7680, "a whole sixteenth is meant");
        assert_eq!(end(&[note(0, 960), note(3840, 100)], &meters), 7680, "a short note on the bar line is no release");
        assert_eq!(end(&[note(0, 960), note(3800, 200)], &meters), 7680, "nor is one that was played a little early");
        assert_eq!(
            end(&[note(0, 9000), note(960, 480)], &meters),
            11520,
            "the last to end need not be the last to begin"
        );
        let settings = Settings { phrase_bars: 1, ..Settings::default() };
        let late = [note(0, 3841)];
        let song = arrange(&mut Filling, &late, &meters, &settings, &Shelf::default(), |_, _| {}).unwrap();
        assert_eq!(song.phrases.len(), 1);
    }

    #[test]
    fn no_melody_gives_no_phrases() {
        assert_eq!(end(&[], &MeterMap::default()), 0);
        assert!(phrases(&[], &MeterMap::default(), 4).is_empty());
    }
}
