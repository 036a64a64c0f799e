//! Whether a track is a drum kit, on whatever channel it is.

use super::{names::words, track::Track};
use crate::{note::Note, part::Part};
use std::collections::BTreeSet;

/// A voice of a drum kit that has a track of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KitVoice {
    /// The bass drum.
    Kick,
    /// The snare drum.
    Snare,
    /// A rim shot, stick or clap.
    Clap,
    /// The closed hi-hat.
    ClosedHat,
    /// The open hi-hat.
    OpenHat,
    /// A low tom.
    LowTom,
    /// A high or middle tom.
    HighTom,
    /// A crash cymbal.
    Crash,
    /// A ride cymbal.
    Ride,
    /// A shaker or tambourine.
    Shaker,
    /// A conga or bongo.
    Conga,
}

impl KitVoice {
    /// Its General MIDI percussion key.
    pub const fn key(self) -> u8 {
        match self {
            Self::Kick => 36,
            Self::Snare => 38,
            Self::Clap => 39,
            Self::ClosedHat => 42,
            Self::OpenHat => 46,
            Self::LowTom => 45,
            Self::HighTom => 48,
            Self::Crash => 49,
            Self::Ride => 51,
            Self::Shaker => 70,
            Self::Conga => 63,
        }
    }
}

/// Words for a whole kit or for percussion.
const KIT: [&str; 19] = [
    "drum",
    "drums",
    "drumkit",
    "drumset",
    "drumz",
    "drm",
    "drms",
    "kit",
    "perc",
    "percs",
    "percussion",
    "beat",
    "beats",
    "drumloop",
    "drumbeat",
    "schlagzeug",
    "trommeln",
    "batterie",
    "bateria",
];
/// Words for drums with pitches, which are not a kit.
const PITCHED: [&str; 8] = ["steel", "kettle", "timpani", "pan", "tongue", "handpan", "melodic", "taiko"];

impl Track {
    /// Whether the track is a drum kit: by its channel (10), by a GS or XG message, by its bank, by its name, or by
    /// what is struck.
    pub fn is_drums(&self) -> bool {
        const KIT_BANKS: [u8; 3] = [120, 126, 127];
        if self.channel == Part::Drums.default_channel() || self.setup.drum_kit {
            return true;
        }
        // Banks of the XG kits and effects, and of the General MIDI 2 kits. Some programs write 127 for any instrument.
        let in_range = || self.notes.iter().all(|note| (13..=91).contains(&note.pitch));
        if KIT_BANKS.contains(&self.bank().0) && in_range() {
            return true;
        }
        match self.named_drums() {
            Some(drums) => drums,
            // Program 1 is also what many programs write for a kit.
            None => self.program().is_none_or(|program| program == 0) && strikes_a_kit(&self.notes),
        }
    }

    /// What the names say, if they say anything.
    fn named_drums(&self) -> Option<bool> {
        let names = self.name.as_deref().into_iter().chain(self.setup.instrument.as_deref());
        for words in names.map(words).filter(|words| !words.is_empty()) {
            let any = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
            if any(&PITCHED) {
                return Some(false);
            }
            let kit = any(&KIT) && (!any(&["beat", "beats"]) || self.strikes_few_keys());
            if kit || voice_in(&words).is_some() && self.strikes_few_keys() {
                return Some(true);
            }
        }
        (super::names::hint(self.name.as_deref().unwrap_or_default()) != super::names::Hint::Nothing).then_some(false)
    }

    /// Whether one drum of a kit could play the notes: "Tom Dooley" is a song.
    fn strikes_few_keys(&self) -> bool {
        const MOST: usize = 4;
        self.notes.iter().map(|note| note.pitch).collect::<BTreeSet<_>>().len() <= MOST
            || self.notes.iter().all(|note| is_kit_key(note.pitch))
    }

    /// The one voice that all strokes of a drum track mean if they are all on one key: the voice that its name says, or
    /// the kick if the key is not of a General MIDI kit. Samplers play a track of kicks on any key.
    pub fn only_kit_voice(&self) -> Option<KitVoice> {
        let first = self.notes.first()?.pitch;
        if self.notes.iter().any(|note| note.pitch != first) {
            return None;
        }
        let names = self.name.as_deref().into_iter().chain(self.setup.instrument.as_deref());
        let voice = names.map(words).find_map(|words| voice_in(&words));
        voice.or_else(|| (!(26..=82).contains(&first)).then_some(KitVoice::Kick))
    }
}

