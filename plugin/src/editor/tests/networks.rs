//! The choice of what goes on with melodies, in the menu of tools and in Lead's.

use super::*;
use continuo_engine::network::MelodyEngine;

fn press(harness: &mut Harness<'static, State>, name: &str) {
    harness.get_by_label(name).click();
    harness.run_steps(3);
}

/// The choice that is lit in the menu that is open.
fn lit(harness: &Harness<'static, State>) -> Vec<&'static str> {
    let is_lit = |name: &&str| harness.get_by_label(name).accesskit_node().toggled() == Some(Toggled::True);
    ["Network: Both", "Network: Transformer", "Network: LSTM"].into_iter().filter(is_lit).collect()
}

#[test]
fn the_networks_are_chosen_for_all_projects_where_extend_is_and_in_leads_menu() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataFolder::at(folder.path());
    let wiring = wiring_at(folder.path());
    wiring.shared.replace(score());
    let mut harness = harness(&wiring);
    harness.run_steps(3);
    press(&mut harness, "Melody tools");
    assert_eq!(lit(&harness), ["Network: Both"], "at first");
    press(&mut harness, "Network: LSTM");
    assert_eq!(lit(&harness), ["Network: LSTM"]);
    assert_eq!(MelodyEngine::chosen_in(&data), MelodyEngine::Lstm);
    assert!(harness.query_by_label_contains("go on with the LSTM alone from now on").is_some());
    press(&mut harness, "Melody tools");
    assert!(harness.query_by_label("Extend").is_none(), "the menu is closed");
    press(&mut harness, "Lead Mode");
    assert_eq!(lit(&harness), ["Network: LSTM"]);
    press(&mut harness, "Network: Transformer");
    assert_eq!(MelodyEngine::chosen_in(&data), MelodyEngine::Transformer);
    // Another window, which opens the menu, shows it.
    let mut another = super::harness(&wiring_at(folder.path()));
    another.run_steps(3);
    press(&mut another, "Melody tools");
    assert_eq!(lit(&another), ["Network: Transformer"]);
    press(&mut another, "Network: Both");
    assert_eq!(MelodyEngine::chosen_in(&data), MelodyEngine::Both);
    assert_eq!(wiring.shared.history.read(History::depth), (0, 0), "no step of the project");
}

#[test]
fn keys_choose_a_network_and_what_cannot_be_kept_is_said() {
    let wiring = wiring();
    let mut harness = harness(&wiring);
    harness.run_steps(3);
    press(&mut harness, "Melody tools");
    harness.get_by_label("Network: LSTM").focus();
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("this system has no folder for your data").is_some());
    assert_eq!(lit(&harness), ["Network: Both"]);
}
