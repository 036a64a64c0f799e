//! The line that an instance writes to its log when the host deactivates it.
//!
//! The log goes to standard error, or to the file that the environment variable `NICE_LOG` names. The line reads
//! `Continuo status: ` and one JSON object:
//!
//! | key | meaning |
//! |---|---|
//! | `model`, `backend` | what runs, or null |
//! | `conductor` | who judges takes, or null: then one take of a phrase is drawn |
//! | `remark`, `fault` | what is worth knowing, what is wrong; or null |
//! | `score_fault` | what is wrong with the saved score that the project holds, or null |
//! | `score_remark` | which models that are not here the score was arranged with, or null |
//! | `refused_styles` | files in the folder of styles that are none, each with the reason |
//! | `generated` | phrases generated since the plugin was activated first |
//! | `last_generation_ms`, `slowest_generation_ms` | time for one phrase in milliseconds, or null |
//! | `late` | times the playhead entered a phrase before it was ready |
//! | `lost` | what the audio thread could not tell the composer, since it was behind by too much |

use continuo_engine::{queues::Progress, shared::Status};
use serde_json::json;
use std::{sync::atomic::Ordering, time::Duration};

/// The line.
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
        "slowest_generation_ms": status.slowest_generation.map(milliseconds),
        "late": progress.late.load(Ordering::Relaxed),
        "lost": progress.lost.load(Ordering::Relaxed),
    });
    format!("Continuo status: {status}")
}
