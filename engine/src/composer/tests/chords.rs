//! Chords that the player sets by hand.

use super::*;
use crate::score::{
    edit::{Edit, WholeSong},
    hand_chords::{ChordEdit, HandChord},
    history::{History, Step},
    passage::Passage,
};
use continuo_music::{
    chord::{Chord, Quality},
    meter::MeterMap,
};
use proptest::prelude::*;

const HALF: Tick = 1920;

fn set(from: Tick, to: Tick, symbol: &str) -> Edit {
    let chord = HandChord { span: HALF * from..HALF * to, chord: symbol.parse().unwrap(), locked: false };
    Edit::Chords(ChordEdit::Set(vec![chord]))
}

fn edit(stage: &mut Stage, edit: Edit) {
    assert!(stage.shared.edits.push(edit));
    while stage.planner.process_edit() {}
}

/// As the editor undoes (`back`) and redoes an edit.
fn apply(stage: &mut Stage, back: bool) {
    let step = stage.shared.history.edit(|history| if back { history.pop_done() } else { history.pop_undone() });
    let step = step.expect("there is a step");
    let Step::Chords { before, after, .. } = &step else { panic!("{step:?}") };
    let passage = Passage::from_json(if back { before } else { after }).unwrap();
    edit(stage, Edit::BringBack(Box::new(passage)));
    stage.shared.history.edit(|history| if back { history.keep_undone(step) } else { history.keep_done(step) });
}

/// A song of four phrases, A B A C, that was arranged.
fn arranged(settings: Settings) -> Stage {
    let mut stage = Stage::new(settings);
    let tune = |phrase: Tick, first: u8| {
        (0..16).map(move |beat| Note {
            start: phrase * PHRASE + 960 * beat,
            pitch: first + beat as u8 * (first % 11) % 7,
            length: 900,
            velocity: 90,
        })
    };
    let melody: Vec<Note> = tune(0, 60).chain(tune(1, 70)).chain(tune(2, 60)).chain(tune(3, 52)).collect();
    let song = WholeSong { melody, meters: MeterMap::default(), ..WholeSong::default() };
    edit(&mut stage, Edit::Arrange(Box::new(song)));
    stage.drain_requests();
    stage.delivered();
    stage
}

fn steady() -> Settings {
    Settings { shape: Shape { variation: 0.0, ..Shape::default() }, ..Settings::default() }
}

/// Plays the whole song once more with the melody that is known.
fn replay(stage: &mut Stage) {
    let melody = stage.shared.score.read(|score| score.melody().to_vec());
    stage.cycle = Some((0, 4 * PHRASE));
    stage.roll(0, 4 * PHRASE, &melody);
    stage.locate(0);
}

fn starts(requests: &[Request]) -> Vec<Tick> {
    requests.iter().map(|request| request.start).collect()
}

/// The score without the number of the next take, which never goes back.
fn without_take_number(score: &Score) -> serde_json::Value {
    let mut saved: serde_json::Value = serde_json::from_str(&score.to_json()).unwrap();
    if let Some(score) = saved.as_object_mut() {
        score.remove("last_take");
    }
    saved
}

#[test]
fn a_chord_that_is_set_makes_its_phrase_again_and_no_other() {
    let mut stage = arranged(Settings::default());
    let before = stage.shared.score.copy();
    edit(&mut stage, set(10, 11, "Fm7"));
    let requests = stage.drain_requests();
    assert_eq!(starts(&requests), [PHRASE]);
    let chords: Vec<_> = requests[0].chords.iter().map(|chord| (chord.span.clone(), chord.chord.to_string())).collect();
    assert_eq!(chords, [(HALF * 10..HALF * 11, "Fm7".to_owned())]);
    assert_eq!((requests[0].take, requests[0].preferred), (0, Some(1)), "the same candidate of the same take");
    let delivered = stage.delivered();
    assert_eq!((delivered.len(), delivered[0].span.start, delivered[0].ready_at), (1, PHRASE, PLAY_AT_ONCE));
    let after = stage.shared.score.copy();
    for index in [0, 2, 3] {
        assert_eq!(after.phrases()[index], before.phrases()[index]);
    }
    assert_ne!(after.phrases()[1].parts, before.phrases()[1].parts);
    assert_eq!(after.all_takes().count(), 0, "trying chords leaves no takes behind");
    replay(&mut stage);
    assert!(stage.drain_requests().is_empty(), "a replay keeps what was made");
    assert_eq!(stage.shared.score.copy(), after);
}

