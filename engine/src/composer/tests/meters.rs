//! How the song's bars follow a host that changes its meters, through the performer and the planner.

use super::*;
use crate::{
    realtime::{capture::KeyStroke, performer::Performer, queues::ComposerEnds, transport::BlockTransport},
    score::edit::WholeSong,
};
use continuo_music::meter::MeterMap;

const WALTZ: Meter = Meter { numerator: 3, denominator: 4 };
/// Ticks in a block of 500 frames at 48 kHz and 120 quarter notes a minute.
const BLOCK: Tick = 20;

/// A host's blocks, processed at once.
pub(super) struct Playing {
    pub stage: Stage,
    performer: Performer,
    ends: ComposerEnds,
}

impl Playing {
    pub fn new() -> Self {
        let (audio, ends) = queues();
        Self { stage: Stage::new(Settings::default()), performer: Performer::new(audio, 48_000.0), ends }
    }

    fn block(&mut self, playing: bool, at: Tick, meter: Option<(i64, i64)>) {
        self.block_in_a_loop(playing, at, meter, None);
    }

    fn block_in_a_loop(&mut self, playing: bool, at: Tick, meter: Option<(i64, i64)>, cycle: Option<(Tick, Tick)>) {
        let quarters = |tick| tick as f64 / 960.0;
        let transport = BlockTransport {
            playing,
            tempo: Some(120.0),
            position_quarters: Some(quarters(at)),
            meter,
            cycle_quarters: cycle.map(|(start, end)| (quarters(start), quarters(end))),
            ..BlockTransport::default()
        };
        self.play(&transport);
    }

    fn play(&mut self, transport: &BlockTransport) {
        self.play_with(transport, &[]);
    }

    pub fn play_with(&mut self, transport: &BlockTransport, keys: &[KeyStroke]) {
        self.performer.process(transport, 500, &Settings::default(), false, false, keys, &mut |_| {});
        for fact in self.ends.facts.try_iter() {
            self.stage.planner.receive(fact);
        }
        self.stage.planner.update();
        for delivery in self.stage.planner.outbox.drain(..) {
            let _ = self.ends.deliveries.try_send(delivery);
        }
        while self.ends.returns.try_recv().is_ok() {}
    }

    /// Plays from the start, in these numbers of quarter notes a bar.
    fn pass(&mut self, to: Tick, meter: impl Fn(Tick) -> i64) {
        self.block(false, 0, Some((meter(0), 4)));
        for at in (0..to).step_by(BLOCK as usize) {
            self.block(true, at, Some((meter(at), 4)));
        }
        self.block(false, to, Some((meter(to), 4)));
    }

    fn changes(&self) -> Vec<(Tick, u8)> {
        let score = self.stage.shared.score.copy();
        score.meters.changes().iter().map(|change| (change.tick, change.meter.numerator)).collect()
    }
}

fn waltz_from(start: Tick) -> impl Fn(Tick) -> i64 {
    move |at| if at < start { 4 } else { 3 }
}

#[test]
fn a_meter_change_that_was_removed_from_the_song_is_forgotten() {
    let mut playing = Playing::new();
    playing.pass(2 * PHRASE, waltz_from(PHRASE));
    assert_eq!(playing.changes(), [(0, 4), (PHRASE, 3)]);
    playing.pass(2 * PHRASE, waltz_from(Tick::MAX));
    assert_eq!(playing.changes(), [(0, 4)]);
    let score = playing.stage.shared.score.copy();
    assert_eq!(score.phrase_at(PHRASE + 100).map(|phrase| phrase.span.end), Some(2 * PHRASE));
}

#[test]
fn a_meter_change_that_is_kept_stays_where_it_is() {
    let mut playing = Playing::new();
    for _ in 0..3 {
        playing.pass(2 * PHRASE, waltz_from(PHRASE));
        assert_eq!(playing.changes(), [(0, 4), (PHRASE, 3)]);
    }
}

/// A host reports the meter at a block's start: after a wrap within a block it is late.
#[test]
fn a_loop_over_a_meter_change_leaves_it_where_it_is() {
    let mut playing = Playing::new();
    let (start, end) = (PHRASE / 2, PHRASE + 2 * 2880);
    let meter = waltz_from(PHRASE);
    playing.pass(end, &meter);
    let mut at = start + BLOCK / 2;
    for _ in 0..3 * (end - start) / BLOCK {
        playing.block_in_a_loop(true, at, Some((meter(at), 4)), Some((start, end)));
        assert_eq!(playing.changes(), [(0, 4), (PHRASE, 3)], "at {at}");
        at += BLOCK;
        if at >= end {
            at -= end - start;
        }
    }
    let score = playing.stage.shared.score.copy();
    let mut whole = score.phrases().iter().filter(|phrase| phrase.recipe.is_some());
    assert!(whole.all(|phrase| (phrase.span.meter == WALTZ) == (phrase.span.start >= PHRASE)));
}

