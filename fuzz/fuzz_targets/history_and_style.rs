//! Any text as what a project saves beside its arrangement: a history of steps, and one of the user's own styles.
#![no_main]

use continuo_engine::{
    score::{History, Step},
    styles::OwnStyle,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    history(text);
    match OwnStyle::from_json(text) {
        Ok(style) => {
            let again = OwnStyle::from_json(&style.to_json()).expect("what was saved can be read");
            assert_eq!(again, style);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

/// Undoes and redoes all steps and saves the history: what is saved is read back unchanged, and invalid text is kept.
fn history(text: &str) {
    let mut history = History::from_json(text);
    let saved = history.to_json();
    assert_eq!(History::from_json(&saved).to_json(), saved);
    let (done, undone) = history.depth();
    for _ in 0..done {
        let step = history.pop_done().expect("there are as many steps as it says");
        history.keep_undone(step);
    }
    assert_eq!(history.pop_done(), None);
    assert!(history.depth().1 <= done + undone);
    while let Some(step) = history.pop_undone() {
        history.keep_done(step);
    }
    history.record(Step::Take { start: 0, from: 1, to: 2 });
    let (again, kept) = (History::from_json(&history.to_json()), history.depth().0);
    assert_eq!(again.last_done(), history.last_done(), "the last step is saved");
    assert!(again.depth().0 <= kept && again.depth().1 == 0);
}
