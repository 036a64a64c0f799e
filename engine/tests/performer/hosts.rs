//! Hosts that report less than others, or report it in their own way.

use super::rig::{Rig, SteadyHost, dense_bar};
use continuo_engine::realtime::{BlockTransport, Fact, Monitor};
use continuo_music::time::Tick;

const RATE: f64 = 48_000.0;
const HOST: SteadyHost = SteadyHost { start: 0.0, tempo: 150.0, rate: RATE, cycle: None };

fn rig() -> Rig {
    let rig = Rig::new(RATE);
    for bar in 0..4 {
        rig.deliver(dense_bar(bar, 0));
    }
    rig
}

fn starts(rig: &Rig) -> Vec<Tick> {
    rig.facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Started { tick, .. } => Some(*tick),
            _ => None,
        })
        .collect()
}

fn note_ons(rig: &Rig) -> usize {
    rig.notes().iter().filter(|note| note.1).count()
}

#[test]
fn a_host_without_tempo_is_followed_by_its_positions() {
    for tempo in [60.0, 150.0, 280.0] {
        let host = SteadyHost { tempo, ..HOST };
        let mut rig = rig();
        let end = host.sample(4 * 3840) + 4096;
        while rig.clock < end {
            rig.block(&BlockTransport { tempo: None, ..host.at(rig.clock) }, 512, &[]);
        }
        rig.finish();
        assert_eq!(starts(&rig), [0]);
        assert_eq!(note_ons(&rig), 4 * 16 * 14, "every note once");
    }
}

#[test]
fn a_host_without_position_is_followed_by_its_tempo() {
    let mut rig = rig();
    let transport = BlockTransport { playing: true, tempo: Some(150.0), ..Default::default() };
    let bar = HOST.sample(3840);
    while rig.clock < bar {
        rig.block(&transport, (bar - rig.clock).min(300) as u32, &[]);
    }
    for _ in 0..100 {
        rig.block(&BlockTransport { playing: false, ..transport }, 300, &[]);
    }
    assert_eq!(rig.sounding, []);
    assert_eq!(note_ons(&rig), 16 * 14);
    rig.block(&transport, 300, &[]);
    assert_eq!(starts(&rig), [0, 3840], "it goes on where it stopped");
    assert_eq!(rig.facts.iter().filter(|fact| matches!(fact, Fact::Located { .. })).count(), 1);
    rig.finish();
}

#[test]
fn a_host_with_samples_only_is_followed_by_them() {
    let mut rig = rig();
    let end = HOST.sample(4 * 3840) + 4096;
    while rig.clock < end {
        let position_samples = Some(rig.clock as i64);
        rig.block(&BlockTransport { position_quarters: None, position_samples, ..HOST.at(rig.clock) }, 777, &[]);
    }
    rig.finish();
    assert_eq!(starts(&rig), [0]);
    assert_eq!(note_ons(&rig), 4 * 16 * 14);
}

#[test]
fn a_host_whose_clock_is_a_little_off_is_followed_without_gaps() {
    // It reports a tempo rounded to whole beats a minute, and plays another one.
    let true_host = SteadyHost { tempo: 150.4, ..HOST };
    let mut rig = rig();
    let end = true_host.sample(4 * 3840) + 4096;
    while rig.clock < end {
        rig.block(&BlockTransport { tempo: Some(150.0), ..true_host.at(rig.clock) }, 256, &[]);
    }
    rig.finish();
    assert_eq!(starts(&rig), [0]);
    assert_eq!(note_ons(&rig), 4 * 16 * 14);
}

#[test]
fn an_invalid_tempo_is_not_shown() {
    let monitor = Monitor::default();
    for tempo in [f64::NAN, 0.0, -120.0, f64::INFINITY, 1e9] {
        let mut rig = rig();
        let transport = BlockTransport { tempo: Some(tempo), position_quarters: Some(0.0), ..Default::default() };
        rig.block(&transport, 512, &[]);
        assert!((rig.performer.reading().tempo - 120.0).abs() < 1e-9, "{tempo}: {}", rig.performer.reading().tempo);
        monitor.show(&rig.performer.reading());
        rig.block(&transport, 512, &[]);
        assert!(
            !monitor.show(&rig.performer.reading()),
            "{tempo}: a standing transport counts as a change again and again"
        );
        rig.block(&BlockTransport { tempo: Some(97.5), ..transport }, 512, &[]);
        assert_eq!(rig.performer.reading().tempo.to_bits(), 97.5_f64.to_bits());
        rig.finish();
    }
}

#[test]
fn a_meter_is_reported_at_each_start_and_when_it_changes() {
    let mut rig = rig();
    let mut block = |tick: f64, playing, meter| {
        let transport = BlockTransport { playing, meter: Some(meter), ..SteadyHost { start: tick, ..HOST }.at(0) };
        rig.block(&transport, 480, &[]);
    };
    // 480 samples are 24 ticks.
    block(0.0, false, (4, 4));
    block(0.0, true, (4, 4));
    block(24.0, true, (4, 4));
    block(48.0, true, (3, 4));
    block(72.0, true, (7, 3));
    block(500.0, true, (3, 4));
    block(524.0, false, (3, 4));
    block(0.0, true, (3, 4));
    rig.finish();
    let meters: Vec<_> = rig
        .facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Meter { tick, meter, .. } => Some((*tick, meter.numerator)),
            _ => None,
        })
        .collect();
    assert_eq!(meters, [(0, 4), (0, 4), (48, 3), (500, 3), (0, 3)]);
}
