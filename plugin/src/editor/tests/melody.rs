//! The melody's notes and selected bars: clicks, drags and keys change what the engine holds.

use super::*;
use crate::editor::{state::proposal::Fate, undo};
use continuo_engine::score::{Edit, MelodyEdit};
use continuo_music::time::Tick;
use egui::{Pos2, pos2};
use std::time::Instant;

/// The window with a score of eight bars, and a composer that carries out edits.
struct Stage {
    wiring: Arc<Wiring>,
    harness: Harness<'static, State>,
    _composer: Composer,
}

impl Stage {
    fn new() -> Self {
        let wiring = wiring();
        let mut score = Score::default();
        let melody: Vec<_> = (0..8).map(|beat| note(beat * 1920, 60 + beat as u8, 900)).collect();
        score.hear(&melody, 0..8 * BAR);
        wiring.shared.replace(score);
        let (_audio, ends) = queues();
        let no_model = Box::new(|| Err("there is no model here".to_owned()));
        let composer = Composer::start(ends, Arc::clone(&wiring.shared), no_model).expect("a thread");
        let mut harness = harness(&wiring);
        harness.run_steps(3);
        Self { wiring, harness, _composer: composer }
    }

    /// The same with the editor open.
    fn open() -> Self {
        let mut stage = Self::new();
        stage.press("Edit melody");
        stage
    }

    fn press(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.harness.run_steps(3);
    }

    fn melody(&self) -> Vec<Note> {
        self.wiring.shared.score.read(|score| score.melody().to_vec())
    }

