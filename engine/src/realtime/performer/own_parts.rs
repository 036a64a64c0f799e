//! The parts that the player plays: which keys belong to which part, and what is held of each.

use crate::realtime::{
    capture::{Capture, KeyStroke},
    queues::Fact,
};
use continuo_music::{
    part::{Part, PartMap},
    settings::Settings,
    time::Tick,
};

/// Who a note of the player belongs to: the melody, or a part.
pub(super) type Voice = Option<Part>;

/// The keys of the parts that the player plays. Owned by the audio thread alone; never allocates.
#[derive(Debug)]
pub(super) struct OwnKeys {
    captures: PartMap<Capture>,
    /// Which part each held key belongs to, by channel and pitch: it ends there, whatever the player chooses meanwhile.
    struck: [[Option<Part>; 128]; 16],
}

impl Default for OwnKeys {
    fn default() -> Self {
        Self { captures: PartMap::from_fn(|_| Capture::default()), struck: [[None; 128]; 16] }
    }
}

impl OwnKeys {
    /// The part that a key stroke belongs to; `None` for the melody and for drum pads. Keys on a channel of `pads` are no
    /// bass below the split.
    pub fn owner(&self, stroke: KeyStroke, settings: &Settings, pads: bool) -> Option<Part> {
        let KeyStroke { channel, pitch, velocity, .. } = stroke;
        if velocity.is_none() {
            return self.struck[usize::from(channel & 15)][usize::from(pitch & 127)];
        }
        channel_part(channel, settings).or_else(|| settings.played_part(channel, pitch).filter(|_| !pads))
    }

    /// Follows a key stroke of a part; see [`Capture::follow`]. Returns whether it ends a note.
    pub fn follow(&mut self, part: Part, stroke: KeyStroke) -> bool {
        let KeyStroke { channel, pitch, velocity, .. } = stroke;
        self.struck[usize::from(channel & 15)][usize::from(pitch & 127)] = velocity.map(|_| part);
        self.captures[part].follow(stroke)
    }

    /// A key that goes down belongs to another part, or to the melody, while a part holds it: the part's note ends.
    /// Returns the part.
    pub fn taken_over(&self, stroke: KeyStroke, owner: Voice) -> Option<Part> {
        let KeyStroke { channel, pitch, velocity, .. } = stroke;
        let holder = self.struck[usize::from(channel & 15)][usize::from(pitch & 127)];
        velocity.and(holder).filter(|_| holder != owner)
    }

    /// What is held of a part.
    pub fn capture(&self, part: Part) -> &Capture {
        &self.captures[part]
    }

    /// What is held of a part, for its pedals.
    pub fn capture_mut(&mut self, part: Part) -> &mut Capture {
        &mut self.captures[part]
    }

    /// Forgets the held keys.
    pub fn clear(&mut self) {
        self.captures.0.iter_mut().for_each(Capture::clear);
        self.struck = [[None; 128]; 16];
    }
}

/// The part that the player plays on a channel.
pub(super) fn channel_part(channel: u8, settings: &Settings) -> Option<Part> {
    Part::ALL.into_iter().find(|&part| settings.parts[part].source == Some(channel & 15))
}

/// A note begins.
pub(super) const fn note_on(voice: Voice, tick: Tick, pitch: u8, velocity: u8) -> Fact {
    match voice {
        None => Fact::NoteOn { tick, pitch, velocity },
        Some(part) => Fact::PartOn { part, tick, pitch, velocity },
    }
}

/// A note ends.
pub(super) const fn note_off(voice: Voice, tick: Tick, pitch: u8) -> Fact {
    match voice {
        None => Fact::NoteOff { tick, pitch },
        Some(part) => Fact::PartOff { part, tick, pitch },
    }
}

/// The voice and the pitch of a note that begins or ends.
pub(super) const fn note_of(fact: &Fact) -> Option<(Voice, u8)> {
    match *fact {
        Fact::NoteOn { pitch, .. } | Fact::NoteOff { pitch, .. } => Some((None, pitch)),
        Fact::PartOn { part, pitch, .. } | Fact::PartOff { part, pitch, .. } => Some((Some(part), pitch)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_ends_in_the_part_in_which_it_was_struck() {
        let mut settings = Settings { split: Some(48), ..Settings::default() };
        let mut keys = OwnKeys::default();
        let down = KeyStroke::down(0, 0, 40, 90);
        assert_eq!(keys.owner(down, &settings, false), Some(Part::Bass));
        assert_eq!(keys.owner(down, &settings, true), None, "pads are not split");
        keys.follow(Part::Bass, down);
        settings.split = None;
        assert_eq!(keys.owner(KeyStroke::up(0, 0, 40), &settings, false), Some(Part::Bass));
        assert_eq!(keys.taken_over(down, None), Some(Part::Bass), "struck again, it is the melody");
        assert!(keys.follow(Part::Bass, KeyStroke::up(0, 0, 40)));
        assert_eq!(keys.owner(KeyStroke::up(0, 0, 40), &settings, false), None);
    }
}
