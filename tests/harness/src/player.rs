//! Plays a tune to a plugin, block by block, and collects what the plugin plays.

use crate::{
    event::{NoteEvent, NoteEventKind, SongEvent},
    hosts::{AudioSide, PluginError, PluginHost, Setup},
    transport::Transport,
    tune::Tune,
};
use std::{
    mem, thread,
    time::{Duration, Instant},
};

/// How fast blocks follow each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// This many times as fast as an audio device would ask for them; 1 is real time.
    Timed(f64),
    /// One right after the other.
    Fast,
}

/// Plays tunes to an activated plugin, which it deactivates on drop.
pub struct Player<'a> {
    host: &'a mut dyn PluginHost,
    setup: Setup,
    block: u32,
    pace: Pace,
    /// Where the transport stands between passes.
    rest: Transport,
    /// The host loops over the tune.
    looped: bool,
    /// The ends of notes that still sound at the end of a pass; they go out with the next block.
    held: Vec<NoteEvent>,
    /// The plugin's state when the last pass began; empty before the first.
    before: Vec<u8>,
}

impl<'a> Player<'a> {
    /// Activates the plugin; blocks have `block` samples.
    ///
    /// # Errors
    /// When the plugin cannot be activated.
    pub fn new(
        host: &'a mut dyn PluginHost,
        sample_rate: f64,
        block: u32,
        offline: bool,
        pace: Pace,
    ) -> Result<Self, PluginError> {
        let setup = Setup { sample_rate, largest_block: block, offline };
        host.activate(setup)?;
        Ok(Self {
            host,
            setup,
            block,
            pace,
            rest: Transport::STOPPED,
            looped: false,
            held: Vec::new(),
            before: Vec::new(),
        })
    }

    /// Moves the transport to the tune's start, with its tempo and meter, where it stands until the first pass.
    pub fn locate(&mut self, tune: &Tune) {
        self.rest = Transport { tempo: tune.tempo_at(0.0), meter: tune.meter_at(0.0), ..Transport::STOPPED };
    }

    /// From now on the host loops over the tune: passes that follow each other are one roll that wraps.
    pub fn set_loop(&mut self) {
        self.looped = true;
    }

    /// The plugin.
    pub fn host(&mut self) -> &mut dyn PluginHost {
        self.host
    }

    /// Rolls once from the tune's start to its end and returns what the plugin played, at samples from the start.
    /// `progress` is called with the position in quarter notes before each block.
    ///
    /// # Errors
    /// When the plugin fails.
    pub fn pass(&mut self, tune: &Tune, progress: &mut dyn FnMut(f64)) -> Result<Vec<SongEvent>, PluginError> {
        self.pass_with(tune, &[], progress)
    }

    /// Rolls as [`Player::pass`] does, and plays these events besides the tune's melody. Their notes end in the pass.
    ///
    /// # Errors
    /// When the plugin fails.
    pub fn pass_with(
        &mut self,
        tune: &Tune,
        others: &[SongEvent],
        progress: &mut dyn FnMut(f64),
    ) -> Result<Vec<SongEvent>, PluginError> {
        self.roll(tune, others, progress, &mut |_, _| {})
    }

    /// Rolls as [`Player::pass`] does. `heard` is called after each block with the plugin's audio and the block's frames.
    ///
    /// # Errors
    /// When the plugin fails.
    pub fn pass_heard(
        &mut self,
        tune: &Tune,
        heard: &mut dyn FnMut(&dyn AudioSide, usize),
    ) -> Result<Vec<SongEvent>, PluginError> {
        self.roll(tune, &[], &mut |_| {}, heard)
    }

