//! The text of a REAPER project: lines in nested blocks.

/// A text that grows line by line.
#[derive(Default)]
pub(super) struct Document {
    text: String,
    depth: usize,
}

impl Document {
    /// Adds a line with the indent of the block that it is in.
    pub fn line(&mut self, line: &str) {
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Adds a block with what `fill` writes into it.
    pub fn block(&mut self, head: &str, fill: impl FnOnce(&mut Self)) {
        self.line(&format!("<{head}"));
        self.depth += 1;
        fill(self);
        self.depth -= 1;
        self.line(">");
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

/// Text in the quotation marks that it does not hold itself; the format has no escapes, so one that holds all three kinds
/// loses one.
pub(super) fn quoted(text: &str) -> String {
    match ['"', '\'', '`'].into_iter().find(|mark| !text.contains(*mark)) {
        Some(mark) => format!("{mark}{text}{mark}"),
        None => format!("`{}`", text.replace('`', "'")),
    }
}
