//! In Live mode, chords that the player holds make the rest of the phrase anew from the next beat on.

use super::*;
use crate::score::phrase::Phrase;
use continuo_music::chord::Chord;

const BAR: Tick = 3840;
const BEAT: Tick = 960;

/// Plays the chords of the request, half bar by half bar, and C where none is given.
struct Chordal;

impl Arrange for Chordal {
    fn arrange_phrase(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
        let mut parts = PartMap::<Vec<Note>>::default();
        for start in (request.span.start..request.span.end).step_by(BAR as usize / 2) {
            let given = request.chords.iter().find(|chord| chord.span.contains(&start)).map(|chord| chord.chord);
            let chord = given.unwrap_or_else(|| "C".parse().expect("a chord"));
            let note = |pitch| Note { start, pitch, length: BAR / 2, velocity: 80 };
            parts[Part::Bass].push(note(36 + chord.root()));
            parts[Part::Chords].extend(chord.tones().map(|tone| note(60 + tone)));
            parts[Part::Drums].push(note(36));
        }
        parts[Part::Chords].sort_unstable();
        Ok(ArrangedPhrase::from(PartMap::from_fn(|part| {
            request.given[part].clone().unwrap_or_else(|| std::mem::take(&mut parts[part]))
        })))
    }

    fn knows_chords(&self) -> bool {
        true
    }
}

fn stage(mode: Mode) -> Stage {
    let settings = Settings { mode, ..Settings::default() };
    let mut stage = Stage::with(settings, || Box::new(Chordal));
    stage.locate(0);
    stage
}

fn hold(symbol: &str, start: Tick, length: Tick) -> Vec<Note> {
    let chord: Chord = symbol.parse().expect("a chord");
    let bass = [Note { start, pitch: 36 + chord.root(), length, velocity: 90 }];
    bass.into_iter().chain(chord.tones().map(|tone| Note { start, pitch: 48 + tone, length, velocity: 90 })).collect()
}

fn phrase(stage: &Stage, index: usize) -> Phrase {
    stage.shared.score.copy().phrases()[index].clone()
}

/// The bass of a phrase: ticks from its start, pitch classes, lengths.
fn bass(phrase: &Phrase) -> Vec<(Tick, u8, Tick)> {
    let notes = phrase.parts[Part::Bass].iter();
    notes.map(|note| (note.start - phrase.span.start, note.pitch % 12, note.length)).collect()
}

#[test]
fn the_rest_of_the_bar_keeps_to_the_chord_from_the_next_beat_on() {
    let mut stage = stage(Mode::Live);
    stage.delivered();
    stage.roll(0, 2 * BAR, &hold("Am", BAR, 1500));
    let first = phrase(&stage, 0);
    let expected = [
        (0, 0, 1920),
        (1920, 0, 1920),
        (BAR, 0, BEAT),
        (BAR + BEAT, 9, BEAT),
        (BAR + 1920, 9, 1920),
        (2 * BAR, 0, 1920),
    ];
    assert_eq!(bass(&first)[..6], expected, "A is played from the second beat of the second bar to its end");
    let cuts = first.recipe.expect("it was made").second_cuts;
    assert_eq!(cuts.iter().map(|cut| (cut.beat, cut.chord)).collect::<Vec<_>>(), [(BAR + BEAT, "Am".parse().ok())]);
    let delivered = stage.delivered();
    assert_eq!(delivered.len(), 1);
    assert_eq!((delivered[0].ready_at, delivered[0].differs_from), (PLAY_AT_ONCE, BAR + BEAT - 120));
}

#[test]
fn a_chord_that_is_held_on_holds_from_each_second_beat_and_one_that_the_band_plays_changes_nothing() {
    let mut held_on = stage(Mode::Live);
    held_on.roll(0, 3 * BAR, &hold("Am", 0, 2 * BAR));
    let beats: Vec<Tick> =
        phrase(&held_on, 0).recipe.expect("it was made").second_cuts.iter().map(|cut| cut.beat).collect();
    assert_eq!(beats, [BEAT, BAR + BEAT]);
    for (mode, symbol, length) in
        [(Mode::Live, "C", BAR), (Mode::Live, "Am", 400), (Mode::Arrange, "Am", BAR), (Mode::Answer, "Am", BAR)]
    {
        let mut stage = stage(mode);
        stage.roll(0, BAR, &hold(symbol, 0, length));
        assert_eq!(phrase(&stage, 0).recipe.expect("it was made").second_cuts, [], "{mode:?} {symbol} {length}");
    }
}

