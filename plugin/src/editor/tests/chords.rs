//! The chord lane: clicks, drags and keys change what the engine holds.

use super::*;
use continuo_engine::{
    arranging::ChordGuess,
    score::{Edit, HandChord, WholeSong},
};
use continuo_music::time::Tick;
use egui::{Pos2, Rect, pos2};
use std::time::Instant;

const HALF: Tick = BAR / 2;

/// Plays the chords that it is given, and C elsewhere; would play C, F or G.
struct Band {
    knows_chords: bool,
}

impl Arrange for Band {
    fn arrange_phrase(&mut self, request: &PhraseRequest<'_>) -> Result<ArrangedPhrase, InferenceError> {
        let mut parts = PartNotes::default();
        for start in (request.span.start..request.span.end).step_by(HALF as usize) {
            let given = request.chords.iter().find(|chord| chord.span.contains(&start));
            let chord = given.map_or_else(|| "C".parse().expect("a chord"), |given| given.chord);
            let note = |pitch| Note { start, pitch, length: HALF, velocity: 80 };
            parts[Part::Bass].push(note(36 + chord.bass()));
            parts[Part::Chords].extend(chord.tones().map(|class| note(60 + class)));
            parts[Part::Chords].sort_unstable();
        }
        Ok(parts.into())
    }

    fn knows_chords(&self) -> bool {
        self.knows_chords
    }

    fn guess_chords(&mut self, _: &PhraseRequest<'_>, _: Tick) -> Result<Vec<ChordGuess>, InferenceError> {
        let guess = |(symbol, share): (&str, f32)| ChordGuess { chord: symbol.parse().expect("a chord"), share };
        Ok([("C", 0.5), ("F", 0.3), ("Bbm7", 0.004)].map(guess).to_vec())
    }
}

/// The window with a song of two phrases in C major.
struct Stage {
    wiring: Arc<Wiring>,
    harness: Harness<'static, State>,
    _composer: Composer,
}

impl Stage {
    fn new(knows_chords: bool) -> Self {
        let wiring = wiring();
        let (_audio, ends) = queues();
        let loader = Box::new(move || {
            let (arranger, model) = (Box::new(Band { knows_chords }), "band 1".to_owned());
            Ok(Loaded { arranger, model, backend: "nothing".to_owned(), conductor: None, remark: None, soloist: None })
        });
        let composer = Composer::start(ends, Arc::clone(&wiring.shared), loader).expect("a thread");
        let scale = [60, 62, 64, 65, 67, 69, 71, 72].into_iter().cycle();
        let melody =
            (0..32).zip(scale).map(|(beat, pitch)| Note { start: beat * 960, pitch, length: 900, velocity: 90 });
        let song = WholeSong { melody: melody.collect(), ..WholeSong::default() };
        assert!(wiring.shared.edits.push(Edit::Arrange(Box::new(song))));
        let mut stage = Self { harness: harness(&wiring), wiring, _composer: composer };
        stage.until("the song is arranged", |stage| stage.wiring.shared.score.copy().phrases().len() == 2);
        stage
    }

