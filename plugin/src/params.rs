//! The parameters, as a host lists and automates them, and what the host saves with its project.
//!
//! Identifiers and their meaning never change: projects and automation lanes refer to them. Names may change.

pub mod choice;
pub mod genre;
pub mod key;
pub mod lead;
pub mod migration;
pub mod number;
pub mod part;
pub mod saved;
pub mod saved_editor;
pub mod sound;
pub mod source;
pub mod swing;

use self::{
    choice::{MelodySourceChoice, ModeChoice, PhraseLength},
    genre::GenreNames,
    lead::LeadParams,
    number::finite,
    part::PartParams,
    saved::{SavedHistory, SavedScore},
    saved_editor::SavedEditor,
    sound::SoundParams,
};
use crate::learned::SavedLearned;
use continuo_engine::{composer::Shared, styles::SLOTS};
use continuo_music::{
    lead::LeadSettings,
    part::{Part, PartMap},
    settings::{LARGEST_SEED, MOST_TAKES, MelodySource, Mode, PartSettings, Settings, Shape},
};
use nice_plug::prelude::*;
use parking_lot::RwLock;
use std::sync::Arc;

/// All parameters, and the other fields that the host saves with its project.
#[derive(Params)]
pub struct ContinuoParams {
    /// The melody that was heard and the phrases made for it: a project sounds the same when it is opened again, even
    /// on a machine without the model.
    #[persist = "score"]
    pub score: SavedScore,

    /// The history, so that undo still works when the project is opened again.
    #[persist = "history"]
    pub history: SavedHistory,

    /// The window's size and scale, and the folder for takes.
    #[persist = "editor"]
    pub editor: Arc<RwLock<SavedEditor>>,

    /// The controllers and notes that move parameters.
    #[persist = "learned"]
    pub learned: SavedLearned,

    /// The host's bypass switch, marked as such so that the host does not add a second one. While it is on, the melody
    /// passes regardless of `thru`: a bypassed effect does nothing.
    #[id = "bypass"]
    pub bypass: BoolParam,

    /// A slot, not a name: slots keep their numbers when a model brings new genres.
    #[id = "genre"]
    pub genre: IntParam,

    /// A slot like `genre`: the style at the other end of `blend`.
    #[id = "genre_b"]
    pub genre_b: IntParam,

    /// From `genre` (0) to `genre_b` (1), on a straight line between the two styles.
    #[id = "blend"]
    pub blend: FloatParam,

    /// How far the music may stray from the genre's centre.
    #[id = "temperature"]
    pub temperature: FloatParam,

    /// Selects one of the accompaniments that the model could play; the same seed always gives the same one.
    #[id = "seed"]
    pub seed: IntParam,

    /// The number of candidates from which the model's conductor chooses the best. It never depends on the machine's
    /// speed, so that every machine plays the same.
    #[id = "takes"]
    pub takes: IntParam,

    /// Whether the ensemble listens first and accompanies from the next pass on, or accompanies at once.
    #[id = "mode"]
    pub mode: EnumParam<ModeChoice>,

    /// Short phrases follow the melody sooner; long ones are more coherent.
    #[id = "phrase_length"]
    pub phrase_length: EnumParam<PhraseLength>,

    /// Also sends the melody to the output, so that one track can feed every instrument.
    #[id = "thru"]
    pub thru: BoolParam,

    /// When on, each pass of a loop is a new take; when off, the loop repeats.
    #[id = "vary"]
    pub vary: BoolParam,

    /// How freely the band plays from phrase to phrase, and how often a phrase that comes back is changed. Projects from
    /// before this existed have it at 100 %: each phrase is drawn by itself, as it was.
    #[id = "variation"]
    pub variation: FloatParam,

    /// The key: 0 to find it in the melody, then the 24 keys.
    #[id = "key"]
    pub key: IntParam,

    /// How much the parts follow the melody's loudness. Projects from before this existed have it at 0 %.
    #[id = "dynamics"]
    pub dynamics: FloatParam,

    /// By how much the parts swing: 49 as the melody does, else percent. Projects from before this existed have it at 50 %.
    #[id = "swing"]
    pub swing: IntParam,

    /// How full the band plays. At 50 %, which projects from before this existed have, it changes nothing.
    #[id = "intensity"]
    pub intensity: FloatParam,

    /// How often and how long drum fills lead from section to section. Projects from before this existed have it at 0 %.
    #[id = "fills"]
    pub fills: FloatParam,

    /// A trigger: switching it on makes a new take of the phrase at the playhead. It may stay on; hosts and controllers
    /// without momentary buttons switch it off whenever they like.
    #[id = "generate"]
    pub generate: BoolParam,

