//! What the player does in a block, in order: keys and controls.

use crate::realtime::{capture::KeyStroke, controls::ControlEvent};

/// One thing that the player does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Hand {
    Key(KeyStroke),
    Control(ControlEvent),
}

/// The rest of a block's input. Offsets outside the block count as its last sample.
pub(super) struct Hands<'a> {
    strokes: &'a [KeyStroke],
    controls: &'a [ControlEvent],
    now: u64,
    last: u32,
}

impl<'a> Hands<'a> {
    /// The input of a block of `frames` samples that begins at the sample `now`, each sorted by offset.
    pub fn new(strokes: &'a [KeyStroke], controls: &'a [ControlEvent], now: u64, frames: u32) -> Self {
        Self { strokes, controls, now, last: frames.saturating_sub(1) }
    }

    fn moment(&self, offset: u32) -> u64 {
        self.now + u64::from(offset.min(self.last))
    }

    /// The moment of the next key after a sample.
    pub fn stroke_after(&self, at: u64) -> Option<u64> {
        self.strokes.iter().map(|stroke| self.moment(stroke.offset)).find(|&moment| moment > at)
    }

    /// The keys up to and including a sample.
    pub fn strokes_until(&self, sample: u64) -> impl Iterator<Item = &'a KeyStroke> + '_ {
        self.strokes.iter().take_while(move |stroke| self.moment(stroke.offset) <= sample)
    }

    /// Takes the next before a sample, with its moment. Controls come before keys at the same one.
    pub fn next_before(&mut self, end: u64) -> Option<(Hand, u64)> {
        let key = self.strokes.first().map(|stroke| self.moment(stroke.offset)).filter(|&moment| moment < end);
        let control = self.controls.first().map(|event| self.moment(event.offset)).filter(|&moment| moment < end);
        match (key, control) {
            (Some(key), control) if control.is_none_or(|control| key < control) => {
                let (stroke, rest) = self.strokes.split_first()?;
                self.strokes = rest;
                Some((Hand::Key(*stroke), key))
            }
            (_, Some(moment)) => {
                let (event, rest) = self.controls.split_first()?;
                self.controls = rest;
                Some((Hand::Control(*event), moment))
            }
            _ => None,
        }
    }
}
