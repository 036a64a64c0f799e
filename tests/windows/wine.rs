//! Wine, and what is installed in it.

use continuo_harness::screen::{NEEDED, XServer};
use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Once,
};

/// Names the folder with what was built for Windows.
const BUILT: &str = "CONTINUO_WINDOWS";
/// Names the command line for Linux.
const COMMAND_LINE: &str = "CONTINUO_COMMAND_LINE";
/// Where Continuo is installed in Wine's first drive: a space, Cyrillic and a character outside the basic plane.
pub const HOME: &str = "Ton Studio/Плагины 𝄞";
/// How long a program may run, in seconds; one that plays takes five to sixty.
const LONGEST: &str = "300";
/// The runtime's library.
pub const LIBRARY: &str = "onnxruntime.dll";

/// A Wine with Continuo on a screen of its own: without one, Wine makes no window, and the VST3 framework needs one for its
/// messages. All programs in it end on drop.
pub struct Wine {
    prefix: PathBuf,
    built: PathBuf,
    display: String,
    /// Unless somebody else has it.
    _screen: Option<XServer>,
}

/// What `cargo xtask test --hosts windows` names.
fn named(variable: &str) -> PathBuf {
    let value = env::var_os(variable);
    value.unwrap_or_else(|| panic!("{variable} is not set: run cargo xtask test --hosts windows")).into()
}

/// The command line for Linux.
pub fn linux_command_line() -> Command {
    Command::new(named(COMMAND_LINE))
}

/// A path of Linux as Windows' programs see it: Wine calls the root folder `Z:`.
pub fn on_z(path: &Path) -> OsString {
    format!("Z:{}", path.display()).replace('/', "\\").into()
}

impl Wine {
    /// Installs Continuo in Wine, once for all tests, and starts Wine.
    pub fn start() -> Self {
        let screen = XServer::start(1280, 960).expect("the X server starts");
        let screen = screen.unwrap_or_else(|| panic!("Xvfb is not installed; install {NEEDED}"));
        Self::on_display(screen.display().to_owned(), Some(screen))
    }

    /// As [`Wine::start`], on the screen that `DISPLAY` names.
    pub fn on_this_screen() -> Self {
        Self::on_display(env::var("DISPLAY").expect("there is a screen"), None)
    }

    fn on_display(display: String, screen: Option<XServer>) -> Self {
        static INSTALLED: Once = Once::new();
        let built = named(BUILT);
        let wine = Self { prefix: built.join("wine"), built, display, _screen: screen };
        INSTALLED.call_once(|| wine.install());
        wine
    }

    fn install(&self) {
        fs::create_dir_all(&self.prefix).expect("the folder is made");
        let mut boot = Command::new("wine");
        let output = self.environment(&mut boot).args(["wineboot", "--init"]).output().expect("Wine starts");
        assert!(output.status.success(), "{output:?}");
        // Debian's Wine 8.0 lacks this library, which Rust's standard library asks for random numbers.
        let library = "bcryptprimitives.dll";
        fs::copy(self.built.join(library), self.drive().join("windows/system32").join(library)).expect("copied");
        // The built-in runtime asks this program for the sizes of the processor's caches, and reads until nobody can write any
        // more. With Wine's that is sometimes never. Microsoft takes it out of Windows.
        let _ = fs::remove_file(self.drive().join("windows/system32/wbem/wmic.exe"));
        let home = self.drive().join(HOME);
        let _ = fs::remove_dir_all(&home);
        let _ = fs::remove_dir_all(self.user().join("AppData/Roaming/continuo"));
        copy(&self.built.join("bundled"), &home);
    }

    /// A program for Windows with the variables of Continuo that stand in this process's environment left out.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("timeout");
        self.environment(&mut command).args([LONGEST, "wine"]).arg(program);
        for name in
            ["CONTINUO_CACHE", "CONTINUO_DATA", "CONTINUO_MODEL", "CONTINUO_ONNXRUNTIME", "CLAP_PATH", "VST3_PATH"]
        {
            command.env_remove(name);
        }
        command
    }

    fn environment<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("WINEPREFIX", &self.prefix)
            .env("WINEDEBUG", "-all")
            // Neither a browser nor .NET: Wine would ask whether to fetch them. Nor USB devices: on a busy machine that driver
            // of Wine's crashes now and then at the start, and Wine says so in place of the program.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml,wineusb.sys=")
            .env("DISPLAY", &self.display)
    }

    /// The installed command line, with the runtime's library beside it.
    pub fn command_line(&self) -> Command {
        self.command(&self.drive().join(HOME).join("continuo.exe"))
    }

    /// The Windows build of this test program.
    pub fn tests(&self) -> Command {
        self.command(&self.built.join("tests.exe"))
    }

    /// The folder that is `C:`.
    pub fn drive(&self) -> PathBuf {
        self.prefix.join("drive_c")
    }

    /// The user's folder.
    pub fn user(&self) -> PathBuf {
        let users = fs::read_dir(self.drive().join("users")).expect("Wine has users");
        let folders = users.filter_map(|entry| Some(entry.ok()?.path()));
        folders.into_iter().find(|path| path.file_name().is_some_and(|name| name != "Public")).expect("Wine has a user")
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        let mut end = Command::new("wineserver");
        let _ = self.environment(&mut end).arg("--kill").status();
    }
}

/// A path below `C:`, with backslashes.
pub fn on_c(path: &str) -> OsString {
    format!("C:\\{path}").replace('/', "\\").into()
}

fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        // A link saves the room of large libraries.
        fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop)).expect("the file is copied");
        return;
    }
    fs::create_dir_all(to).expect("the folder is made");
    for entry in fs::read_dir(from).expect("the folder is read") {
        let entry = entry.expect("the folder is read");
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}
