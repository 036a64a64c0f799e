//! Moves the weights that ONNX Runtime saved beside a network to places where its kernels can read them.
//!
//! The runtime writes each array right after the one before. Its matrix kernels load packed weights with instructions
//! that need an aligned address, so arrays that are mapped at any other would end the process.

use super::error::PrepareError;
use crate::network::model::protobuf::{self, Malformed};
use std::{
    collections::HashMap,
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

/// What every array's place in the file is a multiple of: the widest vector that a kernel loads, and a line of the cache.
const ALIGNMENT: u64 = 64;

// Fields of the messages of ONNX 1.
const GRAPH: u64 = 7;
const INITIALIZER: u64 = 5;
const EXTERNAL_DATA: u64 = 13;
const KEY: u64 = 1;
const VALUE: u64 = 2;

/// Writes the arrays of `weights` to the file `to`, each at an aligned place, and returns the network that finds them there.
pub(super) fn align(network: &[u8], weights: &[u8], to: &Path) -> Result<Vec<u8>, PrepareError> {
    let mut arrays =
        Arrays { from: weights, file: BufWriter::new(File::create(to)?), length: 0, moved: HashMap::new() };
    let made = protobuf::changed(network, GRAPH, |graph| {
        protobuf::changed(graph, INITIALIZER, |initializer| moved(initializer, &mut arrays))
    })?;
    arrays.file.flush()?;
    arrays.file.get_ref().sync_all()?;
    Ok(made)
}

/// An initializer whose arrays are moved.
fn moved(initializer: &[u8], arrays: &mut Arrays<'_>) -> Result<Vec<u8>, PrepareError> {
    let mut length = None;
    for entry in protobuf::messages(initializer, EXTERNAL_DATA) {
        let entry = entry?;
        if protobuf::text(entry, KEY)? == "length" {
            length = Some(protobuf::text(entry, VALUE)?.to_owned());
        }
    }
    protobuf::changed(initializer, EXTERNAL_DATA, |entry| {
        let (key, value) = (protobuf::text(entry, KEY)?, protobuf::text(entry, VALUE)?);
        let value = if key == "offset" {
            arrays.place(value, length.as_deref().ok_or(Malformed)?)?
        } else if key.starts_with("prepacked") {
            packed(value, arrays)?
        } else {
            value.to_owned()
        };
        let mut made = Vec::new();
        protobuf::push_text(&mut made, KEY, key);
        protobuf::push_text(&mut made, VALUE, &value);
        Ok(made)
    })
}

/// Moves packed arrays: `kernel|offset;length;flags|offset;length;flags…`
fn packed(value: &str, arrays: &mut Arrays<'_>) -> Result<String, PrepareError> {
    let mut parts = value.split('|');
    let mut made = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (offset, rest) = part.split_once(';').ok_or(Malformed)?;
        let length = rest.split(';').next().unwrap_or_default();
        let place = arrays.place(offset, length)?;
        made.extend(["|", &place, ";", rest]);
    }
    Ok(made)
}

/// The arrays of a file on their way to another.
struct Arrays<'a> {
    from: &'a [u8],
    file: BufWriter<File>,
    length: u64,
    /// Where each array is that was written: several initializers may share one.
    moved: HashMap<(usize, usize), u64>,
}

impl Arrays<'_> {
    /// Writes an array and returns its place.
    fn place(&mut self, offset: &str, length: &str) -> Result<String, PrepareError> {
        let (offset, length): (usize, usize) =
            (offset.parse().map_err(|_| Malformed)?, length.parse().map_err(|_| Malformed)?);
        if let Some(place) = self.moved.get(&(offset, length)) {
            return Ok(place.to_string());
        }
        let end = offset.checked_add(length).ok_or(Malformed)?;
        let array = self.from.get(offset..end).ok_or(Malformed)?;
        let place = self.length.next_multiple_of(ALIGNMENT);
        let gap = [0; ALIGNMENT as usize];
        self.file.write_all(&gap[..(place - self.length) as usize])?;
        self.file.write_all(array)?;
        self.length = place + length as u64;
        self.moved.insert((offset, length), place);
        Ok(place.to_string())
    }
}

#[cfg(test)]
mod tests;
