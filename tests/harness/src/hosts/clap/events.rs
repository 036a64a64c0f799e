//! Events between a host and a CLAP plugin.

use crate::{
    event::{AddressedKind, HostEvent, Moved, MovedControl, NoteEvent, NoteEventKind, Reported, ReportedKind},
    hosts::velocity,
};
use clack_host::{
    events::{
        Match,
        event_types::{
            MidiEvent, NoteChokeEvent, NoteExpressionEvent, NoteExpressionType, NoteOffEvent, NoteOnEvent,
            ParamValueEvent,
        },
        spaces::CoreEventSpace,
    },
    prelude::*,
};

/// The events in CLAP's form. Parameter changes have no cookie, which the format allows.
pub(super) fn buffer(events: &[HostEvent]) -> EventBuffer {
    let mut buffer = EventBuffer::new();
    for event in events {
        match *event {
            HostEvent::Note(note) => push_note(&mut buffer, note),
            HostEvent::Addressed { time, kind, id, channel, key } => {
                let any = |number: Option<u16>| number.map_or(Match::All, Match::Specific);
                let id = id.map_or(Match::All, |id| Match::Specific(u32::from(id)));
                let place = Pckn::new(0_u16, any(channel), any(key), id);
                match kind {
                    AddressedKind::On(velocity) => buffer.push(&NoteOnEvent::new(time, place, velocity)),
                    AddressedKind::Off => buffer.push(&NoteOffEvent::new(time, place, 0.0)),
                    AddressedKind::Choke => buffer.push(&NoteChokeEvent::new(time, place)),
                }
            }
            HostEvent::Parameter { time, id, value } => {
                if let Some(id) = ClapId::from_raw(id) {
                    buffer.push(&ParamValueEvent::new(time, id, Pckn::match_all(), value));
                }
            }
            HostEvent::Expression { time, kind, id, note: (channel, key), value } => {
                let place = Pckn::new(0_u16, u16::from(channel), u16::from(key), u32::from(id));
                if let Some(kind) = NoteExpressionType::from_raw(kind.into()) {
                    buffer.push(&NoteExpressionEvent::new(time, place, kind, value));
                }
            }
            HostEvent::Midi { time, bytes } => buffer.push(&MidiEvent::new(time, 0, bytes)),
        }
    }
    buffer
}

fn push_note(buffer: &mut EventBuffer, note: NoteEvent) {
    let key = Pckn::new(0_u16, u16::from(note.channel), u16::from(note.pitch), Match::All);
    match note.kind {
        NoteEventKind::On(velocity) => {
            buffer.push(&NoteOnEvent::new(note.time, key, f64::from(velocity) / 127.0));
        }
        NoteEventKind::Off => buffer.push(&NoteOffEvent::new(note.time, key, 0.0)),
        NoteEventKind::Program => {
            buffer.push(&MidiEvent::new(note.time, 0, [0xC0 | note.channel, note.pitch, 0]));
        }
    }
}

/// A note or program change that the plugin played; `None` for any other event.
pub(super) fn note_event(event: &UnknownEvent) -> Option<NoteEvent> {
    let time = event.header().time();
    let specific = |value: Match<u16>| value.into_specific().map(|value| value as u8);
    match event.as_core_event()? {
        CoreEventSpace::NoteOn(note) => Some(NoteEvent {
            time,
            kind: NoteEventKind::On(velocity::to_midi(note.velocity())),
            channel: specific(note.channel())?,
            pitch: specific(note.key())?,
        }),
        CoreEventSpace::NoteOff(note) => Some(NoteEvent {
            time,
            kind: NoteEventKind::Off,
            channel: specific(note.channel())?,
            pitch: specific(note.key())?,
        }),
        CoreEventSpace::Midi(midi) => {
            let [status, pitch, velocity] = midi.data();
            let kind = match status & 0xF0 {
                0x80 => NoteEventKind::Off,
                0x90 if velocity == 0 => NoteEventKind::Off,
                0x90 => NoteEventKind::On(velocity),
                0xC0 => NoteEventKind::Program,
                _ => return None,
            };
            Some(NoteEvent { time, kind, channel: status & 0x0F, pitch })
        }
        _ => None,
    }
}

/// What an event moves; `None` for notes, programs and any other event.
pub(super) fn moved(event: &UnknownEvent) -> Option<Moved> {
    let control = match event.as_core_event()? {
        CoreEventSpace::Midi(midi) if matches!(midi.data()[0] & 0xF0, 0xA0 | 0xB0 | 0xD0 | 0xE0) => {
            MovedControl::Midi(midi.data())
        }
        CoreEventSpace::NoteExpression(event) => {
            MovedControl::Expression { kind: event.expression_type()?.into_raw() as u32, value: event.value() }
        }
        _ => return None,
    };
    Some(Moved { time: event.header().time(), control })
}

/// What an event tells of a parameter; `None` for any other event.
pub(super) fn reported(event: &UnknownEvent) -> Option<Reported> {
    let (id, kind) = match event.as_core_event()? {
        CoreEventSpace::ParamGestureBegin(event) => (event.param_id(), ReportedKind::Begin),
        CoreEventSpace::ParamValue(event) => (event.param_id(), ReportedKind::Value(event.value())),
        CoreEventSpace::ParamGestureEnd(event) => (event.param_id(), ReportedKind::End),
        _ => return None,
    };
    Some(Reported { time: event.header().time(), id: id?.get(), kind })
}
