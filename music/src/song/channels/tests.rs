use super::*;
use crate::song::Side;
use proptest::prelude::*;

const TUNE: [u8; 14] = [60, 60, 67, 67, 69, 69, 67, 65, 65, 64, 64, 62, 62, 60];

fn note(start: Tick, pitch: u8, length: Tick) -> Note {
    Note { start, pitch, length, velocity: 80 }
}

/// The tune four times in quarter notes of this length, each note on the channel that `channel` says.
fn spread(length: Tick, channel: impl Fn(usize, u8) -> u8) -> Vec<FileTrack> {
    let mut channels: BTreeMap<u8, Vec<Note>> = BTreeMap::new();
    for (index, &pitch) in TUNE.repeat(4).iter().enumerate() {
        channels.entry(channel(index, pitch)).or_default().push(note(index as Tick * 960, pitch, length));
    }
    let track = |(channel, notes)| FileTrack { chunk: 1, track: Track { channel, notes, ..Track::default() } };
    channels.into_iter().map(track).collect()
}

fn event(tick: Tick, message: MidiMessage) -> ChannelEvent {
    ChannelEvent { tick, message, side: Side::Between }
}

fn controller(number: u8, value: u8) -> MidiMessage {
    MidiMessage::Controller { controller: number.into(), value: value.into() }
}

fn notes_of(tracks: &[Track]) -> Vec<usize> {
    tracks.iter().map(|track| track.notes.len()).collect()
}

const STRING: fn(usize, u8) -> u8 = |_, pitch| (69 - pitch) / 2;

#[test]
fn a_tune_over_strings_or_alternating_channels_is_one_track() {
    for spread in [spread(900, STRING), spread(1000, STRING), spread(950, |index, _| 1 + (index % 15) as u8 / 8 * 10)] {
        let (tracks, warning) = settle(spread.clone(), &[], [false; 16]);
        assert_eq!(notes_of(&tracks), [56]);
        assert_eq!(warning, Some(Warning::JoinedChannels { channels: spread.len(), left_out: 0 }));
    }
}

#[test]
fn ringing_strings_of_a_guitar_are_one_track() {
    let mut strings = spread(900, STRING);
    for FileTrack { track, .. } in &mut strings {
        track.name = Some("Acoustic Guitar".to_owned());
        for index in 0..track.notes.len() {
            let next = track.notes.get(index + 1).map_or(60_000, |next| next.start);
            track.notes[index].length = next - track.notes[index].start;
        }
    }
    assert_eq!(notes_of(&settle(strings, &[], [false; 16]).0), [56]);
}

#[test]
fn the_notes_of_an_mpe_controller_are_one_track_even_in_chords() {
    let mut chords = spread(2800, |index, _| 1 + (index % 5) as u8);
    assert!(settle(chords.clone(), &[], [false; 16]).0.len() > 1);
    let setup = [(101, 0), (100, 6), (6, 15)].map(|(number, value)| SetupEvent {
        chunk: 1,
        channel: 0,
        event: event(0, controller(number, value)),
    });
    assert_eq!(notes_of(&settle(chords.clone(), &setup, [false; 16]).0), [56]);
    for FileTrack { track, .. } in &mut chords {
        let bend = MidiMessage::PitchBend { bend: midly::PitchBend::from_int(100) };
        track.notes.iter_mut().for_each(|note| note.length = 2800);
        track.events = track.notes.iter().map(|note| event(note.start, bend)).collect();
    }
    let (tracks, warning) = settle(chords, &[], [false; 16]);
    assert_eq!(notes_of(&tracks), [56]);
    assert_eq!(warning, Some(Warning::JoinedChannels { channels: 5, left_out: 56 }));
    assert!(tracks[0].events.is_empty());
}

#[test]
fn a_rotation_over_all_channels_includes_channel_10() {
    let mostly_10 = |index: usize| if index.is_multiple_of(2) { 9 } else { 1 + (index % 15) as u8 };
    for channel in [|index| 1 + (index % 15) as u8, mostly_10] as [fn(usize) -> u8; 2] {
        let (tracks, _) = settle(spread(900, |index, _| channel(index)), &[], [false; 16]);
        assert_eq!(notes_of(&tracks), [56]);
        assert!(!tracks[0].is_drums());
    }
}

