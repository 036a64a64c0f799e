//! The player calls for an intro or an ending, and the band follows at its place.

use super::Performer;
use crate::realtime::{
    cues::{BarLines, Call, Cue, Switches, ending},
    note_tracker::{Claim, Source},
    queues::PartNote,
    transport::{BlockStart, Segment},
};
use continuo_music::{meter::Meter, note::Note, part::Part, time::Tick};

/// How long the last chord is held, in bars.
const HELD_BARS: Tick = 2;

impl Performer {
    /// Says how the switches *Intro* and *End* stand in the next block. Each asks for something when it becomes true; as
    /// with `generate`, their state in the first block, and in the first after a reset, asks for nothing.
    ///
    /// *Intro* counts the band in: from the next bar line on, or from where the transport starts, it is silent for a bar,
    /// in which a stick counts the beats. *End* lets it play a last chord at the next bar line, after which it is silent
    /// until the transport stops or jumps, or until one of the two is asked for again.
    pub fn call(&mut self, intro: bool, end: bool) {
        self.switches = Switches { intro, end };
    }

    /// Follows the transport and the player's calls at the start of a block.
    pub(super) fn follow_calls(&mut self, start: &BlockStart) {
        let tick = self.transport.next_tick();
        let rolls = self.transport.rolling();
        if !rolls {
            self.cues.stop();
        } else if start.begins {
            self.cues.begin(tick, self.bar_lines(tick));
        } else if let Some(left) = start.left {
            self.cues.wrap(left, tick);
        }
        let now = self.switches;
        let before = self.switched.replace(now).unwrap_or(now);
        for (call, called) in [(Call::Intro, now.intro && !before.intro), (Call::End, now.end && !before.end)] {
            match called {
                true if rolls => self.cues.call(call, tick, self.bar_lines(tick)),
                true => self.cues.call_while_standing(call),
                false => {}
            }
        }
        self.voices.waits = self.cues.silent();
    }

    /// Where bars lie around a tick: where the host says so, or else as in the phrase that is there, or from the song's
    /// start on.
    fn bar_lines(&self, tick: Tick) -> BarLines {
        let host = self.transport.meter();
        let of_phrase = self.schedule.span_at(tick).map(|span| BarLines { line: span.start, meter: span.meter });
        match (host, self.transport.bar(), of_phrase) {
            (Some(meter), Some(line), _) => BarLines { line, meter },
            (Some(meter), None, Some(bars)) if bars.meter == meter => bars,
            (None, _, Some(bars)) => bars,
            (meter, ..) => BarLines { line: 0, meter: meter.unwrap_or(Meter::COMMON) },
        }
    }

    /// Plays what was called for at the start of a segment.
    pub(super) fn play_cue(&mut self, segment: &Segment) {
        let tick = segment.ticks.start;
        if segment.ticks.is_empty() || !self.cues.is_due(tick) {
            return;
        }
        let meter = self.bar_lines(tick).meter;
        let Some(cue) = self.cues.reach(tick, meter) else { return };
        let time = segment.sample(tick);
        self.voices.waits = self.cues.silent();
        if matches!(cue, Cue::End | Cue::Count) {
            self.notes.release_parts(time, |_| true);
            self.notes.release_score(time);
            self.notes.release_lead(time);
        }
        match cue {
            Cue::End => {
                let chord = self
                    .schedule
                    .phrase_before(tick)
                    .map(|phrase| ending::ending(phrase, tick, HELD_BARS * meter.bar_ticks()));
                for note in chord.into_iter().flatten().flatten() {
                    self.strike_cue(note, time);
                }
                let length = HELD_BARS * meter.bar_ticks();
                let lead = self.schedule.last_of_lead(tick, length);
                let key = self.schedule.phrase_before(tick).and_then(|phrase| phrase.key);
                if let Some(note) = lead.zip(key).map(|(last, key)| ending::of_lead(&last, key, tick, length)) {
                    self.strike_lead_cue(&note, time);
                }
            }
            Cue::Count | Cue::Beat => self.strike_cue(ending::count(tick, cue == Cue::Count), time),
            Cue::Enter => {
                self.notes.release(time, |claim| matches!(claim.source, Source::Cue(_) | Source::LeadCue));
                for part in Part::ALL {
                    self.schedule.chase(part);
                }
                self.schedule.chase_melody();
                self.schedule.chase_lead();
            }
        }
    }

    fn strike_lead_cue(&mut self, note: &Note, time: u64) {
        if let Some((channel, pitch, velocity)) = self.voices.lead_voice_of(note) {
            let (source, written) = (Source::LeadCue, note.pitch);
            let claim = Claim { source, channel, pitch, written, start: note.start, end: note.end() };
            self.notes.strike(claim, velocity, time);
        }
    }

    fn strike_cue(&mut self, note: PartNote, time: u64) {
        if let Some((channel, pitch, velocity)) = self.voices.voice_of(&note) {
            let PartNote { part, note } = note;
            let (source, written) = (Source::Cue(part), note.pitch);
            let claim = Claim { source, channel, pitch, written, start: note.start, end: note.end() };
            self.notes.strike(claim, velocity, time);
        }
    }
}
