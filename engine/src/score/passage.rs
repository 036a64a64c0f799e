//! A passage of the score as it was before or after an edit of chords or of the melody: what undoing and redoing bring back.

use super::{
    hand_chords::HandChord,
    melody_edit::{MelodyChange, SavedMelodyChange},
    phrase::Phrase,
    recipe::Recipe,
    saved::{SavedHandChord, SavedPhrase, SavedTake, ScoreError, hand_chords},
    score::Score,
    takes::{Take, Takes},
};
use continuo_music::{
    melody::{fingerprint, heard_until},
    meter::PhraseSpan,
    time::Tick,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The chords that were set by hand, how the melody changes, and the phrases that were made for both.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passage {
    pub(super) hand_chords: Vec<HandChord>,
    pub(super) phrases: Vec<PassagePhrase>,
    /// The phrases that follow on one side of the edit only, by their first tick, and whether they are independent on
    /// this side.
    pub(super) independent: Vec<(Tick, bool)>,
    /// How the melody changes towards this side of the edit.
    pub(super) melody: Option<MelodyChange>,
    /// Where only the other side of the edit has a phrase.
    pub(super) absent: Vec<PhraseSpan>,
}

/// A phrase that the edit made again.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PassagePhrase {
    /// The phrase that plays.
    pub phrase: Phrase,
    /// The number of the take that plays, if the phrase has several or a marked one.
    pub chosen: Option<u32>,
    /// The takes that only this side of the edit has.
    pub here: Vec<Take>,
    /// The numbers of the takes that only the other side has.
    pub elsewhere: Vec<u32>,
    /// The fingerprint of the melody in the phrase on this side, if the edit changed it.
    pub melody: Option<u64>,
}

/// A phrase with its takes, to be compared after an edit.
pub(crate) struct PhraseState {
    phrase: Phrase,
    takes: Option<Takes>,
    /// The fingerprint of the melody in it.
    melody: u64,
}

/// What was there before an edit, of all that it changes.
#[derive(Default)]
pub(crate) struct Before {
    /// The chords that were set by hand.
    pub chords: Vec<HandChord>,
    /// How the melody changed.
    pub melody: Option<MelodyChange>,
    /// The phrases that are made again.
    pub phrases: Vec<PhraseState>,
    /// Where there was no phrase, and one is made.
    pub missing: Vec<PhraseSpan>,
}

/// What bringing back a passage did.
#[derive(Default)]
pub(crate) struct BroughtBack {
    /// The phrases that are as they were then, to be played.
    pub back: Vec<Phrase>,
    /// Those that were made from something else meanwhile, such as another melody: they stay, and must be made again.
    pub others: Vec<PhraseSpan>,
    /// Whether phrases were taken away.
    pub removed: bool,
}

/// The passages before and after an edit.
pub(crate) struct Passages {
    /// What undoing brings back.
    pub before: Passage,
    /// What redoing brings back.
    pub after: Passage,
}

impl Passages {
    /// Collects what an edit changed: what was there before it, and what `score` has now. `freed` are the first ticks of the
    /// phrases that no longer follow.
    pub fn of(score: &Score, before: Before, freed: &[Tick]) -> Self {
        let Before { chords, melody, phrases, missing } = before;
        let all = |on| freed.iter().map(|&start| (start, on)).collect();
        let has_other_melody = melody.is_some();
        let mut before = Passage {
            hand_chords: chords,
            independent: all(false),
            melody: melody.as_ref().map(MelodyChange::reversed),
            ..Passage::default()
        };
        let hand_chords = score.hand_chords.clone();
        let mut after = Passage { hand_chords, independent: all(true), melody, ..Passage::default() };
        for old in phrases {
            let Some(new) = score.state_of(&old.phrase.span) else { continue };
            if new.phrase == old.phrase {
                continue;
            }
            let (old, new) = (
                PassagePhrase::of(&old, Some(&new), has_other_melody),
                PassagePhrase::of(&new, Some(&old), has_other_melody),
            );
            before.phrases.push(old);
            after.phrases.push(new);
        }
        for span in missing {
            if let Some(new) = score.state_of(&span) {
                before.absent.push(span);
                after.phrases.push(PassagePhrase::of(&new, None, has_other_melody));
            }
        }
        Self { before, after }
    }
}

