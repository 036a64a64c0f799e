//! Iterates over the fields of a protobuf message without decoding the whole message, so that reading the metadata of a
//! file of many megabytes is fast, and changes some of them. Each length is checked before use, and nothing is allocated
//! for it.

/// The message ends in the middle of a field, or is not protobuf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::network) struct Malformed;

/// The value of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::network) enum Value<'a> {
    /// An integer.
    Varint(u64),
    /// Text, bytes, packed numbers or a message.
    Bytes(&'a [u8]),
    /// A fixed-size number, whose value is not needed.
    Fixed,
}

/// The fields of a message in file order. Ends after an error.
pub(in crate::network) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// The fields of `message`.
    pub(in crate::network) const fn of(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    fn varint(&mut self) -> Result<u64, Malformed> {
        let mut value = 0;
        for index in 0..10 {
            let (&byte, rest) = self.rest.split_first().ok_or(Malformed)?;
            self.rest = rest;
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Malformed)
    }

    fn bytes(&mut self, length: u64) -> Result<&'a [u8], Malformed> {
        let length = usize::try_from(length).map_err(|_| Malformed)?;
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn field(&mut self) -> Result<(u64, Value<'a>), Malformed> {
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Value::Varint(self.varint()?),
            1 => self.bytes(8).map(|_| Value::Fixed)?,
            2 => {
                let length = self.varint()?;
                Value::Bytes(self.bytes(length)?)
            }
            5 => self.bytes(4).map(|_| Value::Fixed)?,
            _ => return Err(Malformed),
        };
        if tag >> 3 == 0 { Err(Malformed) } else { Ok((tag >> 3, value)) }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

/// The bytes of every field with this number.
pub(in crate::network) fn messages(message: &[u8], number: u64) -> impl Iterator<Item = Result<&[u8], Malformed>> {
    Fields::of(message).filter_map(move |field| match field {
        Ok((found, Value::Bytes(bytes))) if found == number => Some(Ok(bytes)),
        Ok(_) => None,
        Err(malformed) => Some(Err(malformed)),
    })
}

/// The first text field with this number; empty if the message has no such field.
pub(in crate::network) fn text(message: &[u8], number: u64) -> Result<&str, Malformed> {
    let bytes = messages(message, number).next().transpose()?.unwrap_or_default();
    std::str::from_utf8(bytes).map_err(|_| Malformed)
}

/// The message with each of its fields of this number, which hold bytes, as `change` makes it. All others stay as they
/// are, in their order.
///
/// # Errors
/// When the message is malformed, or as `change`.
#[cfg(any(test, feature = "runtimes"))]
pub(in crate::network) fn changed<E: From<Malformed>>(
    message: &[u8],
    number: u64,
    mut change: impl FnMut(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, E> {
    let mut fields = Fields::of(message);
    let mut made = Vec::with_capacity(message.len());
    loop {
        let before = fields.rest;
        let Some(field) = fields.next() else { return Ok(made) };
        match field? {
            (found, Value::Bytes(bytes)) if found == number => {
                let bytes = change(bytes)?;
                push_varint(&mut made, number << 3 | 2);
                push_varint(&mut made, bytes.len() as u64);
                made.extend(bytes);
            }
            _ => made.extend(&before[..before.len() - fields.rest.len()]),
        }
    }
}

/// A text field of a message.
#[cfg(any(test, feature = "runtimes"))]
pub(in crate::network) fn push_text(message: &mut Vec<u8>, number: u64, text: &str) {
    push_varint(message, number << 3 | 2);
    push_varint(message, text.len() as u64);
    message.extend(text.as_bytes());
}

#[cfg(any(test, feature = "runtimes"))]
fn push_varint(message: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        message.push(value as u8 | 0x80);
        value >>= 7;
    }
    message.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_are_read_in_order() {
        let message = [0x08, 0x96, 0x01, 0x12, 0x02, b'h', b'i', 0x1d, 0, 0, 0, 0];
        let fields: Vec<_> = Fields::of(&message).collect();
        assert_eq!(fields, [Ok((1, Value::Varint(150))), Ok((2, Value::Bytes(b"hi"))), Ok((3, Value::Fixed))]);
        assert_eq!(text(&message, 2), Ok("hi"));
    }

    #[test]
    fn a_length_past_the_end_is_rejected() {
        let message = [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
        assert_eq!(Fields::of(&message).collect::<Vec<_>>(), [Err(Malformed)]);
    }

    #[test]
    fn fields_are_changed_where_they_are() -> Result<(), Malformed> {
        let mut message = vec![0x08, 0x96, 0x01];
        push_text(&mut message, 2, "one");
        message.extend([0x1d, 1, 2, 3, 4]);
        push_text(&mut message, 2, "two");
        let long = "a longer text ".repeat(20);
        let made = changed(&message, 2, |bytes| {
            Ok::<_, Malformed>(if bytes == b"one" { long.clone().into_bytes() } else { bytes.to_vec() })
        })?;
        let mut wanted = vec![0x08, 0x96, 0x01];
        push_text(&mut wanted, 2, &long);
        wanted.extend([0x1d, 1, 2, 3, 4]);
        push_text(&mut wanted, 2, "two");
        assert_eq!(made, wanted);
        assert_eq!(changed(&message[..message.len() - 1], 2, |bytes| Ok(bytes.to_vec())), Err(Malformed));
        Ok(())
    }

    proptest! {
        #[test]
        fn unchanged_fields_make_the_same_message(numbers in proptest::collection::vec((1_u64..1000, ".{0,300}"), 0..20)) {
            let mut message = Vec::new();
            for (number, text) in &numbers {
                push_text(&mut message, *number, text);
            }
            prop_assert_eq!(changed(&message, 3, |bytes| Ok::<_, Malformed>(bytes.to_vec())), Ok(message.clone()));
        }

        #[test]
        fn iterating_over_any_bytes_ends(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(Fields::of(&bytes).count() <= bytes.len());
        }
    }
}