#[test]
fn a_meter_change_that_was_moved_moves() {
    let mut playing = Playing::new();
    playing.pass(2 * PHRASE, waltz_from(PHRASE));
    for start in [PHRASE + 3840, PHRASE - 3840] {
        playing.pass(2 * PHRASE, waltz_from(start));
        assert_eq!(playing.changes(), [(0, 4), (start, 3)]);
    }
}

#[test]
fn a_song_that_becomes_a_waltz_altogether_has_no_seam() {
    let mut playing = Playing::new();
    playing.pass(2 * PHRASE, waltz_from(PHRASE));
    playing.pass(2 * PHRASE, waltz_from(0));
    assert_eq!(playing.changes(), [(0, 3)]);
}

#[test]
fn a_state_in_another_meter_follows_the_host_that_rolls_on() {
    let mut playing = Playing::new();
    let waltz = || {
        let mut score = Score::default();
        score.meters = MeterMap::new(WALTZ);
        score
    };
    playing.pass(960, |_| 4);
    for at in (960..2000).step_by(BLOCK as usize) {
        playing.block(true, at, Some((4, 4)));
    }
    playing.stage.shared.replace(waltz());
    playing.stage.planner.follow_replaced_score();
    playing.block(true, 2000, Some((4, 4)));
    assert_eq!(playing.changes().last().map(|change| change.1), Some(4));
}

/// The standalone program has a transport of its own, which knows no meter.
#[test]
fn a_dropped_waltz_stays_a_waltz_while_no_meter_is_reported() {
    let mut playing = Playing::new();
    playing.block(false, 0, None);
    let melody = (0..16).map(|bar| note(bar * 2880, 2800)).collect();
    playing.stage.shared.edits.push(Edit::Arrange(Box::new(WholeSong {
        melody,
        meters: MeterMap::new(WALTZ),
        ..WholeSong::default()
    })));
    while playing.stage.planner.process_edit() {}
    for at in (0..4 * 2880).step_by(BLOCK as usize) {
        playing.block(true, at, None);
    }
    playing.block(false, 0, None);
    let score = playing.stage.shared.score.copy();
    assert!(score.phrases().len() >= 4 && score.phrases().iter().all(|phrase| phrase.span.meter == WALTZ));
    playing.stage.shared.edits.push(Edit::Clear);
    while playing.stage.planner.process_edit() {}
    assert_eq!(playing.changes(), [(0, 4)], "the bars of the song went with it");
}

/// A position that cannot be saved counts as missing.
#[test]
fn a_host_far_away_leaves_an_arrangement_that_can_be_read_again() {
    let mut playing = Playing::new();
    playing.pass(PHRASE, |_| 4);
    for quarters in [9e5, 3e6, 9e8, -3e6] {
        playing.block(true, quarters as Tick * 960, Some((4, 4)));
    }
    assert!(Score::from_json(&playing.stage.shared.save()).is_ok());
}

/// The transport of a host that knows its bars: `bar` is where the one at `at` begins.
fn knowing(playing: bool, at: Tick, meter: i64, bar: Tick) -> BlockTransport {
    let quarters = |tick| tick as f64 / 960.0;
    BlockTransport {
        playing,
        tempo: Some(120.0),
        position_quarters: Some(quarters(at)),
        meter: Some((meter, 4)),
        bar_start_quarters: Some(quarters(bar)),
        ..BlockTransport::default()
    }
}

/// A song whose first bar has these quarter notes, and which goes on in 4/4.
fn after_a_bar_of(first: i64) -> impl Fn(Tick) -> (i64, Tick) {
    let length = first * 960;
    move |at| if at < length { (first, 0) } else { (4, at - (at - length).rem_euclid(3840)) }
}

fn roll(playing: &mut Playing, from: Tick, to: Tick, bars: &impl Fn(Tick) -> (i64, Tick)) {
    for (rolls, at) in [(false, from)].into_iter().chain((from..to).step_by(BLOCK as usize).map(|at| (true, at))) {
        let (meter, bar) = bars(at);
        playing.play(&knowing(rolls, at, meter, bar));
    }
    let (meter, bar) = bars(to);
    playing.play(&knowing(false, to, meter, bar));
}