    /// Draws until `holds` is true.
    fn until(&mut self, what: &str, holds: impl Fn(&mut Self) -> bool) {
        let begun = Instant::now();
        loop {
            self.harness.run_steps(2);
            if holds(self) {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(15), "still not: {what}; the lane has {:?}", self.lane());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The chords that are set by hand: first and last half bar, symbol, and `!` if locked.
    fn lane(&self) -> String {
        let one = |chord: &HandChord| {
            let lock = if chord.locked { "!" } else { "" };
            format!("{}-{} {}{lock}", chord.span.start / HALF, chord.span.end / HALF, chord.chord)
        };
        self.wiring.shared.score.read(|score| score.hand_chords().iter().map(one).collect::<Vec<_>>().join(", "))
    }

    /// Waits until these chords are set by hand and the window shows the score.
    fn until_lane(&mut self, wanted: &str) {
        self.until(wanted, |stage| {
            stage.lane() == wanted && stage.harness.state().snapshot.score == stage.wiring.shared.score.copy()
        });
    }

    fn rect(&self) -> Rect {
        self.harness.get_by_label("Chord lane").rect()
    }

    /// The middle of a half bar in the lane.
    fn middle(&self, half_bar: Tick) -> Pos2 {
        let lane = self.rect();
        pos2(lane.left() + self.harness.state().time_axis.x(half_bar * HALF + HALF / 2), lane.center().y)
    }

    fn click_with(&mut self, at: Pos2, modifiers: Modifiers) {
        self.harness.hover_at(at);
        self.harness.run_steps(1);
        for pressed in [true, false] {
            let button = egui::PointerButton::Primary;
            self.harness.event_modifiers(Event::PointerButton { pos: at, button, pressed, modifiers }, modifiers);
            self.harness.run_steps(1);
        }
        self.harness.run_steps(2);
    }

    fn click(&mut self, half_bar: Tick) {
        self.click_with(self.middle(half_bar), Modifiers::NONE);
    }

    fn drag(&mut self, from: Pos2, to: Pos2) {
        self.harness.hover_at(from);
        self.harness.drag_at(from);
        for step in 1..=4 {
            self.harness.hover_at(from + (to - from) * step as f32 / 4.0);
            self.harness.run_steps(1);
        }
        self.harness.drop_at(to);
        self.harness.run_steps(2);
    }

    fn press(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.harness.run_steps(3);
    }

    fn key(&mut self, key: Key) {
        self.harness.key_press(key);
        self.harness.run_steps(3);
    }

    /// Selects half bars by dragging over them.
    fn select(&mut self, from: Tick, to: Tick) {
        // A little on either side of the middle: without a move it would be a click.
        self.drag(self.middle(from) - vec2(12.0, 0.0), self.middle(to) + vec2(12.0, 0.0));
    }

    fn focus_lane(&mut self) {
        self.harness.get_by_label("Chord lane").focus();
        self.harness.run_steps(2);
    }

    fn has(&self, label: &str) -> bool {
        self.harness.query_by_label_contains(label).is_some()
    }

    /// Sets a chord on half bars by typing it.
    fn set(&mut self, from: Tick, to: Tick, symbol: &str) {
        self.select(from, to);
        self.key(Key::Enter);
        self.harness.get_by_label("Chord symbol").type_text(symbol);
        self.harness.run_steps(2);
        self.key(Key::Enter);
    }
}

#[test]
fn a_click_on_a_chord_offers_the_bands_guesses_and_one_more_click_sets_one() {
    let mut stage = Stage::new(true);
    let other = stage.wiring.shared.score.copy().phrases()[1].clone();
    stage.select(2, 2);
    stage.key(Key::Enter);
    stage.until("the guesses are there", |stage| stage.has("Guess C, 50 %"));
    let place = |stage: &Stage, name: &str| stage.harness.get_by_label(name).rect();
    let (first, second) = (place(&stage, "Guess C, 50 %"), place(&stage, "Guess F, 30 %"));
    assert!(first.right() <= second.left() && first.top() <= second.top(), "in order of likelihood");
    assert!(stage.has("Guess Bbm7, under 1 %"));
    stage.press("Guess F, 30 %");
    stage.until_lane("2-3 F");
    assert!(stage.has("Chord F at bar 2, beat 1, set by you"));
    assert!(!stage.has("Chord symbol"), "the popup is closed");
    let score = stage.wiring.shared.score.copy();
    assert_eq!(score.phrases()[1].parts, other.parts, "the other phrase stays");
    assert!(score.phrases()[0].parts[Part::Bass].iter().any(|note| note.start == 2 * HALF && note.pitch == 41));
    stage.press("Undo");
    stage.until_lane("");
    stage.press("Redo");
    stage.until_lane("2-3 F");
    // A click on a chord is about all of it.
    stage.click(2);
    assert_eq!(
        stage.harness.state().chords.popup.as_ref().map(|popup| popup.stretch.clone()),
        Some(2 * HALF..3 * HALF)
    );
    stage.press("Back to the band's choice");
    stage.until_lane("");
}

#[test]
fn any_symbol_can_be_typed_and_a_wrong_one_is_explained() {
    let mut stage = Stage::new(true);
    stage.set(1, 1, "H7");
    assert!(stage.has("\"H7\" is not a chord symbol"));
    assert!(stage.has("understood are symbols such as C, F#m7"));
    assert_eq!(stage.lane(), "");
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    stage.harness.get_by_label("Chord symbol").type_text("Ebmaj7/G");
    stage.harness.run_steps(2);
    stage.key(Key::Enter);
    stage.until_lane("1-2 Ebmaj7/G");
    stage.click(1);
    stage.key(Key::Escape);
    assert!(!stage.has("Chord symbol"), "Escape closes the popup");
    assert_eq!(stage.lane(), "1-2 Ebmaj7/G");
}

#[test]
fn a_locked_chord_is_left_alone_until_it_is_unlocked() {
    let mut stage = Stage::new(true);
    stage.set(3, 3, "Am");
    stage.until_lane("3-4 Am");
    stage.click(3);
    stage.press("Lock chord");
    stage.until_lane("3-4 Am!");
    assert!(stage.has("set by you and locked"));
    stage.set(2, 4, "F");
    stage.until_lane("2-3 F, 3-4 Am!, 4-5 F");
    stage.select(2, 4);
    stage.key(Key::ArrowUp);
    stage.until_lane("2-3 F#, 3-4 Am!, 4-5 F#");
    stage.key(Key::Delete);
    stage.until_lane("3-4 Am!");
    stage.click(3);
    assert!(stage.has("Locked: unlock it to change it."));
    stage.press("Unlock chord");
    stage.until_lane("3-4 Am");
    stage.press("Remove chords");
    stage.until_lane("");
    // The band's own chord can be kept, too.
    stage.select(6, 7);
    stage.press("Lock chords");
    stage.until_lane("6-8 C!");
    stage.press("Lock chords");
    stage.until_lane("6-8 C");
}

#[test]
fn a_stretch_is_copied_pasted_and_transposed_with_keys_and_buttons() {
    let mut stage = Stage::new(true);
    stage.set(0, 0, "Dm");
    stage.until_lane("0-1 Dm");
    stage.set(1, 1, "G7");
    stage.until_lane("0-1 Dm, 1-2 G7");
    stage.click_with(stage.middle(0), Modifiers::NONE);
    stage.key(Key::Escape);
    stage.click_with(stage.middle(1), Modifiers::SHIFT);
    assert!(stage.harness.state().chords.popup.is_none(), "Shift and a click select");
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::C);
    stage.harness.run_steps(2);
    stage.select(4, 4);
    stage.harness.key_press_modifiers(Modifiers::COMMAND, Key::V);
    stage.until_lane("0-1 Dm, 1-2 G7, 4-5 Dm, 5-6 G7");
    // What was pasted is selected.
    stage.press("Chords up a semitone");
    stage.until_lane("0-1 Dm, 1-2 G7, 4-5 Ebm, 5-6 Ab7");
    stage.focus_lane();
    stage.key(Key::ArrowDown);
    // At once: the next edit builds on the one that the composer has not carried out yet.
    stage.press("Chords down a semitone");
    stage.until_lane("0-1 Dm, 1-2 G7, 4-5 Dbm, 5-6 F#7");
    assert!(stage.has("Chord Dbm at bar 3, beat 1") || stage.has("Chord C#m at bar 3, beat 1"));
    // Without a selection at the playhead.
    stage.select(4, 5);
    stage.press("Copy chords");
    stage.focus_lane();
    stage.key(Key::Escape);
    assert_eq!(stage.harness.state().chords.selected, None, "Escape leaves the selection");
    stage.press("Paste chords");
    stage.until_lane("0-1 Dbm, 1-2 F#7, 4-5 Dbm, 5-6 F#7");
    let depth = stage.wiring.shared.history.read(History::depth).0;
    stage.press("Undo");
    stage.until_lane("0-1 Dm, 1-2 G7, 4-5 Dbm, 5-6 F#7");
    assert_eq!(stage.wiring.shared.history.read(History::depth).0, depth - 1, "a paste is one step");
}

#[test]
fn a_border_is_dragged_to_another_half_bar() {
    let mut stage = Stage::new(true);
    stage.set(2, 3, "F");
    stage.until_lane("2-4 F");
    let edge =
        |stage: &Stage, half_bar: Tick| stage.middle(half_bar) - vec2((stage.middle(1) - stage.middle(0)).x / 2.0, 0.0);
    stage.drag(edge(&stage, 4), edge(&stage, 6));
    stage.until_lane("2-6 F");
    stage.drag(edge(&stage, 2), edge(&stage, 3));
    // The band's chord before it grows, and is the player's now.
    stage.until("the border moved", |stage| stage.lane().ends_with("3-6 F"));
    assert_eq!(stage.lane(), "0-3 C, 3-6 F");
}

#[test]
fn the_arrows_walk_from_chord_to_chord() {
    let mut stage = Stage::new(true);
    stage.set(1, 1, "F");
    stage.until_lane("1-2 F");
    stage.focus_lane();
    stage.select(0, 0);
    let selected = |stage: &Stage| {
        let selected = stage.harness.state().chords.selected.clone().expect("a selection").stretch();
        (selected.start / HALF, selected.end / HALF)
    };
    stage.key(Key::ArrowRight);
    assert_eq!(selected(&stage), (1, 2));
    stage.harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowRight);
    stage.harness.run_steps(2);
    assert_eq!(selected(&stage).0, 1);
    assert!(selected(&stage).1 > 2);
    stage.key(Key::ArrowLeft);
    stage.key(Key::ArrowLeft);
    assert_eq!(selected(&stage).0, 0);
}

#[test]
fn a_model_that_knows_no_chords_plays_without_a_lane_and_the_window_says_why() {
    let mut stage = Stage::new(false);
    stage.until("the window says why", |stage| stage.has("band 1 knows no chords, so there is no chord lane"));
    assert!(!stage.has("Copy chords"));
    stage.click(0);
    assert!(!stage.has("Chord symbol"));
    assert!(!stage.wiring.shared.score.copy().phrases()[0].parts[Part::Bass].is_empty(), "it plays");
}
