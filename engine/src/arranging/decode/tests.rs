use super::*;
use crate::network::{fit::Fit, generator::NetworkOutput};
use continuo_music::meter::{Meter, PhraseSpan};
use proptest::prelude::*;

const TIGHT: [f32; STEPS] = [0.0; STEPS];

/// Writes notes on the grid to planes and decodes them, with the same timing for all parts.
fn decode_timed(notes: &[Note], span: &PhraseSpan, shift: i64, part: Part, timing: &[f32; STEPS]) -> Vec<Note> {
    let fit = Fit::new(span);
    let mut output = NetworkOutput {
        batch: 1,
        pitched: vec![0.0; 8 * PLANE].into(),
        drums: vec![0.0; STEPS * DRUM_VOICES],
        velocity: vec![80.0 / 127.0; 5 * STEPS],
        timing: timing.repeat(5),
        ..NetworkOutput::default()
    };
    let mut drum_voices = [127; DRUM_VOICES];
    drum_voices[..3].copy_from_slice(&[36, 38, 42]);
    if part == Part::Drums {
        roll::write_drums(notes, fit.window(0), &drum_voices, &mut output.drums);
    } else {
        let plane = 2 * (part.index() - 1) * PLANE;
        roll::write(notes, fit.window(0), shift, &mut output.pitched[plane..plane + 2 * PLANE]);
    }
    let jitter = Jitter::draw(&mut Random::of_window(1, 0, 0, 0), 2.0);
    let (output, cells) = (output.row(0), fit.window(0));
    let decoder = Decoder {
        output,
        cells,
        shift,
        jitter: &jitter,
        drum_voices: &drum_voices,
        one_hi_hat: true,
        sizes: PartMap::default(),
        spared: SparedTones::default(),
    };
    if part == Part::Drums { decoder.drums(0.5) } else { decoder.pitched(part, 0.5, Vec::new()) }
}

fn decode(notes: &[Note], meter: Meter, shift: i64, part: Part) -> Vec<Note> {
    let span = PhraseSpan { start: 0, end: 4 * meter.bar_ticks(), meter };
    decode_timed(notes, &span, shift, part, &TIGHT)
}

/// A note on the grid, in steps.
fn note(step: i64, length: i64, pitch: u8) -> Note {
    Note { start: step * 240, pitch, length: length * 240, velocity: 80 }
}

const FOUR: PhraseSpan = PhraseSpan { start: 0, end: 15360, meter: Meter::COMMON };

#[test]
fn notes_on_the_grid_are_decoded_unchanged_in_each_meter() {
    for (numerator, denominator) in [(4, 4), (3, 4), (6, 8), (2, 4), (7, 8), (5, 4), (12, 8)] {
        let meter = Meter { numerator, denominator };
        let notes = [note(0, 3, 60), note(0, 4, 64), note(3, 1, 60), note(4, 2, 67), note(6, 1, 67)];
        for shift in [-6, 0, 5] {
            assert_eq!(decode(&notes, meter, shift, Part::Chords), notes, "{meter:?}");
        }
    }
}

#[test]
fn a_note_sounds_on_across_the_bar_lines_of_meters_that_leave_steps_unused() {
    for (numerator, denominator) in [(5, 4), (7, 8)] {
        let meter = Meter { numerator, denominator };
        let bar = meter.bar_ticks();
        let notes = [Note { start: 0, pitch: 60, length: 2 * bar - 240, velocity: 80 }];
        assert_eq!(decode(&notes, meter, 0, Part::Chords), notes, "{meter:?}");
    }
}

#[test]
fn a_bass_plays_one_note_at_a_time() {
    let decoded = decode(&[note(0, 8, 36), note(4, 4, 43)], Meter::COMMON, 0, Part::Bass);
    assert_eq!(decoded, [note(0, 4, 36), note(4, 4, 43)]);
}

/// Starts and ends.
fn starts_and_ends(notes: &[Note]) -> Vec<(Tick, Tick)> {
    notes.iter().map(|note| (note.start, note.end())).collect()
}

