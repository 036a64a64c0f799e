//! The MIDI controllers that a VST3 plugin takes as parameters.

use crate::event::HostEvent;
use std::collections::BTreeMap;
use vst3::{
    ComPtr,
    Steinberg::{
        Vst::{IEditController, IMidiMapping, IMidiMappingTrait, ParamID},
        kResultOk,
    },
};

/// The parameter for each channel and controller that the plugin assigns.
#[derive(Clone, Debug, Default)]
pub struct Controllers(BTreeMap<(u8, u8), ParamID>);

impl Controllers {
    /// Asks the plugin for every assignment, as hosts do before they play.
    pub fn of(controller: &ComPtr<IEditController>) -> Self {
        let Some(mapping) = controller.cast::<IMidiMapping>() else { return Self::default() };
        let assigned = |channel: u8, number: u8| {
            let mut id = 0;
            // SAFETY: `id` is valid for writing.
            let answer =
                unsafe { mapping.getMidiControllerAssignment(0, i16::from(channel), i16::from(number), &raw mut id) };
            (answer == kResultOk).then_some(((channel, number), id))
        };
        let all = (0..16).flat_map(|channel| (0..130).map(move |number| (channel, number)));
        Self(all.filter_map(|(channel, number)| assigned(channel, number)).collect())
    }

    /// All of these parameters.
    pub fn ids(&self) -> impl Iterator<Item = ParamID> {
        self.0.values().copied()
    }

    /// A controller, pressure or pitch bend as the change of its parameter; any other event unchanged.
    pub fn as_parameter(&self, event: HostEvent) -> HostEvent {
        let HostEvent::Midi { time, bytes: [status, first, second] } = event else { return event };
        let (number, value) = match status & 0xF0 {
            0xB0 => (first, f64::from(second) / 127.0),
            0xD0 => (128, f64::from(first) / 127.0),
            0xE0 => (129, (f64::from(first) + 128.0 * f64::from(second)) / 16_383.0),
            _ => return event,
        };
        let id = self.0.get(&(status & 15, number));
        id.map_or(event, |&id| HostEvent::Parameter { time, id, value })
    }
}
