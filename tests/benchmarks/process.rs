//! What a block costs the audio thread: 64 frames at 48 kHz with five dense parts. Beside criterion's figure, a long
//! run's median and worst block are printed as a share of the block's time, and written as lines of a table to the file
//! that `CONTINUO_FIGURES` names.

use continuo_engine::realtime::{
    BlockTransport, ComposerEnds, Delivery, PartNote, Performer, PlayablePhrase, RolledTick, queues,
};
use continuo_music::{
    meter::{Meter, PhraseSpan},
    note::Note,
    part::Part,
    settings::Settings,
    time::Tick,
};
use criterion::{Criterion, criterion_group, criterion_main};
use std::{env, fmt::Write as _, fs, hint::black_box, time::Instant};

/// A bar with five dense parts: sixteenths in all of them, and four-note chords.
fn dense_bar(bar: Tick, ready_at: RolledTick) -> PlayablePhrase {
    let start = bar * 3840;
    let chords = [60, 64, 67, 71].map(|pitch| [(Part::Chords, pitch), (Part::Strings, pitch)]);
    let drums = [36, 38, 42, 49].map(|pitch| (Part::Drums, pitch));
    let mut notes: Vec<PartNote> = Vec::new();
    for step in 0..16 {
        let lines = [(Part::Bass, 36 + (step % 5) as u8), (Part::Counter, 72 + (step % 7) as u8)];
        let struck = drums.into_iter().chain(lines).chain(chords.into_iter().flatten());
        notes.extend(struck.map(|(part, pitch)| PartNote {
            part,
            note: Note { start: start + step * 240, pitch, length: 240, velocity: 90 },
        }));
    }
    notes.sort_unstable_by_key(|note| (note.note, note.part));
    let span = PhraseSpan { start, end: start + 3840, meter: Meter::COMMON };
    PlayablePhrase {
        span,
        notes: notes.into(),
        ready_at,
        differs_from: span.start,
        programs: [32, 0, 48, 73],
        key: None,
    }
}

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
