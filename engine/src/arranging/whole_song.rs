//! Arranges a whole song, phrase by phrase: the command line writes the same notes that the plugin plays after its first
//! pass if it knows where the song ends.

use super::{
    home::cut_at,
    request::{Arrange, PhraseRequest},
    song_knowledge::SongKnowledge,
};
use crate::{
    network::runtime::InferenceError,
    score::{chords::chords_of, edit::WholeSong, phrase::Phrase, recipe::Recipe, score::Score},
    styles::Shelf,
};
use continuo_music::{
    chord::ChordSpan,
    form::Letters,
    key::Key,
    meter::{MeterMap, PhraseSpan},
    note::Note,
    part::{Part, PartMap, PartNotes},
    settings::{Settings, Shape},
    step_grid::StepGrid,
    swing::Swing,
    time::{TICKS_PER_STEP, Tick},
};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// The parts of a whole song.
#[derive(Clone, Debug, Default)]
pub struct Arrangement {
    /// The notes of every part, sorted by start, whether the part is on or off; no note sounds beyond the song's end.
    pub parts: PartNotes,
    /// The phrases, in order, with the time that arranging each took; the last one may reach beyond the song's end.
    pub phrases: Vec<(PhraseSpan, Duration)>,
    /// The letters of the phrases: where the melody comes back.
    pub form: Letters,
    /// The song's key; `None` without a melody.
    pub key: Option<Key>,
    /// How the song swings; `None` if it is straight, or only in places.
    pub swing: Option<Swing>,
    /// The chords that the parts play; where nothing sounds for a bar or more, there is no chord.
    pub chords: Vec<ChordSpan>,
    /// Where the song ends: with the bar in which the melody, or a part that is kept, ends.
    pub end: Tick,
}

/// The note moved to where it begins without its rounding: a song that is a tick late is as long.
fn in_place(note: &Note, meters: &MeterMap) -> Note {
    StepGrid::at(meters, note.start).moved_note(*note)
}

/// The phrases of a whole song that are still to be arranged, in order.
#[derive(Debug, Default)]
pub struct SongQueue {
    waiting: VecDeque<PhraseSpan>,
    all: usize,
}

impl SongQueue {
    /// All phrases of a song, each of so many bars, and a score with the song's melody and without phrases.
    pub fn new(song: &WholeSong, bars: u8) -> (Self, Score) {
        let all = || song.melody.iter().chain(song.own.iter().filter_map(|(_, notes)| notes.as_ref()).flatten());
        let end = all().map(|note| in_place(note, &song.meters).end()).max().unwrap_or(0);
        let mut waiting: VecDeque<PhraseSpan> = song.meters.phrases_until(end, bars).collect();
        let mut score = Score::default();
        score.meters = song.meters.clone();
        score.give_chords(song.chords.clone());
        score.set_sections(song.sections.clone());
        if let Some(last) = waiting.back() {
            score.hear(&song.melody, 0..last.end);
            for (part, notes) in song.own.iter() {
                if let Some(notes) = notes {
                    score.own_part_mut(part).hear(notes, 0..last.end);
                }
            }
            let own = song.own.iter().filter_map(|(_, notes)| Some(self::end(notes.as_deref()?, &song.meters)));
            let end = own.fold(self::end(&song.melody, &song.meters), Tick::max);
            score.set_end(end);
            waiting.retain(|span| span.start < end);
        }
        (Self { all: waiting.len(), waiting }, score)
    }

    /// These phrases, in order.
    pub fn of(spans: Vec<PhraseSpan>) -> Self {
        Self { all: spans.len(), waiting: spans.into() }
    }

    /// The phrases that wait, in order.
    pub fn spans(&self) -> Vec<PhraseSpan> {
        self.waiting.iter().copied().collect()
    }

    /// The next phrase to arrange.
    pub fn pop(&mut self) -> Option<PhraseSpan> {
        self.waiting.pop_front()
    }

    /// The number of phrases that were popped, and of all phrases; `None` when the queue is empty.
    pub fn progress(&self) -> Option<(usize, usize)> {
        let left = self.waiting.len();
        (left > 0).then_some((self.all - left, self.all))
    }

    /// Removes the remaining phrases.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }
}

