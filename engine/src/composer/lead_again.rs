//! Makes another take of Lead.

use super::{lead_desk::LeadAgain, planner::Planner};
use crate::score::{LeadPassage, history::Step};
use continuo_music::time::Tick;
use std::{collections::VecDeque, ops::Range};

/// So many beats are made at a time, so that facts are processed in between.
const AT_ONCE: usize = 4;

impl Planner {
    /// Begins another take of Lead in some bars, or of all that it has played.
    pub(super) fn lead_again(&mut self, bars: Option<Range<Tick>>) {
        if !self.settings.lead.plays() || self.settings.lead.play.lock {
            return;
        }
        let found = self.shared.score.edit(|score| {
            let made = score.lead().made();
            let all = made.first()?.start..made.last()?.end;
            let stretch = bars.unwrap_or(all);
            let mut waiting = VecDeque::new();
            let mut at = stretch.start;
            while at < stretch.end {
                let beat = score.meters.beat_at(at);
                at = beat.end;
                if score.lead().has(&beat) {
                    waiting.push_back(beat);
                }
            }
            let before = score.lead().passage(&stretch);
            (!waiting.is_empty()).then(|| {
                score.lead_mut().take_anew(&stretch);
                LeadAgain { stretch, before, waiting }
            })
        });
        self.lead.again = found;
    }

    /// Makes some more beats of a take; once all are made, records it. Returns whether there was anything to do.
    pub(super) fn go_on_with_lead_again(&mut self) -> bool {
        let Some(mut again) = self.lead.again.take() else { return false };
        for beat in again.waiting.drain(..AT_ONCE.min(again.waiting.len())).collect::<Vec<_>>() {
            self.write_lead_beat(&beat, beat.start - (beat.end - beat.start), 0);
        }
        // What plays already cannot be late.
        self.send_lead(0..0);
        if again.waiting.is_empty() {
            let LeadAgain { stretch, before, .. } = again;
            let after = self.shared.score.read(|score| score.lead().passage(&stretch));
            if before != after {
                self.record(Step::Lead { start: stretch.start, before: before.to_json(), after: after.to_json() });
            }
        } else {
            self.lead.again = Some(again);
        }
        true
    }

    /// Undoes or redoes another take.
    pub(super) fn bring_back_lead(&mut self, passage: &LeadPassage) {
        self.shared.score.edit(|score| score.lead_mut().bring_back(passage));
        self.send_lead(0..0);
    }
}