/// The voice of a kit that the words name.
fn voice_in(words: &[String]) -> Option<KitVoice> {
    use KitVoice::{Clap, ClosedHat, Conga, Crash, HighTom, Kick, LowTom, OpenHat, Ride, Shaker, Snare};
    let any = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let pair = |first: &str, second: &str| words.windows(2).any(|pair| pair[0] == first && pair[1] == second);
    if any(&["hat", "hats", "hihat", "hihats", "hh", "oh", "ohh", "chh"]) {
        return Some(if any(&["open", "oh", "ohh"]) { OpenHat } else { ClosedHat });
    }
    if any(&["tom", "toms", "floortom"]) {
        return Some(if any(&["low", "lo", "floor", "lt", "floortom"]) { LowTom } else { HighTom });
    }
    Some(match () {
        () if any(&["kick", "kicks", "bassdrum", "kickdrum"]) || pair("bass", "drum") => Kick,
        () if any(&["snare", "snares", "snr", "snaredrum"]) => Snare,
        () if any(&["clap", "claps", "rim", "rimshot", "sidestick", "snap", "snaps"]) => Clap,
        () if any(&["crash", "splash"]) => Crash,
        () if any(&["ride", "cymbal", "cymbals"]) => Ride,
        () if any(&["shaker", "shakers", "tambourine", "tamb", "maracas", "cabasa"]) => Shaker,
        () if any(&["conga", "congas", "bongo", "bongos", "djembe", "cajon"]) => Conga,
        () => return None,
    })
}

const KICKS: [u8; 2] = [35, 36];
const SNARES: [u8; 4] = [37, 38, 39, 40];
const HATS: [u8; 6] = [42, 44, 46, 51, 53, 59];
/// Toms, cymbals and the rest of a usual kit.
const OTHERS: [u8; 14] = [41, 43, 45, 47, 48, 49, 50, 52, 54, 55, 56, 57, 69, 70];

fn is_kit_key(key: u8) -> bool {
    [&KICKS[..], &SNARES, &HATS, &OTHERS].iter().any(|keys| keys.contains(&key))
}

/// Whether notes look like a kit: kick, snare and hi-hat on their General MIDI keys, and little else, or only one of
/// these keys. A bass line strikes some of these keys too, but it moves, and in other intervals.
fn strikes_a_kit(notes: &[Note]) -> bool {
    const FEWEST: usize = 8;
    const FEWEST_ALIKE: usize = 16;
    if notes.len() < FEWEST {
        return false;
    }
    let count = |keys: &[u8]| notes.iter().filter(|note| keys.contains(&note.pitch)).count();
    let (kicks, snares, hats) = (count(&KICKS), count(&SNARES), count(&HATS));
    let core = kicks + snares + hats;
    if notes.iter().all(|note| note.pitch == notes[0].pitch) {
        return notes.len() >= FEWEST_ALIKE && core == notes.len();
    }
    let families = [kicks, snares, hats].into_iter().filter(|count| 20 * count >= notes.len()).count();
    let mostly_core = 10 * core >= 6 * notes.len() && 10 * (core + count(&OTHERS)) >= 9 * notes.len();
    let starts = notes.chunk_by(|one, next| next.start - one.start < 30).count();
    let together = 10 * (notes.len() - starts) >= notes.len();
    // From the kick to the hi-hat is a tritone, which melodies avoid.
    let tritones = notes.windows(2).filter(|pair| pair[0].pitch.abs_diff(pair[1].pitch) == 6).count();
    let alternating = families == 3 && core == notes.len() && 5 * tritones >= notes.len();
    families >= 2 && hats > 0 && mostly_core && (together && !consonant(notes) || alternating)
}

/// Whether the notes that begin together are mostly octaves, fifths, fourths, thirds and sixths, as in chords and in
/// a pianist's left hand.
fn consonant(notes: &[Note]) -> bool {
    let (mut consonant, mut all) = (0, 0);
    for together in notes.chunk_by(|one, next| next.start - one.start < 30) {
        for pair in together.windows(2) {
            all += 1;
            consonant += usize::from(matches!(pair[0].pitch.abs_diff(pair[1].pitch) % 12, 0 | 3 | 4 | 5 | 7 | 8 | 9));
        }
    }
    2 * consonant > all
}

