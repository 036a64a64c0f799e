//! Drum pads on channel 10, beside a melody on another channel.

use continuo_harness::{
    Format, NoteEvent, NoteEventKind, SongEvent,
    built::{FORMATS, host, offline_player},
    songs::ode,
};

const PADS: u8 = 9;

/// A stroke on every half beat of the ode, sixty-four in all.
fn strokes() -> Vec<SongEvent> {
    let stroke = |index: u64| {
        let pitch = [36, 42, 38, 42][index as usize % 4];
        let at = |sample, kind| SongEvent { sample, event: NoteEvent { time: 0, kind, channel: PADS, pitch } };
        [at(index * 12_000, NoteEventKind::On(100)), at(index * 12_000 + 5_000, NoteEventKind::Off)]
    };
    (0..64).flat_map(stroke).collect()
}

/// What the plugin plays in the second pass over the ode and these strokes: on the pads' channel, and on the others.
fn second_pass(format: Format, strokes: &[SongEvent], bypass: &str) -> [Vec<SongEvent>; 2] {
    let tune = ode();
    let mut host = host(format);
    host.set("Drums Channel", "16").expect("the plugin has the parameter");
    host.set("Bypass", bypass).expect("the plugin has the parameter");
    let mut player = offline_player(&mut *host);
    player.pass_with(&tune, strokes, &mut |_| {}).expect("the plugin plays");
    player.settle().expect("the plugin settles");
    let mut events = player.pass_with(&tune, strokes, &mut |_| {}).expect("the plugin plays");
    for event in &mut events {
        event.event.time = 0;
    }
    events.sort_unstable();
    let (on_pads, others) = events.into_iter().partition(|event| event.event.channel == PADS);
    [on_pads, others]
}

#[test]
fn pads_pass_unchanged_and_the_parts_do_not_hear_them() {
    let mut expected = strokes();
    expected.sort_unstable();
    for format in FORMATS {
        let [none, alone] = second_pass(format, &[], "Off");
        assert_eq!(none, [], "{format:?}");
        assert!(alone.iter().any(|event| event.event.channel == 1), "{format:?}: no part plays");
        let [pads, others] = second_pass(format, &expected, "Off");
        assert_eq!(pads, expected, "{format:?}");
        assert_eq!(others, alone, "{format:?}: the pads change what the parts play");
        let [pads, melody] = second_pass(format, &expected, "On");
        assert_eq!(pads, expected, "{format:?}, bypassed");
        assert!(melody.iter().all(|event| event.event.channel == 0), "{format:?}, bypassed");
    }
}
