//! One frame of the window: looks what has changed, and lays out the panels.

use crate::{
    editor::{
        context::EditorContext,
        files::{dialog, drop, import},
        help,
        panels::{cards, keyboard, status_line, top_bar},
        platform::{drag_and_drop::DragAndDrop, host_size::SizeRequest, window_thread::WindowThread},
        roll,
        state::State,
        theme, undo,
    },
    process::wiring::Wiring,
};
use egui::{Rect, Ui, pos2, vec2};
use nice_plug::{
    context::gui::GuiContext,
    editor::dpi::{LogicalSize, NativeSize},
};
use nice_plug_egui::{
    Frame, NiceEguiApp,
    baseview::{HandlerError, WindowSize},
};
use parking_lot::Mutex;
use std::sync::Arc;

/// The lowest window that has room for the keyboard; in a lower one the strips need it.
const WITH_KEYBOARD: f32 = 830.0;
/// The margin around everything.
const MARGIN: f32 = 10.0;

/// The size of the open window; `None` while it is closed or before the first resize. The window writes it, the host's
/// main thread reads it.
pub type OpenSize = Arc<Mutex<Option<NativeSize<u32>>>>;

/// The window's content. Owned by the window's thread.
pub struct App {
    wiring: Arc<Wiring>,
    open_size: OpenSize,
    thread: Arc<WindowThread>,
    size_request: Arc<SizeRequest>,
    /// The system's pixels (or its own points) per point, without the window's scale.
    system_scale: f64,
    gui: Option<GuiContext>,
    state: State,
}

impl App {
    /// A window that was not drawn yet.
    pub fn new(
        wiring: Arc<Wiring>,
        open_size: OpenSize,
        thread: Arc<WindowThread>,
        size_request: Arc<SizeRequest>,
    ) -> Self {
        Self { wiring, open_size, thread, size_request, system_scale: 1.0, gui: None, state: State::new() }
    }
}

/// Lays out and shows everything.
pub fn show(ui: &mut Ui, context: &EditorContext, state: &mut State) {
    state.update(context.wiring);
    undo::carry_out_wishes(context, state);
    state.pending.settle();
    theme::wear(ui.ctx(), state.legibility.unwrap_or_default());
    let whole = ui.max_rect();
    let inside = whole.shrink2(vec2(MARGIN, 0.0));
    let band = |top: f32, height: f32| Rect::from_min_size(pos2(inside.left(), top), vec2(inside.width(), height));
    let status_height = status_line::height(state);
    let bottom = inside.bottom() - status_height;
    let keys = (whole.height() >= WITH_KEYBOARD).then(|| band(bottom - keyboard::HEIGHT - 4.0, keyboard::HEIGHT));
    let row = band(keys.map_or(bottom, |keys| keys.top() - MARGIN) - cards::HEIGHT, cards::HEIGHT);
    let top = band(inside.top(), top_bar::HEIGHT);
    let song = Rect::from_min_max(top.left_bottom(), pos2(inside.right(), row.top() - MARGIN));

    // The keyboard's focus goes through the panels in this order.
    let help_button = top_bar::show(ui, top, context, state);
    let roll = roll::show(ui, song, context, state);
    let style_pad = cards::show(ui, row, context, state);
    match keys {
        Some(keys) => keyboard::show(ui, keys, context, state),
        None => keyboard::without_room(ui, context, state),
    }
    status_line::show(ui, band(bottom, status_height), context, state);
    drop::show(ui, roll, style_pad, context, state);
    import::finish(context, state);
    dialog::show(ui, context, state);
    help::hint::show(ui, help_button, context, state);
    help::page::show(ui, context, state);
    if let Some(pause) = state.next_repaint() {
        ui.ctx().request_repaint_after(pause);
    }
}

impl NiceEguiApp for App {
    fn build(
        &mut self,
        egui_ctx: egui::Context,
        nice_gui_ctx: GuiContext,
        frame: &mut Frame,
    ) -> Result<(), HandlerError> {
        self.thread.register_current();
        theme::apply(&egui_ctx);
        // The background. A rectangle of that colour would cost as much as everything on it.
        frame.set_clear_color(theme::without_gamma(theme::ground()));
        #[cfg(feature = "probe")]
        if let Some(report) = crate::editor::platform::control_report::ControlReport::from_environment() {
            egui_ctx.add_plugin(report);
        }
        let repaint = self.wiring.repaint.clone();
        self.state.drag_and_drop = DragAndDrop::connect(frame.baseview_window(), move || repaint.request_repaint());
        self.gui = Some(nice_gui_ctx);
        Ok(())
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut Frame) {
        let context = EditorContext { gui: self.gui.as_ref(), wiring: &self.wiring };
        show(ui, &context, &mut self.state);
        frame.set_clear_color(theme::without_gamma(theme::ground()));
    }

    fn resized(&mut self, size: WindowSize) {
        let mut saved = self.wiring.params.editor.write();
        // Points: without the system's scale and without the window's own.
        (saved.width, saved.height) = (size.logical.width, size.logical.height);
        let scale = f64::from(saved.scale());
        self.system_scale = size.scale_factor / scale;
        let logical = LogicalSize::new(size.logical.width * scale, size.logical.height * scale);
        *self.open_size.lock() = Some(NativeSize::from_logical_or_physical(logical, size.physical));
    }

    fn zoom_factor_changed(&mut self, zoom_factor: f32) {
        let mut saved = self.wiring.params.editor.write();
        saved.scale = zoom_factor;
        let (size, scale) = (saved.size(), f64::from(saved.scale()));
        drop(saved);
        let size = LogicalSize::new(size.width * scale, size.height * scale);
        self.size_request.send(size, self.system_scale);
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // A key that the mouse holds must not sound on without a window.
        self.state.held_keys.release_all(&self.wiring.window_keys);
        *self.open_size.lock() = None;
    }
}
