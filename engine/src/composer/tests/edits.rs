//! The player's edits, beside the parameters.

use super::*;
use crate::{
    score::{
        edit::{Edit, WholeSong},
        history::Step,
    },
    styles::OwnStyle,
};
use continuo_music::{
    meter::MeterMap,
    sections::{Outline, Sections},
};

/// A stage that played a tune once: its first two phrases are made and final.
fn played(settings: Settings) -> Stage {
    let mut stage = Stage::new(settings);
    stage.locate(0);
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    stage.locate(0);
    stage.drain_requests();
    stage.delivered();
    stage
}

fn ask(stage: &mut Stage, edit: Edit) {
    assert!(stage.shared.edits.push(edit));
    assert!(stage.planner.process_edit());
}

fn bass(stage: &Stage, tick: Tick) -> Vec<Note> {
    stage.shared.score.read(|score| score.phrase_at(tick).unwrap().parts[Part::Bass].clone())
}

#[test]
fn another_take_is_played_at_once_and_the_one_before_is_kept() {
    let mut stage = played(Settings::default());
    let before = bass(&stage, PHRASE);
    ask(&mut stage, Edit::Regenerate { tick: PHRASE + 10, part: None });
    assert_eq!(stage.drain_requests()[0].take, 1);
    assert_ne!(bass(&stage, PHRASE), before);
    let delivered = stage.delivered();
    assert_eq!((delivered[0].span.start, delivered[0].ready_at), (PHRASE, PLAY_AT_ONCE));

    let step = stage.shared.history.read(|history| history.last_done().cloned()).unwrap();
    let Step::Take { start: PHRASE, from, to } = step else { panic!("{step:?}") };
    ask(&mut stage, Edit::Choose { start: PHRASE, take: from, undoing: true });
    assert_eq!(bass(&stage, PHRASE), before);
    assert_eq!(stage.delivered().len(), 1);
    assert_eq!(
        stage.shared.history.read(crate::score::history::History::depth),
        (1, 0),
        "undoing is not recorded as a step"
    );

    // What was chosen stays when the place is played again.
    stage.roll(PHRASE - 960, 2 * PHRASE, &tune(PHRASE - 960, 2 * PHRASE));
    assert_eq!(bass(&stage, PHRASE), before);
    ask(&mut stage, Edit::Choose { start: PHRASE, take: to, undoing: false });
    assert_ne!(bass(&stage, PHRASE), before);
    assert_eq!(stage.shared.history.read(crate::score::history::History::depth), (2, 0));
}

#[test]
fn one_part_is_made_again_around_the_others_unless_it_is_locked() {
    let mut stage = played(Settings::default());
    let before = bass(&stage, 0);
    ask(&mut stage, Edit::Regenerate { tick: 0, part: Some(Part::Chords) });
    assert_eq!(stage.drain_requests()[0].given_bass.as_ref(), Some(&before));
    assert_eq!(bass(&stage, 0), before);
    ask(&mut stage, Edit::Regenerate { tick: 0, part: Some(Part::Bass) });
    assert_eq!(stage.drain_requests()[0].given_bass, None);

    let mut locked = Settings::default();
    locked.parts[Part::Bass].lock = true;
    let mut stage = played(locked);
    ask(&mut stage, Edit::Regenerate { tick: 0, part: Some(Part::Bass) });
    assert!(stage.drain_requests().is_empty());
}

#[test]
fn an_outdated_prediction_is_not_kept_as_a_take_but_a_change_of_genre_is() {
    let mut stage = played(Settings::default());
    assert_eq!(stage.shared.score.read(|score| score.all_takes().count()), 0);
    stage
        .planner
        .receive(Fact::Settings(Settings { shape: Shape { genre: 2, ..Shape::default() }, ..Settings::default() }));
    stage.planner.update();
    let kept = stage.shared.score.read(|score| score.takes(0).map(|takes| takes.list().len()));
    assert_eq!(kept, Some(2));
}

