use super::*;
use crate::release::layout::{self, Programs, tests::files};
use std::{fs::File, io::Read, time::SystemTime};

/// A small library in the place of the runtime's, and a licence.
struct Small {
    folder: tempfile::TempDir,
    target: Target,
    programs: Programs,
    library: PathBuf,
    licences: Vec<PathBuf>,
}

impl Small {
    /// Bundles of small files for a system, as old as this.
    fn new(triple: &str, age: u64) -> Result<Self> {
        let target = Target::given(Some(triple))?;
        let folder = tempfile::tempdir()?;
        let (built, bundled) = (folder.path().join("built"), folder.path().join("bundled"));
        layout::tests::built(&target, &built)?;
        let programs = layout::lay_out(&target, &built, &bundled, target.system == "windows")?;
        let name = if target.system == "windows" { "onnxruntime.dll" } else { "libonnxruntime.so.1" };
        let library = bundled.join(name);
        let licences = ["LICENSE", "THIRD-PARTY-NOTICES.txt"].map(|name| bundled.join(name)).to_vec();
        for file in licences.iter().chain([&library]) {
            fs::write(file, "small")?;
        }
        let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(age);
        for file in files(&bundled)? {
            File::options().append(true).open(bundled.join(file))?.set_modified(time)?;
        }
        Ok(Self { folder, target, programs, library, licences })
    }

    fn pack(&self) -> Result<Vec<PathBuf>> {
        let parts = Parts {
            target: &self.target,
            programs: &self.programs,
            library: Some(&self.library),
            licences: &self.licences,
            version: "1.2.3",
            time: 1_700_000_000,
        };
        pack(&parts, &self.folder.path().join("packages"))
    }
}

const LINUX: &str = "x86_64-unknown-linux-gnu";
const WINDOWS: &str = "x86_64-pc-windows-gnu";

/// Whether this system has the programs; says so if not, and fails in CI.
fn has(programs: &[&str]) -> bool {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    let is_missing = |name: &&&str| !folders.iter().any(|folder| folder.join(name).is_file());
    let missing: Vec<&&str> = programs.iter().filter(is_missing).collect();
    if !missing.is_empty() {
        assert!(env::var_os("CI").is_none() || cfg!(not(target_os = "linux")), "CI lacks {missing:?}");
        println!("Skipped: needs {missing:?}.");
    }
    missing.is_empty()
}

fn run(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    let shown = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    anyhow::ensure!(output.status.success(), "{command:?}: {shown}");
    Ok(shown)
}

#[test]
fn the_same_bundles_give_the_same_bytes_whenever_and_wherever() -> Result<()> {
    if !has(&["xz"]) {
        return Ok(());
    }
    for (triple, names) in [
        (LINUX, &["continuo-1.2.3-linux-x86_64.tar.xz", "continuo_1.2.3_amd64.deb"][..]),
        (WINDOWS, &["continuo-1.2.3-windows-x86_64.zip"]),
    ] {
        let (one, other) = (Small::new(triple, 1_600_000_000)?, Small::new(triple, 1_650_000_000)?);
        let (one, other) = (one.pack().map(|files| (one, files))?, other.pack().map(|files| (other, files))?);
        let found: Vec<_> = one.1.iter().filter_map(|file| file.file_name()?.to_str()).collect();
        assert_eq!(found, names);
        for (one, other) in one.1.iter().zip(&other.1) {
            assert!(fs::read(one)? == fs::read(other)?, "{} differs", one.display());
        }
        // What is inside is not lost.
        fs::write(&one.0.programs.command_line, "another")?;
        let changed = one.0.pack()?;
        assert!(changed.iter().zip(&other.1).all(|(one, other)| fs::read(one).ok() != fs::read(other).ok()));
    }
    Ok(())
}

