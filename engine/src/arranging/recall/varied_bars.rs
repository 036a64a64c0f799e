//! Which bars of a phrase that comes back are played in another way.

use crate::arranging::random::Random;
use continuo_music::{settings::Shape, time::Tick};

/// For each bar, whether it is drawn anew. Songs change few of their returns, and those in several bars: at variation
/// 0.25 seven returns in ten stay as they are, and one bar in seven changes. At 0 none does, at 1 all do.
pub fn varied_bars(shape: &Shape, start: Tick, take: u32, bars: usize) -> Vec<bool> {
    let variation = f64::from(shape.variation);
    let mut random = Random::of_variation(shape.seed, start, take);
    let mut happens = |chance: f64| f64::from(random.signed_uniform()).midpoint(1.0) < chance;
    let is_varied = happens(1.2 * variation);
    (0..bars).map(|_| happens(0.3 + 0.7 * variation) && is_varied).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(variation: f32) -> (f64, f64) {
        let shape = Shape { variation, ..Shape::default() };
        let returns: Vec<Vec<bool>> = (0..2000).map(|phrase| varied_bars(&shape, 15_360 * phrase, 0, 4)).collect();
        let kept = returns.iter().filter(|bars| bars.iter().all(|&varied| !varied)).count() as f64;
        let changed = returns.iter().flatten().filter(|&&varied| varied).count() as f64;
        (kept / 2000.0, changed / 8000.0)
    }

    #[test]
    fn most_returns_stay_as_they_are_by_default() {
        let (kept, changed) = shares(0.25);
        assert!((0.66..0.78).contains(&kept), "{kept}");
        assert!((0.12..0.17).contains(&changed), "{changed}");
    }

    #[test]
    fn none_changes_at_0_and_all_do_at_1() {
        assert_eq!(shares(0.0), (1.0, 0.0));
        assert_eq!(shares(1.0), (0.0, 1.0));
    }
}