    fn roll(
        &mut self,
        tune: &Tune,
        others: &[SongEvent],
        progress: &mut dyn FnMut(f64),
        heard: &mut dyn FnMut(&dyn AudioSide, usize),
    ) -> Result<Vec<SongEvent>, PluginError> {
        self.before = self.host.save()?;
        let rate = self.setup.sample_rate;
        let end = tune.sample_at(tune.length, rate).round() as u64;
        let mut melody = [&tune.events(rate), others].concat();
        melody.sort_unstable();
        let mut changes: Vec<u64> = tune
            .tempos
            .iter()
            .map(|change| change.0)
            .chain(tune.meters.iter().map(|change| change.0))
            .map(|position| tune.sample_at(position, rate).ceil() as u64)
            .collect();
        changes.sort_unstable();

        let mut played = Vec::new();
        let mut next = 0;
        let mut sample = 0;
        let begun = Instant::now();
        while sample < end {
            // A block ends early at a change, so that its transport holds for all of it.
            let change = changes.iter().copied().find(|&change| change > sample).unwrap_or(end);
            let stop = (sample + u64::from(self.block)).min(change).min(end);
            let count = melody[next..].iter().take_while(|event| event.sample < stop).count();
            let notes: Vec<NoteEvent> = melody[next..next + count]
                .iter()
                .map(|event| NoteEvent { time: (event.sample - sample) as u32, ..event.event })
                .collect();
            next += count;
            let notes = [mem::take(&mut self.held), notes].concat();

            let position = tune.position_at(sample as f64, rate);
            progress(position);
            self.wait_until(begun, sample);
            let transport = Transport {
                playing: true,
                pre_roll: false,
                tempo: tune.tempo_at(position),
                position,
                sample: sample as i64,
                meter: tune.meter_at(position),
                bars_from: tune.bars_from(position),
                cycle: self.looped.then_some((0.0, tune.length)),
            };
            let frames = (stop - sample) as u32;
            let block = self.host.process(frames, Some(&transport), &notes)?;
            heard(self.host.audio()?, frames as usize);
            played.extend(block.into_iter().map(|event| SongEvent { sample: sample + u64::from(event.time), event }));
            self.rest = Transport { playing: false, position: tune.length, sample: end as i64, ..transport };
            sample = stop;
        }
        let begun = |off: &NoteEvent| melody[..next].iter().any(|event| event.event.pitch == off.pitch);
        let later = melody[next..].iter().map(|event| NoteEvent { time: 0, ..event.event });
        self.held = later.filter(|event| event.kind == NoteEventKind::Off && begun(event)).collect();
        Ok(played)
    }

    /// Processes this many blocks while the transport stands, and returns what the plugin played.
    ///
    /// # Errors
    /// When the plugin fails.
    pub fn stand(&mut self, blocks: u32) -> Result<Vec<NoteEvent>, PluginError> {
        let mut played = Vec::new();
        let begun = Instant::now();
        for block in 0..blocks {
            self.wait_until(begun, u64::from(block) * u64::from(self.block));
            played.extend(self.host.process(self.block, Some(&self.rest), &mem::take(&mut self.held))?);
        }
        Ok(played)
    }

    /// Processes blocks while the transport stands, until the plugin's state has changed since the last pass began and
    /// then stays the same for a while: the composer has finished. Returns what the plugin played.
    ///
    /// # Errors
    /// When the plugin fails.
    pub fn settle(&mut self) -> Result<Vec<NoteEvent>, PluginError> {
        // The composer may still be loading its model.
        const PATIENCE: Duration = Duration::from_mins(2);
        // Offline the plugin itself waits for its composer; live, a slow machine may need seconds for a phrase.
        let quiet = Duration::from_millis(if self.setup.offline { 1500 } else { 6000 });
        let mut played = Vec::new();
        let mut state = self.host.save()?;
        let begun = Instant::now();
        let mut changed = begun;
        while changed.elapsed() < quiet || (state == self.before && begun.elapsed() < PATIENCE) {
            played.extend(self.stand(1)?);
            thread::sleep(Duration::from_millis(20));
            let now = self.host.save()?;
            if now != state {
                state = now;
                changed = Instant::now();
            }
        }
        Ok(played)
    }

    fn wait_until(&self, begun: Instant, sample: u64) {
        if let Pace::Timed(speed) = self.pace {
            let due = Duration::from_secs_f64(sample as f64 / self.setup.sample_rate / speed);
            thread::sleep(due.saturating_sub(begun.elapsed()));
        }
    }
}

impl Drop for Player<'_> {
    fn drop(&mut self) {
        self.host.deactivate();
    }
}
