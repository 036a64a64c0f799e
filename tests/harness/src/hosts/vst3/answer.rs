//! A VST3 plugin's answers, and the values that the format gives them as.

use crate::hosts::interface::PluginError;
use vst3::Steinberg::{
    TBool,
    Vst::{ProcessModes_, String128},
    kResultOk, tresult,
};

pub(super) const ON: TBool = 1;
pub(super) const OFF: TBool = 0;

/// An error with these words unless the plugin answered that all went well.
pub(super) fn require(result: tresult, what: &'static str) -> Result<(), PluginError> {
    if result == kResultOk { Ok(()) } else { Err(PluginError::Refused(what)) }
}

pub(super) fn mode(offline: bool) -> i32 {
    (if offline { ProcessModes_::kOffline } else { ProcessModes_::kRealtime }) as i32
}

pub(super) fn from_utf16(text: &String128) -> String {
    let units: Vec<u16> = text.iter().copied().take_while(|&unit| unit != 0).collect();
    String::from_utf16_lossy(&units)
}
