//! All that the editor remembers while its window is open.

pub mod chords;
pub mod file_dialogs;
pub mod form;
pub mod held_keys;
pub mod history_wish;
pub mod melody_editor;
pub mod message;
pub mod network_choice;
pub mod preset_menu;
pub mod proposal;
pub mod range;
pub mod section_lane;
pub mod snapshot;
pub mod step_description;
pub mod time_axis;
pub mod tools_menu;

use self::{
    chords::ChordsInHand, file_dialogs::FileDialogs, held_keys::HeldKeys, history_wish::HistoryWishes,
    melody_editor::MelodyInHand, message::Message, preset_menu::PresetMenu, proposal::ProposalInHand,
    range::SelectedRange, section_lane::SectionLane, snapshot::Snapshot, time_axis::TimeAxis, tools_menu::ToolsMenu,
};
use crate::{
    editor::{
        gesture::pending::PendingValues, help::host::Host, platform::drag_and_drop::DragAndDrop, theme::Legibility,
        widgets::text::capitalised,
    },
    files::take_folder::TakeFolderStatus,
    process::wiring::Wiring,
};
use continuo_engine::{composer::ToolStatus, realtime::MonitorReading, score::Edit};
use continuo_music::{
    meter::{Meter, MeterMap},
    time::Tick,
};
use std::time::{Duration, Instant};

/// The editor's state. Owned by the editor's thread.
#[derive(Default)]
pub struct State {
    /// A copy of what the composer holds.
    pub snapshot: Snapshot,
    /// The audio thread's position in the song.
    pub playback: MonitorReading,
    /// The stretch of the song that the roll shows.
    pub time_axis: TimeAxis,
    /// The first tick of the phrase that the player chose; `None` for the phrase at the playhead.
    pub selected: Option<Tick>,
    /// What is undone or redone when the edits before it are carried out.
    pub history_wishes: HistoryWishes,
    /// Parameters on their way to the host.
    pub pending: PendingValues,
    /// Drag and drop between this window and other programs.
    pub drag_and_drop: DragAndDrop,
    /// Where files are being dragged over the window, in points.
    pub drag_position: Option<egui::Pos2>,
    /// The dialogs that ask for a path.
    pub files: FileDialogs,
    /// Whether takes are written to a folder.
    pub take_folder: TakeFolderStatus,
    /// The octave in which the on-screen keyboard begins; 4 begins with middle C.
    pub octave: i8,
    /// The meters of the melody that was opened last in this window, until everything is cleared.
    pub opened: Option<MeterMap>,
    /// The host's meter, if it told one.
    pub host_meter: Option<Meter>,
    /// The host whose steps the help page shows; `None` while it is closed.
    pub help: Option<Host>,
    /// Whether the hint about the help is due; `None` until the preferences were read.
    pub hint: Option<bool>,
    /// What makes the window easier to read; `None` until the preferences were read.
    pub legibility: Option<Legibility>,
    /// The menu of presets.
    pub presets: PresetMenu,
    /// Whether a file is being read.
    pub reading_file: bool,
    /// The keys of the on-screen keyboard that are held down.
    pub held_keys: HeldKeys,
    /// What the player is doing on the sections' lane.
    pub section_lane: SectionLane,
    /// What the player is doing in the chord lane.
    pub chords: ChordsInHand,
    /// What the player is doing with the melody's notes.
    pub melody: MelodyInHand,
    /// The menu of tools.
    pub tools: ToolsMenu,
    /// What a tool proposes for the melody.
    pub proposal: Option<ProposalInHand>,
    /// The bars and lanes that are selected.
    pub range: Option<SelectedRange>,
    message: Option<Message>,
    /// Until when the composer is expected to answer an edit.
    busy_until: Option<Instant>,
}

impl State {
    /// The state of a new window; its keyboard begins with middle C.
    pub fn new() -> Self {
        Self { octave: 4, ..Self::default() }
    }

    /// Copies what has changed since the last frame.
    pub fn update(&mut self, wiring: &Wiring) {
        self.snapshot.update(wiring);
        self.playback = wiring.monitor.read();
        self.hint.get_or_insert_with(|| wiring.is_hint_due());
        self.legibility.get_or_insert_with(|| {
            let (larger_text, high_contrast) = wiring.legibility();
            Legibility { larger_text, high_contrast }
        });
        self.host_meter = wiring.host_meter();
        self.reading_file = wiring.file_reader.is_reading();
        self.tell_of_sounds(wiring);
        self.report_tool();
        self.forget_outdated_proposal(wiring);
        let now = Instant::now();
        // A message that was set during the last frame is drawn in this one.
        self.message.take_if(|message| message.draw(now));
        self.take_folder = wiring.take_folder_status();
        if let Some(fault) = wiring.take_folder.fault()
            && self.message.is_none()
        {
            self.show_error(format!("Takes are not saved: {fault}."));
        }
        if self.busy_until.is_some_and(|until| now > until) {
            self.busy_until = None;
        }
    }

