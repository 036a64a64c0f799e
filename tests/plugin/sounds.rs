//! The plugin with audio out is heard: in both formats, at the sample at which its notes go out, and not in old projects.

use continuo_harness::{
    Format, NoteEvent, NoteEventKind, Pace, Player, PluginHost, Setup, Transport, Tune,
    built::{FORMATS, RATE, host, instrument, second_pass},
    songs::ode,
};

const BLOCK: u32 = 480;

fn activate(host: &mut dyn PluginHost) {
    host.activate(Setup { sample_rate: RATE, largest_block: BLOCK, offline: true }).expect("it is activated");
}

fn note(time: u32, pitch: u8, kind: NoteEventKind) -> NoteEvent {
    NoteEvent { time, channel: 0, pitch, kind }
}

/// The sound of so many blocks, in the first of which these notes are played, with the transport at rest.
fn sound(host: &mut dyn PluginHost, notes: &[NoteEvent], blocks: usize) -> Vec<f32> {
    let mut heard = Vec::new();
    for block in 0..blocks {
        let notes = if block == 0 { notes } else { &[] };
        host.process(BLOCK, Some(&Transport::STOPPED), notes).expect("the plugin plays");
        let [left, right] = host.audio().expect("it is active").heard();
        assert!(left.iter().chain(right).all(|sample| sample.abs() <= 0.9), "it clips");
        heard.extend_from_slice(&left[..BLOCK as usize]);
    }
    heard
}

