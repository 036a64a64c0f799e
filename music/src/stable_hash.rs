//! A hash whose values may be saved: the same in every version and on every system.

/// The 64-bit FNV-1a hash of a sequence of numbers (Fowler, Noll and Vo; `draft-eastlake-fnv`), each as eight
/// little-endian bytes.
///
/// ```
/// use continuo_music::stable_hash::StableHash;
///
/// let mut hash = StableHash::default();
/// hash.add(960);
/// assert_eq!(hash.value(), 0x94e5_cc5b_6616_59f4);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct StableHash(u64);

impl Default for StableHash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl StableHash {
    /// Adds a number.
    pub fn add(&mut self, number: i64) {
        for byte in number.to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    /// The hash of the numbers added so far.
    pub const fn value(self) -> u64 {
        self.0
    }
}
