//! What the composer shares with the host's main thread and the editor. The audio thread never comes here: its side
//! is [`crate::queues`].

use crate::{
    edit::Edit,
    history::History,
    note::Note,
    score::{Score, ScoreError},
    settings::Settings,
    style::{OwnStyle, Shelf, StyleFolder, folder::Stamp},
};
use parking_lot::Mutex;
use std::{
    collections::VecDeque,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// What the composer tells people about itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Status {
    /// Name and version of the model, once it is loaded.
    pub model: Option<String>,
    /// The runtime that runs it, such as `onnxruntime 1.24.4`.
    pub backend: Option<String>,
    /// Name and version of the conductor that judges takes; without one, one take of a phrase is drawn.
    pub conductor: Option<String>,
    /// Something worth knowing that is no fault, such as why the built-in runtime is used.
    pub remark: Option<String>,
    /// What is wrong and what to do about it.
    pub fault: Option<String>,
    /// What is wrong with the saved score that the project holds, and what to do about it. Stays until another score is
    /// in its place, whatever the model does.
    pub score_fault: Option<String>,
    /// Which other models the score was arranged with, if the loaded one did not make all of it.
    pub score_remark: Option<String>,
    /// Files in the folder of styles that are none, each with the reason.
    pub refused_styles: Vec<String>,
    /// How long the last phrase took to generate.
    pub last_generation: Option<Duration>,
    /// How long the slowest phrase took to generate.
    pub slowest_generation: Option<Duration>,
    /// Phrases generated since the composer was started.
    pub generated: u64,
    /// While a whole song is arranged: the phrases that are made, and how many there are.
    pub arranging: Option<(usize, usize)>,
}

/// Edits that may wait for the composer. An editor cannot make more in the time that one phrase takes.
const MOST_EDITS: usize = 256;

/// Owned by the plugin instance, shared with its composer thread. The locks are held for short copies only, and by
/// threads that may wait: host's main thread, editor, composer. Who takes the score's and the library's takes the
/// score's first; no other two are held at a time.
#[derive(Debug, Default)]
pub struct Shared {
    score: Mutex<Score>,
    /// The text of a saved score that could not be read. It goes back into the project with the next save, so that
    /// nothing is lost by opening a project in an older Continuo.
    unread: Mutex<Option<String>>,
    /// Counts how often the score was restored or replaced, so that the composer sees that it is another one.
    restored: AtomicU64,
    status: Mutex<Status>,
    /// Where the user's own styles lie, if anywhere.
    folder: Option<StyleFolder>,
    /// Which styles the model understands; all if nobody said.
    style_space: Option<String>,
    library: Mutex<Library>,
    /// What the player is playing that the score has not taken over yet. Written by the composer.
    hearing: Mutex<Vec<Note>>,
    /// What the editor asks of the composer.
    edits: Mutex<VecDeque<Edit>>,
    history: Mutex<History>,
    /// Counts changes of score, status, hearing and history, so that nobody copies what is the same.
    changes: AtomicU64,
    /// Counts changes of the score alone, which is the largest.
    score_changes: AtomicU64,
}

/// The user's own styles.
#[derive(Debug, Default)]
struct Library {
    /// How the folder looked when it was read.
    stamp: Stamp,
    /// What was read.
    styles: Vec<OwnStyle>,
    /// With the project's.
    shelf: Shelf,
}

impl Shared {
    /// An empty score; no styles of the user's own.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty score, and the user's own styles in a folder, which is read now: those of the style space that the
    /// model understands.
    pub fn with_styles(folder: Option<StyleFolder>, style_space: &str) -> Self {
        let shared = Self { folder, style_space: Some(style_space.to_owned()), ..Self::default() };
        shared.look_for_styles();
        shared
    }

    /// The score as text for the host's project.
    ///
    /// A saved score that could not be read is given back as it came, or, once there is something new to save, kept
    /// inside of what is saved.
    pub fn save(&self) -> String {
        let score = self.score.lock().clone();
        match self.unread.lock().clone() {
            Some(unread) if score.melody().is_empty() && score.phrases().is_empty() => unread,
            unread => score.to_json_beside(unread),
        }
    }

    /// Puts a saved score in the place of the present one. A running composer picks it up by itself.
    ///
    /// # Errors
    /// When the text is no saved score; the present one stays, and [`Status::score_fault`] tells why.
    pub fn restore(&self, saved: &str) -> Result<(), ScoreError> {
        match Score::from_json_beside(saved) {
            Ok((score, set_aside)) => {
                *self.unread.lock() = set_aside;
                self.replace(score);
                Ok(())
            }
            Err(error) => {
                *self.unread.lock() = Some(saved.to_owned());
                self.with_status(|status| status.score_fault = Some(error.to_string()));
                Err(error)
            }
        }
    }

    /// Puts another score in the place of the present one.
    pub fn replace(&self, score: Score) {
        let mut current = self.score.lock();
        *current = score;
        self.fill_shelf(&mut self.library.lock(), &current);
        // Under the lock, so that nobody sees the new score with the old count.
        self.restored.fetch_add(1, Ordering::Release);
        self.count_score_change();
        drop(current);
        self.with_status(|status| status.score_fault = None);
    }

