//! Makes Lead's notes, beat by beat.
//!
//! The notes of a beat are made a beat before it, from what was played by then: that is Lead's cut. Those of a phrase's first
//! beat wait for the phrase, whose chords they follow, and still know no more of the melody than at their cut.

use super::planner::Planner;
use crate::{
    lead::{Known, LeadRequest, Played, lead_program},
    realtime::queues::{Delivery, LeadNote, PlayableLead},
    score::{chords::chords_of_phrase, hand_chords::laid_over, score::Score},
};
use continuo_music::{
    chord::ChordSpan,
    key::KeyMap,
    melody::heard_until,
    meter::PhraseSpan,
    note::Note,
    settings::Mode,
    swing::Feel,
    time::{LEAD, Tick},
};
use std::ops::Range;

/// Chords of so many bars around a beat are known.
const CHORD_BARS: Tick = 8;

impl Planner {
    /// Makes the beats whose cut lies from the playhead up to `to`, inside the phrase that ends or is left at `boundary`.
    pub(super) fn make_lead(&mut self, to: Tick, boundary: Tick) {
        let Some(from) = self.pass.as_ref().map(|pass| pass.at).filter(|_| self.settings.lead.plays()) else { return };
        let mut at = from;
        while at < boundary {
            let (beat, next) = self.shared.score.read(|score| {
                let beat = score.meters.beat_at(at);
                let next = score.meters.beat_at(beat.end);
                (beat, next)
            });
            let cut = next.start - (next.end - next.start);
            if next.start >= boundary || cut >= to {
                break;
            }
            if cut >= from {
                self.make_lead_beat(&next, cut, 0);
            }
            at = beat.end;
        }
        self.hush_lead();
    }

    /// Makes the first beat of the phrase that is entered at `entry` when the playhead reaches `boundary`.
    pub(super) fn make_lead_entry(&mut self, entry: Tick, boundary: Tick) {
        if !self.settings.lead.plays() {
            return;
        }
        let beat = self.shared.score.read(|score| score.meters.beat_at(entry));
        // What is played in a loop comes before what it plays next; what is known of a song keeps its place.
        let shift = if self.settings.mode == Mode::Arrange { 0 } else { entry - boundary };
        self.make_lead_beat(&beat, boundary - (beat.end - beat.start), shift);
        self.lead.entry = Some(beat);
        self.hush_lead();
    }

    /// Makes what plays from a place on where the transport begins or stands there.
    pub(super) fn make_lead_here(&mut self, tick: Tick) {
        if !self.settings.lead.plays() {
            return;
        }
        let (beat, next) = self.shared.score.read(|score| {
            let beat = score.meters.beat_at(tick);
            let next = score.meters.beat_at(beat.end);
            (beat, next)
        });
        for (beat, heard_to) in [(beat, tick), (next, tick)] {
            let cut = beat.start - (beat.end - beat.start);
            // What plays already stays.
            let is_made = self.pass.is_some() && self.lead.here.contains(&beat);
            if cut < heard_to && !is_made {
                self.make_lead_beat(&beat, cut, 0);
            }
        }
    }

    /// Begins to make Lead in a whole song, once its phrases are made.
    pub(super) fn lead_through(&mut self, spans: impl IntoIterator<Item = PhraseSpan>) {
        let spans = spans.into_iter().filter(|_| self.settings.lead.plays());
        self.lead.song = spans.collect();
    }

    /// Makes Lead in the next phrase of a whole song. Returns whether there was one.
    pub(super) fn lead_on(&mut self) -> bool {
        let Some(span) = self.lead.song.pop_front().filter(|_| self.settings.lead.plays()) else { return false };
        let mut at = span.start;
        while at < span.end {
            let beat = self.shared.score.read(|score| score.meters.beat_at(at));
            self.make_lead_beat(&beat, beat.start - (beat.end - beat.start), 0);
            at = beat.end;
        }
        true
    }

    /// Makes the notes that begin in a beat from what was heard up to a place, keeps them in the score and sends them. What
    /// was heard is moved by `shift` to where the beat sees it.
    fn make_lead_beat(&mut self, span: &Range<Tick>, heard_to: Tick, shift: Tick) {
        if self.write_lead_beat(span, heard_to, shift) {
            self.send_lead(span.clone());
        }
    }

    /// Makes the notes that begin in a beat and keeps them in the score. Returns whether the audio thread has others.
    pub(super) fn write_lead_beat(&mut self, span: &Range<Tick>, heard_to: Tick, shift: Tick) -> bool {
        let locked = self.settings.lead.play.lock;
        if locked && self.shared.score.read(|score| score.lead().has(span)) {
            return false;
        }
        let Some(played) = self.improvise(span, heard_to, shift) else { return false };
        let program = self.lead_program();
        let written = self.shared.score.edit(|score| {
            // A score that was loaded meanwhile does not get these notes, which were made for another.
            let is_same = self.shared.score.replacements() == self.seen_replacements;
            score.lead_mut().set_program(program);
            is_same && score.lead_mut().write(span, &played.notes)
        });
        let is_other = self.lead.hushed_from(span.start) != played.hushed_from;
        self.lead.remember(span, played.hushed_from);
        written || (is_other && !played.notes.is_empty())
    }