#[test]
fn the_deb_is_installed_in_a_clean_root_and_removed() -> Result<()> {
    if !has(&["xz", "dpkg", "dpkg-deb"]) {
        return Ok(());
    }
    let small = Small::new(LINUX, 1_600_000_000)?;
    let deb = small.pack()?.pop().context("a package")?;
    let fields = run(Command::new("dpkg-deb").arg("--field").arg(&deb))?;
    for field in ["Package: continuo", "Version: 1.2.3", "Architecture: amd64", "Depends: libc6, libgcc-s1, libstdc++6"]
    {
        assert!(fields.lines().any(|line| line == field), "{field} is not in {fields}");
    }
    let listed = run(Command::new("dpkg-deb").arg("--contents").arg(&deb))?;
    assert!(listed.lines().all(|line| line.contains("root/root")), "{listed}");
    assert!(listed.lines().any(|line| line.starts_with("-rwxr-xr-x") && line.ends_with("usr/lib/continuo/continuo")));

    // Its own list of packages, and nothing of this system.
    let root = small.folder.path().join("root");
    fs::create_dir_all(root.join("var/lib/dpkg/updates"))?;
    fs::create_dir_all(root.join("var/lib/dpkg/info"))?;
    fs::write(root.join("var/lib/dpkg/status"), "")?;
    let dpkg = || {
        let mut command = Command::new("dpkg");
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
        command.env("PATH", env::join_paths(folders).unwrap_or(path.clone()));
        // The packages that it depends on are not in there.
        command.arg(format!("--root={}", root.display())).args([
            "--force-not-root",
            "--force-depends",
            "--log=/dev/null",
        ]);
        command
    };
    let before = files(&root)?;
    run(dpkg().arg("--force-architecture").arg("--install").arg(&deb))?;
    for (place, text) in [
        ("usr/bin/continuo", "a command line"),
        ("usr/lib/clap/Continuo.clap", "a plugin"),
        ("usr/lib/clap/continuo/libonnxruntime.so.1", "small"),
        ("usr/lib/vst3/Continuo.vst3/Contents/x86_64-linux/Continuo.so", "a plugin"),
        ("usr/lib/vst3/Continuo.vst3/Contents/x86_64-linux/continuo/libonnxruntime.so.1", "small"),
        ("usr/share/doc/continuo/LICENSE", "small"),
    ] {
        assert_eq!(fs::read_to_string(root.join(place)).with_context(|| place.to_owned())?, text, "{place}");
    }
    let readme = fs::read_to_string(root.join("usr/share/doc/continuo/README.txt"))?;
    assert!(readme.starts_with("Continuo 1.2.3 for Debian"), "{readme}");
    assert!(fs::canonicalize(root.join("usr/bin/continuo"))?.ends_with("usr/lib/continuo/continuo"));

    run(dpkg().args(["--purge", "continuo"]))?;
    let left: Vec<String> = files(&root)?.into_iter().filter(|file| !before.contains(file)).collect();
    assert!(left.iter().all(|file| file.starts_with("var/lib/dpkg/")), "{left:?} is left");
    Ok(())
}

#[test]
fn the_tar_archive_installs_for_one_user_and_removes_only_its_own() -> Result<()> {
    if !has(&["xz", "tar", "sh"]) {
        return Ok(());
    }
    let small = Small::new(LINUX, 1_600_000_000)?;
    let archive = small.pack()?.swap_remove(0);
    let home = small.folder.path().join("A home, with ümlauts");
    fs::create_dir_all(home.join(".clap"))?;
    fs::create_dir_all(home.join(".local/share/continuo/styles"))?;
    fs::write(home.join(".clap/Other.clap"), "another's")?;
    fs::write(home.join(".local/share/continuo/styles/own.json"), "mine")?;
    let before = files(&home)?;
    run(Command::new("tar").arg("-xJf").arg(&archive).arg("-C").arg(small.folder.path()))?;
    let unpacked = small.folder.path().join("continuo-1.2.3-linux-x86_64");
    assert!(unpacked.join("LICENSE").is_file() && unpacked.join("README.txt").is_file());
    let script = |name: &str| {
        let mut command = Command::new("sh");
        command.arg(unpacked.join(name)).env("HOME", &home).env_remove("XDG_DATA_HOME").env_remove("XDG_CACHE_HOME");
        run(&mut command)
    };
    // A second time over the first.
    script("install.sh")?;
    script("install.sh")?;
    let text = |place: &str| fs::read_to_string(home.join(place)).with_context(|| place.to_owned());
    assert_eq!(text(".clap/Continuo.clap")?, "a plugin");
    assert_eq!(text(".clap/continuo/libonnxruntime.so.1")?, "small");
    assert_eq!(text(".vst3/Continuo.vst3/Contents/x86_64-linux/Continuo.so")?, "a plugin");
    assert_eq!(text(".local/bin/continuo")?, "a command line");
    let networks = home.join(".cache/continuo/networks/key");
    fs::create_dir_all(&networks)?;
    fs::write(networks.join("network.onnx"), "prepared")?;
    let installed = files(&home)?;
    assert!(!installed.iter().any(|file| file.contains(".new")), "{installed:?}");
    script("uninstall.sh")?;
    assert_eq!(files(&home)?, before);
    Ok(())
}

#[test]
fn the_zip_for_windows_has_all_that_its_scripts_copy() -> Result<()> {
    if !has(&["xz"]) {
        return Ok(());
    }
    let small = Small::new(WINDOWS, 1_600_000_000)?;
    let archive = small.pack()?.swap_remove(0);
    let mut zip = zip::ZipArchive::new(File::open(archive)?)?;
    let names = zip.file_names().map(|name| Ok(name?.into_owned())).collect::<Result<Vec<String>>>()?;
    let expected = [
        "Continuo.clap",
        "Continuo.vst3/Contents/x86_64-win/Continuo.vst3",
        "LICENSE",
        "README.txt",
        "THIRD-PARTY-NOTICES.txt",
        "continuo-standalone.exe",
        "continuo.exe",
        "install.cmd",
        "onnxruntime.dll",
        "uninstall.cmd",
    ];
    assert_eq!(names, expected.map(|name| format!("continuo-1.2.3-windows-x86_64/{name}")));
    let mut script = String::new();
    zip.by_name("continuo-1.2.3-windows-x86_64/install.cmd")?.read_to_string(&mut script)?;
    assert!(script.lines().count() > 10 && script.matches("\r\n").count() == script.matches('\n').count());
    Ok(())
}
