//! A network's input tensors.

/// One input tensor.
#[derive(Clone, Debug)]
pub struct TensorView<'a> {
    /// Its name in the contract.
    pub name: &'static str,
    /// The batch, then the contract's shape.
    pub shape: Vec<usize>,
    /// As many numbers as the shape says, row by row.
    pub values: &'a [f32],
}
