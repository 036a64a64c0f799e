use super::*;
use crate::{
    midi_file::{OutputFile, read},
    note::Note,
    part::PartMap,
};
use proptest::prelude::*;

fn chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    [&kind[..], &(body.len() as u32).to_be_bytes(), body].concat()
}

fn file(format: u8, division: [u8; 2], tracks: &[&[u8]]) -> Vec<u8> {
    let header = chunk(*b"MThd", &[0, format, 0, tracks.len() as u8, division[0], division[1]]);
    let tracks = tracks.iter().flat_map(|track| chunk(*b"MTrk", track));
    header.into_iter().chain(tracks).collect()
}

const END: [u8; 4] = [0, 0xff, 0x2f, 0];

fn broken_at(bytes: &[u8]) -> (usize, Fault) {
    match read(bytes).unwrap_err() {
        MidiFileError::Broken { offset, fault } => (offset, fault),
        other => panic!("{other}"),
    }
}

fn note(start: Tick, pitch: u8, length: Tick, velocity: u8) -> Note {
    Note { start, pitch, length, velocity }
}

#[test]
fn running_status_and_note_ons_of_velocity_zero_are_understood() {
    let track = [&[0, 0x90, 60, 100, 96, 60, 0, 0, 62, 90, 96, 62, 0], END.as_slice()].concat();
    let song = read(&file(0, [0, 96], &[&track])).unwrap();
    assert_eq!(song.tracks[0].notes, [note(0, 60, 960, 100), note(960, 62, 960, 90)]);
    assert_eq!(song.warnings, []);
    assert_eq!(song.end, 1920);
}

#[test]
fn a_running_status_that_a_text_ended_is_still_used() {
    let track = [[0, 0x90, 60, 100, 0, 0xff, 1, 1, b'a', 96, 60, 0].as_slice(), &END].concat();
    let song = read(&file(0, [0, 96], &[&track])).unwrap();
    assert_eq!(song.tracks[0].notes, [note(0, 60, 960, 100)]);
    assert_eq!(song.warnings, [Warning::EndedStatuses(1)]);
    let none = [[0, 0xff, 1, 1, b'a', 0, 60, 100].as_slice(), &END].concat();
    assert_eq!(broken_at(&file(0, [0, 96], &[&none])), (28, Fault::NoStatus));
}

#[test]
fn positions_are_scaled_without_drift() {
    // 7 ticks a quarter: a note every tick, for 70 quarters.
    let mut track = Vec::new();
    for _ in 0..490 {
        track.extend([0, 0x90, 60, 100, 1, 0x80, 60, 0]);
    }
    track.extend(END);
    let song = read(&file(1, [0, 7], &[&track])).unwrap();
    let starts: Vec<_> = song.tracks[0].notes.iter().map(|note| note.start).collect();
    assert!((0..490).all(|tick| starts[tick as usize] == (tick * 960 * 2 + 7) / 14));
    assert_eq!(song.end, 70 * 960);
}

#[test]
fn tempos_meters_keys_and_names_are_kept() {
    let conductor = [
        &[0, 0xff, 3, 4, b'S', b'o', b'n', b'g'],
        [0, 0xff, 0x58, 4, 3, 2, 24, 8].as_slice(),
        &[0, 0xff, 0x51, 3, 7, 0xa1, 0x20, 0, 0xff, 0x59, 2, 0xfe, 1],
        &[100, 0xff, 0x58, 4, 6, 3, 36, 8, 0, 0xff, 0x58, 4, 4, 7, 24, 8],
        &END,
    ]
    .concat();
    let notes = [&[0, 0xff, 3, 1, 0xe9, 0, 0xc2, 40, 0, 0x92, 60, 100, 96, 0x82, 60, 0], END.as_slice()].concat();
    let song = read(&file(1, [0, 96], &[&conductor, &notes])).unwrap();
    assert_eq!(song.title.as_deref(), Some("Song"));
    assert_eq!(song.tempos.at(0).microseconds, 500_000);
    assert_eq!(song.keys, [KeySignature { tick: 0, fifths: -2, minor: true }]);
    assert_eq!(song.tracks[0].name.as_deref(), Some("é"));
    assert_eq!(song.tracks[0].channel, 2);
    assert_eq!(song.tracks[0].events.len(), 1);
    // The second time signature lies within the first bar and cuts it; 4/128 is not supported.
    assert_eq!(song.meter_events[1].tick, 1000);
    assert_eq!(song.meters.at(999).meter, Meter { numerator: 3, denominator: 4 });
    assert_eq!(song.meters.at(1000), MeterChange { tick: 1000, meter: Meter { numerator: 6, denominator: 8 } });
    assert_eq!(song.warnings, [Warning::UnusableMeters(1)]);
}

