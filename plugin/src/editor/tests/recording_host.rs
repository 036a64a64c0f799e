//! A host that does at once what the window asks, and records it.

use crate::params::ContinuoParams;
use nice_plug::{
    context::{
        PluginApi,
        gui::{GuiContext, GuiContextInner},
    },
    params::internals::ParamPtr,
    plugin::PluginState,
};
use parking_lot::Mutex;
use std::sync::Arc;

/// A call of the window to the host.
#[derive(Clone, Debug, PartialEq)]
pub enum HostCall {
    /// A gesture on a parameter begins.
    Begin(String),
    /// The parameter moves.
    Move(String, f32),
    /// The gesture ends.
    End(String),
}

/// The host.
pub struct RecordingHost {
    params: Arc<ContinuoParams>,
    calls: Mutex<Vec<HostCall>>,
}

impl RecordingHost {
    /// A host of these parameters.
    pub fn of(params: &Arc<ContinuoParams>) -> Arc<Self> {
        Arc::new(Self { params: Arc::clone(params), calls: Mutex::default() })
    }

    /// Its side of a window.
    pub fn context(self: &Arc<Self>) -> GuiContext {
        let inner: Arc<dyn GuiContextInner> = Arc::<Self>::clone(self);
        GuiContext::new(inner)
    }

    /// The calls since this was called last.
    pub fn calls(&self) -> Vec<HostCall> {
        std::mem::take(&mut self.calls.lock())
    }

    fn record(&self, pointer: ParamPtr, call: impl FnOnce(String) -> HostCall) {
        let id = self.params.id(pointer).expect("it is one of the plugin's parameters");
        self.calls.lock().push(call(id));
    }
}

impl GuiContextInner for RecordingHost {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }

    unsafe fn raw_begin_set_parameter(&self, param: ParamPtr) {
        self.record(param, HostCall::Begin);
    }

    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
        self.record(param, |id| HostCall::Move(id, normalized));
        // SAFETY: `record` found it among the parameters that this holds.
        unsafe { param._internal_set_normalized_value(normalized) };
    }

    unsafe fn raw_end_set_parameter(&self, param: ParamPtr) {
        self.record(param, HostCall::End);
    }

    fn get_state(&self) -> PluginState {
        unreachable!("the window never asks for it")
    }

    fn set_state(&self, _state: PluginState) {
        unreachable!("the window never asks for it")
    }

    fn request_restart(&self) {}
}
