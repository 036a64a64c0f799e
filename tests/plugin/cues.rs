//! The switches *Intro* and *End*.

use continuo_harness::{
    Format, NoteEvent, Pace, PluginHost, Setup, SongEvent, Transport,
    built::{FORMATS, RATE, host, host_with_song},
};
use std::{
    thread,
    time::{Duration, Instant},
};

/// Samples in a quarter note.
const BEAT: u64 = 24_000;
const BAR: u64 = 4 * BEAT;

/// Plays from the song's start, with switches that are set at samples.
fn play(host: &mut dyn PluginHost, block: u32, pace: Pace, end: u64, switches: &[(u64, &str, &str)]) -> Vec<SongEvent> {
    let mut played = vec![];
    let (mut sample, begun) = (0, Instant::now());
    let mut switches = switches.to_vec();
    while sample < end {
        // A host sets automation in the block in which it lies.
        let due = |at: u64| at < sample + u64::from(block);
        while let Some(&(at, name, text)) = switches.first().filter(|switch| due(switch.0)) {
            let _ = at;
            host.set(name, text).expect("the switch is there");
            switches.remove(0);
        }
        if let Pace::Timed(speed) = pace {
            let due = Duration::from_secs_f64(sample as f64 / RATE / speed);
            thread::sleep(due.saturating_sub(begun.elapsed()));
        }
        let position = sample as f64 / BEAT as f64;
        let transport = Transport { position, sample: sample as i64, ..Transport::ROLLING };
        let events = host.process(block, Some(&transport), &[]).expect("the plugin plays");
        played.extend(events.into_iter().map(|event| SongEvent { sample: sample + u64::from(event.time), event }));
        sample += u64::from(block);
    }
    played
}

fn ready(format: Format, block: u32, offline: bool) -> Box<dyn PluginHost> {
    let mut host = host_with_song(format);
    host.activate(Setup { sample_rate: RATE, largest_block: block, offline }).expect("the plugin is activated");
    // The arrangement is there from the first block on.
    for _ in 0..50 {
        host.process(block, Some(&Transport::STOPPED), &[]).expect("the plugin stands");
        thread::sleep(Duration::from_millis(10));
    }
    host
}

/// Where notes of parts begin: sample, channel, pitch.
fn begun(played: &[SongEvent]) -> Vec<(u64, u8, u8)> {
    let parts = played.iter().filter(|event| event.event.is_on() && event.event.channel != 0);
    let mut begun: Vec<_> = parts.map(|event| (event.sample, event.event.channel, event.event.pitch)).collect();
    begun.sort_unstable();
    begun
}

fn sounding(played: &[SongEvent]) -> Vec<(u8, u8)> {
    let mut sounding = vec![];
    for SongEvent { event, .. } in played {
        let NoteEvent { channel, pitch, .. } = *event;
        sounding.retain(|&key| key != (channel, pitch));
        if event.is_on() {
            sounding.push((channel, pitch));
        }
    }
    sounding
}

#[test]
fn an_ending_comes_home_at_the_bar_line_and_a_bounce_has_what_was_heard() {
    // Within the second bar of the ode, which is in C major.
    let switches = [(BAR + BEAT, "End", "On"), (BAR + 2 * BEAT, "End", "Off")];
    let mut plays = vec![];
    for format in FORMATS {
        for (block, offline, pace) in [(480, true, Pace::Fast), (64, true, Pace::Fast), (480, false, Pace::Timed(8.0))]
        {
            let mut host = ready(format, block, offline);
            let played = play(&mut *host, block, pace, 5 * BAR, &switches);
            plays.push(begun(&played));
            assert_eq!(sounding(&played), [], "{format:?}: the last chord is held for two bars");
        }
    }
    let first = &plays[0];
    assert!(plays.iter().all(|played| played == first), "{plays:?}");
    let last: Vec<(u8, u8)> = first.iter().filter(|note| note.0 >= 2 * BAR).map(|note| (note.1, note.2)).collect();
    assert!(first.iter().all(|note| note.0 <= 2 * BAR), "then it is silent: {first:?}");
    assert!(first.iter().filter(|note| note.0 < 2 * BAR).count() > 10);
    let of = |channel: u8| last.iter().filter(move |note| note.0 == channel).map(|note| note.1 % 12);
    assert!(of(1).all(|class| class == 0) && of(1).count() == 1, "the bass has the tonic: {last:?}");
    assert!(of(2).all(|class| [0, 4, 7].contains(&class)) && of(2).count() == 3, "{last:?}");
}

#[test]
fn an_intro_counts_a_bar_of_sticks_and_the_band_enters_as_it_would_have_played() {
    for format in FORMATS {
        let plain = begun(&play(&mut *ready(format, 480, true), 480, Pace::Fast, 4 * BAR, &[]));
        for (from, switches) in [(0, vec![(0, "Intro", "On")]), (BAR, vec![(BAR - BEAT, "Intro", "On")])] {
            let mut host = ready(format, 480, true);
            let played = begun(&play(&mut *host, 480, Pace::Fast, 4 * BAR, &switches));
            let between = |notes: &[(u64, u8, u8)], from: u64, to: u64| -> Vec<(u64, u8, u8)> {
                notes.iter().filter(|note| (from..to).contains(&note.0)).copied().collect()
            };
            let sticks: Vec<(u64, u8, u8)> = (0..4).map(|beat| (from + beat * BEAT, 9, 37)).collect();
            assert_eq!(between(&played, from, from + BAR), sticks, "{format:?} from {from}");
            assert_eq!(between(&played, 0, from), between(&plain, 0, from), "{format:?}");
            let after = (from + BAR + 1, 4 * BAR);
            assert_eq!(between(&played, after.0, after.1), between(&plain, after.0, after.1), "{format:?}");
        }
    }
}

#[test]
fn switches_that_a_project_was_saved_with_call_for_nothing() {
    for format in FORMATS {
        let mut saved = host_with_song(format);
        saved.set("End", "On").expect("the switch is there");
        saved.set("Intro", "On").expect("the switch is there");
        saved.activate(Setup { sample_rate: RATE, largest_block: 480, offline: true }).expect("it is activated");
        saved.process(480, Some(&Transport::STOPPED), &[]).expect("it takes the values");
        let state = saved.save().expect("the plugin saves its state");
        saved.deactivate();
        let mut host = host(format);
        host.load(&state).expect("the plugin accepts the state");
        host.activate(Setup { sample_rate: RATE, largest_block: 480, offline: true }).expect("it is activated");
        let played = begun(&play(&mut *host, 480, Pace::Fast, 4 * BAR, &[]));
        let plain = begun(&play(&mut *ready(format, 480, true), 480, Pace::Fast, 4 * BAR, &[]));
        assert_eq!(played, plain, "{format:?}");
    }
}
