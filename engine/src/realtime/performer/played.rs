//! What the player plays: it passes, and the melody is heard.

use super::{
    Performer,
    hands::Hand,
    misplaced::HEARD_CAPACITY,
    own_parts::{Voice, channel_part, note_off, note_on},
};
use crate::realtime::{
    capture::KeyStroke,
    controls::{Control, ControlEvent},
    note_tracker::{Claim, Source},
    queues::Fact,
    transport::Segment,
};
use continuo_music::{part::Part, settings::MelodySource, time::Tick};

impl Performer {
    /// Handles what the player does, in `segment` if the transport rolls.
    pub(super) fn play(&mut self, hand: Hand, time: u64, segment: Option<&Segment>) {
        match hand {
            Hand::Key(stroke) => self.stroke(stroke, time, segment),
            Hand::Control(event) => self.move_control(event, time, segment),
        }
    }

    /// Handles a key stroke.
    fn stroke(&mut self, stroke: KeyStroke, time: u64, segment: Option<&Segment>) {
        let Some(stroke) = stroke.checked() else { return };
        let KeyStroke { channel, pitch, velocity, .. } = stroke;
        let owner = self.own.owner(stroke, &self.voices.settings, self.path.is_pads(channel));
        if let Some(part) = self.own.taken_over(stroke, owner) {
            self.stroke_own(part, KeyStroke { velocity: None, ..stroke }, time, segment);
        }
        if let Some(part) = owner {
            if velocity.is_some() {
                // The melody may hold the key since before it became the part's.
                let up = KeyStroke { velocity: None, ..stroke };
                let ends = self.capture.follow(up);
                self.report_stroke(None, ends, up, time, segment);
                let source = Source::Melody { channel };
                self.notes.release(time, |claim| claim.source == source && claim.pitch == pitch);
            }
            self.stroke_own(part, stroke, time, segment);
            return;
        }
        let is_pads = self.path.is_pads(channel);
        let bypass = self.voices.bypass;
        let passes = self.passes() && (is_pads || !self.score_plays_instead(pitch, time, segment));
        if velocity.is_some() {
            let notes = &mut self.notes;
            // What does not pass moves nothing: a part of the player may have moved the wheels of that channel.
            self.path.strike(channel, bypass || !passes, |channel, control| notes.control(channel, control, time));
        }
        if !is_pads {
            let ends = self.capture.follow(stroke);
            self.report_stroke(None, ends, stroke, time, segment);
        }
        if let (Some(_), Some(segment)) = (velocity, segment.filter(|_| !is_pads)) {
            self.schedule.hush_lead(segment.tick(time), time, &mut self.notes);
        }
        let source = Source::Melody { channel };
        if let Some(velocity) = velocity {
            if passes {
                let (start, end) = (Tick::MIN, Tick::MAX);
                let channel = self.path.output(channel, bypass);
                let claim = Claim { source, channel, pitch, written: pitch, start, end };
                self.notes.strike(claim, velocity, time);
                if let Some(segment) = segment.filter(|_| !is_pads) {
                    self.schedule.strike_melody(pitch, segment.tick(time));
                }
            }
        } else {
            self.notes.release(time, |claim| claim.source == source && claim.pitch == pitch);
        }
    }

    /// Whether the score's melody plays instead of a key that the player strikes: in its bars, or as the same note.
    fn score_plays_instead(&self, pitch: u8, time: u64, segment: Option<&Segment>) -> bool {
        let Some(segment) = segment.filter(|_| self.voices.plays_score()) else { return false };
        let tick = segment.tick(time);
        let rolled = segment.rolled + tick - segment.ticks.start;
        match self.voices.settings.melody_source {
            MelodySource::Input => false,
            MelodySource::Score => self.schedule.keeps_melody(tick, rolled),
            MelodySource::Both => self.schedule.has_melody_note(pitch, tick, rolled),
        }
    }

    /// Handles a key stroke of a part that the player plays.
    fn stroke_own(&mut self, part: Part, stroke: KeyStroke, time: u64, segment: Option<&Segment>) {
        let KeyStroke { channel, pitch, velocity, .. } = stroke;
        let ends = self.own.follow(part, stroke);
        self.report_stroke(Some(part), ends, stroke, time, segment);
        let source = Source::Own { part, channel };
        if let Some(velocity) = velocity {
            if let Some((channel, sounding, velocity)) = self.voices.own(part, channel, pitch, velocity) {
                let (start, end) = (Tick::MIN, Tick::MAX);
                let claim = Claim { source, channel, pitch: sounding, written: pitch, start, end };
                self.notes.strike(claim, velocity, time);
            }
        } else {
            self.notes.release(time, |claim| claim.source == source && claim.written == pitch);
        }
    }

    /// Whether the melody passes through.
    fn passes(&self) -> bool {
        self.voices.settings.thru || self.voices.bypass
    }

    /// Handles a movement of a control.
    fn move_control(&mut self, event: ControlEvent, time: u64, segment: Option<&Segment>) {
        let ControlEvent { channel, control, .. } = event;
        let part = channel_part(channel, &self.voices.settings);
        if !self.path.is_pads(channel) {
            let capture = part.map_or(&mut self.capture, |part| self.own.capture_mut(part));
            let mut ended = control.sustains().map_or(0, |down| capture.pedal(channel, down));
            if control.ends_notes() {
                ended |= capture.end_sustained();
            }
            let tick = segment.map(|segment| segment.tick(time));
            while let Some(tick) = tick.filter(|_| ended != 0) {
                let pitch = ended.trailing_zeros() as u8;
                ended &= ended - 1;
                self.report_heard(note_off(part, tick, pitch));
            }
        }
        let passes = match part {
            Some(part) => self.voices.settings.parts[part].on || self.voices.bypass,
            None => self.passes(),
        };
        if passes {
            let (capture, notes, bypass) = (&self.capture, &mut self.notes, self.voices.bypass);
            let leads = |leader| capture.holds(leader);
            self.path.pass(event, bypass, leads, |channel, control| notes.control(channel, control, time));
            if let Control::Program(_) = control {
                self.voices.forget_program(self.path.output(channel, bypass));
            }
        }
    }

    /// Releases pedals and wheels that the player moved and can no longer release.
    pub(super) fn rest_controls(&mut self, time: u64) {
        let notes = &mut self.notes;
        self.path.rest(|channel, control| notes.control(channel, control, time));
    }

    /// Reports a key stroke to the composer if the transport rolls; `ends` says that it ends a note.
    fn report_stroke(&mut self, voice: Voice, ends: bool, stroke: KeyStroke, time: u64, segment: Option<&Segment>) {
        let Some(segment) = segment else { return };
        let KeyStroke { pitch, velocity, .. } = stroke;
        let tick = segment.tick(time);
        if ends {
            self.report_heard(note_off(voice, tick, pitch));
        }
        // A key struck after the loop's last tick begins at the loop's start, where it is reported as held.
        if let (Some(velocity), false) = (velocity, segment.loop_end.is_some_and(|end| tick >= end)) {
            self.report_heard(note_on(voice, tick, pitch, velocity));
        }
    }

    fn report_heard(&mut self, fact: Fact) {
        self.link.send(fact);
        if self.heard.len() < HEARD_CAPACITY {
            self.heard.push(fact);
        }
    }
}
