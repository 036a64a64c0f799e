//! Controllers, pitch bends, pressures and programs as curves in a clip.

use crate::{
    song::ChannelEvent,
    time::{Tick, quarters_from_ticks},
};
use midly::MidiMessage;
use quick_xml::Writer;
use std::io;

/// What a curve changes, with the format's name for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Controller(u8),
    PitchBend,
    ChannelPressure,
    KeyPressure(u8),
    Program,
}

/// The values of one target in the order of their positions.
pub(super) struct Curve {
    target: Target,
    /// Song positions with values.
    points: Vec<(Tick, String)>,
}

impl Curve {
    /// The curves of a clip's messages, in the order in which their targets first appear.
    pub fn all(events: &[ChannelEvent]) -> Vec<Self> {
        let mut curves: Vec<Self> = Vec::new();
        for event in events {
            let Some((target, value)) = point(event.message) else { continue };
            let place = curves.iter().position(|curve| curve.target == target).unwrap_or_else(|| {
                curves.push(Self { target, points: Vec::new() });
                curves.len() - 1
            });
            curves[place].points.push((event.tick, value));
        }
        curves
    }

    /// Writes the curve with positions counted from `start`.
    pub fn write(&self, xml: &mut Writer<Vec<u8>>, channel: u8, start: Tick) -> io::Result<()> {
        let channel = channel.to_string();
        let (expression, number) = match self.target {
            Target::Controller(number) => ("channelController", Some(("controller", number.to_string()))),
            Target::PitchBend => ("pitchBend", None),
            Target::ChannelPressure => ("channelPressure", None),
            Target::KeyPressure(key) => ("polyPressure", Some(("key", key.to_string()))),
            Target::Program => ("programChange", None),
        };
        let is_number = self.target == Target::Program;
        let unit = (!is_number).then_some(("unit", "normalized"));
        xml.create_element("Points").with_attributes(unit).write_inner_content(|xml| {
            let target = [("expression", expression), ("channel", &*channel)];
            let target = target.into_iter().chain(number.as_ref().map(|(name, number)| (*name, &**number)));
            xml.create_element("Target").with_attributes(target).write_empty()?;
            self.points.iter().try_for_each(|(tick, value)| {
                let time = quarters_from_ticks(tick - start).to_string();
                let hold = (!is_number).then_some(("interpolation", "hold"));
                let attributes = [("time", &*time), ("value", value)].into_iter().chain(hold);
                let name = if is_number { "IntegerPoint" } else { "RealPoint" };
                xml.create_element(name).with_attributes(attributes).write_empty().map(drop)
            })
        })?;
        Ok(())
    }
}

/// The target and the value of a message: a program's number from 0, else 0 to 1.
fn point(message: MidiMessage) -> Option<(Target, String)> {
    let share = |value: u8| (f64::from(value) / 127.0).to_string();
    Some(match message {
        MidiMessage::Controller { controller, value } => {
            (Target::Controller(controller.as_int()), share(value.as_int()))
        }
        MidiMessage::PitchBend { bend } => (Target::PitchBend, bent(bend.0.as_int()).to_string()),
        MidiMessage::ChannelAftertouch { vel } => (Target::ChannelPressure, share(vel.as_int())),
        MidiMessage::Aftertouch { key, vel } => (Target::KeyPressure(key.as_int()), share(vel.as_int())),
        MidiMessage::ProgramChange { program } => (Target::Program, program.as_int().to_string()),
        MidiMessage::NoteOn { .. } | MidiMessage::NoteOff { .. } => return None,
    })
}

/// A pitch bend from 0 to 1, exactly 0.5 where nothing is bent, although MIDI has one step fewer above it than below.
fn bent(value: u16) -> f64 {
    const MIDDLE: u16 = 0x2000;
    let from_middle = f64::from(value) - f64::from(MIDDLE);
    let most = if value < MIDDLE { 8192.0 } else { 8191.0 };
    0.5 + from_middle / most / 2.0
}
