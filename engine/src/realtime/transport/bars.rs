//! Which of the bar starts that a host reports are to be believed.

use continuo_music::{
    meter::Meter,
    time::{LEAD, TICKS_PER_QUARTER, Tick},
};

/// How far a reported bar start may be off, in ticks: hosts round positions.
const ROUNDING: f64 = 1.0;

/// A bar line that was crossed longer ago than this, in ticks, is reported too late to be one.
const LATE: f64 = LEAD as f64;

/// A host that says so many times in a row that the bar of its position begins later does not know its bars. (Some count
/// them from 1 where they should from 0, or in fours in every meter.) Right after a jump an honest one may be wrong once.
const MOST_AHEAD: u32 = 4;

/// A bar start with the position for which it was reported, in ticks.
#[derive(Clone, Copy, Debug)]
struct Report {
    bar: f64,
    meter: Meter,
    position: f64,
}

/// Compares the bar starts of successive blocks.
///
/// Some hosts do not know where their bars begin: they leave the field at 0, or divide the position by the length of a
/// bar, whatever meters came before. Where the transport rolls over a bar line, these report bar lines that were never
/// crossed. From then on their bar starts are ignored.
#[derive(Debug, Default)]
pub(super) struct Bars {
    last: Option<Report>,
    /// How many times in a row the bar began behind the position.
    ahead: u32,
    refuted: bool,
}

impl Bars {
    /// The start of the bar at a position in ticks, if the host reports a credible one. `goes_on` says that the
    /// transport rolled here from the position of the last call without a break.
    pub fn follow(
        &mut self,
        reported: Option<f64>,
        position: f64,
        meter: Option<Meter>,
        goes_on: bool,
    ) -> Option<Tick> {
        let last = self.last.take().filter(|_| goes_on);
        let meter = meter?;
        let length = meter.bar_ticks() as f64;
        // Hosts count bars before the song's start in their own ways.
        let ahead = reported.is_some_and(|bar| position >= 0.0 && bar - position > LATE);
        self.ahead = if ahead { self.ahead.saturating_add(1) } else { 0 };
        self.refuted |= self.ahead >= MOST_AHEAD;
        let within = |bar: &f64| *bar >= 0.0 && (-ROUNDING..=length + ROUNDING).contains(&(position - bar));
        let bar = reported.filter(within)?;
        self.last = Some(Report { bar, meter, position });
        self.refuted |= last.is_some_and(|last| {
            let another = (bar - last.bar).abs() > ROUNDING || meter != last.meter;
            another && bar < last.position - LATE
        });
        (!self.refuted).then(|| on_grid(bar))
    }

    /// Forgets the last position, since the host starts afresh. What it does not know it does not know for ever.
    pub fn restart(&mut self) {
        self.last = None;
    }

    /// Whether the host turned out not to know its bars.
    pub fn refuted(&self) -> bool {
        self.refuted
    }
}

/// A bar line without a host's rounding: bars of every meter begin on a 64th note.
fn on_grid(bar: f64) -> Tick {
    const GRID: f64 = TICKS_PER_QUARTER as f64 / 16.0;
    let nearest = (bar / GRID).round() * GRID;
    if (bar - nearest).abs() <= 2.0 * ROUNDING { nearest as Tick } else { bar.round() as Tick }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALTZ: Option<Meter> = Some(Meter { numerator: 3, denominator: 4 });
    const COMMON: Option<Meter> = Some(Meter::COMMON);

    #[test]
    fn a_bar_start_within_a_bar_before_the_position_is_believed() {
        let follow = |bar, position, meter| Bars::default().follow(bar, position, meter, false);
        assert_eq!(follow(Some(2880.0), 2880.0, COMMON), Some(2880));
        assert_eq!(follow(Some(2880.2), 2879.9, COMMON), Some(2880), "rounded");
        assert_eq!(follow(Some(2878.9), 2900.0, COMMON), Some(2880), "rounded");
        assert_eq!(follow(Some(2887.4), 2900.0, COMMON), Some(2887), "really there");
        assert_eq!(follow(Some(2880.0), 6719.0, COMMON), Some(2880));
        assert_eq!(follow(Some(0.0), 3839.0, WALTZ), None, "further back than a bar");
        assert_eq!(follow(Some(3840.0), 2880.0, COMMON), None, "ahead");
        assert_eq!(follow(Some(-960.0), -10.0, COMMON), None, "before the song's start");
        assert_eq!(follow(Some(0.0), 10.0, None), None);
        assert_eq!(follow(None, 10.0, COMMON), None);
    }

    /// Rolls 6000 ticks over stretches of bars (where each begins, and its meter), and tells the watch the bar starts of an
    /// honest host, or of one that divides its position by the length of a bar.
    fn roll(stretches: &[(f64, Option<Meter>)], divides: bool) -> (Option<Tick>, bool) {
        let mut watch = Bars::default();
        let mut believed = None;
        for position in (0..300).map(|block| f64::from(block) * 20.0) {
            let Some(&(start, meter)) = stretches.iter().rfind(|stretch| stretch.0 <= position) else { continue };
            let length = meter.map_or(0, Meter::bar_ticks) as f64;
            let from = if divides { 0.0 } else { start };
            let bar = from + ((position - from) / length).floor() * length;
            believed = watch.follow(Some(bar), position, meter, position > 0.0);
        }
        (believed, watch.refuted())
    }

    #[test]
    fn a_host_that_counts_its_bars_ahead_is_found_out_before_it_rolls() {
        const FIVE: Option<Meter> = Some(Meter { numerator: 5, denominator: 4 });
        // Four quarters for each bar, counted from 1.
        let mut watch = Bars::default();
        for _ in 0..MOST_AHEAD {
            assert_eq!(watch.follow(Some(3840.0), 0.0, FIVE, false), None);
        }
        watch.restart();
        assert_eq!(watch.follow(Some(3.0 * 3840.0), 13.0 * 960.0, FIVE, false), None, "within a bar, and wrong");
        let mut honest = Bars::default();
        honest.follow(Some(7680.0), 0.0, COMMON, false);
        assert_eq!(honest.follow(Some(0.0), 20.0, COMMON, true), Some(0), "it was late once");
    }

    #[test]
    fn bars_of_any_meters_are_followed() {
        assert_eq!(roll(&[(0.0, WALTZ), (2880.0, COMMON)], false), (Some(2880), false));
        assert_eq!(roll(&[(0.0, COMMON), (1920.0, COMMON)], false), (Some(5760), false), "a bar is cut short");
    }

    #[test]
    fn a_host_that_divides_its_position_is_found_out_where_the_meter_changes() {
        assert_eq!(roll(&[(0.0, COMMON)], true), (Some(3840), false), "it is right without a change");
        assert_eq!(roll(&[(0.0, WALTZ), (2880.0, COMMON)], true), (None, true));
    }
}
