//! A track as a player names it: by its number, its channel or its name.

use super::{
    choice::{TrackError, list},
    track::Track,
};
use std::{convert::Infallible, fmt, str::FromStr};

/// How a player names a track. A number is the number of a track; `ch10` or `channel 10` is the track on that channel;
/// anything else is a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NamedTrack {
    /// Counted from 1 over the tracks that have notes.
    Number(usize),
    /// The only track on a zero-based MIDI channel.
    Channel(u8),
    /// The track with this name or, if there is none, the only one whose name holds it; case does not matter.
    Name(String),
}

impl NamedTrack {
    /// The index of the track in [`Song::tracks`](super::Song::tracks).
    ///
    /// # Errors
    /// If there is no such track, or if several are meant.
    pub fn find(&self, tracks: &[Track]) -> Result<usize, TrackError> {
        if tracks.is_empty() {
            return Err(TrackError::NoNotes);
        }
        let all = |wanted: &dyn Fn(&Track) -> bool| -> Vec<usize> {
            tracks.iter().enumerate().filter(|(_, track)| wanted(track)).map(|(index, _)| index).collect()
        };
        let found = match self {
            Self::Number(number) => {
                let index = number.checked_sub(1).filter(|&index| index < tracks.len());
                return index.ok_or_else(|| TrackError::NoSuchTrack { number: *number, tracks: list(tracks) });
            }
            Self::Channel(channel) => all(&|track| track.channel == *channel),
            Self::Name(name) => {
                let name = name.trim().to_lowercase();
                let lower = |track: &Track| track.name.as_deref().map(|name| name.trim().to_lowercase());
                let exact = all(&|track| lower(track).as_ref() == Some(&name));
                if exact.is_empty() { all(&|track| lower(track).is_some_and(|all| all.contains(&name))) } else { exact }
            }
        };
        match found[..] {
            [track] => Ok(track),
            [] => Err(TrackError::NoTrackOf { wanted: self.to_string(), tracks: list(tracks) }),
            _ => Err(TrackError::SeveralTracks { wanted: self.to_string(), tracks: list(tracks) }),
        }
    }
}

impl FromStr for NamedTrack {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let text = text.trim();
        if let Ok(number) = text.parse() {
            return Ok(Self::Number(number));
        }
        let lower = text.to_lowercase();
        let channel = lower.strip_prefix("channel").or_else(|| lower.strip_prefix("ch"));
        match channel.and_then(|number| number.trim().parse::<u8>().ok()) {
            Some(channel @ 1..=16) => Ok(Self::Channel(channel - 1)),
            _ => Ok(Self::Name(text.to_owned())),
        }
    }
}

impl fmt::Display for NamedTrack {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Channel(channel) => write!(formatter, "on channel {}", channel + 1),
            Self::Name(name) => write!(formatter, "\"{name}\""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tracks() -> Vec<Track> {
        [("Lead", 0), ("Slap Bass", 1), ("Strings", 3), ("Strings 2", 4), ("Kit", 9)]
            .map(|(name, channel)| Track { name: Some(name.to_owned()), channel, ..Track::default() })
            .to_vec()
    }

    fn found(text: &str) -> Result<usize, String> {
        let Ok(named) = text.parse::<NamedTrack>();
        named.find(&tracks()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_track_is_found_by_number_channel_and_name() {
        assert_eq!((found("2"), found("ch10"), found("Channel 4")), (Ok(1), Ok(4), Ok(2)));
        assert_eq!((found("slap bass"), found(" bass "), found("strings")), (Ok(1), Ok(1), Ok(2)));
    }

    #[test]
    fn what_is_not_one_track_is_answered_with_the_tracks() {
        for (text, cause) in [
            ("6", "no track 6"),
            ("0", "no track 0"),
            ("ch3", "no track on channel 3 has notes"),
            ("Violin", "no track \"Violin\""),
            ("str", "several tracks"),
        ] {
            let error = found(text).expect_err(text);
            assert!(error.contains(cause) && error.contains("2 (Slap Bass"), "{text}: {error}");
        }
        assert_eq!(NamedTrack::Number(1).find(&[]), Err(TrackError::NoNotes));
    }
}