    /// Draws until the engine's melody is this, and the window shows it.
    fn until(&mut self, wanted: &[Note]) {
        let begun = Instant::now();
        loop {
            self.harness.run_steps(2);
            if self.melody() == wanted && self.harness.state().snapshot.score.melody() == wanted {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(15), "{:?} instead of {wanted:?}", self.melody());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The middle of a note in the editor, or where one of this pitch would be.
    fn place(&self, tick: Tick, pitch: u8) -> Pos2 {
        let rect = self.harness.get_by_label("Melody notes").rect();
        let (low, high) = self.harness.state().melody.shown;
        let row = rect.height() / f32::from(high - low + 1);
        pos2(rect.left() + self.harness.state().time_axis.x(tick), rect.bottom() - (f32::from(pitch - low) + 0.5) * row)
    }

    /// The middle of a bar in a lane, counted from the top.
    fn lane(&self, lane: usize, bar: Tick) -> Pos2 {
        let names = ["Sound of Melody", "Sound of Drums", "Sound of Bass", "Sound of Chords"];
        let y = self.harness.get_by_label(names[lane]).rect().center().y;
        let left = self.harness.get_by_label("Chord lane").rect().left();
        pos2(left + self.harness.state().time_axis.x(bar * BAR + BAR / 2), y)
    }

    fn drag_with(&mut self, from: Pos2, to: Pos2, modifiers: Modifiers) {
        let button =
            |pos, pressed| Event::PointerButton { pos, button: egui::PointerButton::Primary, pressed, modifiers };
        self.harness.hover_at(from);
        self.harness.run_steps(1);
        self.harness.event_modifiers(button(from, true), modifiers);
        for step in 1..=4 {
            self.harness.event_modifiers(Event::PointerMoved(from + (to - from) * step as f32 / 4.0), modifiers);
            self.harness.run_steps(1);
        }
        self.harness.event_modifiers(button(to, false), modifiers);
        self.harness.run_steps(2);
    }

    fn drag(&mut self, from: Pos2, to: Pos2) {
        self.drag_with(from, to, Modifiers::NONE);
    }

    fn click(&mut self, at: Pos2) {
        self.harness.hover_at(at);
        self.harness.run_steps(1);
        self.harness.drag_at(at);
        self.harness.run_steps(1);
        self.harness.drop_at(at);
        // Long enough that the next click is no double-click.
        self.harness.run_steps(40);
    }

    fn key(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(3);
    }

    fn depth(&self) -> (usize, usize) {
        self.wiring.shared.history.read(History::depth)
    }

    fn has(&self, label: &str) -> bool {
        self.harness.query_by_label_contains(label).is_some()
    }
}

fn note(start: Tick, pitch: u8, length: Tick) -> Note {
    Note { start, pitch, length, velocity: 90 }
}

/// The melody with one note changed.
fn with(melody: &[Note], index: usize, changed: Note) -> Vec<Note> {
    let mut melody = melody.to_vec();
    melody[index] = changed;
    melody.sort_unstable();
    melody
}

#[test]
fn a_drag_draws_a_note_on_the_grid_and_undo_takes_it_back() {
    let mut stage = Stage::open();
    let before = stage.melody();
    assert!(stage.has("what is played replaces your edits"));
    stage.drag(stage.place(1000, 70), stage.place(1300, 72));
    let mut wanted = before.clone();
    wanted.insert(1, note(960, 72, 480));
    stage.until(&wanted);
    assert_eq!(stage.depth(), (1, 0));
    stage.press("Undo");
    stage.until(&before);
    stage.press("Redo");
    stage.until(&wanted);
}

#[test]
fn undo_right_after_an_edit_takes_that_edit_and_not_the_step_before() {
    let mut stage = Stage::open();
    let before = stage.melody();
    stage.drag(stage.place(1000, 70), stage.place(1300, 72));
    let mut first = before.clone();
    first.insert(1, note(960, 72, 480));
    stage.until(&first);
    // The composer has hardly seen the second edit.
    let edit = MelodyEdit { gone: vec![before[4]], new: vec![] };
    stage.harness.state_mut().request(Edit::Melody(edit), &stage.wiring);
    let wiring = Arc::clone(&stage.wiring);
    undo::undo(&EditorContext { gui: None, wiring: &wiring }, stage.harness.state_mut());
    stage.until(&first);
    assert_eq!(stage.depth(), (1, 1), "one step is left, one was undone");
    stage.press("Undo");
    stage.until(&before);
}

#[test]
fn notes_are_moved_lengthened_made_louder_and_deleted_with_the_mouse() {
    let mut stage = Stage::open();
    let first = stage.melody();
    let (from, to) = (stage.place(1920 + 300, 61), stage.place(1920 + 300 + 480, 64));
    stage.drag(from, to);
    let moved = with(&first, 1, note(2400, 64, 900));
    stage.until(&moved);
    // The end of a note.
    let end = stage.place(3840 + 900, 62) - vec2(2.5, 0.0);
    stage.drag(end, end + vec2(25.0, 0.0));
    let longer = with(&moved, 2, note(3840, 62, 900 + 960));
    stage.until(&longer);
    // Its velocity.
    let at = stage.place(5760 + 300, 63);
    stage.drag_with(at, at - vec2(0.0, 30.0), Modifiers::COMMAND);
    let louder = with(&longer, 3, Note { velocity: 110, ..note(5760, 63, 900) });
    stage.until(&louder);
    // A double-click.
    let at = stage.place(7680 + 300, 64);
    stage.harness.hover_at(at);
    for _ in 0..2 {
        stage.harness.drag_at(at);
        stage.harness.run_steps(1);
        stage.harness.drop_at(at);
        stage.harness.run_steps(1);
    }
    let mut fewer = louder;
    fewer.remove(4);
    stage.until(&fewer);
    assert_eq!(stage.depth(), (4, 0));
}

#[test]
fn keys_select_move_and_delete_notes() {
    let mut stage = Stage::open();
    let first = stage.melody();
    stage.click(stage.place(1920 + 300, 61));
    stage.key(Modifiers::NONE, Key::ArrowUp);
    stage.until(&with(&first, 1, note(1920, 62, 900)));
    stage.key(Modifiers::NONE, Key::ArrowRight);
    stage.until(&with(&first, 1, note(2160, 62, 900)));
    stage.key(Modifiers::SHIFT, Key::ArrowRight);
    stage.until(&with(&first, 1, note(2160, 62, 1140)));
    stage.key(Modifiers::COMMAND, Key::ArrowUp);
    let changed = with(&first, 1, Note { velocity: 98, ..note(2160, 62, 1140) });
    stage.until(&changed);
    // The next note.
    stage.key(Modifiers::ALT, Key::ArrowRight);
    stage.key(Modifiers::NONE, Key::Delete);
    let mut fewer = changed;
    fewer.remove(2);
    stage.until(&fewer);
    stage.key(Modifiers::COMMAND, Key::A);
    assert_eq!(stage.harness.state().melody.selected.len(), 7);
    stage.key(Modifiers::NONE, Key::Escape);
    assert!(stage.harness.state().melody.selected.is_empty() && stage.harness.state().melody.open);
    stage.key(Modifiers::NONE, Key::Escape);
    assert!(!stage.harness.state().melody.open);
}

#[test]
fn a_rectangle_selects_and_all_of_it_moves() {
    let mut stage = Stage::open();
    let first = stage.melody();
    stage.drag_with(stage.place(1700, 66), stage.place(4400, 59), Modifiers::SHIFT);
    assert_eq!(stage.harness.state().melody.selected, first[1..3]);
    stage.key(Modifiers::SHIFT, Key::ArrowDown);
    let mut wanted = first.clone();
    wanted[1].pitch -= 12;
    wanted[2].pitch -= 12;
    stage.until(&wanted);
    assert_eq!(stage.depth(), (1, 0), "one step");
}

#[test]
fn bars_are_selected_in_lanes_by_mouse_and_keys() {
    let mut stage = Stage::new();
    stage.drag(stage.lane(0, 1), stage.lane(2, 3));
    assert!(stage.has("Melody to Bass, bars 2-4"));
    stage.click(stage.lane(1, 5));
    assert_eq!(stage.harness.state().range, None, "a click selects a phrase instead");
    stage.harness.get_by_label("Roll").focus();
    stage.harness.run_steps(2);
    for key in [Key::ArrowRight, Key::ArrowRight, Key::ArrowRight, Key::ArrowLeft, Key::ArrowDown] {
        stage.key(Modifiers::SHIFT, key);
    }
    assert!(stage.has("Melody to Drums, bars 1-2"));
    stage.key(Modifiers::NONE, Key::Escape);
    assert!(!stage.has("Melody to Drums"));
}

#[test]
fn selected_bars_of_the_melody_are_copied_pasted_and_deleted() {
    let mut stage = Stage::new();
    let first = stage.melody();
    stage.drag(stage.lane(0, 0) - vec2(8.0, 0.0), stage.lane(0, 0) + vec2(8.0, 0.0));
    assert!(stage.has("Melody, bar 1"));
    stage.harness.get_by_label("Roll").focus();
    stage.harness.run_steps(2);
    stage.key(Modifiers::COMMAND, Key::C);
    stage.drag(stage.lane(0, 5) - vec2(8.0, 0.0), stage.lane(0, 5) + vec2(8.0, 0.0));
    stage.key(Modifiers::COMMAND, Key::V);
    let pasted = [&first[..], &[note(5 * BAR, 60, 900), note(5 * BAR + 1920, 61, 900)]].concat();
    stage.until(&pasted);
    stage.drag(stage.lane(0, 0) - vec2(8.0, 0.0), stage.lane(0, 1));
    stage.key(Modifiers::NONE, Key::Delete);
    stage.until(&pasted[4..]);
    assert_eq!(stage.depth(), (2, 0));
}

#[test]
fn an_edit_that_the_composer_has_not_made_yet_is_shown() {
    let wiring = wiring();
    let mut state = State::new();
    let edit = MelodyEdit { gone: vec![], new: vec![note(0, 60, 480)] };
    state.request(Edit::Melody(edit), &wiring);
    assert_eq!(state.snapshot.score.melody(), [note(0, 60, 480)]);
}

#[test]
fn a_tool_works_on_the_selected_bars_and_says_what_it_did() {
    let mut stage = Stage::new();
    let mut late = stage.melody();
    late[2].start += 70;
    let edit = MelodyEdit { gone: vec![stage.melody()[2]], new: vec![late[2]] };
    assert!(stage.wiring.shared.edits.push(Edit::Melody(edit)));
    stage.until(&late);
    stage.drag(stage.lane(0, 1) - vec2(8.0, 0.0), stage.lane(2, 1));
    stage.press("Melody tools");
    assert!(stage.has("Melody, bar 2"), "the topmost lane");
    stage.press("Quantise");
    late[2].start -= 70;
    stage.until(&late);
    stage.harness.run_steps(4);
    assert!(stage.has("Quantise: bar 2 is done."));
    assert_eq!(stage.depth(), (2, 0));
    // What cannot be done is said.
    stage.press("Drumify");
    for _ in 0..200 {
        stage.harness.run_steps(2);
        if stage.has("The band has no phrase in the selected bars yet") {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("nothing is said");
}

#[test]
fn the_tools_that_write_melodies_work_on_the_selected_bars() {
    let mut stage = Stage::new();
    let before = stage.melody();
    stage.drag(stage.lane(0, 1) - vec2(8.0, 0.0), stage.lane(0, 2));
    stage.press("Melody tools");
    for (tool, said) in [
        ("Rewrite", "Rewrite: bars 2-3 are done."),
        ("Generate", "Generate: bars 2-3 are done."),
        // Two bars are no two ends with something between.
        ("Interpolate", "The selection has 2 bars: for ends of 2, select 6"),
    ] {
        stage.press(tool);
        let begun = Instant::now();
        while !stage.has(said) {
            assert!(begun.elapsed() < Duration::from_mins(3), "{tool} is not done");
            stage.harness.run_steps(2);
            std::thread::sleep(Duration::from_millis(5));
        }
        let outside = |note: &&Note| !(BAR..3 * BAR).contains(&note.start);
        assert!(stage.melody().iter().filter(outside).eq(before.iter().filter(outside)), "{tool}");
        assert_ne!(stage.melody(), before, "{tool}");
    }
    while stage.depth().0 > 0 {
        stage.press("Undo");
        stage.harness.run_steps(10);
    }
    stage.until(&before);
}

#[test]
fn a_better_melody_is_shown_in_the_roll_before_it_is_kept() {
    let mut stage = Stage::open();
    // A slip, far from its neighbours.
    let right = stage.melody();
    let slipped = with(&right, 3, note(5760, 90, 900));
    let edit = MelodyEdit { gone: vec![right[3]], new: vec![slipped[3]] };
    assert!(stage.wiring.shared.edits.push(Edit::Melody(edit)));
    stage.until(&slipped);
    let enhance = |stage: &mut Stage| {
        stage.press("Melody tools");
        stage.press("Enhance");
        stage.key(Modifiers::NONE, Key::Escape);
        let begun = Instant::now();
        while !stage.has("Enhance proposes for bars 1-4: ") {
            assert!(begun.elapsed() < Duration::from_mins(3), "nothing is proposed");
            stage.harness.run_steps(2);
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    enhance(&mut stage);
    assert_eq!(stage.melody(), slipped);
    stage.press("Discard the changes");
    assert!(!stage.has("Enhance proposes"));
    assert_eq!((stage.melody(), stage.depth()), (slipped.clone(), (1, 0)));
    enhance(&mut stage);
    // The slip's change is left out, and taken back in.
    let at = stage.place(5760 + 300, 90);
    let (all, _) = stage.harness.state().proposal.as_ref().expect("a proposal").counts();
    stage.click(at);
    assert_eq!(stage.harness.state().proposal.as_ref().expect("a proposal").counts(), (all - 1, all));
    stage.click(at);
    let proposal = stage.harness.state().proposal.as_ref().expect("a proposal");
    assert_eq!((proposal.counts(), proposal.fate_of(&note(5760, 90, 900))), ((all, all), Some(Fate::Goes)));
    stage.press("Keep the changes");
    let begun = Instant::now();
    while stage.melody() == slipped {
        assert!(begun.elapsed() < Duration::from_secs(30), "nothing is kept");
        stage.harness.run_steps(2);
    }
    assert!(!stage.melody().contains(&note(5760, 90, 900)));
    assert_eq!(stage.depth(), (2, 0), "one step");
}

#[test]
fn every_control_of_the_tools_has_a_name() {
    let mut stage = Stage::new();
    stage.press("Melody tools");
    for name in [
        "Extend",
        "Bars to write",
        "ends at home",
        "Network: Both",
        "Network: Transformer",
        "Network: LSTM",
        "Enhance",
        "Most notes to add",
        "Most notes to remove",
        "Creative risk",
        "Most changes",
        "Rewrite",
        "What to rewrite",
        "Generate",
        "Interpolate",
        "Bars at each end",
        "Quantise",
        "Grid",
        "Strength",
        "Groove",
        "Amount of groove",
        "Whose groove",
        "Drumify",
    ] {
        assert!(stage.harness.query_by_label(name).is_some(), "{name}");
    }
    assert!(stage.has("The whole melody"));
}
