//! The event lists that a VST3 plugin reads and writes.

use crate::{
    event::{AddressedKind, HostEvent, Moved, MovedControl, NoteEvent, NoteEventKind},
    hosts::velocity,
};
use std::{cell::RefCell, ffi::c_char};
use vst3::{
    Class,
    Steinberg::{
        Vst::{
            ControllerNumbers_, Event, Event_::EventTypes_, Event__type0, IEventList, IEventListTrait,
            NoteExpressionValueEvent, NoteOffEvent, NoteOnEvent,
        },
        int32, kInvalidArgument, kResultOk, tresult,
    },
};

/// How many events a plugin may play in one block.
const ROOM: usize = 4096;

/// A list of events. One thread at a time uses it: the host before and after a block, the plugin during it.
#[derive(Clone)]
pub struct EventList(RefCell<Vec<Event>>);

impl EventList {
    /// A list with the notes among these events. It leaves out program changes and other MIDI, which VST3 hosts turn
    /// into parameter changes.
    pub fn new(events: &[HostEvent]) -> Self {
        Self(RefCell::new(events.iter().filter_map(event).collect()))
    }

    /// An empty list with room for as many events as a plugin may play in one block.
    pub fn with_room() -> Self {
        Self(RefCell::new(Vec::with_capacity(ROOM)))
    }

    /// What the list moves besides notes and programs, in its order.
    pub fn moved(&self) -> Vec<Moved> {
        self.0.borrow().iter().filter_map(moved).collect()
    }

    /// The notes and program changes in the list, in its order.
    pub fn played(&self) -> Vec<NoteEvent> {
        self.0.borrow().iter().filter_map(played).collect()
    }
}

impl Class for EventList {
    type Interfaces = (IEventList,);
}

impl IEventListTrait for EventList {
    unsafe fn getEventCount(&self) -> int32 {
        self.0.borrow().len() as int32
    }

    unsafe fn getEvent(&self, index: int32, event: *mut Event) -> tresult {
        let Some(found) = usize::try_from(index).ok().and_then(|index| self.0.borrow().get(index).copied()) else {
            return kInvalidArgument;
        };
        // SAFETY: the caller gives a place for one event.
        unsafe { event.write(found) };
        kResultOk
    }

    unsafe fn addEvent(&self, event: *mut Event) -> tresult {
        // The plugin is in the middle of its block and may be watched for allocations; a real host has room ready.
        let mut list = self.0.borrow_mut();
        if list.len() == list.capacity() {
            return kInvalidArgument;
        }
        // SAFETY: the caller gives one event.
        list.push(unsafe { event.read() });
        kResultOk
    }
}

fn event(event: &HostEvent) -> Option<Event> {
    match *event {
        HostEvent::Note(NoteEvent { time, kind, channel, pitch }) => {
            let (channel, pitch) = (i16::from(channel), i16::from(pitch));
            match kind {
                NoteEventKind::On(velocity) => Some(on(time, channel, pitch, -1, f32::from(velocity) / 127.0)),
                NoteEventKind::Off => Some(off(time, channel, pitch, -1)),
                NoteEventKind::Program => None,
            }
        }
        HostEvent::Addressed { time, kind, id, channel, key } => {
            // The format has no wildcards; -1 is what a careless host would write.
            let number = |number: Option<u16>| number.map_or(-1, |number| number as i16);
            let (channel, pitch, id) = (number(channel), number(key), id.map_or(-1, i32::from));
            Some(match kind {
                AddressedKind::On(velocity) => on(time, channel, pitch, id, velocity as f32),
                AddressedKind::Off | AddressedKind::Choke => off(time, channel, pitch, id),
            })
        }
        HostEvent::Expression { time, kind, id, value, .. } => {
            let value = NoteExpressionValueEvent { typeId: kind.into(), noteId: id.into(), value };
            let content = Event__type0 { noteExpressionValue: value };
            Some(at(time, EventTypes_::kNoteExpressionValueEvent as u16, content))
        }
        HostEvent::Parameter { .. } | HostEvent::Midi { .. } => None,
    }
}

fn on(time: u32, channel: i16, pitch: i16, note: i32, velocity: f32) -> Event {
    let content =
        Event__type0 { noteOn: NoteOnEvent { channel, pitch, tuning: 0.0, velocity, length: 0, noteId: note } };
    at(time, EventTypes_::kNoteOnEvent as u16, content)
}

fn off(time: u32, channel: i16, pitch: i16, note: i32) -> Event {
    let content = Event__type0 { noteOff: NoteOffEvent { channel, pitch, velocity: 0.0, noteId: note, tuning: 0.0 } };
    at(time, EventTypes_::kNoteOffEvent as u16, content)
}

fn at(time: u32, kind: u16, content: Event__type0) -> Event {
    Event { busIndex: 0, sampleOffset: time as i32, ppqPosition: 0.0, flags: 0, r#type: kind, __field0: content }
}

fn played(event: &Event) -> Option<NoteEvent> {
    let time = u32::try_from(event.sampleOffset).ok()?;
    if event.r#type == EventTypes_::kNoteOnEvent as u16 {
        // SAFETY: the type says which field is valid.
        let on = unsafe { event.__field0.noteOn };
        let kind = NoteEventKind::On(velocity::to_midi(f64::from(on.velocity)));
        return Some(NoteEvent { time, kind, channel: on.channel as u8, pitch: on.pitch as u8 });
    }
    if event.r#type == EventTypes_::kNoteOffEvent as u16 {
        // SAFETY: the type says which field is valid.
        let off = unsafe { event.__field0.noteOff };
        return Some(NoteEvent { time, kind: NoteEventKind::Off, channel: off.channel as u8, pitch: off.pitch as u8 });
    }
    if event.r#type == EventTypes_::kLegacyMIDICCOutEvent as u16 {
        // SAFETY: the type says which field is valid.
        let control = unsafe { event.__field0.midiCCOut };
        let (channel, pitch) = (byte(control.channel), byte(control.value));
        let is_program = control.controlNumber == ControllerNumbers_::kCtrlProgramChange as u8;
        return is_program.then_some(NoteEvent { time, kind: NoteEventKind::Program, channel, pitch });
    }
    None
}

/// A byte of a MIDI message: C's `char` has a sign on some processors only.
fn byte(value: c_char) -> u8 {
    u8::from_ne_bytes(value.to_ne_bytes())
}

fn moved(event: &Event) -> Option<Moved> {
    let time = u32::try_from(event.sampleOffset).ok()?;
    let control = if event.r#type == EventTypes_::kLegacyMIDICCOutEvent as u16 {
        // SAFETY: the type says which field is valid.
        let control = unsafe { event.__field0.midiCCOut };
        let (channel, value, high) = (byte(control.channel), byte(control.value), byte(control.value2));
        match control.controlNumber {
            number @ 0..=127 => MovedControl::Midi([0xB0 | channel, number, value]),
            128 => MovedControl::Midi([0xD0 | channel, value, 0]),
            129 => MovedControl::Midi([0xE0 | channel, value, high]),
            _ => return None,
        }
    } else if event.r#type == EventTypes_::kNoteExpressionValueEvent as u16 {
        // SAFETY: the type says which field is valid.
        let expression = unsafe { event.__field0.noteExpressionValue };
        MovedControl::Expression { kind: expression.typeId, value: expression.value }
    } else {
        return None;
    };
    Some(Moved { time, control })
}