impl PassagePhrase {
    fn of(this: &PhraseState, other: Option<&PhraseState>, has_other_melody: bool) -> Self {
        let others = other.map(PhraseState::list).unwrap_or_default();
        let missing = |take: &&Take| others.iter().all(|known| known.id != take.id);
        let elsewhere = others.iter().filter(|take| this.list().iter().all(|known| known.id != take.id));
        Self {
            phrase: this.phrase.clone(),
            chosen: this.takes.as_ref().and_then(Takes::current).map(|take| take.id),
            here: this.list().iter().filter(missing).cloned().collect(),
            elsewhere: elsewhere.map(|take| take.id).collect(),
            melody: has_other_melody.then_some(this.melody),
        }
    }
}

impl PhraseState {
    fn list(&self) -> &[Take] {
        self.takes.as_ref().map_or(&[], Takes::list)
    }

    /// The fingerprint of the melody in the phrase.
    pub const fn melody(&self) -> u64 {
        self.melody
    }

    /// The stretch of the phrase.
    pub const fn span(&self) -> PhraseSpan {
        self.phrase.span
    }
}

impl Score {
    /// The phrase with this span and its takes.
    pub(crate) fn state_of(&self, span: &PhraseSpan) -> Option<PhraseState> {
        let phrase = self.phrase(span)?.clone();
        let takes = self.takes.get(&span.start).filter(|takes| takes.span() == Some(*span)).cloned();
        Some(PhraseState { phrase, takes, melody: self.melody_fingerprint(span) })
    }

    /// A number that changes when the melody in a phrase changes.
    pub(crate) fn melody_fingerprint(&self, span: &PhraseSpan) -> u64 {
        fingerprint(&self.melody, &heard_until(&self.heard, span.end), span)
    }

    /// Brings a passage back. If another melody was played where the edit changed it, nothing changes.
    pub(crate) fn bring_back(&mut self, passage: &Passage) -> BroughtBack {
        let mut found = BroughtBack::default();
        if passage.melody.as_ref().is_some_and(|change| !self.change_melody(change)) {
            return found;
        }
        self.set_hand_chords(passage.hand_chords.clone());
        for span in &passage.absent {
            let there = self.phrases.iter().position(|phrase| phrase.span == *span);
            if let Some(at) = there {
                self.phrases.remove(at);
                self.takes.remove(&span.start);
                found.removed = true;
            }
        }
        for saved in &passage.phrases {
            let span = saved.phrase.span;
            let melody = |phrase: &Phrase| phrase.recipe.as_ref().map(|recipe| recipe.melody);
            let is_free = || self.phrases_in(&(span.start..span.end)).next().is_none();
            let fits = match (self.phrase(&span), saved.melody) {
                (Some(_), Some(known)) => known == self.melody_fingerprint(&span),
                (Some(now), None) => melody(now) == melody(&saved.phrase),
                (None, Some(known)) if is_free() && known == self.melody_fingerprint(&span) => true,
                (None, _) => continue,
            };
            if !fits {
                found.others.push(span);
                continue;
            }
            self.bring_back_takes(saved);
            self.insert(saved.phrase.clone());
            found.back.push(saved.phrase.clone());
        }
        for &(start, independent) in &passage.independent {
            self.set_independent(start, independent);
        }
        found
    }

