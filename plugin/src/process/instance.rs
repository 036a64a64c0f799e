//! One running instance: the audio thread's performer and the composer behind it.

use crate::process::{model, status_log};
use continuo_engine::{
    composer::{Composer, Shared},
    realtime::{Performer, Progress, queues},
};
use nice_plug::prelude::*;
use std::{io, sync::Arc};

/// A performer with its composer. Dropping it joins the composer's thread: hosts unload the library right after, and a
/// thread that still ran would execute code that is gone.
pub struct Instance {
    /// Used by the audio thread alone while the plugin is processing.
    pub performer: Performer,
    progress: Arc<Progress>,
    composer: Composer,
}

impl Instance {
    /// Starts the composer, which loads the model on its thread.
    ///
    /// # Errors
    /// The system cannot start another thread.
    pub fn start(shared: &Arc<Shared>, sample_rate: f64) -> io::Result<Self> {
        let (audio, composer) = queues();
        let progress = Arc::clone(&audio.progress);
        let composer = Composer::start(composer, Arc::clone(shared), model::loader())?;
        Ok(Self { performer: Performer::new(audio, sample_rate), progress, composer })
    }

    /// Continues at another sample rate, in Hz, after the host activated the plugin again. Retries a model that failed
    /// to load or was switched off.
    pub fn activate_again(&mut self, sample_rate: f64) {
        self.performer.set_sample_rate(sample_rate);
        self.composer.try_again();
    }

    /// Writes the status line to the log that somebody asked for; see `status_log.rs`. A host's own log stays quiet.
    pub fn log_status(&self, shared: &Shared) {
        if std::env::var_os("NICE_LOG").is_none() {
            return;
        }
        nice_log!("{}", status_log::line(&shared.status.get(), &self.progress));
    }
}
