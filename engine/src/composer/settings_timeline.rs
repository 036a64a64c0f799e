//! Which settings shape a phrase: those in force where it begins.
//!
//! Automation drawn over a phrase is in force from the phrase's first tick: not yet at its cut, where the phrase is
//! prepared, and not always at its end, where it is made from its melody.

use continuo_music::{settings::Settings, time::Tick};

/// The settings around the beginning of the phrase at the playhead. Owned by the composer thread.
#[derive(Debug, Default)]
pub struct SettingsTimeline {
    /// The next phrase: its first tick, and the settings at its cut.
    next: Option<(Tick, Settings)>,
    /// The phrase at the playhead; `None` until the playhead has moved in it.
    here: Option<Entered>,
}

/// The settings when a phrase was entered.
#[derive(Clone, Copy, Debug)]
struct Entered {
    /// Those at its cut, if it was prepared in this pass.
    at_cut: Option<Settings>,
    settings: Settings,
}

impl SettingsTimeline {
    /// Records that the phrase that will be entered at this tick is prepared.
    pub fn prepare(&mut self, entry: Tick, settings: &Settings) {
        self.next = Some((entry, *settings));
    }

    /// Records that the playhead moves on from this tick. The first call after [`SettingsTimeline::leave`] enters a
    /// phrase there.
    pub fn enter(&mut self, tick: Tick, settings: &Settings) {
        if self.here.is_none() {
            let at_cut = self.next.take().filter(|next| next.0 == tick).map(|next| next.1);
            self.here = Some(Entered { at_cut, settings: *settings });
        }
    }

    /// Forgets what was prepared, since the transport stands: it belongs to the pass before.
    pub fn forget(&mut self) {
        self.next = None;
    }

    /// Records that the playhead leaves its phrase.
    pub fn leave(&mut self) {
        self.here = None;
    }

    /// The settings that shape the phrase that begins at `start` and was just heard; `now` are the current ones. A
    /// phrase that a loop enters again at once is shaped by what its next round was prepared with.
    pub fn shaping(&self, start: Tick, now: &Settings) -> Settings {
        let again = self.next.filter(|next| next.0 == start).map(|next| next.1);
        let shaping = again.or(self.here.map(|here| here.settings));
        shaping.map_or(*now, |settings| Settings { shape: settings.shape, ..*now })
    }

    /// As [`SettingsTimeline::shaping`], with the settings at its cut; `None` unless it was prepared in this pass and
    /// is not entered again at once.
    pub fn shaping_at_cut(&self, start: Tick, now: &Settings) -> Option<Settings> {
        let again = self.next.is_some_and(|next| next.0 == start);
        Some(Settings { shape: self.here.filter(|_| !again)?.at_cut?.shape, ..*now })
    }
}
