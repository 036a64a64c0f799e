//! The audio thread's engine: a block of transport and melody in, a block of notes out.
//!
//! A [`Performer`] belongs to the audio thread (it may be handed to another thread between blocks). In real time
//! [`Performer::process`] allocates nothing, frees nothing, takes no lock, waits for nothing and calls no system.

mod link;
mod voices;

use super::{
    capture::{Capture, KeyStroke},
    monitor::MonitorReading,
    note_tracker::{Claim, NoteTracker, OutputEvent, Source},
    queues::{AudioEnds, Fact},
    schedule::Schedule,
    transport::{BlockTransport, OFFLINE_CHUNK, Opening, Segment, Transport},
};
use continuo_music::{
    meter::Meter,
    part::{MELODY_CHANNEL, Part},
    settings::Settings,
    time::Tick,
};
use link::Link;
use std::time::Duration;
use voices::Voices;

/// Plays the score in time with the host, passes the melody through, and tells the composer what happened.
pub struct Performer {
    link: Link,
    transport: Transport,
    capture: Capture,
    schedule: Schedule,
    notes: NoteTracker,
    voices: Voices,
    /// What the composer knows.
    told_settings: Option<Settings>,
    told_meter: Option<Meter>,
    generate: Option<bool>,
}

impl Performer {
    /// A performer at song position 0, at a sample rate in Hz. Allocates everything it will ever need.
    pub fn new(ends: AudioEnds, sample_rate: f64) -> Self {
        Self {
            link: Link::new(ends),
            transport: Transport::new(sample_rate),
            capture: Capture::default(),
            schedule: Schedule::default(),
            notes: NoteTracker::default(),
            voices: Voices::new(),
            told_settings: None,
            told_meter: None,
            generate: None,
        }
    }

    /// Changes the sample rate, in Hz. Call it between blocks; the score stays.
    pub fn set_sample_rate(&mut self, sample_rate: f64) {
        self.reset();
        self.transport.set_sample_rate(sample_rate);
    }

    /// How long one block may wait for the composer while the host renders offline; a minute unless set.
    pub fn set_offline_patience(&mut self, patience: Duration) {
        self.link.patience = patience;
    }

    /// The playhead, in ticks.
    pub fn position(&self) -> Tick {
        self.transport.next_tick()
    }

    /// Whether the transport rolled in the last block.
    pub fn rolling(&self) -> bool {
        self.transport.rolling()
    }

    /// Where it is and which keys are held, for display, with the tempo as far as the host can be believed.
    pub fn reading(&self) -> MonitorReading {
        let tempo = self.transport.tempo();
        let held = self.capture.held().fold(0, |held, (pitch, _)| held | 1 << (pitch & 127));
        let (playhead, rolling, cycle) = (self.position(), self.rolling(), self.transport.cycle());
        MonitorReading { playhead, rolling, tempo, cycle, held, late: self.link.late(), blocks: 0 }
    }

    /// Plays a block of `frames` samples.
    ///
    /// `generate` asks for a new take of the phrase at the playhead each time it becomes true; what it is in the first
    /// block, and in the first after a reset, was saved so. With `bypass` no part
    /// sounds and the melody passes through whatever `thru` says. `input` is in order of offsets; an offset outside
    /// the block counts as its last sample. `output` gets the events in order of offsets, at most
    /// [`EVENTS_PER_BLOCK`](super::EVENTS_PER_BLOCK) of them; what exceeds that follows in the next block.
    #[allow(clippy::too_many_arguments, reason = "a block is what it is; a struct of references would say no more")]
    pub fn process(
        &mut self,
        transport: &BlockTransport,
        frames: u32,
        settings: &Settings,
        bypass: bool,
        generate: bool,
        input: &[KeyStroke],
        output: &mut impl FnMut(OutputEvent),
    ) {
        self.link.exchange(&mut self.schedule);
        let now = self.transport.now();
        let end = now + u64::from(frames);
        self.notes.begin(now);
        self.apply(settings, bypass, now);
        let opening = self.transport.begin(transport, frames);
        self.open(&opening, now);
        let generated = self.generate.replace(generate);
        let mut generate = generate && generated == Some(false);

        let moment = |event: &KeyStroke| now + u64::from(event.offset.min(frames.saturating_sub(1)));
        let mut input = input.iter().peekable();
        let mut deadline = None;
        let longest = if transport.offline { OFFLINE_CHUNK } else { Tick::MAX };
        loop {
            // Stretches end where something comes in, so that everything reaches the ledger in order of time.
            let at = self.transport.at();
            let ahead = input.clone().map(moment).find(|&moment| moment > at).unwrap_or(end);
            let Some(segment) = self.transport.segment(longest, ahead) else { break };
            self.open_segment(&segment, input.clone().take_while(|event| moment(event) <= segment.samples.start));
            if std::mem::take(&mut generate) {
                self.link.tell(Fact::Generate { tick: segment.ticks.start });
            }
            let rolled_after = segment.rolled + segment.ticks.end - segment.ticks.start;
            if transport.offline && self.link.behind(rolled_after, 2 * OFFLINE_CHUNK) {
                self.link.tell_played(segment.rolled, self.transport.cycle());
                self.link.settle(segment.rolled, &mut deadline, &mut self.schedule);
            }
            while let Some(event) = input.next_if(|event| moment(event) < segment.samples.end) {
                self.stroke(*event, moment(event), Some(&segment));
            }
            self.schedule.play(&segment, &mut self.voices, &mut self.notes);
            self.link.note_played(segment.ticks.start, segment.ticks.end);
        }
        if generate {
            self.link.tell(Fact::Generate { tick: self.transport.next_tick() });
        }
        for event in input {
            self.stroke(*event, moment(event), None);
        }
        self.link.tell_played(self.transport.rolled(), self.transport.cycle());
        self.link.count_late(self.schedule.take_late());
        self.transport.end();
        self.notes.emit(now, end, output);
    }