#[test]
fn a_chord_over_a_border_makes_both_phrases_again_and_one_elsewhere_none() {
    let mut stage = arranged(Settings::default());
    edit(&mut stage, set(7, 9, "G"));
    assert_eq!(starts(&stage.drain_requests()), [0, PHRASE]);
    edit(&mut stage, set(60, 62, "G"));
    assert!(stage.drain_requests().is_empty(), "there is no phrase yet");
    assert_eq!(stage.shared.history.read(History::depth).0, 3, "each edit is a step");
    let stretch = HALF * 60..HALF * 62;
    edit(&mut stage, Edit::Chords(ChordEdit::Lock { stretch: stretch.clone(), on: true }));
    edit(&mut stage, Edit::Chords(ChordEdit::Remove(stretch)));
    assert_eq!(stage.shared.history.read(History::depth).0, 4, "what changes nothing is no step");
}

#[test]
fn locked_parts_stay_and_so_do_the_takes_of_the_player() {
    let mut stage = arranged(Settings::default());
    edit(&mut stage, Edit::Regenerate { tick: PHRASE, part: None });
    edit(&mut stage, Edit::Favourite { start: PHRASE, take: None, on: true, undoing: false });
    let favourite = stage.shared.score.read(|score| score.takes(PHRASE).unwrap().current().unwrap().clone());
    let mut settings = Settings::default();
    settings.parts[Part::Bass].lock = true;
    stage.planner.receive(Fact::Settings(settings));
    stage.drain_requests();
    edit(&mut stage, set(8, 9, "Dm"));
    assert_eq!(stage.drain_requests()[0].given_bass.as_ref(), Some(&favourite.phrase.parts[Part::Bass]));
    let takes = stage.shared.score.read(|score| score.takes(PHRASE).unwrap().clone());
    assert_eq!(takes.list().len(), 3, "the favourite is kept beside the new one");
    assert_eq!(takes.list()[1], favourite);
    edit(&mut stage, set(8, 9, "G7"));
    assert_eq!(stage.shared.score.read(|score| score.takes(PHRASE).unwrap().list().len()), 3);
}

#[test]
fn the_settings_that_shaped_a_phrase_still_do() {
    let mut stage = arranged(Settings::default());
    stage.planner.receive(Fact::Settings(places::with_genre(5)));
    edit(&mut stage, set(8, 9, "Dm"));
    assert_eq!(stage.drain_requests()[0].genre, 0);
}

#[test]
fn a_phrase_that_returns_stays_when_the_chords_of_the_first_change() {
    let mut stage = arranged(steady());
    let recalled = |stage: &Stage| {
        let score = stage.shared.score.copy();
        score.phrases().iter().map(|phrase| phrase.recipe.as_ref().unwrap().recalled.is_some()).collect::<Vec<_>>()
    };
    assert_eq!(recalled(&stage), [false, false, true, false]);
    let before = stage.shared.score.copy();
    edit(&mut stage, set(0, 1, "F"));
    assert_eq!(starts(&stage.drain_requests()), [0]);
    replay(&mut stage);
    assert!(stage.drain_requests().is_empty(), "the third phrase stays as it is, also in a replay");
    assert_eq!(stage.shared.score.copy().phrases()[2].parts, before.phrases()[2].parts);
    apply(&mut stage, true);
    assert_eq!(stage.shared.score.copy(), before, "it follows again");
    // Its own chords make the third phrase itself again.
    edit(&mut stage, set(16, 17, "F"));
    assert_eq!(starts(&stage.drain_requests()), [2 * PHRASE]);
}

#[test]
fn an_edit_is_undone_and_redone_without_the_network() {
    let mut stage = arranged(Settings::default());
    let before = stage.shared.score.copy();
    edit(&mut stage, set(8, 9, "Dm"));
    let after = stage.shared.score.copy();
    stage.drain_requests();
    stage.delivered();
    apply(&mut stage, true);
    assert_eq!(stage.shared.score.copy(), before);
    assert_eq!(stage.delivered().len(), 1, "the phrase is played as it was");
    apply(&mut stage, false);
    assert_eq!(stage.shared.score.copy(), after);
    assert!(stage.drain_requests().is_empty());
    let saved = stage.shared.history.read(History::to_json);
    assert_eq!(History::from_json(&saved), stage.shared.history.copy());
}

#[test]
fn undoing_makes_a_phrase_again_whose_melody_changed_meanwhile() {
    let mut stage = arranged(Settings::default());
    edit(&mut stage, set(8, 9, "Dm"));
    let other = tune(PHRASE, 2 * PHRASE);
    stage.locate(PHRASE);
    stage.roll(PHRASE, 2 * PHRASE, &other);
    let requests = stage.drain_requests();
    assert!(requests.last().is_some_and(|request| request.start == PHRASE && request.chords.len() == 1));
    apply(&mut stage, true);
    let requests = stage.drain_requests();
    assert_eq!(starts(&requests), [PHRASE]);
    assert!(requests[0].chords.is_empty() && requests[0].melody.iter().any(|note| note.start == other[3].start));
}

