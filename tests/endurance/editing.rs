//! A player in real time whose hands never rest: takes made, chosen and marked by hand, everything cleared, steps undone
//! and redone, states loaded, while the instance plays on.

use crate::{PART, alone, built::library, child, process};
use continuo_engine::score::Score;
use continuo_harness::{evidence, screen::Server, session::Session};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::{
    collections::BTreeMap,
    env,
    ffi::OsStr,
    io::{Write, stderr},
    path::PathBuf,
    time::{Duration, Instant},
};

/// Real time cannot be hurried: so many seconds for an hour of the soak's music, and no more than the most.
const SECONDS_AN_HOUR: f64 = 600.0;
const MOST_SECONDS: f64 = 900.0;

/// What hands do in the window, and how often beside the others.
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
    let Some(server) = Server::start(1400, 1000).expect("the X server starts") else {
        assert!(env::var_os("CI").is_none(), "Xvfb is not installed");
        // Past what the test harness catches: nobody would read it there.
        let _ = writeln!(stderr(), "LEFT OUT: hands that never rest need a screen; install xvfb");
        return;
    };
    let probe = child::folder("probe-editing").join("controls");
    let environment: [(&str, &OsStr); 2] =
        [("DISPLAY", server.display().as_ref()), ("CONTINUO_PROBE", probe.as_os_str())];
    child::run("editing::edits_without_end", &environment);
}

/// How often each thing was done.
#[derive(Default)]
struct Done(BTreeMap<&'static str, u32>);

impl Done {
    fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }
}

/// Takes of all phrases in the score.
fn takes(session: &mut Session) -> usize {
    let score = Score::from_json(&session.score()).expect("what is saved can be read");
    score.all_takes().map(|(_, takes)| takes.list().len()).sum()
}

/// A key of the keyboard in the window, somewhere.
fn play_a_key(session: &mut Session, random: &mut ChaCha8Rng) {
    let keys = session.place("Keyboard");
    let step = random.random_range(1..9);
    session.play((keys.x + keys.width * step / 10, keys.y + keys.height - 8));
}

/// One thing that hands do.
fn act(session: &mut Session, random: &mut ChaCha8Rng, states: &mut Vec<Vec<u8>>, done: &mut Done) {
    let all: u32 = CLICKS.iter().map(|(_, often)| often).sum();
    let mut drawn = random.random_range(0..all + 14);
    for (name, often) in CLICKS {
        if drawn < often {
            session.click(name);
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
    let Some(probe) = env::var_os("CONTINUO_PROBE").map(PathBuf::from) else { return };
    let hours: f64 = env::var("CONTINUO_SOAK_HOURS").ok().and_then(|text| text.parse().ok()).unwrap_or(0.1);
    let time = Duration::from_secs_f64((hours * SECONDS_AN_HOUR).min(MOST_SECONDS));
    let mut random = ChaCha8Rng::seed_from_u64(9);
    let mut done = Done::default();
    let mut session = Session::open(&library(), &probe);
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
        most_takes = most_takes.max(takes(&mut session));
    }
    session.roll(false);
    session.until("every note that began has ended", |session| session.sounding().is_empty());
    let notes = session.begun();
    assert!(notes > 20, "it hardly plays: {notes} notes");
    assert!(most_takes > 1, "no take was made by hand");
    drop(session);
    let left: Vec<String> =
        process::threads().unwrap_or_default().into_iter().filter(|name| name.starts_with("continuo")).collect();
    assert!(left.is_empty(), "threads were left behind: {left:?}");
    let told: Vec<String> = done.0.iter().map(|(what, times)| format!("{what} {times}")).collect();
    evidence::record(
        PART,
        "Hands that never rest, in real time, leave no note sounding and no thread behind",
        "the real window on a screen without a monitor: takes made, chosen and marked, all cleared, steps undone and \
         redone, keys, jumps and loaded states at random while it plays; each event checked, each saved score read",
        format!(
            "{:.0} s, {notes} notes, up to {most_takes} takes in the score; {}",
            time.as_secs_f64(),
            told.join(", ")
        ),
    );
}
