//! One sample does not decide: what is played a little early or late gets the same phrases.

use super::*;
use crate::{
    arranging::{
        Arranger,
        melodies_for_tests::{METERS, melodies, shifted, shifts},
    },
    network::{
        model::ModelSource,
        runtime::BackendChoice,
        test_models::{hand_made_generator, with_library},
    },
};
use continuo_music::{meter::PhraseSpan, part::PartNotes};
use proptest::{prelude::*, test_runner::TestRunner};

fn stage(source: &ModelSource, choice: BackendChoice, settings: Settings, meter: Meter) -> Stage {
    let source = source.clone();
    let mut stage = Stage::with(settings, move || {
        Box::new(Arranger::load(&source, with_library(choice)).expect("the model should load"))
    });
    stage.planner.receive(Fact::Meter { tick: 0, meter, bar: None });
    stage
}

fn phrases(stage: &Stage) -> Vec<(PhraseSpan, u32, PartNotes)> {
    let score = stage.shared.score.copy();
    score.phrases().iter().map(|phrase| (phrase.span, phrase.take, phrase.parts.clone())).collect()
}

/// Two passes over nine bars, played as given: what each of them leaves behind.
fn passes(stage: &mut Stage, meter: Meter, melody: [&[Note]; 2]) -> [Vec<(PhraseSpan, u32, PartNotes)>; 2] {
    melody.map(|melody| {
        stage.locate(0);
        stage.roll(0, 9 * meter.bar_ticks(), melody);
        phrases(stage)
    })
}

#[test]
fn a_player_who_is_a_tenth_of_a_step_early_or_late_gets_the_same_phrases() {
    let shipped = [(ModelSource::Embedded, BackendChoice::OnnxRuntime, 1)];
    let hand_made = [(BackendChoice::Tract, 4), (BackendChoice::OnnxRuntime, 2)];
    let hand_made = hand_made.map(|(choice, cases)| (hand_made_generator(), choice, cases));
    for (source, choice, cases) in shipped.into_iter().chain(hand_made) {
        // Arrangers share weights that are loaded.
        let _loaded = Arranger::load(&source, with_library(choice)).expect("the model should load");
        for (meter, mode) in
            METERS.into_iter().flat_map(|meter| [Mode::Arrange, Mode::Live, Mode::Answer].map(|mode| (meter, mode)))
        {
            // The shipped network is slow in a debug build.
            if mode != Mode::Arrange && source == ModelSource::Embedded {
                continue;
            }
            let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) };
            let outcome = TestRunner::new(config).run(&(melodies(meter, 9), shifts()), |(melody, shift)| {
                let settings = Settings { mode, ..Settings::default() };
                let moved = shifted(&melody, shift);
                let mut on_time = stage(&source, choice, settings, meter);
                let expected = passes(&mut on_time, meter, [&melody, &melody]);
                let mut off_time = stage(&source, choice, settings, meter);
                prop_assert_eq!(&passes(&mut off_time, meter, [&moved, &moved]), &expected, "in both passes");
                let mut in_between = stage(&source, choice, settings, meter);
                prop_assert_eq!(&passes(&mut in_between, meter, [&melody, &moved]), &expected, "in the second pass");
                Ok(())
            });
            outcome.unwrap_or_else(|error| panic!("{source:?} {choice:?} {mode:?} {meter:?}: {error}"));
        }
    }
}
