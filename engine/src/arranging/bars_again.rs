//! Writes bars of a song's parts again, around the melody, the parts that stay, and what comes before.

use super::{
    request::{Arrange, PhraseRequest},
    song_knowledge::SongKnowledge,
    whole_song::SongQueue,
};
use crate::{
    network::runtime::InferenceError,
    score::{
        edit::WholeSong,
        phrase::{Phrase, cut_notes},
    },
    styles::Shelf,
};
use continuo_music::{
    note::Note,
    part::{Part, PartMap, PartNotes},
    settings::{MOST_TAKES, Settings, Shape},
    time::Tick,
};
use std::ops::Range;

/// Which bars of which parts are written again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarsAgain {
    /// From a bar line to a bar line, in ticks.
    pub bars: Range<Tick>,
    /// The parts that are written; the others stay.
    pub parts: PartMap<bool>,
}

/// Writes bars of parts again, and returns the notes of all parts, sorted. `song.own` has the notes of each part as they
/// are; `None` for a part that the song lacks. A note of a written part that begins before the bars ends where they begin,
/// and no new note sounds beyond them. Nothing is written behind the end of melody and parts. `progress` is called with the number of finished
/// phrases and of all phrases in the bars, first with 0.
///
/// # Errors
/// When a phrase could not be arranged.
pub fn arrange_bars<A: Arrange + ?Sized>(
    arranger: &mut A,
    song: &WholeSong,
    again: &BarsAgain,
    settings: &Settings,
    shelf: &Shelf,
    mut progress: impl FnMut(usize, usize),
) -> Result<PartNotes, InferenceError> {
    let (queue, mut score) = SongQueue::new(song, settings.phrase_bars);
    let settings = &Settings { shape: Shape { own: PartMap::default(), ..settings.shape }, ..*settings };
    let in_song = SongKnowledge::of(&score, settings);
    let mut parts = PartMap::from_fn(|part| song.own[part].clone().unwrap_or_default());
    let written = |part: &Part| again.parts[*part];
    for part in Part::ALL.into_iter().filter(written) {
        parts[part].retain(|note| !again.bars.contains(&note.start));
        parts[part].iter_mut().filter(|note| note.start < again.bars.start).for_each(|note| {
            note.length = note.length.min(again.bars.start - note.start);
        });
    }
    let spans: Vec<_> = queue.spans().into_iter().filter(|span| span.start < again.bars.end).collect();
    let all = spans.iter().filter(|span| span.end > again.bars.start).count();
    let mut done = 0;
    progress(done, all);
    for span in spans {
        let stretch = span.start..span.end;
        let mut programs = [0; 4];
        if span.end > again.bars.start {
            let knowledge = in_song.phrase(&score, &span);
            let given = PartMap::from_fn(|part| (!written(&part)).then(|| cut_notes(&parts[part], &stretch)));
            // The first take that no conductor has chosen from for the whole song.
            let take = u32::from(MOST_TAKES);
            let request = PhraseRequest { take, ..knowledge.request(span, &given, settings, shelf) };
            let phrase = arranger.arrange_phrase(&request)?;
            programs = phrase.programs;
            let end = score.end().map_or(again.bars.end, |end| again.bars.end.min(end));
            let here = again.bars.start.max(span.start)..end.min(span.end);
            for part in Part::ALL.into_iter().filter(written) {
                parts[part].extend(cut_notes(&phrase.parts[part], &here));
                parts[part].sort_unstable();
            }
            done += 1;
            progress(done, all);
        }
        let parts = PartMap::from_fn(|part| cut_notes(&parts[part], &stretch));
        score.insert(Phrase { span, recipe: None, take: 0, judged: None, programs, parts });
    }
    Ok(parts)
}

