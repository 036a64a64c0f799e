//! The thread of a tool: it works on a copy of the music while the composer goes on.

use super::shared::{Shared, ToolStatus};
use crate::{
    score::ToolRequest,
    tools::{Material, Outcome, ToolError, ToolNetworks, run},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    thread::{self, JoinHandle},
};

/// What a tool's thread hands back: its networks, for the next one, and what it made.
struct Done {
    networks: ToolNetworks,
    outcome: Result<Outcome, ToolError>,
}

/// A tool that works.
struct Job {
    request: ToolRequest,
    /// How often the score had been replaced when it began: what it makes belongs to this one.
    replacements: u64,
    thread: JoinHandle<Done>,
}

/// Runs one tool at a time. Owned by the composer's thread; dropping it waits for the tool.
#[derive(Default)]
pub struct Workshop {
    job: Option<Job>,
    networks: Option<ToolNetworks>,
}

impl Workshop {
    /// Whether a tool works.
    pub fn is_busy(&self) -> bool {
        self.job.is_some()
    }

    /// Starts a tool on a thread of its own.
    ///
    /// # Errors
    /// If another one works, or the system cannot start a thread.
    pub fn start(
        &mut self,
        request: ToolRequest,
        material: Material,
        shared: &Arc<Shared>,
        replacements: u64,
    ) -> Result<(), ToolError> {
        if self.is_busy() {
            return Err(ToolError::Busy);
        }
        let mut networks = self.networks.take().unwrap_or_default();
        let (wanted, shared) = (request.clone(), Arc::clone(shared));
        let work = move || {
            let name = wanted.tool.name();
            let progress = |done, all| {
                shared.status.update(|status| status.tool = Some(ToolStatus::Working { name, done, all }));
            };
            let work = AssertUnwindSafe(|| run(&wanted, &material, &mut networks, progress));
            match catch_unwind(work) {
                Ok(outcome) => Done { networks, outcome },
                // A network that panicked is not used again.
                Err(_) => Done { networks: ToolNetworks::default(), outcome: Err(ToolError::Failed) },
            }
        };
        let thread =
            thread::Builder::new().name("continuo tool".to_owned()).spawn(work).map_err(|_| ToolError::Failed)?;
        self.job = Some(Job { request, replacements, thread });
        Ok(())
    }

    /// What the tool made that has just ended, what was asked of it, and which score it was for.
    pub fn finished(&mut self) -> Option<(ToolRequest, u64, Result<Outcome, ToolError>)> {
        let Job { request, replacements, thread } = self.job.take_if(|job| job.thread.is_finished())?;
        let outcome = match thread.join() {
            Ok(Done { networks, outcome }) => {
                self.networks = Some(networks);
                outcome
            }
            Err(_) => Err(ToolError::Failed),
        };
        Some((request, replacements, outcome))
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        if let Some(job) = self.job.take() {
            // Its panics were caught.
            let _ = job.thread.join();
        }
    }
}
