//! Count-ins and endings: at which places of the music the band begins and ends when the player asks for it.
//!
//! Owned by the audio thread alone. Whatever is asked for happens at a bar line, a place in the music: neither the size of
//! the blocks nor the speed of the machine moves it.

pub mod ending;

use continuo_music::{meter::Meter, time::Tick};

/// What the player asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Count a bar, then play.
    Intro,
    /// Play a last chord, then be silent; play on if the band has ended already.
    End,
}

/// The switches in a block.
#[derive(Clone, Copy, Debug, Default)]
pub struct Switches {
    /// *Intro*.
    pub intro: bool,
    /// *End*.
    pub end: bool,
}

/// Where bars lie around a place.
#[derive(Clone, Copy, Debug)]
pub struct BarLines {
    /// One of the bar lines.
    pub line: Tick,
    /// How long the bars are.
    pub meter: Meter,
}

impl BarLines {
    /// The first bar line at or after a tick.
    fn from(self, tick: Tick) -> Tick {
        let length = self.meter.bar_ticks();
        tick + (self.line - tick).rem_euclid(length)
    }
}

/// What happens at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    /// The band plays its last chord.
    End,
    /// The band is silent from here on, for a bar, and the first beat of it is counted.
    Count,
    /// Another beat is counted.
    Beat,
    /// The band plays from here on.
    Enter,
}

/// What was asked for, and what became of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cues {
    /// The band is silent.
    silent: bool,
    /// What happens next, and where.
    due: Option<(Tick, Cue)>,
    /// Where the band enters after the count.
    entry: Tick,
    /// An intro was asked for while the transport stood.
    armed: bool,
}

impl Cues {
    /// Whether the band is silent.
    pub const fn silent(&self) -> bool {
        self.silent
    }

    /// The transport begins to roll at a tick, or jumps there.
    pub fn begin(&mut self, tick: Tick, bars: BarLines) {
        let armed = std::mem::take(&mut self.armed);
        *self = Self::default();
        if armed {
            self.silent = true;
            self.due = Some((bars.from(tick), Cue::Count));
        }
    }

    /// The transport stands: an intro that is asked for waits for its start.
    pub fn call_while_standing(&mut self, call: Call) {
        self.armed = call == Call::Intro;
    }

    /// The transport stops, and the band is ready to play again.
    pub fn stop(&mut self) {
        *self = Self { armed: self.armed, ..Self::default() };
    }

    /// The player asks for something at a tick while the transport rolls.
    pub fn call(&mut self, call: Call, tick: Tick, bars: BarLines) {
        let line = bars.from(tick);
        self.due = match call {
            Call::Intro => Some((line, Cue::Count)),
            Call::End if !self.silent => Some((line, Cue::End)),
            // It has not played yet.
            Call::End if self.due.is_some() => None,
            Call::End => Some((line, Cue::Enter)),
        };
    }

    /// A loop went from one tick back to another: what lies ahead comes as much later as it would have come.
    pub fn wrap(&mut self, from: Tick, to: Tick) {
        if let Some((at, _)) = &mut self.due {
            *at += to - from;
            self.entry += to - from;
        }
    }

    /// How many of the ticks from `next` on may be played before something happens.
    pub fn before_next(&self, next: Tick) -> Tick {
        match self.due {
            Some((at, _)) if at > next => at - next,
            // It happens at `next`; the beat after it is at least this far.
            Some(_) => 1,
            None => Tick::MAX,
        }
    }

    /// Whether something happens at a tick.
    pub fn is_due(&self, tick: Tick) -> bool {
        self.due.is_some_and(|(at, _)| at <= tick)
    }

