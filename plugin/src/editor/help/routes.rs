//! How the parts get onto tracks: three steps for each host.
//!
//! Those for Ardour were tried; the others follow the hosts' manuals, and the page says so.

use crate::editor::help::{host::Host, picture::Picture};

/// One step: what to do, with a picture.
#[derive(Clone, Copy)]
pub struct Step {
    /// The sentences.
    pub text: &'static str,
    /// The picture.
    pub picture: Picture,
}

/// A step.
pub const fn step(picture: Picture, text: &'static str) -> Step {
    Step { text, picture }
}

/// The melody goes through Continuo, and for each part there is a track with an instrument.
const RECORD: Step = step(
    Picture::Loop,
    "Loop the tune. In the first pass Continuo listens; from the second on it knows the melody. Arm the parts' tracks to \
     record them.",
);

/// The steps for a host.
pub const fn steps(host: Host) -> [Step; 3] {
    match host {
        Host::Bitwig => BITWIG,
        Host::Reaper => REAPER,
        Host::Ardour => ARDOUR,
        Host::Qtractor => QTRACTOR,
        Host::Carla => CARLA,
        Host::Live => LIVE,
        Host::FlStudio => FL_STUDIO,
        Host::Logic => LOGIC,
        Host::Cubase => CUBASE,
        Host::StudioOne => STUDIO_ONE,
        Host::Standalone => STANDALONE,
        Host::Other => OTHER,
    }
}

/// Whether the steps were tried in that host, or follow its manual.
pub const fn is_tried(host: Host) -> bool {
    matches!(host, Host::Ardour | Host::Standalone)
}

