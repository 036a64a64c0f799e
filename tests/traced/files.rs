//! What the plugin reads and writes, and that it uses no network.

use crate::trace;
use continuo_engine::storage::save;
use continuo_harness::{
    built::{FORMATS, host, offline_player, pass},
    child, evidence,
    songs::ode,
};
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

/// Files that a careless program might look for in its current folder.
const BAIT: [&str; 7] = [
    "continuo.onnx",
    "model.onnx",
    "libonnxruntime.so",
    "libonnxruntime.so.1.24.4",
    "continuo.toml",
    "libcontinuo_plugin.so",
    "project.state",
];

/// How many sockets this process has open.
fn sockets() -> usize {
    fs::read_dir("/proc/self/fd")
        .expect("Linux lists open files")
        .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .count()
}

/// Run by the tests below, under `strace` or without a network.
#[test]
#[ignore = "other tests run it with an environment of their own"]
fn plays() {
    // Sockets that this process inherited are not the plugin's.
    let inherited = sockets();
    for format in FORMATS {
        let mut host = host(format);
        let mut player = offline_player(&mut *host);
        let events = pass(&mut player, &ode());
        assert!(events.iter().any(|event| event.event.channel != 0), "no part plays");
        let state = player.host().save().expect("the plugin saves its state");
        player.host().load(&state).expect("the plugin accepts the state");
        // The plugin is still loaded, and its composer runs.
        assert_eq!(sockets(), inherited, "{format:?} has sockets open");
    }
}

/// The path among a call's arguments; `None` for a name in a folder that is open already, whose path was seen when it was opened.
fn path_in(arguments: &str) -> Option<&str> {
    let (before, rest) = arguments.split_once('"')?;
    if before.starts_with(|first: char| first.is_ascii_digit()) { None } else { rest.split('"').next() }
}

#[test]
fn names_in_open_folders_are_no_paths() {
    assert_eq!(path_in("AT_FDCWD, \"/a/b\", O_RDONLY"), Some("/a/b"));
    assert_eq!(path_in("\"c\", \"d\""), Some("c"));
    assert_eq!(path_in("17, \"e\", 0"), None);
    assert_eq!(path_in("17, 0"), None);
}

#[test]
#[ignore = "needs strace: cargo xtask test --hosts files"]
fn nothing_is_read_from_the_current_folder_and_nothing_is_written_elsewhere() {
    let home = child::folder("traced/strange-place");
    for name in BAIT {
        fs::write(home.join(name), b"bait").expect("the file is written");
    }
    let trace = trace::of("files::plays", "trace=%file,%network", &home);
    let calls: Vec<_> = trace.values().flatten().collect();
    assert!(calls.len() > 50, "hardly any call was traced");

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
    let found: Vec<&String> = read
        .iter()
        .filter(|path| !path.starts_with('/') || BAIT.iter().any(|bait| **path == home.join(bait).to_string_lossy()))
        .filter(|path| !path.is_empty())
        .collect();
    assert!(found.is_empty(), "read from the folder that the host was started in: {found:?}");
    let log = home.join("plugin.log").to_string_lossy().into_owned();
    let networks = home.join("cache/networks");
    // The folder itself may have to be made.
    let is_cache = |path: &str| Path::new(path).starts_with(&networks) || networks.starts_with(path);
    let elsewhere: Vec<&String> =
        written.iter().filter(|path| **path != log && !path.starts_with("/dev/") && !is_cache(path)).collect();
    assert!(elsewhere.is_empty(), "written elsewhere: {elsewhere:?}");
    let network: Vec<_> = calls
        .iter()
        .filter(|call| ["socket", "connect", "bind", "sendto", "socketpair"].contains(&call.name.as_str()))
        .collect();
    assert!(network.is_empty(), "the plugin used the network: {network:?}");
    evidence::record(
        PART,
        "Nothing is read from the folder that the host was started in, and nothing is written but the log and prepared networks",
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
fn it_plays_without_a_network() {
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
    let home = child::folder("traced/no-network");
    let mut without_network = Command::new("unshare");
    without_network.args(["-r", "-n"]).arg(child::own_program()).current_dir(&home);
    child::succeed(without_network.env("NICE_LOG", home.join("plugin.log")), "files::plays");
    evidence::record(
        PART,
        "Without a network it plays all the same",
        "in a network namespace with no interface; open sockets counted while it plays",
        "0 sockets",
    );
}

const SAVED: &str = "CONTINUO_TEST_SAVED";
const SIZE: usize = 200_000;

/// Run by the test below, which kills it. Does nothing when it runs by itself.
#[test]
#[ignore = "another test runs it, and kills it"]
fn saves_for_ever() {
    let Some(file) = env::var_os(SAVED) else { return };
    for round in 0_u64.. {
        let bytes = vec![b'a' + (round % 26) as u8; SIZE];
        save(Path::new(&file), &bytes).expect("the file is saved");
    }
}

#[test]
fn a_crash_while_saving_loses_nothing() {
    const CRASHES: u32 = 25;
    let folder = child::folder("traced/crash");
    let file = folder.join("song.mid");
    save(&file, &vec![b'z'; SIZE]).expect("the file is saved");
    for crash in 0..CRASHES {
        let inode = fs::metadata(&file).expect("the file is there").ino();
        let mut saving = Command::new(child::own_program())
            .args(["--exact", "--ignored", "--nocapture", "files::saves_for_ever"])
            .env(SAVED, &file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the test program starts");
        // It saves by moving a new file there; after the first save, the kill may come at any moment of a save.
        while fs::metadata(&file).expect("the file is there").ino() == inode {
            assert!(saving.try_wait().expect("the process has a status").is_none(), "the test program ended by itself");
            thread::sleep(Duration::from_millis(5));
        }
        thread::sleep(Duration::from_millis(u64::from(crash * 37 % 50)));
        saving.kill().expect("the process can be killed");
        saving.wait().expect("the process ended");
        let after = fs::read(&file).expect("the file is there");
        assert_eq!(after.len(), SIZE, "the file is cut short");
        assert!(after.iter().all(|&byte| byte == after[0]), "the file is half of one and half of another");
    }
    evidence::record(
        PART,
        "A crash while a file is saved loses nothing that was saved before",
        "a process that saves for ever is killed, and the file is read",
        format!("{CRASHES} kills, no file lost or cut"),
    );
}
