//! Walks the fields of a protobuf message without building it, so that a model's metadata can be read from a file of
//! many megabytes at once. Lengths are checked before they are believed, and nothing is allocated for them.

/// The message ended in the middle of a field, or holds something that protobuf does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// The value of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A whole number.
    Varint(u64),
    /// Text, bytes, packed numbers or a message.
    Bytes(&'a [u8]),
    /// A fixed-size number, which nothing here reads.
    Fixed,
}

/// The fields of a message in the order of the file. After an error it ends.
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// Walks over `message`.
    pub(super) const fn of(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    fn varint(&mut self) -> Result<u64, Broken> {
        let mut value = 0;
        for index in 0..10 {
            let (&byte, rest) = self.rest.split_first().ok_or(Broken)?;
            self.rest = rest;
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Broken)
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8], Broken> {
        let length = usize::try_from(length).map_err(|_| Broken)?;
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Broken)?;
        self.rest = rest;
        Ok(taken)
    }

    fn field(&mut self) -> Result<(u64, Value<'a>), Broken> {
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Value::Varint(self.varint()?),
            1 => self.take(8).map(|_| Value::Fixed)?,
            2 => {
                let length = self.varint()?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Fixed)?,
            _ => return Err(Broken),
        };
        if tag >> 3 == 0 { Err(Broken) } else { Ok((tag >> 3, value)) }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Value<'a>), Broken>;

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
pub(super) fn messages(message: &[u8], number: u64) -> impl Iterator<Item = Result<&[u8], Broken>> {
    Fields::of(message).filter_map(move |field| match field {
        Ok((found, Value::Bytes(bytes))) if found == number => Some(Ok(bytes)),
        Ok(_) => None,
        Err(broken) => Some(Err(broken)),
    })
}

/// The first text field with this number; empty if there is none.
pub(super) fn text(message: &[u8], number: u64) -> Result<&str, Broken> {
    let bytes = messages(message, number).next().transpose()?.unwrap_or_default();
    std::str::from_utf8(bytes).map_err(|_| Broken)
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
    fn a_length_past_the_end_is_refused() {
        let message = [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
        assert_eq!(Fields::of(&message).collect::<Vec<_>>(), [Err(Broken)]);
    }

    proptest! {
        #[test]
        fn any_bytes_come_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(Fields::of(&bytes).count() <= bytes.len());
        }
    }
}