#[test]
fn swing_is_where_a_player_puts_it_and_a_walking_line_stays_legato() {
    let mut swing = TIGHT;
    for beat in 0..16 {
        swing[4 * beat + 3] = -1.0 / 3.0;
    }
    // Long, short: the off-beat eighth on the last third of the beat.
    let line: Vec<Note> =
        (0..4).flat_map(|beat| [note(4 * beat, 3, 40 + beat as u8), note(4 * beat + 3, 1, 45)]).collect();
    let played = starts_and_ends(&decode_timed(&line, &FOUR, 0, Part::Bass, &swing));
    assert_eq!(played[..4], [(0, 640), (640, 960), (960, 1600), (1600, 1920)]);
    assert_eq!(played[7], (3520, 3840), "the last one ends on the beat, where no note starts");
    let ride: Vec<Note> = [0, 3, 4, 7].map(|step| note(step, 1, 42)).into();
    let starts: Vec<Tick> = decode_timed(&ride, &FOUR, 0, Part::Drums, &swing).iter().map(|note| note.start).collect();
    assert_eq!(starts, [0, 640, 960, 1600]);
}

#[test]
fn triplets_divide_the_beat_evenly() {
    let mut triplets = TIGHT;
    (triplets[1], triplets[3]) = (1.0 / 3.0, -1.0 / 3.0);
    let line = [note(0, 1, 60), note(1, 2, 62), note(3, 1, 64), note(4, 4, 65)];
    let decoded = starts_and_ends(&decode_timed(&line, &FOUR, 0, Part::Counter, &triplets));
    assert_eq!(decoded, [(0, 320), (320, 640), (640, 960), (960, 1920)]);
}

#[test]
fn nothing_begins_before_the_phrase_or_ends_after_it() {
    let span = PhraseSpan { start: 7680, end: 7680 + 15360, ..FOUR };
    let at = |note: Note| Note { start: note.start + span.start, ..note };
    let line = [at(note(0, 1, 60)), at(note(63, 1, 60))];
    let early = starts_and_ends(&decode_timed(&line, &span, 0, Part::Chords, &[-0.5; STEPS]));
    assert_eq!(early, [(7680, 7920), (span.end - 360, span.end)]);
    let late = starts_and_ends(&decode_timed(&line, &span, 0, Part::Chords, &[0.5; STEPS]));
    assert_eq!(late, [(7680 + 119, 7920), (span.end - 240 + 119, span.end)]);
}

#[test]
fn a_note_from_before_keeps_its_end_however_late_the_next_one_starts() {
    let mut output = NetworkOutput {
        batch: 1,
        pitched: vec![0.0; 8 * PLANE].into(),
        drums: vec![0.0; STEPS * DRUM_VOICES],
        velocity: vec![0.5; 5 * STEPS],
        timing: vec![0.3; 5 * STEPS],
        ..NetworkOutput::default()
    };
    let span = PhraseSpan { start: 15360, end: 30720, ..FOUR };
    let fit = Fit::new(&span);
    roll::write(&[Note { start: 15360, ..note(0, 4, 40) }], fit.window(0), 0, &mut output.pitched[..2 * PLANE]);
    let jitter = Jitter::draw(&mut Random::of_window(1, 0, 0, 0), 0.0);
    let decoder = Decoder {
        output: output.row(0),
        cells: fit.window(0),
        shift: 0,
        jitter: &jitter,
        drum_voices: &[36; DRUM_VOICES],
        one_hi_hat: true,
        sizes: PartMap::default(),
        spared: SparedTones::default(),
    };
    // As at a seam: the note before ended at the phrase's start, and could continue from there as a new note.
    let seam = Note { start: 15360, pitch: 45, length: 960, velocity: 80 };
    let notes = decoder.pitched(Part::Bass, 0.5, vec![seam]);
    assert_eq!(starts_and_ends(&notes), [(15360 + 72, 15360 + 960)], "nothing of the old note is left");
}

