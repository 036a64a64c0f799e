//! Checks the structure of a SoundFont, so that the synthesizer's reader and its voices find what they index.

use super::{
    exclusive,
    numbers::{SAMPLE_ID, number_16, number_32},
};
use std::ops::Range;

/// What is wrong with a SoundFont.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Something else, or nothing.
    #[error("is not a SoundFont 2 file (.sf2)")]
    NotASoundFont,
    /// Compressed samples.
    #[error(
        "is a compressed SoundFont (.sf3), which cannot be played: convert it to .sf2 first, for instance with Polyphone"
    )]
    Compressed,
    /// The structure is broken.
    #[error("is damaged or cut off: fetch it again, or choose another")]
    Damaged,
    /// There is nothing to play.
    #[error("holds no instrument")]
    Empty,
}

/// The sizes of a record in the tables.
const PRESET: usize = 38;
const BAG: usize = 4;
const GENERATOR: usize = 4;
const INSTRUMENT: usize = 22;
const SAMPLE: usize = 46;

/// The generator that names an instrument.
const INSTRUMENT_ID: u16 = 41;
/// Rates of samples that a recording can have, in Hz.
const RATES: Range<u32> = 400..400_000;
/// The flag of a sample in ROM, and of a compressed one.
const ROM: u16 = 0x8000;
const COMPRESSED: u16 = 0x10;

/// Checks the bytes of a file, and takes zones that sound together out of their exclusive class.
pub fn check(bytes: &mut [u8]) -> Result<(), Fault> {
    let tables = tables(bytes)?;
    if tables.frames < 2 {
        return Err(Fault::Empty);
    }
    let samples = samples(bytes, &tables)?;
    let instruments = headers(bytes, &tables.instruments, INSTRUMENT, 20)?;
    let presets = headers(bytes, &tables.presets, PRESET, 24)?;
    if samples == 0 || instruments.len() < 2 || presets.len() < 2 {
        return Err(Fault::Empty);
    }
    let instrument_bags = bags(bytes, &tables.instrument_bags, tables.instrument_generators.len() / GENERATOR)?;
    let preset_bags = bags(bytes, &tables.preset_bags, tables.preset_generators.len() / GENERATOR)?;
    follow_each_other(&instruments, instrument_bags.len())?;
    follow_each_other(&presets, preset_bags.len())?;
    names(bytes, &tables.instrument_generators, SAMPLE_ID, samples)?;
    names(bytes, &tables.preset_generators, INSTRUMENT_ID, instruments.len() - 1)?;
    exclusive::separate(bytes, &tables.instrument_generators, &instruments, &instrument_bags);
    Ok(())
}

/// A chunk's name, and where its contents lie.
type Chunk = ([u8; 4], Range<usize>);

/// Where the tables of a file lie.
#[derive(Default)]
struct Tables {
    frames: usize,
    presets: Range<usize>,
    preset_bags: Range<usize>,
    preset_generators: Range<usize>,
    instruments: Range<usize>,
    instrument_bags: Range<usize>,
    instrument_generators: Range<usize>,
    samples: Range<usize>,
}

fn tables(bytes: &[u8]) -> Result<Tables, Fault> {
    if bytes.get(..4) != Some(b"RIFF") || bytes.get(8..12) != Some(b"sfbk") {
        return Err(Fault::NotASoundFont);
    }
    let mut tables = Tables::default();
    for (name, list) in chunks(bytes, 12..bytes.len())? {
        if &name != b"LIST" {
            continue;
        }
        let kind = bytes.get(list.start..list.start + 4).ok_or(Fault::Damaged)?;
        if kind != b"sdta" && kind != b"pdta" {
            continue;
        }
        for (name, chunk) in chunks(bytes, list.start + 4..list.end)? {
            match &name {
                b"smpl" => {
                    if bytes.get(chunk.start..chunk.start + 4) == Some(b"OggS") {
                        return Err(Fault::Compressed);
                    }
                    tables.frames = chunk.len() / 2;
                }
                b"phdr" => tables.presets = chunk,
                b"pbag" => tables.preset_bags = chunk,
                b"pgen" => tables.preset_generators = chunk,
                b"inst" => tables.instruments = chunk,
                b"ibag" => tables.instrument_bags = chunk,
                b"igen" => tables.instrument_generators = chunk,
                b"shdr" => tables.samples = chunk,
                _ => {}
            }
        }
    }
    Ok(tables)
}

