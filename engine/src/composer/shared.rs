//! What the composer shares with the host's main thread and the editor. The audio thread never uses it: its side is
//! [`crate::realtime`].

mod changes;
mod edit_queue;
mod guess_board;
mod history_store;
mod score_store;
mod status;
mod style_library;

use crate::{
    score::{saved::ScoreError, score::Score},
    styles::StyleFolder,
};
use changes::Changes;
use continuo_music::settings::Settings;
pub use edit_queue::EditQueue;
pub use guess_board::GuessBoard;
pub use history_store::HistoryStore;
pub use score_store::ScoreStore;
pub use status::{Status, StatusBoard, ToolStatus};
use std::sync::Arc;
pub use style_library::StyleLibrary;

/// Owned by the plugin instance, shared with its composer thread. Each part has its own locks, held for short copies
/// only, by threads that may wait: host's main thread, editor, composer. Lock order: score, then styles; no other two
/// locks are held at once.
#[derive(Debug)]
pub struct Shared {
    /// The score.
    pub score: ScoreStore,
    /// The user's own styles.
    pub styles: StyleLibrary,
    /// What the composer shows.
    pub status: StatusBoard,
    /// Edits that the editor asks for.
    pub edits: EditQueue,
    /// What the network would choose for a chord.
    pub guesses: GuessBoard,
    /// What can be undone and redone.
    pub history: HistoryStore,
    changes: Arc<Changes>,
}

impl Default for Shared {
    fn default() -> Self {
        let changes = Arc::new(Changes::default());
        Self {
            score: ScoreStore::new(Arc::clone(&changes)),
            styles: StyleLibrary::default(),
            status: StatusBoard::new(Arc::clone(&changes)),
            edits: EditQueue::default(),
            guesses: GuessBoard::new(Arc::clone(&changes)),
            history: HistoryStore::new(Arc::clone(&changes)),
            changes,
        }
    }
}

impl Shared {
    /// An empty score, without any of the user's own styles.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty score, and the user's own styles in a folder, which is read now: those in the model's style space.
    pub fn with_styles(folder: Option<StyleFolder>, style_space: &str) -> Self {
        let shared = Self { styles: StyleLibrary::new(folder, style_space), ..Self::default() };
        shared.refresh_styles();
        shared
    }

    /// A count that goes up with every change of the shared data. Callable on any thread.
    pub fn changes(&self) -> u64 {
        self.changes.get()
    }

    /// The score as text for the host's project.
    ///
    /// A saved score that could not be read is returned unchanged or, once there is something new to save, kept inside
    /// the new text.
    pub fn save(&self) -> String {
        self.score.save()
    }

    /// Replaces the score by a saved one. A running composer picks it up by itself.
    ///
    /// # Errors
    /// If the text is not a saved score; the current one stays, and [`Status::score_fault`] says why.
    pub fn restore(&self, saved: &str) -> Result<(), ScoreError> {
        match Score::from_json_with_set_aside(saved) {
            Ok((score, set_aside)) => {
                self.score.set_unread(set_aside);
                self.replace(score);
                Ok(())
            }
            Err(error) => {
                self.score.set_unread(Some(saved.to_owned()));
                self.status.update(|status| status.score_fault = Some(error.to_string()));
                Err(error)
            }
        }
    }

    /// Replaces the score.
    pub fn replace(&self, score: Score) {
        self.score.replace(score, |score| self.styles.follow(score));
        self.status.update(|status| status.score_fault = None);
    }

    /// Reads the folder of styles again if it changed, and returns whether it did. A project follows when a style that
    /// it uses is made again, and keeps the style when it is removed. Reads the disk: for the composer's thread, and
    /// for the main thread while an instance is created.
    pub fn refresh_styles(&self) -> bool {
        let Some(refused) = self.styles.refresh(&self.score) else { return false };
        self.status.update(|status| status.refused_styles = refused);
        true
    }

