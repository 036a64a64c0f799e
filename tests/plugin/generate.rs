//! The switch that asks for another take of the phrase at the playhead.

use continuo_engine::score::Score;
use continuo_harness::built::{FORMATS, host, ode, played_state};
use continuo_harness::{Format, Host, Pace, Player};
use std::{
    thread,
    time::{Duration, Instant},
};

fn score(host: &mut dyn Host, format: Format) -> Score {
    let state = host.save().expect("the state is saved");
    // The formats wrap the same state: CLAP's has its length in front.
    let json = if format == Format::Clap { &state[8..] } else { &state };
    let state: serde_json::Value = serde_json::from_slice(json).expect("a state is JSON");
    let text: String = serde_json::from_str(state["fields"]["score"].as_str().expect("it holds the score"))
        .expect("the field is a string");
    Score::from_json(&text).expect("the score is one")
}

/// An instance with a song that was played, at whose start the transport stands.
fn with_instance(format: Format, work: impl FnOnce(&mut Player<'_>)) {
    let mut plugin = host(format);
    let state = played_state();
    plugin.load(if format == Format::Clap { &state } else { &state[8..] }).expect("the state is taken");
    let mut player = Player::new(&mut *plugin, 48_000.0, 480, true, Pace::Fast).expect("the plugin is activated");
    player.locate(&ode());
    player.settle().expect("the plugin settles");
    work(&mut player);
}

/// Stands until the first phrase is another than before.
fn wait_for_another(player: &mut Player<'_>, format: Format, before: &Score) -> Score {
    let begun = Instant::now();
    loop {
        player.stand(10).expect("the plugin stands");
        let now = score(player.host(), format);
        if now.phrases()[0] != before.phrases()[0] {
            return now;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{format:?}: there is no other take");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn each_time_generate_is_switched_on_there_is_another_take() {
    for format in FORMATS {
        with_instance(format, |player| {
            let mut now = score(player.host(), format);
            for _ in 0..3 {
                player.host().set("Generate", "On").expect("the switch is there");
                now = wait_for_another(player, format, &now);
                player.host().set("Generate", "Off").expect("the switch is there");
                player.stand(2).expect("the plugin stands");
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
            let first = score(player.host(), format);
            player.host().set("Generate", "On").expect("the switch is there");
            before = wait_for_another(player, format, &first);
            saved = player.host().save().expect("the state is saved");
        });
        let mut again = host(format);
        again.load(&saved).expect("the state is taken");
        let mut player = Player::new(&mut *again, 48_000.0, 480, true, Pace::Fast).expect("the plugin is activated");
        player.locate(&ode());
        // In the instance that plays, too.
        for _ in 0..2 {
            player.settle().expect("the plugin settles");
            let now = score(player.host(), format);
            assert!(now.phrases()[0] == before.phrases()[0], "{format:?}: a take that nobody asked for");
            // The composer does listen.
            player.host().set("Generate", "Off").expect("the switch is there");
            player.stand(2).expect("the plugin stands");
            player.host().set("Generate", "On").expect("the switch is there");
            let asked = wait_for_another(&mut player, format, &before);
            let takes = |score: &Score| score.takes(0).map_or(1, |takes| takes.list().len());
            assert_eq!(takes(&asked), takes(&before) + 1, "{format:?}: more takes than were asked for");
            player.host().load(&saved).expect("the state is taken");
        }
    }
}
