//! The encoding of texts.

/// Text from a file: UTF-8 if it is valid, else Latin-1, which older programs write.
pub(super) fn text(bytes: &[u8]) -> String {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    };
    text.replace(char::is_control, " ").trim().to_owned()
}
