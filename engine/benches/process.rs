//! What a block costs the audio thread: 64 frames at 48 kHz with five dense parts. Beside criterion's figure, a long
//! run's median and worst block are printed as a share of the block's time, and written as lines of a table to the file
//! that `CONTINUO_FIGURES` names.

use continuo_engine::realtime::{BlockTransport, ComposerEnds, Delivery, Performer, queues};
use continuo_music::settings::Settings;
use criterion::{Criterion, criterion_group, criterion_main};
use rig::dense_bar;
use std::{env, fmt::Write as _, fs, hint::black_box, time::Instant};

const RATE: f64 = 48_000.0;
const FRAMES: u32 = 64;
const BARS: i64 = 8;
/// Blocks in a pass through the bars at 120 quarter notes a minute.
const PASS: usize = 12_000;
const PASSES: usize = 85;
const BLOCKS: usize = PASS * PASSES;

struct Session {
    performer: Performer,
    composer: ComposerEnds,
    settings: Settings,
    transport: BlockTransport,
    blocks: usize,
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
        Self {
            performer: Performer::new(audio, RATE),
            composer,
            settings: Settings::default(),
            transport,
            blocks: 0,
            events: 0,
        }
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
        self.blocks += 1;
        // Counted anew in each pass, so that the same block of each does the same.
        self.transport.position_quarters = Some((self.blocks % PASS) as f64 * f64::from(FRAMES) / RATE * 2.0);
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
    for _ in 0..BLOCKS {
        let began = Instant::now();
        session.block();
        times.push(began.elapsed().as_nanos() as u64);
        session.between();
    }
    let worst_of_its_own =
        (0..PASS).map(|block| median(times.iter().skip(block).step_by(PASS).copied().collect())).max();
    times.sort_unstable();
    let quantile = |share: f64| times[((BLOCKS - 1) as f64 * share) as usize];
    println!("{BLOCKS} blocks, {} events; shares of a block's time:", session.events);
    let figures = [
        ("process, a block's share: median", quantile(0.5)),
        ("process, a block's share: 99.9 percent", quantile(0.999)),
        ("process, a block's share: 99.99 percent", quantile(0.9999)),
        // What the system or another guest of the machine takes away hits another block in each pass.
        ("process, a block's share: the worst by its median over all passes", worst_of_its_own.unwrap_or_default()),
        ("process, a block's share: worst, with what the system takes away", quantile(1.0)),
    ];
    let mut table = "name,value,unit\n".to_owned();
    for (name, nanoseconds) in figures {
        let share = nanoseconds as f64 / (f64::from(FRAMES) / RATE * 1e9) * 100.0;
        println!("{name:<70} {:>9.2} us {share:>7.3} %", nanoseconds as f64 / 1e3);
        let _ = writeln!(table, "{name},{share:.3},%");
    }
    if let Some(file) = env::var_os("CONTINUO_FIGURES") {
        fs::write(file, table).expect("the figures can be written");
    }
}

fn median(mut times: Vec<u64>) -> u64 {
    times.sort_unstable();
    times[times.len() / 2]
}

criterion_group!(benches, process);
criterion_main!(benches);
