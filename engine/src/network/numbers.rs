//! The large tensors of a window: shared until somebody writes, and used again.
//!
//! A phrase needs a few of them for some milliseconds. Allocated anew each time, they leave every composer's thread with
//! megabytes that its allocator keeps.

use super::tensors::same_bits;
use parking_lot::Mutex;
use std::{
    mem,
    ops::{Deref, DerefMut},
    sync::Arc,
};

/// What is smaller than so many numbers, the allocator handles well.
const SMALLEST: usize = 16 * 1024;
/// So many numbers wait for their next use at most, 8 MB.
const MOST: usize = 2 << 20;

/// Numbers that nobody uses at the moment; what they are does not matter. Composer threads of all instances lock it for as
/// long as it takes to push or to remove one; an audio thread never does.
static UNUSED: Mutex<Vec<Vec<f32>>> = Mutex::new(Vec::new());

/// Numbers of a tensor. Clones share them until one is written to.
#[derive(Clone, Debug, Default)]
pub struct Numbers(Arc<Reused>);

#[derive(Debug, Default)]
struct Reused(Vec<f32>);

impl Numbers {
    /// So many zeros.
    pub fn zeros(count: usize) -> Self {
        let mut numbers = with_room(count);
        numbers.resize(count, 0.0);
        numbers.into()
    }
}

impl From<Vec<f32>> for Numbers {
    fn from(numbers: Vec<f32>) -> Self {
        Self(Arc::new(Reused(numbers)))
    }
}

impl Deref for Numbers {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.0.0
    }
}

impl DerefMut for Numbers {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut Arc::make_mut(&mut self.0).0
    }
}

impl PartialEq for Numbers {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Clone for Reused {
    fn clone(&self) -> Self {
        Self(copy(&self.0))
    }
}

impl Drop for Reused {
    fn drop(&mut self) {
        give_back(mem::take(&mut self.0));
    }
}

/// What all of these have in common, if it is the same bits in all; without a copy.
pub(super) fn shared<'a>(mut rows: impl Iterator<Item = &'a Numbers>) -> Option<Numbers> {
    let first = rows.next()?;
    rows.all(|row| Arc::ptr_eq(&row.0, &first.0) || same_bits(row, first)).then(|| first.clone())
}

/// A copy that becomes [`Numbers`], or goes to [`give_back`].
pub(super) fn copy(numbers: &[f32]) -> Vec<f32> {
    let mut made = with_room(numbers.len());
    made.extend_from_slice(numbers);
    made
}

/// An empty vector with room for so many numbers.
pub(super) fn with_room(count: usize) -> Vec<f32> {
    if count >= SMALLEST {
        let mut unused = UNUSED.lock();
        let fits = unused.iter().enumerate().filter(|(_, numbers)| numbers.capacity() >= count);
        if let Some((index, _)) = fits.min_by_key(|(_, numbers)| numbers.capacity()) {
            return unused.swap_remove(index);
        }
    }
    Vec::with_capacity(count)
}

/// Keeps numbers for another use.
pub(super) fn give_back(mut numbers: Vec<f32>) {
    if numbers.capacity() < SMALLEST {
        return;
    }
    numbers.clear();
    let mut unused = UNUSED.lock();
    let kept: usize = unused.iter().map(Vec::capacity).sum();
    if kept + numbers.capacity() <= MOST {
        unused.push(numbers);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_until_one_is_written_to() {
        let mut one = Numbers::zeros(SMALLEST);
        let other = one.clone();
        assert_eq!(one.as_ptr(), other.as_ptr());
        one[3] = 1.0;
        assert!(one[3] > 0.5 && other[3].abs() < 0.5 && one != other);
        assert_eq!(other.len(), SMALLEST);
    }

    #[test]
    fn what_is_used_again_is_zero_and_long_enough() {
        for count in [SMALLEST, 3 * SMALLEST, 2 * SMALLEST] {
            let mut numbers = Numbers::zeros(count);
            assert!(numbers.len() == count && numbers.iter().all(|number| number.to_bits() == 0));
            numbers.fill(7.0);
        }
        let copied = copy(&[1.0, 2.0]);
        assert_eq!(copied, [1.0, 2.0]);
    }

    #[test]
    fn not_more_is_kept_than_allowed() {
        let all: Vec<Numbers> = (0..5).map(|_| Numbers::zeros(MOST / 4)).collect();
        drop(all);
        assert!(UNUSED.lock().iter().map(Vec::capacity).sum::<usize>() <= MOST);
    }

    #[test]
    fn only_the_same_bits_are_shared() {
        let (one, same, other) = (Numbers::from(vec![0.0]), Numbers::from(vec![0.0]), Numbers::from(vec![-0.0]));
        assert_eq!(shared([&one, &one, &same].into_iter()), Some(one.clone()));
        assert_eq!(shared([&one, &other].into_iter()), None);
        assert_eq!(shared(std::iter::empty()), None);
    }
}
