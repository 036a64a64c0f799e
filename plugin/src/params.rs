//! The parameters, as a host lists and automates them.
//!
//! Identifiers and their meaning never change: projects and automation lanes hold them. Names may.

mod part;
mod saved;

use crate::editor::Remembered;
pub use crate::params::{
    part::PartParams,
    saved::{SavedHistory, SavedScore},
};

use continuo_engine::{
    part::{Part, PartMap},
    settings::{LARGEST_SEED, MOST_TAKES, Mode, PartSettings, Settings},
    shared::Shared,
    style::SLOTS,
};
use nice_plug::prelude::*;
use parking_lot::RwLock;
use std::sync::Arc;

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

    /// What can be undone, so that it still can when the project is opened again.
    #[persist = "history"]
    pub history: SavedHistory,

    /// The window's size and scale, and the folder for takes.
    #[persist = "editor"]
    pub editor: Arc<RwLock<Remembered>>,

    /// The host's own bypass switch; marked as such so that the host does not add a second one. The melody passes
    /// whatever `thru` says, as an effect that is bypassed is expected to do nothing.
    #[id = "bypass"]
    pub bypass: BoolParam,

    /// A slot, not a name: slots keep their number when a model brings new genres.
    #[id = "genre"]
    pub genre: IntParam,

    /// A slot like `genre`: the style at the other end of `blend`.
    #[id = "genre_b"]
    pub genre_b: IntParam,

    /// From `genre` (nothing) to `genre_b` (all), on a straight line between the two styles.
    #[id = "blend"]
    pub blend: FloatParam,

    /// How far from the genre's centre the music may go.
    #[id = "temperature"]
    pub temperature: FloatParam,

    /// Chooses one among the accompaniments that the model could play; the same seed always chooses the same.
    #[id = "seed"]
    pub seed: IntParam,

    /// The model's conductor chooses the best of so many takes. A fixed number, so that a fast machine and a slow one
    /// play the same.
    #[id = "takes"]
    pub takes: IntParam,

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

    /// What the slots of the genre parameters are called.
    names: Names,

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
    /// `genres` are the names of the model's genres, in its order; `default_genre` is the slot of its default one. The
    /// user's own styles are `shared`'s.
    pub fn new(shared: Arc<Shared>, genres: Vec<String>, default_genre: usize) -> Self {
        let defaults = Settings::default();
        let names = Names { genres: genres.into(), shared: Arc::clone(&shared) };
        Self {
            history: SavedHistory::new(Arc::clone(&shared)),
            editor: Arc::default(),
            bypass: BoolParam::new("Bypass", false).make_bypass(),
            genre: genre("Genre", &names, default_genre),
            // Another one than `genre`, so that turning up the blend is heard.
            genre_b: genre("Genre B", &names, usize::from(default_genre == 0)),
            names,
            blend: FloatParam::new("Blend", defaults.blend, FloatRange::Linear { min: 0.0, max: 1.0 })
                .with_step_size(0.01)
                .with_unit(" %")
                .with_value_to_string(formatters::v2s_f32_percentage(0))
                .with_string_to_value(finite(formatters::s2v_f32_percentage())),
            temperature: FloatParam::new(
                "Temperature",
                defaults.temperature,
                FloatRange::Linear { min: 0.0, max: 2.0 },
            )
            .with_step_size(0.01)
            .with_value_to_string(formatters::v2s_f32_rounded(2))
            .with_string_to_value(finite(Arc::new(|text| text.trim().parse().ok()))),
            seed: IntParam::new("Seed", defaults.seed as i32, IntRange::Linear { min: 0, max: LARGEST_SEED as i32 }),
            takes: IntParam::new(
                "Takes",
                i32::from(defaults.takes),
                IntRange::Linear { min: 1, max: i32::from(MOST_TAKES) },
            ),
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
            score: SavedScore::new(shared),
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

    /// The slots of the genres and own styles that have a name, each with it; all slots if none has.
    pub fn named_genres(&self) -> Vec<(i32, String)> {
        let slots = || 0..i32::from(SLOTS);
        let named: Vec<_> = slots().filter_map(|slot| Some((slot, self.names.known(slot)?))).collect();
        if named.is_empty() { slots().map(|slot| (slot, self.names.of(slot))).collect() } else { named }
    }

    /// Whether a part is to be heard: it is on, and no other part plays solo without it.
    pub fn sounds(&self, part: Part) -> bool {
        let any_solo = Part::ALL.into_iter().any(|part| self.part(part).solo.value());
        let params = self.part(part);
        params.on.value() && (!any_solo || params.solo.value())
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
            genre_b: self.genre_b.value() as u8,
            blend: self.blend.value(),
            temperature: self.temperature.value(),
            seed: self.seed.value() as u32,
            takes: self.takes.value() as u8,
            phrase_bars: match self.phrase_length.value() {
                PhraseLength::One => 1,
                PhraseLength::Two => 2,
                PhraseLength::Four => 4,
            },
            vary: self.vary.value(),
            thru: self.thru.value(),
            program_changes: self.program_changes.value(),
            parts: PartMap::from_fn(|part| PartSettings { on: self.sounds(part), ..self.part(part).settings() }),
        }
    }
}

/// What a text becomes a number with.
type Reader = Arc<dyn Fn(&str) -> Option<f32> + Send + Sync>;

/// Takes real numbers only: `nan` and `1e999` are numbers to the language, but no values of a parameter.
fn finite(read: Reader) -> Reader {
    Arc::new(move |text| read(text).filter(|value| value.is_finite()))
}

/// A genre parameter: the model's names on the first slots, the user's own where they belong, numbers on the others.
/// Names are looked up anew each time, since own styles come and go; hosts ask on their main thread.
fn genre(name: &str, names: &Names, default: usize) -> IntParam {
    let (names, shown) = (names.clone(), names.clone());
    let last = i32::from(SLOTS) - 1;
    IntParam::new(name, (default as i32).min(last), IntRange::Linear { min: 0, max: last })
        .with_value_to_string(Arc::new(move |slot| shown.of(slot)))
        .with_string_to_value(Arc::new(move |text| {
            (0..=last).find(|&slot| names.of(slot).eq_ignore_ascii_case(text.trim()))
        }))
}

/// What genre slots are called.
#[derive(Clone)]
struct Names {
    genres: Arc<[String]>,
    shared: Arc<Shared>,
}

impl Names {
    /// The name of a slot, if it has one.
    fn known(&self, slot: i32) -> Option<String> {
        let slot = u8::try_from(slot).ok()?;
        let own = self.shared.read_shelf(|shelf| shelf.get(slot).map(|own| own.genre.name.clone()));
        own.or_else(|| self.genres.get(usize::from(slot)).cloned())
    }

    /// What a slot is called.
    fn of(&self, slot: i32) -> String {
        self.known(slot).unwrap_or_else(|| format!("Slot {}", slot + 1))
    }
}

#[cfg(test)]
mod tests;