/// The zero-based channel that a GS or XG system exclusive message makes a drum kit (`true`) or an instrument (`false`).
/// `data` is what follows the byte F0.
pub(crate) fn kit_message(data: &[u8]) -> Option<(u8, bool)> {
    match *data {
        // Roland GS: use for rhythm part. Part 0 is on channel 10, parts 1 to 9 are on channels 1 to 9.
        [0x41, _, 0x42, 0x12, 0x40, block @ 0x10..=0x1f, 0x15, map, ..] => {
            let part = block & 15;
            let channel = match part {
                0 => 9,
                1..=9 => part - 1,
                _ => part,
            };
            Some((channel, map > 0))
        }
        // Yamaha XG: part mode. Parts are on their own channels.
        [0x43, 0x10..=0x1f, 0x4c, 0x08, part @ 0..=15, 0x07, mode, ..] => Some((part, mode > 0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{song::Setup, time::Tick};

    fn track(name: &str, channel: u8, beats: &[&[u8]]) -> Track {
        let beat = |(index, beat): (usize, &&[u8])| {
            let note = move |&pitch: &u8| Note { start: index as Tick * 480, pitch, length: 200, velocity: 80 };
            beat.iter().map(note).collect::<Vec<_>>()
        };
        let notes = beats.repeat(4).iter().enumerate().flat_map(beat).collect();
        Track { name: (!name.is_empty()).then(|| name.to_owned()), channel, notes, ..Track::default() }
    }

    const BEAT: &[&[u8]] = &[&[36, 42], &[42], &[38, 42], &[42]];
    const TUNE: &[&[u8]] = &[&[60], &[62], &[64], &[65]];

    #[test]
    fn drums_are_recognized_on_any_channel_by_name() {
        for name in ["Drums", "Drum Kit", "drumkit", "Perc. 2", "Kick", "Bass Drum", "Snare", "HiHat", "Toms"] {
            assert!(track(name, 3, TUNE).is_drums(), "{name}");
        }
        let song: &[&[u8]] = &[&[60], &[62], &[64], &[65], &[67], &[69]];
        assert!(!track("Tom Dooley", 3, song).is_drums() && !track("Beat It", 3, song).is_drums());
        for name in ["Steel Drums", "Kitty", "Bass", "Hatching", "Upbeat", "Lead", ""] {
            assert!(!track(name, 3, TUNE).is_drums(), "{name}");
        }
        assert!(track("Lead", 9, TUNE).is_drums(), "channel 10 is always the kit's");
    }

    #[test]
    fn drums_are_recognized_by_bank_and_by_gs_and_xg_messages() {
        let mut second = track("", 10, TUNE);
        assert!(!second.is_drums());
        for bank in [120, 126, 127] {
            second.setup = Setup { bank: Some((bank, 0)), ..Setup::default() };
            assert!(second.is_drums(), "{bank}");
        }
        second.setup = Setup { drum_kit: true, ..Setup::default() };
        assert!(second.is_drums());
        let gs = |block, map| kit_message(&[0x41, 0x10, 0x42, 0x12, 0x40, block, 0x15, map, 0, 0xf7]);
        assert_eq!(gs(0x1a, 2), Some((10, true)));
        assert_eq!(gs(0x10, 1), Some((9, true)));
        assert_eq!(gs(0x11, 1), Some((0, true)));
        assert_eq!(gs(0x19, 0), Some((8, false)));
        assert_eq!(kit_message(&[0x43, 0x10, 0x4c, 8, 10, 7, 2, 0xf7]), Some((10, true)));
        assert_eq!(kit_message(&[0x43, 0x10, 0x4c, 8, 10, 8, 2, 0xf7]), None);
        assert_eq!(kit_message(&[]), None);
    }

    #[test]
    fn drums_without_a_name_are_recognized_by_what_is_struck() {
        assert!(track("", 0, BEAT).is_drums());
        assert!(track("Track 3", 0, BEAT).is_drums());
        let alternating: &[&[u8]] = &[&[36], &[42], &[38], &[42]];
        assert!(track("", 0, alternating).is_drums());
        assert!(track("", 0, &[&[36], &[36], &[36], &[36]]).is_drums());
        let bass: &[&[u8]] = &[&[36], &[43], &[38], &[42]];
        let octaves: &[&[u8]] = &[&[36, 48], &[40, 52], &[38, 50], &[42, 54]];
        let hand: &[&[u8]] = &[&[36, 43], &[38, 45], &[40, 47], &[36, 43]];
        let in_f_sharp_minor: &[&[u8]] = &[&[42], &[38], &[40], &[37]];
        for (name, line) in [("", bass), ("", in_f_sharp_minor), ("", octaves), ("", hand), ("Bass", BEAT), ("", TUNE)]
        {
            assert!(!track(name, 0, line).is_drums(), "{name} {line:?}");
        }
    }

    #[test]
    fn strokes_on_one_key_are_the_voice_that_the_track_is_named_after() {
        let one: &[&[u8]] = &[&[60]];
        for (name, voice) in [
            ("Kick", KitVoice::Kick),
            ("Open Hat", KitVoice::OpenHat),
            ("HH closed", KitVoice::ClosedHat),
            ("Floor Tom", KitVoice::LowTom),
            ("Claps", KitVoice::Clap),
        ] {
            assert_eq!(track(name, 9, one).only_kit_voice(), Some(voice), "{name}");
            assert!(track(name, 0, one).is_drums(), "{name}");
        }
        assert_eq!(track("Drums", 9, &[&[12]]).only_kit_voice(), Some(KitVoice::Kick));
        assert_eq!(track("Drums", 9, one).only_kit_voice(), None);
        assert_eq!(track("Kick", 9, BEAT).only_kit_voice(), None);
    }
}
