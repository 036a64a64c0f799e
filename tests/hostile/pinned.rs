//! What projects, automation lanes and hosts' own lists depend on, read from the built library: the identifiers of plugins,
//! and each parameter's number, range, steps, default and order of choices.

use crate::PART;
use clack_host::prelude::*;
use continuo_harness::{
    Format, Parameter, PluginHost,
    built::{FORMATS, host, library},
    evidence,
    hosts::vst3::module::Module,
};
use std::{fmt::Write, fs, path::Path};
use vst3::Steinberg::{IPluginFactoryTrait, PClassInfo, kResultOk};

/// Longer lists are numbers, or genres, whose names come from the model.
const MOST_CHOICES: u32 = 8;

/// The VST3 identifiers of the classes in the library, as the source writes them.
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
            // On Windows the first three numbers of an identifier have another byte order.
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
    plugins
        .map(|plugin| plugin.id().expect("the plugin reports it").to_str().expect("it is UTF-8").to_owned())
        .collect()
}

/// A parameter as a line; numbers as single floats, as in the plugin.
fn line(format: Format, parameter: &Parameter, host: &mut dyn PluginHost) -> String {
    let (lowest, highest, default) = parameter.range;
    let mut line = format!(
        "{format:?} parameter {:>10} {:?}: {} to {}, at first {}",
        parameter.id, parameter.name, lowest as f32, highest as f32, default as f32
    );
    if let Some(steps) = parameter.steps {
        let _ = write!(line, ", {steps} steps");
        if steps <= MOST_CHOICES {
            let mut text = |step| {
                host.text_of(parameter.id, parameter.at(f64::from(step) / f64::from(steps)))
                    .expect("the choice has a name")
            };
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
        for parameter in host.parameters().expect("the plugin lists its parameters") {
            lines.push(line(format, &parameter, &mut *host));
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn what_projects_depend_on_never_changes() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("pinned.txt");
    let pinned = fs::read_to_string(&file).unwrap_or_default();
    let found = found();
    let (now, before): (Vec<&str>, Vec<&str>) = (found.lines().collect(), pinned.lines().collect());
    let gone: Vec<&str> = before.iter().filter(|line| !now.contains(line)).copied().collect();
    let new: Vec<&str> = now.iter().filter(|line| !before.contains(line)).copied().collect();
    assert!(
        gone.is_empty() && new.is_empty(),
        "What projects and automation lanes depend on differs from tests/pinned.txt.\n\
         Gone or changed:\n  {}\nNew:\n  {}\n\
         If you added a parameter or changed only its name, change that file. Anything else that was released and is gone \
         breaks saved projects: restore it.",
        gone.join("\n  "),
        new.join("\n  "),
    );
    assert_eq!(now, before, "the parameters' order has changed, and with it generic editors and control surfaces");
    evidence::record(
        PART,
        "Identifiers, ranges, steps, defaults and the order of choices are the released ones",
        "read from the built library in both formats and compared with tests/pinned.txt",
        format!("{} lines", now.len()),
    );
}
