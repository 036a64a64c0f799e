//! What a user does with an arrangement, and what Ardour must record then.

use crate::{
    project::{LOOPED, Project, melody, parts_of},
    recording::{Played, ROUNDING, assert_same, sort},
    witness,
};
use continuo_engine::score::Score;
use continuo_harness::evidence;
use continuo_music::{note::Note, part::Part, time::Tick};

const PART: &str = "ardour";
const QUARTER: i64 = 960;
const END: Tick = 32 * QUARTER;

fn quarters(ticks: Tick) -> f64 {
    ticks as f64 / QUARTER as f64
}

/// The melody as it must be recorded.
fn melody_played() -> Vec<Played> {
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

/// The recorded notes of the song: the transport may have rolled on a little, into the next phrase.
fn of_the_song(recorded: &[Played]) -> Vec<Played> {
    let end = quarters(END);
    recorded.iter().copied().filter(|note| note.start < end - ROUNDING).collect()
}

/// The melody is heard as it is: each note where it is, and as long.
fn assert_heard(heard: &[Note]) {
    /// A sample, in ticks, rounded up, at either end.
    const NEAR: i64 = 2;
    let expected = melody();
    let differs = |(heard, expected): &(&Note, &Note)| {
        heard.pitch != expected.pitch
            || (heard.start - expected.start).abs() > NEAR
            || (heard.end() - expected.end()).abs() > NEAR
    };
    let found = heard.iter().zip(&expected).find(differs);
    assert_eq!((heard.len(), found), (expected.len(), None), "heard, and expected");
}

/// All but the melody.
fn of_the_parts(played: &[Played]) -> Vec<Played> {
    played.iter().copied().filter(|note| note.channel != 0).collect()
}

/// The notes that begin in a stretch of quarter notes, sorted. A note that begins a hair before the stretch counts, and one
/// that begins a hair before its end does not.
fn beginning_in(played: &[Played], from: f64, to: f64) -> Vec<Played> {
    let stretch = from - ROUNDING..to - ROUNDING;
    let mut notes: Vec<Played> = played.iter().copied().filter(|note| stretch.contains(&note.start)).collect();
    sort(&mut notes);
    notes
}

/// Checks that both have the same notes, which begin at the same places.
fn assert_begin(found: &[Played], wanted: &[Played], what: &str) {
    let keys =
        |notes: &[Played]| notes.iter().map(|note| (note.channel, note.pitch, note.velocity)).collect::<Vec<_>>();
    assert_eq!(keys(found), keys(wanted), "{what}");
    for (note, wanted) in found.iter().zip(wanted) {
        assert!((note.start - wanted.start).abs() <= ROUNDING, "{what}: {note:?} should begin at {}", wanted.start);
    }
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
    assert_heard(score.melody());
    project.steps("Normal", &["arm All", "play 0 32.5"]);
    // Behind the song's end stands a prediction, which is made anew.
    let of_the_song_only =
        |score: &Score| score.phrases().iter().filter(|phrase| phrase.span.start < END).cloned().collect::<Vec<_>>();
    let phrases = of_the_song_only(&project.score());
    assert_eq!(phrases, of_the_song_only(&score), "the score changed by being played again");
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

    // In a loop, the score is played round after round, and stays what it was.
    let shown = project.steps("Normal", &["witness", "loop 3", "settle"]);
    assert_eq!(parts_of(&project.score(), LOOPED.start, LOOPED.end), looped, "the loop changed the score");
    let played = of_the_parts(&witness::notes(&shown));
    let rounds = witness::rounds(&played);
    assert!(rounds.len() >= 3, "the loop went round {} times", rounds.len());
    let (from, to) = (quarters(LOOPED.start), quarters(LOOPED.end));
    for round in &rounds[..3] {
        assert_begin(&beginning_in(round, from, to), &beginning_in(&looped, from, to), "a round of the loop");
    }

    // A jump in the middle of a phrase, while the transport rolls: the score plays before it and after it, and no note that
    // began before the jump sounds on after it.
    let shown = project.steps("Normal", &["witness", "seek 8 11 20 26"]);
    let played = of_the_parts(&witness::notes(&shown));
    let score = parts_of(&project.score(), 0, END);
    let into = |place: f64| -> Vec<(u8, u8)> {
        let over = score.iter().filter(|note| note.start < place && note.end > place);
        over.map(|note| (note.channel, note.pitch)).collect()
    };
    let mut checked = 0;
    for (from, to) in [(8.0, 11.0), (20.0, 26.0)] {
        let held_over = into(from);
        let mut found = beginning_in(&played, from, to);
        // If the playhead lands in the middle of a note, the note may begin there.
        found.retain(|note| note.start > from + ROUNDING || !held_over.contains(&(note.channel, note.pitch)));
        let mut wanted = beginning_in(&score, from, to);
        wanted.retain(|note| note.start > from + ROUNDING || !held_over.contains(&(note.channel, note.pitch)));
        assert_begin(&found, &wanted, "what was played around a jump");
        for (note, wanted) in found.iter().zip(&wanted).filter(|(_, wanted)| wanted.end <= to) {
            assert!((note.end - wanted.end).abs() <= ROUNDING, "{note:?} should end at {}", wanted.end);
        }
        checked += found.len();
    }
    assert!(checked > 40, "hardly anything was played around the jump: {checked} notes");
    let between = beginning_in(&played, 12.0, 20.0);
    assert!(between.is_empty(), "the playhead did not jump: {between:?}");
    evidence::record(
        PART,
        "A loop repeats the score, and a jump in the middle of a phrase plays it from there",
        "a script of Ardour's after the plugin records what passes: three rounds of a two-bar loop; a jump from bar \
         3 to bar 6 while it rolls; each note that began ended",
        format!("{} notes in each round, {checked} before and after the jump", looped.len()),
    );

    // Another tempo from bar 5 on: the score is in quarters, and so is the recording.
    project.steps("Normal", &["tempo 16 180", "arm All", "play 8 26"]);
    let recorded = of_the_parts(project.recording("All").last());
    let wanted = beginning_in(&parts_of(&project.score(), 0, END), 8.5, 25.0);
    let found = beginning_in(&recorded, 8.5, 25.0);
    assert!(wanted.len() > 20, "the parts hardly play");
    assert_begin(&found, &wanted, "the notes after a tempo change");
    evidence::record(
        PART,
        "A tempo change on the timeline moves no note",
        "120 to 180 quarters a minute at bar 5, recorded",
        format!("{} notes", found.len()),
    );
}

#[test]
#[ignore = "needs Ardour: cargo xtask test --hosts ardour"]
fn genre_and_temperature_follow_the_timeline() {
    let project = Project::new("automation");
    // Both change with bar 5, where the second phrase begins.
    let play = "play 0 32";
    let genre = "automate Genre 0 0 15.98 0 16 1 32 1";
    let temperature = "automate Temperature 0 0.5 15.98 0.5 16 1.5 32 1.5";
    project.steps("Normal", &[genre, temperature, play, "settle"]);
    let score = project.score();
    let recipe = |quarter: i64| {
        let phrase = score.phrase_at(quarter * QUARTER).unwrap_or_else(|| panic!("no phrase at quarter {quarter}"));
        let recipe = phrase.recipe.as_ref().expect("the phrase was made from something");
        (recipe.shape.genre, recipe.shape.temperature)
    };
    for (quarter, wanted) in [(4, (0, 0.5)), (24, (1, 1.5))] {
        let (genre, temperature) = recipe(quarter);
        assert_eq!(genre, wanted.0, "genre of the phrase at quarter {quarter}");
        assert!((temperature - wanted.1).abs() < 0.02, "temperature {temperature} at quarter {quarter}");
    }

    // From the second pass on, the score in the session is what plays.
    let shown = project.steps("Normal", &["witness", play, "settle"]);
    let wanted = beginning_in(&parts_of(&score, 0, END), 0.5, quarters(END));
    assert!(wanted.len() > 40, "the parts hardly play");
    let played = beginning_in(&of_the_parts(&witness::notes(&shown)), 0.5, quarters(END));
    assert_begin(&played, &wanted, "the second pass with automation");
    assert_eq!(parts_of(&project.score(), 0, END), parts_of(&score, 0, END), "the second pass changed the score");
    evidence::record(
        PART,
        "Genre and temperature on the timeline shape the phrases they are drawn over",
        "automation in Ardour that changes both with bar 5, read back from the recipes in the saved score; the second \
         pass plays that score",
        format!("{} notes played as they are kept", wanted.len()),
    );
}

#[test]
#[ignore = "needs Ardour: cargo xtask test --hosts ardour"]
fn an_export_of_the_session_is_what_was_played() {
    let project = Project::new("export");
    // The notes of the song; after it the transport rolls into another phrase.
    let in_the_song = |shown: &str| beginning_in(&of_the_parts(&witness::notes(shown)), 0.5, quarters(END));
    let first_pass = in_the_song(&project.steps("Normal", &["witness", "play 0 32", "settle"]));
    let exported = in_the_song(&project.steps_with_export(&["witness", "export 0 34"]));
    let wanted = beginning_in(&parts_of(&project.score(), 0, END), 0.5, quarters(END));
    assert!(wanted.len() > 40, "the parts hardly play");
    assert_same(&exported, &wanted, "what was exported and the score");
    evidence::record(
        PART,
        "What Ardour exports is what it played",
        "the session exported as audio after a pass, faster than real time; a script after the plugin records what passes",
        format!("{} notes compared", exported.len()),
    );

    // A session that was never played: the composer makes each phrase while the export goes on.
    let unplayed = Project::new("export-first");
    let exported = in_the_song(&unplayed.steps_with_export(&["witness", "export 0 34"]));
    assert_same(&exported, &first_pass, "the export of a session that was never played, and its first pass");
    evidence::record(
        PART,
        "What Ardour exports of a session that was never played is what its first pass plays",
        "two new sessions, one exported at once, the other played in real time",
        format!("{} notes compared", exported.len()),
    );
}
