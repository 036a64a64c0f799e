//! How long a phrase takes from melody to parts on one thread, with each runtime, and how long the card takes.

use continuo_engine::{
    arranger::{Arranger, Compose, PhraseRequest},
    generator::BackendChoice,
    meter::{Meter, PhraseSpan},
    model::ModelSource,
    note::Note,
    part::PartMap,
    settings::Settings,
};
use criterion::{Criterion, criterion_group, criterion_main};

fn phrase(criterion: &mut Criterion) {
    let note = |index: i64| Note { start: index * 960, pitch: 60 + (index * 5 % 12) as u8, length: 900, velocity: 90 };
    let melody: Vec<Note> = (0..16).map(note).collect();
    for (name, choice) in [("onnxruntime", BackendChoice::OnnxRuntime), ("tract", BackendChoice::Tract)] {
        let mut arranger = Arranger::load(&ModelSource::Embedded, choice)
            .unwrap_or_else(|error| panic!("{name}: {error}; fetch the library with `cargo xtask runtime`"));
        criterion.bench_function(&format!("phrase/{name}"), |bencher| {
            bencher.iter(|| {
                arranger.compose(&PhraseRequest {
                    span: PhraseSpan { start: 0, end: 15360, meter: Meter::COMMON },
                    melody: &melody,
                    heard: std::slice::from_ref(&(0..15360)),
                    before: &PartMap::default(),
                    given: &PartMap::default(),
                    settings: &Settings::default(),
                    take: 0,
                })
            });
        });
    }
    criterion.bench_function("card", |bencher| bencher.iter(|| ModelSource::Embedded.card()));
}

criterion_group!(benches, phrase);
criterion_main!(benches);
