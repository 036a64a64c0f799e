//! What comes back: from the score into a phrase.
