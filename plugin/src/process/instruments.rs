//! What the audio thread plays on: a player for the mix, and one for each output that the host takes beside it.

use continuo_music::part::Part;
use continuo_sounds::{
    InstantLimiter, Message, Player,
    player::{CHANNELS, DRUM_CHANNEL},
};

/// Outputs beside the mix.
pub const OUTPUTS: usize = 6;
/// Their names.
pub const OUTPUT_NAMES: [&str; OUTPUTS] = ["Melody", "Drums", "Bass", "Chords", "Strings", "Counter"];

/// The output of a part, or of the melody.
pub const fn output_of(part: Option<Part>) -> usize {
    match part {
        None => 0,
        Some(Part::Drums) => 1,
        Some(Part::Bass) => 2,
        Some(Part::Chords) => 3,
        Some(Part::Strings) => 4,
        Some(Part::Counter) => 5,
    }
}

/// The left and the right side of an output.
pub type Sides<'a> = (&'a mut [f32], &'a mut [f32]);

/// Players and limiters for one sample rate. Made by the loader's thread, played by the audio thread, and freed by
/// whoever is not the audio thread.
pub struct Instruments {
    /// Samples a second.
    pub sample_rate: f64,
    /// Plays what has no output of its own.
    band: Player,
    limiter: InstantLimiter,
    /// Plays what has one: by output.
    apart: Vec<(Player, InstantLimiter)>,
    /// The outputs that the host takes.
    taken: [bool; OUTPUTS],
    /// The output of each channel.
    outputs: [usize; CHANNELS],
}

impl Instruments {
    /// Instruments at a sample rate in Hz; `player` makes a player.
    ///
    /// # Errors
    /// A player cannot be made.
    pub fn new<E>(sample_rate: f64, player: impl Fn() -> Result<Player, E>) -> Result<Self, E> {
        let limiter = || InstantLimiter::new(sample_rate);
        let apart = (0..OUTPUTS).map(|_| Ok((player()?, limiter()))).collect::<Result<_, E>>()?;
        let mut outputs = [output_of(None); CHANNELS];
        outputs[usize::from(DRUM_CHANNEL)] = output_of(Some(Part::Drums));
        Ok(Self { sample_rate, band: player()?, limiter: limiter(), apart, taken: [false; OUTPUTS], outputs })
    }

    /// Ends all sound at once.
    pub fn reset(&mut self) {
        self.band.reset();
        self.limiter.reset();
        for (player, limiter) in &mut self.apart {
            player.reset();
            limiter.reset();
        }
    }

    /// Says which outputs the host takes. Returns whether that changed: all sound has ended then.
    pub fn take(&mut self, taken: [bool; OUTPUTS]) -> bool {
        let changed = self.taken != taken;
        if changed {
            self.taken = taken;
            self.reset();
        }
        changed
    }

    /// Says on which output a channel is heard. Returns whether another player plays it from now on.
    pub fn assign(&mut self, channel: u8, output: usize) -> bool {
        let place = &mut self.outputs[usize::from(channel & 15)];
        let before = std::mem::replace(place, output);
        before != output && (self.taken[before] || self.taken[output])
    }

    /// The player of a channel.
    pub fn player(&mut self, channel: u8) -> &mut Player {
        let output = self.outputs[usize::from(channel & 15)];
        if self.taken[output] { &mut self.apart[output].0 } else { &mut self.band }
    }

    /// Plays a message before the next sample.
    pub fn send(&mut self, message: Message) {
        match message {
            Message::NoteOn(channel, ..)
            | Message::Program(channel, _)
            | Message::Controller(channel, ..)
            | Message::Bend(channel, _) => self.player(channel).send(message),
            // The channel may have been another's when the note began.
            Message::NoteOff(..) => self.players().for_each(|player| player.send(message)),
        }
    }

    /// Renders the next samples, from `from` to `to` in the block: what has an output of its own there, the rest in the
    /// mix.
    pub fn render(&mut self, mix: &mut Sides<'_>, outputs: &mut [Option<Sides<'_>>; OUTPUTS], from: usize, to: usize) {
        self.band.render(&mut mix.0[from..to], &mut mix.1[from..to]);
        for ((player, _), output) in self.apart.iter_mut().zip(outputs) {
            if let Some((left, right)) = output {
                player.render(&mut left[from..to], &mut right[from..to]);
            }
        }
    }

    /// Brings all that has an output of its own into the mix as well.
    pub fn gather(mix: &mut Sides<'_>, outputs: &[Option<Sides<'_>>; OUTPUTS]) {
        for (left, right) in outputs.iter().flatten() {
            add(mix.0, left);
            add(mix.1, right);
        }
    }

    /// Keeps everything below full scale.
    pub fn limit(&mut self, mix: &mut Sides<'_>, outputs: &mut [Option<Sides<'_>>; OUTPUTS]) {
        for ((_, limiter), output) in self.apart.iter_mut().zip(outputs) {
            if let Some((left, right)) = output {
                limiter.process(left, right);
            }
        }
        self.limiter.process(mix.0, mix.1);
    }

    fn players(&mut self) -> impl Iterator<Item = &mut Player> {
        let apart = self.apart.iter_mut().zip(self.taken).filter(|(_, taken)| *taken);
        std::iter::once(&mut self.band).chain(apart.map(|((player, _), _)| player))
    }
}

fn add(sum: &mut [f32], more: &[f32]) {
    for (sum, more) in sum.iter_mut().zip(more) {
        *sum += more;
    }
}