/// Whether the melody or one of the parts has a note that sounds in a stretch.
pub fn sounds_in(song: &WholeSong, stretch: &Range<Tick>) -> bool {
    let parts = song.own.iter().filter_map(|(_, notes)| notes.as_ref()).flatten();
    let sounds = |note: &Note| note.start < stretch.end && note.end() > stretch.start;
    song.melody.iter().chain(parts).any(sounds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arranging::request::ArrangedPhrase;
    use continuo_music::meter::MeterMap;

    const BAR: Tick = 3840;

    fn note(start: Tick, pitch: u8, length: Tick) -> Note {
        Note { start, pitch, length, velocity: 80 }
    }

    /// Two long notes in every part in each bar; records what was given and what came before.
    #[derive(Default)]
    struct Recording {
        seen: Vec<(Tick, Vec<bool>, Option<Tick>)>,
    }

    impl Arrange for Recording {
        fn arrange_phrase(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
            let given = Part::ALL.map(|part| request.given[part].is_some()).to_vec();
            let before = request.before[Part::Bass].last().map(|note| note.start);
            self.seen.push((request.span.start, given, before));
            let bars = (request.span.start..request.span.end).step_by(BAR as usize);
            let notes: Vec<Note> = bars.flat_map(|bar| [note(bar, 50, 1000), note(bar + 1920, 52, 3000)]).collect();
            Ok(PartMap::from_fn(|_| notes.clone()).into())
        }
    }

    fn song() -> WholeSong {
        let line = |pitch: u8| (0..12).map(|bar| note(bar * BAR, pitch, 4000)).collect::<Vec<_>>();
        let mut own = PartMap::default();
        own[Part::Bass] = Some(line(36));
        own[Part::Drums] = Some(line(38));
        WholeSong { melody: line(72), meters: MeterMap::default(), own, ..WholeSong::default() }
    }

    fn again(bars: Range<Tick>, parts: &[Part]) -> BarsAgain {
        BarsAgain { bars: bars.start * BAR..bars.end * BAR, parts: PartMap::from_fn(|part| parts.contains(&part)) }
    }

    #[test]
    fn only_the_chosen_bars_of_the_chosen_parts_are_written_around_all_else() {
        let (song, mut recording) = (song(), Recording::default());
        let settings = Settings { phrase_bars: 4, ..Settings::default() };
        let mut shown = vec![];
        let bars = again(5..9, &[Part::Bass]);
        let parts = arrange_bars(&mut recording, &song, &bars, &settings, &Shelf::default(), |done, all| {
            shown.push((done, all));
        })
        .expect("it never fails");
        assert_eq!(shown, [(0, 2), (1, 2), (2, 2)]);
        let given = vec![true, false, true, true, true];
        // The second phrase hears the bass that was just written before it.
        assert_eq!(recording.seen, [(4 * BAR, given.clone(), Some(3 * BAR)), (8 * BAR, given, Some(7 * BAR + 1920))]);
        assert_eq!(Some(&parts[Part::Drums]), song.own[Part::Drums].as_ref());
        let old = song.own[Part::Bass].as_ref().expect("a bass");
        let outside = |note: &&Note| !bars.bars.contains(&note.start);
        let ends: Vec<Tick> = parts[Part::Bass].iter().filter(outside).map(Note::end).collect();
        let expected = old.iter().filter(outside).map(|note| if note.start == 4 * BAR { 5 * BAR } else { note.end() });
        assert!(expected.eq(ends), "what sounded into the bars ends with them, the rest stays");
        let inside: Vec<&Note> = parts[Part::Bass].iter().filter(|note| bars.bars.contains(&note.start)).collect();
        assert_eq!(inside.len(), 8);
        assert!(inside.iter().all(|note| note.pitch >= 50 && note.end() <= 9 * BAR), "{inside:?}");
    }

    #[test]
    fn nothing_is_written_behind_the_songs_end() {
        let settings = Settings { phrase_bars: 4, ..Settings::default() };
        let bars = again(11..16, &[Part::Counter]);
        let mut recording = Recording::default();
        let parts = arrange_bars(&mut recording, &song(), &bars, &settings, &Shelf::default(), |_, _| {});
        let counter = parts.expect("it never fails")[Part::Counter].clone();
        // The last notes of melody and parts end a little into a thirteenth bar, which no sixteenth of them reaches.
        assert_eq!(counter.iter().map(|note| note.start / BAR).collect::<Vec<_>>(), [11, 11]);
        assert!(counter.iter().all(|note| note.end() <= 12 * BAR), "{counter:?}");
    }

    #[test]
    fn what_sounds_in_a_stretch_is_found_in_melody_and_parts() {
        let mut song = song();
        assert!(sounds_in(&song, &(11 * BAR..12 * BAR)) && !sounds_in(&song, &(13 * BAR..14 * BAR)));
        song.own[Part::Strings] = Some(vec![note(12 * BAR, 60, 2 * BAR)]);
        assert!(sounds_in(&song, &(13 * BAR..14 * BAR)));
    }
}