    /// A copy of the score.
    pub fn score(&self) -> Score {
        self.score.lock().clone()
    }

    /// What the composer tells about itself.
    pub fn status(&self) -> Status {
        self.status.lock().clone()
    }

    /// The user's own styles: the project's and the folder's.
    pub fn shelf(&self) -> Shelf {
        self.library.lock().shelf.clone()
    }

    /// Reads the shelf of own styles without copying it.
    pub fn read_shelf<T>(&self, work: impl FnOnce(&Shelf) -> T) -> T {
        work(&self.library.lock().shelf)
    }

    /// Where the user's own styles are kept, if the system has a place for them.
    pub fn style_folder(&self) -> Option<&StyleFolder> {
        self.folder.as_ref()
    }

    /// Reads the folder of styles again if it changed; `true` if it did. A style that was made again is taken over by
    /// a project that uses it; one that was removed stays in such a project. Reads the disk: for the composer's thread,
    /// and for the main thread while an instance is made.
    pub fn look_for_styles(&self) -> bool {
        let Some(folder) = &self.folder else { return false };
        let stamp = folder.stamp();
        if self.library.lock().stamp == stamp {
            return false;
        }
        let mut listing = folder.list();
        let others = listing.styles.extract_if(.., |style| !self.understood(style));
        let others: Vec<String> = others.map(|style| other_space(&style)).collect();
        let mut score = self.score.lock();
        let mut library = self.library.lock();
        let changed =
            |style: &&OwnStyle| library.styles.iter().any(|old| old.genre.name == style.genre.name && old != *style);
        for style in listing.styles.iter().filter(changed) {
            for kept in score.styles.iter_mut().filter(|kept| kept.genre.name == style.genre.name) {
                *kept = OwnStyle { slot: kept.slot, ..style.clone() };
                self.count_score_change();
            }
        }
        library.stamp = stamp;
        library.styles = listing.styles;
        self.fill_shelf(&mut library, &score);
        drop(library);
        drop(score);
        let refused = listing.refused.iter().map(|(path, error)| format!("{}: {error}", path.display()));
        let refused = refused.chain(others).collect();
        self.with_status(|status| status.refused_styles = refused);
        true
    }

    fn understood(&self, style: &OwnStyle) -> bool {
        self.style_space.as_ref().is_none_or(|space| *space == style.style_space)
    }

    fn fill_shelf(&self, library: &mut Library, score: &Score) {
        let project: Vec<OwnStyle> = score.styles.iter().filter(|style| self.understood(style)).cloned().collect();
        library.shelf = Shelf::new(&project, &library.styles);
    }

    /// Keeps the styles with the project that the settings choose.
    pub(crate) fn keep_chosen_styles(&self, settings: &Settings) {
        let mut score = self.score.lock();
        let library = self.library.lock();
        for style in library.shelf.chosen(settings) {
            if score.styles.iter().all(|kept| kept.slot != style.slot) {
                score.styles.push(style.clone());
                self.count_score_change();
            }
        }
    }

    /// Counts up with every change of what can be read here. May be called on any thread.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    /// Counts up with every change of the score. May be called on any thread.
    pub fn score_changes(&self) -> u64 {
        self.score_changes.load(Ordering::Acquire)
    }

    /// The notes that are being played and are not in the score yet; what still sounds ends at the playhead.
    pub fn hearing(&self) -> Vec<Note> {
        self.hearing.lock().clone()
    }

    /// Asks the composer for an edit. Returns whether it was taken; too many at once are not.
    pub fn ask(&self, edit: Edit) -> bool {
        let mut edits = self.edits.lock();
        let room = edits.len() < MOST_EDITS;
        if room {
            edits.push_back(edit);
        }
        room
    }

    /// Works on the history of edits.
    pub fn with_history<T>(&self, work: impl FnOnce(&mut History) -> T) -> T {
        let result = work(&mut self.history.lock());
        self.count_change();
        result
    }

    /// A copy of the history of edits.
    pub fn history(&self) -> History {
        self.history.lock().clone()
    }

    /// Reads the history of edits without copying it.
    pub fn read_history<T>(&self, work: impl FnOnce(&History) -> T) -> T {
        work(&self.history.lock())
    }

    pub(crate) fn next_edit(&self) -> Option<Edit> {
        self.edits.lock().pop_front()
    }

    pub(crate) fn set_hearing(&self, notes: Vec<Note>) {
        let mut hearing = self.hearing.lock();
        if *hearing != notes {
            *hearing = notes;
            drop(hearing);
            self.count_change();
        }
    }

    fn count_change(&self) {
        self.changes.fetch_add(1, Ordering::Release);
    }

    fn count_score_change(&self) {
        self.score_changes.fetch_add(1, Ordering::Release);
        self.count_change();
    }

    pub(crate) fn restored(&self) -> u64 {
        self.restored.load(Ordering::Acquire)
    }

