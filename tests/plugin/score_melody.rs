//! The score's melody plays where the player lets it, in both formats.

use continuo_harness::{
    Format, Pace, Player,
    built::{FORMATS, RATE, host_with_song, notes, offline_player, pass},
    played::PlayedNote,
    songs::ode,
    tune::{MelodyNote, Tune},
};

/// A tune of the ode's length in which nothing is played.
fn silence() -> Tune {
    Tune { melody: vec![], ..ode() }
}

fn melody_of(played: Vec<PlayedNote>) -> Vec<(i64, i64, u8)> {
    played.into_iter().filter(|note| note.channel == 0).map(|note| (note.start, note.end, note.pitch)).collect()
}

/// What is heard of the melody in a pass over a song whose melody is in the score.
fn heard(format: Format, source: &str, thru: &str, tune: &Tune) -> Vec<(i64, i64, u8)> {
    let mut host = host_with_song(format);
    host.set("Melody Source", source).expect("the parameter is there");
    host.set("Melody Thru", thru).expect("the parameter is there");
    let mut player = offline_player(&mut *host);
    player.settle().expect("the plugin settles");
    let events = pass(&mut player, tune);
    melody_of(notes(tune, RATE, &events))
}

#[test]
fn the_scores_melody_plays_without_any_input() {
    for format in FORMATS {
        let played = heard(format, "Input", "On", &ode());
        assert!(played.len() > 20, "the ode has more notes");
        assert_eq!(heard(format, "Input", "On", &silence()), [], "{format:?}");
        for (source, thru) in [("Score", "On"), ("Score", "Off"), ("Both", "Off"), ("Both", "On")] {
            let found = heard(format, source, thru, &silence());
            let starts = |notes: &[(i64, i64, u8)]| notes.iter().map(|note| (note.0, note.2)).collect::<Vec<_>>();
            assert_eq!(starts(&found), starts(&played), "{format:?} {source} {thru}");
        }
    }
}

#[test]
fn a_clip_that_is_the_scores_melody_sounds_once() {
    for format in FORMATS {
        let played = heard(format, "Input", "On", &ode());
        for source in ["Score", "Both"] {
            let found = heard(format, source, "On", &ode());
            assert_eq!(found.len(), played.len(), "{format:?} {source}");
            let same = |(one, other): (&(i64, i64, u8), &(i64, i64, u8))| one.0 == other.0 && one.2 == other.2;
            assert!(found.iter().zip(&played).all(same), "{format:?} {source}");
        }
    }
}

#[test]
fn another_line_plays_over_the_scores_in_both_and_is_silent_in_score() {
    let tune = ode();
    let line: Vec<MelodyNote> = tune.melody.iter().map(|note| MelodyNote { pitch: note.pitch + 12, ..*note }).collect();
    let over = Tune { melody: line, ..tune.clone() };
    for format in FORMATS {
        let count = tune.melody.len();
        assert_eq!(heard(format, "Score", "On", &over).len(), count, "{format:?}");
        assert_eq!(heard(format, "Both", "On", &over).len(), 2 * count, "{format:?}");
        // The score's melody is what it was.
        let mut host = host_with_song(format);
        host.set("Melody Source", "Both").expect("the parameter is there");
        let before = continuo_harness::state::score(&host.save().expect("the plugin saves"));
        let mut player = offline_player(&mut *host);
        pass(&mut player, &over);
        player.settle().expect("the plugin settles");
        let after = continuo_harness::state::score(&player.host().save().expect("the plugin saves"));
        assert_eq!(after.melody(), before.melody(), "{format:?}");
        assert_eq!(after.phrases(), before.phrases(), "{format:?}");
    }
}

#[test]
fn what_is_recorded_in_a_first_pass_plays_the_same_live_and_in_a_bounce() {
    let play = |offline: bool| {
        let mut host = continuo_harness::built::host(Format::Clap);
        host.set("Melody Source", "Both").expect("the parameter is there");
        let pace = if offline { Pace::Fast } else { Pace::Timed(8.0) };
        let mut player = Player::new(&mut *host, RATE, 480, offline, pace).expect("the plugin is activated");
        player.set_loop();
        let first = notes(&ode(), RATE, &pass(&mut player, &ode()));
        let second = notes(&silence(), RATE, &pass(&mut player, &silence()));
        (melody_of(first), melody_of(second))
    };
    let (live, bounce) = (play(false), play(true));
    assert!(bounce.1.len() + 2 > bounce.0.len(), "all but what begins at once plays again: {}", bounce.1.len());
    assert_eq!(live, bounce);
}