#[test]
fn a_whole_song_is_arranged_at_once_and_its_first_pass_makes_nothing_new() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.drain_requests();
    let melody = tune(0, 3 * PHRASE);
    let song = WholeSong { melody: melody.clone(), meters: MeterMap::new(Meter::COMMON), ..WholeSong::default() };
    assert!(stage.shared.edits.push(Edit::Arrange(Box::new(song))));
    let mut seen = vec![];
    while stage.planner.process_edit() {
        seen.push(stage.shared.status.get().arranging);
    }
    assert_eq!(seen, [Some((1, 3)), Some((2, 3)), None]);
    let requests = stage.drain_requests();
    assert_eq!(requests.iter().map(|request| request.start).collect::<Vec<_>>(), [0, PHRASE, 2 * PHRASE]);
    assert!(requests.iter().all(|request| request.melody == melody && request.heard == [0..request.end]));
    stage.planner.update();
    stage.cycle = Some((0, 3 * PHRASE));
    stage.roll(0, 3 * PHRASE, &melody);
    assert!(stage.drain_requests().is_empty(), "the first pass already plays what was made");
    assert_eq!(stage.shared.score.copy().melody(), melody);
}

#[test]
fn what_was_replaced_can_be_brought_back() {
    let mut stage = played(Settings::default());
    let before = stage.shared.score.copy();
    ask(&mut stage, Edit::Clear);
    assert!(stage.shared.score.copy().melody().is_empty());
    let step = stage.shared.history.read(|history| history.last_done().cloned());
    let Some(Step::Score { other }) = step else { panic!("{step:?}") };
    stage.shared.replace(crate::score::score::Score::from_json(&other).unwrap());
    assert_eq!(stage.shared.score.copy(), before);
}

#[test]
fn sections_are_named_as_one_step_that_can_be_taken_back() {
    let mut stage = played(Settings::default());
    let after = "Intro 4 | Verse 4".parse::<Outline>().unwrap().placed(&MeterMap::default(), 0);
    let set = |sections: &Sections, undoing: bool| Edit::SetSections { sections: sections.clone(), undoing };
    ask(&mut stage, set(&after, false));
    ask(&mut stage, set(&after, false));
    assert_eq!(stage.shared.score.copy().sections(), &after);
    let step = stage.shared.history.read(|history| history.last_done().cloned());
    let Some(Step::Sections { before, after: noted }) = step else { panic!("{step:?}") };
    assert_eq!((&before, &noted), (&Sections::default(), &after));
    ask(&mut stage, set(&before, true));
    assert!(stage.shared.score.copy().sections().is_empty());
    assert_eq!(
        stage.shared.history.read(crate::score::history::History::depth),
        (1, 0),
        "what changed nothing is no step"
    );
    let history = stage.shared.history.copy();
    assert_eq!(crate::score::history::History::from_json(&history.to_json()), history);
}

#[test]
fn phrases_that_stand_in_another_section_are_made_again_and_no_others() {
    let mut stage = played(Settings::default());
    let before = stage.shared.score.copy();
    let starts = |stage: &mut Stage, sections: &Sections, undoing: bool| {
        ask(stage, Edit::SetSections { sections: sections.clone(), undoing });
        while stage.planner.process_edit() {}
        stage.drain_requests().iter().map(|request| request.start).collect::<Vec<_>>()
    };
    let chorus = "- 4 | Chorus 4".parse::<Outline>().unwrap().placed(&MeterMap::default(), 0);
    assert_eq!(starts(&mut stage, &chorus, false), [PHRASE]);
    assert!(starts(&mut stage, &chorus, false).is_empty(), "nothing changed");
    assert_eq!(starts(&mut stage, &Sections::default(), true), [PHRASE]);
    let after = stage.shared.score.copy();
    let recipes = |score: &Score| score.phrases().iter().map(|phrase| phrase.recipe.clone()).collect::<Vec<_>>();
    assert_eq!(recipes(&after), recipes(&before), "undone, each phrase is made from what it was made from");
}

#[test]
fn a_project_that_begins_anew_keeps_its_own_styles_and_its_meter() {
    let style = r#"{"continuo_style": 1, "name": "coulton", "slot": 19, "style_space": "space", "vector": [0.5],
        "parts": ["bass"], "programs": {}, "sources": []}"#;
    let style = OwnStyle::from_json(style).unwrap();
    let waltz = Meter { numerator: 3, denominator: 4 };
    let mut stage = played(Settings::default());
    stage.shared.score.edit(|score| score.styles.push(style.clone()));
    stage.planner.receive(Fact::Meter { tick: 0, meter: waltz, bar: None });
    ask(&mut stage, Edit::Clear);
    let score = stage.shared.score.copy();
    assert_eq!((&score.styles[..], score.meters.at(0).meter), (&[style][..], waltz));
}

