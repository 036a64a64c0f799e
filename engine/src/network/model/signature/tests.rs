use super::*;

/// A length-delimited protobuf field; all lengths here need at most two bytes.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut bytes = vec![number << 3 | 2];
    if length >= 128 {
        bytes.extend([(length % 128) as u8 | 128, (length / 128) as u8]);
    } else {
        bytes.push(length as u8);
    }
    bytes.extend_from_slice(content);
    bytes
}

/// A varint field with a value under 16384.
fn varint(number: u8, value: u64) -> Vec<u8> {
    vec![number << 3, (value % 128) as u8 | 128, (value / 128) as u8]
}

/// A `ValueInfoProto`; for a size of `None` the file has a name instead of a number.
fn tensor(name: &str, element: u64, sizes: &[Option<u64>]) -> Vec<u8> {
    tensor_of_batch(name, element, sizes, "batch")
}

/// The same with another name for what it leaves open.
fn tensor_of_batch(name: &str, element: u64, sizes: &[Option<u64>], batch: &str) -> Vec<u8> {
    let dimension = |size: &Option<u64>| match size {
        Some(size) => field(1, &varint(1, *size)),
        None => field(1, &field(2, batch.as_bytes())),
    };
    let shape: Vec<u8> = sizes.iter().flat_map(dimension).collect();
    let tensor_type = [varint(1, element), field(2, &shape)].concat();
    [field(1, name.as_bytes()), field(2, &field(1, &tensor_type))].concat()
}

fn model(inputs: &[Vec<u8>], outputs: &[Vec<u8>]) -> Vec<u8> {
    let inputs = inputs.iter().flat_map(|tensor| field(11, tensor));
    let outputs = outputs.iter().flat_map(|tensor| field(12, tensor));
    field(7, &inputs.chain(outputs).collect::<Vec<u8>>())
}

fn expected() -> Signature {
    Signature {
        inputs: vec![("melody", vec![2, STEPS, PITCHES]), ("heard", vec![STEPS])],
        outputs: vec![("drums", vec![STEPS, DRUM_VOICES]), ("velocity", vec![5, STEPS])],
    }
}

const MELODY: [Option<u64>; 4] = [None, Some(2), Some(64), Some(84)];
const HEARD: [Option<u64>; 2] = [None, Some(64)];
const DRUMS: [Option<u64>; 3] = [None, Some(64), Some(12)];
const VELOCITY: [Option<u64>; 3] = [None, Some(5), Some(64)];

/// The error for a model that is correct except perhaps in its first input, which is this; or "accepted".
fn error_with(melody: Vec<u8>) -> String {
    let file = model(
        &[melody, tensor("heard", FLOAT, &HEARD)],
        &[tensor("drums", FLOAT, &DRUMS), tensor("velocity", FLOAT, &VELOCITY)],
    );
    check(&file, &expected()).map_or_else(|error| error.to_string(), |_| "accepted".to_owned())
}

#[test]
fn outputs_are_found_in_any_order() {
    let file = model(
        &[tensor("heard", FLOAT, &HEARD), tensor("melody", FLOAT, &MELODY)],
        &[tensor("velocity", FLOAT, &VELOCITY), tensor("extra", FLOAT, &HEARD), tensor("drums", FLOAT, &DRUMS)],
    );
    assert_eq!(check(&file, &expected()), Ok(Found { outputs: vec![2, 0], groups: vec![None, None] }));
}

#[test]
fn an_input_whose_batch_is_called_window_may_have_one_row_for_all() {
    let outputs = [tensor("drums", FLOAT, &DRUMS), tensor("velocity", FLOAT, &VELOCITY)];
    let heard = tensor_of_batch("heard", FLOAT, &HEARD, "window");
    let file = model(&[heard, tensor("melody", FLOAT, &MELODY)], &outputs);
    let found = check(&file, &expected()).map(|found| found.groups);
    assert_eq!(found, Ok(vec![None, Some("window")]), "in the order of the signature");
}

#[test]
fn sizes_may_be_open_but_not_different() {
    assert_eq!(error_with(tensor("melody", FLOAT, &MELODY)), "accepted");
    assert_eq!(error_with(tensor("melody", FLOAT, &[None, Some(2), None, None])), "accepted");
    for sizes in [
        vec![None, Some(2), Some(64), Some(88)],
        vec![None, Some(64), Some(84)],
        vec![None, Some(2), Some(64), Some(84), Some(1)],
        // The batch size has to be open: all takes are generated in one batch.
        vec![Some(1), Some(2), Some(64), Some(84)],
        vec![],
    ] {
        let error = error_with(tensor("melody", FLOAT, &sizes));
        assert!(error.contains("\"melody\" is not a float tensor of shape [batch, [2, 64, 84]]"), "{sizes:?}: {error}");
    }
}

#[test]
fn other_names_counts_and_elements_are_rejected_by_name() {
    const DOUBLE: u64 = 11;
    assert!(error_with(tensor("melody", DOUBLE, &MELODY)).contains("\"melody\" is not a float tensor"));
    assert!(error_with(tensor("tune", FLOAT, &MELODY)).contains("no tensor \"melody\""));
    let outputs = [tensor("drums", FLOAT, &DRUMS), tensor("velocity", FLOAT, &VELOCITY)];
    let error = check(&model(&[tensor("melody", FLOAT, &MELODY)], &outputs), &expected()).unwrap_err().to_string();
    assert!(error.contains("it has 1 inputs, not 2"), "{error}");
    let inputs = [tensor("melody", FLOAT, &MELODY), tensor("heard", FLOAT, &HEARD)];
    let error = check(&model(&inputs, &outputs[..1]), &expected()).unwrap_err().to_string();
    assert!(error.contains("no tensor \"velocity\""), "{error}");
}

#[test]
fn a_file_that_is_truncated_anywhere_is_not_a_model() {
    let inputs = [tensor("melody", FLOAT, &MELODY), tensor("heard", FLOAT, &HEARD)];
    let whole = model(&inputs, &[tensor("drums", FLOAT, &DRUMS), tensor("velocity", FLOAT, &VELOCITY)]);
    assert!(check(&whole, &expected()).is_ok());
    for length in 0..whole.len() {
        assert_eq!(check(&whole[..length], &expected()), Err(ModelError::NotOnnx), "{length} bytes");
    }
}