    /// What Lead plays in a beat; `None` if nobody can tell.
    fn improvise(&mut self, span: &Range<Tick>, heard_to: Tick, shift: Tick) -> Option<Played> {
        let (mut melody, mut heard) = self.melody_at(heard_to);
        let cut = span.start - (span.end - span.start);
        if shift != 0 {
            melody.retain(|note| note.start < heard_to);
            for note in &mut melody {
                note.start += shift;
            }
            let before = heard_until(&heard, heard_to).into_iter();
            heard = before.map(|range| range.start + shift..range.end + shift).collect();
        }
        let ahead = heard.iter().find(|range| range.contains(&span.start)).map(|range| range.end);
        let until = match self.settings.mode {
            // The song is known from an earlier pass.
            Mode::Arrange => ahead.filter(|&end| end >= span.end).unwrap_or(cut),
            Mode::Live | Mode::Answer => cut,
        };
        let until = until.max(cut);
        melody.retain(|note| note.start < until);
        if until == cut {
            // An earlier pass may have heard how long the notes last that sound now.
            for note in &mut melody {
                note.length = note.length.min(cut - note.start);
            }
        }
        let heard = heard_until(&heard, until);
        let chosen = self.settings.shape.key;
        let genre = self.lead.genre_of(self.settings.shape.genre).map(str::to_owned);
        let (shape, settings) = (self.settings.shape, self.settings.lead);
        let meters = self.shared.score.read(|score| score.meters.clone());
        let keys = self.lead.keys.of(chosen, &melody, &heard, &meters);
        let key = keys.mostly(span).or_else(|| keys.song())?;
        let chords = self.shared.score.read(|score| chords_around(score, &keys, span, until > cut));
        let meter = meters.at(span.start).meter;
        let phrase = PhraseSpan { start: span.start, end: span.end, meter };
        let feel = Feel::of(shape.swing, self.lead.swing.of(&melody, &heard, &meters).at(&phrase), meter);
        let (own, take, song_end): (Vec<Note>, u32, Option<Tick>) = self.shared.score.read(|score| {
            // What is played live may go on behind the end of a song that was arranged before.
            let end = score.song_end().filter(|_| self.settings.mode == Mode::Arrange);
            (score.lead().notes().to_vec(), score.lead().takes().at(span.start), end)
        });
        let song_end = song_end.filter(|&end| melody.last().is_none_or(|last| last.start < end));
        let request = LeadRequest {
            settings: &settings,
            meters: &meters,
            span: span.clone(),
            known: Known { melody: &melody, cut, until },
            own: &own,
            key,
            chords: &chords,
            feel,
            genre: genre.as_deref(),
            temperature: shape.temperature,
            seed: shape.seed,
            take,
            song_end,
        };
        self.model.improvise(&request)
    }

    /// Silences Lead in the score where the player struck a key: the audio thread has done so already.
    fn hush_lead(&mut self) {
        let Some(last) = self.lead.strokes.iter().copied().max() else { return };
        let (strokes, desk) = (std::mem::take(&mut self.lead.strokes), &self.lead);
        self.shared.score.edit(|score| {
            for &stroke in &strokes {
                score.lead_mut().hush(stroke, |start| desk.hushed_from(start) <= stroke);
            }
        });
        // Later beats may be made for which they count, too.
        self.lead.strokes = strokes.into_iter().filter(|&stroke| stroke > last - 16 * LEAD).collect();
    }

    /// The program of the chosen genre.
    fn lead_program(&mut self) -> u8 {
        let slot = self.settings.shape.genre;
        lead_program(self.lead.genre_of(slot))
    }

    /// Sends what Lead plays; the notes that begin in `news` are new.
    pub(super) fn send_lead(&mut self, news: Range<Tick>) {
        self.lead.was_sent = true;
        let program = self.lead_program();
        let notes = self.shared.score.read(|score| {
            let notes = score.lead().notes().iter();
            notes.map(|&note| LeadNote { note, hushed_from: self.lead.hushed_from(note.start) }).collect()
        });
        self.outbox.push_back(Delivery::Lead(Box::new(PlayableLead { notes, news, program })));
    }

    /// Sends what Lead plays in another score.
    pub(super) fn send_other_lead(&mut self) {
        self.lead.made.clear();
        self.lead.strokes.clear();
        self.lead.song.clear();
        self.lead.again = None;
        self.send_lead_again();
    }

    /// Sends what Lead plays if the audio thread may have something else.
    pub(super) fn send_lead_again(&mut self) {
        if self.lead.was_sent || self.shared.score.read(|score| !score.lead().is_empty()) {
            self.send_lead(0..0);
        }
    }
}

/// The chords around a beat, in order: those that the parts keep to, and those that they play elsewhere.
///
/// Unless the song is known `ahead`, what an earlier pass played after the phrase is not what comes.
fn chords_around(score: &Score, keys: &KeyMap, span: &Range<Tick>, ahead: bool) -> Vec<ChordSpan> {
    let bar = score.meters.at(span.start).meter.bar_ticks();
    let phrase_end = || score.phrase_at(span.start).map_or(span.end, |phrase| phrase.span.end);
    let end = if ahead { span.end + bar } else { phrase_end().min(span.end + bar) };
    let stretch = span.start - CHORD_BARS * bar..end;
    let of_phrase = |phrase| chords_of_phrase(phrase, &score.meters, keys);
    let played: Vec<ChordSpan> = score.phrases_in(&stretch).flat_map(of_phrase).collect();
    laid_over(score.given_chords(), &played)
}
