use super::*;
use std::fs;

/// A message with these fields.
fn message(fields: &[(u64, &[u8])]) -> Vec<u8> {
    let mut made = Vec::new();
    for (number, bytes) in fields {
        let text = std::str::from_utf8(bytes).expect("text");
        protobuf::push_text(&mut made, *number, text);
    }
    made
}

/// A network of one initializer with these entries about its arrays.
fn network(entries: &[(&str, &str)]) -> Vec<u8> {
    let entries: Vec<Vec<u8>> =
        entries.iter().map(|(key, value)| message(&[(KEY, key.as_bytes()), (VALUE, value.as_bytes())])).collect();
    let entries: Vec<(u64, &[u8])> = entries.iter().map(|entry| (EXTERNAL_DATA, entry.as_slice())).collect();
    let initializer = message(&[&[(8, b"weight".as_slice())], entries.as_slice()].concat());
    message(&[(GRAPH, &message(&[(1, b"a node"), (INITIALIZER, &initializer)]))])
}

#[test]
fn each_array_lies_at_an_aligned_place() -> Result<(), PrepareError> {
    let folder = tempfile::tempdir()?;
    let to = folder.path().join("weights");
    let before = network(&[
        ("location", "weights.bin"),
        ("offset", "1"),
        ("length", "5"),
        ("prepacked_0", "MatMul+7|6;3;0|1;5;0"),
    ]);
    let made = align(&before, b"-firstten", &to)?;
    let after = network(&[
        ("location", "weights.bin"),
        ("offset", "0"),
        ("length", "5"),
        ("prepacked_0", "MatMul+7|64;3;0|0;5;0"),
    ]);
    assert_eq!(made, after);
    let written = fs::read(to)?;
    assert_eq!((&written[..5], &written[64..]), (b"first".as_slice(), b"ten".as_slice()));
    Ok(())
}

#[test]
fn arrays_outside_the_file_are_an_error() -> Result<(), PrepareError> {
    let folder = tempfile::tempdir()?;
    let to = folder.path().join("weights");
    for (offset, length) in [("4", "2"), ("0", "18446744073709551615"), ("-1", "1"), ("0", "")] {
        let before = network(&[("offset", offset), ("length", length)]);
        let made = align(&before, b"12345", &to);
        assert!(matches!(made, Err(PrepareError::Malformed)), "{offset} {length}");
    }
    let made = align(&network(&[("offset", "0")]), b"12345", &to);
    assert!(matches!(made, Err(PrepareError::Malformed)), "without a length");
    Ok(())
}
