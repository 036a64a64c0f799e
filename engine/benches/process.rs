//! What a block costs the audio thread: 64 frames at 48 kHz with five dense parts. Beside criterion's figure, a long
//! run's median and worst block are printed as a share of the block's time.

#[path = "../tests/support/rig.rs"]
mod rig;

use continuo_engine::{
    performer::Performer,
    queues::{ComposerEnds, Delivery, queues},
    settings::Settings,
    transport::BlockTransport,
};
use criterion::{Criterion, criterion_group, criterion_main};
use rig::dense_bar;
use std::{hint::black_box, time::Instant};

const RATE: f64 = 48_000.0;
const FRAMES: u32 = 64;
const BARS: i64 = 8;
const BLOCKS: usize = 1_000_000;

struct Session {
    performer: Performer,
    composer: ComposerEnds,
    settings: Settings,
    transport: BlockTransport,
    events: u64,
}

impl Session {
    fn new() -> Self {
        let (audio, composer) = queues();
        for bar in 0..BARS {
            composer.deliveries.try_send(Delivery::Phrase(Box::new(dense_bar(bar, 0)))).expect("there is room");
        }
        let transport = BlockTransport {
            playing: true,
            tempo: Some(120.0),
            position_quarters: Some(0.0),
            meter: Some((4, 4)),
            cycle_quarters: Some((0.0, 4.0 * BARS as f64)),
            ..Default::default()
        };
        Self { performer: Performer::new(audio, RATE), composer, settings: Settings::default(), transport, events: 0 }
    }

    fn block(&mut self) {
        let Self { performer, settings, transport, events, .. } = self;
        performer.process(transport, FRAMES, settings, false, false, &[], &mut |event| {
            black_box(event);
            *events += 1;
        });
    }

    /// What the host and the composer do between two blocks.
    fn between(&mut self) {
        let end = 4.0 * BARS as f64;
        let position = self.transport.position_quarters.unwrap_or_default() + f64::from(FRAMES) / RATE * 2.0;
        self.transport.position_quarters = Some(if position >= end { position - end } else { position });
        while self.composer.facts.try_recv().is_ok() {}
    }
}

fn process(criterion: &mut Criterion) {
    let mut session = Session::new();
    criterion.bench_function("process, 64 frames, five dense parts", |bencher| {
        bencher.iter(|| {
            session.block();
            session.between();
        });
    });

    let mut session = Session::new();
    let mut times: Vec<u64> = Vec::with_capacity(BLOCKS);
    let mut undisturbed_worst = 0;
    let mut taken_away = taken_away_count();
    for _ in 0..BLOCKS {
        let began = Instant::now();
        session.block();
        let time = began.elapsed().as_nanos() as u64;
        times.push(time);
        session.between();
        if time > undisturbed_worst {
            let now = taken_away_count();
            if now == taken_away {
                undisturbed_worst = time;
            }
            taken_away = now;
        } else if times.len().is_multiple_of(64) {
            taken_away = taken_away_count();
        }
    }
    times.sort_unstable();
    let block = f64::from(FRAMES) / RATE * 1e9;
    let share = |rank: usize| {
        let nanoseconds = times[rank.min(BLOCKS - 1)];
        format!("{:.2} us, {:.3} % of a block", nanoseconds as f64 / 1e3, nanoseconds as f64 / block * 100.0)
    };
    println!("{BLOCKS} blocks, {} events", session.events);
    println!("median        {}", share(BLOCKS / 2));
    println!("99.9 percent  {}", share(BLOCKS / 1000 * 999));
    println!("99.99 percent {}", share(BLOCKS / 10_000 * 9_999));
    println!("worst         {}", share(BLOCKS - 1));
    if taken_away.is_some() {
        let share = undisturbed_worst as f64 / block * 100.0;
        println!(
            "worst while the system left the thread its core: {:.2} us, {share:.3} % of a block",
            undisturbed_worst as f64 / 1e3
        );
    }
}

/// How often the system took the core away from this thread; known on Linux only.
fn taken_away_count() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/thread-self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("nonvoluntary_ctxt_switches:"))?.trim().parse().ok()
}

criterion_group!(benches, process);
criterion_main!(benches);
