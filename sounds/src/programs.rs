//! General MIDI's instruments by name.

/// The names of General MIDI level 1's programs, in order.
pub const NAMES: [&str; 128] = [
    "Grand Piano",
    "Bright Piano",
    "Electric Grand",
    "Honky-Tonk Piano",
    "Electric Piano 1",
    "Electric Piano 2",
    "Harpsichord",
    "Clavinet",
    "Celesta",
    "Glockenspiel",
    "Music Box",
    "Vibraphone",
    "Marimba",
    "Xylophone",
    "Tubular Bells",
    "Dulcimer",
    "Drawbar Organ",
    "Percussive Organ",
    "Rock Organ",
    "Church Organ",
    "Reed Organ",
    "Accordion",
    "Harmonica",
    "Bandoneon",
    "Nylon Guitar",
    "Steel Guitar",
    "Jazz Guitar",
    "Clean Guitar",
    "Muted Guitar",
    "Overdriven Guitar",
    "Distortion Guitar",
    "Guitar Harmonics",
    "Acoustic Bass",
    "Fingered Bass",
    "Picked Bass",
    "Fretless Bass",
    "Slap Bass 1",
    "Slap Bass 2",
    "Synth Bass 1",
    "Synth Bass 2",
    "Violin",
    "Viola",
    "Cello",
    "Contrabass",
    "Tremolo Strings",
    "Pizzicato Strings",
    "Harp",
    "Timpani",
    "String Ensemble 1",
    "String Ensemble 2",
    "Synth Strings 1",
    "Synth Strings 2",
    "Choir Aahs",
    "Voice Oohs",
    "Synth Voice",
    "Orchestra Hit",
    "Trumpet",
    "Trombone",
    "Tuba",
    "Muted Trumpet",
    "French Horn",
    "Brass Section",
    "Synth Brass 1",
    "Synth Brass 2",
    "Soprano Sax",
    "Alto Sax",
    "Tenor Sax",
    "Baritone Sax",
    "Oboe",
    "English Horn",
    "Bassoon",
    "Clarinet",
    "Piccolo",
    "Flute",
    "Recorder",
    "Pan Flute",
    "Blown Bottle",
    "Shakuhachi",
    "Whistle",
    "Ocarina",
    "Square Lead",
    "Saw Lead",
    "Calliope Lead",
    "Chiff Lead",
    "Charang Lead",
    "Voice Lead",
    "Fifths Lead",
    "Bass and Lead",
    "New Age Pad",
    "Warm Pad",
    "Polysynth Pad",
    "Choir Pad",
    "Bowed Pad",
    "Metallic Pad",
    "Halo Pad",
    "Sweep Pad",
    "Rain",
    "Soundtrack",
    "Crystal",
    "Atmosphere",
    "Brightness",
    "Goblins",
    "Echoes",
    "Sci-Fi",
    "Sitar",
    "Banjo",
    "Shamisen",
    "Koto",
    "Kalimba",
    "Bagpipe",
    "Fiddle",
    "Shanai",
    "Tinkle Bell",
    "Agogo",
    "Steel Drums",
    "Woodblock",
    "Taiko Drum",
    "Melodic Tom",
    "Synth Drum",
    "Reverse Cymbal",
    "Fret Noise",
    "Breath Noise",
    "Seashore",
    "Bird Tweet",
    "Telephone",
    "Helicopter",
    "Applause",
    "Gunshot",
];

/// The names of General MIDI level 1's families: eight programs each, in order.
pub const FAMILIES: [&str; 16] = [
    "Pianos",
    "Mallets and Bells",
    "Organs",
    "Guitars",
    "Basses",
    "Solo Strings",
    "Ensembles",
    "Brass",
    "Reeds",
    "Pipes",
    "Synth Leads",
    "Synth Pads",
    "Synth Effects",
    "World",
    "Percussion",
    "Sound Effects",
];

/// The name of a zero-based program.
pub fn name(program: u8) -> &'static str {
    NAMES[usize::from(program & 127)]
}

/// The zero-based program of a name, ignoring case, or of a number from 1 to 128.
pub fn find(text: &str) -> Option<u8> {
    let text = text.trim();
    let named = (0_u8..).zip(NAMES).find(|(_, name)| name.eq_ignore_ascii_case(text));
    let numbered = || text.parse().ok().filter(|number| (1..=128).contains(number)).map(|number: u8| number - 1);
    named.map(|(program, _)| program).or_else(numbered)
}

/// A sound for a melody that brings none: one that no other part has, so that it stands out.
pub fn for_melody(others: &[u8]) -> u8 {
    // Piano, clarinet, flute, tenor saxophone.
    const CHOICE: [u8; 4] = [0, 71, 73, 66];
    CHOICE.into_iter().find(|program| !others.contains(program)).unwrap_or(CHOICE[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_again() {
        for program in 0..128 {
            assert_eq!(find(name(program)), Some(program));
            assert_eq!(find(&(u16::from(program) + 1).to_string()), Some(program));
        }
        assert_eq!((for_melody(&[]), for_melody(&[33, 0, 48, 73]), for_melody(&[0, 71])), (0, 71, 73));
        assert_eq!((find(" flute "), find("0"), find("129"), find("kazoo")), (Some(73), None, None, None));
    }
}
