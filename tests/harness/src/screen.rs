//! A screen of its own for tests with the real window: an X server without a monitor, a mouse and a keyboard that are
//! moved by the X test extension, and pictures of what is to be seen.

mod dragging;
mod typing;

pub use typing::Key;

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};
use x11rb::{
    connection::Connection,
    protocol::{
        xproto::{
            CONFIGURE_NOTIFY_EVENT, ChangeWindowAttributesAux, ConfigureNotifyEvent, ConnectionExt as _,
            CreateWindowAux, EventMask, ImageFormat, Window, WindowClass,
        },
        xtest::ConnectionExt as _,
    },
    rust_connection::RustConnection,
};

/// What the X test extension calls the events.
const KEY_PRESS: u8 = 2;
const KEY_RELEASE: u8 = 3;
const BUTTON_PRESS: u8 = 4;
const BUTTON_RELEASE: u8 = 5;
const MOTION: u8 = 6;
/// A pause in which a window takes notice of one event before the next, as a hand makes it.
const HAND: Duration = Duration::from_millis(30);

/// Why there is no screen.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    /// The X server did not come up.
    #[error("Xvfb did not start: {0}")]
    Start(String),
    /// The connection broke, or something was refused.
    #[error("the X server failed: {0}")]
    Server(#[from] Box<dyn std::error::Error + Send + Sync>),
}

/// Makes the errors of the X library into ours.
fn failed(error: impl std::error::Error + Send + Sync + 'static) -> ScreenError {
    ScreenError::Server(Box::new(error))
}

/// An X server without a monitor. It ends on drop.
pub struct Server {
    process: Child,
    display: String,
}

