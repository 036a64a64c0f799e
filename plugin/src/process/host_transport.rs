//! The host's transport in the engine's terms.

use continuo_engine::realtime::BlockTransport;
use nice_plug::prelude::*;

/// The transport of a block; `offline` while the host renders offline, not in real time.
pub fn block_transport(host: &Transport, offline: bool) -> BlockTransport {
    let from_seconds = |seconds: f64| (seconds * f64::from(host.sample_rate)).round() as i64;
    BlockTransport {
        playing: host.playing,
        // VST3 has no flag for it: such hosts report positions before the song's start.
        pre_roll: host.preroll_active == Some(true),
        tempo: host.tempo,
        position_quarters: host.pos_beats,
        // Not the framework's own conversion, which computes samples from quarters when it has nothing better.
        position_samples: host.pos_samples.or_else(|| host.pos_seconds.map(from_seconds)),
        meter: host
            .time_sig_numerator
            .zip(host.time_sig_denominator)
            .map(|(numerator, denominator)| (i64::from(numerator), i64::from(denominator))),
        bar_start_quarters: host.bar_start_pos_beats,
        cycle_quarters: host.loop_range_beats(),
        offline,
    }
}
