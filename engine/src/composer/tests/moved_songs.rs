//! Songs that are moved, and clips that are deleted, muted or cut, while the band knows them.

use super::*;
use continuo_music::{melody::begins_in, settings::PartSettings};

/// A song of three phrases from a place on, a note on each beat; each phrase has its own melody.
fn song(from: Tick) -> Vec<Note> {
    let note = |beat: Tick| Note {
        start: from + beat * 960,
        pitch: 60 + ((beat * 5 + beat / 16 * beat % 3) % 12) as u8,
        length: 900,
        velocity: 90,
    };
    (0..48).map(note).collect()
}

fn without(notes: &[Note], gone: Range<Tick>) -> Vec<Note> {
    notes.iter().filter(|note| !begins_in(note, &gone)).copied().collect()
}

/// A band that has heard the song twice.
fn band(settings: Settings) -> Stage {
    let mut stage = Stage::new(settings);
    for _ in 0..2 {
        pass(&mut stage, 0, 3 * PHRASE, &song(0));
    }
    stage
}

fn pass(stage: &mut Stage, from: Tick, to: Tick, notes: &[Note]) {
    stage.roll(from, to, notes);
    stage.locate(to);
}

/// Which of the first phrases have notes.
fn playing<const COUNT: usize>(stage: &Stage) -> [bool; COUNT] {
    let score = stage.shared.score.copy();
    std::array::from_fn(|index| {
        let phrase = score.phrase_at(index as Tick * PHRASE);
        phrase.is_some_and(|phrase| phrase.parts.iter().any(|(_, notes)| !notes.is_empty()))
    })
}

#[test]
fn nothing_plays_where_the_song_was_and_is_no_more() {
    let mut stage = band(Settings::default());
    for _ in 0..2 {
        pass(&mut stage, 0, 4 * PHRASE, &song(PHRASE));
        assert_eq!(playing(&stage), [false, true, true, true], "moved to the right");
        assert_eq!(stage.shared.score.copy().melody(), song(PHRASE));
    }
    pass(&mut stage, 0, 4 * PHRASE, &song(0));
    assert_eq!(playing(&stage), [true, true, true, false], "moved back");
    assert_eq!(stage.shared.score.copy().melody(), song(0));
}

#[test]
fn a_clip_that_was_deleted_leaves_nothing_behind() {
    for gone in [0..PHRASE, PHRASE..2 * PHRASE, 2 * PHRASE..3 * PHRASE, 0..2 * PHRASE] {
        let mut stage = band(Settings::default());
        let melody = without(&song(0), gone.clone());
        pass(&mut stage, 0, 3 * PHRASE, &melody);
        let silent = [0, 1, 2].map(|index| !gone.contains(&(index * PHRASE)));
        assert_eq!(playing(&stage), silent, "{gone:?}");
        assert_eq!(stage.shared.score.copy().melody(), melody);
    }
}

#[test]
fn a_song_that_is_heard_once_and_then_cut_is_known_by_the_rest_of_it() {
    let mut stage = Stage::new(Settings::default());
    pass(&mut stage, 0, 3 * PHRASE, &song(0));
    pass(&mut stage, 0, 3 * PHRASE, &without(&song(0), PHRASE..2 * PHRASE));
    assert_eq!(playing(&stage), [true, false, true]);
}

#[test]
fn a_part_of_a_phrase_that_is_silent_at_a_stop_leaves_the_rest_of_its_melody() {
    let mut stage = band(Settings::default());
    // From the third bar of the second phrase to the third bar of the third.
    pass(&mut stage, 0, 2 * PHRASE + 3 * 3840 + 100, &without(&song(0), PHRASE + 2 * 3840..3 * PHRASE));
    let gone = PHRASE + 2 * 3840..2 * PHRASE + 3 * 3840;
    let melody = stage.shared.score.copy().melody().to_vec();
    assert_eq!(playing(&stage), [true; 3]);
    assert_eq!(melody.last().map(|note| note.start), Some(3 * PHRASE - 960), "what the stop left open");
    assert!(melody.iter().all(|note| !begins_in(note, &gone)), "{melody:?}");
}

#[test]
fn who_listens_to_what_was_played_by_hand_goes_on_hearing_it() {
    let by_hand = |shift: Tick| -> Vec<Note> {
        let late =
            |(index, note): (usize, Note)| Note { start: note.start + (index as Tick * 37 + shift) % 60, ..note };
        song(0).into_iter().enumerate().map(late).collect()
    };
    let mut stage = Stage::new(Settings::default());
    pass(&mut stage, 0, 3 * PHRASE, &by_hand(0));
    pass(&mut stage, 0, 3 * PHRASE, &[]);
    assert_eq!(playing(&stage), [true; 3], "after one pass");
    pass(&mut stage, 0, 3 * PHRASE, &without(&by_hand(31), 0..PHRASE));
    pass(&mut stage, 0, 3 * PHRASE, &[]);
    assert_eq!(playing(&stage), [true; 3], "after another");
}

