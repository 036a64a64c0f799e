//! What is told of a note or of a phrase under the pointer.

use crate::editor::roll::lane;
use crate::editor::state::State;
use continuo_engine::{
    export::{bar_number, bars},
    note::Note,
    part::Part,
    time::Tick,
};
use egui::{Pos2, Rect};

/// The names of the twelve pitch classes.
const PITCHES: [&str; 12] = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
/// What General MIDI plays on the drum channel, from pitch 35 on.
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

/// What is told of a point over a lane; nothing where there is no note.
pub fn lane(part: Option<Part>, rect: Rect, point: Pos2, state: &State) -> Option<String> {
    let note = lane::note_at(part, rect, point, state)?;
    Some(format!("{} at {}", called(part, note), place(state, note.start)))
}

/// What is told of a tick on the ruler.
pub fn ruler(tick: Tick, state: &State) -> String {
    let score = &state.snapshot.score;
    let known = score.phrases().iter().zip(&state.snapshot.settled).find(|(phrase, _)| phrase.span.contains(tick));
    let Some((phrase, &settled)) = known else {
        return "Nothing was made here yet. Wheel: along the song; with Ctrl: zoom.".to_owned();
    };
    let told = if settled {
        "final: made for the melody that was heard."
    } else {
        "a prediction, made before its melody was heard; in the mode Arrange it is made anew once it was."
    };
    format!("Bars {} are {told} Click to choose the phrase, again to follow the playhead.", bars(score, &phrase.span))
}

/// A pitch or a drum in words, 60 as C4.
fn called(part: Option<Part>, note: &Note) -> String {
    let pitch = usize::from(note.pitch);
    match pitch.checked_sub(35).and_then(|index| DRUMS.get(index)) {
        Some(drum) if part == Some(Part::Drums) => (*drum).to_owned(),
        _ => format!("{}{}", PITCHES[pitch % 12], pitch as i32 / 12 - 1),
    }
}

/// Bar and beat, as the top bar tells them.
fn place(state: &State, tick: Tick) -> String {
    let score = &state.snapshot.score;
    let beat = (tick - score.meters.bar_start(tick)) / score.meters.at(tick).meter.beat_ticks() + 1;
    format!("bar {}, beat {beat}", bar_number(score, tick))
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{pos2, vec2};

    #[test]
    fn pitches_and_drums_have_their_usual_names() {
        let note = |pitch| Note { start: 0, length: 1, pitch, velocity: 1 };
        assert_eq!(called(None, &note(60)), "C4");
        assert_eq!(called(Some(Part::Bass), &note(38)), "D2");
        assert_eq!(called(Some(Part::Drums), &note(38)), "snare");
        assert_eq!(called(Some(Part::Drums), &note(59)), "ride cymbal 2");
        assert_eq!(called(Some(Part::Drums), &note(0)), "C-1", "which no drum is");
    }

    #[test]
    fn what_lies_under_the_pointer_is_told() {
        let mut state = State::new();
        state.snapshot.score.hear(&[Note { start: 4800, length: 960, pitch: 72, velocity: 90 }], 0..7680);
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(800.0, 60.0));
        let told = |tick: Tick| {
            let x = state.view.x(tick);
            (0..60).find_map(|y| lane(None, rect, pos2(x, y as f32), &state))
        };
        assert_eq!(told(5000).as_deref(), Some("C5 at bar 2, beat 2"));
        assert_eq!(told(3000), None);
        assert!(ruler(0, &state).starts_with("Nothing was made here yet"));
    }
}
