//! The form in which a score is saved in the host's project: JSON with a version.

use super::{
    hand_chords::HandChord,
    lead_line::LeadLine,
    lead_takes::LeadTakes,
    own_part::{OwnPart, OwnParts},
    phrase::Phrase,
    recipe::Recipe,
    resting::Resting,
    score::Score,
    takes::{Take, Takes},
};
use crate::{network::conductor::Judged, styles::SavedStyle};
use continuo_music::{
    chord::{Chord, ChordSpan},
    melody::add_heard,
    meter::{MeterMap, PhraseSpan},
    note::Note,
    part::{Part, PartMap, PartNotes},
    sections::Sections,
    time::Tick,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, ops::Range, sync::Arc};

/// The version that is written. Older ones are read; newer ones are refused.
pub const SAVED_VERSION: u32 = 1;

/// Positions beyond this are invalid: over 200 hours at 120 beats a minute.
const MAX_POSITION: Tick = 1 << 31;

/// Higher take numbers are invalid: soon none would be left for the next take.
const MAX_TAKE_NUMBER: u32 = 1 << 31;

/// Most bars of a generated phrase: as many as the settings offer. Another take runs the network for each window of the
/// phrase, so a much longer one would never end.
const MAX_BARS: Tick = 4;

/// Whether a number from a file can be a place in a song. Does not use its absolute value, which overflows for the
/// smallest number.
const fn is_place(tick: Tick) -> bool {
    -MAX_POSITION < tick && tick < MAX_POSITION
}

