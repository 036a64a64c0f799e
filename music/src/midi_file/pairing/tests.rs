use super::*;

fn note(start: Tick, pitch: u8, length: Tick) -> Note {
    Note { start, pitch, length, velocity: 80 }
}

#[test]
fn overlapping_notes_on_one_key_end_in_their_order() {
    let mut pairing = Pairing::default();
    pairing.on(0, 0, 60, 80);
    pairing.on(100, 0, 60, 80);
    pairing.off(100, 0, 60);
    pairing.off(300, 0, 60);
    let paired = pairing.finish(1000, TrackEnd::Closed);
    assert_eq!(paired.channels, [(0, vec![note(0, 60, 100), note(100, 60, 200)])]);
    assert_eq!((paired.endless, paired.stray_offs), (0, 0));
}

#[test]
fn a_note_of_no_length_that_begins_again_at_once_sounds_once() {
    let mut pairing = Pairing::default();
    pairing.on(100, 0, 60, 70);
    pairing.off(100, 0, 60);
    pairing.on(100, 0, 60, 80);
    pairing.off(500, 0, 60);
    let paired = pairing.finish(1000, TrackEnd::Closed);
    assert_eq!(paired, Paired { channels: vec![(0, vec![note(100, 60, 400)])], endless: 0, stray_offs: 0 });
}

#[test]
fn endless_notes_end_with_the_track_and_stray_offs_are_counted() {
    let mut pairing = Pairing::default();
    pairing.off(0, 3, 60);
    pairing.on(100, 3, 60, 80);
    pairing.off(150, 2, 60);
    let paired = pairing.finish(960, TrackEnd::Open);
    assert_eq!(paired, Paired { channels: vec![(3, vec![note(100, 60, 860)])], endless: 1, stray_offs: 2 });
}

/// The notes of channel 0 after strokes of (tick, pitch, whether it begins), in a track that ends at `end`.
fn paired(strokes: &[(Tick, u8, bool)], end: Tick) -> Vec<Note> {
    let mut pairing = Pairing::default();
    for &(tick, pitch, begins) in strokes {
        if begins { pairing.on(tick, 0, pitch, 80) } else { pairing.off(tick, 0, pitch) }
    }
    pairing.finish(end, TrackEnd::Closed).channels.into_iter().flat_map(|(_, notes)| notes).collect()
}

#[test]
fn a_note_that_never_ends_takes_no_other_notes_end() {
    let melody = [60, 62, 60, 64, 60, 65, 60];
    let strokes: Vec<_> = (0..)
        .zip(melody)
        .flat_map(|(beat, pitch)| [(960 * beat, pitch, true), (960 * beat + 900, pitch, false)])
        .collect();
    let whole = paired(&strokes, 100_000);
    for broken in 0..melody.len() {
        let mut strokes = strokes.clone();
        strokes.remove(2 * broken + 1);
        let mut expected = whole.clone();
        // It lasts until the next note begins, or as the last one until the end of the track.
        expected[broken].length = if broken == 6 { 100_000 - 6 * 960 } else { 960 };
        assert_eq!(paired(&strokes, 100_000), expected, "note {broken}");
    }
}

#[test]
fn a_note_that_is_begun_or_ended_twice_is_the_only_one_that_changes() {
    let begun_twice = [(0, 60, true), (0, 60, true), (900, 60, false), (1920, 60, true), (2800, 60, false)];
    assert_eq!(paired(&begun_twice, 9600), [note(0, 60, 900), note(1920, 60, 880)]);
    let ended_twice = [
        (0, 60, true),
        (960, 60, false),
        (960, 60, true),
        (960, 60, false),
        (1900, 60, false),
        (1920, 60, true),
        (2800, 60, false),
    ];
    assert_eq!(paired(&ended_twice, 9600), [note(0, 60, 960), note(960, 60, 940), note(1920, 60, 880)]);
    let ended_late = [(0, 60, true), (900, 60, false), (940, 60, false), (1920, 60, true), (2800, 60, false)];
    assert_eq!(paired(&ended_late, 9600), [note(0, 60, 900), note(1920, 60, 880)]);
}

#[test]
fn a_note_as_long_as_the_song_leaves_the_notes_on_its_key_alone() {
    let mut strokes = vec![(0, 60, true)];
    let mut notes = vec![note(0, 60, 38_400)];
    for beat in 1..40 {
        strokes.extend([(960 * beat, 60, true), (960 * beat + 800, 60, false)]);
        notes.push(note(960 * beat, 60, 800));
    }
    strokes.push((38_400, 60, false));
    notes.pop();
    strokes.drain(strokes.len() - 3..strokes.len() - 1);
    assert_eq!(paired(&strokes, 40_000), notes);
    // In legato each note overlaps the next a little, and ends in its order.
    let mut legato = vec![(0, 60, true)];
    for beat in 1..40 {
        legato.extend([(960 * beat, 60, true), (960 * beat + 60, 60, false)]);
    }
    legato.push((38_400, 60, false));
    let lengths: Vec<_> = paired(&legato, 40_000).iter().map(|note| note.length).collect();
    assert!(lengths[..39].iter().all(|&length| length == 1020), "{lengths:?}");
}

#[test]
fn controllers_that_end_all_notes_end_those_without_an_end_of_their_own() {
    let mut pairing = Pairing::default();
    for (index, pitch) in [60, 64, 67].into_iter().enumerate() {
        pairing.on(10 * index as Tick, 0, pitch, 80);
    }
    pairing.on(960, 0, 72, 80);
    pairing.off(1000, 0, 72);
    pairing.all_off(1900, 0);
    pairing.all_off(9600, 0);
    let paired = pairing.finish(9600, TrackEnd::Closed);
    let notes = vec![note(0, 60, 1900), note(10, 64, 1890), note(20, 67, 1880), note(960, 72, 40)];
    assert_eq!(paired, Paired { channels: vec![(0, notes)], endless: 0, stray_offs: 0 });
}

#[test]
fn a_broken_track_ends_its_notes_and_what_begins_at_the_break_has_no_length() {
    let mut pairing = Pairing::default();
    pairing.on(0, 0, 48, 80);
    pairing.on(960, 0, 60, 80);
    pairing.on(1920, 0, 62, 80);
    let paired = pairing.finish(1920, TrackEnd::Broken);
    assert_eq!(paired.channels, [(0, vec![note(0, 48, 1920), note(960, 60, 960)])]);
}
