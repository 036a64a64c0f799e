//! Text for people.

/// Capitalises the first letter, unless the text begins with a file's name: errors are written as the end of a sentence.
pub fn capitalised(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or_default().trim_end_matches(['.', ':', ',']);
    if first.contains(['.', '/', '\\']) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_begin_with_a_capital_and_names_of_files_stay() {
        assert_eq!(capitalised("the disk is full."), "The disk is full.");
        assert_eq!(capitalised("silence."), "Silence.");
        assert_eq!(capitalised("ode.mid: the file is empty."), "ode.mid: the file is empty.");
        assert_eq!(capitalised("c:\\tunes\\ode.mid exists."), "c:\\tunes\\ode.mid exists.");
        assert_eq!(capitalised(""), "");
    }
}
