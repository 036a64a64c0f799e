//! Runs one of this program's tests under `strace` and reads the trace.

use continuo_harness::child;
use std::{collections::BTreeMap, fs, path::Path, process::Command};

/// A system call as `strace` writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its name, such as `openat`.
    pub name: String,
    /// Its arguments, as far as they were known when it began.
    pub arguments: String,
}

/// The calls of each thread, in order.
pub type Trace = BTreeMap<u32, Vec<Call>>;

/// Runs an ignored test in a folder under `strace`, and returns its system calls. `which` selects calls, in `strace`'s words.
pub fn of(test: &str, which: &str, home: &Path) -> Trace {
    let output = home.with_extension("strace");
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-qq", "-s", "400", "-e", which, "-o"])
        .arg(&output)
        .arg(child::own_program())
        .arg("--test-threads=1")
        .current_dir(home)
        .env("HOME", home)
        .env("CONTINUO_CACHE", home.join("cache"))
        .env("NICE_LOG", home.join("plugin.log"));
    child::succeed(&mut strace, test);
    parse(&fs::read_to_string(&output).expect("strace wrote its file"))
}

/// Reads the output of `strace -f -o`: each line is a thread's number and a call. Where another thread came between, the
/// call has two lines; the second, `<... name resumed>`, is skipped.
pub fn parse(text: &str) -> Trace {
    let mut trace = Trace::new();
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let Ok(thread) = thread.parse::<u32>() else { continue };
        let rest = rest.trim_start();
        if rest.starts_with(['<', '+', '-']) {
            continue;
        }
        let Some((name, arguments)) = rest.split_once('(') else { continue };
        let call = Call { name: name.to_owned(), arguments: arguments.to_owned() };
        trace.entry(thread).or_default().push(call);
    }
    trace
}

#[test]
fn calls_are_read_from_a_trace() {
    let text = "7 openat(AT_FDCWD, \"a\", O_RDONLY) = 3\n8 futex(0x1, FUTEX_WAIT <unfinished ...>\n7 close(3) = 0\n\
                8 <... futex resumed>) = 0\n7 +++ exited with 0 +++\n";
    let trace = parse(text);
    let names = |thread: u32| trace[&thread].iter().map(|call| call.name.as_str()).collect::<Vec<_>>();
    assert_eq!(names(7), ["openat", "close"]);
    assert_eq!(names(8), ["futex"]);
}
