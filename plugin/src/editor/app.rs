//! One frame of the window: looks what changed, lays out the panels.

use crate::editor::{
    Shown,
    files::{dialog as files, drop as drag},
    gesture::Hands,
    panels::{export as timeline, keyboard, status_line as status, style, takes, top_bar},
    platform::{drag_and_drop::Drags, host_size::SizeWish, open_window::WindowThread},
    roll,
    state::State,
    theme,
};
use crate::process::wiring::Wiring;
use egui::{Rect, Ui, pos2, vec2};
use nice_plug::{
    context::gui::GuiContext,
    editor::dpi::{LogicalSize, NativeSize},
};
use nice_plug_egui::{
    Frame, NiceEguiApp,
    baseview::{HandlerError, WindowSize},
};
use std::sync::Arc;

/// The height of the row of cards.
const CARDS: f32 = 150.0;
/// From this height of the window on there is room for the keyboard; in a lower one the strips need it.
const WITH_KEYBOARD: f32 = 740.0;
/// The margin around everything.
const MARGIN: f32 = 10.0;

/// The window's content.
pub struct App {
    wiring: Arc<Wiring>,
    shown: Shown,
    thread: Arc<WindowThread>,
    wish: Arc<SizeWish>,
    /// How many of the system's pixels, or points of its own, a point has without the window's scale.
    system_scale: f64,
    context: Option<GuiContext>,
    state: State,
}

impl App {
    /// Nothing is shown yet.
    pub fn new(wiring: Arc<Wiring>, shown: Shown, thread: Arc<WindowThread>, wish: Arc<SizeWish>) -> Self {
        Self { wiring, shown, thread, wish, system_scale: 1.0, context: None, state: State::new() }
    }
}

/// Lays out and shows everything.
pub fn show(ui: &mut Ui, hands: &Hands, state: &mut State) {
    state.update(hands.wiring);
    state.pending.settle();
    let whole = ui.max_rect();
    let inside = whole.shrink2(vec2(MARGIN, 0.0));
    let band = |top: f32, height: f32| Rect::from_min_size(pos2(inside.left(), top), vec2(inside.width(), height));
    let status_height = status::height(state);
    let bottom = inside.bottom() - status_height;
    let keys = (whole.height() >= WITH_KEYBOARD).then(|| band(bottom - keyboard::HEIGHT - 4.0, keyboard::HEIGHT));
    let cards = band(keys.map_or(bottom, |keys| keys.top() - MARGIN) - CARDS, CARDS);
    let top = band(inside.top(), top_bar::HEIGHT);
    let song = Rect::from_min_max(top.left_bottom(), pos2(inside.right(), cards.top() - MARGIN));

    // In the order in which the keyboard's focus goes through them.
    top_bar::show(ui, top, hands, state);
    let song = roll::show(ui, song, hands, state);
    let (one, two) = (inside.width() * 0.41, inside.width() * 0.25);
    let card = |from: f32, width: f32| Rect::from_min_size(cards.min + vec2(from, 0.0), vec2(width, CARDS));
    let pad = style::show(ui, card(0.0, one), hands, state);
    takes::show(ui, card(one + MARGIN, two), hands, state);
    let rest = one + two + 2.0 * MARGIN;
    timeline::show(ui, card(rest, inside.width() - rest), hands, state);
    match keys {
        Some(keys) => keyboard::show(ui, keys, hands, state),
        None => keyboard::without(ui, hands, state),
    }
    status::show(ui, band(bottom, status_height), state);
    drag::take(ui, song, pad, hands, state);
    files::show(ui, hands, state);
    if let Some(pause) = state.next_look() {
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
        self.thread.is_this();
        theme::apply(&egui_ctx);
        // The ground of everything. A rectangle of that colour would be as much work as all that stands on it.
        frame.set_clear_color(theme::as_it_is_shown(theme::GROUND));
        #[cfg(feature = "probe")]
        if let Some(probe) = super::platform::control_report::Probe::from_environment() {
            egui_ctx.add_plugin(probe);
        }
        let repaint = self.wiring.repaint.clone();
        self.state.drags = Drags::over(frame.baseview_window(), move || repaint.request_repaint());
        self.context = Some(nice_gui_ctx);
        Ok(())
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut Frame) {
        let hands = Hands { context: self.context.as_ref(), wiring: &self.wiring };
        show(ui, &hands, &mut self.state);
    }

    fn resized(&mut self, size: WindowSize) {
        let mut remembered = self.wiring.params.editor.write();
        // Points: without the system's scale and without the window's own.
        (remembered.width, remembered.height) = (size.logical.width, size.logical.height);
        let scale = f64::from(remembered.scale());
        self.system_scale = size.scale_factor / scale;
        let logical = LogicalSize::new(size.logical.width * scale, size.logical.height * scale);
        *self.shown.lock() = Some(NativeSize::from_logical_or_physical(logical, size.physical));
    }

    fn zoom_factor_changed(&mut self, zoom_factor: f32) {
        let mut remembered = self.wiring.params.editor.write();
        remembered.scale = zoom_factor;
        let (size, scale) = (remembered.size(), f64::from(remembered.scale()));
        drop(remembered);
        self.wish.ask(LogicalSize::new(size.width * scale, size.height * scale), self.system_scale);
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // A key that the mouse holds must not sound on without a window.
        let hands = Hands { context: None, wiring: &self.wiring };
        keyboard::let_go(&hands, &mut self.state);
        *self.shown.lock() = None;
    }
}
