//! The audio thread's engine: a block of transport and melody in, a block of notes out.
//!
//! A [`Performer`] belongs to the audio thread (it may be handed to another thread between blocks). In real time
//! [`Performer::process`] allocates nothing, frees nothing, takes no lock, waits for nothing and makes no system call.

mod cued;
mod hands;
mod link;
mod misplaced;
mod own_parts;
mod played;
mod voices;

use super::{
    capture::{Capture, KeyStroke},
    controls::{ControlEvent, ControlPath, ControlsOfBlock},
    cues::{Cues, Switches},
    monitor::MonitorReading,
    note_tracker::{NoteTracker, OutputEvent},
    queues::{AudioEnds, Fact},
    schedule::Schedule,
    transport::{BlockStart, BlockTransport, Misplaced, OFFLINE_CHUNK, Segment, Transport},
};
use continuo_music::{
    meter::Meter,
    part::{Part, PartMap},
    settings::Settings,
    time::Tick,
};
use hands::Hands;
use link::Link;
use misplaced::{HEARD_CAPACITY, moved};
use own_parts::{OwnKeys, Voice, note_of, note_on};
use std::time::Duration;
use voices::Voices;

/// Plays the score in time with the host, passes the melody through, and reports to the composer what happened.
pub struct Performer {
    link: Link,
    transport: Transport,
    capture: Capture,
    own: OwnKeys,
    controls: ControlsOfBlock,
    path: ControlPath,
    /// The melody facts of this block and of the one before, which a loop may have misplaced.
    heard: Vec<Fact>,
    heard_before: Vec<Fact>,
    misplaced: Option<Misplaced>,
    schedule: Schedule,
    notes: NoteTracker,
    voices: Voices,
    /// What the composer was sent last.
    sent_settings: Option<Settings>,
    sent_meter: Option<Meter>,
    /// A bar start that the composer was sent last with that meter.
    sent_bar: Option<Tick>,
    /// `generate` in the last block; `None` before the first.
    generate: Option<bool>,
    cues: Cues,
    switches: Switches,
    /// The switches in the last block; `None` before the first.
    switched: Option<Switches>,
}

impl Performer {
    /// A performer at song position 0, at a sample rate in Hz. Allocates everything it will ever need.
    pub fn new(ends: AudioEnds, sample_rate: f64) -> Self {
        Self {
            link: Link::new(ends),
            transport: Transport::new(sample_rate),
            capture: Capture::default(),
            own: OwnKeys::default(),
            controls: ControlsOfBlock::default(),
            path: ControlPath::default(),
            heard: Vec::with_capacity(HEARD_CAPACITY),
            heard_before: Vec::with_capacity(HEARD_CAPACITY),
            misplaced: None,
            schedule: Schedule::default(),
            notes: NoteTracker::default(),
            voices: Voices::new(),
            sent_settings: None,
            sent_meter: None,
            sent_bar: None,
            generate: None,
            cues: Cues::default(),
            switches: Switches::default(),
            switched: None,
        }
    }

    /// Changes the sample rate, in Hz. Call it between blocks; the score stays.
    pub fn set_sample_rate(&mut self, sample_rate: f64) {
        self.reset();
        self.transport.set_sample_rate(sample_rate);
    }

    /// How long one block may wait for the composer while the host renders offline; a minute by default.
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

    /// Position, loop, held keys and a valid tempo, for display.
    pub fn reading(&self) -> MonitorReading {
        let tempo = self.transport.tempo();
        let held = self.capture.held().fold(0, |held, (pitch, _)| held | 1 << (pitch & 127));
        let (playhead, rolling, cycle) = (self.position(), self.rolling(), self.transport.cycle());
        MonitorReading { playhead, rolling, tempo, cycle, held, late: self.link.late(), blocks: 0 }
    }

    /// The General MIDI programs of bass, chords, strings and counter in the phrase that plays, zero-based; `None` before
    /// the first phrase.
    pub fn programs(&self) -> Option<[u8; 4]> {
        self.voices.phrase_programs()
    }

    /// Lead's General MIDI program, zero-based; `None` before it plays.
    pub const fn lead_program(&self) -> Option<u8> {
        self.voices.lead_program()
    }

    /// Takes a movement of a control in the next block. They come in order.
    ///
    /// Controls pass with the melody, on its channel; with bypass, on their own. A note that a sustain pedal holds is
    /// heard as long as it sounds.
    pub fn control(&mut self, event: ControlEvent) {
        self.controls.push(event);
    }