    /// Stops and forgets what is held: the host starts afresh. Sounding notes end at the start of the next block.
    pub fn reset(&mut self) {
        let now = self.transport.now();
        self.generate = None;
        self.notes.release(now, |_| true);
        self.capture.clear();
        self.schedule.leave();
        self.voices.forget_programs();
        let rolled = self.transport.rolled();
        let cycle = self.transport.cycle();
        self.link.tell_played(rolled, cycle);
        if let Some(tick) = self.transport.stop() {
            self.link.tell(Fact::Left { tick });
        }
    }

    /// Takes on the player's choices.
    fn apply(&mut self, settings: &Settings, bypass: bool, now: u64) {
        let settings = settings.within_ranges();
        // Automation tells others in each block: where the queue is rather full, the newest of them can wait.
        let news = self.told_settings != Some(settings) && self.link.has_room();
        if news && self.link.tell(Fact::Settings(settings)) {
            self.told_settings = Some(settings);
        }
        let before = std::mem::replace(&mut self.voices.settings, settings);
        let was_bypassed = std::mem::replace(&mut self.voices.bypass, bypass);
        if before == settings && was_bypassed == bypass {
            return;
        }
        let was_passed = before.thru || was_bypassed;
        let is_passed = settings.thru || bypass;
        if (was_passed && !is_passed) || (bypass && !was_bypassed) {
            self.notes.release_melody(now);
        }
        for part in Part::ALL {
            let moved = before.parts[part].channel != settings.parts[part].channel;
            let sounded = before.parts[part].on && !was_bypassed;
            let sounds = self.voices.sounds(part);
            if moved || (sounded && !sounds) {
                self.notes.release_parts(now, |other| other == part);
            }
            if sounds && (moved || !sounded) {
                self.schedule.chase(part);
            }
        }
        if self.transport.rolling() {
            self.voices.send_programs(now, &mut self.notes);
        }
    }

    /// Tells what changed at the start of the block.
    fn open(&mut self, opening: &Opening, now: u64) {
        let rolled = self.transport.rolled();
        if let Some(skipped) = &opening.skipped {
            self.link.note_played(skipped.start, skipped.end);
            self.link.tell_played(rolled, self.transport.cycle());
        }
        let meter = self.transport.meter();
        if let Some(meter) = meter
            && (self.told_meter != Some(meter) || opening.begins)
        {
            let tick = self.transport.next_tick();
            self.told_meter = self.link.tell(Fact::Meter { tick, meter }).then_some(meter);
        }
        if let Some(tick) = opening.left {
            self.leave(tick, now);
        }
        if let Some(tick) = opening.located {
            self.link.tell(Fact::Located { tick });
        }
    }

    /// Leaves a place: the parts' notes end. What the player holds goes on sounding.
    fn leave(&mut self, tick: Tick, time: u64) {
        self.link.tell(Fact::Left { tick });
        self.schedule.leave();
        self.notes.release_parts(time, |_| true);
    }

    /// Tells of a wrap before the segment, and of a run that begins with it, with the keys that are held by then.
    fn open_segment<'a>(&mut self, segment: &Segment, at_start: impl Iterator<Item = &'a KeyStroke>) {
        if let Some(tick) = segment.left {
            self.link.tell_played(segment.rolled, self.transport.cycle());
            self.leave(tick, segment.samples.start);
        }
        if !segment.starts {
            return;
        }
        let tick = segment.ticks.start;
        self.link.tell(Fact::Started { tick, rolled: segment.rolled });
        // A key that goes up at this very sample was held for the place before, unless it goes down here too.
        let mut struck = 0_u128;
        for stroke in at_start.filter_map(|stroke| stroke.checked()) {
            if stroke.velocity.is_some() {
                struck |= 1 << (stroke.pitch & 127);
            } else if struck >> (stroke.pitch & 127) & 1 == 0 {
                self.capture.follow(stroke);
            }
        }
        for (pitch, velocity) in self.capture.held() {
            self.link.tell(Fact::NoteOn { tick, pitch, velocity });
        }
    }

    /// Takes in what the player did; `segment` is where, if the transport rolls.
    fn stroke(&mut self, stroke: KeyStroke, time: u64, segment: Option<&Segment>) {
        let Some(stroke) = stroke.checked() else { return };
        let ends = self.capture.follow(stroke);
        let KeyStroke { channel, pitch, velocity, .. } = stroke;
        if let Some(segment) = segment {
            let tick = segment.tick(time);
            if ends {
                self.link.tell(Fact::NoteOff { tick, pitch });
            }
            // What comes after the last tick of a loop begins with the loop's start, where it is told as held.
            if let (Some(velocity), false) = (velocity, segment.loop_end.is_some_and(|end| tick >= end)) {
                self.link.tell(Fact::NoteOn { tick, pitch, velocity });
            }
        }
        let source = Source::Melody { channel };
        if let Some(velocity) = velocity {
            if self.voices.settings.thru || self.voices.bypass {
                let (start, end) = (Tick::MIN, Tick::MAX);
                let claim = Claim { source, channel: MELODY_CHANNEL, pitch, written: pitch, start, end };
                self.notes.strike(claim, velocity, time);
            }
        } else {
            self.notes.release(time, |claim| claim.source == source && claim.pitch == pitch);
        }
    }
}
