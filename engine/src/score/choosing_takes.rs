//! Which take of a phrase plays: adding, choosing and marking takes in the score.

use super::{
    phrase::Phrase,
    recipe::Recipe,
    score::Score,
    takes::{Drawn, MAX_TAKES, MAX_TAKES_PER_PHRASE, Take, TakeChange, Takes},
};
use crate::network::conductor::Judged;
use continuo_music::{meter::PhraseSpan, time::Tick};
use std::sync::Arc;

impl Score {
    /// Looks for the take with this index among those from which the conductor chose the one that plays at `start`.
    pub fn drawn(&self, start: Tick, index: u8) -> Drawn {
        let playing = self.phrase_at(start).filter(|phrase| phrase.span.start == start && phrase.recipe.is_some());
        let Some((phrase, judged)) = playing.and_then(|phrase| Some((phrase, phrase.judged.as_ref()?))) else {
            return Drawn::Unavailable;
        };
        if usize::from(index) >= judged.scores.len() || judged.chosen == index {
            return Drawn::Unavailable;
        }
        let wanted = Judged { chosen: index, ..judged.clone() };
        let kept = self.takes.get(&start).into_iter().flat_map(|takes| &takes.list).find(|take| {
            let other = &take.phrase;
            (other.span, other.take, other.judged.as_ref()) == (phrase.span, phrase.take, Some(&wanted))
        });
        kept.map_or(Drawn::Discarded, |take| Drawn::Kept(take.id))
    }

    /// The takes of the phrase that begins at `start`.
    pub fn takes(&self, start: Tick) -> Option<&Takes> {
        self.takes.get(&start)
    }

    /// All takes, by the first tick of their phrase.
    pub fn all_takes(&self) -> impl Iterator<Item = (Tick, &Takes)> {
        self.takes.iter().map(|(&start, takes)| (start, takes))
    }

    /// Inserts a phrase as another take. With `keep`, the take that played stays; otherwise it is replaced, unless it
    /// is a favourite. Returns whether another phrase was cut, and the change of take, if there was a choice.
    pub fn insert_take(&mut self, phrase: Phrase, keep: bool) -> (bool, Option<TakeChange>) {
        let span = phrase.span;
        let start = span.start;
        let (takes, others) = match self.takes.remove(&start) {
            Some(takes) if takes.span() == Some(span) => (Some(takes), None),
            others => (None, others),
        };
        self.set_apart(others);
        let mut takes = takes.unwrap_or_else(|| Takes { list: self.restore_set_apart(&span), chosen: usize::MAX });
        if takes.current().is_none()
            && keep
            && let Some(old) = self.phrase(&span).filter(|old| old.recipe.is_some()).cloned()
        {
            takes.chosen = takes.list.len();
            takes.list.push(Take { id: self.next_take_number(), favourite: false, phrase: Arc::new(old) });
        }
        if takes.list.is_empty() {
            // A single take gets no number: numbers must not depend on how often a prediction was made.
            return (self.insert_alone(phrase), None);
        }
        let from = takes.current().map(|take| take.id);
        if !keep && takes.current().is_some_and(|take| !take.favourite) {
            takes.list.remove(takes.chosen);
        }
        let id = self.next_take_number();
        takes.list.push(Take { id, favourite: false, phrase: Arc::new(phrase.clone()) });
        takes.chosen = takes.list.len() - 1;
        while takes.list.len() > MAX_TAKES_PER_PHRASE {
            let Some(oldest) = takes.list.iter().position(|take| !take.favourite && take.id != id) else { break };
            takes.list.remove(oldest);
            takes.chosen -= 1;
        }
        let cut = self.insert_alone(phrase);
        // A single take is not listed: it is the phrase itself.
        if takes.list.len() > 1 || takes.list.iter().any(|take| take.favourite) {
            self.takes.insert(start, takes);
        }
        self.limit_takes();
        (cut, from.map(|from| TakeChange { start, from, to: id }))
    }

    /// Inserts a phrase, and removes the takes of the phrases that it cuts; marked ones are set apart.
    fn insert_alone(&mut self, phrase: Phrase) -> bool {
        let span = phrase.span;
        let cut = self.insert(phrase);
        if cut {
            let apart = |other: PhraseSpan| other.end <= span.start || other.start >= span.end;
            let gone: Vec<Takes> =
                self.takes.extract_if(.., |_, other| !other.span().is_none_or(apart)).map(|(_, takes)| takes).collect();
            self.set_apart(gone);
        }
        cut
    }

    /// Keeps the marked ones among takes whose phrase has another length now.
    fn set_apart(&mut self, takes: impl IntoIterator<Item = Takes>) {
        self.apart.extend(takes.into_iter().flat_map(|takes| takes.list).filter(|take| take.favourite));
    }

    /// Removes and returns the marked takes of a phrase that has its length again, oldest first.
    fn restore_set_apart(&mut self, span: &PhraseSpan) -> Vec<Take> {
        let mut back: Vec<Take> = self.apart.extract_if(.., |take| take.phrase.span == *span).collect();
        back.sort_unstable_by_key(|take| take.id);
        back
    }

