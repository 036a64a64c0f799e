//! What holds with or without a model: the plugin loads, lists its parameters and passes the melody.

use continuo_harness::{
    Format, NoteEventKind, Pace, Player, Setup, SongEvent, Transport, Tune,
    built::{FORMATS, host, pass},
    songs::ode,
};

#[test]
fn both_formats_list_the_same_parameters() {
    let lists = FORMATS.map(|format| {
        let parameters = host(format).parameters().expect("the plugin lists its parameters");
        parameters.into_iter().map(|parameter| (parameter.id, parameter.name)).collect::<Vec<_>>()
    });
    assert!(lists[0].len() >= 40, "{:?}", lists[0]);
    assert_eq!(lists[0], lists[1]);
}

#[test]
fn parameters_are_set_and_read_as_people_write_them() {
    for format in FORMATS {
        let mut host = host(format);
        for (name, text) in [
            ("Mode", "Answer"),
            ("Phrase Length", "2 bars"),
            ("Seed", "1234"),
            ("Temperature", "0.50"),
            ("Bass Density", "30 %"),
            ("Bass Octave", "-1"),
            ("Drums Channel", "11"),
        ] {
            host.set(name, text).unwrap_or_else(|error| panic!("{format:?}: {error}"));
            // VST3 has the unit elsewhere.
            let value = host.value(name).expect("the plugin has the value");
            assert_eq!(value.trim_end_matches(" %"), text.trim_end_matches(" %"), "{format:?} {name}");
        }
        assert!(host.set("Seed", "many").is_err());
    }
}

#[test]
fn a_value_that_is_set_while_the_plugin_plays_is_kept() {
    for format in FORMATS {
        let mut host = host(format);
        host.activate(Setup { sample_rate: 48_000.0, largest_block: 256, offline: false }).expect("it is activated");
        for text in ["Answer", "Live", "Arrange"] {
            host.process(256, Some(&Transport::ROLLING), &[]).expect("the plugin plays");
            host.set("Mode", text).expect("the plugin has the parameter");
            // In CLAP it arrives with the next block only.
            if format == Format::Clap {
                host.process(256, Some(&Transport::ROLLING), &[]).expect("the plugin plays");
            }
            assert_eq!(host.value("Mode").expect("the plugin has the value"), text, "{format:?}");
        }
    }
}

#[test]
fn the_melody_passes_unchanged() {
    let song = ode();
    for format in FORMATS {
        let mut host = host(format);
        let mut player = Player::new(&mut *host, 48_000.0, 256, false, Pace::Fast).expect("the plugin is activated");
        let mut events = pass(&mut player, &song);
        events.retain(|event| event.event.channel == 0);
        let ons: Vec<(u64, u8, NoteEventKind)> = events
            .iter()
            .filter(|event| event.event.kind != NoteEventKind::Off)
            .map(|SongEvent { sample, event }| (*sample, event.pitch, event.kind))
            .collect();
        let expected: Vec<(u64, u8, NoteEventKind)> = song
            .melody
            .iter()
            .map(|note| ((note.start * 24_000.0) as u64, note.pitch, NoteEventKind::On(note.velocity)))
            .collect();
        assert_eq!(ons, expected, "{format:?}");
    }
}

#[test]
fn no_note_sounds_on_when_the_transport_stops() {
    let song = ode();
    for format in FORMATS {
        let mut host = host(format);
        let mut player = Player::new(&mut *host, 48_000.0, 512, true, Pace::Fast).expect("the plugin is activated");
        let events = pass(&mut player, &song);
        let rest = player.stand(4).expect("the plugin processes");
        let mut sounding = 0_i32;
        for event in events.iter().map(|event| event.event).chain(rest) {
            match event.kind {
                NoteEventKind::On(_) => sounding += 1,
                NoteEventKind::Off => sounding -= 1,
                NoteEventKind::Program => {}
            }
        }
        assert_eq!(sounding, 0, "{format:?}");
    }
}

/// A composer that outlived its library would run code that is gone.
#[test]
fn instances_come_and_go() {
    let song = ode();
    for _ in 0..10 {
        let mut hosts = [host(Format::Clap), host(Format::Vst3), host(Format::Clap)];
        for host in &mut hosts {
            let mut player =
                Player::new(&mut **host, 44_100.0, 1024, false, Pace::Fast).expect("the plugin is activated");
            let short = Tune { length: 2.0, ..song.clone() };
            pass(&mut player, &short);
        }
    }
}

#[test]
fn a_plugin_is_activated_again_at_another_rate() {
    let song = ode();
    for format in FORMATS {
        let mut host = host(format);
        for (rate, block) in [(48_000.0, 64), (96_000.0, 2048), (22_050.0, 100)] {
            let mut player = Player::new(&mut *host, rate, block, true, Pace::Fast).expect("the plugin is activated");
            let mut events = pass(&mut player, &song);
            events.retain(|event| event.event.channel == 0 && event.event.kind != NoteEventKind::Off);
            assert_eq!(events.len(), song.melody.len(), "{format:?} at {rate} Hz");
        }
    }
}