    /// A trigger like `generate`: the band counts a bar from the next bar line on, or from where the transport starts, and
    /// then plays.
    #[id = "intro"]
    pub intro: BoolParam,

    /// A trigger like `generate`: the band plays a last chord at the next bar line and is silent then.
    #[id = "end"]
    pub end: BoolParam,

    /// Whether the band plays on under bars whose melody the host plays no more. Projects from before this existed have it
    /// on.
    #[id = "keep_song"]
    pub keep_song: BoolParam,

    /// Off by default, because a program change makes many instruments load another sound.
    #[id = "program_changes"]
    pub program_changes: BoolParam,

    /// Below this key, what is played on the melody's channels is the bass. Off by default.
    #[id = "split"]
    pub split: IntParam,

    /// Which melody plays: what comes in, the score's where it has one, or both. Projects from before this existed have what
    /// comes in.
    #[id = "melody_source"]
    pub melody_source: EnumParam<MelodySourceChoice>,

    /// Whether the plugin with audio out and the standalone are heard. Projects from before this existed have it off.
    #[id = "sounds"]
    pub sounds: BoolParam,

    /// How loud the sounds are.
    #[id = "sounds_level"]
    pub sounds_level: FloatParam,

    /// How the melody sounds.
    #[nested(id_prefix = "melody", group = "Melody")]
    pub melody: SoundParams,

    /// The names of the genre parameters' slots.
    names: GenreNames,

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

    /// The voice that improvises.
    #[nested(id_prefix = "lead", group = "Lead")]
    pub lead: LeadParams,
}

impl ContinuoParams {
    /// The parameters at the engine's defaults.
    ///
    /// `genres` are the names of the model's genres, in its order; `default_genre` is the slot of its default one.
    /// `shared` holds the user's own styles.
    pub fn new(shared: Arc<Shared>, genres: Vec<String>, default_genre: usize) -> Self {
        let defaults = Settings::default();
        let shape = defaults.shape;
        let names = GenreNames::new(genres, Arc::clone(&shared));
        Self {
            history: SavedHistory::new(Arc::clone(&shared)),
            editor: Arc::default(),
            learned: SavedLearned::default(),
            bypass: BoolParam::new("Bypass", false).make_bypass(),
            genre: genre::parameter("Genre", &names, default_genre),
            // Differs from `genre`, so that turning up the blend is audible.
            genre_b: genre::parameter("Genre B", &names, usize::from(default_genre == 0)),
            names,
            blend: percentage("Blend", 0.0),
            temperature: FloatParam::new("Temperature", shape.temperature, FloatRange::Linear { min: 0.0, max: 2.0 })
                .with_step_size(0.01)
                .with_value_to_string(formatters::v2s_f32_rounded(2))
                .with_string_to_value(finite(Arc::new(|text| text.trim().parse().ok()))),
            seed: IntParam::new("Seed", shape.seed as i32, IntRange::Linear { min: 0, max: LARGEST_SEED as i32 }),
            takes: IntParam::new(
                "Takes",
                i32::from(shape.takes),
                IntRange::Linear { min: 1, max: i32::from(MOST_TAKES) },
            ),
            mode: EnumParam::new("Mode", ModeChoice::Arrange),
            phrase_length: EnumParam::new("Phrase Length", PhraseLength::Four),
            thru: BoolParam::new("Melody Thru", defaults.thru),
            vary: BoolParam::new("Vary", defaults.vary),
            variation: percentage("Variation", shape.variation),
            key: key::parameter(),
            dynamics: percentage("Dynamics", shape.dynamics),
            swing: swing::parameter(),
            intensity: percentage("Intensity", shape.intensity),
            fills: percentage("Fills", shape.fills),
            generate: BoolParam::new("Generate", false),
            intro: BoolParam::new("Intro", false),
            end: BoolParam::new("End", false),
            keep_song: BoolParam::new("Keep Song", defaults.keep_song),
            program_changes: BoolParam::new("Program Changes", defaults.program_changes),
            split: source::split_parameter(),
            melody_source: EnumParam::new("Melody Source", MelodySourceChoice::Input),
            sounds: BoolParam::new("Sounds", true),
            sounds_level: sound::level("Sounds Level".to_owned()),
            melody: SoundParams::pitched("Melody"),
            drums: PartParams::new(Part::Drums),
            bass: PartParams::new(Part::Bass),
            chords: PartParams::new(Part::Chords),
            strings: PartParams::new(Part::Strings),
            counter: PartParams::new(Part::Counter),
            lead: LeadParams::default(),
            score: SavedScore::new(shared),
        }
    }