#[test]
fn type_0_is_split_by_channels() {
    let track = [&[0, 0x90, 60, 100, 0, 0x99, 36, 100, 96, 0x80, 60, 0, 0, 0x89, 36, 0], END.as_slice()].concat();
    let song = read(&file(0, [0, 96], &[&track])).unwrap();
    assert_eq!(song.tracks.iter().map(|track| track.channel).collect::<Vec<_>>(), [0, 9]);
    assert_eq!(song.melody_track(None), Ok(0));
}

#[test]
fn programs_and_drum_kits_of_a_set_up_track_count_for_their_channels() {
    let setup = [
        [0, 0xc2, 73, 0, 0xbb, 0, 127, 0, 0xf0, 10].as_slice(),
        &[0x41, 0x10, 0x42, 0x12, 0x40, 0x1a, 0x15, 2, 0, 0xf7],
        &END,
    ]
    .concat();
    let on = |channel: u8| [&[0, 0x90 + channel, 60, 100, 96, 0x80 + channel, 60, 0], END.as_slice()].concat();
    let song = read(&file(1, [0, 96], &[&setup, &on(2), &on(10), &on(11)])).unwrap();
    assert_eq!(song.tracks.iter().map(Track::program).collect::<Vec<_>>(), [Some(73), None, None]);
    assert_eq!(song.tracks.iter().map(Track::is_drums).collect::<Vec<_>>(), [false, true, true]);
    // The melody keeps its program in the file that is written.
    let arranged = OutputFile::arranged(&song, 0, &PartMap::default(), &PartMap::default());
    assert_eq!(read(&arranged.to_bytes()).unwrap().tracks[0].program(), Some(73));
}

#[test]
fn a_melody_over_the_channels_of_one_track_is_one_track_and_the_reader_says_so() {
    let notes: Vec<u8> =
        (0..12).flat_map(|index| [0, 0x90 + index % 3, 60 + index, 100, 96, 0x80 + index % 3, 60 + index, 0]).collect();
    let track = [notes.as_slice(), &END].concat();
    let song = read(&file(1, [0, 96], &[&track])).unwrap();
    assert_eq!(song.tracks.iter().map(|track| track.notes.len()).collect::<Vec<_>>(), [12]);
    assert_eq!(song.warnings, [Warning::JoinedChannels { channels: 3, left_out: 0 }]);
    assert!(song.warnings[0].to_string().contains("3 channels"), "{}", song.warnings[0]);
}

