use super::*;
use crate::{meter::Meter, midi_file::read, tempo::TempoChange};
use proptest::prelude::*;

fn note_strategy() -> impl Strategy<Value = Note> {
    (0_i64..50_000, 0_u8..128, 1_i64..4000, 1_u8..128).prop_map(|(start, pitch, length, velocity)| Note {
        start,
        pitch,
        length,
        velocity,
    })
}

/// Notes as a reader returns them: sorted, and no two on one pitch overlap.
fn playable(mut notes: Vec<Note>) -> Vec<Note> {
    notes.sort_by_key(|note| (note.start, note.pitch));
    notes.dedup_by_key(|note| (note.start, note.pitch));
    let copy = notes.clone();
    for note in &mut notes {
        let next = copy.iter().find(|other| other.pitch == note.pitch && other.start > note.start);
        note.length = next.map_or(note.length, |next| note.length.min(next.start - note.start));
    }
    notes
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        melody in prop::collection::vec(note_strategy(), 1..60),
        bass in prop::collection::vec(note_strategy(), 1..60),
        tempos in prop::collection::vec((0_i64..40_000, 1_u32..16_777_216), 0..8),
        meters in prop::collection::vec((0_i64..10, 1_u8..13, 0_u32..5), 0..4),
        bends in prop::collection::vec((0_i64..40_000, -0x2000_i16..0x2000), 0..8),
    ) {
        let mut meters: Vec<_> = meters.into_iter()
            .map(|(bar, numerator, power)| MeterEvent::new(bar * 3840, Meter { numerator, denominator: 1 << power }))
            .collect();
        meters.sort_by_key(|meter| meter.tick);
        let mut events: Vec<_> = bends.into_iter().map(|(tick, bend)| crate::song::ChannelEvent {
            tick,
            message: MidiMessage::PitchBend { bend: midly::PitchBend::from_int(bend) },
            side: Side::Between,
        }).collect();
        events.sort_by_key(|event| event.tick);
        let file = OutputFile {
            title: Some("Ode to Joy".to_owned()),
            title_bytes: None,
            tempos: TempoMap::from_changes(
                tempos.into_iter().map(|(tick, microseconds)| TempoChange { tick, microseconds })),
            meters,
            keys: vec![KeySignature { tick: 0, fifths: 2, minor: false }],
            markers: vec![Text { tick: 960, bytes: b"Verse".to_vec() }],
            sections: Vec::new(),
            chords: Vec::new(),
            tracks: vec![
                OutputTrack {
                    track: Track {
                        name: Some("Melody".to_owned()),
                        channel: 0,
                        notes: playable(melody),
                        events,
                        lyrics: vec![Text { tick: 480, bytes: b"Joy".to_vec() }],
                        ..Track::default()
                    },
                    ..OutputTrack::default()
                },
                OutputTrack {
                    track: Track { name: Some("Bass".to_owned()), channel: 1, notes: playable(bass), ..Track::default() },
                    ..OutputTrack::default()
                },
            ],
            end: 100_000,
        };
        let song = read(&file.to_bytes()).unwrap();
        prop_assert_eq!(&song.title, &file.title);
        prop_assert_eq!(&song.tempos, &file.tempos);
        prop_assert_eq!(&song.meter_events, &file.meters);
        prop_assert_eq!(&song.keys, &file.keys);
        prop_assert_eq!(&song.markers, &file.markers);
        prop_assert_eq!(song.tracks, file.tracks.into_iter().map(|track| track.track).collect::<Vec<_>>());
        prop_assert_eq!(song.end, 100_000);
        prop_assert_eq!(song.warnings, []);
    }
}

