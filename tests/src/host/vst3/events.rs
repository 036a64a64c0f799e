//! The event lists that a VST3 plugin reads and writes.

use crate::{NoteEvent, NoteEventKind, host::midi_velocity};
use std::cell::RefCell;
use vst3::{
    Class,
    Steinberg::{
        Vst::{Event, Event_::EventTypes_, Event__type0, IEventList, IEventListTrait, NoteOffEvent, NoteOnEvent},
        int32, kInvalidArgument, kResultOk, tresult,
    },
};

/// How many events a plugin may play in one block.
const ROOM: usize = 4096;

/// A list of events. One thread at a time has it: the host before and after a block, the plugin during it.
#[derive(Clone)]
pub struct EventList(RefCell<Vec<Event>>);

impl EventList {
    /// A list with these notes. Program changes are left out: VST3 has none for a plugin's input.
    pub fn new(notes: &[NoteEvent]) -> Self {
        Self(RefCell::new(notes.iter().copied().filter_map(event).collect()))
    }

    /// An empty list with room for as many events as a plugin may play in one block.
    pub fn with_room() -> Self {
        Self(RefCell::new(Vec::with_capacity(ROOM)))
    }

    /// The notes in the list, in its order.
    pub fn notes(&self) -> Vec<NoteEvent> {
        self.0.borrow().iter().filter_map(note).collect()
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

fn event(note: NoteEvent) -> Option<Event> {
    let (channel, pitch) = (i16::from(note.channel), i16::from(note.pitch));
    let (kind, content) = match note.kind {
        NoteEventKind::On(velocity) => (
            EventTypes_::kNoteOnEvent,
            Event__type0 {
                noteOn: NoteOnEvent {
                    channel,
                    pitch,
                    tuning: 0.0,
                    velocity: f32::from(velocity) / 127.0,
                    length: 0,
                    noteId: -1,
                },
            },
        ),
        NoteEventKind::Off => (
            EventTypes_::kNoteOffEvent,
            Event__type0 { noteOff: NoteOffEvent { channel, pitch, velocity: 0.0, noteId: -1, tuning: 0.0 } },
        ),
        NoteEventKind::Program => return None,
    };
    Some(Event {
        busIndex: 0,
        sampleOffset: note.time as i32,
        ppqPosition: 0.0,
        flags: 0,
        r#type: kind as u16,
        __field0: content,
    })
}

fn note(event: &Event) -> Option<NoteEvent> {
    let time = u32::try_from(event.sampleOffset).ok()?;
    if event.r#type == EventTypes_::kNoteOnEvent as u16 {
        // SAFETY: the type says which field is valid.
        let on = unsafe { event.__field0.noteOn };
        let kind = NoteEventKind::On(midi_velocity(f64::from(on.velocity)));
        return Some(NoteEvent { time, kind, channel: on.channel as u8, pitch: on.pitch as u8 });
    }
    if event.r#type == EventTypes_::kNoteOffEvent as u16 {
        // SAFETY: the type says which field is valid.
        let off = unsafe { event.__field0.noteOff };
        return Some(NoteEvent { time, kind: NoteEventKind::Off, channel: off.channel as u8, pitch: off.pitch as u8 });
    }
    None
}
