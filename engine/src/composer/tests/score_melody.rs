//! The score's melody where it plays: it stays, whatever comes in.

use super::*;
use crate::{realtime::queues::PlayableMelody, score::melody_edit::MelodyEdit};
use continuo_music::settings::MelodySource;

fn settings(melody_source: MelodySource) -> Settings {
    Settings { melody_source, ..Settings::default() }
}

fn melodies(stage: &mut Stage) -> Vec<PlayableMelody> {
    let melodies = stage.planner.outbox.drain(..).filter_map(|delivery| match delivery {
        Delivery::Melody(melody) => Some(*melody),
        _ => None,
    });
    melodies.collect()
}

fn melody(stage: &Stage) -> Vec<Note> {
    stage.shared.score.read(|score| score.melody().to_vec())
}

#[test]
fn what_comes_in_is_learned_only_where_the_score_has_no_melody() {
    for (source, stays) in [(MelodySource::Input, false), (MelodySource::Score, true), (MelodySource::Both, true)] {
        let mut stage = Stage::new(Settings::default());
        let known = tune(0, PHRASE);
        stage.roll(0, PHRASE, &known);
        stage.planner.receive(Fact::Settings(settings(source)));
        let other: Vec<Note> = tune(480, 2 * PHRASE).into_iter().map(|note| Note { pitch: 70, ..note }).collect();
        stage.roll(0, 2 * PHRASE, &other);
        let kept = melody(&stage).iter().filter(|note| note.pitch == 60).count() == known.len();
        assert_eq!(kept, stays, "{source:?}");
        assert!(melody(&stage).iter().any(|note| note.pitch == 70 && note.start > PHRASE), "{source:?}");
        assert_eq!(melody(&stage).iter().any(|note| note.pitch == 70 && note.start < PHRASE), !stays, "{source:?}");
    }
}

#[test]
fn silence_lets_nothing_rest_while_the_scores_melody_plays() {
    for (source, rests) in [(MelodySource::Input, true), (MelodySource::Score, false)] {
        let mut stage = Stage::new(Settings::default());
        let known = tune(0, 2 * PHRASE);
        stage.roll(0, 2 * PHRASE, &known);
        stage.roll(0, 2 * PHRASE, &known);
        stage.planner.receive(Fact::Settings(settings(source)));
        stage.roll(0, 2 * PHRASE, &[]);
        assert_eq!(melody(&stage).is_empty(), rests, "{source:?}");
    }
}

#[test]
fn it_is_sent_while_it_plays_and_when_it_changes() {
    let mut stage = Stage::new(Settings::default());
    stage.roll(0, PHRASE, &tune(0, PHRASE));
    assert_eq!(melodies(&mut stage), [], "the input is the melody");
    stage.planner.receive(Fact::Settings(settings(MelodySource::Both)));
    let sent = melodies(&mut stage);
    assert_eq!((sent.len(), sent[0].notes.len(), sent[0].bars.len()), (1, 16, 4));
    assert!(sent[0].notes.iter().all(|note| note.ready_at == PLAY_AT_ONCE));
    stage.planner.receive(Fact::Settings(settings(MelodySource::Score)));
    assert_eq!(melodies(&mut stage), [], "it has not changed");
    // What is recorded plays from a place on that does not depend on the machine's speed.
    stage.roll(PHRASE, 2 * PHRASE, &tune(PHRASE, 2 * PHRASE));
    let sent = melodies(&mut stage);
    let ready: Vec<RolledTick> = sent.last().expect("it has changed").bars.iter().map(|bar| bar.ready_at).collect();
    assert_eq!(ready, [[PLAY_AT_ONCE; 4], [2 * PHRASE + LEAD; 4]].concat());
    // What is edited plays at once.
    let new = vec![Note { start: PHRASE + 480, pitch: 72, length: 240, velocity: 90 }];
    assert!(stage.shared.edits.push(Edit::Melody(MelodyEdit { gone: vec![], new })));
    assert!(stage.planner.process_edit());
    let sent = melodies(&mut stage);
    assert_eq!((sent.len(), sent[0].notes.len(), sent[0].bars[4].ready_at), (1, 33, PLAY_AT_ONCE));
    // A project that is opened.
    stage.shared.replace(Score::default());
    stage.planner.follow_replaced_score();
    assert_eq!(melodies(&mut stage), [PlayableMelody::default()]);
}
