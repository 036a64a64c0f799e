//! Which notes a CLAP host takes from its plugins.

use clack_extensions::note_ports::NoteDialects;
use clack_host::{
    events::io::{OutputEventBuffer, TryPushError},
    extensions::{RawExtension, RawExtensionImplementation, prelude::*},
    prelude::*,
};
use std::ffi::CStr;

/// The dialects of notes that a host supports, and how it deals with others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// It does not tell, and takes both.
    #[default]
    Untold,
    /// CLAP's own notes and MIDI.
    Both,
    /// CLAP's own notes. It refuses MIDI notes.
    Clap,
    /// MIDI. It drops CLAP's own notes silently.
    Midi,
    /// It does not tell, takes MIDI and refuses CLAP's own notes.
    Refusing,
}

impl Dialect {
    /// What the host tells the plugin; `None` if it has no note ports.
    pub(super) fn told(self) -> Option<NoteDialects> {
        match self {
            Self::Untold | Self::Refusing => None,
            Self::Both => Some(NoteDialects::CLAP | NoteDialects::MIDI),
            Self::Clap => Some(NoteDialects::CLAP),
            Self::Midi => Some(NoteDialects::MIDI),
        }
    }
}

/// What the plugin may call from any thread, as far as it knows the host's dialect.
pub(super) trait HasDialect {
    /// The notes that the host takes.
    fn dialect(&self) -> Dialect;
}

/// The host's side of note ports. `clack-extensions` 0.2 has one too, which gives plugins a pointer to a pointer.
#[derive(Clone, Copy)]
pub(super) struct HostNotes;

/// As CLAP lays it out.
#[repr(C)]
struct NotePorts {
    supported_dialects: unsafe extern "C" fn(*const clap_host) -> u32,
    rescan: unsafe extern "C" fn(*const clap_host, u32),
}

// SAFETY: the implementation below has the layout that CLAP defines for this name.
unsafe impl Extension for HostNotes {
    const IDENTIFIERS: &'static [&'static CStr] = &[c"clap.note-ports"];
    type ExtensionSide = HostExtensionSide;

    unsafe fn from_raw(_raw: RawExtension<Self::ExtensionSide>) -> Self {
        Self
    }
}

// SAFETY: see above.
unsafe impl<H> ExtensionImplementation<H> for HostNotes
where
    for<'a> H: HostHandlers<Shared<'a>: HasDialect>,
{
    const IMPLEMENTATION: RawExtensionImplementation =
        RawExtensionImplementation::new(&NotePorts { supported_dialects: supported_dialects::<H>, rescan });
}

unsafe extern "C" fn supported_dialects<H>(host: *const clap_host) -> u32
where
    for<'a> H: HostHandlers<Shared<'a>: HasDialect>,
{
    // SAFETY: the plugin gives back the pointer that it was made with.
    let told = unsafe { HostWrapper::<H>::handle(host, |host| Ok(host.shared().dialect().told())) };
    told.flatten().map_or(0, |dialects| dialects.bits())
}

unsafe extern "C" fn rescan(_host: *const clap_host, _flags: u32) {}

/// What a host of a dialect takes of what a plugin plays.
pub(super) struct Taken<'a> {
    pub events: &'a mut EventBuffer,
    pub dialect: Dialect,
}

impl OutputEventBuffer for Taken<'_> {
    fn try_push(&mut self, event: &UnknownEvent) -> Result<(), TryPushError> {
        use clack_host::events::spaces::CoreEventSpace::{Midi, NoteChoke, NoteExpression, NoteOff, NoteOn};
        let core = event.as_core_event();
        let of_clap = matches!(core, Some(NoteOn(_) | NoteOff(_) | NoteChoke(_) | NoteExpression(_)));
        let midi_note = matches!(core, Some(Midi(midi)) if matches!(midi.data()[0] & 0xF0, 0x80 | 0x90));
        match self.dialect {
            Dialect::Clap if midi_note => Err(TryPushError::default()),
            Dialect::Refusing if of_clap => Err(TryPushError::default()),
            Dialect::Midi if of_clap => Ok(()),
            _ => self.events.try_push(event),
        }
    }
}