#[test]
fn only_the_likelier_hi_hat_is_struck_at_a_step() {
    let mut drum_voices = [127; DRUM_VOICES];
    drum_voices[..4].copy_from_slice(&[36, 42, 46, 44]);
    let mut drums = vec![0.0; STEPS * DRUM_VOICES];
    // Kick, closed, open and pedal at three steps; a voice that is not struck itself never silences another.
    for (step, voices) in [[0.9, 0.9, 0.7, 0.6], [0.9, 0.6, 0.8, 0.1], [0.2, 0.7, 0.7, 0.3]].iter().enumerate() {
        drums[step * DRUM_VOICES..][..4].copy_from_slice(voices);
    }
    let output = NetworkOutput {
        batch: 1,
        pitched: vec![0.0; 8 * PLANE].into(),
        drums,
        velocity: vec![0.5; 5 * STEPS],
        timing: vec![0.0; 5 * STEPS],
        ..NetworkOutput::default()
    };
    let (fit, jitter) = (Fit::new(&FOUR), Jitter::draw(&mut Random::of_window(1, 0, 0, 0), 0.0));
    let strokes = |one_hi_hat| {
        let (output, cells) = (output.row(0), fit.window(0));
        let decoder = Decoder {
            output,
            cells,
            shift: 0,
            jitter: &jitter,
            drum_voices: &drum_voices,
            one_hi_hat,
            sizes: PartMap::default(),
            spared: SparedTones::default(),
        };
        let strokes: Vec<_> = decoder.drums(0.5).into_iter().map(|note| (note.start / 240, note.pitch)).collect();
        strokes
    };
    assert_eq!(strokes(true), [(0, 36), (0, 42), (1, 36), (1, 46), (2, 42)]);
    assert_eq!(strokes(false), [(0, 36), (0, 42), (0, 46), (0, 44), (1, 36), (1, 42), (1, 46), (2, 42), (2, 46)]);
}

/// The pitches that begin at each step where the network finds notes this likely, in a song whose chords have so many notes.
fn begun(likely: &[(usize, u8, f32)], size: Option<usize>) -> Vec<(i64, u8, i64)> {
    let mut output = NetworkOutput {
        batch: 1,
        pitched: vec![0.0; 8 * PLANE].into(),
        drums: vec![0.0; STEPS * DRUM_VOICES],
        velocity: vec![0.5; 5 * STEPS],
        timing: vec![0.0; 5 * STEPS],
        ..NetworkOutput::default()
    };
    let plane = 2 * (Part::Chords.index() - 1) * PLANE;
    for &(step, pitch, onset) in likely {
        output.pitched[plane + step * PITCHES + roll::row(pitch.into())] = onset;
        // The likeliest note sounds for four steps, the others for one.
        let sounding = if onset > 0.9 { step..step + 4 } else { step..step + 1 };
        sounding.for_each(|step| output.pitched[plane + PLANE + step * PITCHES + roll::row(pitch.into())] = 0.9);
    }
    let (fit, jitter) = (Fit::new(&FOUR), Jitter::draw(&mut Random::of_window(1, 0, 0, 0), 0.0));
    let decoder = Decoder {
        output: output.row(0),
        cells: fit.window(0),
        shift: 0,
        jitter: &jitter,
        drum_voices: &[127; DRUM_VOICES],
        one_hi_hat: true,
        sizes: PartMap::from_fn(|_| size),
        spared: SparedTones::default(),
    };
    let notes = decoder.pitched(Part::Chords, 0.5, Vec::new());
    notes.iter().map(|note| (note.start / 240, note.pitch, note.length / 240)).collect()
}

