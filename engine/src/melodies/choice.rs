//! Chooses an event from the network's probabilities.

use crate::{
    arranging::random::Random,
    network::{contract::LONGEST_EVENT, melody_network::LIKELY},
};

/// The unlikeliest events that make up this share are never drawn at temperature 1: most are slips of a network that
/// never says never.
const TAIL: f32 = 0.06;

/// Draws an event, symbol and length, as [`drawn_from`] draws places.
pub(crate) fn draw(likely: &[f32], temperature: f32, random: &mut Random) -> Option<(u8, i64)> {
    debug_assert_eq!(likely.len(), LIKELY);
    drawn_from(likely, temperature, random).map(of_place)
}

/// Draws a place in `likely`, log-probabilities of which what must not be is minus infinity; `None` if nothing may be. At
/// temperature 0 the likeliest.
pub(crate) fn drawn_from(likely: &[f32], temperature: f32, random: &mut Random) -> Option<usize> {
    let mut places: Vec<usize> = (0..likely.len()).filter(|&place| likely[place].is_finite()).collect();
    places.sort_by(|&a, &b| likely[b].total_cmp(&likely[a]).then(a.cmp(&b)));
    let first = *places.first()?;
    // One number for each event, so that a seed's numbers stay with their events at every temperature.
    let number = random.uniform();
    if temperature < 0.01 {
        return Some(first);
    }
    let weights: Vec<f32> = places.iter().map(|&place| ((likely[place] - likely[first]) / temperature).exp()).collect();
    let all: f32 = weights.iter().sum();
    let tail = TAIL * all;
    let mut left = all;
    let mut count = 0;
    while count < weights.len() && (count == 0 || left > tail) {
        left -= weights[count];
        count += 1;
    }
    let kept: f32 = weights[..count].iter().sum();
    let mut rest = number * kept;
    for (&place, &weight) in places.iter().zip(&weights[..count]) {
        rest -= weight;
        if rest < 0.0 {
            return Some(place);
        }
    }
    places.get(count - 1).copied()
}

/// Symbol and length.
const fn of_place(place: usize) -> (u8, i64) {
    ((place / LONGEST_EVENT) as u8, (place % LONGEST_EVENT) as i64 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::melody_network::index_of;

    fn likely(events: &[(u8, usize, f32)]) -> Vec<f32> {
        let mut found = vec![f32::NEG_INFINITY; LIKELY];
        for &(symbol, length, probability) in events {
            found[index_of(symbol, length)] = probability.ln();
        }
        found
    }

    #[test]
    fn events_come_as_often_as_they_are_likely_and_slips_never() {
        let given = likely(&[(30, 4, 0.6), (32, 8, 0.37), (5, 1, 0.03)]);
        let mut random = Random::of_melody(1);
        let drawn: Vec<_> = (0..4000).filter_map(|_| draw(&given, 1.0, &mut random)).collect();
        let share = drawn.iter().filter(|&&event| event == (30, 4)).count() as f64 / 4000.0;
        assert!((share - 0.6 / 0.97).abs() < 0.03, "{share}");
        assert!(drawn.iter().all(|&(symbol, _)| symbol != 5));
        assert_eq!(draw(&given, 0.0, &mut random), Some((30, 4)));
        assert_eq!(draw(&likely(&[]), 1.0, &mut random), None);
    }
}
