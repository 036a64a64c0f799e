//! The shortest way to sound in the host at hand: three steps, for players who are new.

use crate::editor::help::{
    host::Host,
    picture::Picture,
    routes::{Step, step},
};

/// Plays from the second pass on.
const LOOP: Step = step(
    Picture::Loop,
    "Start the transport and loop a few bars. In the first pass Continuo listens; from the second on the band plays along.",
);

/// The steps for a plugin that is heard (`heard`), or for the note effect.
pub const fn steps(host: Host, heard: bool) -> [Step; 3] {
    match (heard, host) {
        (true, Host::Standalone) => [
            step(
                Picture::Keys,
                "Play a tune on a MIDI keyboard, on the computer's keys A to ; or with the mouse. Or drop a MIDI file of a \
                 melody onto the roll.",
            ),
            LOOP,
            step(
                Picture::Files,
                "Save project writes the song for your DAW, as a MIDI file or as written notes. A click on a part's name \
                 chooses its instrument.",
            ),
        ],
        (true, _) => [
            step(
                Picture::Keys,
                "Put a melody onto this track, or play it on your keyboard or on the keys below. You hear it at once.",
            ),
            LOOP,
            step(
                Picture::Sound,
                "A click on a part's name chooses its instrument. To play the parts with instruments of your own, follow the \
                 routes behind the ? button.",
            ),
        ],
        (false, _) => [
            step(Picture::Sound, with_audio(host)),
            LOOP,
            step(
                Picture::Channels,
                "Or keep this Continuo, which has no sounds, and give each part an instrument of your own: the ? button \
                 shows the routes.",
            ),
        ],
    }
}

/// Where a host lists the plugin that is heard.
const fn with_audio(host: Host) -> &'static str {
    match host {
        Host::Bitwig => {
            "Put Continuo (with audio out) onto the melody's track instead: it has sounds of its own. The browser lists it \
             among the instruments."
        }
        Host::Reaper => {
            "Put Continuo (with audio out) onto the melody's track instead: it has sounds of its own. It is among the \
             instruments of the FX browser."
        }
        Host::Ardour => {
            "Make a MIDI track with Continuo (with audio out) as its instrument, and put the melody there: it has sounds of \
             its own."
        }
        Host::Live => {
            "Drag Continuo (with audio out) from Plug-Ins onto the melody's MIDI track instead: it has sounds of its own."
        }
        Host::FlStudio => {
            "Add Continuo (with audio out) to the channel rack and put the melody into its piano roll: it has sounds of its \
             own."
        }
        Host::Cubase => {
            "Add an instrument track with Continuo (with audio out) and put the melody there: it has sounds of its own."
        }
        Host::StudioOne => {
            "Drag Continuo (with audio out) from the instruments into the song and put the melody there: it has sounds of \
             its own."
        }
        _ => {
            "Load Continuo (with audio out) instead, as an instrument on the melody's track: it has sounds of its own."
        }
    }
}

/// How to record the parts in a host.
pub const fn recording(host: Host) -> &'static str {
    match host {
        Host::Bitwig => {
            "With each part on a track of its own (see ?), arm these tracks and start the launcher's or the arranger's \
             recording. Loop once before, so that Continuo knows the melody."
        }
        Host::Reaper => {
            "Give each part a track with a send from Continuo's track (see ?). Set it to Record: output, Record output \
             (MIDI), arm it and record. For sound, record the output (stereo) instead."
        }
        Host::Ardour | Host::Qtractor => {
            "Give each part a MIDI track that hears Continuo's output (see ?), arm these tracks and record a pass after the \
             first."
        }
        Host::Live => {
            "For each part, make a MIDI track whose MIDI From is Continuo's track and, beneath it, Continuo. Arm it and \
             record a pass after the first."
        }
        Host::FlStudio => {
            "In FL Studio, dragging or saving is shorter: drag everything onto the playlist. To record, arm notes, and let \
             the parts' channels hear Continuo's port (see ?)."
        }
        Host::Logic => "Logic cannot load Continuo. Save the project, and import the MIDI file at bar 1.",
        Host::Cubase | Host::StudioOne => {
            "Give each part an instrument track whose input is Continuo (see ?). Arm these tracks, switch their monitors on \
             and record a pass after the first."
        }
        Host::Carla => "Carla has no timeline: save the project, or drag everything into a DAW.",
        Host::Standalone => {
            "Here nothing needs to be recorded: what was played is kept. Save the project, or drag everything into a DAW. A \
             DAW can record the MIDI output, too, each part on its channel."
        }
        Host::Other => {
            "Give each part a track that hears Continuo's MIDI output on the part's channel (see ?), arm these tracks and \
             record a pass after the first. Without such tracks, drag everything into the timeline."
        }
    }
}