fn peak(sound: &[f32]) -> f32 {
    sound.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

#[test]
fn a_note_is_heard_where_it_goes_out_and_ends() {
    for format in FORMATS {
        let mut host = instrument(format);
        activate(&mut *host);
        // The sound fades in.
        assert!(peak(&sound(&mut *host, &[], 10)) < 1e-6, "{format:?}");
        let at = 201;
        let heard = sound(&mut *host, &[note(at as u32, 72, NoteEventKind::On(100))], 40);
        let first = heard.iter().position(|sample| sample.abs() > 1e-6).expect("it is heard");
        assert!((at..at + 64).contains(&first), "{format:?}: {first}");
        assert!(peak(&heard) > 0.02, "{format:?}: {}", peak(&heard));
        sound(&mut *host, &[note(0, 72, NoteEventKind::Off)], 800);
        assert!(peak(&sound(&mut *host, &[], 4)) < 1e-3, "{format:?}: it rings on");
    }
}

#[test]
fn the_switch_the_levels_and_bypass_silence_it_and_the_note_effect_makes_no_sound() {
    for format in FORMATS {
        let on = [note(0, 72, NoteEventKind::On(100))];
        for (name, text) in [("Sounds", "Off"), ("Melody Level", "off"), ("Sounds Level", "off"), ("Bypass", "On")] {
            let mut host = instrument(format);
            activate(&mut *host);
            host.set(name, text).expect("the plugin has the parameter");
            sound(&mut *host, &[], 10);
            assert!(peak(&sound(&mut *host, &on, 20)) < 1e-6, "{format:?}: {name}");
        }
        let mut host = host(format);
        activate(&mut *host);
        assert!(peak(&sound(&mut *host, &on, 20)) <= 0.0, "{format:?}");
    }
}

#[test]
fn programs_change_the_sound_and_the_pan_its_place() {
    let play = |settings: &[(&str, &str)]| {
        let mut host = instrument(Format::Clap);
        activate(&mut *host);
        for (name, text) in settings {
            host.set(name, text).expect("the plugin has the parameter");
        }
        sound(&mut *host, &[], 10);
        sound(&mut *host, &[note(0, 72, NoteEventKind::On(100))], 40)
    };
    let usual = play(&[]);
    assert_eq!(usual, play(&[]), "the same sound each time");
    let organ = play(&[("Melody Program", "Church Organ")]);
    assert!(peak(&organ) > 0.01 && organ != usual);
    let right = play(&[("Melody Pan", "100R")]);
    assert!(peak(&right) < peak(&usual) / 4.0, "{} {}", peak(&right), peak(&usual));
}

#[test]
fn the_band_is_heard_without_the_melody() {
    for format in FORMATS {
        let mut host = instrument(format);
        host.set("Melody Level", "off").expect("the plugin has the parameter");
        let song = ode();
        {
            let mut player = Player::new(&mut *host, RATE, BLOCK, true, Pace::Fast).expect("the plugin is activated");
            second_pass(&mut player, &song);
        }
        activate(&mut *host);
        let mut loudest = 0.0_f32;
        let mut transport = Transport::ROLLING;
        for _ in 0..100 {
            host.process(BLOCK, Some(&transport), &[]).expect("the plugin plays");
            let [left, right] = host.audio().expect("it is active").heard();
            loudest = loudest.max(peak(left)).max(peak(right));
            transport.advance(BLOCK, RATE);
        }
        assert!((0.03..=0.9).contains(&loudest), "{format:?}: {loudest}");
    }
}

#[test]
fn a_project_without_the_switch_stays_silent_until_it_is_on() {
    let format = Format::Clap;
    let mut host = instrument(format);
    let saved = host.save().expect("a state");
    let old = continuo_harness::state::without_parameter(format, &saved, "sounds");
    host.load(&old).expect("the plugin accepts the state");
    activate(&mut *host);
    let on = [note(0, 72, NoteEventKind::On(100))];
    assert!(peak(&sound(&mut *host, &on, 20)) < 1e-6);
    host.set("Sounds", "On").expect("the plugin has the parameter");
    sound(&mut *host, &[], 10);
    assert!(peak(&sound(&mut *host, &on, 20)) > 0.01);
}

/// A second of the sound of a note that begins at a tenth of it and ends at a half, at a rate and in blocks of a size.
fn second_of_a_note(format: Format, rate: f64, block: u32) -> Vec<f32> {
    let mut host = instrument(format);
    host.activate(Setup { sample_rate: rate, largest_block: block, offline: true }).expect("it is activated");
    let events = [(rate as u64 / 10, NoteEventKind::On(100)), (rate as u64 / 2, NoteEventKind::Off)];
    let mut heard = Vec::new();
    while (heard.len() as f64) < rate {
        let from = heard.len() as u64;
        let now = events.iter().filter(|(at, _)| (from..from + u64::from(block)).contains(at));
        let notes: Vec<_> = now.map(|&(at, kind)| note((at - from) as u32, 72, kind)).collect();
        host.process(block, Some(&Transport::STOPPED), &notes).expect("the plugin plays");
        heard.extend_from_slice(&host.audio().expect("it is active").heard()[0][..block as usize]);
    }
    heard.truncate(rate as usize);
    heard
}

#[test]
fn blocks_of_any_size_sound_the_same() {
    for format in FORMATS {
        let usual = second_of_a_note(format, RATE, 480);
        assert!(peak(&usual) > 0.02, "{format:?}: {}", peak(&usual));
        for block in [1, 7, 64, 4096] {
            let other = second_of_a_note(format, RATE, block);
            let off = usual.iter().zip(&other).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max);
            assert!(off < 1e-6, "{format:?}: blocks of {block}: {off}");
        }
    }
}

#[test]
fn at_any_rate_a_note_is_heard_at_its_time_and_as_loud() {
    let power = |sound: &[f32]| sound.iter().map(|sample| sample * sample).sum::<f32>() / sound.len() as f32;
    let usual = power(&second_of_a_note(Format::Clap, RATE, 480));
    for rate in [44_100.0, 88_200.0, 96_000.0, 192_000.0] {
        let heard = second_of_a_note(Format::Clap, rate, 512);
        let first = heard.iter().position(|sample| sample.abs() > 1e-6).expect("it is heard") as f64 / rate;
        assert!((0.1..0.102).contains(&first), "{rate} Hz: at {first} s");
        let decibels = 10.0 * (power(&heard) / usual).log10();
        assert!(decibels.abs() < 1.0, "{rate} Hz: {decibels} dB");
    }
}