#[test]
fn an_arranged_song_has_its_melody_and_a_track_for_each_part() {
    let melody = vec![Note { start: 480, pitch: 72, length: 4000, velocity: 90 }];
    let song = Song {
        tracks: vec![Track { name: Some("Flute".to_owned()), channel: 7, notes: melody.clone(), ..Track::default() }],
        ..Song::default()
    };
    let mut parts = PartNotes::default();
    parts[Part::Drums] = vec![Note { start: 0, pitch: 36, length: 120, velocity: 100 }];
    let tracks = PartMap::from_fn(|part| {
        (part != Part::Chords).then(|| PartTrack { channel: part.default_channel(), program: Some(5), kept: None })
    });
    let file = OutputFile::arranged(&song, 0, &parts, &tracks);
    let names: Vec<_> = file.tracks.iter().map(|track| track.track.label()).collect();
    assert_eq!(names, ["Melody", "Drums", "Bass", "Strings", "Counter"]);
    let smf = Smf::parse(Box::leak(file.to_bytes().into_boxed_slice())).unwrap();
    assert_eq!(smf.header, Header::new(Format::Parallel, Timing::Metrical(960.into())));
    assert_eq!(smf.tracks.len(), 6);
    let read_again = read(&file.to_bytes()).unwrap();
    assert_eq!(read_again.end, 7680, "the song ends with its last bar");
    assert_eq!(read_again.tracks[0].notes, melody);
    assert_eq!(read_again.tracks[0].channel, 0);
    assert_eq!(read_again.tracks[1].channel, 9);
}

#[test]
fn parts_have_their_volume_and_the_melody_keeps_its_own() {
    let song = Song { tracks: vec![Track::default()], ..Song::default() };
    let tracks =
        PartMap::from_fn(|part| Some(PartTrack { channel: part.default_channel(), program: None, kept: None }));
    let file = OutputFile::arranged(&song, 0, &PartNotes::default(), &tracks);
    let volumes: Vec<_> = file.tracks.iter().map(|track| track.volume).collect();
    assert_eq!(volumes, [None, Some(100), Some(100), Some(88), Some(80), Some(92)]);
}

#[test]
fn type_0_has_everything_in_one_track() {
    let track = |name: &str, channel, pitch, program| OutputTrack {
        track: Track {
            name: Some(name.to_owned()),
            channel,
            notes: vec![Note { start: 0, pitch, length: 960, velocity: 90 }],
            ..Track::default()
        },
        program,
        volume: Some(100),
    };
    let file = OutputFile {
        title: Some("Ode".to_owned()),
        markers: vec![Text { tick: 960, bytes: b"Verse".to_vec() }],
        tracks: vec![track("Melody", 0, 72, Some(5)), track("Bass", 1, 40, None)],
        end: 3840,
        ..OutputFile::default()
    };
    let bytes = file.to_bytes_of(MidiType::OneTrack);
    let smf = Smf::parse(&bytes).unwrap();
    assert_eq!((smf.header.format, smf.tracks.len()), (Format::SingleTrack, 1));
    let song = read(&bytes).unwrap();
    let whole = read(&file.to_bytes()).unwrap();
    assert_eq!(
        (&song.title, &song.tempos, &song.markers, song.end),
        (&file.title, &whole.tempos, &whole.markers, 3840)
    );
    for (one, other) in song.tracks.iter().zip(&whole.tracks) {
        assert_eq!((one.channel, &one.notes, &one.setup), (other.channel, &other.notes, &other.setup));
        assert_eq!(one.name, None, "the only track has the song's name");
    }
    assert_eq!(song.tracks.len(), 2);
}

#[test]
fn a_song_is_rewritten_with_all_that_was_read() {
    let note = |start, pitch| Note { start, pitch, length: 470, velocity: 61 };
    let flute = Track { name: Some("Flute".to_owned()), channel: 3, notes: vec![note(10, 72)], ..Track::default() };
    let drums = Track { channel: 9, notes: vec![note(0, 36), note(480, 38)], ..Track::default() };
    let song = Song {
        title: Some("Two".to_owned()),
        lyrics: vec![Text { tick: 10, bytes: b"la".to_vec() }],
        markers: vec![Text { tick: 0, bytes: b"Verse".to_vec() }],
        tracks: vec![flute.clone(), drums.clone()],
        end: 3840,
        ..Song::default()
    };
    let again = read(&OutputFile::of_song(&song).to_bytes()).unwrap();
    assert_eq!(again.tracks, [flute, drums]);
    assert_eq!((again.title, again.lyrics, again.markers, again.end), (song.title, song.lyrics, song.markers, 3840));
}

