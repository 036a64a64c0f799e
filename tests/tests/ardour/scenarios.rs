//! What a user does with an arrangement, and what must be recorded then.

use crate::{
    project::{LOOPED, Project, melody, parts_of},
    recording::{Played, ROUNDING, assert_same, sort},
};
use continuo_engine::{part::Part, time::Tick};
use continuo_tests::evidence;

const PART: &str = "ardour";
const QUARTER: i64 = 960;
const END: Tick = 32 * QUARTER;

/// The melody as it must be recorded.
fn melody_played() -> Vec<Played> {
    let quarters = |ticks: i64| ticks as f64 / QUARTER as f64;
    let mut notes: Vec<Played> = melody()
        .into_iter()
        .map(|note| Played {
            start: quarters(note.start),
            end: quarters(note.end()),
            channel: 0,
            pitch: note.pitch,
            velocity: note.velocity,
        })
        .collect();
    sort(&mut notes);
    notes
}

/// What was recorded of the song: the transport may have rolled on a little, into the next phrase.
fn of_the_song(recorded: &[Played]) -> Vec<Played> {
    let end = END as f64 / QUARTER as f64;
    recorded.iter().copied().filter(|note| note.start < end - ROUNDING).collect()
}

/// Melody and parts of a project's score.
fn everything(project: &Project) -> Vec<Played> {
    let mut notes = melody_played();
    notes.extend(parts_of(&project.score(), 0, END));
    sort(&mut notes);
    notes
}

#[test]
#[ignore = "needs Ardour: cargo xtask test --hosts ardour"]
fn an_arrangement_is_recorded_saved_and_played_again() {
    let project = Project::new("arrangement");
    // The first pass listens; the second plays the score, and is recorded on all tracks.
    project.steps("Normal", &["play 0 32", "settle", "arm All Bass Chords Strings Counter Drums", "play 0 32.5"]);
    let expected = everything(&project);
    let parts = expected.iter().filter(|note| note.channel != 0).count();
    assert!(parts > 40, "the parts hardly play: {parts} notes");
    let all = project.recording("All");
    assert_same(&of_the_song(all.last()), &expected, "the recording and the score");
    for part in Part::ALL {
        let channel = part.default_channel();
        let of_part: Vec<Played> = expected.iter().copied().filter(|note| note.channel == channel).collect();
        assert_same(&of_the_song(project.recording(part.name()).last()), &of_part, part.name());
    }
    evidence::record(
        PART,
        "The MIDI that Ardour records is the score, and each part lands on its own track by its channel",
        "eight bars on a MIDI track; two passes, the second recorded on six tracks",
        format!("{} notes, {parts} of them the parts'", expected.len()),
    );

    // Opened again, the project plays what it played.
    let score = project.score();
    project.steps("Normal", &["arm All", "play 0 32.5"]);
    assert_eq!(project.score().phrases(), score.phrases(), "the score changed by being played again");
    let again = project.recording("All");
    assert_same(&of_the_song(again.last()), &expected, "the recording after reopening");
    evidence::record(
        PART,
        "A session that was saved, closed and opened again plays the same notes",
        "Ardour ended and started again between recording and recording",
        format!("{} notes compared", expected.len()),
    );

    // Rendered as fast as Ardour can.
    project.steps("Normal", &["bounce 0 32.5 All"]);
    assert_same(&of_the_song(project.recording("All").last()), &expected, "what was bounced and the score");
    evidence::record(
        PART,
        "What Ardour bounces offline is what it played",
        "the melody's track bounced with its plugin, faster than real time",
        format!("{} notes compared", expected.len()),
    );
}

