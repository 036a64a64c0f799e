//! Which settings shape a phrase: those in force where it begins.
//!
//! A host plays automation back: what it draws over a phrase is in force from the phrase's first tick, and not at its cut,
//! where the phrase is prepared, nor always at its end, where it is made knowing its melody.

use continuo_music::{settings::Settings, time::Tick};

/// What was in force around the beginning of the phrase at the playhead. Owned by the composer thread.
#[derive(Debug, Default)]
pub struct SettingsTimeline {
    /// The phrase that comes next: its first tick, and what was in force at its cut.
    next: Option<(Tick, Settings)>,
    /// The phrase at the playhead; `None` until the playhead has moved in it.
    here: Option<Entered>,
}

/// What was in force when a phrase was entered.
#[derive(Clone, Copy, Debug)]
struct Entered {
    /// At its cut, if it was prepared in this pass.
    at_cut: Option<Settings>,
    settings: Settings,
}

impl SettingsTimeline {
    /// The phrase that will be entered at this tick is prepared.
    pub fn prepare(&mut self, entry: Tick, settings: &Settings) {
        self.next = Some((entry, *settings));
    }

    /// The playhead moves on from this tick. The first time after [`SettingsTimeline::leave`] a phrase is entered there.
    pub fn enter(&mut self, tick: Tick, settings: &Settings) {
        if self.here.is_none() {
            let at_cut = self.next.take().filter(|next| next.0 == tick).map(|next| next.1);
            self.here = Some(Entered { at_cut, settings: *settings });
        }
    }

    /// The transport stands: what was prepared was prepared for the pass before.
    pub fn forget(&mut self) {
        self.next = None;
    }

    /// The phrase at the playhead is left.
    pub fn leave(&mut self) {
        self.here = None;
    }

    /// What shapes the phrase that begins at `start` and was just heard, if these are the settings now. One that is
    /// entered again at once, in a loop, is shaped by what its next round was prepared with.
    pub fn shaping(&self, start: Tick, now: &Settings) -> Settings {
        let again = self.next.filter(|next| next.0 == start).map(|next| next.1);
        let shaping = again.or(self.here.map(|here| here.settings));
        shaping.map_or(*now, |settings| Settings { shape: settings.shape, ..*now })
    }

    /// The same for the settings at its cut, if it was prepared in this pass and is not entered again at once.
    pub fn shaping_at_cut(&self, start: Tick, now: &Settings) -> Option<Settings> {
        let again = self.next.is_some_and(|next| next.0 == start);
        Some(Settings { shape: self.here.filter(|_| !again)?.at_cut?.shape, ..*now })
    }
}
