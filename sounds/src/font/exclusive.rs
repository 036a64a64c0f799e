//! Zones that sound together and share an exclusive class: the synthesizer gives the second one the voice of the first,
//! so of a stereo hi-hat one side is lost. They leave the class; the player ends open hi-hats itself.

use super::numbers::{SAMPLE_ID, number_16};
use std::ops::Range;

const KEYS: u16 = 43;
const VELOCITIES: u16 = 44;
const EXCLUSIVE_CLASS: u16 = 57;

/// What matters of a zone.
struct Zone {
    keys: (u8, u8),
    velocities: (u8, u8),
    /// The class, and where its number lies in the file.
    class: (u16, usize),
}

/// Takes zones of each instrument that sound together out of their class. `instruments` are the numbers of their first
/// zones, `bags` those of the zones' first generators.
pub fn separate(bytes: &mut [u8], generators: &Range<usize>, instruments: &[usize], bags: &[usize]) {
    let mut alone = Vec::new();
    for pair in instruments.windows(2) {
        let zones: Vec<Zone> = (pair[0]..pair[1])
            .filter_map(|bag| Some(*bags.get(bag)?..*bags.get(bag + 1)?))
            .filter_map(|zone| read(bytes, generators, zone))
            .collect();
        for (index, zone) in zones.iter().enumerate() {
            let together = |other: &Zone| {
                other.class.0 == zone.class.0
                    && overlap(other.keys, zone.keys)
                    && overlap(other.velocities, zone.velocities)
            };
            if zones.iter().enumerate().any(|(other, one)| other != index && together(one)) {
                alone.push(zone.class.1);
            }
        }
    }
    for at in alone {
        if let Some(number) = bytes.get_mut(at..at + 2) {
            number.fill(0);
        }
    }
}

const fn overlap(one: (u8, u8), other: (u8, u8)) -> bool {
    one.0 <= other.1 && other.0 <= one.1
}

/// A zone that names a sample and has a class.
fn read(bytes: &[u8], generators: &Range<usize>, zone: Range<usize>) -> Option<Zone> {
    let mut found = Zone { keys: (0, 127), velocities: (0, 127), class: (0, 0) };
    let mut has_sample = false;
    for index in zone {
        let at = generators.start + 4 * index;
        let range = || Some((*bytes.get(at + 2)?, *bytes.get(at + 3)?));
        match number_16(bytes, at)? {
            KEYS => found.keys = range()?,
            VELOCITIES => found.velocities = range()?,
            EXCLUSIVE_CLASS => found.class = (number_16(bytes, at + 2)?, at + 2),
            SAMPLE_ID => has_sample = true,
            _ => {}
        }
    }
    (has_sample && found.class.0 != 0).then_some(found)
}
