//! Pedals, wheels, pressure, programs and expression: they pass with the melody, and a pedal's notes are heard as long as
//! they sound.

use continuo_harness::{
    AddressedKind, Format, HostEvent, Moved, MovedControl, NoteEvent, NoteEventKind, PluginHost, Setup, Transport,
    built::{FORMATS, RATE, host, offline_player},
    state,
};

const BLOCK: u32 = 480;

fn active(format: Format, settings: &[(&str, &str)]) -> Box<dyn PluginHost> {
    let mut host = host(format);
    for (name, text) in settings {
        host.set(name, text).expect("the plugin has the parameter");
    }
    host.activate(Setup { sample_rate: RATE, largest_block: BLOCK, offline: false }).expect("the plugin is activated");
    block(&mut *host, &Transport::STOPPED, &[]);
    host
}

fn block(host: &mut dyn PluginHost, transport: &Transport, events: &[HostEvent]) -> (Vec<NoteEvent>, Vec<Moved>) {
    let audio = host.audio().expect("the plugin is active");
    let notes = audio.process_events(BLOCK, Some(transport), events).expect("the plugin plays");
    (notes, audio.moved().to_vec())
}

fn midi(time: u32, bytes: [u8; 3]) -> HostEvent {
    HostEvent::Midi { time, bytes }
}

fn on(channel: u8, pitch: u8) -> HostEvent {
    HostEvent::note(0, NoteEventKind::On(90), channel, pitch)
}

fn off(channel: u8, pitch: u8) -> HostEvent {
    HostEvent::note(0, NoteEventKind::Off, channel, pitch)
}

/// Modulation, breath, volume, expression, pedals, timbre, pressure and pitch bend on a channel.
fn moves(channel: u8) -> Vec<[u8; 3]> {
    let controller = |(index, number): (usize, u8)| [0xB0 | channel, number, 100 + index as u8];
    let mut moves: Vec<_> = [1, 2, 7, 11, 64, 66, 67, 74].into_iter().enumerate().map(controller).collect();
    moves.extend([[0xD0 | channel, 70, 0], [0xE0 | channel, 3, 96]]);
    moves
}

#[test]
fn what_the_player_moves_passes_on_the_melodys_channel_and_unchanged_in_bypass() {
    for format in FORMATS {
        for (bypass, out) in [("Off", 0), ("On", 4)] {
            let mut host = active(format, &[("Bypass", bypass)]);
            let begun = block(&mut *host, &Transport::ROLLING, &[on(4, 72)]).0;
            assert!(begun.iter().any(|event| event.is_on() && event.channel == out && event.pitch == 72));
            let sent: Vec<HostEvent> = (0..).zip(moves(4)).map(|(time, bytes)| midi(time, bytes)).collect();
            let (_, moved) = block(&mut *host, &Transport::ROLLING, &sent);
            let midi = |(time, bytes)| Moved { time, control: MovedControl::Midi(bytes) };
            let expected: Vec<Moved> = (0..).zip(moves(out)).map(midi).collect();
            assert_eq!(moved, expected, "{format:?}, bypass {bypass}");
            block(&mut *host, &Transport::ROLLING, &[off(4, 72)]);
        }
    }
}

/// VST3 hosts have no way to hand a plugin program changes.
#[test]
fn a_program_passes_with_the_melody() {
    for (bypass, channel) in [("Off", 0), ("On", 4)] {
        let mut host = active(Format::Clap, &[("Bypass", bypass)]);
        let (played, _) = block(&mut *host, &Transport::STOPPED, &[midi(5, [0xC4, 40, 0])]);
        assert_eq!(played, [NoteEvent { time: 5, kind: NoteEventKind::Program, channel, pitch: 40 }]);
    }
}

