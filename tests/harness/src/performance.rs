//! Playing a song to a plugin, block by block, and collecting what it plays.

use crate::{Host, HostError, NoteEvent, NoteEventKind, Setup, SongEvent, Transport};
use std::{
    mem, thread,
    time::{Duration, Instant},
};

/// A note of the melody that is played to the plugin. Positions are in quarter notes from the song's start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MelodyNote {
    /// Where it starts.
    pub start: f64,
    /// How long it sounds.
    pub length: f64,
    /// MIDI pitch, 0 to 127.
    pub pitch: u8,
    /// MIDI velocity, 1 to 127.
    pub velocity: u8,
}

/// A melody with its tempo and meter.
#[derive(Clone, Debug, PartialEq)]
pub struct Song {
    /// The melody, on MIDI channel 1.
    pub melody: Vec<MelodyNote>,
    /// Position in quarter notes, quarter notes a minute; sorted, the first at 0.
    pub tempos: Vec<(f64, f64)>,
    /// Position in quarter notes, meter; sorted, the first at 0.
    pub meters: Vec<(f64, (u16, u16))>,
    /// Where a pass ends, in quarter notes.
    pub length: f64,
}

impl Song {
    /// The sample at which a position in quarter notes lies, as an exact number.
    pub fn sample_at(&self, position: f64, sample_rate: f64) -> f64 {
        let mut sample = 0.0;
        for (index, &(from, tempo)) in self.tempos.iter().enumerate() {
            if from > position {
                break;
            }
            let to = self.tempos.get(index + 1).map_or(position, |next| next.0.min(position));
            sample += (to - from) * 60.0 / tempo * sample_rate;
        }
        sample
    }

    /// The position in quarter notes of a sample.
    pub fn position_at(&self, sample: f64, sample_rate: f64) -> f64 {
        let later = self.tempos.iter().rev().find(|change| self.sample_at(change.0, sample_rate) <= sample);
        let (from, tempo) = later.copied().unwrap_or((0.0, 120.0));
        from + (sample - self.sample_at(from, sample_rate)) * tempo / 60.0 / sample_rate
    }

    /// How long a pass takes.
    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.sample_at(self.length, 1.0))
    }

    /// The melody as note events at absolute samples, sorted, ends before beginnings.
    fn events(&self, sample_rate: f64) -> Vec<SongEvent> {
        let event = |position: f64, kind, pitch| SongEvent {
            // Never before its place, so that no note slips into the tick before.
            sample: self.sample_at(position, sample_rate).ceil() as u64,
            event: NoteEvent { time: 0, kind, channel: 0, pitch },
        };
        let mut events: Vec<SongEvent> = Vec::new();
        for note in &self.melody {
            events.push(event(note.start, NoteEventKind::On(note.velocity), note.pitch));
            events.push(event(note.start + note.length, NoteEventKind::Off, note.pitch));
        }
        events.sort_unstable();
        events
    }
}

/// How fast blocks follow each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// This many times as fast as an audio device would ask for them; 1 is real time.
    Timed(f64),
    /// One right after the other.
    Fast,
}

/// The transport of a new project.
const START: Transport =
    Transport { playing: false, tempo: 120.0, position: 0.0, sample: 0, meter: (4, 4), cycle: None };

