//! Where notes leave: the engine's output events become the host's.

use continuo_engine::realtime::{KeyStroke, OutputEvent, OutputEventKind};
use nice_plug::{
    midi::{Channel, Key, VoiceID},
    prelude::*,
};

/// Sends one event to the host. A host whose buffer is full loses it; the ledger stays well below what hosts hold.
pub fn send<P: Plugin>(context: &mut impl ProcessContext<P>, event: OutputEvent) {
    let timing = event.offset;
    let note = |channel, pitch| (Channel::Number(channel), Key::Number(pitch));
    let event = match event.kind {
        OutputEventKind::NoteOn { channel, pitch, velocity } => {
            let (channel, key) = note(channel, pitch);
            let velocity = f32::from(velocity) / 127.0;
            NoteEvent::NoteOn { timing, voice_id: VoiceID::Wildcard, channel, key, velocity }
        }
        OutputEventKind::NoteOff { channel, pitch } => {
            let (channel, key) = note(channel, pitch);
            NoteEvent::NoteOff { timing, voice_id: VoiceID::Wildcard, channel, key, velocity: 0.0 }
        }
        OutputEventKind::ProgramChange { channel, program } => {
            NoteEvent::MidiProgramChange { timing, channel, program }
        }
    };
    let _ = context.try_send_event(event);
}

/// Sends the melody on unchanged.
pub fn send_melody<P: Plugin>(context: &mut impl ProcessContext<P>, melody: &[KeyStroke]) {
    for &KeyStroke { offset, channel, pitch, velocity } in melody {
        let kind = match velocity {
            Some(velocity) => OutputEventKind::NoteOn { channel, pitch, velocity },
            None => OutputEventKind::NoteOff { channel, pitch },
        };
        send(context, OutputEvent { offset, kind });
    }
}