#[test]
fn lyrics_belong_to_the_only_track_beside_them_or_else_to_the_song() {
    let word = [0, 0xff, 5, 1, b'a'];
    let high = [0, 0x93, 72, 100, 96, 0x83, 72, 0];
    let low = [0, 0x91, 36, 100, 96, 0x81, 36, 0];
    let words = vec![Text { tick: 0, bytes: b"a".to_vec() }];
    let of = |format, tracks: &[&[&[u8]]]| {
        let tracks: Vec<_> = tracks.iter().map(|track| [&track.concat(), END.as_slice()].concat()).collect();
        read(&file(format, [0, 96], &tracks.iter().map(Vec::as_slice).collect::<Vec<_>>())).unwrap()
    };
    for song in [of(0, &[&[&word, &low, &high]]), of(1, &[&[&high], &[&word], &[&low]])] {
        assert_eq!(song.lyrics, words);
        assert!(song.tracks.iter().all(|track| track.lyrics.is_empty()), "{:?}", song.tracks);
        assert_eq!(song.lyrics_for(0), words);
        let file = OutputFile::arranged(&song, 1, &PartMap::default(), &PartMap::default());
        assert_eq!(file.tracks[0].track.lyrics, words);
    }
    let beside = of(1, &[&[&low], &[&word, &high]]);
    assert_eq!((&beside.tracks[1].lyrics, &beside.lyrics), (&words, &vec![]));
    assert_eq!(beside.lyrics_for(0), words, "the other track's lyrics rather than none");
}

#[test]
fn a_file_that_counts_frames_is_read_at_120_beats_a_minute() {
    // 25 frames a second, 40 ticks a frame: 1,000 ticks a second.
    let track = [&[0, 0x90, 60, 100, 0x87, 0x68, 0x80, 60, 0], END.as_slice()].concat();
    let song = read(&file(1, [(-25_i8) as u8, 40], &[&track])).unwrap();
    assert_eq!(song.tracks[0].notes, [note(0, 60, 1920, 100)]);
    assert_eq!(song.warnings, [Warning::CountsSeconds]);
}

#[test]
fn unusual_files_are_read_with_warnings() {
    let track = [0, 0x80, 50, 0, 0, 0x90, 60, 100, 96, 0x90, 64, 100, 96, 0x80, 64, 0];
    let mut bytes = file(1, [0, 96], &[&track]);
    bytes[11] = 3;
    let song = read(&bytes).unwrap();
    assert_eq!(song.tracks[0].notes, [note(0, 60, 1920, 100), note(960, 64, 960, 100)]);
    assert_eq!(
        song.warnings,
        [Warning::EndlessNotes(1), Warning::StrayNoteOffs(1), Warning::OpenTracks(1), Warning::MissingTracks(2)]
    );
}

#[test]
fn errors_in_broken_files_have_their_place() {
    let good = [&[0, 0x90, 60, 100, 96, 0x80, 60, 0], END.as_slice()].concat();
    let bytes = file(1, [0, 96], &[&good]);
    assert_eq!(broken_at(b""), (0, Fault::NotMidi));
    assert_eq!(broken_at(b"MThx............"), (0, Fault::NotMidi));
    assert_eq!(broken_at(&bytes[..10]), (0, Fault::TruncatedChunk { expected: 6, found: 2 }));
    assert_eq!(broken_at(&bytes[..14]), (14, Fault::NoTracks));
    assert_eq!(broken_at(&bytes[..25]), (14, Fault::TruncatedChunk { expected: 12, found: 3 }));
    assert_eq!(broken_at(&file(1, [0, 0], &[&good])), (12, Fault::InvalidDivision(0)));
    assert_eq!(broken_at(&file(9, [0, 96], &[&good])), (8, Fault::UnknownFormat(9)));
    assert_eq!(broken_at(&file(1, [0, 96], &[&[0x80, 0x80, 0x80, 0x80, 0]])), (22, Fault::LongNumber));
    assert_eq!(broken_at(&file(1, [0, 96], &[&[0, 60, 100]])), (23, Fault::NoStatus));
    assert_eq!(broken_at(&file(1, [0, 96], &[&[0, 0xf4]])), (23, Fault::InvalidStatus(0xf4)));
    assert_eq!(broken_at(&file(1, [0, 96], &[&[0, 0x90, 60, 0x90]])), (25, Fault::InvalidData(0x90)));
    assert_eq!(broken_at(&file(1, [0, 96], &[&[0, 0x90, 60]])), (25, Fault::TruncatedEvent));
    assert_eq!(broken_at(&file(1, [0, 96], &[&[0, 0xff, 3, 9, 65]])).1, Fault::TruncatedEvent);
    assert!(matches!(read(&file(2, [0, 96], &[&good])), Err(MidiFileError::SeparatePatterns)));
    let sentence = read(&bytes[..25]).unwrap_err().to_string();
    assert!(sentence.contains("byte 14"), "{sentence}");
}