/// Where a song ends, in ticks: with the bar in which the last note of its melody ends. A note that is held less than a
/// sixteenth over a bar line was released late, and adds no bar. 0 without a melody.
pub fn end(melody: &[Note], meters: &MeterMap) -> Tick {
    let bar_end_of = |note: &Note| {
        let note = in_place(note, meters);
        let bar = meters.phrase_at(note.end() - 1, 1);
        // A note that begins near the bar line belongs to the new bar, however short it is.
        let began_before = note.start < bar.start - TICKS_PER_STEP / 2;
        if began_before && note.end() - bar.start < TICKS_PER_STEP { bar.start } else { bar.end }
    };
    melody.iter().map(bar_end_of).max().unwrap_or(0)
}

/// Arranges every phrase of a song once, up to the song's end, where the notes are cut off: the end of the bar in which
/// the last note of the melody, or of a part that is kept, ends. Each phrase knows the melody from the song's start to its own end, and the parts of
/// the phrases before it. The melody is sorted. `progress` is called with the number of finished phrases and the number
/// of all phrases, first with 0.
///
/// Anything that implements [`Arrange`] will do, not only a network:
///
/// ```
/// use continuo_engine::{
///     arranging::{Arrange, ArrangedPhrase, PhraseRequest, arrange_song},
///     network::InferenceError,
///     score::WholeSong,
///     styles::Shelf,
/// };
/// use continuo_music::{meter::MeterMap, note::Note, part::{Part, PartNotes}, settings::Settings};
///
/// /// One long C in the bass.
/// struct Drone;
///
/// impl Arrange for Drone {
///     fn arrange_phrase(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
///         let mut parts = PartNotes::default();
///         let (start, length) = (request.span.start, request.span.ticks());
///         parts[Part::Bass].push(Note { start, pitch: 36, length, velocity: 80 });
///         Ok(parts.into())
///     }
/// }
///
/// # fn main() -> Result<(), InferenceError> {
/// let melody = (0..8).map(|bar| Note { start: 3840 * bar, pitch: 72, length: 3840, velocity: 90 }).collect();
/// let song = WholeSong { melody, meters: MeterMap::default(), ..WholeSong::default() };
/// let settings = Settings { phrase_bars: 4, ..Settings::default() };
/// let arrangement = arrange_song(&mut Drone, &song, &settings, &Shelf::default(), |_, _| {})?;
/// assert_eq!(arrangement.parts[Part::Bass].iter().map(|note| note.start).collect::<Vec<_>>(), [0, 4 * 3840]);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When a phrase could not be arranged.
pub fn arrange_song<A: Arrange + ?Sized>(
    arranger: &mut A,
    song: &WholeSong,
    settings: &Settings,
    shelf: &Shelf,
    mut progress: impl FnMut(usize, usize),
) -> Result<Arrangement, InferenceError> {
    let (mut queue, mut score) = SongQueue::new(song, settings.phrase_bars);
    let all = queue.waiting.len();
    let own = PartMap::from_fn(|part| song.own[part].is_some());
    let settings = &Settings { shape: Shape { own, ..settings.shape }, ..*settings };
    let own_styles = shelf.fingerprint(settings);
    let in_song = SongKnowledge::of(&score, settings);
    let (key, swing) = (in_song.keys.song(), in_song.swings.song());
    let mut arrangement = Arrangement { key, swing, ..Arrangement::default() };
    while let Some(span) = queue.pop() {
        progress(arrangement.phrases.len(), all);
        let began = Instant::now();
        let knowledge = in_song.phrase(&score, &span);
        let recall = knowledge.recall(&score, &span, &settings.shape, own_styles);
        let given = knowledge.own.given(PartMap::default(), &span);
        let request = PhraseRequest { recall: recall.as_ref(), ..knowledge.request(span, &given, settings, shelf) };
        let phrase = arranger.arrange_phrase(&request)?;
        arrangement.phrases.push((span, began.elapsed()));
        arrangement.form.push(&knowledge.straight_melody(&span), score.heard(), &score.meters, &span);
        for part in Part::ALL {
            arrangement.parts[part].extend_from_slice(&phrase.parts[part]);
        }
        score.insert(Phrase {
            span,
            recipe: Some(Recipe {
                own_styles,
                recalled: recall.map(|recall| recall.recalled),
                ..knowledge.recipe(Recipe::new("", settings, 0, knowledge.fingerprint), &span)
            }),
            take: 0,
            judged: phrase.judged,
            programs: phrase.programs,
            parts: phrase.parts,
        });
    }
    if let Some(end) = score.end() {
        arrangement.end = end;
        for part in Part::ALL {
            cut_at(&mut arrangement.parts[part], end);
        }
    }
    // Note for note, also those that the phrases cut.
    for (part, notes) in song.own.iter() {
        if let Some(notes) = notes {
            arrangement.parts[part].clone_from(notes);
        }
    }
    arrangement.chords = chords_of(&arrangement.parts, &score.meters, &in_song.keys);
    progress(all, all);
    Ok(arrangement)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arranging::request::{ArrangedPhrase, PhraseRequest};
    use continuo_music::meter::Meter;

    fn whole(melody: &[Note], meters: &MeterMap) -> WholeSong {
        WholeSong { melody: melody.to_vec(), meters: meters.clone(), ..WholeSong::default() }
    }

    /// Doubles the melody in the bass and records the requests: start, end, and number of bass notes before.
    #[derive(Default)]
    struct Doubling {
        requests: Vec<(Tick, Tick, usize)>,
    }

    impl Arrange for Doubling {
        fn arrange_phrase(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
            assert_eq!(request.heard, [0..request.span.end]);
            self.requests.push((request.span.start, request.span.end, request.before[Part::Bass].len()));
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
        let mut doubling = Doubling::default();
        let settings = Settings { phrase_bars: 2, ..Settings::default() };
        let mut progress = Vec::new();
        let song = arrange_song(&mut doubling, &whole(&melody, &meters), &settings, &Shelf::default(), |done, all| {
            progress.push((done, all));
        })
        .unwrap();
        assert_eq!(
            doubling.requests,
            [(0, 7680, 0), (7680, 11520, 3), (11520, 11520 + 5760, 4), (11520 + 5760, 11520 + 11520, 6)]
        );
        assert_eq!(progress, [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]);
        assert_eq!(song.parts[Part::Bass], melody);
        assert_eq!(song.phrases.len(), 4);
    }

    /// Plays a long note in every part in each bar of a phrase.
    struct Filling;

    impl Arrange for Filling {
        fn arrange_phrase(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
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
            arrange_song(&mut Filling, &whole(&melody, &MeterMap::default()), &settings, &Shelf::default(), |_, _| {})
                .unwrap();
        assert_eq!(song.phrases.len(), 2);
        for part in Part::ALL {
            let starts: Vec<_> = song.parts[part].iter().map(|note| note.start / 3840).collect();
            assert_eq!(starts, [0, 1, 2, 3, 4]);
            assert_eq!(song.parts[part].iter().map(Note::end).max(), Some(5 * 3840), "the ring-out is cut, too");
        }
    }

    #[test]
    fn a_late_release_adds_neither_a_bar_nor_a_phrase() {
        let meters = MeterMap::default();
        let note = |start, length| Note { start, pitch: 72, length, velocity: 80 };
        assert_eq!(end(&[note(0, 3840)], &meters), 3840);
        assert_eq!(end(&[note(0, 3840 + 239)], &meters), 3840);
        assert_eq!(end(&[note(0, 3840 + 240)], &meters), 7680, "a whole sixteenth is intended");
        assert_eq!(end(&[note(0, 960), note(3840, 100)], &meters), 7680, "a short note on the bar line counts");
        assert_eq!(end(&[note(0, 960), note(3800, 200)], &meters), 7680, "so does one that is played a little early");
        assert_eq!(
            end(&[note(0, 9000), note(960, 480)], &meters),
            11520,
            "the last to end need not be the last to begin"
        );
        let settings = Settings { phrase_bars: 1, ..Settings::default() };
        let late = [note(0, 3841)];
        let song = arrange_song(&mut Filling, &whole(&late, &meters), &settings, &Shelf::default(), |_, _| {}).unwrap();
        assert_eq!(song.phrases.len(), 1);
    }

    #[test]
    fn no_melody_gives_no_phrases() {
        assert_eq!(end(&[], &MeterMap::default()), 0);
        assert_eq!(SongQueue::new(&whole(&[], &MeterMap::default()), 4).0.progress(), None);
    }
}
