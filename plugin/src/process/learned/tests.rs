use super::*;
use crate::params::ContinuoParams;
use continuo_engine::composer::Shared;
use nice_plug::prelude::Param as _;
use std::sync::Arc;

fn params() -> Arc<ContinuoParams> {
    let params = Arc::new(ContinuoParams::new(Arc::new(Shared::new()), vec!["Pop".into(), "Jazz".into()], 0));
    params.learned.0.set_parameters(&*params);
    params
}

fn controller(channel: u8, number: u8, value: u8) -> ControlEvent {
    ControlEvent { offset: 0, channel, control: Control::Controller { number, value } }
}

fn move_control(learned: &Learned, channel: u8, number: u8, value: u8) {
    learned.act(Moved { offset: 0, source: Source::Controller { channel, number }, value });
}

fn strike(learned: &Learned, channel: u8, number: u8, value: u8) {
    learned.act(Moved { offset: 0, source: Source::Note { channel, number }, value });
}

#[test]
fn the_next_controller_that_is_not_the_melodys_moves_the_parameter() {
    let params = params();
    let learned = &params.learned.0;
    assert!(!learned.takes_control(&controller(3, 20, 90), 0), "nothing waits");
    learned.wait_for("temperature", None);
    assert!(learned.waits("temperature", None) && !learned.waits("blend", None));
    assert!(!learned.takes_control(&controller(0, 20, 90), 0), "it is the melody's");
    assert!(!learned.takes_control(&controller(3, 123, 1), 0), "it ends notes");
    assert!(learned.takes_control(&controller(3, 20, 90), 0));
    assert!(!learned.waits("temperature", None));
    move_control(learned, 3, 20, 127);
    assert_eq!(params.temperature.value(), 2.0);
    assert_eq!(learned.sources("temperature", None), [Source::Controller { channel: 3, number: 20 }]);
    learned.forget("temperature", None);
    assert!(!learned.takes_control(&controller(3, 20, 90), 0));
    move_control(learned, 3, 20, 0);
    assert_eq!(params.temperature.value(), 2.0);
}

#[test]
fn pads_switch_step_and_choose() {
    let params = params();
    let learned = &params.learned.0;
    let teach = |id: &str, value, pitch| {
        learned.wait_for(id, value);
        assert!(learned.takes_stroke(&KeyStroke::down(0, 9, pitch, 100), 0));
    };
    teach("vary", None, 36);
    teach("generate", None, 37);
    teach("mode", Some(0.5), 38);
    teach("mode", None, 39);
    strike(learned, 9, 36, 100);
    strike(learned, 9, 36, 0);
    assert!(params.vary.value(), "a pad switches on");
    strike(learned, 9, 36, 100);
    assert!(!params.vary.value(), "and off");
    strike(learned, 9, 37, 100);
    assert!(params.generate.value());
    strike(learned, 9, 37, 0);
    assert!(!params.generate.value(), "a trigger falls back");
    strike(learned, 9, 38, 100);
    assert_eq!(params.mode.unmodulated_normalized_value(), 0.5);
    strike(learned, 9, 39, 100);
    assert_eq!(params.mode.unmodulated_normalized_value(), 1.0);
    strike(learned, 9, 39, 100);
    assert_eq!(params.mode.unmodulated_normalized_value(), 0.0, "round again");
}

#[test]
fn bindings_are_saved_by_identifier_and_unknown_ones_are_left_out() {
    let one = params();
    one.learned.0.wait_for("mode", Some(1.0));
    assert!(one.learned.0.takes_control(&controller(2, 64, 127), 0));
    let saved = one.learned.map(|saved| serde_json::to_string(saved).expect("text"));
    assert_eq!(saved, r#"[{"parameter":"mode","value":1000,"source":{"controller":{"channel":2,"number":64}}}]"#);
    let other = params();
    let with_unknown = saved.replace("[{", r#"[{"parameter":"?","source":{"note":{"channel":1,"number":5}}},{"#);
    other.learned.set(serde_json::from_str(&with_unknown).expect("bindings"));
    assert_eq!(other.learned.map(Clone::clone), serde_json::from_str::<Vec<SavedBinding>>(&saved).expect("bindings"));
}

#[test]
fn a_source_moves_one_thing() {
    let params = params();
    let learned = &params.learned.0;
    for id in ["blend", "temperature"] {
        learned.wait_for(id, None);
        assert!(learned.takes_control(&controller(5, 7, 1), 0));
    }
    assert_eq!(learned.sources("blend", None), []);
    assert_eq!(learned.sources("temperature", None).len(), 1);
}

#[test]
fn every_trigger_is_a_parameter() {
    let params = params();
    let names: Vec<String> = params.param_map().iter().filter_map(|(id, ..)| params.name(id)).collect();
    assert!(TRIGGERS.iter().all(|trigger| names.iter().any(|name| name == trigger)), "{names:?}");
}