#[test]
fn several_instruments_in_one_track_stay_apart() {
    let band = |program: fn(u8) -> Option<u8>| -> Vec<FileTrack> {
        let voice = |channel: u8| {
            let notes = (0..40).map(|index| note(index * 960, 72 - 6 * channel + index as u8 % 5, 900)).collect();
            let events =
                program(channel).map(|program| event(0, MidiMessage::ProgramChange { program: program.into() }));
            let track = Track { channel, notes, events: events.into_iter().collect(), ..Track::default() };
            FileTrack { chunk: 0, track }
        };
        (0..4).map(voice).collect()
    };
    for program in [|_| None, |_| Some(52), |channel| Some(10 * channel)] as [fn(u8) -> Option<u8>; 3] {
        let (tracks, warning) = settle(band(program), &[], [false; 16]);
        assert_eq!((notes_of(&tracks), warning), (vec![40; 4], None));
    }
    // Two instruments that take turns, and a tune whose channels are two tracks of the file.
    let mut turns = spread(900, |index, _| (index % 2) as u8);
    turns[1].track.events = vec![event(0, MidiMessage::ProgramChange { program: 73.into() })];
    assert_eq!(settle(turns, &[], [false; 16]).0.len(), 2);
    // A bass that plays only where the tune rests.
    let mut low = spread(900, |index, _| (index % 2) as u8);
    low[1].track.notes.iter_mut().for_each(|note| note.pitch -= 24);
    assert_eq!(settle(low, &[], [false; 16]).0.len(), 2);
    let mut beside = spread(900, |_, _| 5);
    beside[0].chunk = 2;
    let mut chords: Vec<FileTrack> = spread(2800, |index, _| (index % 2) as u8).into_iter().chain(beside).collect();
    chords[0].track.name = Some("Two hands".to_owned());
    let (tracks, _) = settle(chords, &[], [false; 16]);
    let others: Vec<_> = tracks.iter().map(|track| track.setup.notes_on_other_channels).collect();
    assert_eq!(others, [28, 28, 0], "what is not part of a track is said");
    let mut apart = spread(900, |index, _| (index % 2) as u8);
    apart[1].chunk = 2;
    assert_eq!(settle(apart, &[], [false; 16]).0.len(), 2);
}

#[test]
fn programs_banks_and_kits_set_elsewhere_count_for_the_channel() {
    let tracks: Vec<_> = spread(900, |_, _| 3).into_iter().chain(spread(900, |_, _| 4)).collect();
    let at = |tick, channel, message| SetupEvent { chunk: 0, channel, event: event(tick, message) };
    let program = |program: u8| MidiMessage::ProgramChange { program: program.into() };
    let setup = [
        at(0, 3, controller(0, 8)),
        at(0, 3, program(40)),
        at(0, 3, program(73)),
        at(960, 3, program(1)),
        at(0, 5, program(5)),
    ];
    let mut kits = [false; 16];
    kits[4] = true;
    let (mut tracks, _) = settle(tracks, &setup, kits);
    assert_eq!(tracks[0].program(), Some(73));
    assert_eq!(tracks[0].bank(), (8, 0));
    assert_eq!(
        tracks[0].setup_events().iter().map(|event| event.message).collect::<Vec<_>>(),
        [controller(0, 8), controller(32, 0), program(73)]
    );
    assert_eq!((tracks[1].program(), tracks[1].is_drums()), (None, true));
    // A program of its own counts more.
    tracks[0].events = vec![event(0, program(20))];
    assert_eq!((tracks[0].program(), tracks[0].setup_events()), (Some(20), Vec::new()));
}

proptest! {
    #[test]
    fn a_line_is_whole_on_whatever_channels_its_notes_are(
        notes in prop::collection::vec((60_u8..73, 0_u8..8, 200_i64..2000), 1..80),
    ) {
        let mut start = 0;
        let mut channels: BTreeMap<u8, Vec<Note>> = BTreeMap::new();
        let mut line = Vec::new();
        for (pitch, channel, length) in notes {
            line.push(note(start, pitch, length));
            channels.entry(channel).or_default().push(note(start, pitch, length));
            start += length;
        }
        let tracks = channels.into_iter().map(|(channel, notes)| Track { channel, notes, ..Track::default() });
        let (tracks, _) = settle(tracks.map(|track| FileTrack { chunk: 0, track }).collect(), &[], [false; 16]);
        prop_assert_eq!(tracks.len(), 1);
        prop_assert_eq!(&tracks[0].notes, &line);
    }
}
