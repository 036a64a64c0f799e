//! Where the beats and bars of a melody are: pickups, and performances that were recorded without a click.

use crate::shared_options::TimingOptions;
use continuo_music::{
    beats,
    meter::MeterMap,
    pickup::{self, Pickup},
    song::Song,
    time::Tick,
};
use serde_json::{Value, json};

/// What was found out about the song's beats and bars.
#[derive(Debug, Default)]
pub struct Timing {
    pickup: Option<Pickup>,
    followed: Option<Tempos>,
    /// Whether the melody was recorded without regard to the file's beats, which were kept.
    off_the_beat: bool,
}

/// The beats that a performance follows.
#[derive(Debug)]
struct Tempos {
    beats: usize,
    /// Beats a minute.
    slowest: f64,
    fastest: f64,
}

impl Timing {
    /// Moves the song onto the beats of its performance if that is requested, and counts its bars from its pickup.
    ///
    /// # Errors
    /// In words, if the options do not fit the song.
    pub fn settle(song: &mut Song, melody: usize, options: &TimingOptions) -> Result<Self, String> {
        let mut timing = Self::default();
        let mut bar_line = None;
        if options.follow_performance {
            let followed = beats::follow(song, melody).ok_or(
                "no beats were found to follow: it has too few notes, or is shorter than 3 seconds or longer than \
                 half an hour",
            )?;
            *song = followed.song;
            bar_line = Some(followed.bar_line);
            let tempo = |beats: &[f64]| 60.0 / (beats[1] - beats[0]);
            let tempos = || followed.beats.windows(2).map(tempo);
            timing.followed = Some(Tempos {
                beats: followed.beats.len(),
                slowest: tempos().fold(f64::INFINITY, f64::min),
                fastest: tempos().fold(0.0, f64::max),
            });
        } else {
            timing.off_the_beat = beats::plays_freely(song, melody);
        }
        timing.pickup = match (options.pickup, bar_line) {
            (Some(beats), _) => requested(song, melody, beats)?,
            (None, Some(bar_line)) => pickup::before(song, melody, bar_line),
            (None, None) if timing.off_the_beat => None,
            (None, None) => pickup::find(song, melody),
        };
        let requested = options.pickup.is_some();
        let bar_line = timing.pickup.map(|pickup| pickup.bar_line).or(bar_line.filter(|_| !requested));
        if let Some(bar_line) = bar_line {
            pickup::apply(song, bar_line);
        }
        Ok(timing)
    }

    /// A word on a melody that does not follow the beat.
    pub fn warning(&self) -> Option<String> {
        self.off_the_beat.then(|| {
            "the melody does not follow the beat of the file: it seems to be recorded without the click; \
             --follow-performance finds its beats"
                .to_owned()
        })
    }

    /// Where the first full bar begins.
    pub fn first_full_bar(&self, meters: &MeterMap) -> Tick {
        self.pickup.map_or_else(|| meters.bar_start(0), |pickup| pickup.bar_line)
    }

    /// The pickup for programs.
    pub fn pickup_json(&self, meters: &MeterMap) -> Value {
        let described = |pickup: Pickup| json!({"beats": pickup.beats(meters), "shown_by": pickup.shown_by.id()});
        self.pickup.map_or(Value::Null, described)
    }

    /// The beats that were followed, for programs.
    pub fn followed_json(&self) -> Value {
        self.followed.as_ref().map_or(
            Value::Null,
            |tempos| json!({"beats": tempos.beats, "slowest": tempos.slowest, "fastest": tempos.fastest}),
        )
    }

    /// The pickup and the beats that were followed, for people.
    pub fn lines(&self, meters: &MeterMap) -> Vec<String> {
        let pickup = self.pickup.map(|pickup| {
            let beats = pickup.beats(meters);
            let unit = if (beats - 1.0).abs() < 1e-9 { "beat" } else { "beats" };
            format!("pickup: {} {unit}, {}", (beats * 1000.0).round() / 1000.0, pickup.shown_by.words())
        });
        let followed = self.followed.as_ref().map(|tempos| {
            format!("followed: {} beats, {:.0} to {:.0} a minute", tempos.beats, tempos.slowest, tempos.fastest)
        });
        pickup.into_iter().chain(followed).collect()
    }
}

/// The pickup of so many beats; `None` for 0.
fn requested(song: &Song, melody: usize, beats: f64) -> Result<Option<Pickup>, String> {
    if beats > 0.0 {
        let too_long = || format!("a pickup of {beats} beats is not shorter than a bar");
        pickup::requested(song, melody, beats).map(Some).ok_or_else(too_long)
    } else {
        Ok(None)
    }
}
