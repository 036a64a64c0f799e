//! Hosts that end notes by MIDI controllers, as many do when their transport stops, and as a panic button does.

use continuo_harness::{
    Balance, Format, HostEvent, NoteEvent, NoteEventKind, PluginHost, Setup, Transport,
    built::{FORMATS, RATE, host, host_with_song, notes, offline_player, second_pass},
    songs::ode,
};
use proptest::{prelude::*, test_runner::Config};

const ALL_SOUND_OFF: u8 = 120;
const ALL_NOTES_OFF: u8 = 123;

fn controller(time: u32, channel: u8, number: u8) -> HostEvent {
    HostEvent::Midi { time, bytes: [0xB0 | channel, number, 0] }
}

fn on(channel: u8, pitch: u8) -> HostEvent {
    HostEvent::note(0, NoteEventKind::On(90), channel, pitch)
}

fn off(channel: u8, pitch: u8) -> HostEvent {
    HostEvent::note(0, NoteEventKind::Off, channel, pitch)
}

fn active(format: Format) -> Box<dyn PluginHost> {
    let mut host = host(format);
    host.activate(Setup { sample_rate: RATE, largest_block: 480, offline: false }).expect("the plugin is activated");
    host
}

/// Plays a block and returns what the plugin played on these channels.
fn block_on(channels: &[u8], host: &mut dyn PluginHost, transport: &Transport, events: &[HostEvent]) -> Vec<NoteEvent> {
    let audio = host.audio().expect("the plugin is active");
    let mut played = audio.process_events(480, Some(transport), events).expect("the plugin plays");
    played.retain(|event| channels.contains(&event.channel) && event.kind != NoteEventKind::Program);
    played
}

/// Plays a block and returns what the plugin played on the melody's channel.
fn block(host: &mut dyn PluginHost, transport: &Transport, events: &[HostEvent]) -> Vec<NoteEvent> {
    block_on(&[0], host, transport, events)
}

#[test]
fn a_controller_ends_the_notes_of_its_channel_and_no_others() {
    for format in FORMATS {
        for (thru, bypass) in [("On", "Off"), ("Off", "On")] {
            let mut host = active(format);
            host.set("Melody Thru", thru).expect("the plugin has the parameter");
            host.set("Bypass", bypass).expect("the plugin has the parameter");
            host.process(480, Some(&Transport::STOPPED), &[]).expect("the plugin plays");
            // In bypass the notes keep their channels.
            let channels: &[u8] = if bypass == "On" { &[0, 2] } else { &[0] };
            let mut block =
                |transport: &Transport, events: &[HostEvent]| block_on(channels, &mut *host, transport, events);
            for transport in [Transport::STOPPED, Transport::ROLLING] {
                // The pedal, the reset of all controllers and local control end no notes; the modes end them.
                for number in [64, 120, 121, 122, 123, 124, 125, 126, 127] {
                    assert_eq!(block(&transport, &[on(0, 60), on(2, 64), on(2, 67)]).len(), 3);
                    let ended = block(&transport, &[controller(7, 2, number)]);
                    let expected: &[u8] = if number == 120 || number >= 123 { &[64, 67] } else { &[] };
                    let pitches: Vec<u8> = ended.iter().map(|event| event.pitch).collect();
                    assert_eq!(pitches, expected, "{format:?}: controller {number}, thru {thru}, bypass {bypass}");
                    assert!(ended.iter().all(|event| event.kind == NoteEventKind::Off && event.time == 7));
                    block(&transport, &[off(0, 60), off(2, 64), off(2, 67)]);
                }
            }
        }
    }
}

/// A CLAP host may send every event as MIDI.
#[test]
fn a_controller_ends_notes_that_came_as_midi() {
    let mut host = active(Format::Clap);
    let midi = |time, bytes| HostEvent::Midi { time, bytes };
    let events = [midi(0, [0x91, 60, 90]), midi(1, [0x92, 64, 90]), midi(2, [0xB1, ALL_NOTES_OFF, 0])];
    let played = block(&mut *host, &Transport::STOPPED, &events);
    let played: Vec<(u32, bool, u8)> = played.iter().map(|event| (event.time, event.is_on(), event.pitch)).collect();
    assert_eq!(played, [(0, true, 60), (1, true, 64), (2, false, 60)]);
}

