//! A user in real time whose hands never rest: makes, chooses and marks takes, clears everything, undoes and redoes steps,
//! loads states, while the instance plays on.

use crate::{PART, alone, soak_hours};
use continuo_harness::{evidence, on_a_screen, process, window_session::WindowSession};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{
    collections::BTreeMap,
    env,
    time::{Duration, Instant},
};

/// In real time, this many seconds stand for an hour of the soak's music, up to a limit.
const SECONDS_AN_HOUR: f64 = 600.0;
const MOST_SECONDS: f64 = 900.0;

/// What the hands click in the window, and how often compared with the rest.
const CLICKS: [(&str, u32); 7] = [
    ("Make another take", 8),
    ("Take before", 4),
    ("Take after", 4),
    ("Favourite", 4),
    ("Undo", 6),
    ("Redo", 3),
    ("Clear", 1),
];

#[test]
#[ignore = "takes minutes: cargo xtask test --hosts soak"]
fn hands_that_never_rest_leave_nothing_behind() {
    let _alone = alone();
    on_a_screen::run("editing::edits_without_end", &[]);
}

/// How often each action was done.
#[derive(Default)]
struct Done(BTreeMap<&'static str, u32>);

impl Done {
    fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }
}

/// The number of takes of all phrases in the score.
fn all_takes(session: &mut WindowSession) -> usize {
    session.score().all_takes().map(|(_, takes)| takes.list().len()).sum()
}

/// Plays a random key of the keyboard in the window.
fn play_a_key(session: &mut WindowSession, random: &mut ChaCha8Rng) {
    let keys = session.control("Keyboard");
    let step = random.random_range(1..9);
    session.play((keys.x + keys.width * step / 10, keys.y + keys.height - 8));
}

/// One random action of the hands.
fn act(session: &mut WindowSession, random: &mut ChaCha8Rng, states: &mut Vec<Vec<u8>>, done: &mut Done) {
    let all: u32 = CLICKS.iter().map(|(_, often)| often).sum();
    let mut drawn = random.random_range(0..all + 14);
    for (name, often) in CLICKS {
        if drawn < often {
            let score = session.score();
            session.click(name);
            // It asks first, unless there is nothing to delete.
            if name == "Clear" && !(score.melody().is_empty() && score.phrases().is_empty()) {
                session.click("Delete melody and parts");
            }
            done.count(name);
            return;
        }
        drawn -= often;
    }
    match drawn {
        0..7 => {
            play_a_key(session, random);
            done.count("keys");
        }
        7..9 => {
            session.rewind();
            done.count("jumps");
        }
        9..12 => {
            states.push(session.save());
            done.count("saved");
        }
        _ => {
            let state = states[random.random_range(0..states.len())].clone();
            session.load(&state);
            done.count("loaded");
        }
    }
}

/// Run by the test above, on a screen of its own.
#[test]
#[ignore = "another test runs it with an environment of its own"]
fn edits_without_end() {
    // `--ignored` alone runs this test too, without a screen: then it does nothing.
    if env::var_os("CONTINUO_PROBE").is_none() {
        return;
    }
    let time = Duration::from_secs_f64((soak_hours() * SECONDS_AN_HOUR).min(MOST_SECONDS));
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let mut done = Done::default();
    let mut session = on_a_screen::open_window();
    session.set("Phrase Length", "1 bar");
    session.roll(true);
    for _ in 0..6 {
        play_a_key(&mut session, &mut random);
    }
    let mut states = vec![session.save()];
    let mut most_takes = 0;
    let begun = Instant::now();
    while begun.elapsed() < time {
        act(&mut session, &mut random, &mut states, &mut done);
        most_takes = most_takes.max(all_takes(&mut session));
    }
    session.roll(false);
    session.until("every note that began has ended", |session| session.is_silent());
    let notes = session.begun();
    assert!(notes > 20, "the plugin hardly plays: {notes} notes");
    assert!(most_takes > 1, "no take was made by hand");
    drop(session);
    let left: Vec<String> = process::settled_thread_names()
        .unwrap_or_default()
        .into_iter()
        .filter(|name| name.starts_with("continuo"))
        .collect();
    assert!(left.is_empty(), "threads were left behind: {left:?}");
    let counts: Vec<String> = done.0.iter().map(|(what, times)| format!("{what} {times}")).collect();
    evidence::record(
        PART,
        "Hands that never rest, in real time, leave no note sounding and no thread behind",
        "the real window on a screen without a monitor: takes made, chosen and marked, all cleared, steps undone and \
         redone, keys, jumps and loaded states at random while it plays; each event checked, each saved score read",
        format!(
            "{:.0} s, {notes} notes, up to {most_takes} takes in the score; {}",
            time.as_secs_f64(),
            counts.join(", ")
        ),
    );
}
