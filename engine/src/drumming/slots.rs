//! Bars of any meter in the network's windows of four slots of sixteen steps.

use crate::network::contract::STEPS;
use continuo_music::{
    meter::MeterMap,
    time::{TICKS_PER_STEP, Tick},
};

/// Steps of a slot.
pub(super) const SLOT: usize = 16;
/// Windows overlap by half, so that a part goes on as it began.
pub(super) const STRIDE: usize = STEPS / 2;

/// The steps of a stretch of a song in the order of the network's steps. A bar begins a slot (short bars share one); what a
/// bar does not fill is no step.
pub(super) struct Slots {
    /// For each of the network's steps its tick, if it is one of the song's.
    ticks: Vec<Option<Tick>>,
    /// The song's steps in order, each with its place among the network's.
    places: Vec<(Tick, usize)>,
}

/// The most steps: about five hours at 120 beats a minute.
const MOST_STEPS: usize = 1 << 17;

impl Slots {
    /// The bars from the one that contains `from` to the one that contains the tick before `to`; `None` if they are too
    /// many.
    pub fn of(meters: &MeterMap, from: Tick, to: Tick) -> Option<Self> {
        let mut ticks: Vec<Option<Tick>> = Vec::new();
        let mut bar = meters.phrase_at(from, 1);
        while bar.start < to {
            let steps = ((bar.ticks() + TICKS_PER_STEP - 1) / TICKS_PER_STEP).max(1) as usize;
            // Short bars share a slot where they fill it evenly.
            let shares = SLOT.is_multiple_of(steps) && (ticks.len() % SLOT).is_multiple_of(steps);
            while !shares && !ticks.len().is_multiple_of(SLOT) {
                ticks.push(None);
            }
            ticks.extend((0..steps as Tick).map(|step| Some(bar.start + step * TICKS_PER_STEP)));
            if ticks.len() > MOST_STEPS {
                return None;
            }
            bar = meters.phrase_at(bar.end, 1);
        }
        while ticks.len() < STEPS || !ticks.len().is_multiple_of(STRIDE) {
            ticks.push(None);
        }
        let places = ticks.iter().enumerate().filter_map(|(step, tick)| Some(((*tick)?, step))).collect();
        Some(Self { ticks, places })
    }

    /// How many of the network's steps there are: at least a window, in halves of windows.
    pub const fn len(&self) -> usize {
        self.ticks.len()
    }

    /// The tick of a step, if it is one of the song's.
    pub fn tick(&self, step: usize) -> Option<Tick> {
        self.ticks.get(step).copied().flatten()
    }

    /// The step that is nearest to a tick, and how much later than the step it is, in steps; `None` outside the stretch.
    pub fn nearest(&self, tick: Tick) -> Option<(usize, f32)> {
        let after = self.places.partition_point(|&(place, _)| place <= tick);
        let around = self.places.get(after.saturating_sub(1)..(after + 1).min(self.places.len()))?;
        let (place, step) = around.iter().copied().min_by_key(|(place, _)| (tick - place).abs())?;
        let late = (tick - place) as f32 / TICKS_PER_STEP as f32;
        (late.abs() <= 1.0).then_some((step, late))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::meter::{Meter, MeterChange};

    fn slots(numerator: i64, denominator: i64, bars: i64) -> Slots {
        let meter = Meter::new(numerator, denominator).expect("a meter");
        let meters = MeterMap::from_changes([MeterChange { tick: 0, meter }]);
        Slots::of(&meters, 0, bars * meter.bar_ticks()).expect("few steps")
    }

    #[test]
    fn bars_begin_slots_and_short_bars_share_one() {
        let starts = |slots: &Slots, bar: Tick| -> Vec<usize> {
            (0..slots.len()).filter(|&step| slots.tick(step).is_some_and(|tick| tick % bar == 0)).collect()
        };
        assert_eq!(starts(&slots(4, 4, 4), 3840), [0, 16, 32, 48]);
        assert_eq!(starts(&slots(3, 4, 4), 2880), [0, 16, 32, 48]);
        assert_eq!(starts(&slots(2, 4, 4), 1920), [0, 8, 16, 24]);
        assert_eq!(starts(&slots(5, 4, 3), 4800), [0, 32, 64]);
        assert_eq!(slots(5, 4, 3).len(), 96);
    }

    #[test]
    fn every_place_has_its_nearest_step() {
        let waltz = slots(3, 4, 4);
        assert_eq!(waltz.nearest(2880), Some((16, 0.0)));
        assert_eq!(waltz.nearest(2880 + 250), Some((17, 10.0 / 240.0)));
        assert_eq!(waltz.nearest(-60), Some((0, -0.25)));
        assert_eq!(waltz.nearest(20 * 2880), None);
    }
}