/// What the second pass over the ode plays, after a note that these events end when the transport stops.
fn after_a_stop_with(format: Format, ends: &[HostEvent]) -> Vec<continuo_harness::played::PlayedNote> {
    let tune = ode();
    let mut host = host(format);
    let mut player = offline_player(&mut *host);
    let at = |sample: i64, playing| {
        let position = sample as f64 / RATE * 2.0;
        Transport { playing, position, sample, ..Transport::STOPPED }
    };
    let mut sounding = 0_i32;
    for step in 0..102 {
        // The note begins on the second beat, and the transport stops on the fifth.
        let events = match step {
            50 => &[on(0, 95)],
            100 => ends,
            _ => &[],
        };
        for event in block(player.host(), &at(480 * step.min(100), step < 100), events) {
            sounding += if event.is_on() { 1 } else { -1 };
        }
    }
    assert_eq!(sounding, 0, "{format:?}: the melody sounds on after {ends:?}");
    notes(&tune, RATE, &second_pass(&mut player, &tune))
}

#[test]
fn a_note_that_a_controller_ends_is_not_heard_in_later_passes() {
    for format in FORMATS {
        let expected = after_a_stop_with(format, &[off(0, 95)]);
        assert!(expected.iter().any(|note| note.channel != 0), "{format:?}: the parts play");
        for number in [ALL_SOUND_OFF, ALL_NOTES_OFF] {
            let panic: Vec<HostEvent> = (0..16).map(|channel| controller(0, channel, number)).collect();
            assert_eq!(after_a_stop_with(format, &panic), expected, "{format:?}: controller {number}");
        }
    }
}

/// Notes on a few channels, one of them that of drum pads, and controllers that end notes.
fn event() -> impl Strategy<Value = HostEvent> {
    let channel = || prop::sample::select(vec![0_u8, 1, 9]);
    prop_oneof![
        4 => (channel(), 58..62_u8).prop_map(|(channel, pitch)| on(channel, pitch)),
        2 => (channel(), 58..62_u8).prop_map(|(channel, pitch)| off(channel, pitch)),
        2 => (channel(), prop::sample::select(vec![ALL_SOUND_OFF, ALL_NOTES_OFF]))
            .prop_map(|(channel, number)| controller(0, channel, number)),
    ]
}

fn drive(format: Format, blocks: &[(Vec<HostEvent>, bool)]) -> Result<(), TestCaseError> {
    let mut host = host_with_song(format);
    let setup = Setup { sample_rate: RATE, largest_block: 4096, offline: false };
    host.activate(setup).expect("the plugin is activated");
    let mut balance = Balance::default();
    let mut transport = Transport::ROLLING;
    let mut play = |transport: &Transport, events: &[HostEvent]| {
        let audio = host.audio().expect("the plugin is active");
        let played = audio.process_events(4096, Some(transport), events).expect("the plugin plays");
        balance.add(4096, &played).map_err(TestCaseError::fail)
    };
    for (events, playing) in blocks {
        transport.playing = *playing;
        play(&transport, events)?;
        transport.advance(4096, RATE);
    }
    transport.playing = false;
    let panic: Vec<HostEvent> = (0..16).map(|channel| controller(0, channel, ALL_NOTES_OFF)).collect();
    play(&transport, &panic)?;
    play(&transport, &[])?;
    prop_assert!(balance.is_silent(), "still sounding: {:?}", balance.sounding().collect::<Vec<_>>());
    Ok(())
}

#[test]
fn nothing_hangs_after_all_notes_off() {
    let blocks = prop::collection::vec((prop::collection::vec(event(), 0..8), prop::bool::weighted(0.8)), 1..60);
    let config = Config { cases: 12, failure_persistence: None, ..Config::default() };
    for format in FORMATS {
        proptest!(config.clone(), |(blocks in &blocks)| drive(format, &blocks)?);
    }
}
