//! What is heard follows the host's transport: through changes of tempo, loops, seeks and stops.

use continuo_harness::{
    Format, NoteEvent, Pace, Player, PluginHost, Setup, Transport,
    built::{FORMATS, RATE, instrument, second_pass},
    songs::ode,
};

const BLOCK: u32 = 480;
/// The place of the drums among the outputs beside the mix.
const DRUMS: usize = 1;
/// The zero-based channel of the drums.
const DRUM_CHANNEL: u8 = 9;

/// An instrument that knows the ode's accompaniment, active, with all outputs.
fn with_band(format: Format) -> Box<dyn PluginHost> {
    let mut host = instrument(format);
    host.set("Genre", "Rock").expect("the plugin has the genre");
    {
        let mut player = Player::new(&mut *host, RATE, BLOCK, true, Pace::Fast).expect("the plugin is activated");
        second_pass(&mut player, &ode());
    }
    host.take_all_outputs();
    host.activate(Setup { sample_rate: RATE, largest_block: BLOCK, offline: true }).expect("it is activated");
    host
}

/// What came out of some blocks.
#[derive(Default)]
struct Played {
    mix: Vec<f32>,
    drums: Vec<f32>,
    /// The samples at which drums were struck.
    strokes: Vec<usize>,
}

impl Played {
    fn loudest_of_last(&self, seconds: f64) -> f32 {
        let from = self.mix.len() - (seconds * RATE) as usize;
        self.mix[from..].iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
    }
}

/// Plays the band for some seconds. `steer` changes the transport before each block.
fn roll(
    host: &mut dyn PluginHost,
    transport: &mut Transport,
    seconds: f64,
    mut steer: impl FnMut(&mut Transport),
) -> Played {
    let mut played = Played::default();
    for block in 0..(seconds * RATE) as usize / BLOCK as usize {
        steer(transport);
        let notes: Vec<NoteEvent> = host.process(BLOCK, Some(transport), &[]).expect("the plugin plays");
        let struck = notes.iter().filter(|note| note.is_on() && note.channel == DRUM_CHANNEL);
        played.strokes.extend(struck.map(|note| block * BLOCK as usize + note.time as usize));
        let audio = host.audio().expect("it is active");
        played.mix.extend_from_slice(&audio.heard()[0][..BLOCK as usize]);
        played.drums.extend_from_slice(&audio.heard_beside()[DRUMS][0][..BLOCK as usize]);
        transport.advance(BLOCK, RATE);
    }
    played
}

fn power(sound: &[f32]) -> f32 {
    sound.iter().map(|sample| sample * sample).sum::<f32>() / sound.len().max(1) as f32
}

#[test]
fn each_stroke_is_heard_at_its_sample_through_a_loop_and_changes_of_tempo() {
    for format in FORMATS {
        let mut host = with_band(format);
        let mut transport = Transport { cycle: Some((0.0, 8.0)), ..Transport::ROLLING };
        let mut block = 0;
        let played = roll(&mut *host, &mut transport, 20.0, |transport| {
            // Faster and slower, as a host's tempo curve has it.
            transport.tempo = 120.0 + 50.0 * (f64::from(block) / 150.0).sin();
            block += 1;
        });
        let mut alone: Vec<usize> = played.strokes.clone();
        alone.dedup();
        let apart = (0.12 * RATE) as usize;
        let near = (0.01 * RATE) as usize;
        let (mut heard, mut all) = (0, 0);
        for pair in alone.windows(2).filter(|pair| pair[1] - pair[0] > apart && pair[1] + near < played.drums.len()) {
            let at = pair[1];
            all += 1;
            heard += usize::from(power(&played.drums[at..at + near]) > 2.0 * power(&played.drums[at - near..at]));
        }
        assert!(all > 20, "{format:?}: {all} strokes");
        assert!(heard * 10 >= all * 9, "{format:?}: {heard} of {all} strokes are heard where they are played");
    }
}

#[test]
fn a_loop_is_as_loud_each_time() {
    for format in FORMATS {
        let mut host = with_band(format);
        let mut transport = Transport { cycle: Some((0.0, 8.0)), ..Transport::ROLLING };
        let played = roll(&mut *host, &mut transport, 16.0, |_| ());
        let passes: Vec<f32> = played.mix.chunks((4.0 * RATE) as usize).map(power).collect();
        let (first, later) = passes.split_first().expect("it was played");
        for pass in later {
            let decibels = 10.0 * (pass / first).log10();
            assert!(decibels.abs() < 3.0, "{format:?}: {passes:?}");
        }
    }
}

#[test]
fn seeks_and_a_stop_leave_nothing_ringing() {
    for format in FORMATS {
        let mut host = with_band(format);
        let mut transport = Transport::ROLLING;
        for (position, seconds) in [(0.0, 2.0), (8.5, 0.7), (3.3, 0.3), (12.0, 1.1)] {
            transport.position = position;
            let played = roll(&mut *host, &mut transport, seconds, |_| ());
            assert!(played.loudest_of_last(0.3) > 0.03, "{format:?}: from quarter {position}");
        }
        transport.playing = false;
        let stopped = roll(&mut *host, &mut transport, 6.0, |_| ());
        assert!(stopped.loudest_of_last(1.0) < 1e-3, "{format:?}: {}", stopped.loudest_of_last(1.0));
    }
}