impl Server {
    /// Starts one with a screen of this size; `None` where Xvfb is not installed.
    ///
    /// # Errors
    /// When it is there and does not come up.
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
            return Err(ScreenError::Start("it told no display".to_owned()));
        }
        server.display = format!(":{}", line.trim());
        Ok(Some(server))
    }

    /// What `DISPLAY` is to say.
    pub fn display(&self) -> &str {
        &self.display
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What was to be seen.
pub struct Picture {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Red, green, blue, opacity of each pixel, row by row.
    pub pixels: Vec<u8>,
}

impl Picture {
    /// How many colours there are.
    pub fn colours(&self) -> usize {
        let colours: std::collections::HashSet<&[u8]> = self.pixels.chunks_exact(4).collect();
        colours.len()
    }
}

/// Eyes and hands on a screen.
pub struct Screen {
    connection: RustConnection,
    root: Window,
}

impl Screen {
    /// The screen that `DISPLAY` names.
    ///
    /// # Errors
    /// When there is none.
    pub fn open() -> Result<Self, ScreenError> {
        let (connection, screen) = RustConnection::connect(None).map_err(failed)?;
        let root = connection.setup().roots[screen].root;
        Ok(Self { connection, root })
    }

    /// The whole screen as a window.
    pub fn root(&self) -> u32 {
        self.root
    }

    /// A window as large as the screen, for a plugin's window to lie in.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn frame(&self) -> Result<u32, ScreenError> {
        let setup = self.connection.setup();
        let screen = setup.roots.iter().find(|screen| screen.root == self.root);
        let (width, height) = screen.map_or((1400, 1000), |screen| (screen.width_in_pixels, screen.height_in_pixels));
        let window = self.connection.generate_id().map_err(failed)?;
        let looks = CreateWindowAux::new().background_pixel(0);
        let depth = x11rb::COPY_DEPTH_FROM_PARENT;
        let class = WindowClass::INPUT_OUTPUT;
        self.connection
            .create_window(depth, window, self.root, 0, 0, width, height, 0, class, 0, &looks)
            .map_err(failed)?;
        self.connection.map_window(window).map_err(failed)?.check().map_err(failed)?;
        Ok(window)
    }

    /// From now on the window inside a frame keeps its size, whatever it asks for: as in a GTK socket, whose host alone
    /// decides.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn hold(&self, frame: u32) -> Result<(), ScreenError> {
        // The requests come here as events, and are left unanswered.
        let hold = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_REDIRECT);
        self.connection.change_window_attributes(frame, &hold).map_err(failed)?.check().map_err(failed)
    }

    /// Tells the window inside a frame that it has the size that it has, as a GTK socket answers a wish that it does not
    /// grant.
    ///
    /// # Errors
    /// When there is no such window, or the server refuses.
    pub fn repeat_size(&self, frame: u32) -> Result<(), ScreenError> {
        let tree = self.connection.query_tree(frame).map_err(failed)?.reply().map_err(failed)?;
        let child =
            tree.children.first().copied().ok_or_else(|| failed(std::io::Error::other("the frame is empty")))?;
        let place = self.connection.get_geometry(child).map_err(failed)?.reply().map_err(failed)?;
        let event = ConfigureNotifyEvent {
            response_type: CONFIGURE_NOTIFY_EVENT,
            sequence: 0,
            event: child,
            window: child,
            above_sibling: x11rb::NONE,
            x: place.x,
            y: place.y,
            width: place.width,
            height: place.height,
            border_width: place.border_width,
            override_redirect: false,
        };
        let sent = self.connection.send_event(false, child, EventMask::STRUCTURE_NOTIFY, event).map_err(failed)?;
        sent.check().map_err(failed)
    }

    /// Takes a window of [`Screen::frame`] away.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn close(&self, window: u32) -> Result<(), ScreenError> {
        self.connection.destroy_window(window).map_err(failed)?.check().map_err(failed)
    }

    /// Width and height of the window inside a frame, which may have changed its size by itself. Where there are several,
    /// of the largest: a program has small ones that nobody sees.
    pub fn size_of_child(&self, frame: u32) -> Option<(u16, u16)> {
        let tree = self.connection.query_tree(frame).ok()?.reply().ok()?;
        let places = tree.children.iter().filter_map(|&child| self.connection.get_geometry(child).ok()?.reply().ok());
        places
            .map(|place| (place.width, place.height))
            .max_by_key(|&(width, height)| u32::from(width) * u32::from(height))
    }

    /// What is to be seen in a rectangle from the screen's corner.
    ///
    /// # Errors
    /// When the rectangle is not on the screen.
    pub fn picture(&self, width: u16, height: u16) -> Result<Picture, ScreenError> {
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, width, height, u32::MAX)
            .map_err(failed)?
            .reply()
            .map_err(failed)?;
        let pixels = image.data.chunks_exact(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0], 255]).collect();
        Ok(Picture { width: width.into(), height: height.into(), pixels })
    }

    /// Moves the mouse.
    ///
    /// # Errors
    /// When the connection broke; so for all that follow.
    pub fn point(&self, x: i32, y: i32) -> Result<(), ScreenError> {
        self.fake(MOTION, 0, x, y)
    }

    /// Presses the left button.
    ///
    /// # Errors
    /// See [`Screen::point`].
    pub fn press(&self) -> Result<(), ScreenError> {
        self.fake(BUTTON_PRESS, 1, 0, 0)
    }

    /// Lets the left button go.
    ///
    /// # Errors
    /// See [`Screen::point`].
    pub fn release(&self) -> Result<(), ScreenError> {
        self.fake(BUTTON_RELEASE, 1, 0, 0)
    }

    /// Clicks.
    ///
    /// # Errors
    /// See [`Screen::point`].
    pub fn click(&self, x: i32, y: i32) -> Result<(), ScreenError> {
        self.point(x, y)?;
        self.press()?;
        self.release()
    }

    /// Clicks with the right button.
    ///
    /// # Errors
    /// See [`Screen::point`].
    pub fn click_right(&self, x: i32, y: i32) -> Result<(), ScreenError> {
        self.point(x, y)?;
        self.fake(BUTTON_PRESS, 3, 0, 0)?;
        self.fake(BUTTON_RELEASE, 3, 0, 0)
    }

    /// Turns the wheel by notches, up if positive.
    ///
    /// # Errors
    /// See [`Screen::point`].
    pub fn wheel(&self, x: i32, y: i32, notches: i32) -> Result<(), ScreenError> {
        self.point(x, y)?;
        let button = if notches > 0 { 4 } else { 5 };
        for _ in 0..notches.abs() {
            self.fake(BUTTON_PRESS, button, 0, 0)?;
            self.fake(BUTTON_RELEASE, button, 0, 0)?;
        }
        Ok(())
    }

    fn fake(&self, kind: u8, detail: u8, x: i32, y: i32) -> Result<(), ScreenError> {
        self.connection
            .xtest_fake_input(kind, detail, x11rb::CURRENT_TIME, self.root, x as i16, y as i16, 0)
            .map_err(failed)?
            .check()
            .map_err(failed)?;
        thread::sleep(HAND);
        Ok(())
    }
}
