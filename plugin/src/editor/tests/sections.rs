//! The sections' lane: painting, naming, moving, copying and deleting with mouse and keys.

use crate::{
    editor::{
        state::State,
        tests::{BAR, harness, score, wiring},
    },
    process::wiring::Wiring,
};
use continuo_engine::{
    composer::{Composer, Loaded},
    realtime::queues,
    score::{Edit, History},
};
use continuo_music::{sections::Outline, time::Tick};
use egui::{Key, Pos2};
use egui_kittest::{Harness, kittest::Queryable};
use std::sync::Arc;

/// The window with a score of eight bars, and a composer that carries out edits.
struct Stage {
    wiring: Arc<Wiring>,
    harness: Harness<'static, State>,
    _composer: Composer,
    _audio: continuo_engine::realtime::AudioEnds,
}

impl Stage {
    fn new() -> Self {
        let wiring = wiring();
        wiring.shared.replace(score());
        let (audio, ends) = queues();
        let composer = Composer::start(ends, Arc::clone(&wiring.shared), Box::new(no_model)).unwrap();
        let mut harness = harness(&wiring);
        harness.run_steps(3);
        Self { wiring, harness, _composer: composer, _audio: audio }
    }

    fn at(&self, tick: Tick) -> Pos2 {
        let lane = self.harness.get_by_label("Sections").rect();
        Pos2::new(lane.left() + self.harness.state().time_axis.x(tick), lane.center().y)
    }

    fn drag(&mut self, from: Tick, to: Tick) {
        let (from, to) = (self.at(from), self.at(to));
        self.harness.hover_at(from);
        self.harness.drag_at(from);
        for step in 1..=3 {
            self.harness.hover_at(from + (to - from) * step as f32 / 3.0);
            self.harness.run_steps(1);
        }
        self.harness.drop_at(to);
        self.harness.run_steps(2);
    }

    fn click(&mut self, tick: Tick) {
        let at = self.at(tick);
        self.harness.hover_at(at);
        self.harness.run_steps(1);
        self.harness.drag_at(at);
        self.harness.run_steps(1);
        self.harness.drop_at(at);
        self.harness.run_steps(3);
    }

    fn press(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.harness.run_steps(3);
    }

    /// Waits until the composer has made the sections these.
    fn until(&mut self, outline: &str) {
        let now = |stage: &Self| {
            stage.wiring.shared.score.read(|score| Outline::of(score.sections(), &score.meters, 0).to_string())
        };
        for _ in 0..500 {
            self.harness.run_steps(1);
            if now(self) == outline {
                self.harness.run_steps(3);
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("{} instead of {outline}", now(self));
    }
}

fn no_model() -> Result<Loaded, String> {
    Err("there is no model here".to_owned())
}

#[test]
fn a_drag_over_bars_names_them_and_undo_takes_it_back() {
    let mut stage = Stage::new();
    stage.drag(100, 2 * BAR - 100);
    stage.press("Intro section");
    stage.until("Intro 2");
    stage.click(3 * BAR);
    stage.press("Verse section");
    stage.until("Intro 2 | Verse 2");
    assert_eq!(stage.wiring.shared.history.read(History::depth), (2, 0));
    stage.press("Undo");
    stage.until("Intro 2");
    stage.press("Redo");
    stage.until("Intro 2 | Verse 2");
}

#[test]
fn a_border_is_dragged_and_a_section_named_copied_and_deleted() {
    let mut stage = Stage::new();
    let sections = "Verse 4 | Chorus 2".parse::<Outline>().unwrap().placed(&score().meters, 0);
    stage.wiring.shared.edits.push(Edit::SetSections { sections, undoing: false });
    stage.until("Verse 4 | Chorus 2");
    stage.drag(4 * BAR, 3 * BAR + 100);
    stage.until("Verse 3 | Chorus 3");
    assert!(stage.harness.query_by_label("Section name").is_none(), "no menu after a border was moved");

    stage.click(4 * BAR);
    stage.harness.get_by_label("Section name").click();
    stage.harness.run_steps(2);
    stage.harness.get_by_label("Section name").type_text("Big one");
    stage.harness.run_steps(2);
    stage.harness.key_press(Key::Enter);
    stage.until("Verse 3 | Chorus \"Big one\" 3");

    stage.click(BAR);
    stage.press("Copy section");
    stage.click(7 * BAR + 100);
    stage.press("Paste Verse");
    stage.until("Verse 3 | Chorus \"Big one\" 3 | Verse 3");
    stage.click(BAR);
    stage.press("Delete section");
    stage.until("- 3 | Chorus \"Big one\" 3 | Verse 3");
}

#[test]
fn the_keys_name_and_delete_sections() {
    let mut stage = Stage::new();
    stage.harness.get_by_label("Sections").focus();
    stage.harness.run_steps(2);
    stage.harness.key_press(Key::ArrowRight);
    stage.harness.run_steps(2);
    assert_eq!(stage.harness.state().selected, Some(4 * BAR));
    stage.harness.key_press(Key::Enter);
    stage.harness.run_steps(3);
    stage.press("Chorus section");
    stage.until("- 4 | Chorus 4");
    stage.harness.get_by_label("Sections").focus();
    stage.harness.run_steps(2);
    stage.harness.key_press(Key::Delete);
    stage.until("");
}

#[test]
fn the_escape_key_closes_the_menu_and_changes_nothing() {
    let mut stage = Stage::new();
    stage.drag(100, 2 * BAR - 100);
    assert!(stage.harness.query_by_label("Intro section").is_some());
    stage.harness.key_press(Key::Escape);
    stage.harness.run_steps(3);
    assert!(stage.harness.query_by_label("Intro section").is_none());
    assert_eq!(stage.wiring.shared.history.read(History::depth), (0, 0));
}