/// An activated plugin that songs are played to. The plugin is deactivated on drop.
pub struct Player<'a> {
    host: &'a mut dyn Host,
    setup: Setup,
    block: u32,
    pace: Pace,
    /// Where the transport stands while it does not roll.
    rest: Transport,
    /// The host loops over the song.
    looped: bool,
    /// Keys that are still down at the end of a pass; they go up with the next block.
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
        host: &'a mut dyn Host,
        sample_rate: f64,
        block: u32,
        offline: bool,
        pace: Pace,
    ) -> Result<Self, HostError> {
        let setup = Setup { sample_rate, largest_block: block, offline };
        host.activate(setup)?;
        Ok(Self { host, setup, block, pace, rest: START, looped: false, held: Vec::new(), before: Vec::new() })
    }

    /// The song's start, with its tempo and meter, is where the transport stands until the first pass.
    pub fn locate(&mut self, song: &Song) {
        self.rest = Transport {
            tempo: value_at(&song.tempos, 0.0).unwrap_or(START.tempo),
            meter: value_at(&song.meters, 0.0).unwrap_or(START.meter),
            ..START
        };
    }

    /// The host loops over the song from now on: passes that follow each other are one roll with wraps in it.
    pub fn set_loop(&mut self) {
        self.looped = true;
    }

    /// The plugin.
    pub fn host(&mut self) -> &mut dyn Host {
        self.host
    }

    /// Rolls once from the song's start to its end and returns what the plugin played, at samples from the start.
    /// `progress` hears the position in quarter notes before each block.
    ///
    /// # Errors
    /// When the plugin fails.
    pub fn pass(&mut self, song: &Song, progress: &mut dyn FnMut(f64)) -> Result<Vec<SongEvent>, HostError> {
        self.before = self.host.save()?;
        let rate = self.setup.sample_rate;
        let end = song.sample_at(song.length, rate).round() as u64;
        let melody = song.events(rate);
        let mut changes: Vec<u64> = song
            .tempos
            .iter()
            .map(|change| change.0)
            .chain(song.meters.iter().map(|change| change.0))
            .map(|position| song.sample_at(position, rate).ceil() as u64)
            .collect();
        changes.sort_unstable();

        let mut played = Vec::new();
        let mut next = 0;
        let mut sample = 0;
        let begun = Instant::now();
        while sample < end {
            // A block ends early at a change, so that one transport is true for all of it.
            let change = changes.iter().copied().find(|&change| change > sample).unwrap_or(end);
            let stop = (sample + u64::from(self.block)).min(change).min(end);
            let count = melody[next..].iter().take_while(|event| event.sample < stop).count();
            let notes: Vec<NoteEvent> = melody[next..next + count]
                .iter()
                .map(|event| NoteEvent { time: (event.sample - sample) as u32, ..event.event })
                .collect();
            next += count;
            let notes = [mem::take(&mut self.held), notes].concat();

            let position = song.position_at(sample as f64, rate);
            progress(position);
            self.wait_until(begun, sample);
            let transport = Transport {
                playing: true,
                tempo: value_at(&song.tempos, position).unwrap_or(120.0),
                position,
                sample: sample as i64,
                meter: value_at(&song.meters, position).unwrap_or((4, 4)),
                cycle: self.looped.then_some((0.0, song.length)),
            };
            let block = self.host.process((stop - sample) as u32, Some(&transport), &notes)?;
            played.extend(block.into_iter().map(|event| SongEvent { sample: sample + u64::from(event.time), event }));
            self.rest = Transport { playing: false, position: song.length, sample: end as i64, ..transport };
            sample = stop;
        }
        let begun = |off: &NoteEvent| melody[..next].iter().any(|event| event.event.pitch == off.pitch);
        let later = melody[next..].iter().map(|event| NoteEvent { time: 0, ..event.event });
        self.held = later.filter(|event| event.kind == NoteEventKind::Off && begun(event)).collect();
        Ok(played)
    }

    /// Lets the transport stand still for this many blocks, and returns what the plugin played.
    ///
    /// # Errors
    /// When the plugin fails.
    pub fn stand(&mut self, blocks: u32) -> Result<Vec<NoteEvent>, HostError> {
        let mut played = Vec::new();
        let begun = Instant::now();
        for block in 0..blocks {
            self.wait_until(begun, u64::from(block) * u64::from(self.block));
            played.extend(self.host.process(self.block, Some(&self.rest), &mem::take(&mut self.held))?);
        }
        Ok(played)
    }

    /// Lets the transport stand still until the plugin's state has changed since the last pass began, and then not for a
    /// while: its composer is done. Returns what the plugin played.
    ///
    /// # Errors
    /// When the plugin fails.
    pub fn settle(&mut self) -> Result<Vec<NoteEvent>, HostError> {
        // The composer may still be loading its model.
        const PATIENCE: Duration = Duration::from_mins(2);
        // Offline the plugin itself waits for its composer; live, a slow machine takes its time for a phrase.
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

/// The value of the last change at or before a position. Positions of blocks are rounded, so a hair more counts too.
fn value_at<T: Copy>(changes: &[(f64, T)], position: f64) -> Option<T> {
    const HAIR: f64 = 1e-9;
    let before = changes.iter().rev().find(|change| change.0 <= position + HAIR);
    before.or(changes.first()).map(|change| change.1)
}