#[test]
fn a_melody_that_was_muted_brings_its_accompaniment_back() {
    let mut stage = band(Settings::default());
    let before = stage.shared.score.copy();
    pass(&mut stage, 0, 3 * PHRASE, &[]);
    assert_eq!(playing(&stage), [false; 3]);
    assert_eq!(stage.shared.score.copy().melody(), []);
    stage.drain_requests();
    // From the second phrase on.
    stage.planner.outbox.clear();
    let begins = stage.rolled;
    pass(&mut stage, 0, 3 * PHRASE, &song(0));
    assert_eq!(stage.shared.score.copy().phrases()[..3], before.phrases()[..3]);
    let made: Vec<Tick> = stage.drain_requests().iter().map(|request| request.start).collect();
    assert!(made.iter().all(|&start| start >= 3 * PHRASE), "nothing of the song is made anew: {made:?}");
    let back = stage.delivered();
    let ready: Vec<(Tick, RolledTick)> = back.iter().map(|phrase| (phrase.span.start, phrase.ready_at)).collect();
    assert!(ready.contains(&(PHRASE, begins + PHRASE)), "{ready:?}");
}

#[test]
fn a_loop_over_a_part_of_the_song_says_nothing_about_the_rest() {
    let mut stage = band(Settings::default());
    stage.cycle = Some((PHRASE, 2 * PHRASE));
    for _ in 0..3 {
        stage.roll(PHRASE, 2 * PHRASE, &song(0));
    }
    stage.cycle = Some((0, 2 * PHRASE));
    stage.roll(0, 2 * PHRASE, &without(&song(0), 0..PHRASE));
    let silent: Vec<RolledTick> = stage
        .delivered()
        .iter()
        .filter(|phrase| phrase.span.start == 0 && phrase.notes.is_empty())
        .map(|phrase| phrase.ready_at)
        .collect();
    assert_eq!(silent, [stage.rolled], "it rests from the next round on");
    assert_eq!(playing(&stage), [false, true, true]);
}

#[test]
fn a_silent_loop_over_half_a_phrase_leaves_the_other_half() {
    let mut stage = band(Settings::default());
    let gone = 0..PHRASE / 2;
    stage.cycle = Some((gone.start, gone.end));
    for _ in 0..2 {
        stage.roll(gone.start, gone.end, &[]);
    }
    let score = stage.shared.score.copy();
    assert_eq!(score.melody(), without(&song(0), gone));
    assert_eq!(score.heard(), [0..3 * PHRASE], "nothing behind the song counts as heard");
    assert_eq!(playing(&stage), [true; 3]);
}

#[test]
fn the_player_keeps_what_the_host_plays_no_more() {
    let keep = Settings { keep_song: true, ..Settings::default() };
    let mut stage = band(keep);
    pass(&mut stage, 0, 4 * PHRASE, &song(PHRASE));
    pass(&mut stage, 0, 4 * PHRASE, &[]);
    assert_eq!(playing(&stage), [true; 4]);

    let mut stage = band(Settings::default());
    pass(&mut stage, 0, 3 * PHRASE, &without(&song(0), 0..PHRASE));
    assert_eq!(playing(&stage), [false, true, true]);
    stage.planner.receive(Fact::Settings(keep));
    assert_eq!(playing(&stage), [true; 3], "it is brought back");
    assert_eq!(stage.shared.score.copy().melody(), song(0));
}

#[test]
fn it_is_undone_as_one_step() {
    let mut stage = band(Settings::default());
    let before = stage.shared.score.copy();
    pass(&mut stage, 0, 3 * PHRASE, &[]);
    let step = stage.shared.history.edit(crate::score::history::History::pop_done);
    let Some(crate::score::history::Step::Rest { bars }) = step else { panic!("{step:?}") };
    for on in [false, true, false] {
        stage.shared.edits.push(Edit::Rest { bars: bars.clone(), on });
        while stage.planner.process_edit() {}
        assert_eq!(playing(&stage), [!on; 3]);
    }
    assert_eq!(stage.shared.score.copy().phrases()[..3], before.phrases()[..3]);
    assert_eq!(stage.shared.score.copy().melody(), song(0));
    assert_eq!(stage.shared.history.edit(|history| history.depth()), (0, 0));
}

#[test]
fn a_song_from_a_file_and_locked_parts_stay() {
    let mut stage = Stage::new(Settings::default());
    let whole = crate::score::edit::WholeSong { melody: song(0), ..Default::default() };
    stage.shared.edits.push(Edit::Arrange(Box::new(whole)));
    while stage.planner.process_edit() {}
    for notes in [song(0), song(0), song(PHRASE), vec![], vec![]] {
        pass(&mut stage, 0, 3 * PHRASE, &notes);
    }
    assert_eq!(playing(&stage), [true; 3]);

    let mut locked = Settings::default();
    locked.parts[Part::Bass] = PartSettings { lock: true, ..locked.parts[Part::Bass] };
    let mut stage = band(locked);
    pass(&mut stage, 0, 3 * PHRASE, &[]);
    assert_eq!(playing(&stage), [true; 3]);
}

#[test]
fn the_other_modes_forget_the_melody_and_answer_silence() {
    for mode in [Mode::Live, Mode::Answer] {
        let mut stage = band(Settings { mode, ..Settings::default() });
        let melody = without(&song(0), PHRASE..2 * PHRASE);
        pass(&mut stage, 0, 3 * PHRASE, &melody);
        assert_eq!(stage.shared.score.copy().melody(), melody, "{mode:?}");
        assert!(playing::<2>(&stage)[1], "{mode:?}");
    }
}
