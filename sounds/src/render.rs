//! Whole songs as sound.

use crate::{
    font::Font,
    loudness,
    performance::{Performance, Timed},
    player::Player,
    stereo::Stereo,
};

/// How long a song rings on after its end at most, in seconds.
const LONGEST_TAIL: f64 = 4.0;
/// Sound below this, from 0 to 1, is silence: 80 dB below full scale.
const SILENCE: f32 = 1e-4;
/// Samples that are rendered at once.
const PIECE: usize = 1024;
/// The longest song that is rendered, in seconds: its sound has to fit into memory, more than once.
pub const LONGEST: f64 = 3600.0;

/// Why a song is not rendered.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RenderError {
    /// Longer than [`LONGEST`].
    #[error("the song lasts {0} minutes: sound is written for songs of up to 60")]
    TooLong(u64),
    /// There is not a note in it.
    #[error("the song has no note, so there is no sound to write")]
    Empty,
    /// The synthesizer failed while it played.
    #[error("the SoundFont cannot be played: choose another, or leave --soundfont out for the built-in one")]
    Unplayable,
}

/// A song as sound, and the gain that brought it to its loudness.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The song.
    pub sound: Stereo,
    /// The gain before the limiter.
    pub gain: f32,
}

/// Renders a song at the usual loudness.
///
/// # Errors
/// There is nothing to render, too much, or the font cannot be played.
pub fn song(performance: &Performance, font: &Font, sample_rate: u32) -> Result<Rendered, RenderError> {
    let mut sound = raw(performance, &performance.messages(), font, sample_rate)?;
    let end = (performance.seconds * f64::from(sample_rate)).ceil() as usize;
    let loud = |side: &[f32]| side.iter().rposition(|sample| sample.abs() > SILENCE).map_or(0, |last| last + 1);
    let frames = loud(&sound.left).max(loud(&sound.right)).max(end);
    sound.left.truncate(frames);
    sound.right.truncate(frames);
    let gain = loudness::normalise(&mut sound);
    Ok(Rendered { sound, gain })
}

/// Renders each track by itself: from the song's start, as long as the song, and with its gain, so that they add up to
/// it. If one of them would leave full scale, all are softer by the same factor. `each` gets the track's name and sound.
///
/// # Errors
/// A track cannot be rendered, or `each` fails.
pub fn stems<E: From<RenderError>>(
    performance: &Performance,
    font: &Font,
    whole: &Rendered,
    mut each: impl FnMut(&str, &Stereo) -> Result<(), E>,
) -> Result<(), E> {
    let mut sounds = Vec::with_capacity(performance.tracks.len());
    for track in &performance.tracks {
        let mut sound = raw(performance, &track.messages, font, whole.sound.sample_rate)?;
        sound.left.resize(whole.sound.left.len(), 0.0);
        sound.right.resize(whole.sound.left.len(), 0.0);
        sound.amplify(whole.gain);
        sounds.push((&track.name, sound));
    }
    let peak = sounds.iter().map(|(_, sound)| sound.peak()).fold(0.0, f32::max);
    for (name, mut sound) in sounds {
        if peak > crate::limiter::CEILING {
            sound.amplify(crate::limiter::CEILING / peak);
        }
        each(name, &sound)?;
    }
    Ok(())
}

fn raw(performance: &Performance, messages: &[Timed], font: &Font, sample_rate: u32) -> Result<Stereo, RenderError> {
    if performance.tracks.is_empty() {
        return Err(RenderError::Empty);
    }
    if performance.seconds > LONGEST {
        return Err(RenderError::TooLong((performance.seconds / 60.0).ceil() as u64));
    }
    let rate = f64::from(sample_rate);
    let mut player = Player::new(font, rate).map_err(|_| RenderError::Unplayable)?;
    let frames = ((performance.seconds + LONGEST_TAIL) * rate).ceil() as usize;
    let mut sound = Stereo { sample_rate, left: vec![0.0; frames], right: vec![0.0; frames] };
    let mut at = 0;
    let mut render = |player: &mut Player, to: usize| {
        while at < to {
            let next = to.min(at + PIECE);
            player.render(&mut sound.left[at..next], &mut sound.right[at..next]);
            at = next;
        }
    };
    for Timed { seconds, message } in messages {
        render(&mut player, ((seconds * rate).round() as usize).min(frames));
        player.send(*message);
    }
    render(&mut player, frames);
    if player.has_failed() { Err(RenderError::Unplayable) } else { Ok(sound) }
}
