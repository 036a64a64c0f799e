//! The text about the note or the phrase under the pointer.

use crate::editor::{roll::lane, state::State};
use continuo_music::{note::Note, part::Part, time::Tick};
use egui::{Pos2, Rect};

/// The names of the twelve pitch classes.
const PITCHES: [&str; 12] = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
/// General MIDI's drums, from pitch 35 on.
const DRUMS: [&str; 25] = [
    "acoustic bass drum",
    "bass drum",
    "side stick",
    "snare",
    "hand clap",
    "electric snare",
    "low floor tom",
    "closed hi-hat",
    "high floor tom",
    "pedal hi-hat",
    "low tom",
    "open hi-hat",
    "low mid tom",
    "high mid tom",
    "crash cymbal",
    "high tom",
    "ride cymbal",
    "Chinese cymbal",
    "ride bell",
    "tambourine",
    "splash cymbal",
    "cowbell",
    "crash cymbal 2",
    "vibraslap",
    "ride cymbal 2",
];

/// The text about a point on a lane; `None` where there is no note.
pub fn lane(part: Option<Part>, rect: Rect, point: Pos2, state: &State) -> Option<String> {
    let note = lane::note_at(part, rect, point, state)?;
    Some(placed(&name(part, note), note, state))
}

/// The text about a point on Lead's lane; `None` where there is no note.
pub fn lead(rect: Rect, point: Pos2, state: &State) -> Option<String> {
    let note = lane::lead_note_at(rect, point, state)?;
    Some(placed(&pitch_name(note.pitch), note, state))
}

fn placed(name: &str, note: &Note, state: &State) -> String {
    let (bar, beat) = (state.snapshot.bar(note.start), state.snapshot.beat(note.start));
    format!("{name} at bar {bar}, beat {beat}")
}

/// The text about a tick on the ruler.
pub fn ruler(tick: Tick, state: &State) -> String {
    let score = &state.snapshot.score;
    let known = score.phrases().iter().zip(&state.snapshot.settled).find(|(phrase, _)| phrase.span.contains(tick));
    let Some((phrase, &settled)) = known else {
        return "There is no phrase here yet. Turn the wheel to scroll; hold Ctrl to zoom.".to_owned();
    };
    let kind = match settled {
        true if state.snapshot.is_silent(&phrase.span) => {
            "made without a melody: none was played there. Once you play one, they are made again."
        }
        true => "final: made for the melody that was heard.",
        false => "a prediction, made before the melody was heard. In Arrange mode it is made again afterwards.",
    };
    let bars = state.snapshot.bars(&phrase.span);
    let form = match state.snapshot.form.letter(phrase.span.start) {
        Some(letter) => format!(" The melody is {letter} in the song's form."),
        None => String::new(),
    };
    format!("Bars {bars} are {kind}{form} Click to choose the phrase; click again to follow the playhead.")
}

/// The name of a note's pitch, or of its drum.
fn name(part: Option<Part>, note: &Note) -> String {
    let pitch = usize::from(note.pitch);
    match pitch.checked_sub(35).and_then(|index| DRUMS.get(index)) {
        Some(drum) if part == Some(Part::Drums) => (*drum).to_owned(),
        _ => pitch_name(note.pitch),
    }
}

/// The name of a pitch, such as C4 for 60.
pub fn pitch_name(pitch: u8) -> String {
    format!("{}{}", PITCHES[usize::from(pitch % 12)], i32::from(pitch) / 12 - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{pos2, vec2};

    #[test]
    fn pitches_and_drums_have_their_usual_names() {
        let note = |pitch| Note { start: 0, length: 1, pitch, velocity: 1 };
        assert_eq!(name(None, &note(60)), "C4");
        assert_eq!(name(Some(Part::Bass), &note(38)), "D2");
        assert_eq!(name(Some(Part::Drums), &note(38)), "snare");
        assert_eq!(name(Some(Part::Drums), &note(59)), "ride cymbal 2");
        assert_eq!(name(Some(Part::Drums), &note(0)), "C-1", "General MIDI has no drum there");
    }

    #[test]
    fn the_text_is_about_what_lies_under_the_pointer() {
        let mut state = State::new();
        state.snapshot.score.hear(&[Note { start: 4800, length: 960, pitch: 72, velocity: 90 }], 0..7680);
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(800.0, 60.0));
        let text = |tick: Tick| {
            let x = state.time_axis.x(tick);
            (0..60).find_map(|y| lane(None, rect, pos2(x, y as f32), &state))
        };
        assert_eq!(text(5000).as_deref(), Some("C5 at bar 2, beat 2"));
        assert_eq!(text(3000), None);
        assert!(ruler(0, &state).starts_with("There is no phrase here yet"));
    }
}
