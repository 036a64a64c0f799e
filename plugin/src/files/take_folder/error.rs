//! Why takes are not written.

use continuo_engine::storage::SaveError;
use std::path::PathBuf;

/// Why takes are not written.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// A relative path would depend on where the host was started.
    #[error("the project names the folder {} without its full path; choose the folder again", .0.display())]
    NoFullPath(PathBuf),
    /// A file could not be written.
    #[error(transparent)]
    Save(#[from] SaveError),
    /// The thread that writes could not be started.
    #[error("the system cannot start a thread for it ({0}); close other programs and open the project again")]
    NoThread(std::io::Error),
}
