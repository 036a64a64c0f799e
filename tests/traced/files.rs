//! What is read and written, and that no network is used.

use crate::{
    built::{FORMATS, host, ode},
    trace,
};
use continuo_engine::midi_file::save;
use continuo_harness::{Pace, Player, evidence};
use std::{
    collections::BTreeSet,
    env, fs,
    os::unix::fs::MetadataExt,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

const PART: &str = "files";

/// Names that a careless program might look for where it is started.
const BAIT: [&str; 7] = [
    "continuo.onnx",
    "model.onnx",
    "libonnxruntime.so",
    "libonnxruntime.so.1.24.4",
    "continuo.toml",
    "libcontinuo_plugin.so",
    "project.state",
];

/// Sockets that this process has open.
fn sockets() -> usize {
    fs::read_dir("/proc/self/fd")
        .expect("Linux tells what is open")
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .count()
}

/// Run by the tests below, under `strace` or without a network.
#[test]
#[ignore = "other tests run it with an environment of their own"]
fn plays() {
    // What this process was started with is not the plugin's.
    let inherited = sockets();
    for format in FORMATS {
        let mut host = host(format);
        let mut session = Player::new(&mut *host, 48_000.0, 480, true, Pace::Fast).expect("the plugin is activated");
        let played = session.pass(&ode(), &mut |_| {}).expect("the plugin plays");
        assert!(played.iter().any(|event| event.event.channel != 0), "no part plays");
        let state = session.host().save().expect("the state is saved");
        session.host().load(&state).expect("the state is taken");
        // Opened while the plugin is loaded and its composer runs.
        assert_eq!(sockets(), inherited, "{format:?} has sockets open");
    }
}

/// The text between the first two quotation marks of a call's arguments.
fn path_in(arguments: &str) -> Option<&str> {
    arguments.split('"').nth(1)
}

#[test]
#[ignore = "needs strace: cargo xtask test --hosts files"]
fn nothing_is_taken_from_where_the_host_was_started_and_nothing_written_elsewhere() {
    let home = trace::folder("strange-place");
    for name in BAIT {
        fs::write(home.join(name), b"bait").expect("the file is written");
    }
    let trace = trace::of("files::plays", "trace=%file,%network", &home, &[]);
    let calls: Vec<_> = trace.values().flatten().collect();
    assert!(calls.len() > 50, "hardly anything was traced");

    let (mut read, mut written) = (BTreeSet::new(), BTreeSet::new());
    for call in &calls {
        let Some(path) = path_in(&call.arguments) else { continue };
        if ["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| call.arguments.contains(flag))
            || ["mkdir", "mkdirat", "rename", "renameat2", "unlink", "unlinkat", "link", "symlink"]
                .contains(&call.name.as_str())
        {
            written.insert(path.to_owned());
        } else {
            read.insert(path.to_owned());
        }
    }
    let taken: Vec<&String> = read
        .iter()
        .filter(|path| !path.starts_with('/') || BAIT.iter().any(|bait| **path == home.join(bait).to_string_lossy()))
        .filter(|path| !path.is_empty())
        .collect();
    assert!(taken.is_empty(), "taken from where the host was started: {taken:?}");
    let log = home.join("plugin.log").to_string_lossy().into_owned();
    let elsewhere: Vec<&String> = written.iter().filter(|path| **path != log && !path.starts_with("/dev/")).collect();
    assert!(elsewhere.is_empty(), "written: {elsewhere:?}");
    let network: Vec<_> = calls
        .iter()
        .filter(|call| ["socket", "connect", "bind", "sendto", "socketpair"].contains(&call.name.as_str()))
        .collect();
    assert!(network.is_empty(), "the network was used: {network:?}");
    evidence::record(
        PART,
        "Nothing is read from the folder that the host was started in, and nothing is written but the log",
        "strace over a host that plays, saves and loads, started among files with tempting names",
        format!("{} files looked at, {} written", read.len(), written.len()),
    );
    evidence::record(
        PART,
        "The network is not used",
        "strace over a host that plays, saves and loads",
        "0 calls that make or use a socket",
    );
}

#[test]
#[ignore = "needs the right to make a network namespace: cargo xtask test --hosts files"]
fn without_a_network_it_plays_the_same() {
    let possible = Command::new("unshare").args(["-r", "-n", "true"]).status().is_ok_and(|status| status.success());
    if !possible {
        evidence::record(
            PART,
            "Without a network it plays all the same",
            "in a network namespace with no interface",
            "not tried: this machine allows no namespaces",
        );
        return;
    }
    let home = trace::folder("no-network");
    let outcome = Command::new("unshare")
        .args(["-r", "-n"])
        .arg(env::current_exe().expect("a test program has a path"))
        .args(["--exact", "--ignored", "--nocapture", "files::plays"])
        .current_dir(&home)
        .env("NICE_LOG", home.join("plugin.log"))
        .output()
        .expect("unshare starts");
    let shown = String::from_utf8_lossy(&outcome.stdout).into_owned() + &String::from_utf8_lossy(&outcome.stderr);
    assert!(outcome.status.success() && shown.contains("1 passed"), "{shown}");
    evidence::record(
        PART,
        "Without a network it plays all the same",
        "in a network namespace with no interface; sockets listed while it plays",
        "0 sockets",
    );
}

const SAVED: &str = "CONTINUO_TEST_SAVED";
const SIZE: usize = 200_000;

/// Run by the test below, until it is killed. Does nothing when it is run by itself.
#[test]
#[ignore = "another test runs it, and kills it"]
fn saves_without_end() {
    let Some(file) = env::var_os(SAVED) else { return };
    for round in 0_u64.. {
        let bytes = vec![b'a' + (round % 26) as u8; SIZE];
        save(Path::new(&file), &bytes).expect("the file is saved");
    }
}

#[test]
fn a_crash_while_saving_loses_nothing() {
    const CRASHES: u32 = 25;
    let folder = trace::folder("crash");
    let file = folder.join("song.mid");
    save(&file, &vec![b'z'; SIZE]).expect("the file is saved");
    for crash in 0..CRASHES {
        let inode = fs::metadata(&file).expect("the file is there").ino();
        let mut child = Command::new(env::current_exe().expect("a test program has a path"))
            .args(["--exact", "--ignored", "--nocapture", "files::saves_without_end"])
            .env(SAVED, &file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the test program starts");
        // It saves by moving a new file there; once it has done so, wherever in a save this hits will do.
        while fs::metadata(&file).expect("the file is there").ino() == inode {
            assert!(child.try_wait().expect("it can be asked").is_none(), "the test program ended by itself");
            thread::sleep(Duration::from_millis(5));
        }
        thread::sleep(Duration::from_millis(u64::from(crash * 37 % 50)));
        child.kill().expect("it can be killed");
        child.wait().expect("it ended");
        let after = fs::read(&file).expect("the file is there");
        assert_eq!(after.len(), SIZE, "the file is cut short");
        assert!(after.iter().all(|&byte| byte == after[0]), "the file is half of one and half of another");
    }
    evidence::record(
        PART,
        "A crash while a file is saved loses nothing that was saved before",
        "a process that saves without end is killed, and the file is read",
        format!("{CRASHES} kills, no file lost or cut"),
    );
}
