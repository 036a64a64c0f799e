//! Runs one of this program's tests under `strace` and reads what it wrote.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A system call as `strace` wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Its name, such as `openat`.
    pub name: String,
    /// Its arguments as far as they were known when it began.
    pub arguments: String,
}

/// The calls of each thread, in order.
pub type Trace = BTreeMap<u32, Vec<Call>>;

/// An empty folder for a test's files.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("traced").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder is made");
    folder
}

/// Runs an ignored test in a folder, and returns what it asked of the system. `which` limits what is written down, in
/// `strace`'s words.
pub fn of(test: &str, which: &str, home: &Path, environment: &[(&str, &str)]) -> Trace {
    let output = home.with_extension("strace");
    let program = env::current_exe().expect("a test program has a path");
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-qq", "-s", "400", "-e", which, "-o"])
        .arg(&output)
        .arg(&program)
        .args(["--exact", "--ignored", "--nocapture", "--test-threads=1", test])
        .current_dir(home)
        .env("HOME", home)
        .env("NICE_LOG", home.join("plugin.log"))
        .envs(environment.iter().copied());
    let outcome = strace.output().unwrap_or_else(|error| panic!("strace does not start ({error}): is it installed?"));
    let shown = String::from_utf8_lossy(&outcome.stdout).into_owned() + &String::from_utf8_lossy(&outcome.stderr);
    assert!(outcome.status.success() && shown.contains("1 passed"), "{test} failed under strace:\n{shown}");
    parse(&fs::read_to_string(&output).expect("strace wrote its file"))
}

/// Reads `strace -f -o`: each line is a thread's number and a call. Where another thread came between, the call stands
/// on two lines; the second, `<... name resumed>`, begins nothing.
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