    /// Chooses another take of the phrase that begins at `start`. It adopts the recipe of the take before it, so that
    /// it stays until the player or the melody asks for something else.
    pub fn choose_take(&mut self, start: Tick, id: u32) -> Option<(Phrase, TakeChange)> {
        let takes = self.takes.get_mut(&start)?;
        let index = takes.list.iter().position(|take| take.id == id)?;
        let before = takes.current()?;
        let (from, wanted) = (before.id, before.phrase.recipe.clone());
        let mut phrase = Phrase::clone(&takes.list[index].phrase);
        if let (Some(recipe), Some(wanted)) = (&mut phrase.recipe, wanted) {
            let (second_cuts, uncut) = (std::mem::take(&mut recipe.second_cuts), recipe.uncut.take());
            let recalled = recipe.recalled;
            *recipe = Recipe { take: phrase.take, recalled, independent: true, second_cuts, uncut, ..wanted };
        }
        takes.list[index].phrase = Arc::new(phrase.clone());
        takes.chosen = index;
        self.insert(phrase.clone());
        Some((phrase, TakeChange { start, from, to: id }))
    }

    /// Marks or unmarks a take; `None` for the one that plays. Returns the take's number and whether it was marked
    /// before.
    pub fn mark_take(&mut self, start: Tick, id: Option<u32>, favourite: bool) -> Option<(u32, bool)> {
        if !self.takes.contains_key(&start) {
            let phrase = self.phrase_at(start).filter(|phrase| phrase.span.start == start)?.clone();
            let only = Take { id: self.next_take_number(), favourite: false, phrase: Arc::new(phrase) };
            self.takes.insert(start, Takes { list: vec![only], chosen: 0 });
        }
        let takes = self.takes.get_mut(&start)?;
        let id = id.or_else(|| takes.current().map(|take| take.id))?;
        let take = takes.list.iter_mut().find(|take| take.id == id)?;
        Some((id, std::mem::replace(&mut take.favourite, favourite)))
    }

    /// The first number after those that takes of this phrase were drawn with; `None` without a take.
    pub fn unused_take(&self, span: &PhraseSpan) -> Option<u32> {
        let kept = self.takes.get(&span.start).filter(|takes| takes.span() == Some(*span));
        let kept = kept.into_iter().flat_map(|takes| &takes.list).map(|take| &*take.phrase);
        let newest = kept.chain(self.phrase(span)).max_by_key(|phrase| phrase.take)?;
        // As many as the conductor chose from.
        let drawn = newest.recipe.as_ref().map_or(1, |recipe| recipe.shape.takes);
        Some(newest.take.wrapping_add(u32::from(drawn)))
    }

    fn next_take_number(&mut self) -> u32 {
        self.last_take += 1;
        self.last_take
    }

