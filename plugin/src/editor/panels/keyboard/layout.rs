//! Where the keys of the keyboard lie.

use egui::{Pos2, Rect, pos2, vec2};

/// The number of white keys: two octaves and the C above.
const WHITES: usize = 15;
/// The semitones of an octave's white keys.
const WHITE: [u8; 7] = [0, 2, 4, 5, 7, 9, 11];
/// The semitones of an octave's black keys, each with the index of the white key on its left.
const BLACK: [(u8, usize); 5] = [(1, 0), (3, 1), (6, 3), (8, 4), (10, 5)];
/// The velocities at a key's top and bottom.
const SOFTEST: f32 = 25.0;
const LOUDEST: f32 = 127.0;

/// Lays the keys out in a rectangle.
pub struct KeyLayout {
    /// The rectangle.
    pub rect: Rect,
    /// The lowest key's pitch, a C.
    pub lowest: u8,
}

impl KeyLayout {
    /// The white keys, with their pitches; the highest may lie beyond MIDI's.
    pub fn white_keys(&self) -> impl Iterator<Item = (Rect, u8)> + '_ {
        let size = vec2(self.rect.width() / WHITES as f32, self.rect.height());
        (0..WHITES).map(move |index| {
            let place = Rect::from_min_size(self.rect.min + vec2(size.x * index as f32, 0.0), size);
            (place, self.lowest + 12 * (index / 7) as u8 + WHITE[index % 7])
        })
    }

    /// The black keys, likewise.
    pub fn black_keys(&self) -> impl Iterator<Item = (Rect, u8)> + '_ {
        let width = self.rect.width() / WHITES as f32;
        (0..WHITES / 7).flat_map(move |octave| {
            BLACK.into_iter().map(move |(semitone, white)| {
                let x = self.rect.left() + width * ((octave * 7 + white + 1) as f32 - 0.3);
                let place = Rect::from_min_size(pos2(x, self.rect.top()), vec2(width * 0.6, self.rect.height() * 0.6));
                (place, self.lowest + 12 * octave as u8 + semitone)
            })
        })
    }

    /// The pitch of the key at a point, and the velocity for the point's height on the key.
    pub fn key_at(&self, point: Pos2) -> Option<(u8, u8)> {
        let (place, pitch) = self.black_keys().chain(self.white_keys()).find(|(place, _)| place.contains(point))?;
        let height = ((point.y - place.top()) / place.height()).clamp(0.0, 1.0);
        (pitch < 128).then_some((pitch, (SOFTEST + (LOUDEST - SOFTEST) * height).round() as u8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lie_as_on_a_piano_and_lower_is_louder() {
        let keys = KeyLayout { rect: Rect::from_min_size(pos2(0.0, 0.0), vec2(1500.0, 100.0)), lowest: 60 };
        let pitch = |x, y| keys.key_at(pos2(x, y)).map(|(pitch, _)| pitch);
        assert_eq!(pitch(50.0, 90.0), Some(60));
        assert_eq!(pitch(100.0, 30.0), Some(61));
        assert_eq!(pitch(100.0 - 5.0, 90.0), Some(60));
        assert_eq!(pitch(299.0, 10.0), Some(64), "there is no black key between E and F");
        assert_eq!(pitch(1499.0, 50.0), Some(84));
        let velocity = |y| keys.key_at(pos2(50.0, y)).map(|(_, velocity)| velocity).unwrap();
        assert!(velocity(5.0) < velocity(50.0) && velocity(50.0) < velocity(99.0));
        assert!((1..=127).contains(&velocity(0.0)) && (1..=127).contains(&velocity(99.9)));
    }

    #[test]
    fn the_highest_octave_has_no_keys_beyond_midi() {
        let keys = KeyLayout { rect: Rect::from_min_size(pos2(0.0, 0.0), vec2(1500.0, 100.0)), lowest: 108 };
        assert_eq!(keys.key_at(pos2(1499.0, 99.0)), None);
        assert!(keys.key_at(pos2(1050.0, 99.0)).is_some_and(|(pitch, _)| pitch < 128));
    }
}