    fn bring_back_takes(&mut self, saved: &PassagePhrase) {
        let start = saved.phrase.span.start;
        let Some(chosen) = saved.chosen else {
            self.takes.remove(&start);
            return;
        };
        let mut list = self.takes.remove(&start).map(|takes| takes.list).unwrap_or_default();
        list.retain(|take| !saved.elsewhere.contains(&take.id));
        for take in &saved.here {
            if list.iter().all(|known| known.id != take.id) {
                list.push(take.clone());
            }
        }
        list.sort_unstable_by_key(|take| take.id);
        if let Some(index) = list.iter().position(|take| take.id == chosen) {
            list[index].phrase = Arc::new(saved.phrase.clone());
            self.last_take = self.last_take.max(list.last().map_or(0, |take| take.id));
            self.takes.insert(start, Takes { list, chosen: index });
        }
    }

    /// Lets the phrase that begins at a tick follow what it returns to, or not.
    pub(crate) fn set_independent(&mut self, start: Tick, independent: bool) {
        let mark = |recipe: &mut Option<Recipe>| {
            if let Some(recipe) = recipe.as_mut().filter(|recipe| recipe.recalled.is_some()) {
                recipe.independent = independent;
            }
        };
        if let Some(phrase) = self.phrases.iter_mut().find(|phrase| phrase.span.start == start) {
            mark(&mut phrase.recipe);
        }
        if let Some(takes) = self.takes.get_mut(&start)
            && let Some(take) = takes.list.get_mut(takes.chosen)
        {
            mark(&mut Arc::make_mut(&mut take.phrase).recipe);
        }
    }
}

#[derive(Serialize, Deserialize)]
struct SavedPassage {
    hand_chords: Vec<SavedHandChord>,
    phrases: Vec<SavedPassagePhrase>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    independent: Vec<(Tick, bool)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    melody: Option<SavedMelodyChange>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    absent: Vec<PhraseSpan>,
}

#[derive(Serialize, Deserialize)]
struct SavedPassagePhrase {
    phrase: SavedPhrase,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chosen: Option<u32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    here: Vec<SavedTake>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    elsewhere: Vec<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    melody: Option<u64>,
}

impl Passage {
    /// The passage as JSON text, for the history.
    pub(crate) fn to_json(&self) -> String {
        let phrase = |phrase: &PassagePhrase| SavedPassagePhrase {
            phrase: SavedPhrase::from(&phrase.phrase),
            chosen: phrase.chosen,
            here: phrase.here.iter().map(SavedTake::from).collect(),
            elsewhere: phrase.elsewhere.clone(),
            melody: phrase.melody,
        };
        let saved = SavedPassage {
            hand_chords: self.hand_chords.iter().map(SavedHandChord::from).collect(),
            phrases: self.phrases.iter().map(phrase).collect(),
            independent: self.independent.clone(),
            melody: self.melody.as_ref().map(SavedMelodyChange::from),
            absent: self.absent.clone(),
        };
        // Serialising plain numbers and strings into memory cannot fail.
        serde_json::to_string(&saved).unwrap_or_default()
    }

    /// Reads a passage from the history.
    ///
    /// # Errors
    /// If the text is not a passage, or is damaged.
    pub fn from_json(text: &str) -> Result<Self, ScoreError> {
        let saved: SavedPassage = serde_json::from_str(text)?;
        let phrase = |saved: SavedPassagePhrase| {
            let phrase = saved.phrase.into_phrase()?;
            let here = saved.here.into_iter().map(SavedTake::into_take).collect::<Result<Vec<_>, _>>()?;
            if here.iter().any(|take| take.phrase.span != phrase.span) {
                return Err(ScoreError::Damaged("the takes of a phrase do not fit together"));
            }
            Ok(PassagePhrase { phrase, chosen: saved.chosen, here, elsewhere: saved.elsewhere, melody: saved.melody })
        };
        Ok(Self {
            hand_chords: hand_chords(&saved.hand_chords)?,
            phrases: saved.phrases.into_iter().map(phrase).collect::<Result<_, _>>()?,
            independent: saved.independent,
            melody: saved.melody.map(SavedMelodyChange::into_change).transpose()?,
            absent: saved.absent,
        })
    }
}