#[test]
fn chords_have_the_songs_size_and_what_is_added_sounds_as_long() {
    let likely = [(0, 60, 0.95), (0, 64, 0.6), (0, 67, 0.2), (0, 72, 0.3), (0, 61, 0.01)];
    assert_eq!(begun(&likely, None), [(0, 60, 4), (0, 64, 1)]);
    let full = begun(&likely, Some(3));
    assert_eq!(full, [(0, 60, 4), (0, 64, 1), (0, 67, 4)], "another pitch class comes before the octave");
    assert_eq!(begun(&likely, Some(5)).len(), 4, "what is absurd stays out");
    let seventh = [(0, 60, 0.95), (0, 64, 0.8), (0, 67, 0.7), (0, 70, 0.3), (0, 72, 0.1)];
    let pitches: Vec<u8> = begun(&seventh, Some(4)).iter().map(|note| note.1).collect();
    assert_eq!(pitches, [60, 64, 67, 72], "no seventh that the network doubts");
}

#[test]
fn of_more_notes_than_the_songs_chords_have_the_likeliest_stay() {
    let likely = [(0, 60, 0.95), (0, 64, 0.7), (0, 67, 0.6), (0, 72, 0.8)];
    assert_eq!(begun(&likely, Some(3)).iter().map(|note| note.1).collect::<Vec<_>>(), [60, 64, 67]);
    assert_eq!(begun(&likely, None).len(), 4);
}

#[test]
fn a_note_that_stands_alone_stays_alone() {
    assert_eq!(begun(&[(0, 60, 0.95), (0, 64, 0.3)], Some(3)), [(0, 60, 4)]);
    assert_eq!(begun(&[(0, 60, 0.95), (0, 64, 0.45)], Some(3)).len(), 2);
}

proptest! {
    #[test]
    fn timing_moves_notes_but_changes_neither_their_order_nor_their_steps(
        numerator in 2u8..=13, exponent in 1u32..=4, cut in 0i64..3000,
        timing in prop::array::uniform32(-0.5f32..=0.5), part in 1usize..5,
        drawn in prop::collection::vec((0i64..64, 1i64..9, 40u8..80), 0..80),
    ) {
        let meter = Meter { numerator, denominator: 1 << exponent };
        let span = PhraseSpan { start: 0, end: (4 * meter.bar_ticks() - cut).max(480), meter };
        let (fit, part) = (Fit::new(&span), Part::ALL[part]);
        let timing: [f32; STEPS] = std::array::from_fn(|step| timing[step % 32]);
        let last = fit.window(0).last().map_or(0, |cell| cell.to);
        let notes: Vec<Note> = drawn
            .into_iter()
            .map(|(step, length, pitch)| note(step, length, pitch))
            .filter(|note| note.start < last)
            .collect();
        let straight = decode_timed(&notes, &span, 0, part, &TIGHT);
        let moved = decode_timed(&notes, &span, 0, part, &timing);
        prop_assert_eq!(moved.len(), straight.len());
        prop_assert!(moved.is_sorted());
        for note in &moved {
            prop_assert!(note.length > 0 && note.start >= 0 && note.end() <= last);
            // No two notes of one pitch overlap.
            let same_pitch = moved.iter().filter(|other| other.pitch == note.pitch && *other != note);
            prop_assert!(same_pitch.into_iter().all(|other| other.end() <= note.start || note.end() <= other.start));
        }
        let planes = |notes: &[Note]| {
            let mut planes = vec![0.0; 2 * PLANE];
            roll::write(notes, fit.window(0), 0, &mut planes);
            planes
        };
        prop_assert!(planes(&moved) == planes(&straight), "the network reads back what it wrote");
    }
}

#[test]
fn the_same_seed_draws_the_same_numbers_and_another_draws_different_ones() {
    let draw = |seed, start, take, window| {
        let mut noise = [0.0; 4];
        Random::of_window(seed, start, take, window).fill_noise(1.0, &mut noise);
        noise.map(f32::to_bits)
    };
    assert_eq!(draw(1, 0, 0, 0), draw(1, 0, 0, 0));
    let others = [draw(2, 0, 0, 0), draw(1, 240, 0, 0), draw(1, 0, 1, 0), draw(1, 0, 0, 1)];
    assert!(others.iter().all(|other| *other != draw(1, 0, 0, 0)));
}
