//! Any bytes as a MIDI file: refused with a reason, or read into a song that is consistent and can be written again.
#![no_main]

use continuo_music::{
    midi_file::{OutputFile, OutputTrack, read},
    part::PartMap,
    song::melody_line,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let song = match read(bytes) {
        Ok(song) => song,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return;
        }
    };
    for track in &song.tracks {
        assert!(track.notes.windows(2).all(|pair| pair[0].start <= pair[1].start), "notes out of order");
        for note in &track.notes {
            assert!(note.length > 0 && note.pitch < 128 && (1..128).contains(&note.velocity), "{note:?}");
        }
        let line = melody_line(&track.notes);
        assert!(line.is_sorted() && line.is_empty() == track.notes.is_empty(), "the line is no line: {line:?}");
        // Notes of a line may overlap: legato, or where a lower note is on top for half of its length.
        assert_eq!(melody_line(&line), line, "a line is its own line");
    }
    // What is written is read back with at most the same notes.
    let tracks = song.tracks.iter().cloned().map(|track| OutputTrack { track, ..OutputTrack::default() }).collect();
    let again = read(&OutputFile { tracks, ..OutputFile::default() }.to_bytes()).expect("what was written can be read");
    let count = |tracks: &[continuo_music::song::Track]| tracks.iter().map(|track| track.notes.len()).sum::<usize>();
    assert!(count(&again.tracks) <= count(&song.tracks));
    let _ = OutputFile::arranged(&song, 0, &PartMap::default(), &PartMap::default()).to_bytes();
});
