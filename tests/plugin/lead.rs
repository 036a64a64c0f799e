//! Lead in the built plugin: a bounce plays what was heard, and an instance without it plays none.

use continuo_harness::{
    Format, Pace, Player, PluginHost,
    built::{FORMATS, RATE, host, notes, offline_player, pass},
    played::PlayedNote,
    songs::ode,
    state,
    tune::{MelodyNote, Tune},
};
use continuo_music::lead::LEAD_CHANNEL;

/// Four bars of the ode, of which most of every second one is silent.
fn with_rests() -> Tune {
    let mut tune = ode();
    tune.melody.retain(|note| note.start < 16.0 && note.start % 8.0 < 3.0);
    tune.length = 16.0;
    tune
}

fn with_lead(format: Format, mode: &str, lead: &str) -> Box<dyn PluginHost> {
    let mut host = host(format);
    for (name, value) in
        [("Mode", mode), ("Lead Mode", lead), ("Lead Trade Bars", "2 bars"), ("Seed", "7"), ("Takes", "1")]
    {
        host.set(name, value).expect("the plugin has the parameter");
    }
    host
}

fn all(tune: &Tune, player: &mut Player<'_>) -> Vec<PlayedNote> {
    let events = pass(player, tune);
    notes(tune, RATE, &events).into_iter().filter(|note| note.channel != 0).collect()
}

fn led(notes: &[PlayedNote]) -> Vec<&PlayedNote> {
    notes.iter().filter(|note| note.channel == LEAD_CHANNEL).collect()
}

/// What is heard live at a pace, and the project that it leaves.
fn live(format: Format, (mode, lead): (&str, &str), tune: &Tune, pace: f64) -> (Vec<PlayedNote>, Vec<u8>) {
    let mut host = with_lead(format, mode, lead);
    let mut player = Player::new(&mut *host, RATE, 64, false, Pace::Timed(pace)).expect("the plugin is activated");
    player.locate(tune);
    player.settle().expect("the plugin settles");
    let heard = all(tune, &mut player);
    (heard, player.host().save().expect("the plugin saves its state"))
}

fn bounce(format: Format, (mode, lead): (&str, &str), tune: &Tune, saved: Option<&[u8]>) -> Vec<PlayedNote> {
    let mut host = with_lead(format, mode, lead);
    if let Some(saved) = saved {
        host.load(saved).expect("the plugin accepts its state");
    }
    let mut player = offline_player(&mut *host);
    player.locate(tune);
    all(tune, &mut player)
}

#[test]
fn a_bounce_plays_what_lead_played_live() {
    let tune = with_rests();
    for choice in [("Live", "Fill"), ("Live", "Trade"), ("Live", "Solo"), ("Arrange", "Solo")] {
        let reference = bounce(Format::Clap, choice, &tune, None);
        let starts: Vec<i64> = led(&reference).iter().map(|note| note.start / 960).collect();
        assert!(starts.len() >= 3, "{choice:?}: notes on the beats {starts:?}");
        for format in FORMATS {
            // Where other programs keep the machine from playing in time, the pass is played once more, more slowly.
            let mut passes = [2.0, 1.0, 0.5, 0.25].into_iter().map(|pace| live(format, choice, &tune, pace));
            let (heard, saved) =
                passes.find(|(heard, _)| *heard == reference).unwrap_or_else(|| live(format, choice, &tune, 0.25));
            assert_eq!(heard, reference, "{format:?}, {choice:?}: what is heard live");
            let score = state::score(&saved);
            // The next beat was made, too.
            let end = (tune.length * 960.0) as i64;
            let in_song = score.lead().notes().iter().filter(|note| note.start < end);
            let kept: Vec<u8> = in_song.map(|note| note.pitch).collect();
            let sounded: Vec<u8> = led(&reference).iter().map(|note| note.pitch).collect();
            assert_eq!(kept, sounded, "{format:?}, {choice:?}: the project keeps what sounded");
            if choice.0 == "Live" {
                let again = bounce(format, choice, &tune, Some(&saved));
                assert_eq!(again, reference, "{format:?}, {choice:?}: a bounce of the project");
            }
        }
    }
}

/// Plays 64 bars at 200 beats a minute as an audio device does, and compares them beat by beat with a render that waits.
/// In a beat that is made too late, notes are missing at their place.
#[test]
#[ignore = "plays for 80 seconds, and needs an optimised build and a processor of its own; --nocapture shows the figure"]
fn lead_is_in_time_at_200_beats_a_minute() {
    let mut tune = ode();
    let first = std::mem::take(&mut tune.melody);
    for turn in 0..8 {
        let moved = |note: &MelodyNote| MelodyNote { start: note.start + 32.0 * f64::from(turn), ..*note };
        tune.melody.extend(first.iter().map(moved));
    }
    (tune.length, tune.tempos) = (256.0, vec![(0.0, 200.0)]);
    let beats = |notes: &[PlayedNote]| {
        let mut found = vec![Vec::new(); 256];
        for note in led(notes) {
            found[(note.start / 960) as usize].push((note.start, note.pitch));
        }
        found
    };
    let expected = beats(&bounce(Format::Clap, ("Live", "Solo"), &tune, None));
    let heard = beats(&live(Format::Clap, ("Live", "Solo"), &tune, 1.0).0);
    let played = expected.iter().filter(|notes| !notes.is_empty()).count();
    let other = (1..).zip(expected.iter().zip(&heard)).filter(|(_, (expected, heard))| expected != heard);
    let late: Vec<usize> = other.map(|(beat, _)| beat).collect();
    println!("{} of {played} beats with notes were late: {late:?}", late.len());
    assert!(played > 100 && late.is_empty(), "late in beats {late:?} of {played}");
}

#[test]
fn lead_is_silent_unless_it_is_chosen_and_a_locked_one_stays() {
    let tune = with_rests();
    assert_eq!(led(&bounce(Format::Clap, ("Live", "Off"), &tune, None)), Vec::<&PlayedNote>::new());
    let mut host = with_lead(Format::Clap, "Live", "Solo");
    let mut player = offline_player(&mut *host);
    player.locate(&tune);
    let first = all(&tune, &mut player);
    player.host().set("Lead Lock", "On").expect("the plugin has the parameter");
    player.host().set("Seed", "8").expect("the plugin has the parameter");
    let locked = all(&tune, &mut player);
    assert_eq!(led(&first), led(&locked));
    player.host().set("Lead Lock", "Off").expect("the plugin has the parameter");
    let other = all(&tune, &mut player);
    assert_ne!(led(&first), led(&other));
}