#[test]
fn nothing_depends_on_the_block_size_and_another_pass_plays_the_same() {
    let melody: Vec<Note> =
        [hold("Am", BEAT / 2, 2000), hold("F", 2 * BAR - 300, 4000), hold("G7", 4 * BAR, 3000)].concat();
    let run = |block: Tick, second: &[Note]| {
        let mut stage = stage(Mode::Live);
        stage.block = block;
        let mut passes = vec![];
        for notes in [&melody[..], second] {
            stage.locate(0);
            stage.roll(0, 6 * BAR, notes);
            let score = stage.shared.score.copy();
            passes.push(score.phrases()[..2].iter().map(|phrase| phrase.parts.clone()).collect::<Vec<_>>());
        }
        assert!(phrase(&stage, 0).recipe.is_some_and(|recipe| recipe.second_cuts.len() > 1));
        assert_eq!(passes[0], passes[1], "what is played again, or listened to, sounds the same");
        passes.swap_remove(0)
    };
    let reference = run(1, &melody);
    for block in [7, 333, 1700, 9000, 6 * BAR] {
        assert_eq!(run(block, &melody), reference, "blocks of {block}");
    }
    assert_eq!(run(100, &[]), reference);
}

#[test]
fn what_is_not_played_again_is_gone_and_locked_parts_stay() {
    let mut stage = stage(Mode::Live);
    stage.roll(0, BAR, &hold("Am", 0, 1500));
    assert_ne!(bass(&phrase(&stage, 0))[1].1, 0);
    stage.locate(0);
    assert!(bass(&phrase(&stage, 0)).iter().all(|note| note.1 == 0), "it is as it was made first");
    let mut settings = Settings { mode: Mode::Live, ..Settings::default() };
    settings.parts[Part::Bass].lock = true;
    stage.planner.receive(Fact::Settings(settings));
    stage.roll(0, BAR, &hold("Am", 0, 1500));
    let first = phrase(&stage, 0);
    assert!(bass(&first).iter().all(|note| note.1 == 0));
    assert!(first.parts[Part::Chords].iter().any(|note| note.pitch % 12 == 9), "the others follow");
}

#[test]
fn a_song_that_another_model_arranged_stays_as_it_is() {
    let mut stage = stage(Mode::Live);
    stage.roll(0, BAR, &hold("Am", 0, 1500));
    let mut score = stage.shared.score.copy();
    let mut first = score.phrases()[0].clone();
    first.recipe.as_mut().expect("it was made").model = "another 1".to_owned();
    score.insert(first.clone());
    stage.shared.replace(score);
    stage.planner.follow_replaced_score();
    stage.locate(0);
    stage.roll(0, BAR, &hold("Am", 0, 1500));
    assert_eq!(phrase(&stage, 0).parts, first.parts);
    stage.locate(0);
    stage.roll(0, BAR, &hold("Fm", 0, 1500));
    assert_eq!(phrase(&stage, 0).parts, first.parts);
}

#[test]
fn a_take_that_was_chosen_comes_again_as_it_was_chosen() {
    let mut stage = stage(Mode::Live);
    let edit = |stage: &mut Stage, edit: Edit| {
        assert!(stage.shared.edits.push(edit));
        while stage.planner.process_edit() {}
    };
    edit(&mut stage, Edit::Regenerate { tick: 0, part: None });
    let score = stage.shared.score.copy();
    let first = score.takes(0).expect("there are two").list()[0].clone();
    edit(&mut stage, Edit::Choose { start: 0, take: first.id, undoing: false });
    let chosen = phrase(&stage, 0);
    stage.roll(0, BAR, &hold("Am", 0, 1500));
    assert_ne!(phrase(&stage, 0).parts, chosen.parts);
    stage.locate(0);
    assert_eq!(phrase(&stage, 0), chosen);
}

#[test]
fn a_saved_project_keeps_its_second_cuts() {
    let mut stage = stage(Mode::Live);
    stage.roll(0, BAR, &hold("Am", 0, 1500));
    let saved = stage.shared.score.copy().to_json();
    let restored = Score::from_json(&saved).expect("it is valid");
    assert_eq!(restored.phrases()[0], phrase(&stage, 0));
    assert!(restored.phrases()[0].recipe.as_ref().is_some_and(|recipe| recipe.uncut.is_some()));
    let beat = format!("\"beat\":{BEAT}");
    assert!(saved.contains(&beat));
    assert!(Score::from_json(&saved.replace(&beat, "\"beat\":9223372036854775807")).is_err(), "out of range");
}
