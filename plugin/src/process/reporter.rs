//! Tells the host which parameters learned controllers and notes moved, so that it shows and records them.
//!
//! Owned by the audio thread; the framework hands on what lies in the queue. CLAP hosts also learn when a hand takes hold of a
//! parameter and lets go: a controller does neither, so it lets go when it has rested.

use nice_plug::prelude::{MovedParameter, ParamPtr, ParameterMove, ParameterOutput};
use std::sync::Arc;

/// How many parameters can be held at once: as many as can be learned.
const MOST_HELD: usize = 32;
/// How many changes a block can report: a begin, a value and an end for each move that it accepts.
const MOST_CHANGES: usize = 256;
/// How long a controller rests before it counts as let go, in seconds.
const REST: f64 = 0.5;

/// A parameter that a learned control holds.
#[derive(Clone, Copy)]
struct Held {
    parameter: ParamPtr,
    /// Samples since it moved last.
    resting: u64,
}

/// Reports the moves of learned controls.
pub struct Reporter {
    output: Arc<ParameterOutput>,
    held: [Option<Held>; MOST_HELD],
}

impl Default for Reporter {
    fn default() -> Self {
        Self { output: Arc::new(ParameterOutput::new(MOST_CHANGES)), held: [None; MOST_HELD] }
    }
}

impl Reporter {
    /// The queue, for the framework.
    pub fn output(&self) -> Arc<ParameterOutput> {
        Arc::clone(&self.output)
    }

    /// Begins a block: lets go of what has rested. Called before the block's moves.
    pub fn begin(&mut self, frames: u32, sample_rate: f64) {
        let rest = (REST * sample_rate) as u64;
        self.let_go(|held| held.resting >= rest);
        for held in self.held.iter_mut().flatten() {
            held.resting += u64::from(frames);
        }
    }

    /// Lets go of everything, when the plugin stops.
    pub fn end(&mut self) {
        self.let_go(|_| true);
    }

    /// A learned control moved a parameter to a value, 0 to 1, at a sample of the block; `None` if it has that value already.
    pub fn moved(&mut self, timing: u32, parameter: ParamPtr, value: Option<f32>) {
        if let Some(held) = self.held.iter_mut().flatten().find(|held| held.parameter == parameter) {
            held.resting = 0;
        } else if value.is_some()
            && let Some(free) = self.held.iter_mut().find(|held| held.is_none())
        {
            *free = Some(Held { parameter, resting: 0 });
            self.report(timing, parameter, ParameterMove::Begin);
        }
        if let Some(value) = value {
            self.report(timing, parameter, ParameterMove::Value(value));
        }
    }

    fn let_go(&mut self, ends: impl Fn(&Held) -> bool) {
        for index in 0..MOST_HELD {
            if let Some(held) = self.held[index].filter(&ends) {
                self.held[index] = None;
                self.report(0, held.parameter, ParameterMove::End);
            }
        }
    }

    /// A full queue loses the change: the host shows the parameter's old value until it moves again.
    fn report(&self, timing: u32, param: ParamPtr, what: ParameterMove) {
        self.output.push(MovedParameter { timing, param, what });
    }
}