    /// What happens at a tick, if anything does.
    pub fn reach(&mut self, tick: Tick, meter: Meter) -> Option<Cue> {
        let (at, cue) = self.due.filter(|&(at, _)| at <= tick)?;
        if cue == Cue::Count {
            self.entry = at + meter.bar_ticks();
        }
        self.silent = cue != Cue::Enter;
        self.due = match cue {
            Cue::End | Cue::Enter => None,
            Cue::Count | Cue::Beat => {
                let next = at + meter.beat_ticks();
                Some(if next < self.entry { (next, Cue::Beat) } else { (self.entry, Cue::Enter) })
            }
        };
        Some(cue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAR: Tick = 3840;
    const BARS: BarLines = BarLines { line: 0, meter: Meter::COMMON };

    /// What happens from a tick on, up to an end.
    fn happens(cues: &mut Cues, from: Tick, end: Tick) -> Vec<(Tick, Cue)> {
        let mut happened = vec![];
        let mut at = from;
        while at < end {
            if let Some(cue) = cues.reach(at, Meter::COMMON) {
                happened.push((at, cue));
            }
            at += cues.before_next(at).min(end - at);
        }
        happened
    }

    #[test]
    fn an_ending_comes_at_the_next_bar_line_and_lasts() {
        for (asked, at) in [(0, 0), (1, BAR), (BAR - 1, BAR), (BAR, BAR)] {
            let mut cues = Cues::default();
            cues.call(Call::End, asked, BARS);
            assert_eq!(happens(&mut cues, asked, 9 * BAR), [(at, Cue::End)]);
            assert!(cues.silent());
        }
    }

    #[test]
    fn a_band_that_has_ended_plays_on_when_it_is_asked_again_and_after_a_jump() {
        let mut cues = Cues::default();
        cues.call(Call::End, 100, BARS);
        happens(&mut cues, 100, 2 * BAR);
        let ended = cues;
        cues.call(Call::End, 2 * BAR + 5, BARS);
        assert_eq!(happens(&mut cues, 2 * BAR + 5, 9 * BAR), [(3 * BAR, Cue::Enter)]);
        assert!(!cues.silent());
        for restart in [Cues::stop as fn(&mut Cues), |cues| cues.begin(960, BARS)] {
            let mut cues = ended;
            restart(&mut cues);
            assert!(!cues.silent());
        }
        let mut cues = ended;
        cues.wrap(4 * BAR, 0);
        assert!(cues.silent(), "a loop is no jump");
    }

    #[test]
    fn an_intro_counts_each_beat_of_a_bar() {
        let count = |from: Tick| {
            let beat = |beat: Tick| (from + beat * 960, if beat == 0 { Cue::Count } else { Cue::Beat });
            [beat(0), beat(1), beat(2), beat(3), (from + BAR, Cue::Enter)]
        };
        let mut cues = Cues::default();
        cues.call(Call::Intro, 5, BARS);
        assert!(!cues.silent(), "the band plays on to the bar line");
        assert_eq!(happens(&mut cues, 5, 9 * BAR), count(BAR));
        let mut cues = Cues::default();
        cues.call_while_standing(Call::Intro);
        cues.stop();
        cues.begin(3 * BAR, BARS);
        assert!(cues.silent());
        assert_eq!(happens(&mut cues, 3 * BAR, 9 * BAR), count(3 * BAR));
        cues.begin(5 * BAR, BARS);
        assert_eq!(happens(&mut cues, 5 * BAR, 9 * BAR), [], "once");
    }

    #[test]
    fn what_lies_beyond_a_loop_comes_in_its_next_round() {
        let mut cues = Cues::default();
        cues.call(Call::Intro, BAR - 10, BARS);
        assert_eq!(happens(&mut cues, BAR - 10, BAR), []);
        cues.wrap(BAR, 0);
        assert_eq!(happens(&mut cues, 0, 1000), [(0, Cue::Count), (960, Cue::Beat)]);
        cues.wrap(1000, 0);
        assert_eq!(happens(&mut cues, 0, BAR)[2], (BAR - 1000, Cue::Enter));
    }

    #[test]
    fn an_ending_takes_an_intro_back() {
        let mut cues = Cues::default();
        cues.call_while_standing(Call::Intro);
        cues.begin(0, BARS);
        cues.call(Call::End, 0, BARS);
        assert_eq!(happens(&mut cues, 0, 9 * BAR), []);
        assert!(cues.silent());
    }
}
