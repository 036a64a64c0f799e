//! Where sections begin in a song in which none is named.

use crate::{
    form::Letters,
    melody::heard_ticks,
    meter::{MeterMap, PhraseSpan},
    note::Note,
    time::{TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// A section has at least so many bars: shorter stretches are phrases.
const FEWEST_BARS: Tick = 8;
/// The form is found in phrases of so many bars.
const PHRASE_BARS: u8 = 4;

/// Where one section of a song ends and the next begins, as far as the melody shows it: in order, without the song's
/// beginning and end. See [`Return::find`](crate::form::Return::find) for
/// the arguments.
///
/// Sections have at least eight bars. A stretch of eight bars or more that comes back as a whole is a section, and so is
/// what it repeats; the longest come first. Elsewhere a section begins with a phrase that has another letter than the one
/// before it.
pub fn form_borders(melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap) -> Vec<Tick> {
    GrowingForm::default().borders(melody, heard, meters)
}

/// Remembers the form of a melody. When the melody grows, or changes from somewhere on, only the phrases from there on are
/// compared with those before them: each time all of them would take ever longer in a song of hours.
#[derive(Debug, Default)]
pub struct GrowingForm {
    onsets: Vec<(Tick, u8)>,
    meters: MeterMap,
    letters: Letters,
    /// How many ticks of each phrase were heard.
    heard: Vec<Tick>,
}

impl GrowingForm {
    /// As [`form_borders`].
    pub fn borders(&mut self, melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap) -> Vec<Tick> {
        let spans = phrases(melody, heard, meters);
        let (Some(first), Some(last)) = (spans.first(), spans.last()) else { return Vec::new() };
        let (begins, end) = (first.start, last.end);
        let heard_of = |span: &PhraseSpan| heard_ticks(heard, &(span.start..span.end));
        // A letter depends on the melody up to its phrase's end, and on how much of the phrase was heard.
        let same = if self.meters == *meters { self.same_until(melody) } else { Tick::MIN };
        let known =
            self.letters.all().iter().zip(&self.heard).zip(&spans).take_while(|(((phrase, _), ticks), span)| {
                phrase == *span && span.end <= same && **ticks == heard_of(span)
            });
        let known = known.count();
        self.letters.truncate(known);
        self.heard.truncate(known);
        for span in &spans[known..] {
            self.letters.push(melody, heard, meters, span);
            self.heard.push(heard_of(span));
        }
        self.onsets = melody.iter().map(|note| (note.start, note.pitch)).collect();
        self.meters.clone_from(meters);
        borders(&self.letters, &spans, (begins, end), meters)
    }

    /// The melody is the one of last time up to here.
    fn same_until(&self, melody: &[Note]) -> Tick {
        let mut pairs = self.onsets.iter().zip(melody);
        if let Some((&(start, _), note)) = pairs.find(|(onset, note)| **onset != (note.start, note.pitch)) {
            return start.min(note.start);
        }
        let shorter = self.onsets.len().min(melody.len());
        let next = self.onsets.get(shorter).map(|onset| onset.0).or_else(|| Some(melody.get(shorter)?.start));
        next.unwrap_or(Tick::MAX)
    }
}

/// Phrases follow each other from the first full bar on, and anew from each change of the meter.
fn phrases(melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap) -> Vec<PhraseSpan> {
    let (Some(first), Some(last)) = (melody.first(), melody.last()) else { return Vec::new() };
    let phrase_from = |start: Tick| {
        let meter = meters.at(start).meter;
        let end = start + Tick::from(PHRASE_BARS) * meter.bar_ticks();
        let change = meters.changes().iter().map(|change| change.tick).find(|&change| change > start);
        PhraseSpan { start, end: change.map_or(end, |change| change.min(end)), meter }
    };
    let begins = first_full_bar(first.start, meters);
    let spans = std::iter::successors(Some(phrase_from(begins)), |span: &PhraseSpan| Some(phrase_from(span.end)));
    let is_heard = |span: &PhraseSpan| span.start <= last.start || heard_ticks(heard, &(span.start..span.end)) > 0;
    spans.take_while(is_heard).collect()
}

/// The borders that letters show.
fn borders(letters: &Letters, spans: &[PhraseSpan], (begins, end): (Tick, Tick), meters: &MeterMap) -> Vec<Tick> {
    let letters: Vec<Option<usize>> = letters.all().iter().map(|(_, letter)| Some((*letter)?.index)).collect();
    let mut borders = Borders { meters, known: vec![begins, end] };
    let start = |phrase: usize| spans.get(phrase).map_or(end, |span| span.start);
    for Repeated { phrases, lag } in repeated_stretches(&letters) {
        (phrases.start - lag..=phrases.end)
            .step_by(lag)
            .chain([phrases.end])
            .for_each(|phrase| borders.add(start(phrase)));
    }
    let changes = (1..letters.len()).filter(|&phrase| letters[phrase] != letters[phrase - 1]);
    changes.for_each(|phrase| borders.add(start(phrase)));
    borders.known.retain(|border| *border > begins && *border < end);
    borders.known
}

/// The first full bar of a melody that begins at a tick, where a phrase of four bars on the meter's grid or, after a pickup,
/// the bar after it begins: a melody begins with a pickup if it begins in the second half of such a phrase's first bar.
fn first_full_bar(first: Tick, meters: &MeterMap) -> Tick {
    let (phrase, bar) = (meters.phrase_at(first, PHRASE_BARS), meters.phrase_at(first + TICKS_PER_STEP / 2, 1));
    let in_bar = first + TICKS_PER_STEP / 2 - bar.start;
    if bar.start == phrase.start && 2 * in_bar >= bar.ticks() { bar.end } else { phrase.start }
}

/// Phrases in a row with the letters of those as many phrases before them.
struct Repeated {
    phrases: Range<usize>,
    lag: usize,
}

/// The stretches of two phrases or more that come back as a whole, the longest first. One letter alone is no stretch,
/// however often it comes.
fn repeated_stretches(letters: &[Option<usize>]) -> Vec<Repeated> {
    let mut all: Vec<Repeated> = Vec::new();
    for lag in 2..letters.len() {
        let mut first = lag;
        while first < letters.len() {
            let is_repeated = |phrase: &usize| letters[*phrase].is_some() && letters[*phrase] == letters[*phrase - lag];
            let length = (first..letters.len()).take_while(is_repeated).count();
            let phrases = first..first + length;
            if length >= 2 && letters[phrases.clone()].iter().any(|letter| *letter != letters[first]) {
                all.push(Repeated { phrases, lag });
            }
            first += length + 1;
        }
    }
    all.sort_by_key(|repeated| std::cmp::Reverse(repeated.phrases.len()));
    all
}

struct Borders<'a> {
    meters: &'a MeterMap,
    /// In order.
    known: Vec<Tick>,
}

impl Borders<'_> {
    /// Adds a border unless it would make a section too short.
    fn add(&mut self, border: Tick) {
        let shortest = FEWEST_BARS * self.meters.at(border).meter.bar_ticks();
        let at = self.known.partition_point(|known| *known < border);
        let (before, after) = (at.checked_sub(1).map(|index| self.known[index]), self.known.get(at));
        let is_free = before.is_some_and(|before| border - before >= shortest)
            && after.is_some_and(|after| after - border >= shortest);
        if is_free {
            self.known.insert(at, border);
        }
    }
}