    /// Drops the oldest takes that are not marked and do not play.
    fn limit_takes(&mut self) {
        let mut count: usize = self.takes.values().map(|takes| takes.list.len()).sum();
        while count > MAX_TAKES {
            let spare = self.takes.iter().flat_map(|(&start, takes)| {
                let others = takes.list.iter().enumerate().filter(|(index, _)| *index != takes.chosen);
                others.filter(|(_, take)| !take.favourite).map(move |(_, take)| (take.id, start))
            });
            let Some((id, start)) = spare.min() else { return };
            if let Some(takes) = self.takes.get_mut(&start) {
                let index = takes.list.iter().position(|take| take.id == id).unwrap_or_default();
                takes.list.remove(index);
                takes.chosen -= usize::from(index < takes.chosen);
            }
            count -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::recipe::Recipe;
    use continuo_music::{meter::Meter, note::Note, part::Part, settings::Settings};

    fn phrase(take: u32) -> Phrase {
        let mut parts = continuo_music::part::PartNotes::default();
        parts[Part::Bass].push(Note { start: 0, pitch: 30 + take as u8, length: 960, velocity: 80 });
        Phrase {
            span: PhraseSpan { start: 0, end: 3840, meter: Meter::COMMON },
            recipe: Some(Recipe::new("model 1", &Settings::default(), take, 7)),
            take,
            judged: None,
            programs: [0; 4],
            parts,
        }
    }

    #[test]
    fn takes_are_kept_stepped_through_and_saved() {
        let mut score = Score::default();
        score.insert_take(phrase(0), true);
        assert!(score.takes(0).is_none(), "a single take is not listed");
        let (_, change) = score.insert_take(phrase(1), true);
        score.insert_take(phrase(2), true);
        assert_eq!(score.takes(0).unwrap().list().len(), 3);
        assert_eq!(score.takes(0).unwrap().chosen(), 2);
        let first = change.unwrap().from;
        let (back, _) = score.choose_take(0, first).unwrap();
        assert_eq!(back.parts, phrase(0).parts);
        assert_eq!(score.phrase_at(0).unwrap().parts, phrase(0).parts);
        assert_eq!(score.mark_take(0, None, true), Some((first, false)));
        let saved = Score::from_json(&score.to_json()).unwrap();
        assert_eq!(saved, score);
        assert_eq!(score.unused_take(&phrase(0).span), Some(3));
    }

    #[test]
    fn a_chosen_take_adopts_the_current_recipe() {
        let mut score = Score::default();
        score.insert_take(phrase(0), true);
        let mut jazz = phrase(1);
        jazz.recipe.as_mut().unwrap().shape.genre = 3;
        let (_, change) = score.insert_take(jazz, true);
        let (back, _) = score.choose_take(0, change.unwrap().from).unwrap();
        let recipe = back.recipe.unwrap();
        assert_eq!((recipe.shape.genre, recipe.take), (3, 0));
    }

    #[test]
    fn a_replaced_phrase_is_not_kept_unless_it_was_marked() {
        let mut score = Score::default();
        score.insert_take(phrase(0), false);
        score.insert_take(phrase(1), false);
        assert!(score.takes(0).is_none());
        score.mark_take(0, None, true);
        score.insert_take(phrase(2), false);
        assert_eq!(score.takes(0).unwrap().list().len(), 2);
    }

    #[test]
    fn old_takes_make_room_and_marked_ones_stay() {
        let mut score = Score::default();
        score.insert_take(phrase(0), true);
        score.mark_take(0, None, true);
        for take in 1..40 {
            score.insert_take(phrase(take), true);
        }
        let takes = score.takes(0).unwrap();
        assert_eq!(takes.list().len(), MAX_TAKES_PER_PHRASE);
        assert_eq!(takes.list()[0].phrase.take, 0);
        assert_eq!(takes.current().unwrap().phrase.take, 39);
    }

    #[test]
    fn a_phrase_in_another_meter_with_bars_as_long_has_takes_of_its_own() {
        let mut score = Score::default();
        let in_meter = |take, meter| {
            let mut phrase = phrase(take);
            phrase.span = PhraseSpan { start: 0, end: 2880, meter };
            phrase
        };
        let (three_four, six_eight) = (Meter::new(3, 4).unwrap(), Meter::new(6, 8).unwrap());
        score.insert_take(in_meter(0, three_four), true);
        score.insert_take(in_meter(1, six_eight), true);
        assert!(score.takes(0).is_none());
        score.insert_take(in_meter(2, six_eight), true);
        assert_eq!(score.takes(0).unwrap().list().len(), 2);
        assert_eq!(Score::from_json(&score.to_json()).unwrap(), score);
    }

    #[test]
    fn a_project_with_takes_in_two_meters_loads_with_those_in_the_meter_that_plays() {
        let mut score = Score::default();
        for take in 0..3 {
            score.insert_take(phrase(take), true);
        }
        let mut saved: serde_json::Value = serde_json::from_str(&score.to_json()).unwrap();
        saved["takes"][0]["list"][0]["phrase"]["span"]["meter"] = serde_json::json!({"numerator": 8, "denominator": 8});
        let takes = Score::from_json(&saved.to_string()).unwrap();
        let takes = takes.takes(0).unwrap();
        assert_eq!(takes.list().iter().map(|take| take.phrase.take).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(takes.current().unwrap().phrase.take, 2);
    }

    #[test]
    fn marked_takes_come_back_with_the_length_of_their_phrase() {
        let mut score = Score::default();
        score.insert_take(phrase(0), true);
        score.insert_take(phrase(1), true);
        let (favourite, _) = score.mark_take(0, None, true).unwrap();
        let mut longer = phrase(7);
        longer.span.end = 7680;
        score.insert_take(longer, false);
        assert!(score.takes(0).is_none());
        assert_eq!(Score::from_json(&score.to_json()).unwrap(), score);
        score.insert_take(phrase(8), false);
        let back = score.takes(0).unwrap();
        assert_eq!(
            back.list().iter().map(|take| (take.phrase.take, take.favourite)).collect::<Vec<_>>(),
            [(1, true), (8, false)]
        );
        assert_eq!((back.list()[0].id, back.chosen()), (favourite, 1));
        assert_eq!(Score::from_json(&score.to_json()).unwrap(), score);
        // Shorter phrases cut it too, and neither of them takes it back.
        for start in [0, 1920] {
            let mut shorter = phrase(9);
            shorter.span = PhraseSpan { start, end: start + 1920, meter: Meter::COMMON };
            shorter.parts[Part::Bass].clear();
            score.insert_take(shorter, false);
        }
        assert!(score.all_takes().next().is_none());
        score.insert_take(phrase(10), true);
        assert_eq!(score.takes(0).unwrap().list()[0].id, favourite);
    }

    #[test]
    fn a_phrase_of_another_length_drops_the_takes_it_cuts() {
        let mut score = Score::default();
        score.insert_take(phrase(0), true);
        score.insert_take(phrase(1), true);
        let mut longer = phrase(0);
        longer.span.end = 7680;
        score.insert_take(longer, true);
        assert!(score.takes(0).is_none());
    }
}
