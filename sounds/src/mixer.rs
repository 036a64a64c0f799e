//! How loud each of the band is heard from the sounds, so that the melody stands in front: measured with the built-in
//! SoundFont in arrangements of all genres.

use crate::programs;
use continuo_music::{lead::LEAD_NAME, midi_file::OutputFile, part::Part};

/// The General MIDI volume of a melody that plays a program.
pub fn melody_volume(program: u8) -> u8 {
    // The reeds and the flute among these carry further than a piano.
    if (64..80).contains(&program) { 104 } else { 122 }
}

/// The General MIDI volume of Lead that plays a program: a little behind the melody.
pub fn lead_volume(program: u8) -> u8 {
    let factor = 10_f32.powf((trim(program) - 1.5) / 40.0);
    (f32::from(melody_volume(program)) * factor).round().clamp(1.0, 127.0) as u8
}

/// The General MIDI volume of a part that plays a program.
pub fn volume(part: Part, program: u8) -> u8 {
    let volume: f32 = match part {
        Part::Drums => 120.0,
        Part::Bass => 96.0,
        Part::Chords => 82.0,
        Part::Strings => 64.0,
        Part::Counter => 88.0,
    };
    // A volume's decibels are 40 times its decimal logarithm.
    let factor = if part == Part::Drums { 1.0 } else { 10_f32.powf(trim(program) / 40.0) };
    (volume * factor).round().clamp(1.0, 127.0) as u8
}

/// By how many decibels a program is louder or softer than most.
const fn trim(program: u8) -> f32 {
    match program {
        // Synthetic strings and leads.
        50 | 51 | 80..=87 => -4.0,
        // Steel and electric guitars.
        25..=31 => -2.0,
        _ => 0.0,
    }
}

/// An arranged song as it sounds: a melody that names no instrument gets one that the parts do not have, and the parts lie
/// behind it. Tracks of the player's own are as they are.
pub fn mixed(file: &OutputFile) -> OutputFile {
    let mut file = file.clone();
    let others: Vec<u8> = file.tracks.iter().skip(1).filter_map(|track| track.program).collect();
    if let Some(melody) = file.tracks.first_mut() {
        let own = melody.program.or(melody.track.program());
        let program = own.unwrap_or_else(|| programs::for_melody(&others));
        melody.volume = Some(melody_volume(program));
        if own.is_none() {
            melody.program = Some(program);
        }
    }
    for track in file.tracks.iter_mut().skip(1).filter(|track| track.volume.is_some()) {
        let (name, program) = (track.track.name.as_deref(), track.program.unwrap_or(0));
        let lead = (name == Some(LEAD_NAME)).then(|| lead_volume(program));
        let part = || Part::ALL.into_iter().find(|part| name == Some(part.name()));
        track.volume = lead.or_else(|| part().map(|part| volume(part, program))).or(track.volume);
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_melody_is_in_front_and_loud_programs_are_softer() {
        assert!(Part::PITCHED.into_iter().all(|part| volume(part, 0) < melody_volume(0)));
        assert!((0..128).all(|program| lead_volume(program) < melody_volume(program)));
        assert!(volume(Part::Strings, 50) < volume(Part::Strings, 48));
        assert_eq!(volume(Part::Drums, 0), volume(Part::Drums, 80));
    }
}
