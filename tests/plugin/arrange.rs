//! The plugin plays what the engine arranges for a whole song.

use continuo_engine::{
    arranging::{Arranger, arrange_song},
    network::{BackendChoice, ModelSource},
    score::WholeSong,
    styles::Shelf,
};
use continuo_harness::{
    Pace, Player,
    built::{FORMATS, host, notes, second_pass},
    played::PlayedNote,
    songs::{melody_in_ticks, ode},
};
use continuo_music::{
    meter::MeterMap,
    part::Part,
    settings::{Settings, Shape},
};

#[test]
fn the_second_pass_is_the_arrangement() {
    let song = ode();
    let melody = melody_in_ticks(&song);
    let mut arranger =
        Arranger::load(&ModelSource::from_environment(), BackendChoice::Auto).expect("the shipped model loads");
    let shape = Shape { genre: arranger.card().default_genre as u8, ..Shape::default() };
    let settings = Settings { shape, ..Settings::default() };
    let whole = WholeSong { melody, meters: MeterMap::default(), ..WholeSong::default() };
    let arrangement =
        arrange_song(&mut arranger, &whole, &settings, &Shelf::default(), |_, _| {}).expect("the song is arranged");
    let mut expected: Vec<PlayedNote> = Part::ALL
        .into_iter()
        .flat_map(|part| {
            arrangement.parts[part].iter().map(move |note| PlayedNote {
                start: note.start,
                channel: part.default_channel(),
                pitch: note.pitch,
                end: note.end(),
                velocity: note.velocity,
            })
        })
        .collect();
    // A plugin that hears the melody does not know where the song ends.
    let last_phrase = arrangement.phrases.last().expect("there are phrases").0.start;
    expected.retain(|note| note.start < last_phrase);
    expected.sort_unstable();
    assert!(expected.len() > 20, "the parts hardly play: {} notes", expected.len());

    for format in FORMATS {
        let mut host = host(format);
        let mut player = Player::new(&mut *host, 48_000.0, 256, true, Pace::Fast).expect("the plugin is activated");
        let events = second_pass(&mut player, &song);
        let mut found = notes(&song, 48_000.0, &events);
        found.retain(|note| note.channel != 0 && note.start < last_phrase);
        assert_eq!(found, expected, "{format:?}");
    }
}
