//! Tensors as networks read them.

/// One tensor that a network reads.
#[derive(Clone, Debug)]
pub struct TensorView<'a> {
    /// The contract's name for it.
    pub name: &'static str,
    /// The batch, then the contract's shape.
    pub shape: Vec<usize>,
    /// As many numbers as the shape says, row after row.
    pub values: &'a [f32],
}
