//! What a phrase was made from.

use continuo_music::{
    chord::Chord,
    part::PartNotes,
    settings::{Mode, Settings, Shape, USUAL_INTENSITY},
    stable_hash::StableHash,
    swing::{STRAIGHT, Swing},
    time::Tick,
};
use serde::{Deserialize, Serialize};

/// A take by which random numbers are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawnTake {
    /// Where its phrase begins.
    pub start: Tick,
    /// Its number, counted over the takes that the conductor chose from.
    pub take: u32,
}

/// What a phrase took over from an earlier stretch of the song whose melody comes back in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recalled {
    /// A number that changes when what comes back changes.
    pub fingerprint: u64,
    /// The take whose random numbers come back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<DrawnTake>,
}

/// A second cut: from here on a phrase was made anew while it was played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondCut {
    /// The beat from which on the phrase is new.
    pub beat: Tick,
    /// The chord that the player held, and that the parts keep to until the bar ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chord: Option<Chord>,
    /// What the new rest took over from an earlier stretch, see [`Recipe::recalled`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recalled: Option<Recalled>,
}

/// What a phrase was made from. A phrase whose recipe is still what the player wants is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Name and version of the model.
    pub model: String,
    /// The mode it was made in.
    pub mode: Mode,
    /// The settings that shaped it. The number of takes is 1 if no conductor judged them.
    #[serde(flatten)]
    pub shape: Shape,
    /// A number that changes with the contents of the user's own styles in the shape, see
    /// [`Shelf::fingerprint`](crate::styles::Shelf::fingerprint); `None` without own styles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_styles: Option<u64>,
    /// The number of its take: the first of those that were drawn.
    pub take: u32,
    /// What was known of the melody, see [`fingerprint`](continuo_music::melody::fingerprint).
    pub melody: u64,
    /// The semitones by which the key at the phrase was transposed for the network. Recipes saved before the key was the
    /// song's have none, and count as made in the right key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<i64>,
    /// How the band swings in the phrase; `None` if it is straight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band_swing: Option<Swing>,
    /// A number that changes with the chords that were given in the phrase; `None` without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chords: Option<u64>,
    /// A number that changes with what the phrase's place in the song decides of it; `None` if its place decides nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<u64>,
    /// A number that changes with what was known of the parts that the player plays; `None` if the player plays none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_parts: Option<u64>,
    /// [`Recipe::choices`] just before the phrase, if automation changed them with the phrase's first tick. From the
    /// next pass on the phrase waits for the change and is not made without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
    /// What it took over from an earlier stretch; `None` if its melody does not come back, or if it is
    /// [`independent`](Self::independent).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recalled: Option<Recalled>,
    /// The player asked for another take of it or chose one: it takes nothing over from an earlier stretch, and does not
    /// follow when that changes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub independent: bool,
    /// The second cuts since it was made, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub second_cuts: Vec<SecondCut>,
    /// What the parts played before the first second cut, and play when the phrase comes again; saved with the phrase.
    #[serde(skip)]
    pub uncut: Option<PartNotes>,
}

impl Recipe {
    /// The recipe that `settings` ask for, with one take and without any of the user's own styles.
    pub fn new(model: &str, settings: &Settings, take: u32, melody: u64) -> Self {
        Self {
            model: model.to_owned(),
            mode: settings.mode,
            shape: Shape { takes: 1, ..settings.shape },
            own_styles: None,
            take,
            melody,
            shift: None,
            band_swing: None,
            chords: None,
            place: None,
            own_parts: None,
            before: None,
            recalled: None,
            independent: false,
            second_cuts: Vec::new(),
            uncut: None,
        }
    }

    /// A number that changes with the player's choices. Stable between versions, since it is saved.
    pub fn choices(&self) -> u64 {
        let mut hash = StableHash::default();
        let shape = &self.shape;
        let (blend_genre, blend) = shape.blend.map_or((0, 0), |blend| (blend.genre, blend.amount.to_bits()));
        let own_styles = self.own_styles.unwrap_or_default() as i64;
        for number in [self.mode as i64, shape.genre.into(), blend_genre.into(), blend.into(), own_styles] {
            hash.add(number);
        }
        for number in [shape.temperature.to_bits(), shape.seed, shape.takes.into()] {
            hash.add(number.into());
        }
        for (_, density) in shape.density.iter() {
            hash.add(density.to_bits().into());
        }
        // Numbers saved before phrases came back stay valid.
        if shape.variation < 1.0 {
            hash.add(shape.variation.to_bits().into());
        }
        if let Some(key) = shape.key {
            key.name().bytes().for_each(|byte| hash.add(byte.into()));
        }
        if shape.dynamics > 0.0 {
            hash.add(shape.dynamics.to_bits().into());
        }
        if shape.swing != Some(STRAIGHT) {
            hash.add(shape.swing.map_or(-1, i64::from));
        }
        // Numbers that no other choice gives.
        if shape.intensity.to_bits() != USUAL_INTENSITY.to_bits() {
            hash.add(-1 - i64::from(shape.intensity.to_bits()));
        }
        if shape.fills > 0.0 {
            hash.add(1 << 32 | i64::from(shape.fills.to_bits()));
        }
        for (part, _) in shape.own.iter().filter(|(_, own)| **own) {
            hash.add(part.index() as i64);
        }
        hash.value()
    }

    /// What the phrase takes over from an earlier stretch from its last second cut on.
    pub fn recalls(&self) -> Option<Recalled> {
        self.second_cuts.last().map_or(self.recalled, |last| last.recalled)
    }

    /// Whether a phrase of this recipe stays although other choices are in force just before it: they were in force
    /// there when it was made too, and changed with its first tick.
    pub fn foresees(&self, wanted: &Self) -> bool {
        self.before == Some(wanted.choices()) && (self.take, self.melody) == (wanted.take, wanted.melody)
    }

    /// Whether a phrase of this recipe is what `wanted` asks for. The model does not count: a new model must not change
    /// a song that was arranged with another until the player wants another take. Nor do second cuts, which the player's
    /// chords make while it plays.
    pub fn satisfies(&self, wanted: &Self) -> bool {
        let Self {
            model: _,
            before: _,
            second_cuts: _,
            uncut: _,
            independent: _,
            mode,
            shape,
            own_styles,
            take,
            melody,
            shift,
            band_swing,
            chords,
            place,
            own_parts,
            recalled,
        } = self;
        (mode, shape, own_styles) == (&wanted.mode, &wanted.shape, &wanted.own_styles)
            && (take, melody, chords, recalled) == (&wanted.take, &wanted.melody, &wanted.chords, &wanted.recalled)
            && (place, own_parts) == (&wanted.place, &wanted.own_parts)
            && (shift.is_none() || *shift == wanted.shift)
            // What the next pass is played like may differ a little.
            && Swing::is_like(*band_swing, wanted.band_swing)
    }
}