/// Why a saved score could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    /// Not JSON, or not in the saved form.
    #[error(
        "the saved arrangement cannot be read ({0}); its text stays in the project, and the other settings are kept"
    )]
    Malformed(#[from] serde_json::Error),
    /// Written by a newer Continuo.
    #[error(
        "the saved arrangement was written by a newer Continuo (format {0}, this one reads up to {SAVED_VERSION}); update the plugin to play it: until then it stays in the project as it is"
    )]
    Newer(u32),
    /// Well-formed, but not a score.
    #[error("the saved arrangement is damaged: {0}; its text stays in the project, and the other settings are kept")]
    Damaged(&'static str),
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

#[derive(Serialize, Deserialize)]
struct SavedScore {
    version: u32,
    meters: MeterMap,
    /// `[start, pitch, length, velocity]`
    melody: Vec<SavedNote>,
    heard: Vec<Range<Tick>>,
    /// Where the song ends, if it was given as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<Tick>,
    /// The chords that the parts keep to: start, end, symbol.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    chords: Vec<(Tick, Tick, Chord)>,
    /// What the player played of the parts; only parts that were listened to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    own: Vec<SavedOwnPart>,
    /// The sections that are named.
    #[serde(default, skip_serializing_if = "Sections::is_empty")]
    sections: Sections,
    /// Those that the player set by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hand_chords: Vec<SavedHandChord>,
    phrases: Vec<SavedPhrase>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    styles: Vec<SavedStyle>,
    /// A saved arrangement that could not be read when something new was made in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    set_aside: Option<String>,
    /// Missing in the first projects; versions of that time ignore it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    takes: Vec<SavedTakes>,
    /// Marked takes of phrases that have another length now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    apart: Vec<SavedTake>,
    /// The highest take number so far.
    #[serde(default, skip_serializing_if = "is_zero")]
    last_take: u32,
    /// Bars whose melody is played no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resting: Option<SavedResting>,
    /// What Lead plays; missing in projects from before it existed, and where it never played.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lead: Option<SavedLead>,
}

/// What Lead plays, and where that was made.
#[derive(Serialize, Deserialize)]
struct SavedLead {
    notes: Vec<SavedNote>,
    made: Vec<Range<Tick>>,
    program: u8,
    /// Other takes than the first; missing in projects from before they existed.
    #[serde(default, skip_serializing_if = "LeadTakes::is_empty")]
    takes: LeadTakes,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Start, end, symbol, locked.
#[derive(Serialize, Deserialize)]
pub(super) struct SavedHandChord(Tick, Tick, Chord, bool);

impl From<&HandChord> for SavedHandChord {
    fn from(chord: &HandChord) -> Self {
        Self(chord.span.start, chord.span.end, chord.chord, chord.locked)
    }
}

/// The chords that were saved, checked.
pub(super) fn hand_chords(saved: &[SavedHandChord]) -> Result<Vec<HandChord>, ScoreError> {
    if saved.iter().any(|chord| chord.0 >= chord.1 || !is_place(chord.0) || !is_place(chord.1))
        || saved.windows(2).any(|pair| pair[0].1 > pair[1].0)
    {
        return Err(ScoreError::Damaged("the chords set by hand overlap or are out of range"));
    }
    let chord =
        |&SavedHandChord(start, end, chord, locked): &SavedHandChord| HandChord { span: start..end, chord, locked };
    Ok(saved.iter().map(chord).collect())
}

#[derive(Serialize, Deserialize)]
pub(super) struct SavedPhrase {
    span: PhraseSpan,
    recipe: Option<Recipe>,
    take: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    judged: Option<Judged>,
    programs: [u8; 4],
    parts: PartMap<Vec<SavedNote>>,
    /// See [`Recipe::uncut`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uncut: Option<PartMap<Vec<SavedNote>>>,
}

/// What the player played of one part.
#[derive(Serialize, Deserialize)]
struct SavedOwnPart {
    part: Part,
    notes: Vec<SavedNote>,
    heard: Vec<Range<Tick>>,
}

/// Where it rests is where its phrases are.
#[derive(Serialize, Deserialize)]
struct SavedResting {
    melody: Vec<SavedNote>,
    phrases: Vec<SavedPhrase>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    takes: Vec<SavedTakes>,
}

/// The takes of one phrase.
#[derive(Serialize, Deserialize)]
struct SavedTakes {
    chosen: usize,
    list: Vec<SavedTake>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct SavedTake {
    id: u32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    favourite: bool,
    phrase: SavedPhrase,
}

#[derive(Serialize, Deserialize)]
pub(super) struct SavedNote(Tick, u8, Tick, u8);

impl From<&Note> for SavedNote {
    fn from(note: &Note) -> Self {
        Self(note.start, note.pitch, note.length, note.velocity)
    }
}

impl SavedNote {
    fn to_note(&self) -> Result<Note, ScoreError> {
        let &Self(start, pitch, length, velocity) = self;
        let valid =
            is_place(start) && (1..MAX_POSITION).contains(&length) && pitch < 128 && (1..128).contains(&velocity);
        if valid {
            Ok(Note { start, pitch, length, velocity })
        } else {
            Err(ScoreError::Damaged("a note is out of range"))
        }
    }
}

fn saved_parts(parts: &PartNotes) -> PartMap<Vec<SavedNote>> {
    PartMap::from_fn(|part| parts[part].iter().map(SavedNote::from).collect())
}

/// The notes of the parts, all inside a span.
fn parts(saved: &PartMap<Vec<SavedNote>>, span: &PhraseSpan) -> Result<PartNotes, ScoreError> {
    let mut parts = PartNotes::default();
    for (part, saved) in saved.iter() {
        parts[part] = notes(saved)?;
        if parts[part].iter().any(|note| note.start < span.start || note.end() > span.end) {
            return Err(ScoreError::Damaged("a note lies outside its phrase"));
        }
    }
    Ok(parts)
}

/// Notes, checked and sorted.
pub(super) fn notes(saved: &[SavedNote]) -> Result<Vec<Note>, ScoreError> {
    let mut notes = saved.iter().map(SavedNote::to_note).collect::<Result<Vec<_>, _>>()?;
    notes.sort_unstable();
    Ok(notes)
}

pub(super) fn check_heard(heard: &[Range<Tick>]) -> Result<(), ScoreError> {
    let out_of_range = |range: &Range<Tick>| range.start >= range.end || !is_place(range.start) || !is_place(range.end);
    if heard.iter().any(out_of_range) || heard.windows(2).any(|pair| pair[0].end >= pair[1].start) {
        return Err(ScoreError::Damaged("the heard stretches overlap or are out of range"));
    }
    Ok(())
}

impl From<&Phrase> for SavedPhrase {
    fn from(phrase: &Phrase) -> Self {
        Self {
            span: phrase.span,
            recipe: phrase.recipe.clone(),
            take: phrase.take,
            judged: phrase.judged.clone(),
            programs: phrase.programs,
            parts: saved_parts(&phrase.parts),
            uncut: phrase.recipe.as_ref().and_then(|recipe| recipe.uncut.as_ref()).map(saved_parts),
        }
    }
}

impl From<&Take> for SavedTake {
    fn from(take: &Take) -> Self {
        Self { id: take.id, favourite: take.favourite, phrase: SavedPhrase::from(&*take.phrase) }
    }
}

impl SavedTake {
    pub(super) fn into_take(self) -> Result<Take, ScoreError> {
        Ok(Take { id: self.id, favourite: self.favourite, phrase: Arc::new(self.phrase.into_phrase()?) })
    }
}

impl SavedTakes {
    /// The takes with the first tick of their phrase.
    fn into_takes(self) -> Result<(Tick, Takes), ScoreError> {
        let damaged = ScoreError::Damaged("the takes of a phrase do not fit together");
        let list = self.list.into_iter().map(SavedTake::into_take).collect::<Result<Vec<_>, _>>()?;
        let mut takes = Takes { list, chosen: self.chosen };
        let Some((span, id)) = takes.span().zip(takes.current().map(|take| take.id)) else { return Err(damaged) };
        let sorted = takes.list.windows(2).all(|pair| pair[0].id < pair[1].id);
        let fits = |take: &Take| (take.phrase.span.start, take.phrase.span.end) == (span.start, span.end);
        if !sorted || !takes.list.iter().all(fits) {
            return Err(damaged);
        }
        // Version 0.1.0 also kept takes from another meter with bars of the same length.
        takes.list.retain(|take| take.phrase.span.meter == span.meter);
        takes.chosen = takes.list.iter().position(|take| take.id == id).unwrap_or_default();
        Ok((span.start, takes))
    }
}

impl From<&Takes> for SavedTakes {
    fn from(takes: &Takes) -> Self {
        Self { chosen: takes.chosen, list: takes.list.iter().map(SavedTake::from).collect() }
    }
}

impl SavedResting {
    /// `None` if nothing rests.
    fn of(resting: &Resting) -> Option<Self> {
        (!resting.phrases.is_empty()).then(|| Self {
            melody: resting.melody.iter().map(SavedNote::from).collect(),
            phrases: resting.phrases.iter().map(SavedPhrase::from).collect(),
            takes: resting.takes.values().map(SavedTakes::from).collect(),
        })
    }

    fn into_resting(self) -> Result<Resting, ScoreError> {
        let phrases = phrases(self.phrases)?;
        let takes = self.takes.into_iter().map(SavedTakes::into_takes).collect::<Result<_, _>>()?;
        let mut stretches = vec![];
        for phrase in &phrases {
            add_heard(&mut stretches, phrase.span.start..phrase.span.end);
        }
        Ok(Resting { stretches, melody: notes(&self.melody)?, phrases, takes })
    }
}

/// Phrases that do not overlap.
fn phrases(saved: Vec<SavedPhrase>) -> Result<Vec<Phrase>, ScoreError> {
    let phrases = saved.into_iter().map(SavedPhrase::into_phrase).collect::<Result<Vec<_>, _>>()?;
    if phrases.windows(2).any(|pair| pair[0].span.end > pair[1].span.start) {
        return Err(ScoreError::Damaged("phrases overlap"));
    }
    Ok(phrases)
}

impl SavedPhrase {
    pub(super) fn into_phrase(self) -> Result<Phrase, ScoreError> {
        let span = self.span;
        if !is_place(span.start) || !is_place(span.end) || span.start >= span.end || !span.meter.is_valid() {
            return Err(ScoreError::Damaged("a phrase has an invalid position"));
        }
        // The rest of a cut phrase has no recipe, and is never made again.
        if self.recipe.is_some() && span.ticks() > MAX_BARS * span.meter.bar_ticks() {
            return Err(ScoreError::Damaged("a phrase is longer than four bars"));
        }
        if self.programs.iter().any(|&program| program > 127) {
            return Err(ScoreError::Damaged("a phrase has an invalid program"));
        }
        if self.judged.as_ref().is_some_and(|judged| usize::from(judged.chosen) >= judged.scores.len()) {
            return Err(ScoreError::Damaged("a phrase plays a take that was not drawn"));
        }
        let scores = self.judged.iter().flat_map(|judged| &judged.scores);
        if !self.recipe.as_ref().is_none_or(|recipe| recipe.shape.is_finite())
            || !scores.into_iter().all(|score| score.is_finite())
        {
            return Err(ScoreError::Damaged("a number in a phrase is too large"));
        }
        let cuts = self.recipe.iter().flat_map(|recipe| &recipe.second_cuts);
        if cuts.into_iter().any(|cut| !span.contains(cut.beat)) {
            return Err(ScoreError::Damaged("a second cut lies outside its phrase"));
        }
        let parts = parts(&self.parts, &span)?;
        let uncut = self.uncut.map(|uncut| self::parts(&uncut, &span)).transpose()?;
        let recipe = self.recipe.map(|recipe| Recipe { uncut, ..recipe });
        Ok(Phrase { span, recipe, take: self.take, judged: self.judged, programs: self.programs, parts })
    }
}

/// A text to set aside, without the text that it has set aside itself: each level of nesting doubles the escapes of
/// quotes, and a project that is damaged again and again would grow without end.
fn without_set_aside(text: String) -> String {
    let Ok(mut saved) = serde_json::from_str::<serde_json::Value>(&text) else { return text };
    match saved.as_object_mut().and_then(|score| score.remove("set_aside")) {
        Some(_) => saved.to_string(),
        None => text,
    }
}

impl Score {
    /// The score as JSON text, the same bytes for the same score.
    pub fn to_json(&self) -> String {
        self.to_json_with_set_aside(None)
    }

    /// As [`Score::to_json`], with the text of another saved arrangement to keep.
    pub(crate) fn to_json_with_set_aside(&self, set_aside: Option<String>) -> String {
        let saved = SavedScore {
            version: SAVED_VERSION,
            meters: self.meters.clone(),
            melody: self.melody.iter().map(SavedNote::from).collect(),
            heard: self.heard.clone(),
            end: self.end,
            chords: self.chords.iter().map(|chord| (chord.span.start, chord.span.end, chord.chord)).collect(),
            own: self
                .own
                .iter()
                .filter(|(_, own)| **own != OwnPart::default())
                .map(|(part, own)| SavedOwnPart {
                    part,
                    notes: own.notes.iter().map(SavedNote::from).collect(),
                    heard: own.heard.clone(),
                })
                .collect(),
            sections: self.sections.clone(),
            hand_chords: self.hand_chords.iter().map(SavedHandChord::from).collect(),
            styles: self.styles.iter().map(SavedStyle::from).collect(),
            phrases: self.phrases.iter().map(SavedPhrase::from).collect(),
            last_take: self.last_take,
            takes: self.takes.values().map(SavedTakes::from).collect(),
            resting: SavedResting::of(&self.resting),
            apart: self.apart.iter().map(SavedTake::from).collect(),
            lead: (!self.lead.is_empty()).then(|| SavedLead {
                notes: self.lead.notes.iter().map(SavedNote::from).collect(),
                made: self.lead.made.clone(),
                program: self.lead.program,
                takes: self.lead.takes.clone(),
            }),
            set_aside: set_aside.map(without_set_aside),
        };
        // Serialising plain numbers and strings into memory cannot fail.
        serde_json::to_string(&saved).unwrap_or_default()
    }

    /// Reads what [`Score::to_json`] wrote.
    ///
    /// # Errors
    /// If the text is not a saved score, is damaged, or was written by a newer version.
    pub fn from_json(text: &str) -> Result<Self, ScoreError> {
        Self::from_json_with_set_aside(text).map(|(score, _)| score)
    }

    /// As [`Score::from_json`], with the text given to [`Score::to_json_with_set_aside`].
    pub(crate) fn from_json_with_set_aside(text: &str) -> Result<(Self, Option<String>), ScoreError> {
        let Version { version } = serde_json::from_str(text)?;
        if version > SAVED_VERSION {
            return Err(ScoreError::Newer(version));
        }
        let saved: SavedScore = serde_json::from_str(text)?;
        if !saved.meters.is_valid() {
            return Err(ScoreError::Damaged("invalid meter"));
        }
        check_heard(&saved.heard)?;
        let mut own = OwnParts::default();
        for SavedOwnPart { part, notes: played, heard } in saved.own {
            check_heard(&heard)?;
            own[part] = OwnPart::new(notes(&played)?, heard);
        }
        let phrases = phrases(saved.phrases)?;
        let resting = saved.resting.map(SavedResting::into_resting).transpose()?.unwrap_or_default();
        let styles = saved.styles.into_iter().map(SavedStyle::checked).collect::<Result<Vec<_>, _>>();
        let styles = styles.map_err(|_| ScoreError::Damaged("invalid style"))?;
        if (1..styles.len()).any(|index| styles[..index].iter().any(|style| style.slot == styles[index].slot)) {
            return Err(ScoreError::Damaged("two styles have the same slot"));
        }
        let takes = saved.takes.into_iter().map(SavedTakes::into_takes).collect::<Result<BTreeMap<_, _>, _>>()?;
        let apart = saved.apart.into_iter().map(SavedTake::into_take).collect::<Result<Vec<_>, _>>()?;
        let highest = takes
            .values()
            .flat_map(|takes| &takes.list)
            .chain(resting.takes.values().flat_map(|takes| &takes.list))
            .chain(&apart)
            .map(|take| take.id)
            .max()
            .unwrap_or(0);
        let last_take = saved.last_take.max(highest);
        if last_take > MAX_TAKE_NUMBER {
            return Err(ScoreError::Damaged("invalid take number"));
        }
        let (meters, heard, melody) = (saved.meters, saved.heard, notes(&saved.melody)?);
        let end = saved.end.filter(|&end| is_place(end));
        if saved.chords.iter().any(|&(start, end, _)| start >= end || !is_place(start) || !is_place(end))
            || saved.chords.windows(2).any(|pair| pair[0].1 > pair[1].0)
        {
            return Err(ScoreError::Damaged("the chords overlap or are out of range"));
        }
        let sections = saved.sections;
        if !sections.is_valid() || sections.borders().into_iter().any(|border| !is_place(border)) {
            return Err(ScoreError::Damaged("the sections overlap or are out of range"));
        }
        let chords = saved.chords.iter().map(|&(start, end, chord)| ChordSpan { span: start..end, chord }).collect();
        let hand_chords = hand_chords(&saved.hand_chords)?;
        let kept_chords = Vec::new();
        let lead = match saved.lead {
            None => LeadLine::default(),
            Some(SavedLead { notes: played, made, program, takes }) => {
                check_heard(&made)?;
                if !takes.is_valid() {
                    return Err(ScoreError::Damaged("the takes of Lead overlap"));
                }
                LeadLine { notes: notes(&played)?, made, program: program.min(127), takes }
            }
        };
        let mut score = Self {
            meters,
            styles,
            melody,
            heard,
            own,
            end,
            chords,
            sections,
            hand_chords,
            kept_chords,
            phrases,
            takes,
            apart,
            last_take,
            resting,
            lead,
        };
        score.update_kept_chords();
        Ok((score, saved.set_aside))
    }
}