#[test]
fn chords_set_by_hand_overrule_played_ones_in_a_loop_and_in_every_mode() {
    for mode in [Mode::Arrange, Mode::Live, Mode::Answer] {
        let mut stage = Stage::new(Settings { mode, ..Settings::default() });
        edit(&mut stage, set(0, 1, "Abm"));
        let triad = [60, 64, 67].map(|pitch| Note { start: 0, pitch, length: PHRASE, velocity: 90 });
        stage.cycle = Some((0, PHRASE));
        for _ in 0..3 {
            stage.roll(0, PHRASE, &triad);
        }
        let last = stage.drain_requests().pop().unwrap();
        let first = last.chords.first().unwrap();
        assert_eq!((first.span.clone(), first.chord.to_string()), (0..HALF, "Abm".to_owned()), "{mode:?}");
        // In Live mode, a second cut leaves the chords that sounded before it as they were.
        let known = if mode == Mode::Live { last.chords.len() - 1 } else { 1 };
        assert!(last.chords[known..].iter().all(|chord| chord.chord == "C".parse().unwrap()), "{mode:?}");
    }
}

#[test]
fn the_guesses_for_a_place_come_from_its_phrase_without_the_chord_that_is_set_there() {
    let mut stage = arranged(Settings::default());
    edit(&mut stage, set(8, 10, "Dm"));
    stage.drain_requests();
    edit(&mut stage, Edit::GuessChords { tick: HALF * 9 + 5 });
    let guesses = stage.shared.guesses.get().unwrap();
    assert_eq!(guesses.place, HALF * 9..HALF * 10);
    let found = guesses.found.unwrap();
    // The scribe guesses the chord that the request keeps to, and the take.
    assert_eq!(found[0].chord.to_string(), "Dm");
    assert_eq!(stage.shared.score.copy().hand_chords().len(), 1);
    assert!(stage.drain_requests().is_empty());
    assert_eq!(stage.shared.history.read(History::depth).0, 2, "looking is no step");
}

#[test]
fn a_model_that_knows_no_chords_says_so() {
    struct Silence;
    impl Arrange for Silence {
        fn arrange_phrase(&mut self, _: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
            Ok(ArrangedPhrase::default())
        }
    }
    let mut stage = Stage::with(Settings::default(), || Box::new(Silence));
    assert_eq!(stage.shared.status.get().knows_chords, Some(false));
    edit(&mut stage, Edit::GuessChords { tick: 0 });
    let why = stage.shared.guesses.get().unwrap().found.unwrap_err();
    assert!(why.contains("scribe 1 knows no chords"), "{why}");
}

fn edits() -> impl Strategy<Value = Edit> {
    let stretch = (0..34_i64, 1..6_i64).prop_map(|(from, length)| HALF * from..HALF * (from + length));
    (0..4_u8, stretch, 0..12_u8, any::<bool>()).prop_map(|(kind, stretch, root, on)| {
        Edit::Chords(match kind {
            0 | 1 => {
                let chord = Chord::new(root, Quality::Minor7);
                ChordEdit::Set(vec![HandChord { span: stretch, chord, locked: on && kind == 1 }])
            }
            2 => ChordEdit::Remove(stretch),
            _ => ChordEdit::Lock { stretch, on },
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn edits_and_their_undoing_give_the_same_score(
        edits in prop::collection::vec(edits(), 1..12),
        takes in prop::collection::vec((0..4_i64, any::<bool>()), 0..4),
        steadiness in any::<bool>(),
    ) {
        let mut stage = arranged(if steadiness { steady() } else { Settings::default() });
        for (phrase, favourite) in takes {
            edit(&mut stage, Edit::Regenerate { tick: phrase * PHRASE, part: None });
            let start = phrase * PHRASE;
            edit(&mut stage, Edit::Favourite { start, take: None, on: favourite, undoing: false });
        }
        let before = stage.shared.score.copy();
        let steps = stage.shared.history.read(History::depth).0;
        for one in edits {
            edit(&mut stage, one);
        }
        let after = stage.shared.score.copy();
        prop_assert_eq!(&Score::from_json(&after.to_json()).unwrap(), &after);
        let made = stage.shared.history.read(History::depth).0 - steps;
        stage.drain_requests();
        for _ in 0..made {
            apply(&mut stage, true);
        }
        prop_assert!(without_take_number(&stage.shared.score.copy()) == without_take_number(&before));
        for _ in 0..made {
            apply(&mut stage, false);
        }
        prop_assert!(without_take_number(&stage.shared.score.copy()) == without_take_number(&after));
        prop_assert!(stage.drain_requests().is_empty());
    }
}
