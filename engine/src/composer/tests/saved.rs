//! How the planner handles scores that are restored and replaced.

use super::*;
use crate::score::history::Step;
use continuo_music::meter::MeterMap;

#[test]
fn a_song_arranged_by_another_model_is_left_as_it_is_until_another_take_is_wanted() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    let saved = stage.shared.save();
    assert!(saved.contains("scribe 1"));

    let mut reopened = Stage::new(Settings::default());
    reopened.shared.restore(&saved.replace("scribe 1", "an older one 3")).unwrap();
    reopened.planner.follow_replaced_score();
    reopened.locate(0);
    reopened.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    assert_eq!(reopened.drain_requests(), []);
    reopened.planner.receive(Fact::Generate { tick: 0 });
    assert_eq!(reopened.drain_requests().len(), 1);
}

#[test]
fn a_song_arranged_by_another_model_is_arranged_anew_as_one_step() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.roll(0, 3 * PHRASE, &tune(0, 3 * PHRASE));
    let saved = stage.shared.save().replace("scribe 1", "an older one 3");

    let mut settings = Settings::default();
    settings.parts[Part::Bass].lock = true;
    for settings in [Settings::default(), settings] {
        let mut reopened = Stage::new(settings);
        reopened.shared.restore(&saved).unwrap();
        reopened.planner.follow_replaced_score();
        let before = reopened.shared.score.copy();
        assert!(reopened.shared.status.get().score_remark.is_some());
        assert!(reopened.shared.edits.push(Edit::ArrangeAnew));
        while reopened.planner.process_edit() {}
        let after = reopened.shared.score.copy();
        assert_eq!(reopened.drain_requests().len(), before.phrases().len());
        let models: Vec<_> = after.phrases().iter().filter_map(|phrase| Some(&phrase.recipe.as_ref()?.model)).collect();
        assert!(models.iter().all(|model| *model == "scribe 1"), "{models:?}");
        let settled = |score: &Score| score.phrases().iter().map(|phrase| score.is_settled(phrase)).collect::<Vec<_>>();
        assert_eq!(settled(&after), settled(&before));
        let bass = |score: &Score| score.part_notes(Part::Bass, &(0..3 * PHRASE));
        let is_locked = settings.parts[Part::Bass].lock;
        assert_eq!(bass(&after) == bass(&before), is_locked, "a locked part stays");
        let status = reopened.shared.status.get();
        assert_eq!((status.score_remark, status.arranging), (None, None));

        let history = reopened.shared.history.copy();
        let Some(Step::Score { other }) = history.last_done() else { panic!("{:?}", history.last_done()) };
        assert_eq!((history.depth(), Score::from_json(other).unwrap()), ((1, 0), before));
    }
}

#[test]
fn a_state_without_a_phrase_at_the_rolling_playhead_gets_one_at_once() {
    let mut stage = Stage::new(Settings { mode: Mode::Live, ..Settings::default() });
    stage.planner.receive(Fact::Started { tick: 100, rolled: 0 });
    stage.drain_requests();
    stage.shared.restore(&Score::default().to_json()).unwrap();
    stage.planner.follow_replaced_score();
    assert_eq!(stage.drain_requests().iter().map(|request| request.start).collect::<Vec<_>>(), [0]);
    assert!(stage.delivered().iter().any(|phrase| phrase.ready_at == PLAY_AT_ONCE));
}

/// A score may be replaced when the next phrase was already made for the score before.
#[test]
fn a_score_that_is_replaced_just_before_a_boundary_has_its_next_phrase_made() {
    for mode in [Mode::Live, Mode::Arrange] {
        let mut stage = Stage::new(Settings { mode, ..Settings::default() });
        stage.locate(0);
        stage.planner.receive(Fact::Started { tick: 0, rolled: 0 });
        let at = PHRASE - LEAD / 2;
        stage.planner.receive(Fact::Rolled { from: 0, to: at, rolled: at, cycle: None });
        stage.shared.replace(Score::default());
        stage.planner.follow_replaced_score();
        stage.planner.receive(Fact::Rolled { from: at, to: PHRASE + 960, rolled: PHRASE + 960, cycle: None });
        let score = stage.shared.score.copy();
        assert!(score.phrase_at(PHRASE).is_some(), "{mode:?}: the phrase after the boundary is silent");
        let ready: Vec<_> = stage.delivered().into_iter().filter(|phrase| phrase.span.start == PHRASE).collect();
        assert_eq!(ready.last().map(|phrase| phrase.ready_at), Some(PHRASE), "{mode:?}");
    }
}

/// What was heard since the last boundary goes into the restored score, which may divide it into other phrases.
#[test]
fn what_was_heard_before_a_score_with_other_meters_was_restored_gets_its_phrases() {
    let mut waltz = Score::default();
    waltz.meters = MeterMap::new(Meter::new(3, 4).unwrap());
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.planner.receive(Fact::Started { tick: 0, rolled: 0 });
    let at = PHRASE - 960;
    stage.planner.receive(Fact::Rolled { from: 0, to: at, rolled: at, cycle: None });
    stage.shared.replace(waltz);
    stage.planner.follow_replaced_score();
    let end = PHRASE + 12 * 960;
    for (from, to) in [(at, end), (end, end + 1)] {
        stage.planner.receive(Fact::Rolled { from, to, rolled: to, cycle: None });
    }
    let score = stage.shared.score.copy();
    assert_eq!(score.heard(), [Range { start: 0, end: 24 * 960 }]);
    let starts: Vec<_> = score.phrases().iter().map(|phrase| phrase.span.start / 960).collect();
    assert_eq!(starts[..2], [0, 12]);
    assert!(score.phrases().iter().all(|phrase| score.is_settled(phrase) || phrase.span.start >= 24 * 960));
}

#[test]
fn a_saved_score_plays_again_without_the_network() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    let saved = stage.shared.save();
    let mut again = Stage::new(Settings::default());
    again.planner.outbox.clear();
    again.shared.restore(&saved).unwrap();
    again.planner.follow_replaced_score();
    let tables: Vec<_> = again.planner.outbox.drain(..).collect();
    assert!(matches!(&tables[..], [Delivery::Table(table)] if table.len() == 3));
    again.locate(0);
    again.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    assert_eq!(again.drain_requests(), []);
    assert_eq!(again.shared.save(), saved);
}