    /// Shows the choice of networks in a menu that is open, and says what became of one that the player has just clicked.
    pub fn follow_network_choice(&mut self, wiring: &Wiring) {
        match self.tools.network.follow(wiring) {
            Some(Ok(told)) => self.show_message(told),
            Some(Err(error)) => self.show_error(error),
            None => {}
        }
    }

    /// Says what became of a SoundFont that the player chose.
    fn tell_of_sounds(&mut self, wiring: &Wiring) {
        match wiring.sound_loader.outcome() {
            Some(Ok(told)) => self.show_message(told),
            Some(Err(error)) => self.show_error(error),
            None if wiring.sound_loader.is_loading() => self.expect_answer(),
            None => {}
        }
    }

    /// Says what a tool did that has just ended.
    fn report_tool(&mut self) {
        let tool = self.snapshot.status.tool.clone();
        if self.tools.seen == tool {
            return;
        }
        match &tool {
            Some(ToolStatus::Done(text)) => self.show_message(format!("{text}.")),
            Some(ToolStatus::Proposed(_)) => self.message = None,
            Some(ToolStatus::Failed(text)) => self.show_error(format!("{}.", capitalised(text))),
            _ => {}
        }
        self.proposal = match &tool {
            Some(ToolStatus::Proposed(proposal)) => Some(ProposalInHand::new(proposal)),
            _ => None,
        };
        self.tools.seen = tool;
    }

    /// Forgets a proposal whose notes are no longer there.
    fn forget_outdated_proposal(&mut self, wiring: &Wiring) {
        if let Some(proposal) = &self.proposal
            && !proposal.fits(self.snapshot.score.melody())
        {
            self.answer_proposal(false, wiring);
            self.show_message("The melody changed meanwhile: what was proposed is forgotten.");
        }
    }

    /// Makes the changes that a tool proposed and the player wants (`keep`), or none.
    pub fn answer_proposal(&mut self, keep: bool, wiring: &Wiring) {
        let Some(proposal) = self.proposal.take() else { return };
        wiring.shared.status.forget_tool();
        self.tools.seen = None;
        self.snapshot.status.tool = None;
        if keep {
            self.request(Edit::Melody(proposal.edit()), wiring);
        }
    }

    /// Shows a message in the status line.
    pub fn show_message(&mut self, text: impl Into<String>) {
        self.message = Some(Message::new(text.into(), false));
    }

    /// Shows an error in the status line.
    pub fn show_error(&mut self, text: impl Into<String>) {
        self.message = Some(Message::new(text.into(), true));
    }

    /// The current message.
    pub fn message(&self) -> Option<&Message> {
        self.message.as_ref()
    }

    /// Asks the composer for an edit.
    pub fn request(&mut self, edit: Edit, wiring: &Wiring) {
        let anticipated = matches!(edit, Edit::Chords(_) | Edit::Melody(_)).then(|| edit.clone());
        if wiring.shared.edits.push(edit) {
            if let Some(edit) = anticipated {
                self.snapshot.anticipate(&edit);
            }
            self.expect_answer();
        } else {
            self.show_error("The composer is busy: wait a moment and try again.");
        }
    }

    /// Repaints for a while without waiting for the host, so that the answer to a request appears at once.
    pub fn expect_answer(&mut self) {
        self.busy_until = Some(Instant::now() + Duration::from_secs(2));
    }

    /// The melody's meter at the playhead and the host's, if they differ: then the bars of both would be mixed.
    pub fn meter_conflict(&self) -> Option<(Meter, Meter)> {
        let host = self.host_meter?;
        let at = self.playback.playhead;
        let opened = self.opened.as_ref().map(|meters| meters.at(at.max(0)).meter);
        let phrase = || self.snapshot.score.phrase_at(at).map(|phrase| phrase.span.meter);
        let melody = opened.or_else(phrase)?;
        (melody != host).then_some((melody, host))
    }

    /// When the window must be drawn again even if nothing moves.
    pub fn next_repaint(&self) -> Option<Duration> {
        let arranging = self.snapshot.status.arranging.is_some()
            || matches!(self.snapshot.status.tool, Some(ToolStatus::Working { .. }));
        if self.busy_until.is_some() || arranging || self.reading_file || !self.pending.is_empty() {
            return Some(Duration::from_millis(30));
        }
        self.message.as_ref().map(Message::remaining)
    }

    /// A tick in the phrase that edits apply to: the chosen one, or else the one at the playhead.
    pub fn target_tick(&self) -> Tick {
        self.selected.unwrap_or(self.playback.playhead)
    }
}
