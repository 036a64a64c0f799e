//! What the open window costs, on a screen without a monitor, drawn in software.

use crate::plugin_build;
use anyhow::{Context, Result};
use continuo_harness::{
    figures::Figure,
    screen::{NEEDED, XServer},
    songs::tune_file,
    window_session::WindowSession,
    workspace,
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// How long each measurement takes.
const LENGTH: Duration = Duration::from_secs(10);

/// Builds the plugin unless there is a library, and starts a screen: the program that measures there, and the screen, which
/// must outlive it. `None` without Xvfb.
pub fn prepare(mut own: Command, library: Option<&Path>) -> Result<Option<(XServer, Command)>> {
    let Some(server) = XServer::start(1400, 1000)? else {
        eprintln!("The window is left out: Xvfb is not installed (Debian: apt-get install {NEEDED}).");
        return Ok(None);
    };
    let library = library.map_or_else(plugin_build::release, |library| Ok(library.to_owned()))?;
    let folder = workspace::target().join("bench-window");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    own.arg(library).env("DISPLAY", server.display()).env("CONTINUO_PROBE", folder.join("controls"));
    Ok(Some((server, own)))
}

/// How the names of the plugin's other threads begin, such as `continuo composer`. The window's thread is `continuo-0`.
const OTHERS: &str = "continuo ";

/// Opens the window and measures while a song plays in it, and again while nothing moves.
pub fn measure(library: &Path) -> Result<Vec<Figure>> {
    let probe = PathBuf::from(env::var_os("CONTINUO_PROBE").context("there is no file for the probe")?);
    let mut session = WindowSession::open(library, &probe);
    let roll = session.control("Roll");
    session.drop_file(&tune_file("ode_to_joy"), (roll.x + roll.width / 2, roll.y + roll.height / 2));
    session.until("the song is arranged", WindowSession::has_phrase);
    session.roll(true);
    // The first frames make what later ones reuse.
    session.run(Duration::from_secs(3));
    let (share, rate) = cost(&mut session)?;
    let own_code = session.frame_time().context("the window reported no time of its frames")?;
    session.roll(false);
    session.run(Duration::from_secs(3));
    let (_, idle_rate) = cost(&mut session)?;
    let figure = |name: &str, value, unit| Figure { name: format!("window: {name}"), value, unit };
    Ok(vec![
        figure("share of a core while a song plays, drawn in software", share * 100.0, "%"),
        figure("frames a second while a song plays", rate, "1/s"),
        figure("processor time of a frame while a song plays", share / rate * 1e3, "ms"),
        figure("a frame's own code, before it is drawn", own_code.as_secs_f64() * 1e3, "ms"),
        figure("frames a second while nothing moves", idle_rate, "1/s"),
    ])
}

/// The share of one core that the window's threads use, and how many frames the window draws a second.
fn cost(session: &mut WindowSession) -> Result<(f64, f64)> {
    let (begun, frames, before) = (Instant::now(), session.frames(), processor_time()?);
    session.run(LENGTH);
    let used = processor_time()?.saturating_sub(before);
    // On a busy machine it takes longer than requested.
    let length = begun.elapsed().as_secs_f64();
    Ok((used.as_secs_f64() / length, session.frames().saturating_sub(frames) as f64 / length))
}

/// The processor time of the window's thread and the graphics library's: of all threads but this one, the host's, and the
/// plugin's others, whose names begin with [`OTHERS`].
fn processor_time() -> Result<Duration> {
    let own = thread_number(&fs::read_link("/proc/thread-self").context("threads are only measured on Linux")?);
    let mut sum = Duration::ZERO;
    for thread in fs::read_dir("/proc/self/task")? {
        let folder = thread?.path();
        // A thread may have ended meanwhile.
        let Ok(stat) = fs::read_to_string(folder.join("stat")) else { continue };
        let Some((name, time)) = name_and_time(&stat) else { continue };
        if thread_number(&folder) != own && !name.starts_with(OTHERS) {
            sum += time;
        }
    }
    Ok(sum)
}

/// A thread's name and processor time, from its file `stat`.
fn name_and_time(stat: &str) -> Option<(&str, Duration)> {
    /// The kernel counts in hundredths of a second.
    const TICK: Duration = Duration::from_millis(10);
    // A name may hold anything, parentheses too.
    let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
    // The twelfth and thirteenth field after it: in the program, and in the system for it.
    let mut fields = rest.split_whitespace().skip(11).map(str::parse::<u32>);
    let (program, system) = (fields.next()?.ok()?, fields.next()?.ok()?);
    Some((name, TICK * (program + system)))
}

fn thread_number(folder: &Path) -> Option<String> {
    folder.file_name().map(|name| name.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threads_time_is_read_whatever_its_name() {
        let stat = "7 (llvmpipe-0 (1)) S 1 7 7 0 -1 64 12 0 3 0 150 27 0 0 20 0 9 0 99 1024 512";
        assert_eq!(name_and_time(stat), Some(("llvmpipe-0 (1)", Duration::from_millis(1770))));
        assert_eq!(name_and_time("7 (cut) S 1 7"), None);
        let own = fs::read_to_string("/proc/thread-self/stat").unwrap();
        assert!(name_and_time(&own).is_some(), "{own}");
    }
}
