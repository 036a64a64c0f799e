//! Hosts that count in, drop blocks, report positions late, or loop without saying so.

use continuo_harness::{
    Format, NoteEvent, NoteEventKind, PluginHost, Setup, SongEvent, Transport,
    built::{FORMATS, RATE, host, host_with_song, offline_player},
    state,
};

const BLOCK: u32 = 480;
/// Quarter notes in a block, at 120 a minute.
const STEP: f64 = 0.02;

fn with_song(format: Format) -> Box<dyn PluginHost> {
    let mut host = host_with_song(format);
    // Offline, so that the arrangement is there from the first block on.
    host.activate(Setup { sample_rate: RATE, largest_block: BLOCK, offline: true }).expect("the plugin is activated");
    host
}

fn at(position: f64) -> Transport {
    Transport { position, sample: (position * 24_000.0).round() as i64, ..Transport::ROLLING }
}

/// What the plugin plays in these blocks, at samples from the first.
fn play(host: &mut dyn PluginHost, blocks: impl IntoIterator<Item = (Transport, Vec<NoteEvent>)>) -> Vec<SongEvent> {
    let mut played = Vec::new();
    for (index, (transport, notes)) in (0..).zip(blocks) {
        let events = host.process(BLOCK, Some(&transport), &notes).expect("the plugin plays");
        let sample = |event: &NoteEvent| index * u64::from(BLOCK) + u64::from(event.time);
        played.extend(events.into_iter().map(|event| SongEvent { sample: sample(&event), event }));
    }
    played
}

/// The beginnings of the parts' notes.
fn begun(played: &[SongEvent]) -> Vec<(u64, u8, u8)> {
    let parts = played.iter().filter(|event| event.event.is_on() && event.event.channel != 0);
    parts.map(|event| (event.sample, event.event.channel, event.event.pitch)).collect()
}

#[test]
fn a_lost_block_or_a_late_position_strikes_nothing_again() {
    for format in FORMATS {
        let positions = || (0..400).map(|block| f64::from(block) * STEP);
        let whole = begun(&play(&mut *with_song(format), positions().map(|position| (at(position), vec![]))));
        assert!(whole.len() > 20, "{format:?}");
        let keys = |played: &[(u64, u8, u8)]| {
            let mut keys: Vec<(u8, u8)> = played.iter().map(|note| (note.1, note.2)).collect();
            keys.sort_unstable();
            keys
        };
        for lost in [1, 30, 100, 101, 255] {
            let blocks = positions().enumerate().filter(|(block, _)| *block != lost);
            let played = begun(&play(&mut *with_song(format), blocks.map(|(_, position)| (at(position), vec![]))));
            assert_eq!(keys(&played), keys(&whole), "{format:?}: without block {lost}");
        }
        let late = positions().map(|position| if position > 2.0 { position - STEP } else { position });
        let played = begun(&play(&mut *with_song(format), late.map(|position| (at(position), vec![]))));
        let until = played.len();
        assert_eq!(keys(&played), keys(&whole[..until]), "{format:?}: a late position");
        assert!(until + 8 > whole.len());
    }
}

#[test]
fn the_parts_wait_for_the_songs_start_and_for_the_end_of_a_pre_roll() {
    let count_in = |_: f64| false;
    for format in FORMATS {
        let mut cases: Vec<(f64, &dyn Fn(f64) -> bool)> = vec![(-4.0, &count_in)];
        let pre_roll = |position: f64| position < 8.0 - 1e-9;
        // VST3 has no flag for a pre-roll.
        if format == Format::Clap {
            cases.push((4.0, &pre_roll));
        }
        for (from, flag) in cases {
            let blocks = (0..400).map(|block| {
                let position = from + f64::from(block) * STEP;
                // The player tries something out.
                let kind = if block % 40 < 20 { NoteEventKind::On(90) } else { NoteEventKind::Off };
                let keys = block % 20 == 0 && block < 200;
                let note = keys.then(|| NoteEvent::melody(0, kind, 40));
                (Transport { pre_roll: flag(position), ..at(position) }, note.into_iter().collect())
            });
            let mut host = with_song(format);
            let melody = state::score(&host.save().expect("the plugin saves its state")).melody().to_vec();
            let played = play(&mut *host, blocks);
            let first = begun(&played).first().map(|note| note.0);
            assert_eq!(first, Some(200 * u64::from(BLOCK)), "{format:?} from {from}");
            assert!(played.iter().any(|event| event.event.is_on() && event.event.channel == 0), "the melody passes");
            let after = state::score(&host.save().expect("the plugin saves its state")).melody().to_vec();
            assert_eq!(after, melody, "{format:?} from {from}");
        }
    }
}

#[test]
fn a_loop_that_is_not_announced_leaves_no_note_behind_its_end() {
    for format in FORMATS {
        let melody = [true, false].map(|announced| {
            let mut host = host(format);
            let mut player = offline_player(&mut *host);
            // Four bars; they end in the middle of a block.
            let blocks = (0..3 * 800).map(|block| {
                let elapsed = f64::from(block) * STEP + 0.013;
                let cycle = announced.then_some((0.0, 16.0));
                let into_beat = elapsed % 1.0;
                let before = into_beat - STEP;
                // A note on each quarter, at its sample.
                let note = (into_beat + STEP >= 1.0).then(|| ((1.0 - into_beat) * 24_000.0).ceil() as u32);
                let off = (before < 0.5 && into_beat >= 0.5).then_some(0);
                let pitch = 60 + (((elapsed + STEP).floor() % 4.0) as u8) * 2;
                let on = note.map(|time| NoteEvent::melody(time.min(BLOCK - 1), NoteEventKind::On(90), pitch));
                let off = off.map(|time| NoteEvent::melody(time, NoteEventKind::Off, pitch));
                (Transport { cycle, ..at(elapsed % 16.0) }, on.into_iter().chain(off).collect())
            });
            play(player.host(), blocks);
            player.stand(4).expect("the plugin stops");
            state::score(&player.host().save().expect("the plugin saves its state")).melody().to_vec()
        });
        assert!(melody[0].len() == 16 && melody[0].iter().all(|note| note.start < 16 * 960), "{:?}", melody[0]);
        assert_eq!(melody[1], melody[0], "{format:?}");
    }
}
