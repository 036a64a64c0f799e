//! Lead in an arranged song.

use crate::{arguments::ArrangeArguments, failure::Failure, progress::Progress};
use continuo_engine::{
    arranging::Arrangement,
    lead::{LeadSong, Soloist, lead_of_song, lead_program},
    network::{MelodyEngine, MelodyNetwork},
    score::WholeSong,
};
use continuo_music::{
    lead::{LEAD_CHANNEL, LEAD_NAME, LEAD_VOLUME, LeadMode, LeadSettings},
    midi_file::{OutputFile, OutputTrack},
    note::Note,
    song::{Track, melody_line},
    time::Tick,
};
use serde_json::json;

/// What Lead plays in a song.
pub struct Lead {
    pub settings: LeadSettings,
    pub notes: Vec<Note>,
    program: u8,
    /// Why one network plays although both were to.
    pub remark: Option<String>,
}

impl Lead {
    /// Plays it if it is wanted.
    ///
    /// # Errors
    /// In words, if the network cannot be loaded or fails.
    pub fn of(
        arguments: &ArrangeArguments,
        song: &WholeSong,
        arrangement: &Arrangement,
        genre: Option<&str>,
    ) -> Result<Option<Self>, Failure> {
        let settings = LeadSettings {
            mode: arguments.lead,
            trade_bars: arguments.trade_bars,
            density: f32::from(arguments.lead_density) / 100.0,
            ..LeadSettings::default()
        };
        if !settings.plays() {
            return Ok(None);
        }
        let source = arguments.model.source().map_err(|error| Failure::input(&error))?;
        let engine = MelodyEngine::of_user();
        let network =
            MelodyNetwork::load(&source, engine, arguments.model.runtime()).map_err(|error| Failure::input(&error))?;
        let melody = melody_line(&song.melody);
        let lead = LeadSong {
            settings: &settings,
            meters: &song.meters,
            melody: &melody,
            end: arrangement.end,
            chords: &arrangement.chords,
            key: arguments.key.or(arrangement.key),
            swing: arguments.swing.0,
            genre,
            temperature: arguments.temperature,
            seed: arguments.seed,
        };
        let mut progress = Progress::new("ticks of Lead");
        let shown = |done: Tick, all: Tick| progress.show(done as usize, all as usize);
        let notes = lead_of_song(&mut Soloist::new(network), &lead, shown).map_err(|error| Failure::model(&error))?;
        Ok(Some(Self { settings, notes, program: lead_program(genre), remark: engine.remark(&source) }))
    }

    /// Adds its track to a file, behind the melody's.
    pub fn add_to(&self, file: &mut OutputFile) {
        let track = Track {
            name: Some(LEAD_NAME.to_owned()),
            channel: LEAD_CHANNEL,
            notes: self.notes.clone(),
            ..Track::default()
        };
        let at = file.tracks.len().min(1);
        file.tracks.insert(at, OutputTrack { track, program: Some(self.program), volume: Some(LEAD_VOLUME) });
    }

    pub fn json(&self) -> serde_json::Value {
        let trade_bars = (self.settings.mode == LeadMode::Trade).then_some(self.settings.trade_bars);
        json!({"mode": self.settings.mode.id(), "trade_bars": trade_bars, "notes": self.notes.len()})
    }
}