#[test]
fn a_phrase_made_before_any_melody_is_not_kept_as_a_take() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage
        .planner
        .receive(Fact::Settings(Settings { shape: Shape { genre: 2, ..Shape::default() }, ..Settings::default() }));
    stage.planner.update();
    assert_eq!(stage.drain_requests().len(), 2);
    assert!(stage.shared.score.read(|score| score.takes(0).is_none()));
}

#[test]
fn a_mark_is_recorded_once() {
    let mut stage = played(Settings::default());
    let mark = |on| Edit::Favourite { start: 0, take: None, on, undoing: false };
    ask(&mut stage, mark(true));
    ask(&mut stage, mark(true));
    assert!(stage.shared.score.read(|score| score.takes(0).unwrap().current().unwrap().favourite));
    assert_eq!(stage.shared.history.read(crate::score::history::History::depth), (1, 0));
}

#[test]
fn what_is_being_played_is_shown_until_the_score_has_it() {
    let mut stage = Stage::new(Settings::default());
    stage.planner.receive(Fact::Started { tick: 0, rolled: 0 });
    stage.planner.receive(Fact::NoteOn { tick: 100, pitch: 64, velocity: 90 });
    stage.planner.receive(Fact::Rolled { from: 0, to: 1000, rolled: 1000, cycle: None });
    stage.planner.show_hearing();
    assert_eq!(stage.shared.status.hearing(), [Note { start: 100, pitch: 64, length: 900, velocity: 90 }]);
    stage.planner.receive(Fact::Left { tick: 1000 });
    stage.planner.show_hearing();
    assert!(stage.shared.status.hearing().is_empty());
    assert_eq!(stage.shared.score.copy().melody().len(), 1);
}

fn judged(stage: &Stage) -> Judged {
    stage.shared.score.read(|score| score.phrase_at(PHRASE).unwrap().judged.clone().unwrap())
}

#[test]
fn a_take_that_the_conductor_passed_over_can_be_heard_and_is_then_kept() {
    let mut stage = played(Settings::default());
    let (best, whole) = (bass(&stage, PHRASE), judged(&stage));
    assert_eq!((whole.chosen, whole.best()), (1, 1));
    // Settings that changed meanwhile are for later phrases: this one is drawn as it was.
    stage.planner.receive(Fact::Settings(Settings { mode: Mode::Live, ..places::with_genre(5) }));
    ask(&mut stage, Edit::Draw { start: PHRASE, index: 3 });
    let requests = stage.drain_requests();
    assert_eq!((requests[0].take, requests[0].preferred, requests[0].genre), (0, Some(3), 0));
    assert_ne!(bass(&stage, PHRASE), best);
    assert_eq!(judged(&stage), Judged { chosen: 3, ..whole.clone() });
    assert_eq!(stage.delivered()[0].ready_at, PLAY_AT_ONCE);
    assert_eq!(stage.shared.history.read(crate::score::history::History::depth), (1, 0));
    assert_eq!(stage.shared.score.read(|score| score.takes(PHRASE).unwrap().list().len()), 2);

    // The take before is kept now, and is not drawn again.
    ask(&mut stage, Edit::Draw { start: PHRASE, index: 1 });
    assert!(stage.drain_requests().is_empty());
    assert_eq!((bass(&stage, PHRASE), judged(&stage)), (best, whole));
    assert_eq!(stage.shared.history.read(crate::score::history::History::depth), (2, 0));
    for index in [1, 4, 255] {
        ask(&mut stage, Edit::Draw { start: PHRASE, index });
    }
    assert!(stage.drain_requests().is_empty(), "a take that plays or was never drawn is not requested");
}

#[test]
fn after_one_part_was_made_again_the_others_stay_whichever_take_plays() {
    let mut stage = played(Settings::default());
    ask(&mut stage, Edit::Regenerate { tick: PHRASE, part: Some(Part::Chords) });
    let before = bass(&stage, PHRASE);
    stage.drain_requests();
    ask(&mut stage, Edit::Draw { start: PHRASE, index: 0 });
    assert_eq!(stage.drain_requests()[0].given_bass.as_ref(), Some(&before));
}
