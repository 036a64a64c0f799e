//! A network's input tensors.

use std::borrow::Cow;

/// One input tensor.
#[derive(Clone, Debug)]
pub struct TensorView<'a> {
    /// Its name in the contract.
    pub name: &'static str,
    /// The batch, then the contract's shape.
    pub shape: Vec<usize>,
    /// As many numbers as the shape says, row by row; or those of a single row, which all rows of the batch have.
    pub values: &'a [f32],
}

impl<'a> TensorView<'a> {
    /// The numbers of one row; `row` is less than the batch.
    pub fn row(&self, row: usize) -> &'a [f32] {
        let size = self.row_size();
        if self.values.len() == size { self.values } else { &self.values[row * size..(row + 1) * size] }
    }

    /// As it is handed to a network that takes one row for all: the one row, if all rows have it.
    #[must_use]
    pub fn once(&self) -> Self {
        if self.is_shared() { self.only(0) } else { self.clone() }
    }

    /// One row as a batch of its own.
    #[must_use]
    pub fn only(&self, row: usize) -> Self {
        let shape = std::iter::once(1).chain(self.shape.iter().skip(1).copied()).collect();
        Self { name: self.name, shape, values: self.row(row) }
    }

    /// Whether one row stands for all of several.
    pub fn is_shared(&self) -> bool {
        self.shape.first().is_some_and(|&batch| batch > 1) && self.values.len() == self.row_size()
    }

    /// As many numbers as the shape says.
    pub fn whole(&self) -> Cow<'a, [f32]> {
        if self.is_shared() { Cow::Owned(self.values.repeat(self.shape[0])) } else { Cow::Borrowed(self.values) }
    }

    fn row_size(&self) -> usize {
        self.shape.iter().skip(1).product()
    }
}

/// Whether two rows have the same bits.
pub(crate) fn same_bits(one: &[f32], other: &[f32]) -> bool {
    // Chunk by chunk, since a loop that may end at each number looks at one at a time.
    let same = |(one, other): (&[f32], &[f32])| {
        one.iter().zip(other).fold(0, |found, (one, other)| found | (one.to_bits() ^ other.to_bits())) == 0
    };
    one.len() == other.len() && one.chunks(256).zip(other.chunks(256)).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_may_stand_for_all() {
        let values = [1.0, 2.0, 3.0, 4.0];
        let rows = TensorView { name: "rows", shape: vec![2, 2], values: &values };
        let shared = TensorView { name: "shared", shape: vec![2, 4], values: &values };
        assert_eq!((rows.row(1), shared.row(1)), (&values[2..], &values[..]));
        assert_eq!((rows.only(1).shape, shared.only(1).shape), (vec![1, 2], vec![1, 4]));
        assert_eq!((rows.once().shape, shared.once().shape), (vec![2, 2], vec![1, 4]));
        assert!(shared.is_shared() && !rows.is_shared() && !shared.only(0).is_shared());
        assert_eq!(&*rows.whole(), &values);
        assert_eq!(&*shared.whole(), &[1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn bits_are_compared_and_not_numbers() {
        let mut values = vec![0.0; 1000];
        assert!(same_bits(&values, &values.clone()));
        let other = values.clone();
        values[999] = -0.0;
        assert!(!same_bits(&values, &other) && !same_bits(&other, &other[1..]));
    }
}
