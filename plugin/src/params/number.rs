//! Numbers that a host passes as text.

use std::sync::Arc;

/// Parses a text as a parameter's value.
pub type Parser = Arc<dyn Fn(&str) -> Option<f32> + Send + Sync>;

/// Rejects `nan` and `1e999`, which Rust parses as numbers but which are not valid parameter values.
pub fn finite(parse: Parser) -> Parser {
    Arc::new(move |text| parse(text).filter(|value| value.is_finite()))
}