#[test]
fn the_expression_of_a_note_passes_in_each_kind() {
    for format in FORMATS {
        let mut host = active(format, &[]);
        let (id, kind) = (Some(7), AddressedKind::On(0.7));
        let struck = HostEvent::Addressed { time: 0, kind, id, channel: Some(3), key: Some(72) };
        // The library of the CLAP host does not know the kind 4.
        let kinds = (0..6).filter(|&kind| format == Format::Vst3 || kind != 4);
        let values: Vec<(u8, f64)> = kinds.map(|kind| (kind, 0.25 + f64::from(kind) / 16.0)).collect();
        let expressions =
            values.iter().map(|&(kind, value)| HostEvent::Expression { time: 3, kind, id: 7, note: (3, 72), value });
        let events: Vec<HostEvent> = [struck].into_iter().chain(expressions).collect();
        let (_, moved) = block(&mut *host, &Transport::STOPPED, &events);
        let moved: Vec<(u8, f64)> = moved
            .iter()
            .filter_map(|moved| match moved.control {
                MovedControl::Expression { kind, value } => Some((kind as u8, (value * 1e4).round() / 1e4)),
                MovedControl::Midi(_) => None,
            })
            .collect();
        assert_eq!(moved, values, "{format:?}");
    }
}

#[test]
fn pedals_and_wheels_are_released_when_the_melody_no_longer_passes() {
    let pedal_and_bend = [midi(0, [0xB0, 64, 127]), midi(0, [0xE0, 0, 96])];
    for format in FORMATS {
        for (name, text) in [("Melody Thru", "Off"), ("Bypass", "On")] {
            let mut host = active(format, &[]);
            block(&mut *host, &Transport::STOPPED, &pedal_and_bend);
            host.set(name, text).expect("the plugin has the parameter");
            let events = [HostEvent::melody(0, NoteEventKind::Off, 60)];
            host.process(BLOCK, Some(&Transport::STOPPED), &[]).expect("the plugin plays");
            let mut moved = host.audio().expect("the plugin is active").moved().to_vec();
            moved.extend(block(&mut *host, &Transport::STOPPED, &events).1);
            let bytes: Vec<MovedControl> = moved.iter().map(|moved| moved.control).collect();
            let released = [MovedControl::Midi([0xB0, 64, 0]), MovedControl::Midi([0xE0, 0, 64])];
            assert_eq!(bytes, released, "{format:?}, {name} {text}");
        }
    }
}

/// The lengths, in ticks, of the melody's notes in the saved project.
fn lengths(host: &mut dyn PluginHost) -> Vec<i64> {
    let score = state::score(&host.save().expect("the plugin saves its state"));
    score.melody().iter().map(|note| note.length).collect()
}

#[test]
fn a_note_that_the_pedal_holds_is_heard_as_long_as_it_sounds() {
    for format in FORMATS {
        for (pedal, expected) in [(None, [192, 192]), (Some(64), [1536, 1344])] {
            let mut host = host(format);
            let mut player = offline_player(&mut *host);
            let mut transport = Transport::ROLLING;
            for step in 0..150 {
                // A block is a fiftieth of a quarter note; keys are held for a fifth of one.
                let mut events = match step {
                    10 => vec![on(2, 60)],
                    20 => vec![off(2, 60), on(2, 64)],
                    30 => vec![off(2, 64)],
                    _ => vec![],
                };
                if let Some(number) = pedal {
                    match step {
                        5 => events.push(midi(0, [0xB2, number, 127])),
                        90 => events.push(midi(0, [0xB2, number, 0])),
                        _ => {}
                    }
                }
                block(player.host(), &transport, &events);
                transport.advance(BLOCK, RATE);
            }
            transport.playing = false;
            block(player.host(), &transport, &[]);
            player.settle().expect("the plugin settles");
            assert_eq!(lengths(player.host()), expected, "{format:?}, pedal {pedal:?}");
        }
    }
}

#[test]
fn a_flood_of_movements_neither_delays_notes_nor_fills_the_hosts_list() {
    for format in FORMATS {
        let mut host = active(format, &[]);
        let mut events: Vec<HostEvent> = (0..BLOCK)
            .flat_map(|time| (0..4).map(move |more| midi(time, [0xB0, 1, ((time + more) % 128) as u8])))
            .collect();
        events.push(midi(BLOCK - 1, [0xB0, 64, 0]));
        events.push(HostEvent::note(BLOCK - 1, NoteEventKind::On(90), 0, 60));
        let (notes, moved) = block(&mut *host, &Transport::STOPPED, &events);
        assert_eq!(notes.len(), 1, "{format:?}");
        assert!((1..=128).contains(&moved.len()), "{format:?}: {} movements", moved.len());
        assert!(moved.iter().any(|moved| moved.control == MovedControl::Midi([0xB0, 64, 0])), "the pedal goes up");
    }
}

