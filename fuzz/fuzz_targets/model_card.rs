//! Any bytes as a model's metadata: refused with a reason, or a card that satisfies the contract.
#![no_main]

use continuo_engine::network::ModelCard;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match ModelCard::read(bytes) {
        Ok(card) => {
            assert!(card.default_genre < card.genres.len());
            for genre in &card.genres {
                assert_eq!(genre.style.len(), card.style_size);
                assert!(genre.style.iter().all(|number| number.is_finite()));
                assert!(genre.programs.iter().all(|(_, &program)| program < 128));
            }
            // A slot beyond the last genre means the default genre.
            assert_eq!(card.genre(255).id.is_empty(), card.genre(card.default_genre as u8).id.is_empty());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
