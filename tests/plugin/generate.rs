//! The switch that requests another take of the phrase at the playhead.

use continuo_engine::score::Score;
use continuo_harness::{
    Format, Player,
    built::{FORMATS, host, host_with_song, offline_player},
    songs::ode,
    state,
};
use std::{
    thread,
    time::{Duration, Instant},
};

fn score(player: &mut Player<'_>) -> Score {
    state::score(&player.host().save().expect("the plugin saves its state"))
}

/// Works with an instance that has a song in its score, with the transport at the song's start.
fn with_instance(format: Format, work: impl FnOnce(&mut Player<'_>)) {
    let mut plugin = host_with_song(format);
    let mut player = offline_player(&mut *plugin);
    player.locate(&ode());
    player.settle().expect("the plugin settles");
    work(&mut player);
}

/// Waits until the first phrase differs from the one before.
fn wait_for_another(player: &mut Player<'_>, format: Format, before: &Score) -> Score {
    let begun = Instant::now();
    loop {
        player.stand(10).expect("the plugin processes");
        let now = score(player);
        if now.phrases()[0] != before.phrases()[0] {
            return now;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{format:?}: no other take is made");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn each_time_generate_is_switched_on_another_take_is_made() {
    for format in FORMATS {
        with_instance(format, |player| {
            let mut now = score(player);
            for _ in 0..3 {
                player.host().set("Generate", "On").expect("the switch is there");
                now = wait_for_another(player, format, &now);
                player.host().set("Generate", "Off").expect("the switch is there");
                player.stand(2).expect("the plugin processes");
            }
        });
    }
}

#[test]
fn a_project_that_was_saved_with_generate_on_opens_as_it_was() {
    for format in FORMATS {
        let mut saved = Vec::new();
        let mut before = Score::default();
        with_instance(format, |player| {
            let first = score(player);
            player.host().set("Generate", "On").expect("the switch is there");
            before = wait_for_another(player, format, &first);
            saved = player.host().save().expect("the plugin saves its state");
        });
        let mut again = host(format);
        again.load(&saved).expect("the plugin accepts the state");
        let mut player = offline_player(&mut *again);
        player.locate(&ode());
        // The second time in the instance that already plays.
        for _ in 0..2 {
            player.settle().expect("the plugin settles");
            let now = score(&mut player);
            assert!(now.phrases()[0] == before.phrases()[0], "{format:?}: a take that nobody requested");
            // The composer still answers the switch.
            player.host().set("Generate", "Off").expect("the switch is there");
            player.stand(2).expect("the plugin processes");
            player.host().set("Generate", "On").expect("the switch is there");
            let requested = wait_for_another(&mut player, format, &before);
            let takes = |score: &Score| score.takes(0).map_or(1, |takes| takes.list().len());
            assert_eq!(takes(&requested), takes(&before) + 1, "{format:?}: more takes than requested");
            player.host().load(&saved).expect("the plugin accepts the state");
        }
    }
}
