//! The model of an instance: the file that `CONTINUO_MODEL` names, the user's choice, or the built-in one.

use continuo_engine::{
    arranging::Arranger,
    composer::{Loaded, Loader},
    lead::{Improvise, LeadRequest, Played, Soloist},
    network::{BackendChoice, InferenceError, MelodyEngine, MelodyNetwork, ModelSource, RuntimeOptions},
    storage::{DataFolder, Preferences},
};
use nice_plug::prelude::*;
use std::time::{Duration, Instant};

/// The genres that the genre parameter names.
#[derive(Debug, Default)]
pub struct Genres {
    /// Their display names, in the model's order.
    pub names: Vec<String>,
    /// The slot of the default genre.
    pub default: usize,
    /// Identifies the own styles that the model understands.
    pub style_space: String,
}

/// The genres of the model; empty if the model cannot be read. The composer, which loads all of it, reports the error.
pub fn genres() -> Genres {
    let card = ModelSource::from_environment().card();
    card.map_or_else(
        |_| Genres::default(),
        |card| Genres {
            default: card.default_genre,
            names: card.genres.into_iter().map(|genre| genre.name).collect(),
            style_space: card.style_space,
        },
    )
}

/// Loads the model on a thread that the composer starts for it, and logs any error at once.
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

/// The notices for the user: why the built-in runtime is used, why takes are not judged or chords not planned, why only
/// one network goes on with melodies, why the user's choice of a model is ignored.
fn remark(arranger: &Arranger) -> Option<String> {
    let preferences = DataFolder::of_user().and_then(|data| Preferences::read(&data).err());
    let remarks = [
        arranger.backend().fallback_reason.clone(),
        arranger.conductor_fault().map(str::to_owned),
        arranger.harmonizer_fault().map(str::to_owned),
        MelodyEngine::of_user().remark(&ModelSource::from_environment()),
        preferences.map(|error| error.to_string()),
    ];
    let remarks: Vec<String> = remarks.into_iter().flatten().collect();
    (!remarks.is_empty()).then(|| remarks.join("; "))
}

/// How often Lead looks whether the user has chosen another network, in this window or anywhere else.
const LOOK: Duration = Duration::from_secs(1);

/// Plays Lead with what the user has chosen by now.
struct ChosenSoloist {
    data: Option<DataFolder>,
    engine: MelodyEngine,
    looked: Instant,
    soloist: Soloist,
}

impl ChosenSoloist {
    fn load(data: Option<DataFolder>) -> Result<Self, String> {
        let engine = chosen_in(data.as_ref());
        Ok(Self { data, engine, looked: Instant::now(), soloist: soloist(engine)? })
    }

    /// Loads another network if the user chose one since `looked`.
    fn follow(&mut self) -> Result<(), InferenceError> {
        self.looked = Instant::now();
        let engine = chosen_in(self.data.as_ref());
        if engine != self.engine {
            self.soloist = soloist(engine).map_err(InferenceError::Runtime)?;
            self.engine = engine;
        }
        Ok(())
    }
}

impl Improvise for ChosenSoloist {
    fn improvise(&mut self, request: &LeadRequest<'_>) -> Result<Played, InferenceError> {
        if self.looked.elapsed() > LOOK {
            self.follow()?;
        }
        self.soloist.improvise(request)
    }
}

fn chosen_in(data: Option<&DataFolder>) -> MelodyEngine {
    data.map(MelodyEngine::chosen_in).unwrap_or_default()
}

fn soloist(engine: MelodyEngine) -> Result<Soloist, String> {
    let network = MelodyNetwork::load(&ModelSource::from_environment(), engine, BackendChoice::Auto);
    Ok(Soloist::new(network.map_err(|error| error.to_string())?))
}

fn load_soloist() -> Result<Box<dyn Improvise + Send>, String> {
    Ok(Box::new(ChosenSoloist::load(DataFolder::of_user())?))
}

fn load() -> Result<Loaded, String> {
    // The plugin stays in memory for hours, so memory counts for more here than a tenth of a second.
    let runtime = RuntimeOptions::from(BackendChoice::Auto).in_turn();
    let arranger = Arranger::load(&ModelSource::from_environment(), runtime).map_err(|error| error.to_string())?;
    let (card, backend) = (arranger.card(), arranger.backend());
    Ok(Loaded {
        model: format!("{} {}", card.name, card.version),
        backend: format!("{} {}", backend.name, backend.version),
        conductor: arranger.conductor().map(|conductor| conductor.name().to_owned()),
        remark: remark(&arranger),
        soloist: Some(Box::new(load_soloist)),
        arranger: Box::new(arranger),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lead_follows_the_users_choice_of_networks() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::at(folder.path());
        let mut lead = ChosenSoloist::load(Some(data.clone())).expect("the built-in networks");
        assert_eq!(lead.engine, MelodyEngine::Both);
        let both = lead.soloist.network();
        MelodyEngine::Lstm.choose_in(&data).unwrap();
        lead.follow().expect("a built-in network");
        let lstm = lead.soloist.network();
        assert!(lstm.starts_with("melody-lstm ") && both.ends_with(&lstm), "{both}, then {lstm}");
    }
}
