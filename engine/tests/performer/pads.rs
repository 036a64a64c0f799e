//! Drum pads on channel 10, beside a melody.

use super::rig::{Rig, SteadyHost};
use continuo_engine::realtime::{BlockTransport, Fact, KeyStroke};

/// 25 samples a tick.
const HOST: SteadyHost = SteadyHost { start: 0.0, tempo: 120.0, rate: 48_000.0, cycle: None };

#[test]
fn drum_pads_pass_on_their_channel_and_are_not_heard() {
    let mut rig = Rig::new(HOST.rate);
    let pad = |offset, velocity| KeyStroke { offset, channel: 9, pitch: 36, velocity };
    // One pad is held where the song begins, and struck again in it.
    rig.block(&BlockTransport { playing: false, ..HOST.at(0) }, 480, &[pad(0, Some(80))]);
    rig.block(&HOST.at(0), 480, &[pad(100, None), pad(200, Some(90)), KeyStroke::down(300, 0, 36, 70)]);
    assert_eq!(rig.performer.reading().held, 1 << 36, "the melody's key alone is shown");
    rig.block(&HOST.at(480), 480, &[pad(100, None)]);
    assert_eq!(rig.sounding, [(0, 36)], "the pad ends and the melody's key sounds on");
    assert_eq!(
        rig.notes(),
        [(0, true, 9, 36), (580, false, 9, 36), (680, true, 9, 36), (780, true, 0, 36), (1060, false, 9, 36)]
    );
    let is_note = |fact: &&Fact| matches!(fact, Fact::NoteOn { .. } | Fact::NoteOff { .. });
    let heard: Vec<&Fact> = rig.facts.iter().filter(is_note).collect();
    assert_eq!(heard, [&Fact::NoteOn { tick: 12, pitch: 36, velocity: 70 }]);

    rig.settings.thru = false;
    rig.block(&HOST.at(960), 480, &[pad(0, Some(90)), pad(1, None)]);
    assert_eq!(rig.notes().len(), 6, "the melody's key ends, and no pad passes");
    rig.bypass = true;
    rig.block(&HOST.at(1440), 480, &[pad(0, Some(90))]);
    assert_eq!(rig.sounding, [(9, 36)]);
    rig.finish();
}
