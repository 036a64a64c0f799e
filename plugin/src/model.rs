//! The model that an instance uses: the one that is built in, or the file that `CONTINUO_MODEL` names.

use continuo_engine::{
    arranger::Arranger,
    composer::{Loaded, Loader},
    generator::BackendChoice,
    model::{ModelCard, ModelSource},
    part::Part,
};
use nice_plug::prelude::*;

/// The genres that the genre parameter names.
#[derive(Debug, Default)]
pub struct Genres {
    /// Shown to people, in the model's order.
    pub names: Vec<String>,
    /// The slot of the default genre.
    pub default: usize,
}

/// The genres of the model. None if it cannot be read; why is told by the composer, which needs all of it.
pub fn genres() -> Genres {
    let card = ModelSource::from_environment().card();
    card.map_or_else(
        |_| Genres::default(),
        |card| Genres { default: card.default_genre, names: card.genres.into_iter().map(|genre| genre.name).collect() },
    )
}

/// Loads the model, on the composer's thread. What is wrong goes to the log at once.
pub fn loader() -> Loader {
    Box::new(|| {
        load().inspect_err(|error| nice_error!("Continuo plays no parts: {error}")).inspect(|loaded| {
            nice_log!("Continuo plays with {} on {}", loaded.model, loaded.backend);
            if let Some(remark) = &loaded.remark {
                nice_warn!("Continuo: {remark}");
            }
        })
    })
}

fn load() -> Result<Loaded, String> {
    let arranger =
        Arranger::load(&ModelSource::from_environment(), BackendChoice::Auto).map_err(|error| error.to_string())?;
    let (card, backend) = (arranger.card(), arranger.backend());
    Ok(Loaded {
        model: format!("{} {}", card.name, card.version),
        backend: format!("{} {}", backend.name, backend.version),
        remark: backend.fallback_reason.clone(),
        programs: programs(card),
        compose: Box::new(arranger),
    })
}

/// For each genre, the sounds of the parts that have pitches.
fn programs(card: &ModelCard) -> Vec<[u8; 4]> {
    card.genres.iter().map(|genre| Part::PITCHED.map(|part| genre.programs[part])).collect()
}
