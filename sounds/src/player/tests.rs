use super::*;
use proptest::{prelude::*, test_runner::Config};

fn player() -> Player {
    Player::new(&Font::built_in().expect("a SoundFont"), 48_000.0).expect("a player")
}

/// What a player plays after messages: the power of each side.
fn power(player: &mut Player, messages: &[Message], frames: usize) -> (f32, f32) {
    for &message in messages {
        player.send(message);
    }
    let (mut left, mut right) = (vec![0.0; frames], vec![0.0; frames]);
    player.render(&mut left, &mut right);
    let power = |side: &[f32]| side.iter().map(|sample| sample * sample).sum::<f32>() / frames as f32;
    (power(&left), power(&right))
}

#[test]
fn every_program_sounds_and_ends() {
    for program in 0..120 {
        let mut player = player();
        let (left, right) = power(&mut player, &[Message::Program(0, program), Message::NoteOn(0, 60, 100)], 24_000);
        assert!(left + right > 1e-7, "{}: {left} {right}", crate::programs::name(program));
        power(&mut player, &[Message::NoteOff(0, 60)], 48_000 * 8);
        let (left, right) = power(&mut player, &[], 4800);
        assert!(left + right < 1e-6, "{} rings on: {left} {right}", crate::programs::name(program));
    }
}

#[test]
fn the_softest_note_sounds() {
    for (channel, pitch) in [(0, 60), (9, 38)] {
        let (left, right) = power(&mut player(), &[Message::NoteOn(channel, pitch, 1)], 9600);
        assert!(left + right > 1e-12, "channel {channel}");
    }
}

#[test]
fn drums_stay_drums_after_a_bank_select() {
    let drum = [Message::NoteOn(9, 38, 100)];
    let before = power(&mut player(), &drum, 9600);
    let bank = [Message::Controller(9, 0, 1), Message::Controller(9, 32, 3), drum[0]];
    assert_eq!(power(&mut player(), &bank, 9600), before);
}

#[test]
fn a_closed_hi_hat_ends_an_open_one() {
    let open = Message::NoteOn(9, 46, 110);
    let mut ringing = player();
    power(&mut ringing, &[open], 9600);
    let (alone, _) = power(&mut ringing, &[], 9600);
    let mut ended = player();
    power(&mut ended, &[open], 4800);
    power(&mut ended, &[Message::NoteOn(9, 42, 20)], 4800);
    let (left, _) = power(&mut ended, &[], 9600);
    assert!(left < alone / 4.0, "{left} of {alone}");
}

#[test]
fn level_and_pan_are_the_mixers_and_add_to_what_is_sent() {
    let note = [Message::NoteOn(2, 60, 100)];
    let (left, right) = power(&mut player(), &note, 9600);
    let mut soft = player();
    soft.set_level(2, 0.5);
    let (soft_left, _) = power(&mut soft, &note, 9600);
    assert!((left / soft_left - 4.0).abs() < 0.2, "{left} {soft_left}");
    let mut mute = player();
    mute.set_level(2, 0.0);
    assert_eq!(power(&mut mute, &note, 9600), (0.0, 0.0));
    let mut panned = player();
    panned.set_pan(2, -1.0);
    // The reverb is in the middle.
    panned.send(Message::Controller(2, 91, 0));
    let (panned_left, panned_right) = power(&mut panned, &note, 9600);
    assert!(panned_left > left && panned_right < right / 4.0, "{panned_left} {panned_right}");
    let mut sent = player();
    let (half, _) = power(&mut sent, &[Message::Controller(2, 7, 50), note[0]], 9600);
    assert!((left / half - 16.0).abs() < 1.0, "{left} {half}");
}

#[test]
fn a_wild_bend_range_of_a_file_does_no_harm() {
    let mut player = player();
    for program in [80, 81, 87, 38] {
        let messages = [
            Message::Program(0, program),
            Message::Controller(0, 101, 0),
            Message::Controller(0, 100, 0),
            Message::Controller(0, 6, 127),
            Message::Bend(0, 16_383),
            Message::NoteOn(0, 127, 100),
        ];
        power(&mut player, &messages, 48_000);
        assert!(!player.has_failed() && player.failures == 0, "program {program}");
    }
}

proptest! {
    #![proptest_config(Config { cases: 16, failure_persistence: None, ..Config::default() })]

    #[test]
    fn blocks_do_not_matter(cuts in prop::collection::vec(1_usize..700, 1..20)) {
        let play = |pieces: &mut dyn Iterator<Item = usize>| {
            let mut player = player();
            let (mut left, mut right) = (vec![0.0; 4000], vec![0.0; 4000]);
            player.send(Message::NoteOn(0, 60, 100));
            let mut at = 0;
            while at < 4000 {
                let to = (at + pieces.next().unwrap_or(4000)).min(4000);
                player.render(&mut left[at..to], &mut right[at..to]);
                at = to;
            }
            (left, right)
        };
        prop_assert_eq!(play(&mut cuts.into_iter()), play(&mut std::iter::empty()));
    }
}
