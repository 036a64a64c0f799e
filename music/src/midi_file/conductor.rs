//! Which of several tracks sets the song's tempos and meters.
//!
//! In a file of type 1 the first track conducts. Some programs repeat its tempos and meters in other tracks, and some
//! write other ones there, which players disagree on.

use crate::{
    meter::{MeterChange, MeterMap},
    song::MeterEvent,
    tempo::{TempoChange, TempoMap},
};

/// An event and the index of the track that holds it.
pub(super) type InTrack<T> = (usize, T);

/// The events of the first track that has any, and those of other tracks.
fn first_track<T>(mut events: Vec<InTrack<T>>) -> (Vec<T>, Vec<T>) {
    let first = events.first().map_or(0, |event| event.0);
    let others = events.split_off(events.partition_point(|event| event.0 == first));
    let without_track = |events: Vec<InTrack<T>>| events.into_iter().map(|event| event.1).collect();
    (without_track(events), without_track(others))
}

/// The tempos that count, from events in the order of their tracks, and how many others contradict them.
pub(super) fn tempos(events: Vec<InTrack<TempoChange>>) -> (TempoMap, usize) {
    let (first, others) = first_track(events);
    let map = TempoMap::from_changes(first);
    let ignored = others.iter().filter(|other| map.at(other.tick).microseconds != other.microseconds).count();
    (map, ignored)
}

/// The time signatures that count, from events in the order of their tracks, with the meters that they make, and how
/// many others contradict them. Those that only repeat the meter count too.
pub(super) fn meters(events: Vec<InTrack<MeterEvent>>) -> (Vec<MeterEvent>, MeterMap, usize) {
    let (mut counting, others) = first_track(events);
    counting.sort_by_key(|event| event.tick);
    let map = MeterMap::from_changes(counting.iter().map(|event| MeterChange { tick: event.tick, meter: event.meter }));
    let (repeated, contradicting): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|other| map.at(other.tick).meter == other.meter || has(&counting, other));
    counting.extend(repeated);
    counting.sort_by_key(|event| event.tick);
    (counting, map, contradicting.len())
}

/// Whether sorted time signatures hold this meter at its very position, which the map may have moved to a bar line.
fn has(events: &[MeterEvent], one: &MeterEvent) -> bool {
    let at = events.partition_point(|event| event.tick < one.tick);
    events[at..].iter().take_while(|event| event.tick == one.tick).any(|event| event.meter == one.meter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::Meter;

    #[test]
    fn the_first_track_that_names_tempos_sets_them() {
        let tempo = |track, tick, microseconds| (track, TempoChange { tick, microseconds });
        let (map, ignored) = tempos(vec![
            tempo(0, 0, 600_000),
            tempo(0, 3840, 500_000),
            tempo(2, 0, 600_000),
            tempo(2, 960, 400_000),
            tempo(3, 3840, 400_000),
        ]);
        assert_eq!(map.changes(), [tempo(0, 0, 600_000).1, tempo(0, 3840, 500_000).1]);
        assert_eq!(ignored, 2, "a repetition contradicts nothing");
        let (map, ignored) = tempos(vec![tempo(4, 0, 400_000)]);
        assert_eq!((map.at(0).microseconds, ignored), (400_000, 0));
    }

    #[test]
    fn the_first_track_that_names_meters_sets_them() {
        let meter = |track, tick, numerator| (track, MeterEvent::new(tick, Meter { numerator, denominator: 4 }));
        let (events, map, ignored) = meters(vec![meter(1, 0, 3), meter(2, 0, 4), meter(2, 2880, 3), meter(3, 5760, 2)]);
        assert_eq!(events, [meter(1, 0, 3).1, meter(2, 2880, 3).1], "a repetition stays");
        assert_eq!(map, MeterMap::new(Meter { numerator: 3, denominator: 4 }));
        assert_eq!(ignored, 2);
        assert_eq!(meters(vec![]), (vec![], MeterMap::new(Meter::COMMON), 0));
    }
}