#[test]
fn a_header_that_announces_much_costs_nothing() {
    let mut bytes = file(1, [0, 1], &[]);
    bytes.extend(b"MTrk\xff\xff\xff\xff");
    assert_eq!(broken_at(&bytes), (14, Fault::TruncatedChunk { expected: 0xffff_ffff, found: 0 }));
    let far = [0xff, 0xff, 0xff, 0x7f, 0x90, 60, 100];
    assert_eq!(broken_at(&file(1, [0, 1], &[&far])), (22, Fault::TooLong));
    let mut many = vec![0, 0x90, 60, 100];
    many.extend([0, 60, 100].repeat(MAX_EVENTS));
    assert_eq!(broken_at(&file(1, [0, 96], &[&many])).1, Fault::TooManyEvents);
}

/// A small file with every kind of event.
fn eventful_song() -> Vec<u8> {
    let conductor = [
        [0, 0xff, 3, 2, b'A', b'b', 0, 0xff, 0x58, 4, 3, 2, 24, 8, 0, 0xff, 0x51, 3, 7, 0xa1, 0x20].as_slice(),
        &[0, 0xff, 0x59, 2, 0xfe, 1, 96, 0xff, 0x51, 3, 8, 0xa1, 0x20, 0, 0xf0, 2, 1, 0xf7, 0, 0xff, 6, 1, b'V'],
        &END,
    ]
    .concat();
    let notes = [
        [0, 0xc2, 40, 0, 0x92, 60, 100, 96, 60, 0, 0, 64, 90, 0, 67, 90, 0x81, 0x40, 0x82, 64, 0, 0, 67, 0].as_slice(),
        &[0, 0xe2, 0, 64, 0, 0xb2, 7, 100, 0, 0x92, 72, 1, 96, 0x82, 72, 0, 0, 0xff, 5, 1, b'a'],
        &END,
    ]
    .concat();
    file(1, [0, 96], &[&conductor, &notes])
}

#[test]
fn the_song_for_mutation_is_valid() {
    let song = read(&eventful_song()).unwrap();
    assert_eq!(song.tracks[0].notes.len(), 4);
    assert_eq!(song.warnings, []);
}

#[test]
fn a_time_signature_on_every_beat_is_read_quickly() {
    let mut track = Vec::new();
    for index in 0..20_000_u32 {
        track.extend([1, 0xff, 0x58, 4, 1 + (index % 2) as u8, 2, 24, 8]);
    }
    track.extend(END);
    let song = read(&file(1, [0, 1], &[&track])).unwrap();
    assert_eq!(song.meter_events.len(), 10_000);
    assert_eq!(song.warnings, [Warning::UnusableMeters(10_000)]);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
        let _ = read(&file(1, [0, 96], &[&bytes]));
    }

    #[test]
    fn a_changed_or_cut_file_is_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        length in any::<prop::sample::Index>(),
    ) {
        let mut bytes = eventful_song();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(length.index(bytes.len() + 1));
        if let Ok(song) = read(&bytes) {
            for track in &song.tracks {
                prop_assert!(!track.notes.is_empty());
                prop_assert!(track.notes.iter().all(|n| n.length > 0 && n.velocity > 0 && n.pitch < 128 && n.start >= 0));
                prop_assert!(track.notes.is_sorted_by_key(|note| note.start));
            }
        }
    }
}
