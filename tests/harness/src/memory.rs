//! How much memory this process holds.

/// Bytes that the allocator has given out and not taken back, over all threads. What leaks shows here; the size of the
/// process also counts what the allocator keeps for each thread that ever lived. `None` where the C library does not
/// count.
#[must_use]
pub fn in_use() -> Option<usize> {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: it only reads the allocator's own counts.
        let taken = unsafe { libc::mallinfo2() };
        Some(taken.uordblks + taken.hblkhd)
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    None
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::in_use;

    #[test]
    fn what_is_taken_is_counted_until_it_is_given_back() {
        const SIZE: usize = 32 << 20;
        let before = in_use().unwrap();
        let taken = std::hint::black_box(vec![1_u8; SIZE]);
        let with = in_use().unwrap();
        drop(taken);
        let after = in_use().unwrap();
        assert!(with > before + SIZE / 2 && after < with - SIZE / 2, "{before}, {with}, {after}");
    }
}
