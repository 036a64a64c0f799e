use super::*;
use crate::{
    meter::{Meter, MeterChange},
    midi_file::{OutputFile, read},
    note::Note,
    part::PartMap,
    song::{KeySignature, Text, Track},
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

/// A melody of quarters at 96 ticks, each as note-on and note-off of eight bytes, with the end event.
fn quarters(pitches: &[u8]) -> Vec<u8> {
    let notes = pitches.iter().flat_map(|&pitch| [0, 0x90, pitch, 100, 96, 0x80, pitch, 0]);
    notes.chain(END).collect()
}

fn starts(song: &Song) -> Vec<(Tick, u8)> {
    song.tracks.iter().flat_map(|track| &track.notes).map(|note| (note.start, note.pitch)).collect()
}

#[test]
fn a_cut_file_is_read_as_far_as_it_goes() {
    let whole = file(1, [0, 96], &[&quarters(&[50, 52]), &quarters(&[60, 62, 64, 65, 67, 69])]);
    let all = starts(&read(&whole).unwrap());
    let mut read_notes = 0;
    for length in 0..whole.len() {
        match read(&whole[..length]) {
            Ok(song) => {
                let found = starts(&song);
                assert_eq!(found, all[..found.len()], "nothing is invented");
                assert!(found.len() >= read_notes && !song.warnings.is_empty(), "{length}: {:?}", song.warnings);
                read_notes = found.len();
            }
            Err(error) => assert!(read_notes == 0 && error.to_string().contains("(byte "), "{length}: {error}"),
        }
    }
    assert_eq!(read_notes, all.len());
    // After four notes and the start of another, in the second bar.
    let song = read(&whole[..whole.len() - 15]).unwrap();
    let reason = "the file ends within a chunk: 52 bytes were announced, 37 are left".to_owned();
    assert_eq!(song.warnings, [Warning::Broken { track: 2, bar: 2, byte: 87, reason }]);
    assert_eq!(song.tracks[1].notes.len(), 4);
    let sentence = song.warnings[0].to_string();
    assert!(sentence.contains("track 2") && sentence.contains("bar 2") && sentence.contains("byte 87"), "{sentence}");
}

#[test]
fn damage_in_one_track_leaves_the_others_whole() {
    let damaged = [&quarters(&[60, 62])[..16], &[0, 0x90, 64, 0x90, 3, 4], &quarters(&[70])].concat();
    let song = read(&file(1, [0, 96], &[&damaged, &quarters(&[50, 52, 53])])).unwrap();
    assert_eq!(starts(&song), [(0, 60), (960, 62), (0, 50), (960, 52), (1920, 53)]);
    let reason = Fault::InvalidData(0x90).to_string();
    assert_eq!(song.warnings, [Warning::Broken { track: 1, bar: 1, byte: 41, reason }]);
    // A damaged time puts nothing hours later.
    let late = [&quarters(&[60, 62])[..16], &[0xff, 0xff, 0xff, 0x7f, 0x90, 64, 100, 96, 0x80, 64, 0]].concat();
    let song = read(&file(1, [0, 96], &[&late])).unwrap();
    assert_eq!((starts(&song).len(), song.end), (2, 1920));
}

#[test]
fn tracks_with_wrong_lengths_are_read_to_their_end() {
    let (one, two) = (quarters(&[60, 62, 64]), quarters(&[50, 52, 53]));
    let whole = file(1, [0, 96], &[&one, &two]);
    let all = starts(&read(&whole).unwrap());
    for length in [0, 1, 8, 11, one.len() as u8 - 1, one.len() as u8 + 5, 200] {
        let mut bytes = whole.clone();
        bytes[21] = length;
        let song = read(&bytes).unwrap();
        assert_eq!((starts(&song), &song.warnings), (all.clone(), &vec![Warning::WrongLengths(1)]), "{length}");
    }
    let mut last = whole.clone();
    last[22 + one.len() + 7] += 3;
    let song = read(&last).unwrap();
    assert_eq!((starts(&song), song.warnings), (all.clone(), vec![Warning::WrongLengths(1)]));
    // Bytes between two tracks, before the file and after it.
    let second = 22 + one.len();
    let between = [b"\r\n", &whole[..second], &[0, 0, 0], &whole[second..], b"padding"].concat();
    let song = read(&between).unwrap();
    assert_eq!((starts(&song), song.warnings), (all, vec![Warning::ExtraBytes(12)]));
}

#[test]
fn padding_after_a_track_without_an_end_is_not_read_as_events() {
    let open = quarters(&[60, 62]);
    let open = &open[..open.len() - 4];
    let bytes = [file(1, [0, 96], &[open]), vec![0; 9]].concat();
    let song = read(&bytes).unwrap();
    assert_eq!(starts(&song), [(0, 60), (960, 62)]);
    assert_eq!(song.warnings, [Warning::OpenTracks(1), Warning::ExtraBytes(9)]);
}

#[test]
fn riff_files_are_read_wherever_their_song_is() {
    let riff = |chunks: &[(&[u8; 4], &[u8])]| {
        let chunks = chunks.iter().flat_map(|(name, body)| {
            let padding = vec![0; body.len() % 2];
            [&name[..], &(body.len() as u32).to_le_bytes(), body, &padding].concat()
        });
        let body: Vec<u8> = b"RMID".iter().copied().chain(chunks).collect();
        [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat()
    };
    // An odd number of bytes, which a byte of padding follows.
    let midi = file(1, [0, 96], &[&quarters(&[60, 62]), &[0, 0xff, 1, 1, b'a', 0, 0xff, 0x2f, 0]]);
    assert_eq!(midi.len() % 2, 1);
    let plain = read(&midi).unwrap();
    assert_eq!(plain.warnings, []);
    let info = b"INFOINAM\x04\0\0\0Song".as_slice();
    for chunks in [
        &[(b"data", midi.as_slice())][..],
        &[(b"LIST", info), (b"data", &midi)],
        &[(b"DISP", b"\x01\0\0\0Song\0"), (b"LIST", info), (b"data", &midi)],
        &[(b"data", &midi), (b"DISP", b"MThd!"), (b"LIST", info)],
    ] {
        assert_eq!(read(&riff(chunks)).unwrap(), plain);
    }
    let counted = [midi.clone(), vec![0]].concat();
    assert_eq!(read(&riff(&[(b"data", &counted)])).unwrap(), plain, "the padding may be counted as data");
    assert_eq!(broken_at(&riff(&[(b"LIST", info)])), (0, Fault::NotMidi));
    let cut = riff(&[(b"LIST", info), (b"data", &midi)]);
    let cut = read(&cut[..cut.len() - 10]).unwrap();
    assert_eq!(starts(&cut), starts(&plain));
}

#[test]
fn events_without_their_data_and_messages_between_devices_are_passed_over() {
    let notes = quarters(&[60, 62]);
    let unusable = [0, 0xff, 0x59, 0, 0, 0xff, 0x59, 1, 2, 0, 0xff, 0x51, 1, 7, 0, 0xff, 0x58, 0];
    let song = read(&file(1, [0, 96], &[&[&unusable[..], &notes].concat()])).unwrap();
    assert_eq!(starts(&song), [(0, 60), (960, 62)]);
    assert_eq!(song.warnings, [Warning::UnusableEvents(4)]);
    // A clock tick between the events, a song position, and a note that the clock's running status carries on.
    let messages = [96, 0x90, 60, 100, 0, 0xf8, 96, 60, 0, 0, 0xf2, 1, 2, 0, 0xfe];
    let song = read(&file(1, [0, 96], &[&[&messages[..], &END].concat()])).unwrap();
    assert_eq!(song.tracks[0].notes, [note(960, 60, 960, 100)]);
    assert_eq!(song.warnings, [Warning::SystemMessages(3)]);
    let key = [&[0, 0xff, 0x59, 2, 9, 0][..], &notes].concat();
    let song = read(&file(1, [0, 96], &[&key])).unwrap();
    assert_eq!((song.keys, song.warnings), (vec![], vec![Warning::UnusableKeys(1)]));
}

#[test]
fn karaoke_words_are_lyrics_and_titles_keep_their_bytes() {
    let text = |kind: u8, text: &[u8]| [&[0, 0xff, kind, text.len() as u8][..], text].concat();
    let conductor = [text(3, b"Soft Karaoke"), text(1, b"@KMIDI KARAOKE FILE"), END.to_vec()].concat();
    // Shift JIS for "Sakura", whose bytes are neither UTF-8 nor meant as Latin-1.
    let title = b"\x82\xb3\x82\xad\x82\xe7";
    let words =
        [text(3, b"Words"), text(1, &[b"@T", &title[..]].concat()), text(1, b"\\la "), text(1, b"la"), END.to_vec()];
    let bytes = file(1, [0, 96], &[&conductor, &words.concat(), &quarters(&[60, 62])]);
    let song = read(&bytes).unwrap();
    assert_eq!(song.lyrics.iter().map(|text| text.bytes.as_slice()).collect::<Vec<_>>(), [b"\\la ".as_slice(), b"la"]);
    let written = OutputFile::arranged(&song, 0, &PartMap::default(), &PartMap::default()).to_bytes();
    assert!(written.windows(title.len()).any(|bytes| bytes == title));
    assert!(written.windows(4).any(|bytes| bytes == b"\\la "));
    for title in [b"\xe9t\xe9".as_slice(), b" Song\r\n", "Été".as_bytes(), title] {
        let named = [text(3, title), END.to_vec()].concat();
        let song = read(&file(1, [0, 96], &[&named, &quarters(&[60])])).unwrap();
        let written = OutputFile::arranged(&song, 0, &PartMap::default(), &PartMap::default()).to_bytes();
        assert!(written.windows(title.len()).any(|bytes| bytes == title), "{title:?}");
        assert_eq!(read(&written).unwrap().title, song.title);
    }
}

#[test]
fn the_conductor_decides_between_tracks_that_disagree() {
    let meter = |delta: u8, numerator: u8| [delta, 0xff, 0x58, 4, numerator, 2, 24, 8];
    let tempo = |delta: u8, high: u8| [delta, 0xff, 0x51, 3, high, 0, 0];
    let conductor = [&meter(0, 3)[..], &tempo(0, 8), &END].concat();
    let other = [&meter(0, 4)[..], &tempo(0, 9), &tempo(96, 8), &meter(96, 3), &quarters(&[60])].concat();
    let song = read(&file(1, [0, 96], &[&conductor, &other])).unwrap();
    assert_eq!(song.meters.changes(), [MeterChange { tick: 0, meter: Meter { numerator: 3, denominator: 4 } }]);
    assert_eq!(song.tempos.changes().len(), 1);
    assert_eq!(song.tempos.at(0).microseconds, 8 << 16);
    assert_eq!(song.warnings, [Warning::OtherTempos(1), Warning::OtherMeters(1)]);
    // Without a conductor's, those of a later track count.
    let song = read(&file(1, [0, 96], &[&quarters(&[50]), &other])).unwrap();
    assert_eq!((song.tempos.changes().len(), song.meters.changes().len(), song.warnings), (2, 2, vec![]));
}

#[test]
fn bars_of_a_quarter_are_bars() {
    // A pickup, three bars, a breath, and two bars more.
    let meters: Vec<u8> = [(0, 1), (1, 4), (12, 1), (1, 4)]
        .into_iter()
        .flat_map(|(quarters, numerator): (u16, u8)| {
            let delta = quarters * 96;
            [0x80 | (delta >> 7) as u8, (delta & 127) as u8, 0xff, 0x58, 4, numerator, 2, 24, 8]
        })
        .chain(END)
        .collect();
    let song = read(&file(1, [0, 96], &[&meters, &quarters(&[60; 22])])).unwrap();
    assert_eq!(song.warnings, []);
    let bars: Vec<_> = (0..22).map(|quarter| song.meters.bar_number(960 * quarter)).collect();
    assert_eq!(bars, [1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 6, 6, 6, 6, 7, 7, 7, 7]);
    let written = read(&OutputFile::arranged(&song, 0, &PartMap::default(), &PartMap::default()).to_bytes()).unwrap();
    assert_eq!((written.meters, written.meter_events, written.end), (song.meters, song.meter_events, 22 * 960));
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