/// An instrument that knows the ode's accompaniment, active at the ode's start.
fn with_band(format: Format, genre: &str, all_outputs: bool) -> Box<dyn PluginHost> {
    let mut host = instrument(format);
    host.set("Genre", genre).expect("the plugin has the genre");
    {
        let mut player = Player::new(&mut *host, RATE, BLOCK, true, Pace::Fast).expect("the plugin is activated");
        second_pass(&mut player, &ode());
    }
    if all_outputs {
        host.take_all_outputs();
    }
    activate(&mut *host);
    host
}

/// Plays a tune in 4/4 at a constant tempo from its start. `each` hears every block.
fn play(host: &mut dyn PluginHost, tune: &Tune, mut each: impl FnMut(&dyn continuo_harness::AudioSide)) {
    let mut transport = Transport::ROLLING;
    let sample = |quarters: f64| (quarters * 60.0 / transport.tempo * RATE).round() as u64;
    let mut events: Vec<(u64, u8, NoteEventKind)> = Vec::new();
    for note in &tune.melody {
        events.push((sample(note.start), note.pitch, NoteEventKind::On(note.velocity)));
        events.push((sample(note.start + note.length) - 1, note.pitch, NoteEventKind::Off));
    }
    events.sort_by_key(|(time, ..)| *time);
    let end = sample(tune.length);
    let mut from = 0;
    while from < end {
        let to = from + u64::from(BLOCK);
        let now = events.iter().filter(|(time, ..)| (from..to).contains(time));
        let notes: Vec<_> = now.map(|(time, pitch, kind)| note((time - from) as u32, *pitch, *kind)).collect();
        host.process(BLOCK, Some(&transport), &notes).expect("the plugin plays");
        each(host.audio().expect("it is active"));
        transport.advance(BLOCK, RATE);
        from = to;
    }
}

#[test]
fn the_melody_and_each_part_have_an_output_of_their_own_beside_the_mix() {
    for format in FORMATS {
        let names = ["Mix", "Melody", "Drums", "Bass", "Chords", "Strings", "Counter"];
        assert_eq!(host(format).outputs(), [] as [&str; 0], "{format:?}: the note effect");
        let mut host = with_band(format, "Pop", true);
        assert_eq!(host.outputs(), names, "{format:?}");
        // Far below the limiters.
        host.set("Sounds Level", "-12").expect("the plugin has the parameter");
        let mut loudest = [0.0_f32; 6];
        play(&mut *host, &ode(), |audio| {
            let beside = audio.heard_beside();
            let mix = audio.heard();
            for (most, [left, right]) in loudest.iter_mut().zip(&beside) {
                *most = most.max(peak(left)).max(peak(right));
            }
            for side in 0..2 {
                for index in 0..BLOCK as usize {
                    let sum: f32 = beside.iter().map(|output| output[side][index]).sum();
                    assert!((sum - mix[side][index]).abs() < 1e-5, "{format:?}: {sum} {}", mix[side][index]);
                }
            }
        });
        // In this genre the tune has hardly any counter-melody.
        for (name, loudest) in names.iter().skip(1).zip(loudest).take(5) {
            assert!(loudest > 0.003, "{format:?}: {name} is silent: {loudest}");
        }
    }
}

#[test]
fn an_output_of_its_own_has_that_part_alone() {
    for format in FORMATS {
        let mut host = instrument(format);
        host.take_all_outputs();
        activate(&mut *host);
        sound(&mut *host, &[], 10);
        let mut loudest = [0.0_f32; 7];
        for block in 0..20 {
            let on = [note(0, 72, NoteEventKind::On(100))];
            host.process(BLOCK, Some(&Transport::STOPPED), if block == 0 { &on } else { &[] })
                .expect("the plugin plays");
            let audio = host.audio().expect("it is active");
            let all = std::iter::once(audio.heard()).chain(audio.heard_beside());
            for (most, [left, _]) in loudest.iter_mut().zip(all) {
                *most = most.max(peak(left));
            }
        }
        assert!(loudest[0] > 0.02 && (loudest[0] - loudest[1]).abs() < 1e-5, "{format:?}: {loudest:?}");
        assert!(loudest[2..].iter().all(|&other| other <= 0.0), "{format:?}: {loudest:?}");
    }
}
