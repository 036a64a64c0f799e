//! How likely the network that goes on with melodies finds a melody's bars, and how much likelier an edit makes them.
//!
//! The reviser reads a note with those around it and hears that it is wrong. The other network reads a melody from its
//! beginning on: how likely what comes after a changed note becomes, says which note belongs there.

use super::{
    cells::{Layout, is_pitch},
    events::{Conditions, Event},
};
use crate::network::{
    InferenceError, MelodyNetwork,
    contract::{HOLD, LONGEST_EVENT, REST},
    melody_network::{Memory, index_of},
};

/// So many bars before the edited one are read, and so many after it count.
const BEFORE: i64 = 4;
const AFTER: i64 = 2;

/// The network before a melody in cells.
pub(super) struct Judge<'a> {
    network: &'a MelodyNetwork,
    conditions: Conditions<'a>,
    layout: Layout,
    /// The bar whose surroundings were read last, and what was read.
    read: Option<(i64, Reading)>,
}

/// Bars as they are.
struct Reading {
    memory: Memory,
    events: Vec<Event>,
    /// How likely each event is, as a logarithm.
    likely: Vec<f32>,
}

impl<'a> Judge<'a> {
    /// `genre` is the melody's, by its id; the network need not know it.
    pub fn new(network: &'a MelodyNetwork, conditions: Conditions<'a>, layout: Layout, genre: Option<&str>) -> Self {
        let genres = network.genres();
        let known = genre.and_then(|id| genres.iter().position(|genre| genre == id)).unwrap_or(genres.len());
        Self { network, conditions: Conditions { genre: known as u8, ..conditions }, layout, read: None }
    }

    /// By how much an edit raises the log-probability of the bars around it. Edits of one bar after the other cost least.
    /// `cells` must be the same in all calls: what was read of a bar is kept.
    pub fn gain(&mut self, cells: &[u8], edit: &[(usize, u8)]) -> Result<f32, InferenceError> {
        let Some(step) = edit.first().and_then(|&(cell, _)| self.layout.step(cell)) else { return Ok(0.0) };
        let bar = step.div_euclid(self.conditions.grid.bar);
        let mut edited = cells.to_vec();
        for &(cell, symbol) in edit {
            if let Some(place) = edited.get_mut(cell) {
                *place = symbol;
            }
        }
        let now = match self.read.take() {
            Some((there, now)) if there == bar => now,
            _ => self.heard(cells, bar)?,
        };
        let (found, now) = self.compare(now, &self.events(&edited, bar))?;
        self.read = Some((bar, now));
        Ok(found)
    }

    /// Reads the bars around one.
    fn heard(&self, cells: &[u8], bar: i64) -> Result<Reading, InferenceError> {
        let events = self.events(cells, bar);
        let mut memory = self.network.memory();
        let likely = (0..events.len()).map(|index| self.next(&mut memory, &events, index)).collect::<Result<_, _>>()?;
        Ok(Reading { memory, events, likely })
    }

    /// How much likelier other events are than those that were read.
    fn compare(&self, mut now: Reading, events: &[Event]) -> Result<(f32, Reading), InferenceError> {
        let same = now.events.iter().zip(events).take_while(|(one, other)| one == other).count();
        // What was forgotten is read again.
        let fits = now.events.len() <= now.memory.room();
        let mut memory = if fits { now.memory.clone() } else { self.network.memory() };
        let from = if fits { same } else { 0 };
        memory.rewind(from);
        let mut found = 0.0;
        for index in from..events.len() {
            let likely = self.next(&mut memory, events, index)?;
            found += if index < same { 0.0 } else { likely };
        }
        let before: f32 = now.likely.get(same..).unwrap_or_default().iter().sum();
        now.likely.truncate(now.events.len());
        Ok((found - before, now))
    }

    /// How likely an event is after those before it.
    fn next(&self, memory: &mut Memory, events: &[Event], index: usize) -> Result<f32, InferenceError> {
        let Some(event) = events.get(index) else { return Ok(0.0) };
        let before = events.get(..index).unwrap_or_default();
        let likely = self.network.next(memory, &self.conditions.reading(before, event.start))?;
        Ok(likely.get(index_of(event.symbol, event.length as usize)).copied().unwrap_or(0.0))
    }

    /// The events of the bars around one.
    fn events(&self, cells: &[u8], bar: i64) -> Vec<Event> {
        let length = self.conditions.grid.bar;
        let (from, to) = ((bar - BEFORE).max(0) * length, (bar + 1 + AFTER) * length);
        let mut found: Vec<Event> = Vec::new();
        for step in from..to {
            let Some(&symbol) = self.layout.cell(step).and_then(|cell| cells.get(cell)) else { break };
            match found.last_mut() {
                _ if is_pitch(symbol) => found.push(Event { symbol, length: 1, start: step }),
                Some(last) if symbol == HOLD && !last.is_rest() && last.length < LONGEST_EVENT as i64 => {
                    last.length += 1;
                }
                // Rests end at bar lines.
                Some(last) if last.is_rest() && step.rem_euclid(length) != 0 => last.length += 1,
                _ => found.push(Event { symbol: REST, length: 1, start: step }),
            }
        }
        found
    }
}
