//! A host that does what it is asked at once, and writes down what that was.

use crate::params::ContinuoParams;
use nice_plug::{
    context::{
        PluginApi,
        gui::{GuiContext, GuiContextInner},
    },
    params::internals::ParamPtr,
    plugin::PluginState,
    prelude::Params,
};
use parking_lot::Mutex;
use std::sync::Arc;

/// What the host was asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// A hand takes hold of a parameter.
    Begin(String),
    /// It moves it.
    Move(String, f32),
    /// It lets go.
    End(String),
}

/// The host.
pub struct Host {
    params: Arc<ContinuoParams>,
    asked: Mutex<Vec<Asked>>,
}

impl Host {
    /// A host of these parameters.
    pub fn of(params: &Arc<ContinuoParams>) -> Arc<Self> {
        Arc::new(Self { params: Arc::clone(params), asked: Mutex::default() })
    }

    /// Its side of a window.
    pub fn context(self: &Arc<Self>) -> GuiContext {
        let inner: Arc<dyn GuiContextInner> = Arc::<Self>::clone(self);
        GuiContext::new(inner)
    }

    /// What it was asked for since this was called last.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock())
    }

    fn write_down(&self, pointer: ParamPtr, asked: impl FnOnce(String) -> Asked) {
        let map = self.params.param_map();
        let (id, ..) = map.into_iter().find(|(_, other, _)| *other == pointer).expect("it is one of the plugin's");
        self.asked.lock().push(asked(id));
    }
}

impl GuiContextInner for Host {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }

    unsafe fn raw_begin_set_parameter(&self, param: ParamPtr) {
        self.write_down(param, Asked::Begin);
    }

    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
        self.write_down(param, |id| Asked::Move(id, normalized));
        // SAFETY: `write_down` found it among the parameters that this holds.
        unsafe { param._internal_set_normalized_value(normalized) };
    }

    unsafe fn raw_end_set_parameter(&self, param: ParamPtr) {
        self.write_down(param, Asked::End);
    }

    fn get_state(&self) -> PluginState {
        unreachable!("the window never asks for it")
    }

    fn set_state(&self, _state: PluginState) {
        unreachable!("the window never asks for it")
    }

    fn request_restart(&self) {}
}
