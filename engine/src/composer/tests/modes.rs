//! Which phrases are made when, and from what: the time rules of the three modes.

use super::*;

#[test]
fn the_first_pass_predicts_and_each_heard_phrase_is_made_again_with_its_melody() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    let requests = stage.drain_requests();
    let summary: Vec<_> = requests.iter().map(|request| (request.start, request.heard.clone())).collect();
    let cut = PHRASE - LEAD;
    assert_eq!(
        summary,
        [
            (0, vec![]),
            (PHRASE, vec![0..cut]),
            (0, vec![0..PHRASE]),
            (2 * PHRASE, vec![0..2 * PHRASE - LEAD]),
            (PHRASE, vec![0..2 * PHRASE]),
        ]
    );
    assert!(requests[1].melody.iter().all(|note| note.start < cut));
    assert_eq!(requests[2].melody, tune(0, PHRASE));
    assert_eq!(requests[4].bass_before, stage.shared.score.copy().phrases()[0].parts[Part::Bass]);
}

#[test]
fn nothing_depends_on_the_block_size() {
    let run = |block| {
        let mut stage = Stage::new(Settings { phrase_bars: 2, ..Settings::default() });
        stage.block = block;
        stage.locate(0);
        stage.cycle = Some((0, 2 * PHRASE));
        for _ in 0..3 {
            stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
        }
        (stage.drain_requests(), stage.delivered(), stage.shared.save())
    };
    let reference = run(1);
    assert_eq!(reference, run(7));
    assert_eq!(reference, run(333));
    assert_eq!(reference, run(9000));
    assert_eq!(reference, run(2 * PHRASE));
}

#[test]
fn a_replay_makes_nothing_new() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.cycle = Some((0, 2 * PHRASE));
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    stage.drain_requests();
    let score = stage.shared.save();
    stage.roll(0, 2 * PHRASE, &tune(0, 2 * PHRASE));
    assert_eq!(stage.drain_requests(), []);
    assert_eq!(stage.shared.save(), score);
}

#[test]
fn a_loop_of_one_phrase_is_prepared_before_it_wraps_and_finished_after() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.cycle = Some((0, PHRASE));
    stage.delivered();
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    let heard: Vec<_> = stage.drain_requests().into_iter().map(|request| request.heard).collect();
    assert_eq!(heard, [vec![], vec![0..PHRASE - LEAD], vec![0..PHRASE]]);
    let ready: Vec<_> = stage.delivered().iter().map(|phrase| phrase.ready_at).collect();
    assert_eq!(ready, [PHRASE, PHRASE + LEAD], "the second pass plays the prepared one, live and offline alike");
}

#[test]
fn live_mode_knows_only_what_was_played_and_follows_a_wrap() {
    let mut stage = Stage::new(Settings { mode: Mode::Live, ..Settings::default() });
    stage.locate(0);
    stage.cycle = Some((0, PHRASE));
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    let requests = stage.drain_requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1].start, 0);
    assert_eq!(requests[1].heard, [-PHRASE..-LEAD], "what was just played stands before the phrase");
    assert_eq!(requests[1].melody[0].start, -PHRASE);
}

#[test]
fn answer_mode_accompanies_the_phrase_before() {
    let mut stage = Stage::new(Settings { mode: Mode::Answer, ..Settings::default() });
    stage.locate(0);
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    let requests = stage.drain_requests();
    let last = requests.last().unwrap();
    assert_eq!(last.start, PHRASE);
    assert_eq!(last.heard, [PHRASE..2 * PHRASE - LEAD]);
    assert_eq!(last.melody[0].start, PHRASE);
}

#[test]
fn another_phrase_length_acts_after_the_phrase_that_plays() {
    let mut stage = Stage::new(Settings::default());
    stage.locate(0);
    stage.planner.receive(Fact::Started { tick: 0, rolled: 0 });
    stage.planner.receive(Fact::Rolled { from: 0, to: 3840, rolled: 3840, cycle: None });
    stage.planner.receive(Fact::Settings(Settings { phrase_bars: 1, ..Settings::default() }));
    stage.drain_requests();
    for (from, to) in [(3840, PHRASE + 1), (PHRASE + 1, PHRASE + 2)] {
        stage.planner.receive(Fact::Rolled { from, to, rolled: to, cycle: None });
    }
    let spans: Vec<_> = stage.drain_requests().iter().map(|request| (request.start, request.end)).collect();
    assert_eq!(spans, [(PHRASE, PHRASE + 3840), (0, PHRASE)]);
}

#[test]
fn a_start_in_the_middle_and_a_jump_into_the_unknown_are_answered_at_once() {
    let mut stage = Stage::new(Settings::default());
    stage.planner.receive(Fact::Started { tick: 5000, rolled: 0 });
    let phrases = stage.delivered();
    assert_eq!((phrases[0].span.start, phrases[0].ready_at), (0, PLAY_AT_ONCE));
    stage.planner.receive(Fact::Left { tick: 5000 });
    stage.planner.receive(Fact::Started { tick: 10 * PHRASE - 100, rolled: 0 });
    let starts: Vec<_> = stage.delivered().iter().map(|phrase| (phrase.span.start, phrase.ready_at)).collect();
    assert_eq!(starts, [(9 * PHRASE, PLAY_AT_ONCE), (10 * PHRASE, 100)], "so close to the boundary, both are needed");
}

#[test]
fn a_meter_learnt_late_is_answered_with_a_phrase_on_its_grid() {
    let mut stage = Stage::new(Settings::default());
    stage.planner.receive(Fact::Meter { tick: 0, meter: Meter::COMMON, bar: None });
    stage.locate(0);
    stage.planner.receive(Fact::Started { tick: 0, rolled: 0 });
    stage.planner.receive(Fact::Rolled { from: 0, to: 3840, rolled: 3840, cycle: None });
    stage.drain_requests();
    stage.planner.receive(Fact::Meter { tick: 3840, meter: Meter { numerator: 3, denominator: 4 }, bar: None });
    let spans: Vec<_> = stage.drain_requests().iter().map(|request| (request.start, request.end)).collect();
    assert_eq!(spans, [(3840, 3840 + 4 * 2880)]);
    assert_eq!(
        stage.shared.score.copy().phrases()[0].span.end,
        3840,
        "what was made for bars that no longer exist is cut"
    );
}
