//! Which take of Lead plays where.

use continuo_music::time::Tick;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Numbers of takes by stretches. A number chooses among the notes that are possible, as the seed does; where nothing is
/// said, it is 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadTakes {
    /// Sorted, disjoint.
    stretches: Vec<(Range<Tick>, u32)>,
    /// The highest number so far.
    last: u32,
}

impl LeadTakes {
    /// Whether the first take plays everywhere, and no other was ever made.
    pub const fn is_empty(&self) -> bool {
        self.last == 0
    }

    /// The take at a place.
    pub fn at(&self, tick: Tick) -> u32 {
        self.stretches.iter().find(|(stretch, _)| stretch.contains(&tick)).map_or(0, |(_, take)| *take)
    }

    /// Lets a take that never was play in a stretch.
    pub(super) fn renew(&mut self, stretch: &Range<Tick>) {
        self.last = self.last.wrapping_add(1);
        self.replace(stretch, &[(stretch.clone(), self.last)]);
    }

    /// The stretches inside one, with their takes.
    pub(super) fn within(&self, stretch: &Range<Tick>) -> Vec<(Range<Tick>, u32)> {
        let cut =
            |(range, take): &(Range<Tick>, u32)| (range.start.max(stretch.start)..range.end.min(stretch.end), *take);
        self.stretches.iter().map(cut).filter(|(range, _)| range.start < range.end).collect()
    }

    /// Puts stretches inside one in the place of those that are there.
    pub(super) fn replace(&mut self, stretch: &Range<Tick>, new: &[(Range<Tick>, u32)]) {
        let outside = [Tick::MIN..stretch.start, stretch.end..Tick::MAX];
        let mut all: Vec<_> = outside.iter().flat_map(|side| self.within(side)).chain(new.iter().cloned()).collect();
        all.sort_unstable_by_key(|(range, _)| range.start);
        self.stretches = all;
    }

    /// Whether it can have been written by [`LeadTakes`].
    pub(super) fn is_valid(&self) -> bool {
        self.stretches.iter().all(|(range, take)| range.start < range.end && *take <= self.last)
            && self.stretches.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_take_plays_in_its_stretch_alone_and_can_be_taken_back() {
        let mut takes = LeadTakes::default();
        assert!(takes.is_empty() && takes.at(5) == 0);
        takes.renew(&(0..100));
        let before = takes.within(&(40..120));
        assert_eq!(before, [(40..100, 1)]);
        takes.renew(&(40..120));
        assert_eq!([0, 39, 40, 119, 120].map(|tick| takes.at(tick)), [1, 1, 2, 2, 0]);
        takes.replace(&(40..120), &before);
        assert_eq!([0, 39, 40, 99, 100].map(|tick| takes.at(tick)), [1, 1, 1, 1, 0]);
        takes.renew(&(0..10));
        assert_eq!(takes.at(0), 3, "a take that was undone does not come again");
        assert!(takes.is_valid());
        let overlapping = LeadTakes { stretches: vec![(0..10, 1), (5..20, 1)], last: 1 };
        assert!(!overlapping.is_valid());
    }
}
