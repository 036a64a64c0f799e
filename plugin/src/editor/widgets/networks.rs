//! The choice of what goes on with melodies.

use crate::editor::{
    theme,
    widgets::{button::toggle, look::Face},
};
use continuo_engine::network::MelodyEngine;
use egui::{Color32, Ui, vec2};

/// Each choice: its word, its width in points, and what it is.
const CHOICES: [(MelodyEngine, &str, f32, &str); 3] = [
    (MelodyEngine::Both, "Both", 44.0, "both networks together foresee real melodies better than either alone."),
    (MelodyEngine::Transformer, "Transformer", 84.0, "the larger network alone."),
    (MelodyEngine::Lstm, "LSTM", 48.0, "the smaller network alone. It is the fastest: for slow machines."),
];

/// Draws the choices side by side. Returns the one that the player clicks.
pub fn networks(ui: &mut Ui, now: MelodyEngine, colour: Color32) -> Option<MelodyEngine> {
    let mut chosen = None;
    for (engine, word, width, help) in CHOICES {
        let name = format!("Network: {word}");
        let help = format!("{help} For Extend and Lead, in all projects on this machine.");
        let size = vec2(width, theme::ROW);
        if toggle(ui, size, engine == now, Face::Word(word), &name, &help, colour).clicked() {
            chosen = Some(engine);
        }
    }
    chosen
}
