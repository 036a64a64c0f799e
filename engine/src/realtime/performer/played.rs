//! What the player plays: it passes, and the melody is heard.

use super::{Performer, hands::Hand, misplaced::HEARD_CAPACITY};
use crate::realtime::{
    capture::KeyStroke,
    controls::{Control, ControlEvent},
    note_tracker::{Claim, Source},
    queues::Fact,
    transport::Segment,
};
use continuo_music::time::Tick;

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
        let (passes, bypass) = (self.passes(), self.voices.bypass);
        if velocity.is_some() {
            let notes = &mut self.notes;
            self.path.strike(channel, bypass, |channel, control| {
                if passes {
                    notes.control(channel, control, time);
                }
            });
        }
        if !self.path.is_pads(channel) {
            self.hear(stroke, time, segment);
        }
        let source = Source::Melody { channel };
        if let Some(velocity) = velocity {
            if passes {
                let (start, end) = (Tick::MIN, Tick::MAX);
                let channel = self.path.output(channel, bypass);
                let claim = Claim { source, channel, pitch, written: pitch, start, end };
                self.notes.strike(claim, velocity, time);
            }
        } else {
            self.notes.release(time, |claim| claim.source == source && claim.pitch == pitch);
        }
    }

    /// Whether the melody passes through.
    fn passes(&self) -> bool {
        self.voices.settings.thru || self.voices.bypass
    }

    /// Handles a movement of a control.
    fn move_control(&mut self, event: ControlEvent, time: u64, segment: Option<&Segment>) {
        let ControlEvent { channel, control, .. } = event;
        if !self.path.is_pads(channel) {
            let mut ended = control.sustains().map_or(0, |down| self.capture.pedal(channel, down));
            if control.ends_notes() {
                ended |= self.capture.end_sustained();
            }
            let tick = segment.map(|segment| segment.tick(time));
            while let Some(tick) = tick.filter(|_| ended != 0) {
                let pitch = ended.trailing_zeros() as u8;
                ended &= ended - 1;
                self.report_heard(Fact::NoteOff { tick, pitch });
            }
        }
        if self.passes() {
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

    /// Follows a key of the melody, and reports its notes to the composer if the transport rolls.
    fn hear(&mut self, stroke: KeyStroke, time: u64, segment: Option<&Segment>) {
        let ends = self.capture.follow(stroke);
        let Some(segment) = segment else { return };
        let KeyStroke { pitch, velocity, .. } = stroke;
        let tick = segment.tick(time);
        if ends {
            self.report_heard(Fact::NoteOff { tick, pitch });
        }
        // A key struck after the loop's last tick begins at the loop's start, where it is reported as held.
        if let (Some(velocity), false) = (velocity, segment.loop_end.is_some_and(|end| tick >= end)) {
            self.report_heard(Fact::NoteOn { tick, pitch, velocity });
        }
    }

    fn report_heard(&mut self, fact: Fact) {
        self.link.send(fact);
        if self.heard.len() < HEARD_CAPACITY {
            self.heard.push(fact);
        }
    }
}