#[test]
fn a_kept_track_is_written_as_it_is_on_its_parts_channel() {
    let note = |start, pitch| Note { start, pitch, length: 470, velocity: 61 };
    let bend = MidiMessage::PitchBend { bend: midly::PitchBend::from_int(100) };
    let bass = Track {
        name: Some("Fretless".to_owned()),
        channel: 6,
        notes: vec![note(3, 40), note(481, 40)],
        events: vec![crate::song::ChannelEvent { tick: 200, message: bend, side: Side::Between }],
        ..Track::default()
    };
    let lead = Track { notes: vec![note(0, 72)], ..Track::default() };
    let song = Song { tracks: vec![bass.clone(), lead], ..Song::default() };
    let mut parts = PartNotes::default();
    parts[Part::Bass] = vec![note(0, 30)];
    let mut tracks = PartMap::default();
    tracks[Part::Bass] = Some(PartTrack { channel: 1, program: Some(33), kept: Some(0) });
    let file = OutputFile::arranged(&song, 1, &parts, &tracks);
    assert_eq!(file.tracks[1].program, Some(33), "it has none of its own");
    let read_again = read(&file.to_bytes()).unwrap().tracks.swap_remove(1);
    assert_eq!((read_again.name.as_deref(), read_again.channel), (Some("Bass"), 1));
    assert_eq!(read_again.notes, bass.notes);
    assert!(read_again.events.contains(&bass.events[0]), "{:?}", read_again.events);
}

#[test]
fn controllers_stay_on_their_side_of_notes_at_the_same_position() {
    let event = |tick, controller: u8, side| crate::song::ChannelEvent {
        tick,
        message: MidiMessage::Controller { controller: controller.into(), value: 127.into() },
        side,
    };
    let notes = [0, 960].map(|start| Note { start, pitch: 60, length: 960, velocity: 90 });
    let events = [
        event(960, 64, Side::BeforeEnds),
        event(960, 65, Side::BeforeEnds),
        event(960, 66, Side::AfterBeginnings),
        event(1920, 64, Side::Between),
    ];
    let track = Track { notes: notes.to_vec(), events: events.to_vec(), ..Track::default() };
    let file = OutputFile { tracks: vec![OutputTrack { track, ..OutputTrack::default() }], ..OutputFile::default() };
    let song = read(&file.to_bytes()).unwrap();
    assert_eq!(song.tracks[0].events, events);
    assert_eq!(song.tracks[0].notes, notes);
}

#[test]
fn a_note_that_starts_again_at_once_is_ended_first() {
    let notes = vec![
        Note { start: 0, pitch: 60, length: 960, velocity: 90 },
        Note { start: 960, pitch: 60, length: 960, velocity: 90 },
    ];
    let track =
        OutputTrack { track: Track { notes: notes.clone(), ..Track::default() }, program: Some(3), volume: None };
    let file = OutputFile { tracks: vec![track], ..OutputFile::default() };
    assert_eq!(read(&file.to_bytes()).unwrap().tracks[0].notes, notes);
}

/// The bytes that RP-001 prescribes, worked out by hand.
#[test]
fn a_small_file_is_written_byte_for_byte() {
    let file = OutputFile {
        meters: vec![MeterEvent::new(0, Meter { numerator: 6, denominator: 8 })],
        tracks: vec![OutputTrack {
            track: Track {
                name: Some("A".to_owned()),
                channel: 2,
                notes: vec![Note { start: 480, pitch: 60, length: 960, velocity: 100 }],
                ..Track::default()
            },
            program: Some(40),
            volume: Some(90),
        }],
        end: 2880,
        ..OutputFile::default()
    };
    let head = b"MThd\x00\x00\x00\x06\x00\x01\x00\x02\x03\xc0";
    // The meter with a click on each dotted quarter, 120 beats a minute, the end after 2,880 ticks.
    let conductor =
        b"MTrk\x00\x00\x00\x14\x00\xff\x58\x04\x06\x03\x24\x08\x00\xff\x51\x03\x07\xa1\x20\x96\x40\xff\x2f\x00";
    let notes = b"MTrk\x00\x00\x00\x1b\x00\xff\x03\x01A\x00\xc2\x28\x00\xb2\x07\x5a\x83\x60\x92\x3c\x64\x87\x40\x82\x3c\x40\x8b\x20\xff\x2f\x00";
    assert_eq!(file.to_bytes(), [head.as_slice(), conductor, notes].concat());
}