#[test]
#[ignore = "needs Ardour: cargo xtask test --hosts ardour"]
fn loops_jumps_and_tempos_play_the_score() {
    let project = Project::new("transport");
    project.steps("Normal", &["play 0 32", "settle"]);
    let score = project.score();
    let looped = parts_of(&score, LOOPED.start, LOOPED.end);

    // In a loop, what the phrases become must be the same round after round.
    project.steps("Normal", &["loop 3", "settle"]);
    let after = project.score();
    assert_eq!(parts_of(&after, LOOPED.start, LOOPED.end), looped, "the loop changed the score");

    // A jump in the middle of a phrase: what is recorded is the score's, before it and after it.
    project.steps("Normal", &["arm All", "seek 8 11 20 26"]);
    let recorded = project.recording("All");
    let expected = parts_of(&project.score(), 0, END);
    let mut checked = 0;
    for note in recorded.takes.iter().flatten().filter(|note| note.channel != 0) {
        let known = expected.iter().any(|one| {
            let same = (one.channel, one.pitch) == (note.channel, note.pitch);
            // A note that the jump led into the middle of begins there and ends where the score says.
            let begins = (one.start - note.start).abs() <= ROUNDING || (one.start < note.start && note.start < one.end);
            same && begins && note.end <= one.end + ROUNDING
        });
        assert!(known, "the score does not hold {note:?}");
        checked += 1;
    }
    assert!(checked > 10, "hardly anything was recorded around the jump: {checked} notes");
    evidence::record(
        PART,
        "A loop repeats the score, and a jump in the middle of a phrase plays it from there",
        "three rounds of a two-bar loop; a jump from bar 3 to bar 6 while recording",
        format!("{checked} notes around the jump"),
    );

    // Another tempo from bar 5 on: the score is in quarters, and so is the recording.
    project.steps("Normal", &["tempo 16 180", "arm All", "play 8 26"]);
    let expected: Vec<Played> = parts_of(&project.score(), 8 * QUARTER, 25 * QUARTER);
    let recorded = project.recording("All");
    let found: Vec<Played> =
        recorded.last().iter().copied().filter(|note| note.channel != 0 && note.start < 25.0 - ROUNDING).collect();
    let held: Vec<Played> = found.iter().copied().filter(|note| note.start >= 8.0 + ROUNDING).collect();
    let expected_held: Vec<Played> = expected.iter().copied().filter(|note| note.start >= 8.0 + ROUNDING).collect();
    assert!(expected_held.len() > 20, "the parts hardly play");
    let starts =
        |notes: &[Played]| notes.iter().map(|note| (note.channel, note.pitch, note.velocity)).collect::<Vec<_>>();
    assert_eq!(starts(&held), starts(&expected_held), "the notes after a tempo change");
    for (note, wanted) in held.iter().zip(&expected_held) {
        assert!((note.start - wanted.start).abs() <= ROUNDING, "{note:?} should begin at {}", wanted.start);
    }
    evidence::record(
        PART,
        "A tempo change on the timeline moves no note",
        "120 to 180 quarters a minute at bar 5, recorded",
        format!("{} notes", held.len()),
    );
}

#[test]
#[ignore = "needs Ardour: cargo xtask test --hosts ardour"]
fn genre_and_temperature_follow_the_timeline() {
    let project = Project::new("automation");
    // Genre has 32 slots: 0 is the first, 1/31 the second. Temperature goes from 0 to 2.
    project.steps(
        "Normal",
        &[
            "automate Genre 0 0 14 0 15 0.0323 32 0.0323",
            "automate Temperature 0 0.5 14 0.5 15 0 32 0",
            "play 0 32",
            "settle",
        ],
    );
    let score = project.score();
    let recipe = |quarter: i64| {
        let phrase = score.phrase_at(quarter * QUARTER).unwrap_or_else(|| panic!("no phrase at quarter {quarter}"));
        let recipe = phrase.recipe.as_ref().expect("the phrase was made from something");
        (recipe.genre, recipe.temperature)
    };
    let (genre, temperature) = recipe(4);
    assert_eq!(genre, 0);
    assert!((temperature - 1.0).abs() < 0.02, "temperature {temperature} in the first phrase");
    let (genre, temperature) = recipe(24);
    assert_eq!(genre, 1);
    assert!(temperature < 0.02, "temperature {temperature} in the second phrase");
    evidence::record(
        PART,
        "Genre and temperature on the timeline shape the phrases they are drawn over",
        "automation in Ardour, read back from the recipes in the saved score",
        format!("{} phrases", score.phrases().len()),
    );
}
