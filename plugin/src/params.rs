//! The parameters, as a host lists and automates them.
//!
//! Identifiers and their meaning never change: projects and automation lanes hold them. Names may.

mod part;
mod saved;

pub use self::{part::PartParams, saved::SavedScore};

use continuo_engine::{
    part::{Part, PartMap},
    settings::{Mode, Settings},
    shared::Shared,
};
use nice_plug::prelude::*;
use std::sync::Arc;

/// How many genres can ever be told apart by automation. A host stores a lane's values as fractions of the whole
/// range, so the range must not grow with the model.
pub const GENRE_SLOTS: usize = 32;

/// The largest seed that the parameter reaches: few enough to be typed and remembered, and each one a step that a
/// host's 32-bit fraction still hits exactly.
pub const LARGEST_SEED: i32 = 9999;

/// When phrases are generated and when they sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ModeChoice {
    /// [`Mode::Arrange`].
    #[id = "arrange"]
    #[name = "Arrange"]
    Arrange,
    /// [`Mode::Live`].
    #[id = "live"]
    #[name = "Live"]
    Live,
    /// [`Mode::Answer`].
    #[id = "answer"]
    #[name = "Answer"]
    Answer,
}

/// The length of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum PhraseLength {
    /// One bar.
    #[id = "1"]
    #[name = "1 bar"]
    One,
    /// Two bars.
    #[id = "2"]
    #[name = "2 bars"]
    Two,
    /// Four bars.
    #[id = "4"]
    #[name = "4 bars"]
    Four,
}

/// All parameters and what else the host saves with its project.
#[derive(Params)]
pub struct ContinuoParams {
    /// The melody heard and the phrases made for it, saved so that a project sounds the same when it is opened
    /// again, on a machine without the model too.
    #[persist = "score"]
    pub score: SavedScore,

    /// The host's own bypass switch; marked as such so that the host does not add a second one. The melody passes
    /// whatever `thru` says, as an effect that is bypassed is expected to do nothing.
    #[id = "bypass"]
    pub bypass: BoolParam,

    /// A slot, not a name: slots keep their number when a model brings new genres.
    #[id = "genre"]
    pub genre: IntParam,

    /// How far from the genre's centre the music may go.
    #[id = "temperature"]
    pub temperature: FloatParam,

    /// Chooses one among the accompaniments that the model could play; the same seed always chooses the same.
    #[id = "seed"]
    pub seed: IntParam,

    /// Whether the melody is listened to first and accompanied from the next pass on, or accompanied at once.
    #[id = "mode"]
    pub mode: EnumParam<ModeChoice>,

    /// Short phrases follow the melody sooner, long ones hold together better.
    #[id = "phrase_length"]
    pub phrase_length: EnumParam<PhraseLength>,

    /// The melody goes to the output as well, so that one track can feed every instrument.
    #[id = "thru"]
    pub thru: BoolParam,

    /// A loop repeats when off; when on, each pass is a new take.
    #[id = "vary"]
    pub vary: BoolParam,

    /// A trigger: moving it from off to on makes a new take of the phrase at the playhead. It may stay on; hosts and
    /// controllers without momentary buttons move it back when they like.
    #[id = "generate"]
    pub generate: BoolParam,

    /// Off by default, since a program change makes many instruments load another sound.
    #[id = "program_changes"]
    pub program_changes: BoolParam,

    /// The drum kit.
    #[nested(id_prefix = "drums", group = "Drums")]
    pub drums: PartParams,

    /// The bass line.
    #[nested(id_prefix = "bass", group = "Bass")]
    pub bass: PartParams,

    /// Piano, guitar, organ.
    #[nested(id_prefix = "chords", group = "Chords")]
    pub chords: PartParams,

    /// Sustained strings.
    #[nested(id_prefix = "strings", group = "Strings")]
    pub strings: PartParams,

    /// The counter-melody.
    #[nested(id_prefix = "counter", group = "Counter")]
    pub counter: PartParams,
}

impl ContinuoParams {
    /// The parameters at their defaults, which are the engine's.
    ///
    /// `genres` are the names of the model's genres, in its order; `default_genre` is the slot of its default one.
    pub fn new(shared: Arc<Shared>, genres: Vec<String>, default_genre: usize) -> Self {
        let defaults = Settings::default();
        Self {
            score: SavedScore::new(shared),
            bypass: BoolParam::new("Bypass", false).make_bypass(),
            genre: genre(genres, default_genre),
            temperature: FloatParam::new(
                "Temperature",
                defaults.temperature,
                FloatRange::Linear { min: 0.0, max: 2.0 },
            )
            .with_step_size(0.01)
            .with_value_to_string(formatters::v2s_f32_rounded(2)),
            seed: IntParam::new("Seed", defaults.seed as i32, IntRange::Linear { min: 0, max: LARGEST_SEED }),
            mode: EnumParam::new("Mode", ModeChoice::Arrange),
            phrase_length: EnumParam::new("Phrase Length", PhraseLength::Four),
            thru: BoolParam::new("Melody Thru", defaults.thru),
            vary: BoolParam::new("Vary", defaults.vary),
            generate: BoolParam::new("Generate", false),
            program_changes: BoolParam::new("Program Changes", defaults.program_changes),
            drums: PartParams::new(Part::Drums),
            bass: PartParams::new(Part::Bass),
            chords: PartParams::new(Part::Chords),
            strings: PartParams::new(Part::Strings),
            counter: PartParams::new(Part::Counter),
        }
    }

    /// The parameters of one part.
    pub fn part(&self, part: Part) -> &PartParams {
        match part {
            Part::Drums => &self.drums,
            Part::Bass => &self.bass,
            Part::Chords => &self.chords,
            Part::Strings => &self.strings,
            Part::Counter => &self.counter,
        }
    }

    /// What the parameters say at this moment. Reads atomics only; may be called on the audio thread.
    pub fn settings(&self) -> Settings {
        Settings {
            mode: match self.mode.value() {
                ModeChoice::Arrange => Mode::Arrange,
                ModeChoice::Live => Mode::Live,
                ModeChoice::Answer => Mode::Answer,
            },
            genre: self.genre.value() as u8,
            temperature: self.temperature.value(),
            seed: self.seed.value() as u32,
            phrase_bars: match self.phrase_length.value() {
                PhraseLength::One => 1,
                PhraseLength::Two => 2,
                PhraseLength::Four => 4,
            },
            vary: self.vary.value(),
            thru: self.thru.value(),
            program_changes: self.program_changes.value(),
            parts: PartMap::from_fn(|part| self.part(part).settings()),
        }
    }
}

/// The genre parameter: the model's names on the first slots, numbers on the others.
fn genre(names: Vec<String>, default: usize) -> IntParam {
    let names: Arc<[String]> = names.into();
    let shown = Arc::clone(&names);
    let last = GENRE_SLOTS as i32 - 1;
    IntParam::new("Genre", (default as i32).min(last), IntRange::Linear { min: 0, max: last })
        .with_value_to_string(Arc::new(move |slot| slot_name(&shown, slot)))
        .with_string_to_value(Arc::new(move |text| {
            (0..=last).find(|&slot| slot_name(&names, slot).eq_ignore_ascii_case(text.trim()))
        }))
}

/// What a genre slot is called.
fn slot_name(names: &[String], slot: i32) -> String {
    match usize::try_from(slot).ok().and_then(|slot| names.get(slot)) {
        Some(name) => name.clone(),
        None => format!("Slot {}", slot + 1),
    }
}

#[cfg(test)]
mod tests;
