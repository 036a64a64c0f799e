use super::*;
use crate::{
    melodies::tunes_for_tests::{known, ode},
    network::{BackendChoice, MelodyEngine, ModelSource},
};
use continuo_music::meter::MeterMap;

const ALL: Range<Tick> = 0..8 * 3840;

fn network() -> Reviser {
    Reviser::load(&ModelSource::Embedded, BackendChoice::Tract).expect("the built-in network")
}

fn judge() -> MelodyNetwork {
    MelodyNetwork::load(&ModelSource::Embedded, MelodyEngine::Lstm, BackendChoice::Tract).expect("a built-in network")
}

fn request<'a>(notes: &'a [Note], meters: &'a MeterMap) -> EnhanceRequest<'a> {
    EnhanceRequest { melody: known(notes, meters), span: ALL, add: 8, remove: 8, iterations: 100, risk: 0.0, seed: 1 }
}

fn enhanced(request: &EnhanceRequest<'_>) -> Enhanced {
    enhance(&network(), Some(&judge()), request, |_, _| {}).expect("a melody")
}

#[test]
fn wrong_notes_are_found_and_right_ones_stay_as_they_were_played() {
    let meters = MeterMap::default();
    let right = ode(2);
    let mut wrong = right.clone();
    // Far outside the key and the line.
    wrong[8].pitch += 11;
    wrong[20].pitch -= 8;
    let found = enhanced(&request(&wrong, &meters));
    let touched: Vec<Tick> = found.changes.iter().map(|change| change.start).collect();
    assert!(touched.contains(&(8 * 960)) && touched.contains(&(21 * 960)), "{:?}", found.changes);
    assert!(found.changes.len() <= 6, "{:?}", found.changes);
    let kept = right.iter().filter(|note| found.notes.contains(note)).count();
    assert!(kept >= 23, "{kept} of 30");
    assert!(found.likelihood[1] > found.likelihood[0]);
    assert_eq!(found.key, Key::major(2));
}

/// The tune with slips, and how many of these come back and how many right notes stay.
fn mended(judge: Option<&MelodyNetwork>) -> (usize, usize) {
    let meters = MeterMap::default();
    let right = ode(2);
    let mut wrong = right.clone();
    let slips = [(4, 6), (10, -5), (18, 5), (25, -7)];
    for (index, by) in slips {
        wrong[index].pitch = wrong[index].pitch.wrapping_add_signed(by);
    }
    let limits = EnhanceRequest { add: 30, remove: 30, ..request(&wrong, &meters) };
    let found = enhance(&network(), judge, &limits, |_, _| {}).expect("a melody");
    let is_there = |index: &usize| {
        let wanted = &right[*index];
        found.notes.iter().any(|note| note.pitch == wanted.pitch && (note.start - wanted.start).abs() < 60)
    };
    let (slipped, stayed): (Vec<usize>, Vec<usize>) =
        (0..right.len()).partition(|index| slips.iter().any(|(slip, _)| slip == index));
    (slipped.iter().filter(|index| is_there(index)).count(), stayed.iter().filter(|index| is_there(index)).count())
}

#[test]
fn half_of_the_slips_come_back_and_right_notes_stay() {
    let (back, stayed) = mended(Some(&judge()));
    // The reviser alone works, too.
    let (back_alone, stayed_alone) = mended(None);
    assert!(back >= 2 && stayed >= 25, "{back} slips of 4 came back, {stayed} right notes of 26 stayed");
    assert!(stayed_alone >= 20, "alone: {back_alone} of 4, {stayed_alone} of 26");
}

#[test]
fn a_slip_is_mended_from_another_bar_and_not_moved_there() {
    let meters = MeterMap::default();
    let mut wrong = ode(2);
    for (index, by) in [(7, -5), (16, 5), (21, -4)] {
        wrong[index].pitch = wrong[index].pitch.wrapping_add_signed(by);
    }
    let found = enhanced(&EnhanceRequest { add: 30, remove: 30, ..request(&wrong, &meters) });
    let pitch = |index: usize| {
        let at = |note: &&Note| (note.start - wrong[index].start).abs() < 60;
        found.notes.iter().find(at).map(|note| note.pitch)
    };
    let right = ode(2);
    // The same place, four bars apart.
    assert_eq!([7, 22].map(pitch), [7, 22].map(|index: usize| Some(right[index].pitch)), "{:?}", found.changes);
}

#[test]
fn iterations_limit_the_changes() {
    let meters = MeterMap::default();
    let notes = ode(0);
    let limits = EnhanceRequest { add: 30, remove: 30, risk: 2.0, ..request(&notes, &meters) };
    for iterations in [1, 2] {
        let found = enhanced(&EnhanceRequest { iterations, ..limits.clone() });
        assert_eq!(found.iterations, iterations);
        assert!((1..=iterations as usize).contains(&found.changes.len()), "{:?}", found.changes);
    }
}

#[test]
fn no_more_changes_are_made_than_are_allowed_and_none_outside_the_bars() {
    let meters = MeterMap::default();
    let notes = ode(0);
    let risky = EnhanceRequest { risk: 2.0, ..request(&notes, &meters) };
    for (add, remove) in [(0, 0), (3, 0), (0, 2), (2, 2)] {
        let found = enhanced(&EnhanceRequest { add, remove, span: 0..3 * 3840, ..risky.clone() });
        let new = found.changes.iter().filter(|change| change.is.is_some()).count();
        let gone = found.changes.iter().filter(|change| change.was.is_some()).count();
        assert!(new <= add as usize && gone <= remove as usize, "{:?}", found.changes);
        assert_eq!(found.notes.len(), notes.len() + new - gone);
    }
    let span = 2 * 3840..4 * 3840;
    let found = enhanced(&EnhanceRequest { span: span.clone(), ..risky.clone() });
    assert!(found.changes.iter().all(|change| span.contains(&change.start)), "{:?}", found.changes);
    let still = enhanced(&EnhanceRequest { iterations: 0, ..risky });
    assert_eq!((still.notes, still.changes.len()), (notes, 0));
}

#[test]
fn risk_changes_more_and_the_seed_decides_what() {
    let meters = MeterMap::default();
    let notes = ode(0);
    let of = |risk, seed| {
        let limits = EnhanceRequest { add: 30, remove: 30, span: 0..8 * 3840, ..request(&notes, &meters) };
        enhanced(&EnhanceRequest { risk, seed, ..limits }).changes
    };
    let changes = |risk| -> usize { (1..5).map(|seed| of(risk, seed).len()).sum() };
    let (most, fewest) = (changes(2.0), changes(0.0));
    assert!(most > fewest, "{most} changes at a risk of 2, {fewest} without risk");
    assert_eq!(of(2.0, 1), of(2.0, 1));
    assert_ne!(of(2.0, 1), of(2.0, 2));
}

#[test]
fn nothing_to_revise_is_said_in_words() {
    let meters = MeterMap::default();
    let notes = ode(0);
    let (network, judge) = (network(), judge());
    let refused =
        |request: EnhanceRequest<'_>| enhance(&network, Some(&judge), &request, |_, _| {}).expect_err("refused");
    assert_eq!(refused(request(&[], &meters)), ReviseError::NoNotes);
    let empty = EnhanceRequest { span: 20 * 3840..21 * 3840, ..request(&notes, &meters) };
    assert_eq!(refused(empty), ReviseError::NothingThere);
    assert_eq!(refused(EnhanceRequest { iterations: 1001, ..request(&notes, &meters) }), ReviseError::OutOfRange);
}
