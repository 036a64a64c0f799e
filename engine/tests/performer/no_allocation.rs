//! The audio thread allocates nothing and frees nothing, over minutes of dense playing with everything that happens to
//! a plugin. The allocator of this test program counts the calls of watched threads.

use super::rig::dense_bar;
use continuo_engine::realtime::{
    BlockTransport, Control, ControlEvent, Delivery, KeyStroke, LeadNote, MelodyBar, MelodyNote, OutputEvent,
    PLAY_AT_ONCE, Performer, PlayableLead, PlayableMelody, queues,
};
use continuo_music::{
    lead::LeadMode,
    note::Note,
    part::Part,
    settings::{MelodySource, Settings},
};
use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

/// The system's allocator, which counts the calls of watched threads.
struct Counting;

thread_local! {
    static WATCHED: Cell<bool> = const { Cell::new(false) };
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    if WATCHED.get() {
        COUNT.set(COUNT.get() + 1);
    }
}

// SAFETY: every call goes to the system's allocator as it came; counting touches thread-local cells only, which
// need no allocation.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count();
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn the_allocator_counts() {
    WATCHED.set(true);
    let before = COUNT.get();
    drop(std::hint::black_box(Box::new(1)));
    WATCHED.set(false);
    assert_eq!(COUNT.get() - before, 2);
}

/// The score's melody from its beginning to the bar after this one: a note on each eighth.
fn melody(bar: i64, first: u8) -> PlayableMelody {
    let bars = (0..bar + 2).map(|bar| MelodyBar { start: bar * 3840, end: (bar + 1) * 3840, ready_at: PLAY_AT_ONCE });
    let notes = (0..(bar + 2) * 8).map(|eighth| MelodyNote {
        note: Note { start: eighth * 480, length: 470, pitch: 48 + first + (eighth % 12) as u8, velocity: 90 },
        ready_at: PLAY_AT_ONCE,
    });
    PlayableMelody { bars: bars.collect(), notes: notes.collect() }
}

/// What Lead plays up to the bar after this one: a note on each eighth, every second of which strokes silence.
fn lead(bar: i64, first: u8) -> PlayableLead {
    let notes = (0..(bar + 2) * 8).map(|eighth| LeadNote {
        note: Note { start: eighth * 480, length: 470, pitch: 72 + first + (eighth % 12) as u8, velocity: 90 },
        hushed_from: if eighth % 2 == 0 { i64::MAX } else { 480 * eighth - 1920 },
    });
    PlayableLead { notes: notes.collect(), news: bar * 3840..bar * 3840 + 960, program: first }
}

#[test]
fn nothing_is_allocated_or_freed_while_playing() {
    const RATE: f64 = 48_000.0;
    let (audio, composer) = queues();
    let mut performer = Performer::new(audio, RATE);
    let mut settings = Settings { program_changes: true, ..Settings::default() };
    let mut output: Vec<OutputEvent> = Vec::with_capacity(1024);
    let mut position = 0.0;
    let mut played = 0_u64;
    let mut rolled_bars = 0;
    let (mut returned, mut delivered) = (0_u64, 0_u64);
    // Five minutes, at block sizes from 1 to 2048.
    let mut samples = 0_u64;
    let mut block = 0_u64;
    while samples < 300 * 48_000 {
        block += 1;
        let frames = [64, 480, 1, 2048, 333][(block / 1000 % 5) as usize];
        let playing = block % 3001 > 40;
        let tempo = 120.0 + 60.0 * ((block / 500 % 7) as f64);
        let bar = (position / 4.0) as i64;
        // The composer's side, which may allocate.
        let deliver = |delivery| u64::from(composer.deliveries.try_send(delivery).is_ok());
        if bar != rolled_bars {
            rolled_bars = bar;
            delivered += deliver(Delivery::Phrase(Box::new(dense_bar(bar + 1, 0))));
            delivered += deliver(Delivery::Phrase(Box::new(dense_bar(bar, PLAY_AT_ONCE))));
        }
        if block.is_multiple_of(5000) {
            let table = (0..bar + 2).map(|bar| Box::new(dense_bar(bar, 0))).collect();
            delivered += deliver(Delivery::Table(Box::new(table)));
        }
        if block.is_multiple_of(450) {
            delivered += deliver(Delivery::Melody(Box::new(melody(bar, block as u8 % 12))));
            let sources = [MelodySource::Input, MelodySource::Score, MelodySource::Both];
            settings.melody_source = sources[(block / 900 % 3) as usize];
        }
        if block.is_multiple_of(270) {
            delivered += deliver(Delivery::Lead(Box::new(lead(bar, block as u8 % 12))));
            settings.lead.mode = LeadMode::ALL[(block / 270 % 4) as usize];
            let part = &mut settings.parts[Part::ALL[(block / 270 % 5) as usize]];
            part.on = !part.on;
            settings.parts[Part::Bass].channel = (block / 700 % 3) as u8;
        }
        if block.is_multiple_of(977) {
            position += 7.3;
        }
        let cycle_quarters = (block / 4000 % 2 == 1).then_some((4.0, 10.5));
        let transport = BlockTransport {
            playing,
            tempo: Some(tempo),
            position_quarters: Some(position),
            meter: Some((4, 4)),
            cycle_quarters,
            ..Default::default()
        };
        let pitch = (48 + block / 8 % 24) as u8;
        let input = if block % 4 < 2 { [KeyStroke::down(0, 0, pitch, 90)] } else { [KeyStroke::up(0, 0, pitch)] };
        output.clear();

        WATCHED.set(true);
        // Sometimes more than a block passes on.
        for number in 0..if block.is_multiple_of(97) { 300 } else { block % 3 } {
            let control = match number % 3 {
                0 => Control::PitchBend((block * 31 % 16_384) as u16),
                1 => Control::Controller { number: 64, value: (block % 128) as u8 },
                _ => Control::Pressure((block % 128) as u8),
            };
            performer.control(ControlEvent { offset: 0, channel: (number % 16) as u8, control });
        }
        performer.process(
            &transport,
            frames,
            &settings,
            block % 6000 > 5900,
            block.is_multiple_of(900),
            &input,
            &mut |event| {
                output.push(event);
            },
        );
        if block.is_multiple_of(8000) {
            performer.reset();
        }
        WATCHED.set(false);

        played += output.len() as u64;
        samples += u64::from(frames);
        if playing {
            position += f64::from(frames) / RATE * tempo / 60.0;
            if let Some((start, end)) = cycle_quarters
                && position >= end
            {
                position = start + (position - end) % (end - start);
            }
        }
        while composer.facts.try_recv().is_ok() {}
        returned += composer.returns.try_iter().count() as u64;
    }
    assert_eq!(COUNT.get(), 0, "allocations and frees on the audio thread");
    assert!(played > 20_000, "only {played} events: too few for this test");
    assert!(delivered > 200 && returned > 100, "{delivered} deliveries, {returned} returns: too few for this test");
    // What `cargo xtask test --hosts` reads.
    println!(
        "\nallocations: {} in {block} blocks ({} s of music), {played} events played, {delivered} deliveries",
        COUNT.get(),
        samples / 48_000,
    );
}