    /// The same for a plugin without sounds: hosts do not show the sounds' parameters, which do nothing there. They stay,
    /// so projects can be moved from one plugin to the other.
    #[must_use]
    pub fn without_sounds(self) -> Self {
        Self {
            sounds: self.sounds.hide(),
            sounds_level: self.sounds_level.hide(),
            melody: self.melody.hidden(),
            drums: self.drums.without_sound(),
            bass: self.bass.without_sound(),
            chords: self.chords.without_sound(),
            strings: self.strings.without_sound(),
            counter: self.counter.without_sound(),
            lead: self.lead.without_sound(),
            ..self
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

    /// The slots that hold a genre or an own style, with their names; all slots if there are none.
    pub fn named_genres(&self) -> Vec<(i32, String)> {
        let slots = || 0..i32::from(SLOTS);
        let named: Vec<_> = slots().filter_map(|slot| Some((slot, self.names.known(slot)?))).collect();
        if named.is_empty() { slots().map(|slot| (slot, self.names.of(slot))).collect() } else { named }
    }

    /// The parameter with an identifier.
    pub fn pointer(&self, id: &str) -> Option<ParamPtr> {
        self.param_map().into_iter().find(|(other, ..)| other == id).map(|(_, pointer, _)| pointer)
    }

    /// The identifier of one of these parameters.
    pub fn id(&self, pointer: ParamPtr) -> Option<String> {
        self.param_map().into_iter().find(|(_, other, _)| *other == pointer).map(|(id, ..)| id)
    }

    /// The name of the parameter with an identifier.
    pub fn name(&self, id: &str) -> Option<String> {
        // SAFETY: the pointer belongs to a field of `self`, which outlives this call.
        self.pointer(id).map(|pointer| unsafe { pointer.name() }.to_owned())
    }

    /// Whether a part is audible: it is on, and it plays solo if any part or Lead does.
    pub fn sounds(&self, part: Part) -> bool {
        let params = self.part(part);
        params.on.value() && (!self.any_solo() || params.solo.value())
    }

    /// Whether Lead is audible where it plays.
    pub fn leads(&self) -> bool {
        self.lead.on.value() && (!self.any_solo() || self.lead.solo.value())
    }

    fn any_solo(&self) -> bool {
        Part::ALL.into_iter().any(|part| self.part(part).solo.value()) || self.lead.solo.value()
    }

    /// The current values. Reads atomics only; may be called on the audio thread.
    pub fn settings(&self) -> Settings {
        let shape = Shape {
            temperature: self.temperature.value(),
            seed: self.seed.value() as u32,
            takes: self.takes.value() as u8,
            variation: self.variation.value(),
            dynamics: self.dynamics.value(),
            swing: swing::chosen(self.swing.value()),
            intensity: self.intensity.value(),
            fills: self.fills.value(),
            key: key::chosen(self.key.value()),
            density: PartMap::from_fn(|part| self.part(part).density.value()),
            ..Shape::default()
        };
        Settings {
            shape: shape.mixed(self.genre.value() as u8, self.genre_b.value() as u8, self.blend.value()),
            mode: match self.mode.value() {
                ModeChoice::Arrange => Mode::Arrange,
                ModeChoice::Live => Mode::Live,
                ModeChoice::Answer => Mode::Answer,
            },
            phrase_bars: match self.phrase_length.value() {
                PhraseLength::One => 1,
                PhraseLength::Two => 2,
                PhraseLength::Four => 4,
            },
            vary: self.vary.value(),
            keep_song: self.keep_song.value(),
            thru: self.thru.value(),
            melody_source: match self.melody_source.value() {
                MelodySourceChoice::Input => MelodySource::Input,
                MelodySourceChoice::Score => MelodySource::Score,
                MelodySourceChoice::Both => MelodySource::Both,
            },
            program_changes: self.program_changes.value(),
            split: source::split_key(self.split.value()),
            parts: PartMap::from_fn(|part| PartSettings { on: self.sounds(part), ..self.part(part).settings() }),
            lead: {
                let lead = self.lead.settings();
                LeadSettings { play: PartSettings { on: self.leads(), ..lead.play }, ..lead }
            },
        }
    }
}

/// A parameter from 0 to 100 %.
fn percentage(name: &str, default: f32) -> FloatParam {
    FloatParam::new(name, default, FloatRange::Linear { min: 0.0, max: 1.0 })
        .with_step_size(0.01)
        .with_unit(" %")
        .with_value_to_string(formatters::v2s_f32_percentage(0))
        .with_string_to_value(finite(formatters::s2v_f32_percentage()))
}

#[cfg(test)]
mod tests;