const BITWIG: [Step; 3] = [
    step(
        Picture::Plugin,
        "Put Continuo (CLAP) on the track that plays the melody; after it a Channel Filter that passes channel 1, \
                 then the melody's instrument.",
    ),
    step(
        Picture::Channels,
        "Make an instrument track for each part. Begin its devices with a Note Receiver (source: the melody's \
                 track, after Continuo) and a Channel Filter that passes the part's channel.",
    ),
    RECORD,
];
const REAPER: [Step; 3] = [
    step(
        Picture::Plugin,
        "Put Continuo (CLAP) on the melody's track, without an instrument. For VST3, take Continuo (with audio \
                 out).",
    ),
    step(
        Picture::Channels,
        "Make a track with an instrument for the melody and for each part. Add a send to it from Continuo's track: \
                 audio none, MIDI from the part's channel to channel 1.",
    ),
    step(
        Picture::Loop,
        "Loop the tune; from the second pass on Continuo knows it. To keep the parts, set their tracks to record \
                 output (MIDI) and arm them.",
    ),
];
const ARDOUR: [Step; 3] = [
    step(Picture::Plugin, "Put Continuo (VST3) on a MIDI track with the melody, without an instrument."),
    step(
        Picture::Channels,
        "Make a MIDI track with an instrument for the melody and for each part. Connect its input to the output of \
                 Continuo's track, and choose the part's channel in the track's channel selector.",
    ),
    RECORD,
];
const QTRACTOR: [Step; 3] = [
    step(Picture::Plugin, "Insert Continuo (CLAP or VST3) into a MIDI track with the melody."),
    step(
        Picture::Channels,
        "In the plugin's properties, send its MIDI output to a bus of its own. Make a MIDI track for each part with \
                 that bus as its input, and set the track's channel to the part's.",
    ),
    RECORD,
];
const CARLA: [Step; 3] = [
    step(Picture::Plugin, "Add Continuo (CLAP or VST3), and connect your keyboard to its MIDI input in the patchbay."),
    step(
        Picture::Channels,
        "Add a MIDI Channel Filter for each part and let it pass the part's channel. Connect Continuo's output to \
                 the filters, and each filter to an instrument.",
    ),
    step(Picture::Loop, "Start the transport and loop the tune. From the second pass on Continuo knows it."),
];
const LIVE: [Step; 3] = [
    step(
        Picture::Plugin,
        "Put Continuo (with audio out), VST3, on a MIDI track with the melody. Live lists it among the \
                 instruments; its own sounds play at once. Switch Sounds off to use your own instruments.",
    ),
    step(
        Picture::Copies,
        "Tracks in Live hear all channels of a plugin as one. So copy that track for each part and press Solo on \
                 another part in each copy: copies with the same settings play together.",
    ),
    step(
        Picture::Channels,
        "For each copy, make a MIDI track with an instrument. Set its MIDI From to the copy's track and, beneath \
                 it, to Continuo; set Monitor to In, or arm it to record.",
    ),
];
const FL_STUDIO: [Step; 3] = [
    step(
        Picture::Plugin,
        "Add Continuo (with audio out), VST3, to the channel rack and put the melody into its piano roll. In the \
                 wrapper's settings choose a MIDI output port, such as 1.",
    ),
    step(
        Picture::Channels,
        "Add an instrument for each part. In its wrapper's settings choose the same number as the MIDI input port; \
                 in the instrument itself choose the part's channel.",
    ),
    step(
        Picture::Loop,
        "Loop the tune; from the second pass on Continuo knows it. An instrument that cannot choose a channel needs \
                 a Continuo of its own, with Solo on the part and another port.",
    ),
];
const LOGIC: [Step; 3] = [
    step(
        Picture::Files,
        "Logic loads Audio Units only, and Continuo is not one. Save the melody as a MIDI file, and open it in \
                 Continuo's own program, or with `continuo arrange`.",
    ),
    step(
        Picture::Files,
        "Choose a genre and make takes. Then Save project writes a MIDI file with a track for each part.",
    ),
    step(
        Picture::Loop,
        "Import that file at bar 1: Logic makes a track for each part. Give each an instrument. Tempo and meter are \
                 in the file.",
    ),
];
const CUBASE: [Step; 3] = [
    step(
        Picture::Plugin,
        "Put Continuo (with audio out), VST3, on an instrument track with the melody. Its own sounds play; switch Sounds off to use yours.",
    ),
    step(
        Picture::Channels,
        "Make a track with an instrument for each part, and choose Continuo's MIDI output as its input. With the \
                 track's Input Transformer, filter out all channels but the part's. Switch Monitor on.",
    ),
    RECORD,
];
const STUDIO_ONE: [Step; 3] = [
    step(
        Picture::Plugin,
        "Drag Continuo (with audio out), VST3, from the instruments into the song, and put the melody there.",
    ),
    step(
        Picture::Channels,
        "Make an instrument track for each part. Choose Continuo and the part's channel as its input, and switch \
                 Monitor on.",
    ),
    RECORD,
];
const STANDALONE: [Step; 3] = [
    step(
        Picture::Plugin,
        "Play on your keyboard, on the computer's keys A to ; or with the mouse. Or drop a MIDI file of a melody \
                 onto the roll.",
    ),
    step(
        Picture::Channels,
        "You hear the melody and the band at once; a click on a name chooses its instrument. To hear other sounds, \
                 switch Sounds off and connect the MIDI output to a synthesizer: each part has its channel.",
    ),
    step(Picture::Files, "Save project writes a MIDI file with a track for each part, for any DAW."),
];
const OTHER: [Step; 3] = [
    step(
        Picture::Plugin,
        "Put Continuo on the track that plays the melody. If your DAW wants an instrument with audio, take Continuo \
                 (with audio out).",
    ),
    step(
        Picture::Channels,
        "Make a track with an instrument for each part. Let it hear Continuo's MIDI output, and of that only the \
                 part's channel.",
    ),
    step(
        Picture::Files,
        "If your DAW cannot send a plugin's MIDI to tracks: Save project writes a MIDI file with a track for each \
                 part. Drag phrase drops one phrase into the timeline.",
    ),
];
