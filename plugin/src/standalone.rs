//! The plugin as a program of its own.

fn main() {
    nice_plug::wrapper::standalone::nice_export_standalone::<continuo_plugin::Continuo>();
}
