//! Parts that the player plays, on a channel of their own or below the split key.

use super::rig::{Rig, SteadyHost, phrase};
use continuo_engine::realtime::{
    BlockTransport, Control, ControlEvent, Fact, KeyStroke, PLAY_AT_ONCE, PartNote, PlayablePhrase,
};
use continuo_music::{note::Note, part::Part, time::Tick};

/// 25 samples a tick.
const HOST: SteadyHost = SteadyHost { start: 0.0, tempo: 120.0, rate: 48_000.0, cycle: None };

fn note(part: Part, pitch: u8, length: Tick) -> PartNote {
    PartNote { part, note: Note { start: 0, pitch, length, velocity: 80 } }
}

fn heard(rig: &Rig) -> Vec<Fact> {
    rig.facts.iter().filter(|fact| fact.is_note()).copied().collect()
}

#[test]
fn a_part_of_the_player_passes_on_its_channel_and_is_heard_as_that_part() {
    let mut rig = Rig::new(HOST.rate);
    rig.settings.parts[Part::Bass].source = Some(6);
    rig.settings.parts[Part::Bass].octave = -1;
    rig.deliver(phrase(0, 3840, PLAY_AT_ONCE, vec![note(Part::Bass, 40, 960), note(Part::Chords, 60, 960)]));
    // One key is held where the song begins.
    rig.block(&BlockTransport { playing: false, ..HOST.at(0) }, 480, &[KeyStroke::down(0, 6, 43, 80)]);
    rig.block(&HOST.at(0), 480, &[KeyStroke::up(100, 6, 43), KeyStroke::down(200, 6, 45, 90)]);
    assert_eq!(rig.performer.reading().held, 0, "the melody's keys are shown");
    assert_eq!(
        heard(&rig),
        [
            Fact::PartOn { part: Part::Bass, tick: 0, pitch: 43, velocity: 80 },
            Fact::PartOff { part: Part::Bass, tick: 4, pitch: 43 },
            Fact::PartOn { part: Part::Bass, tick: 8, pitch: 45, velocity: 90 },
        ]
    );
    assert!(rig.sounding.contains(&(2, 60)), "Continuo plays the chords");
    let bass: Vec<_> = rig.sounding.iter().filter(|(channel, _)| *channel == 1).collect();
    assert_eq!(bass, [&(1, 33)], "the player alone plays the bass, an octave lower");
    rig.settings.parts[Part::Bass].on = false;
    rig.block(&HOST.at(480), 480, &[KeyStroke::down(0, 6, 47, 90)]);
    assert!(rig.sounding.iter().all(|(channel, _)| *channel != 1), "the part is off");
    assert_eq!(heard(&rig).len(), 4, "it is heard all the same");
    rig.bypass = true;
    rig.block(&HOST.at(960), 480, &[KeyStroke::down(0, 6, 50, 90)]);
    assert!(rig.sounding.contains(&(6, 50)), "with bypass it passes as it came");
    rig.finish();
}

#[test]
fn keys_below_the_split_are_the_bass_and_end_where_they_were_struck() {
    let mut rig = Rig::new(HOST.rate);
    rig.settings.split = Some(48);
    rig.block(&HOST.at(0), 480, &[KeyStroke::down(0, 0, 47, 80), KeyStroke::down(0, 0, 48, 81)]);
    assert_eq!(rig.sounding, [(1, 47), (0, 48)]);
    assert_eq!(
        heard(&rig),
        [
            Fact::PartOn { part: Part::Bass, tick: 0, pitch: 47, velocity: 80 },
            Fact::NoteOn { tick: 0, pitch: 48, velocity: 81 }
        ]
    );
    rig.settings.split = None;
    rig.block(&HOST.at(480), 480, &[KeyStroke::up(0, 0, 47), KeyStroke::up(0, 0, 48)]);
    assert_eq!(rig.sounding, []);
    rig.block(&HOST.at(960), 480, &[KeyStroke::down(0, 0, 47, 80)]);
    assert_eq!(rig.sounding, [(0, 47)]);
    rig.finish();
}

#[test]
fn tapped_drums_and_a_pedal_belong_to_their_part() {
    let mut rig = Rig::new(HOST.rate);
    rig.settings.parts[Part::Drums].source = Some(9);
    rig.settings.parts[Part::Strings].source = Some(3);
    rig.settings.parts[Part::Strings].channel = 7;
    let pedal = |value| ControlEvent { offset: 0, channel: 3, control: Control::Controller { number: 64, value } };
    rig.performer.control(pedal(127));
    rig.block(
        &HOST.at(0),
        480,
        &[KeyStroke::down(0, 9, 36, 80), KeyStroke::down(0, 3, 60, 80), KeyStroke::up(100, 3, 60)],
    );
    assert_eq!(rig.moved[7].0, 127, "the pedal passes with the part");
    let ends = |rig: &Rig| heard(rig).iter().filter(|fact| matches!(fact, Fact::PartOff { .. })).count();
    assert_eq!((rig.sounding.contains(&(9, 36)), ends(&rig)), (true, 0), "the pedal sustains");
    rig.performer.control(pedal(0));
    rig.block(&HOST.at(480), 480, &[]);
    assert_eq!(ends(&rig), 1);
    rig.finish();
}

#[test]
fn continuo_plays_again_when_the_source_is_its_own() {
    let mut rig = Rig::new(HOST.rate);
    let phrase: PlayablePhrase = phrase(0, 3840, PLAY_AT_ONCE, vec![note(Part::Bass, 40, 3000)]);
    rig.deliver(phrase);
    rig.block(&HOST.at(0), 480, &[]);
    assert_eq!(rig.sounding, [(1, 40)]);
    rig.settings.parts[Part::Bass].source = Some(6);
    rig.block(&HOST.at(480), 480, &[]);
    assert_eq!(rig.sounding, []);
    rig.settings.parts[Part::Bass].source = None;
    rig.block(&HOST.at(960), 480, &[]);
    assert_eq!(rig.sounding, [(1, 40)]);
    rig.finish();
}