/// The chunks in a range: each a name and where its contents lie.
fn chunks(bytes: &[u8], within: Range<usize>) -> Result<Vec<Chunk>, Fault> {
    let mut found = Vec::new();
    let mut at = within.start;
    // Less than a chunk's head may be left over.
    while at + 8 <= within.end {
        let head = bytes.get(at..at + 8).ok_or(Fault::Damaged)?;
        let size = number_32(head, 4).ok_or(Fault::Damaged)? as usize;
        let end = at.checked_add(8).and_then(|start| start.checked_add(size)).filter(|&end| end <= within.end);
        let end = end.ok_or(Fault::Damaged)?;
        found.push(([head[0], head[1], head[2], head[3]], at + 8..end));
        at = end + size % 2;
    }
    Ok(found)
}

/// Checks the samples' headers; returns how many there are.
fn samples(bytes: &[u8], tables: &Tables) -> Result<usize, Fault> {
    let records = records(bytes, &tables.samples, SAMPLE)?;
    let count = records.len().saturating_sub(1);
    for record in &records[..count] {
        let number = |at| number_32(record, at).ok_or(Fault::Damaged);
        let (start, end, loop_start, loop_end, rate) =
            (number(20)?, number(24)?, number(28)?, number(32)?, number(36)?);
        let kind = number_16(record, 44).ok_or(Fault::Damaged)?;
        if kind & COMPRESSED != 0 {
            return Err(Fault::Compressed);
        }
        let frames = tables.frames as u64;
        let inside = u64::from(end) < frames && u64::from(loop_end) < frames && start < end && loop_start <= loop_end;
        if kind & ROM == 0 && (!inside || !RATES.contains(&rate)) {
            return Err(Fault::Damaged);
        }
    }
    Ok(count)
}

/// The number of the first bag of each preset or instrument, and of the terminator.
fn headers(bytes: &[u8], table: &Range<usize>, size: usize, at: usize) -> Result<Vec<usize>, Fault> {
    let first = |record: &[u8]| number_16(record, at).map(usize::from).ok_or(Fault::Damaged);
    records(bytes, table, size)?.into_iter().map(first).collect()
}

/// The number of the first generator of each zone, and of the terminator.
fn bags(bytes: &[u8], table: &Range<usize>, generators: usize) -> Result<Vec<usize>, Fault> {
    let first = |record: &[u8]| number_16(record, 0).map(usize::from).ok_or(Fault::Damaged);
    let bags: Vec<usize> = records(bytes, table, BAG)?.into_iter().map(first).collect::<Result<_, _>>()?;
    let sorted = bags.windows(2).all(|pair| pair[0] <= pair[1]);
    if bags.len() < 2 || !sorted || bags.last().is_none_or(|&last| last > generators) {
        return Err(Fault::Damaged);
    }
    Ok(bags)
}

/// Each has at least one bag, and all of them are there.
fn follow_each_other(firsts: &[usize], bags: usize) -> Result<(), Fault> {
    let sorted = firsts.windows(2).all(|pair| pair[0] < pair[1]);
    if sorted && firsts.last().is_some_and(|&last| last < bags) { Ok(()) } else { Err(Fault::Damaged) }
}

/// All that a generator names is there.
fn names(bytes: &[u8], table: &Range<usize>, generator: u16, count: usize) -> Result<(), Fault> {
    let named = |record: &&[u8]| number_16(record, 0) == Some(generator);
    let all = records(bytes, table, GENERATOR)?;
    let there = |record: &[u8]| number_16(record, 2).is_some_and(|index| usize::from(index) < count);
    if all.into_iter().filter(named).all(there) { Ok(()) } else { Err(Fault::Damaged) }
}

fn records<'a>(bytes: &'a [u8], table: &Range<usize>, size: usize) -> Result<Vec<&'a [u8]>, Fault> {
    let table = bytes.get(table.clone()).ok_or(Fault::Damaged)?;
    if table.len() % size == 0 { Ok(table.chunks_exact(size).collect()) } else { Err(Fault::Damaged) }
}
