//! Instances that come and go while others play.

use crate::{
    PART, alone,
    built::{FORMATS, host, ode},
    process,
};
use continuo_tests::{Balance, Format, HostEvent, NoteEvent, NoteEventKind, Setup, Transport, evidence};

const TIMES: u32 = 200;
const SETUP: Setup = Setup { sample_rate: 48_000.0, largest_block: 512, offline: false };

fn transport(block: u32) -> Transport {
    let position = f64::from(block) * 512.0 / 24_000.0 % ode().length;
    Transport {
        playing: true,
        tempo: 120.0,
        position,
        sample: (position * 24_000.0) as i64,
        meter: (4, 4),
        cycle: None,
    }
}

#[test]
#[ignore = "takes minutes: cargo xtask test --hosts soak"]
fn two_hundred_instances_come_and_go_while_others_play() {
    let _alone = alone();
    let mut stayers = FORMATS.map(host);
    let mut balances = [Balance::default(), Balance::default()];
    for stayer in &mut stayers {
        stayer.activate(SETUP).expect("the plugin is activated");
    }
    let mut block = 0_u32;
    for time in 0..TIMES {
        let mut guest = host(if time.is_multiple_of(2) { Format::Clap } else { Format::Vst3 });
        // Some are only looked at, some activated, some play; some go in the middle of a note.
        if !time.is_multiple_of(3) {
            guest.activate(SETUP).expect("the plugin is activated");
        }
        for _ in 0..8 {
            block += 1;
            let on = if block.is_multiple_of(2) { NoteEventKind::On(90) } else { NoteEventKind::Off };
            let key = [HostEvent::Note(NoteEvent { time: 0, kind: on, channel: 0, pitch: 60 })];
            for (stayer, balance) in stayers.iter_mut().zip(&mut balances) {
                let audio = stayer.audio().expect("the plugin is active");
                let played = audio.process_events(512, Some(&transport(block)), &key).expect("the plugin plays");
                balance.take(512, &played).expect("the plugin plays in order");
            }
            if time % 3 == 2 {
                guest.process(512, Some(&transport(block)), &[]).expect("the guest plays");
            }
        }
        if time.is_multiple_of(5) {
            guest.deactivate();
        }
        drop(guest);
    }
    let composers = process::composers().unwrap_or(stayers.len());
    assert_eq!(composers, stayers.len(), "composers were left behind");
    evidence::record(
        PART,
        "Instances come and go while others play",
        "loaded, sometimes activated and played, and unloaded, in both formats; threads counted in /proc",
        format!("{TIMES} instances"),
    );
}
