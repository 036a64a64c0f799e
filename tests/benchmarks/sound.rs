//! What the sounds cost the audio thread: 64 frames at 48 kHz of five parts and a melody. Beside criterion's figure, the
//! median and the worst of a long run are printed as a share of the block's time.

use continuo_sounds::{Font, Limiter, Message, Player};
use criterion::{Criterion, criterion_group, criterion_main};
use std::{hint::black_box, time::Instant};

const RATE: f64 = 48_000.0;
const FRAMES: usize = 64;
/// Blocks in a sixteenth at 120 quarter notes a minute.
const STEP: usize = 93;
/// Blocks of the long run: 40 seconds.
const BLOCKS: usize = 30_000;

/// A band that plays: hi-hats in eighths with a beat, a bass in eighths, chords of four notes in half bars, strings of
/// three in bars, a counter-melody in eighths and a melody in quarters.
struct Session {
    player: Player,
    limiter: Limiter,
    left: [f32; FRAMES],
    right: [f32; FRAMES],
    block: usize,
}

impl Session {
    fn new() -> Self {
        let font = Font::built_in().expect("the built-in SoundFont");
        let mut player = Player::new(&font, RATE).expect("a player");
        for (channel, program) in [(0, 71), (1, 33), (2, 0), (3, 48), (4, 73)] {
            player.send(Message::Program(channel, program));
        }
        Self { player, limiter: Limiter::new(RATE), left: [0.0; FRAMES], right: [0.0; FRAMES], block: 0 }
    }

    fn strike(&mut self, channel: u8, before: &[u8], pitches: &[u8]) {
        for &pitch in before {
            self.player.send(Message::NoteOff(channel, pitch));
        }
        for &pitch in pitches {
            self.player.send(Message::NoteOn(channel, pitch, 90));
        }
    }

    fn step(&mut self, step: usize) {
        let turn = (step / 8 % 2) as u8 * 5;
        let back = 5 - turn;
        if step.is_multiple_of(2) {
            self.strike(9, &[], &[42, [36, 42, 38, 42][step / 2 % 4]]);
            let note = (step / 2 % 5) as u8;
            self.strike(1, &[36 + (note + 4) % 5], &[36 + note]);
            self.strike(4, &[72 + (note + 4) % 5], &[72 + note]);
        }
        if step.is_multiple_of(8) {
            self.strike(2, &[60, 64, 67, 71].map(|pitch| pitch + back), &[60, 64, 67, 71].map(|pitch| pitch + turn));
        }
        if step.is_multiple_of(16) {
            let (now, before) = ((step / 16 % 2) as u8 * 3, (step / 16 + 1) as u8 % 2 * 3);
            self.strike(3, &[55, 60, 64].map(|pitch| pitch + before), &[55, 60, 64].map(|pitch| pitch + now));
        }
        if step.is_multiple_of(4) {
            let note = (step / 4 % 7) as u8;
            self.strike(0, &[67 + (note + 6) % 7], &[67 + note]);
        }
    }

    fn block(&mut self) {
        if self.block.is_multiple_of(STEP) {
            self.step(self.block / STEP);
        }
        self.block += 1;
        self.player.render(&mut self.left, &mut self.right);
        self.limiter.process(&mut self.left, &mut self.right);
        black_box(&self.left);
    }
}

fn sound(criterion: &mut Criterion) {
    let mut session = Session::new();
    criterion.bench_function("sounds, 64 frames, five parts and a melody", |bencher| bencher.iter(|| session.block()));

    let mut session = Session::new();
    let mut times: Vec<u64> = Vec::with_capacity(BLOCKS);
    for _ in 0..BLOCKS {
        let began = Instant::now();
        session.block();
        times.push(began.elapsed().as_nanos() as u64);
    }
    times.sort_unstable();
    for (name, share) in [("median", 0.5), ("99 percent", 0.99), ("worst", 1.0)] {
        let nanoseconds = times[((BLOCKS - 1) as f64 * share) as usize] as f64;
        let share = nanoseconds / (FRAMES as f64 / RATE * 1e9) * 100.0;
        println!("sounds, a block's share: {name:<12} {:>9.2} us {share:>7.3} %", nanoseconds / 1e3);
    }
}

criterion_group!(benches, sound);
criterion_main!(benches);
