//! What projects, automation lanes and hosts' own lists hold on to, as it is read from the built library: identifiers of
//! plugins, and of each parameter the number, range, steps, default and order of choices.

use crate::{
    PART,
    built::{FORMATS, host, library},
};
use clack_host::prelude::*;
use continuo_harness::{Format, Host, Parameter, evidence, host::vst3::module::Module};
use std::{fmt::Write, fs, path::Path};
use vst3::Steinberg::{IPluginFactoryTrait, PClassInfo, kResultOk};

/// Longer lists are numbers, or genres, which the model names.
const MOST_CHOICES: u32 = 8;

/// The VST3 identifiers of the classes in the library, as they are written in the source.
fn vst3_classes() -> Vec<String> {
    let module = Module::load(&library()).expect("the library is a VST3 module");
    let factory = module.factory();
    // SAFETY: the factory lives as long as the module; the struct is plain numbers and text, for which zeros are valid.
    let class = |index| unsafe {
        let mut info: PClassInfo = std::mem::zeroed();
        assert_eq!(factory.getClassInfo(index, &raw mut info), kResultOk);
        info
    };
    // SAFETY: the factory lives as long as the module.
    let count = unsafe { factory.countClasses() };
    let identifier = |info: PClassInfo| {
        let mut bytes = info.cid.map(|byte| byte as u8);
        if cfg!(windows) {
            // Windows has the first three numbers of an identifier in its own order of bytes.
            bytes[..4].reverse();
            bytes[4..6].reverse();
            bytes[6..8].reverse();
        }
        format!("{:032x}", u128::from_be_bytes(bytes))
    };
    (0..count).map(|index| identifier(class(index))).collect()
}

/// The CLAP identifiers of the plugins in the library.
fn clap_plugins() -> Vec<String> {
    // SAFETY: the project's own plugin is loaded, whose entry is made by the plugin framework and keeps to CLAP.
    let entry = unsafe { PluginEntry::load(library()) }.expect("the library is a CLAP plugin");
    let factory = entry.get_plugin_factory().expect("it has a factory");
    let plugins = factory.plugin_descriptors();
    plugins.map(|plugin| plugin.id().expect("it is told").to_str().expect("it is UTF-8").to_owned()).collect()
}

/// A parameter, a line; numbers as single floats, which is what they are in the plugin.
fn line(format: Format, parameter: &Parameter, host: &mut dyn Host) -> String {
    let (lowest, highest, default) = parameter.range;
    let mut line = format!(
        "{format:?} parameter {:>10} {:?}: {} to {}, at first {}",
        parameter.id, parameter.name, lowest as f32, highest as f32, default as f32
    );
    if let Some(steps) = parameter.steps {
        let _ = write!(line, ", {steps} steps");
        if steps <= MOST_CHOICES {
            let value = |step| lowest + (highest - lowest) * f64::from(step) / f64::from(steps);
            let mut text = |step| host.text_of(parameter.id, value(step)).expect("the choice has a name");
            let choices: Vec<String> = (0..=steps).map(&mut text).collect();
            let _ = write!(line, ": {}", choices.join(", "));
        }
    }
    line
}

fn found() -> String {
    let mut lines: Vec<String> = clap_plugins().into_iter().map(|id| format!("Clap plugin {id}")).collect();
    lines.extend(vst3_classes().into_iter().map(|id| format!("Vst3 class {id}")));
    for format in FORMATS {
        let mut host = host(format);
        for parameter in host.parameters().expect("parameters are listed") {
            lines.push(line(format, &parameter, &mut *host));
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn what_projects_hold_on_to_never_changes() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("pinned.txt");
    let pinned = fs::read_to_string(&file).unwrap_or_default();
    let found = found();
    let (is, was): (Vec<&str>, Vec<&str>) = (found.lines().collect(), pinned.lines().collect());
    let gone: Vec<&str> = was.iter().filter(|line| !is.contains(line)).copied().collect();
    let new: Vec<&str> = is.iter().filter(|line| !was.contains(line)).copied().collect();
    assert!(
        gone.is_empty() && new.is_empty(),
        "What projects and automation lanes hold on to is not what tests/pinned.txt says.\n\
         Gone or changed:\n  {}\nNew:\n  {}\n\
         If a parameter was added, or only its name changed, write that there. All else that was released and is gone \
         breaks saved projects: bring it back.",
        gone.join("\n  "),
        new.join("\n  "),
    );
    assert_eq!(is, was, "the parameters' order has changed, and with it generic editors and control surfaces");
    evidence::record(
        PART,
        "Identifiers, ranges, steps, defaults and the order of choices are the released ones",
        "read from the built library in both formats and compared with tests/pinned.txt",
        format!("{} lines", is.len()),
    );
}
