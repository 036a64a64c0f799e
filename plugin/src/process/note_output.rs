//! Where notes leave: the engine's output events become the host's.

use continuo_engine::realtime::{Control, Expression, KeyStroke, OutputEvent, OutputEventKind};
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
        OutputEventKind::Control { channel, control } => control_event(timing, channel, control),
    };
    let _ = context.try_send_event(event);
}

fn control_event<S>(timing: u32, channel: u8, control: Control) -> NoteEvent<S> {
    match control {
        Control::Controller { number: cc, value } => {
            NoteEvent::MidiCC { timing, channel, cc, value: f32::from(value) / 127.0 }
        }
        Control::PitchBend(bend) => NoteEvent::MidiPitchBend { timing, channel, value: f32::from(bend) / 16_383.0 },
        Control::Pressure(pressure) => {
            NoteEvent::MidiChannelPressure { timing, channel, pressure: f32::from(pressure) / 127.0 }
        }
        Control::Program(program) => NoteEvent::MidiProgramChange { timing, channel, program },
        Control::Expression { kind, pitch, value } => {
            let (voice_id, channel, key) = (VoiceID::Wildcard, Channel::Number(channel), Key::Number(pitch));
            match kind {
                Expression::Pressure => NoteEvent::PolyPressure { timing, voice_id, channel, key, pressure: value },
                Expression::Volume => NoteEvent::PolyVolume { timing, voice_id, channel, key, gain: value },
                Expression::Pan => NoteEvent::PolyPan { timing, voice_id, channel, key, pan: value },
                Expression::Tuning => NoteEvent::PolyTuning { timing, voice_id, channel, key, tuning: value },
                Expression::Vibrato => NoteEvent::PolyVibrato { timing, voice_id, channel, key, vibrato: value },
                Expression::Expression => {
                    NoteEvent::PolyExpression { timing, voice_id, channel, key, expression: value }
                }
                Expression::Brightness => {
                    NoteEvent::PolyBrightness { timing, voice_id, channel, key, brightness: value }
                }
            }
        }
    }
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
