//! How long networks take to be ready, by the size of their files.

use crate::{median, print};
use continuo_engine::{
    network::{
        BackendChoice, DrummerNetwork, Loading, MelodyEngine, MelodyNetwork, Model, ModelSource, PhraseSpace, Reviser,
        RuntimeOptions, StyleEncoder, load_generator,
    },
    storage::CacheFolder,
};
use std::{error::Error, fs, path::Path, time::Instant};

/// So often each is loaded; the median counts.
const TIMES: usize = 9;

type Load = fn(&RuntimeOptions) -> Result<(), Box<dyn Error>>;

/// What is loaded, and from which files of `models`.
const NETWORKS: [(&[&str], Load); 7] = [
    (&["style-encoder"], |options| keep(StyleEncoder::load(&ModelSource::Embedded, options.clone())?)),
    (&["melody-lstm"], |options| {
        keep(MelodyNetwork::load(&ModelSource::Embedded, MelodyEngine::Lstm, options.clone())?)
    }),
    (&["reviser"], |options| keep(Reviser::load(&ModelSource::Embedded, options.clone())?)),
    (&["drummer"], |options| keep(DrummerNetwork::load(&ModelSource::Embedded, options.clone())?)),
    (&["melody"], |options| {
        keep(MelodyNetwork::load(&ModelSource::Embedded, MelodyEngine::Transformer, options.clone())?)
    }),
    (&["phrase-encoder", "phrase-decoder"], |options| {
        keep(PhraseSpace::load(&ModelSource::Embedded, options.clone())?)
    }),
    (&["encoder", "continuo"], |options| keep(load_generator(&Model::load(&ModelSource::Embedded)?, options)?)),
];

/// What was loaded is freed at once.
#[expect(clippy::unnecessary_wraps, reason = "each load can fail before")]
fn keep<T>(loaded: T) -> Result<(), Box<dyn Error>> {
    drop(loaded);
    Ok(())
}

/// Milliseconds by megabytes: as networks are loaded the first time, and once they are prepared in the cache folder.
pub fn by_size() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let anew = RuntimeOptions { cache: None, loading: Loading::InTurn, ..BackendChoice::OnnxRuntime.into() };
    let prepared = RuntimeOptions { cache: Some(CacheFolder::at(folder.path())), ..anew.clone() };
    for (chart, options) in [("loading by size, unprepared", anew), ("loading by size, prepared", prepared)] {
        for (names, load) in NETWORKS {
            // The first one finds the library, or prepares the network.
            load(&options)?;
            let mut times: Vec<f64> = Vec::new();
            for _ in 0..TIMES {
                let begun = Instant::now();
                load(&options)?;
                times.push(begun.elapsed().as_secs_f64() * 1e3);
            }
            print(chart, size(names)?, median(times));
        }
    }
    Ok(())
}

fn size(names: &[&str]) -> Result<f64, Box<dyn Error>> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    let mut bytes = 0;
    for name in names {
        bytes += fs::metadata(models.join(format!("{name}.onnx")))?.len();
    }
    Ok(bytes as f64 / 1e6)
}
