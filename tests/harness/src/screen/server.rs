//! An X server without a monitor.

use super::error::ScreenError;
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// An X server without a monitor. It ends on drop.
pub struct XServer {
    process: Child,
    display: String,
}

impl XServer {
    /// Starts one with a screen of this size; `None` where Xvfb is not installed.
    ///
    /// # Errors
    /// When Xvfb is installed and does not start.
    pub fn start(width: u16, height: u16) -> Result<Option<Self>, ScreenError> {
        let size = format!("{width}x{height}x24");
        let started = Command::new("Xvfb")
            // Without `-r` a key that a slow machine holds for long would be typed again and again.
            .args(["-r", "-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &size])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut server = match started {
            Ok(process) => Self { process, display: String::new() },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(ScreenError::Start(error.to_string())),
        };
        let mut line = String::new();
        if let Some(output) = server.process.stdout.take() {
            // The server writes its number when it is ready.
            BufReader::new(output).read_line(&mut line).map_err(|error| ScreenError::Start(error.to_string()))?;
        }
        if line.trim().is_empty() {
            return Err(ScreenError::Start("it reported no display".to_owned()));
        }
        server.display = format!(":{}", line.trim());
        Ok(Some(server))
    }

    /// The value for `DISPLAY`.
    pub fn display(&self) -> &str {
        &self.display
    }
}

impl Drop for XServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