    /// Keeps the styles that the settings choose in the project.
    pub(crate) fn keep_chosen_styles(&self, settings: &Settings) {
        self.styles.keep_chosen(&self.score, settings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::styles::OwnStyle;
    use crate::{network::model::Genre, storage::data_folder::DataFolder};
    use continuo_music::part::PartMap;
    use continuo_music::{note::Note, settings::Shape};

    fn style(name: &str, number: f32) -> OwnStyle {
        let (id, name) = (name.to_owned(), name.to_owned());
        let genre = Genre { id, name, style: vec![number], parts: PartMap([true; 5]), programs: PartMap([0; 5]) };
        OwnStyle { genre, style_space: "space".to_owned(), slot: 16, sources: vec![] }
    }

    fn number(shared: &Shared, slot: u8) -> Option<f32> {
        shared.styles.shelf().get(slot).map(|style| style.genre.style[0])
    }

    #[test]
    fn styles_come_go_and_change_while_a_project_keeps_those_it_uses() {
        let data = tempfile::tempdir().unwrap();
        let folder = StyleFolder::of(&DataFolder::at(data.path()));
        let shared = Shared::with_styles(Some(folder.clone()), "space");
        assert!(!shared.refresh_styles());
        folder.keep(&[], style("used", 0.25)).unwrap();
        folder.keep(&[], style("other", 0.5)).unwrap();
        assert!(shared.refresh_styles());
        shared.keep_chosen_styles(&Settings { shape: Shape { genre: 16, ..Shape::default() }, ..Settings::default() });
        let saved = shared.save();
        folder.keep(&[], OwnStyle { sources: vec!["another".to_owned()], ..style("used", 0.75) }).unwrap();
        assert!(shared.refresh_styles());
        assert_eq!(number(&shared, 16), Some(0.75), "a style that is made again is heard");
        folder.remove("used").unwrap();
        folder.remove("other").unwrap();
        assert!(shared.refresh_styles());
        assert_eq!((number(&shared, 16), number(&shared, 17)), (Some(0.75), None));
        folder.keep(&[], OwnStyle { style_space: "another".to_owned(), ..style("foreign", 0.5) }).unwrap();
        assert!(shared.refresh_styles());
        assert_eq!(shared.styles.shelf().slot("foreign"), None);
        assert!(shared.status.get().refused_styles[0].contains("foreign"), "{:?}", shared.status.get());
        let elsewhere = Shared::new();
        elsewhere.restore(&saved).unwrap();
        assert_eq!((number(&elsewhere, 16), number(&elsewhere, 17)), (Some(0.25), None));
        assert_eq!(elsewhere.save(), saved);
    }

    #[test]
    fn an_invalid_style_file_is_reported_in_the_status() {
        let data = tempfile::tempdir().unwrap();
        std::fs::create_dir(data.path().join("styles")).unwrap();
        std::fs::write(data.path().join("styles/broken.json"), "{").unwrap();
        let shared = Shared::with_styles(Some(StyleFolder::of(&DataFolder::at(data.path()))), "space");
        let refused = shared.status.get().refused_styles;
        assert_eq!(refused.len(), 1);
        assert!(
            refused[0].contains("broken.json: it is no") && refused[0].contains("style of Continuo"),
            "{refused:?}"
        );
    }

    fn newer() -> String {
        Score::default().to_json().replace("\"version\":1", "\"version\":99")
    }

    #[test]
    fn a_score_that_cannot_be_read_goes_back_into_the_project_as_it_came() {
        for text in [newer(), "not a score".to_owned(), String::new()] {
            let shared = Shared::new();
            assert!(shared.restore(&text).is_err());
            assert!(shared.status.get().score_fault.is_some());
            assert_eq!(shared.save(), text);
            shared.replace(Score::default());
            assert_eq!(shared.status.get().score_fault, None, "the score was replaced");
        }
    }

    #[test]
    fn an_unreadable_score_is_kept_beside_new_music_through_saves_and_loads() {
        let shared = Shared::new();
        assert!(shared.restore(&newer()).is_err());
        shared.score.edit(|score| score.hear(&[Note { start: 0, pitch: 60, length: 960, velocity: 90 }], 0..3840));
        let mut saved = shared.save();
        for _ in 0..3 {
            let reopened = Shared::new();
            reopened.restore(&saved).unwrap();
            assert_eq!(reopened.score.copy(), shared.score.copy());
            saved = reopened.save();
        }
        let (score, set_aside) = Score::from_json_with_set_aside(&saved).unwrap();
        assert_eq!((score.melody().len(), set_aside), (1, Some(newer())));
        shared.restore(&Score::default().to_json()).unwrap();
        assert_eq!(shared.save(), Score::default().to_json(), "another project's score is not kept with this one's");
    }
}
