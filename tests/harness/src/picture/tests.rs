use super::{SongPicture, colour, voice::Voice};
use continuo_music::{
    meter::{Meter, MeterMap},
    note::Note,
    part::Part,
    time::Tick,
};
use std::path::Path;

fn notes(pitches: &[u8]) -> Vec<Note> {
    let note = |(index, &pitch): (usize, &u8)| Note { start: 960 * index as Tick, pitch, length: 900, velocity: 100 };
    pitches.iter().enumerate().map(note).collect()
}

#[test]
fn a_song_is_drawn_with_its_voices_in_their_colours() {
    let (melody, drums) = (notes(&[64, 64, 65, 67]), notes(&[36, 42, 38, 42]));
    let voices = [
        Voice { part: None, channel: 1, notes: &melody },
        Voice { part: Some(Part::Drums), channel: 10, notes: &drums },
    ];
    let meters = MeterMap::new(Meter::COMMON);
    let picture = SongPicture { title: "A & B", subtitle: "", voices: &voices, meters: &meters, end: 3840 };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("roll.png");
    picture.draw(&file).unwrap();
    let pixels = resvg::tiny_skia::Pixmap::load_png(&file).unwrap();
    for part in [None, Some(Part::Drums)] {
        let wanted = u32::from_str_radix(&colour::of(part)[1..], 16).unwrap().to_be_bytes();
        let close = |pixel: &resvg::tiny_skia::PremultipliedColorU8| {
            pixel.red() == wanted[1] && pixel.green() == wanted[2] && pixel.blue() == wanted[3]
        };
        assert!(pixels.pixels().iter().any(close), "{part:?} is not in the picture");
    }
}

#[test]
fn long_songs_wrap_at_bar_lines() {
    let meters = MeterMap::new(Meter { numerator: 5, denominator: 4 });
    let picture = SongPicture { title: "", subtitle: "", voices: &[], meters: &meters, end: 20 * 4800 };
    let systems = picture.systems();
    assert!(systems.iter().all(|&(start, end)| start % 4800 == 0 && end % 4800 == 0 && end - start <= 32 * 960));
    assert_eq!(systems.last().unwrap().1, 20 * 4800);
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let meters = MeterMap::default();
    let picture = SongPicture { title: "", subtitle: "", voices: &[], meters: &meters, end: 3840 };
    let error = picture.draw(Path::new("no such folder/roll.png")).unwrap_err().to_string();
    assert!(error.contains("roll.png"), "{error}");
}
