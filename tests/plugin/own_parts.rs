//! A part that the player plays, on a channel of its own or below the split key.

use continuo_engine::score::Score;
use continuo_harness::{
    Format, NoteEvent, NoteEventKind, SongEvent,
    built::{FORMATS, host, offline_player},
    songs::ode,
    state,
};
use continuo_music::part::Part;

/// Samples in a half note of the ode.
const HALF: u64 = 48_000;

/// A bass line in half notes through the ode, on a channel.
fn bass(channel: u8, pitches: [u8; 4]) -> Vec<SongEvent> {
    let note = |index: u64| {
        let pitch = pitches[index as usize % 4];
        let at = |sample, kind| SongEvent { sample, event: NoteEvent { time: 0, kind, channel, pitch } };
        [at(index * HALF, NoteEventKind::On(80)), at(index * HALF + 40_000, NoteEventKind::Off)]
    };
    (0..16).flat_map(note).collect()
}

/// The second pass over the ode with a bass, and the score after it.
fn second_pass(format: Format, settings: &[(&str, &str)], bass: &[SongEvent]) -> (Vec<SongEvent>, Vec<u8>) {
    let tune = ode();
    let mut host = host(format);
    for (name, text) in settings {
        host.set(name, text).expect("the plugin has the parameter");
    }
    let mut player = offline_player(&mut *host);
    player.pass_with(&tune, bass, &mut |_| {}).expect("the plugin plays");
    player.settle().expect("the plugin settles");
    let mut events = player.pass_with(&tune, bass, &mut |_| {}).expect("the plugin plays");
    for event in &mut events {
        event.event.time = 0;
    }
    events.sort_unstable();
    (events, player.host().save().expect("the plugin saves its state"))
}

fn on_channel(events: &[SongEvent], channel: u8) -> Vec<SongEvent> {
    events.iter().filter(|event| event.event.channel == channel).copied().collect()
}

fn moved(mut events: Vec<SongEvent>, channel: u8) -> Vec<SongEvent> {
    for event in &mut events {
        event.event.channel = channel;
    }
    events.sort_unstable();
    events
}

#[test]
fn a_bass_on_a_channel_of_its_own_is_the_bass_and_the_others_play_around_it() {
    let played = bass(6, [36, 43, 41, 43]);
    let mut results = vec![];
    for format in FORMATS {
        let (events, saved) = second_pass(format, &[("Bass Source", "Channel 7")], &played);
        assert_eq!(on_channel(&events, 1), moved(played.clone(), 1), "{format:?}: the bass is the player's alone");
        assert_eq!(on_channel(&events, 6), [], "{format:?}");
        let score: Score = state::score(&saved);
        let notes = score.part_notes(Part::Bass, &(0..i64::MAX));
        assert_eq!(notes.iter().map(|note| note.pitch).take(4).collect::<Vec<_>>(), [36, 43, 41, 43], "{format:?}");
        // Another bass is another band.
        let (others, _) = second_pass(format, &[("Bass Source", "Channel 7")], &bass(6, [45, 38, 40, 38]));
        assert_ne!(on_channel(&events, 2), on_channel(&others, 2), "{format:?}: the chords do not hear the bass");
        // The project opens with what was played, and the band is there at once.
        let mut again = host(format);
        again.load(&saved).expect("the plugin accepts the state");
        let mut band = offline_player(&mut *again);
        band.settle().expect("the plugin settles");
        let mut reopened = band.pass_with(&ode(), &played, &mut |_| {}).expect("the plugin plays");
        for event in &mut reopened {
            event.event.time = 0;
        }
        reopened.sort_unstable();
        assert_eq!(reopened, events, "{format:?}");
        results.push(events);
    }
    assert_eq!(results[0], results[1], "both formats");
}

#[test]
fn a_left_hand_below_the_split_key_is_the_bass() {
    let left = bass(0, [36, 43, 41, 43]);
    for format in FORMATS {
        let (events, _) = second_pass(format, &[("Split Key", "C3")], &left);
        assert_eq!(on_channel(&events, 1), moved(left.clone(), 1), "{format:?}");
        let low = on_channel(&events, 0).into_iter().filter(|event| event.event.pitch < 48).count();
        assert_eq!(low, 0, "{format:?}: the bass is no melody");
    }
}

#[test]
fn tapped_drums_are_the_drums() {
    let taps = bass(9, [36, 38, 36, 38]);
    for format in FORMATS {
        let (events, _) = second_pass(format, &[("Drums Source", "Channel 10")], &taps);
        assert_eq!(on_channel(&events, 9), moved(taps.clone(), 9), "{format:?}: no stroke but the player's");
        assert!(!on_channel(&events, 1).is_empty(), "{format:?}: the band plays");
    }
}