#[test]
fn a_transport_that_starts_after_a_bar_of_another_length_is_on_the_hosts_bars() {
    for first in [1, 2, 3, 5, 7] {
        let bars = after_a_bar_of(first);
        for start in [first * 960 + 5 * 3840, first * 960 + 5 * 3840 + 1500] {
            let mut playing = Playing::new();
            roll(&mut playing, start, start + 2 * PHRASE, &bars);
            let score = playing.stage.shared.score.copy();
            assert!(score.phrases().len() >= 2);
            for phrase in score.phrases().iter().filter(|phrase| phrase.span.end > start) {
                assert_eq!((phrase.span.start - first * 960).rem_euclid(3840), 0, "{first}/4, from {start}");
                assert_eq!((phrase.span.end - first * 960).rem_euclid(3840), 0, "{first}/4, from {start}");
            }
            // From the song's start on, all of it is known.
            roll(&mut playing, 0, first * 960 + PHRASE, &bars);
            assert_eq!(playing.changes(), [(0, first as u8), (first * 960, 4)], "from {start}");
        }
    }
}

#[test]
fn bars_that_were_heard_stay_where_they_are_when_the_transport_starts_behind_others() {
    let mut playing = Playing::new();
    // Eight bars of 4/4, then one of 2/4 that was not heard yet, then 4/4.
    let bars = |at: Tick| match at - 2 * PHRASE {
        ..0 => (4, at / 3840 * 3840),
        0..1920 => (2, 2 * PHRASE),
        behind => (4, at - (behind - 1920) % 3840),
    };
    roll(&mut playing, 0, 2 * PHRASE - BLOCK, &bars);
    let before = playing.stage.shared.score.copy();
    let behind = 2 * PHRASE + 1920 + 3 * 3840;
    roll(&mut playing, behind, behind + PHRASE, &bars);
    assert_eq!(playing.changes(), [(0, 4), (2 * PHRASE + 1920, 4)]);
    let after = playing.stage.shared.score.copy();
    assert!(before.phrases().iter().take(1).all(|phrase| after.phrase(&phrase.span) == Some(phrase)));
    roll(&mut playing, 0, behind, &bars);
    assert_eq!(playing.changes(), [(0, 4), (2 * PHRASE, 2), (2 * PHRASE + 1920, 4)]);
}

/// A wrong guess about the bars before the place where the transport started, and a song that was changed.
#[test]
fn bars_that_the_host_no_longer_has_are_forgotten() {
    let mut playing = Playing::new();
    let shifted = after_a_bar_of(2);
    roll(&mut playing, 1920 + 3 * 3840, 1920 + 5 * 3840, &shifted);
    assert_eq!(playing.changes(), [(0, 4), (1920, 4)]);
    roll(&mut playing, 0, 2 * PHRASE, &|at| (4, at / 3840 * 3840));
    assert_eq!(playing.changes(), [(0, 4)]);
    let score = playing.stage.shared.score.copy();
    assert_eq!(score.phrase_at(PHRASE + 100).map(|phrase| phrase.span.start), Some(PHRASE));
}

#[test]
fn a_loop_behind_a_bar_of_another_length_is_on_the_hosts_bars() {
    for first in [3, 5] {
        let mut playing = Playing::new();
        let bars = after_a_bar_of(first);
        let (start, end) = (first * 960 + 2 * 3840, first * 960 + 6 * 3840);
        let quarters = |tick| tick as f64 / 960.0;
        let mut at = start;
        for _ in 0..3 * (end - start) / BLOCK {
            let (meter, bar) = bars(at);
            let cycle_quarters = Some((quarters(start), quarters(end)));
            playing.play(&BlockTransport { cycle_quarters, ..knowing(true, at, meter, bar) });
            at = if at + BLOCK < end { at + BLOCK } else { start };
        }
        let score = playing.stage.shared.score.copy();
        let inside = score.phrases().iter().filter(|phrase| phrase.span.end > start && phrase.span.start < end);
        assert!(inside.clone().all(|phrase| (phrase.span.start - start).rem_euclid(3840) == 0), "{first}/4");
        assert!(inside.count() >= 1);
    }
}

/// It says that the bar before 4/4 begins where the song does, which it knows not to be so.
#[test]
fn a_host_that_does_not_know_its_bars_leaves_those_that_were_heard() {
    let mut playing = Playing::new();
    let divides = |at: Tick| if at < 2880 { (3, 0) } else { (4, at / 3840 * 3840) };
    roll(&mut playing, 0, 2880 + PHRASE, &divides);
    assert_eq!(playing.changes(), [(0, 3), (2880, 4)]);
    roll(&mut playing, 2880 + 3840, 2880 + PHRASE, &divides);
    assert_eq!(playing.changes(), [(0, 3), (2880, 4)]);
}