/// MPE gives each note a channel of its own, that of drum pads too, and bends it there.
#[test]
fn a_melody_in_mpe_is_one_melody() {
    for format in FORMATS {
        let mut host = host(format);
        host.set("Drums On", "Off").expect("the plugin has the parameter");
        let mut player = offline_player(&mut *host);
        let mut transport = Transport::ROLLING;
        let (mut begun, mut bends) = (Vec::new(), Vec::new());
        for step in 0..15 * 20_u16 {
            let (note, channel) = ((step / 20) as u8, 1 + (step / 20) as u8);
            let bend = midi(0, [0xE0 | channel, 0, 60 + channel]);
            let events = match step % 20 {
                // The bend comes before its note.
                0 => vec![bend, on(channel, 60 + note)],
                // The released note moves on, while the next one sounds.
                8 if note > 0 => vec![midi(0, [0xE0 | (channel - 1), 0, 1])],
                15 => vec![off(channel, 60 + note)],
                _ => vec![],
            };
            let (notes, moved) = block(player.host(), &transport, &events);
            begun.extend(notes.iter().filter(|event| event.is_on()).map(|event| (event.channel, event.pitch)));
            bends.extend(moved.iter().map(|moved| moved.control));
            transport.advance(BLOCK, RATE);
        }
        transport.playing = false;
        block(player.host(), &transport, &[]);
        player.settle().expect("the plugin settles");
        begun.retain(|&(channel, _)| channel == 0 || channel == 9);
        let expected: Vec<(u8, u8)> = (0..15).map(|note| (0, 60 + note)).collect();
        assert_eq!(begun, expected, "{format:?}: all on the melody's channel");
        assert_eq!(lengths(player.host()).len(), 15, "{format:?}: all heard");
        let expected: Vec<MovedControl> = (1..16).map(|channel| MovedControl::Midi([0xE0, 0, 60 + channel])).collect();
        assert_eq!(bends, expected, "{format:?}: the bends of the notes that sound");
    }
}

/// Ardour reads all parameters when it opens a session, and sends back what it has read.
#[test]
fn controllers_that_a_vst3_host_hands_back_unmoved_hold_no_note() {
    let mut host = host(Format::Vst3);
    let hidden = host.hidden();
    assert!(hidden.len() > 100, "{}", hidden.len());
    let mut player = offline_player(&mut *host);
    let mut transport = Transport::ROLLING;
    for step in 0..60 {
        let mut events: Vec<HostEvent> = match step {
            0 => hidden.iter().map(|&(id, value)| HostEvent::Parameter { time: 0, id, value }).collect(),
            10 => vec![on(2, 60)],
            20 => vec![off(2, 60), on(2, 64)],
            30 => vec![off(2, 64)],
            _ => vec![],
        };
        let (_, moved) = block(player.host(), &transport, &std::mem::take(&mut events));
        let is_heard = |moved: &Moved| matches!(moved.control, MovedControl::Midi([_, number, _]) if number < 120);
        assert!(!moved.iter().any(is_heard), "nothing was moved: {moved:?}");
        transport.advance(BLOCK, RATE);
    }
    transport.playing = false;
    block(player.host(), &transport, &[]);
    player.settle().expect("the plugin settles");
    assert_eq!(lengths(player.host()), [192, 192]);
    // A pedal that moves is read back where it is.
    let pedal = |down: u8| midi(0, [0xB0, 64, down]);
    block(player.host(), &Transport::STOPPED, &[pedal(127)]);
    let held = player.host().hidden();
    assert_eq!(held.iter().zip(&hidden).filter(|(now, before)| now != before).count(), 1);
}
