//! What a scan costs: a host loads the library, reads what is in it, and makes nothing.

use crate::PART;
use clack_host::prelude::*;
use continuo_harness::{
    built::library,
    child, evidence,
    hosts::vst3::module::Module,
    process::{memory_in_use, settled_thread_names},
};
use std::{collections::BTreeSet, fs, mem, path::Path, process::Command};
use vst3::Steinberg::{IPluginFactoryTrait, PClassInfo, kResultOk};

/// The most that a scan may leave in memory, in bytes: the lists of plugins and classes.
const MOST_TAKEN: usize = 256 * 1024;
/// The most of the library that may become resident, in kB. The built-in model alone is larger.
const MOST_RESIDENT: u64 = 36 * 1024;

/// The files that this process has mapped.
fn mapped() -> BTreeSet<String> {
    let maps = fs::read_to_string("/proc/self/maps").expect("Linux lists them");
    maps.lines().filter_map(|line| Some(line[line.find('/')?..].to_owned())).collect()
}

/// How much of a file is resident, in kB.
fn resident(file: &Path) -> u64 {
    let maps = fs::read_to_string("/proc/self/smaps").expect("Linux lists them");
    let name = file.to_str().expect("a name in UTF-8");
    let (mut is_file, mut sum) = (false, 0);
    for line in maps.lines() {
        let first = line.split(' ').next().unwrap_or_default();
        if !first.ends_with(':') {
            is_file = line.ends_with(name);
        } else if let Some(size) = line.strip_prefix("Rss:").filter(|_| is_file) {
            sum += size.trim().trim_end_matches(" kB").parse::<u64>().expect("a number");
        }
    }
    sum
}

fn open_files() -> usize {
    fs::read_dir("/proc/self/fd").expect("Linux lists them").count()
}

#[test]
fn a_scan_loads_no_model_and_no_runtime_and_starts_no_thread() {
    if cfg!(all(target_os = "linux", target_env = "gnu")) {
        // A log in a file has a thread of its own.
        child::succeed(Command::new(child::own_program()).env_remove("NICE_LOG"), "scan::scans");
    }
}

/// Run by the test above, in a process of its own: other tests start threads and load what they want.
#[test]
#[ignore = "another test runs it in a process of its own"]
fn scans() {
    let library = library();
    // The test runner has threads of its own, which come and go.
    let threads = settled_thread_names().expect("Linux lists them");
    let (files, handles) = (mapped(), open_files());
    let taken = memory_in_use().expect("this allocator counts");

    // SAFETY: the project's own plugin is loaded, whose entry is made by the plugin framework and keeps to CLAP.
    let entry = unsafe { PluginEntry::load(&library) }.expect("the library is a CLAP plugin");
    let factory = entry.get_plugin_factory().expect("it has a factory");
    let plugins = factory.plugin_descriptors().filter(|plugin| plugin.id().is_some()).count();
    let module = Module::load(&library).expect("the library is a VST3 module");
    // SAFETY: the factory lives as long as the module; the struct is plain numbers and fixed text, for which zeros are valid.
    let classes = unsafe {
        let mut info: PClassInfo = mem::zeroed();
        let count = module.factory().countClasses();
        (0..count).filter(|&index| module.factory().getClassInfo(index, &raw mut info) == kResultOk).count()
    };
    assert_eq!((plugins, classes), (2, 2));

    let taken = memory_in_use().expect("this allocator counts").saturating_sub(taken);
    let new: Vec<String> = mapped().difference(&files).cloned().collect();
    let is_own = |file: &String| file.ends_with("continuo_plugin.so");
    assert!(new.iter().all(is_own) && !new.is_empty(), "the scan loaded {new:?}");
    assert_eq!(settled_thread_names().expect("Linux lists them"), threads, "the scan started a thread");
    assert_eq!(open_files(), handles, "the scan left a file open");
    assert!(taken < MOST_TAKEN, "the scan took {taken} bytes");
    let resident = resident(&library);
    assert!(resident > 0 && resident < MOST_RESIDENT, "{resident} kB of the library are resident");
    evidence::record(
        PART,
        "A mere scan loads no model and no runtime, starts no thread and leaves no file open",
        "both factories read in a process of its own: what is mapped, allocated and open before and after",
        format!(
            "{taken} bytes taken; {resident} kB of the library resident, most of it addresses that the loader fills in"
        ),
    );
}
