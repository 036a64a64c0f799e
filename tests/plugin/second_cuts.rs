//! In Live mode the band follows the chords that the player holds, and a bounce plays what was heard.

use continuo_harness::{
    Format, Pace, Player,
    built::{FORMATS, RATE, host, notes, offline_player, pass},
    played::PlayedNote,
    songs::ode,
    state,
    tune::{MelodyNote, Tune},
};

/// The ode with chords in the left hand that no band expects.
fn with_left_hand() -> Tune {
    let mut tune = ode();
    let held: [(f64, f64, [u8; 3]); 4] = [
        (4.0, 3.9, [44, 48, 51]),  // A flat major
        (13.0, 2.9, [49, 53, 56]), // D flat major
        (20.0, 3.9, [46, 50, 53]), // B flat major
        (26.0, 1.5, [51, 54, 58]), // E flat minor
    ];
    for (start, length, pitches) in held {
        tune.melody.extend(pitches.map(|pitch| MelodyNote { start, length, pitch, velocity: 80 }));
    }
    tune.melody.sort_by(|one, other| one.start.total_cmp(&other.start));
    tune
}

/// What the parts play.
fn parts(tune: &Tune, events: &[continuo_harness::SongEvent]) -> Vec<PlayedNote> {
    notes(tune, RATE, events).into_iter().filter(|note| note.channel != 0).collect()
}

fn in_live_mode(format: Format) -> Box<dyn continuo_harness::PluginHost> {
    let mut host = host(format);
    host.set("Mode", "Live").expect("the plugin has the mode");
    host.set("Seed", "7").expect("the plugin accepts the seed");
    host
}

/// What is heard live at a pace, and the project that it leaves.
fn live(format: Format, tune: &Tune, pace: f64) -> (Vec<PlayedNote>, Vec<u8>) {
    let mut host = in_live_mode(format);
    let mut player = Player::new(&mut *host, RATE, 64, false, Pace::Timed(pace)).expect("the plugin is activated");
    player.locate(tune);
    player.settle().expect("the plugin settles");
    let heard = parts(tune, &pass(&mut player, tune));
    (heard, player.host().save().expect("the plugin saves its state"))
}

/// What a bounce plays, of a saved project if one is given.
fn bounce(format: Format, tune: &Tune, saved: Option<&[u8]>) -> Vec<PlayedNote> {
    let mut host = in_live_mode(format);
    if let Some(saved) = saved {
        host.load(saved).expect("the plugin accepts its state");
    }
    let mut player = offline_player(&mut *host);
    player.locate(tune);
    parts(tune, &pass(&mut player, tune))
}

#[test]
fn a_bounce_plays_what_was_heard_live_with_chords_in_the_left_hand() {
    let tune = with_left_hand();
    let reference = bounce(Format::Clap, &tune, None);
    let tones = |from: i64, to: i64| -> u16 {
        let inside = reference.iter().filter(|note| note.channel == 1 && (from..to).contains(&note.start));
        inside.fold(0, |classes, note| classes | 1 << (note.pitch % 12))
    };
    assert_ne!(tones(5 * 960 - 120, 8 * 960 - 120) & (1 << 8 | 1 << 0 | 1 << 3), 0, "the bass follows");
    for format in FORMATS {
        // Where other programs keep the machine from playing in time, the pass is played once more, more slowly.
        let mut passes = [2.0, 1.0, 0.5].into_iter().map(|pace| live(format, &tune, pace));
        let (heard, saved) = passes.find(|(heard, _)| *heard == reference).unwrap_or_else(|| live(format, &tune, 0.5));
        assert_eq!(heard, reference, "{format:?}: what is heard live");
        let score = state::score(&saved);
        let recipes = score.phrases().iter().filter_map(|phrase| phrase.recipe.as_ref());
        let cuts: usize = recipes.map(|recipe| recipe.second_cuts.len()).sum();
        assert!(cuts >= 4, "{format:?}: {cuts} second cuts");
        assert_eq!(bounce(format, &tune, Some(&saved)), reference, "{format:?}: a bounce of the project");
        assert_eq!(bounce(format, &tune, None), reference, "{format:?}: a bounce by a fresh instance");
    }
}
