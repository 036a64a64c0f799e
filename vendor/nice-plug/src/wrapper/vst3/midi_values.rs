//! The values of the hidden parameters through which MIDI controllers arrive.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use super::util::{VST3_MIDI_CCS, VST3_MIDI_NUM_PARAMS};

/// The bits of a controller that has not moved yet. No value has them.
const AT_REST: u32 = u32::MAX;

/// The last value of each controller, channel pressure and pitch bend on each channel. The audio
/// thread writes, any thread reads.
pub(super) struct MidiValues {
    values: Vec<AtomicU32>,
    /// Nothing was processed yet.
    is_new: AtomicBool,
}

impl MidiValues {
    pub(super) fn new() -> Self {
        Self {
            values: (0..VST3_MIDI_NUM_PARAMS)
                .map(|_| AtomicU32::new(AT_REST))
                .collect(),
            is_new: AtomicBool::new(true),
        }
    }

    /// The value of the parameter with this number among those for controllers.
    pub(super) fn get(&self, index: u32) -> f32 {
        match self.values.get(index as usize).map(|value| value.load(Ordering::Relaxed)) {
            Some(bits) if bits != AT_REST => f32::from_bits(bits),
            _ => value_at_rest(index % VST3_MIDI_CCS),
        }
    }

    /// Set a value that came from the host. Returns whether the controller moved: some hosts read
    /// all parameters when they load a plugin, and send back what they have read with the first
    /// block.
    pub(super) fn set(&self, index: u32, new: f32) -> bool {
        let Some(value) = self.values.get(index as usize) else {
            return false;
        };
        // All Sound Off and its like say something each time
        let is_message = (120..128).contains(&(index % VST3_MIDI_CCS));
        let rests = self.is_new.load(Ordering::Relaxed)
            && value.load(Ordering::Relaxed) == AT_REST
            && (self.get(index) - new).abs() < 1e-6
            && !is_message;
        if !rests {
            value.store(new.to_bits(), Ordering::Relaxed);
        }
        !rests
    }

    /// A block was processed.
    pub(super) fn block_processed(&self) {
        self.is_new.store(false, Ordering::Relaxed);
    }
}

/// The value of a controller that was not moved: as after a reset of all controllers, and for
/// volume, balance and pan as General MIDI has them.
pub(super) fn value_at_rest(midi_cc: u32) -> f32 {
    match midi_cc {
        7 => 100.0 / 127.0,
        8 | 10 => 64.0 / 127.0,
        11 => 1.0,
        // kPitchBend
        129 => 0.5,
        _ => 0.0,
    }
}
