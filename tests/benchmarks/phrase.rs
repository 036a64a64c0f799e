//! How long a phrase takes from melody to parts on one thread, with each runtime and so many takes to choose from, and
//! how long the card takes. With the model that would be played with: the built-in one, or that in `CONTINUO_MODEL`.

use continuo_engine::{
    arranging::{Arrange, Arranger, PhrasePlace, PhraseRequest},
    network::{BackendChoice, ModelSource},
    styles::Shelf,
};
use continuo_music::{
    key::Key,
    meter::{Meter, PhraseSpan},
    note::Note,
    part::PartMap,
    settings::{Settings, Shape},
    swing::Feel,
};
use criterion::{Criterion, criterion_group, criterion_main};

fn phrase(criterion: &mut Criterion) {
    let note = |index: i64| Note { start: index * 960, pitch: 60 + (index * 5 % 12) as u8, length: 900, velocity: 90 };
    let melody: Vec<Note> = (0..16).map(note).collect();
    let key = Key::estimate(&[1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
    let source = ModelSource::from_environment();
    for (name, choice) in [("onnxruntime", BackendChoice::OnnxRuntime), ("tract", BackendChoice::Tract)] {
        let mut arranger = Arranger::load(&source, choice)
            .unwrap_or_else(|error| panic!("{name}: {error}; fetch the library with `cargo xtask runtime`"));
        // Without a conductor only one take is ever drawn.
        let most = if arranger.conductor().is_some() { 8 } else { 1 };
        for takes in [1, 4, 8].into_iter().filter(|&takes| takes <= most) {
            let settings = Settings { shape: Shape { takes, ..Shape::default() }, ..Settings::default() };
            let title = if takes == 1 { format!("phrase/{name}") } else { format!("phrase/{name}/{takes} takes") };
            criterion.bench_function(&title, |bencher| {
                bencher.iter(|| {
                    arranger.arrange_phrase(&PhraseRequest {
                        span: PhraseSpan { start: 0, end: 15360, meter: Meter::COMMON },
                        melody: &melody,
                        heard: std::slice::from_ref(&(0..15360)),
                        before: &PartMap::default(),
                        given: &PartMap::default(),
                        settings: &settings,
                        shelf: &Shelf::default(),
                        take: 0,
                        preferred: None,
                        key: Some(key),
                        home: None,
                        feel: Feel::default(),
                        place: &PhrasePlace::UNKNOWN,
                        chords: &[],
                        recall: None,
                        own: None,
                    })
                });
            });
        }
    }
    criterion.bench_function("card", |bencher| bencher.iter(|| ModelSource::Embedded.card()));
}

criterion_group!(benches, phrase);
criterion_main!(benches);