    /// Reads the score without copying it.
    pub fn read_score<T>(&self, work: impl FnOnce(&Score) -> T) -> T {
        work(&self.score.lock())
    }

    pub(crate) fn with_score<T>(&self, work: impl FnOnce(&mut Score) -> T) -> T {
        let result = work(&mut self.score.lock());
        self.count_score_change();
        result
    }

    pub(crate) fn with_status(&self, change: impl FnOnce(&mut Status)) {
        change(&mut self.status.lock());
        self.count_change();
    }
}

/// Why a style is not listed that the model does not understand.
fn other_space(style: &OwnStyle) -> String {
    let (name, space) = (&style.genre.name, &style.style_space);
    format!("the style {name} belongs to models of the style space \"{space}\"; make it again for this one")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{data_folder::DataFolder, model::Genre, part::PartMap};

    fn style(name: &str, number: f32) -> OwnStyle {
        let (id, name) = (name.to_owned(), name.to_owned());
        let genre = Genre { id, name, style: vec![number], parts: PartMap([true; 5]), programs: PartMap([0; 5]) };
        OwnStyle { genre, style_space: "space".to_owned(), slot: 16, sources: vec![] }
    }

    fn number(shared: &Shared, slot: u8) -> Option<f32> {
        shared.shelf().get(slot).map(|style| style.genre.style[0])
    }

    #[test]
    fn styles_come_go_and_change_while_a_project_keeps_those_it_uses() {
        let data = tempfile::tempdir().unwrap();
        let folder = StyleFolder::of(&DataFolder::at(data.path()));
        let shared = Shared::with_styles(Some(folder.clone()), "space");
        assert!(!shared.look_for_styles());
        folder.keep(&[], style("used", 0.25)).unwrap();
        folder.keep(&[], style("other", 0.5)).unwrap();
        assert!(shared.look_for_styles());
        shared.keep_chosen_styles(&Settings { genre: 16, ..Settings::default() });
        let saved = shared.save();
        folder.keep(&[], OwnStyle { sources: vec!["another".to_owned()], ..style("used", 0.75) }).unwrap();
        assert!(shared.look_for_styles());
        assert_eq!(number(&shared, 16), Some(0.75), "a style that is made again is heard");
        folder.remove("used").unwrap();
        folder.remove("other").unwrap();
        assert!(shared.look_for_styles());
        assert_eq!((number(&shared, 16), number(&shared, 17)), (Some(0.75), None));
        folder.keep(&[], OwnStyle { style_space: "another".to_owned(), ..style("foreign", 0.5) }).unwrap();
        assert!(shared.look_for_styles());
        assert_eq!(shared.shelf().slot("foreign"), None);
        assert!(shared.status().refused_styles[0].contains("foreign"), "{:?}", shared.status());
        let elsewhere = Shared::new();
        elsewhere.restore(&saved).unwrap();
        assert_eq!((number(&elsewhere, 16), number(&elsewhere, 17)), (Some(0.25), None));
        assert_eq!(elsewhere.save(), saved);
    }

    #[test]
    fn a_file_that_is_no_style_is_told_in_the_status() {
        let data = tempfile::tempdir().unwrap();
        std::fs::create_dir(data.path().join("styles")).unwrap();
        std::fs::write(data.path().join("styles/broken.json"), "{").unwrap();
        let shared = Shared::with_styles(Some(StyleFolder::of(&DataFolder::at(data.path()))), "space");
        let told = shared.status().refused_styles;
        assert!(told.len() == 1 && told[0].contains("broken.json: it is no style"), "{told:?}");
    }

    fn newer() -> String {
        Score::default().to_json().replace("\"version\":1", "\"version\":99")
    }

    #[test]
    fn a_score_that_cannot_be_read_goes_back_into_the_project_as_it_came() {
        for text in [newer(), "not a score".to_owned(), String::new()] {
            let shared = Shared::new();
            assert!(shared.restore(&text).is_err());
            assert!(shared.status().score_fault.is_some());
            assert_eq!(shared.save(), text);
            shared.replace(Score::default());
            assert_eq!(shared.status().score_fault, None, "another score is in its place");
        }
    }

    #[test]
    fn beside_something_new_it_is_kept_through_saves_and_loads() {
        let shared = Shared::new();
        assert!(shared.restore(&newer()).is_err());
        shared.with_score(|score| score.hear(&[Note { start: 0, pitch: 60, length: 960, velocity: 90 }], 0..3840));
        let mut saved = shared.save();
        for _ in 0..3 {
            let reopened = Shared::new();
            reopened.restore(&saved).unwrap();
            assert_eq!(reopened.score(), shared.score());
            saved = reopened.save();
        }
        let (score, set_aside) = Score::from_json_beside(&saved).unwrap();
        assert_eq!((score.melody().len(), set_aside), (1, Some(newer())));
        shared.restore(&Score::default().to_json()).unwrap();
        assert_eq!(shared.save(), Score::default().to_json(), "another project's score is not kept with this one's");
    }
}
