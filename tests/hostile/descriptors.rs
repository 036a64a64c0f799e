//! What the library says about its plugins before a host makes one.

use crate::PART;
use clack_extensions::note_ports::{NoteDialect, NotePortInfoBuffer, PluginNotePorts};
use clack_host::prelude::*;
use continuo_harness::{
    Format,
    built::{library, offline_player, pass},
    evidence, open_named,
    songs::ode,
};
use std::collections::BTreeSet;

struct Handlers;
struct Silent;

impl SharedHandler<'_> for Silent {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {}
}

impl HostHandlers for Handlers {
    type Shared<'a> = Silent;
    type MainThread<'a> = ();
    type AudioProcessor<'a> = ();
}

fn entry() -> PluginEntry {
    // SAFETY: the project's own plugin is loaded, whose entry is made by the plugin framework and keeps to CLAP.
    unsafe { PluginEntry::load(library()) }.expect("the library is a CLAP plugin")
}

#[test]
fn clap_descriptors_are_complete_and_true() {
    let entry = entry();
    let factory = entry.get_plugin_factory().expect("it has a factory");
    let text =
        |text: Option<&std::ffi::CStr>| text.expect("the plugin reports it").to_str().expect("it is UTF-8").to_owned();
    let mut ids = BTreeSet::new();
    for plugin in factory.plugin_descriptors() {
        let id = text(plugin.id());
        assert!(id.split('.').count() >= 3 && id.is_ascii(), "{id} is not a reverse domain name");
        assert!(ids.insert(id.clone()), "two plugins are called {id}");
        assert!(text(plugin.name()).starts_with("Continuo"));
        assert_eq!(text(plugin.vendor()), "Continuo");
        assert_eq!(text(plugin.version()), env!("CARGO_PKG_VERSION"));
        let listed: Vec<String> = plugin.features().map(|feature| text(Some(feature))).collect();
        let features: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
        assert_eq!(features.len(), listed.len(), "{id} lists a feature twice: {listed:?}");
        assert!(features.contains("note-effect"), "{id}: {features:?}");
        // An effect that receives and sends only notes is none of these.
        for wrong in ["audio-effect", "analyzer"] {
            assert!(!features.contains(wrong), "{id}: {features:?}");
        }
        // Hosts that want an instrument with audio find one.
        let is_instrument = id == "org.continuo.continuo-with-audio";
        // The wrapper for Audio Units reads the kind from the first feature alone.
        assert_eq!(listed.first().map(String::as_str), Some(if is_instrument { "instrument" } else { "note-effect" }));
        for of_instrument in ["instrument", "stereo"] {
            assert_eq!(features.contains(of_instrument), is_instrument, "{id}: {features:?}");
        }
    }
    assert_eq!(ids.len(), 2, "{ids:?}");
    assert!(ids.contains("org.continuo.continuo") && ids.contains("org.continuo.continuo-with-audio"), "{ids:?}");
}

#[test]
fn clap_makes_no_unknown_plugin() {
    let entry = entry();
    let host = HostInfo::new("a test", "Continuo", "", "1").expect("the names hold no zeros");
    for id in [c"org.continuo.unknown", c"", c"org.continuo.continuo ", c"ORG.CONTINUO.CONTINUO"] {
        let made = PluginInstance::<Handlers>::new(|()| Silent, |_| (), &entry, id, &host);
        assert!(made.is_err(), "a plugin {id:?} was made");
    }
    let get_factory = entry.raw_entry().get_factory.expect("an entry has factories");
    for id in [c"clap.no-such-factory/1", c"", c"clap.plugin-factor"] {
        // SAFETY: the entry was initialised, and the identifier ends in zero.
        assert!(unsafe { get_factory(id.as_ptr()) }.is_null(), "there is a factory {id:?}");
    }
}

#[test]
fn clap_has_one_note_port_each_way() {
    let entry = entry();
    let factory = entry.get_plugin_factory().expect("it has a factory");
    let host = HostInfo::new("a test", "Continuo", "", "1").expect("the names hold no zeros");
    for descriptor in factory.plugin_descriptors() {
        let id = descriptor.id().expect("the plugin reports it");
        let mut instance =
            PluginInstance::<Handlers>::new(|()| Silent, |_| (), &entry, id, &host).expect("the plugin is made");
        let handle = instance.plugin_handle();
        let ports: PluginNotePorts = handle.get_extension().expect("it has note ports");
        for is_input in [true, false] {
            assert_eq!(ports.count(&handle, is_input), 1);
            let mut buffer = NotePortInfoBuffer::new();
            let port = ports.get(&handle, 0, is_input, &mut buffer).expect("the plugin describes its port");
            let preferred = port.preferred_dialect.expect("it prefers a dialect");
            assert!(port.supported_dialects.supports(NoteDialect::Clap));
            assert!(port.supported_dialects.supports(preferred), "it prefers a dialect that it does not support");
            assert!(ports.get(&handle, 1, is_input, &mut NotePortInfoBuffer::new()).is_none());
        }
    }
}

#[test]
fn both_vst3_classes_play() {
    for name in ["Continuo", "Continuo (with audio out)"] {
        let mut host = open_named(&library(), Format::Vst3, name).unwrap_or_else(|error| panic!("{error}"));
        let mut player = offline_player(&mut *host);
        let events = pass(&mut player, &ode());
        let notes = events.iter().filter(|event| event.event.is_on()).count();
        assert!(notes > 40, "{name} hardly plays: {notes} notes");
    }
    evidence::record(
        PART,
        "Descriptors, features and ports are complete and consistent",
        "both formats' factories read as a host reads them; both VST3 classes play",
        "3 plugins",
    );
}
