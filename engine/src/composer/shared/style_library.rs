//! The user's own styles: those in the user's folder, and those that the project brings along.

use super::score_store::ScoreStore;
use crate::{
    score::score::Score,
    styles::{OwnStyle, Shelf, Stamp, StyleFolder},
};
use continuo_music::settings::Settings;
use parking_lot::Mutex;

/// Read and filled by the composer's thread and the main thread, read by the editor. Lock order: score, then this.
#[derive(Debug, Default)]
pub struct StyleLibrary {
    /// The folder of the user's own styles, if there is one.
    folder: Option<StyleFolder>,
    /// The model's style space; `None` accepts all styles.
    style_space: Option<String>,
    contents: Mutex<Contents>,
}

#[derive(Debug, Default)]
struct Contents {
    /// The state of the folder when it was read.
    stamp: Stamp,
    /// The styles in the folder.
    styles: Vec<OwnStyle>,
    /// The styles of the folder and of the project.
    shelf: Shelf,
}

impl StyleLibrary {
    pub(super) fn new(folder: Option<StyleFolder>, style_space: &str) -> Self {
        Self { folder, style_space: Some(style_space.to_owned()), contents: Mutex::default() }
    }

    /// The user's own styles: the project's and the folder's.
    pub fn shelf(&self) -> Shelf {
        self.contents.lock().shelf.clone()
    }

    /// Reads the shelf without copying it.
    pub fn read_shelf<T>(&self, work: impl FnOnce(&Shelf) -> T) -> T {
        work(&self.contents.lock().shelf)
    }

    /// Where the user's own styles are kept; `None` if the system has no place for them.
    pub fn folder(&self) -> Option<&StyleFolder> {
        self.folder.as_ref()
    }

    /// Reads the folder again if it changed, and updates styles in the score that were made again. Returns the refused
    /// files, each with the reason; `None` if nothing changed.
    pub(super) fn refresh(&self, score_store: &ScoreStore) -> Option<Vec<String>> {
        let folder = self.folder.as_ref()?;
        let stamp = folder.stamp();
        if self.contents.lock().stamp == stamp {
            return None;
        }
        let mut listing = folder.list();
        let others = listing.styles.extract_if(.., |style| !self.understands(style));
        let others: Vec<String> = others.map(|style| other_space(&style)).collect();
        let mut score = score_store.lock();
        let mut contents = self.contents.lock();
        let changed =
            |style: &&OwnStyle| contents.styles.iter().any(|old| old.genre.name == style.genre.name && old != *style);
        for style in listing.styles.iter().filter(changed) {
            for kept in score.styles.iter_mut().filter(|kept| kept.genre.name == style.genre.name) {
                *kept = OwnStyle { slot: kept.slot, ..style.clone() };
                score_store.count_change();
            }
        }
        contents.stamp = stamp;
        contents.styles = listing.styles;
        self.fill_shelf(&mut contents, &score);
        let refused = listing.refused.iter().map(|(path, error)| format!("{}: {error}", path.display()));
        Some(refused.chain(others).collect())
    }

    /// Follows a score that replaced another.
    pub(super) fn follow(&self, score: &Score) {
        self.fill_shelf(&mut self.contents.lock(), score);
    }

    /// Keeps the styles that the settings choose in the project.
    pub(super) fn keep_chosen(&self, score_store: &ScoreStore, settings: &Settings) {
        let mut score = score_store.lock();
        let contents = self.contents.lock();
        for style in contents.shelf.chosen(settings) {
            if score.styles.iter().all(|kept| kept.slot != style.slot) {
                score.styles.push(style.clone());
                score_store.count_change();
            }
        }
    }

    fn understands(&self, style: &OwnStyle) -> bool {
        self.style_space.as_ref().is_none_or(|space| *space == style.style_space)
    }

    fn fill_shelf(&self, contents: &mut Contents, score: &Score) {
        let project: Vec<OwnStyle> = score.styles.iter().filter(|style| self.understands(style)).cloned().collect();
        contents.shelf = Shelf::new(&project, &contents.styles);
    }
}

/// Why a style of another style space is refused.
fn other_space(style: &OwnStyle) -> String {
    let (name, space) = (&style.genre.name, &style.style_space);
    format!("the style {name} belongs to models of the style space \"{space}\"; make it again for this one")
}
