//! The line that an instance writes to its log when the host deactivates it, if the environment variable `NICE_LOG` names
//! a file for the log (or `stderr`).
//!
//! The line consists of
//! `Continuo status: ` and a JSON object:
//!
//! | key | meaning |
//! |---|---|
//! | `model`, `backend` | the model and the runtime in use, or null |
//! | `conductor` | the network that judges takes, or null: then a phrase gets a single candidate |
//! | `remark`, `fault` | a notice and an error of the engine, or null |
//! | `score_fault` | the error in the project's saved score, or null |
//! | `score_remark` | the models that arranged the score and are missing here, or null |
//! | `refused_styles` | invalid files in the folder of styles, each with the reason |
//! | `generated` | the number of phrases generated since the plugin was first activated |
//! | `last_generation_ms`, `slowest_generation_ms` | the time for one phrase in milliseconds, or null |
//! | `last_processor_ms` | the processor time of the last phrase in milliseconds, or null |
//! | `late` | how often the playhead entered a phrase before it was ready |
//! | `lost` | the number of messages from the audio thread that a full queue dropped |

use continuo_engine::{composer::Status, realtime::Progress};
use serde_json::json;
use std::{sync::atomic::Ordering, time::Duration};

/// Formats the line.
pub fn line(status: &Status, progress: &Progress) -> String {
    let milliseconds = |duration: Duration| duration.as_secs_f64() * 1000.0;
    let status = json!({
        "model": status.model,
        "backend": status.backend,
        "conductor": status.conductor,
        "remark": status.remark,
        "fault": status.fault,
        "score_fault": status.score_fault,
        "score_remark": status.score_remark,
        "refused_styles": status.refused_styles,
        "generated": status.generated,
        "last_generation_ms": status.last_generation.map(milliseconds),
        "last_processor_ms": status.last_processor_time.map(milliseconds),
        "slowest_generation_ms": status.slowest_generation.map(milliseconds),
        "late": progress.late.load(Ordering::Relaxed),
        "lost": progress.lost.load(Ordering::Relaxed),
    });
    format!("Continuo status: {status}")
}