    /// Plays a block of `frames` samples.
    ///
    /// `generate` asks for a new take of the phrase at the playhead each time it becomes true; its value in the first
    /// block, and in the first after a reset, comes from the saved project and asks for nothing. With `bypass` no part
    /// sounds and the melody passes through even if `thru` is off, on its own channels. Drum pads pass as the melody
    /// does, but on their own channel, and are not heard. What the player plays as a part passes on the part's channel if
    /// the part is on, and is heard as that part. `input` is sorted by offset; an offset outside the
    /// block counts as its last sample. `output` receives the events sorted by offset, at most
    /// [`EVENTS_PER_BLOCK`](super::EVENTS_PER_BLOCK) of them; the rest follow in the next block.
    #[allow(clippy::too_many_arguments, reason = "a struct of references would be no clearer")]
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
        std::mem::swap(&mut self.heard, &mut self.heard_before);
        self.heard.clear();
        let start = self.transport.begin(transport, frames);
        self.start_block(&start, now);
        self.follow_calls(&start);
        let generated = self.generate.replace(generate);
        let mut generate = generate && generated == Some(false);

        let controls = self.controls.take();
        let mut hands = Hands::new(input, controls.events(), now, frames);
        // What is played in a count-in that ends within the block is not heard.
        while let Some((hand, time)) = hands.next_before(self.transport.at()) {
            self.play(hand, time, None);
        }
        let mut deadline = None;
        let longest = if transport.offline { OFFLINE_CHUNK } else { Tick::MAX };
        loop {
            // Segments end where input comes in, so that everything reaches the note tracker in order of time.
            let at = self.transport.at();
            let ahead = hands.stroke_after(at).unwrap_or(end);
            let longest = longest.min(self.cues.before_next(self.transport.next_tick()));
            let Some(segment) = self.transport.segment(longest, ahead) else { break };
            self.start_segment(&segment, hands.strokes_until(segment.samples.start));
            if std::mem::take(&mut generate) {
                self.link.send(Fact::Generate { tick: segment.ticks.start });
            }
            let rolled_after = segment.rolled + segment.ticks.end - segment.ticks.start;
            if transport.offline && self.link.should_wait(rolled_after, 2 * OFFLINE_CHUNK) {
                self.link.send_played(segment.rolled, self.transport.cycle());
                self.link.wait_for_composer(segment.rolled, &mut deadline, &mut self.schedule);
            }
            self.play_cue(&segment);
            while let Some((hand, time)) = hands.next_before(segment.samples.end) {
                self.play(hand, time, Some(&segment));
            }
            self.schedule.play(&segment, &mut self.voices, &mut self.notes);
            let (played, next) = (segment.ticks.end, self.transport.next_tick());
            if next != played {
                self.cues.wrap(played, next);
            }
            self.link.record_played(segment.ticks.start, segment.ticks.end);
        }
        if generate {
            self.link.send(Fact::Generate { tick: self.transport.next_tick() });
        }
        while let Some((hand, time)) = hands.next_before(u64::MAX) {
            self.play(hand, time, None);
        }
        self.controls = controls;
        self.controls.clear();
        self.link.send_played(self.transport.rolled(), self.transport.cycle());
        self.link.count_late(self.schedule.drain_late());
        self.transport.end();
        self.notes.emit(now, end, output);
    }

    /// Stops and forgets the held keys, since the host starts afresh. Sounding notes end at the start of the next
    /// block.
    pub fn reset(&mut self) {
        let now = self.transport.now();
        self.generate = None;
        self.switched = None;
        self.cues = Cues::default();
        self.notes.release(now, |_| true);
        self.rest_controls(now);
        self.path = ControlPath::default();
        self.capture.clear();
        self.own.clear();
        self.path.set_own(self.voices.own_outputs());
        self.schedule.leave();
        self.voices.forget_programs();
        let rolled = self.transport.rolled();
        let cycle = self.transport.cycle();
        self.link.send_played(rolled, cycle);
        if let Some(tick) = self.transport.stop() {
            self.link.send(Fact::Left { tick });
        }
    }

    /// Applies the player's choices.
    fn apply(&mut self, settings: &Settings, bypass: bool, now: u64) {
        let settings = settings.within_ranges();
        // Automation changes them in each block: while the queue is over half full, the newest ones can wait.
        let due = self.sent_settings != Some(settings) && self.link.has_room();
        if due && self.link.send(Fact::Settings(settings)) {
            self.sent_settings = Some(settings);
        }
        let before = std::mem::replace(&mut self.voices.settings, settings);
        let was_bypassed = std::mem::replace(&mut self.voices.bypass, bypass);
        if before == settings && was_bypassed == bypass {
            return;
        }
        let (played, plays) =
            (before.melody_source.plays_score() && !was_bypassed, settings.melody_source.plays_score() && !bypass);
        if played && !plays {
            self.notes.release_score(now);
        } else if plays && !played {
            self.schedule.chase_melody();
        }
        let was_passed = before.thru || was_bypassed;
        let is_passed = settings.thru || bypass;
        if (was_passed && !is_passed) || (bypass && !was_bypassed) {
            self.notes.release_melody(now);
        }
        if (was_passed && !is_passed) || bypass != was_bypassed {
            self.rest_controls(now);
        }
        self.path.set_own(self.voices.own_outputs());
        for part in Part::ALL {
            if (before.parts[part].on && !settings.parts[part].on && !bypass) || (bypass && !was_bypassed) {
                self.notes.release_own(part, now);
            }
            let moved = before.parts[part].channel != settings.parts[part].channel;
            let sounded = before.parts[part].on && !before.is_played(part) && !was_bypassed;
            let sounds = self.voices.sounds(part);
            if moved || (sounded && !sounds) {
                self.notes.release_parts(now, |other| other == part);
            }
            if sounds && (moved || !sounded) {
                self.schedule.chase(part);
            }
        }
        let led = before.lead.sounds() && !was_bypassed;
        let moved = before.lead.play.channel != settings.lead.play.channel;
        if led && (moved || !self.voices.leads()) {
            self.notes.release_lead(now);
        }
        if self.voices.leads() && (moved || !led) {
            self.schedule.chase_lead();
        }
        if self.transport.rolling() {
            self.voices.send_programs(now, &mut self.notes);
        }
    }

    /// Reports what changed at the start of the block.
    fn start_block(&mut self, start: &BlockStart, now: u64) {
        let rolled = self.transport.rolled();
        if let Some(skipped) = &start.skipped {
            self.link.record_played(skipped.start, skipped.end);
            self.link.send_played(rolled, self.transport.cycle());
        }
        self.misplaced = start.misplaced;
        if let Some(tick) = start.left {
            self.leave(tick, now);
        }
        self.report_meter(start.begins);
        if let Some(tick) = start.located {
            self.link.send(Fact::Located { tick });
        }
    }

    /// Reports the meter where the transport begins, and where the meter or the place of the bars changes.
    fn report_meter(&mut self, begins: bool) {
        // A count-in tells nothing about the song's bars.
        let Some(meter) = self.transport.meter().filter(|_| !self.transport.waits()) else { return };
        let bar = self.transport.bar();
        let length = meter.bar_ticks();
        let bars_moved = match (bar, self.sent_bar) {
            // Hosts round: a tick is no change.
            (Some(bar), Some(sent)) => (bar - sent + 1).rem_euclid(length) > 2,
            (None, Some(_)) => self.transport.bars_refuted(),
            (bar, None) => bar.is_some(),
        };
        if begins || bars_moved || self.sent_meter != Some(meter) {
            let tick = self.transport.next_tick();
            self.sent_meter = self.link.send(Fact::Meter { tick, meter, bar }).then_some(meter);
            self.sent_bar = bar;
        }
    }

    /// Leaves a place: the parts' notes end, and held melody notes sound on.
    fn leave(&mut self, tick: Tick, time: u64) {
        self.link.send(Fact::Left { tick });
        self.schedule.leave();
        self.notes.release_parts(time, |_| true);
        self.notes.release_score(time);
        self.notes.release_lead(time);
    }

    /// Reports a loop wrap before the segment, and a run that begins with it, with the keys held at that moment.
    fn start_segment<'a>(&mut self, segment: &Segment, at_start: impl Iterator<Item = &'a KeyStroke>) {
        if let Some(tick) = segment.left {
            self.link.send_played(segment.rolled, self.transport.cycle());
            self.leave(tick, segment.samples.start);
        }
        if !segment.starts {
            return;
        }
        let tick = segment.ticks.start;
        self.link.send(Fact::Started { tick, rolled: segment.rolled });
        // A key that goes up at this very sample was held for the place before, unless it went down here too.
        let (mut struck, mut own_struck) = (0_u128, PartMap::<u128>::default());
        for stroke in at_start.filter_map(|stroke| stroke.checked()) {
            let pads = self.path.is_pads(stroke.channel);
            let owner = self.own.owner(stroke, &self.voices.settings, pads);
            if pads && owner.is_none() {
                continue;
            }
            let struck = owner.map_or(&mut struck, |part| &mut own_struck[part]);
            if stroke.velocity.is_some() {
                *struck |= 1 << (stroke.pitch & 127);
            } else if *struck >> (stroke.pitch & 127) & 1 == 0 {
                match owner {
                    Some(part) => drop(self.own.follow(part, stroke)),
                    None => drop(self.capture.follow(stroke)),
                }
            }
        }
        let misplaced = self.misplaced.take();
        let moved = |fact: &Fact| misplaced.and_then(|misplaced| moved(*fact, misplaced, tick));
        let settings = &self.voices.settings;
        let played = Part::ALL.into_iter().filter(|&part| settings.is_played(part)).map(Some);
        for voice in std::iter::once::<Voice>(None).chain(played) {
            let capture = voice.map_or(&self.capture, |part| self.own.capture(part));
            for pitch in 0..128 {
                // What was struck in a misplaced stretch was not held before.
                let first =
                    self.heard_before.iter().filter_map(moved).find(|fact| note_of(fact) == Some((voice, pitch)));
                let held = match first {
                    Some(Fact::NoteOn { .. } | Fact::PartOn { .. }) => None,
                    Some(_) => Some(capture.velocity(pitch)),
                    None => capture.held_at(pitch),
                };
                if let Some(velocity) = held {
                    self.link.send(note_on(voice, tick, pitch, velocity));
                }
            }
        }
        for fact in self.heard_before.iter().filter_map(moved) {
            self.link.send(fact);
        }
    }
}
