//! Finds beats in the beginnings of notes.
//!
//! Dynamic programming over beat times (D. Ellis, "Beat Tracking by Dynamic Programming", Journal of New Music Research,
//! 2007) with the beat's period as a second state whose changes cost (F. Krebs, S. Böck, G. Widmer, "An Efficient
//! State-Space Model for Joint Tempo and Meter Tracking", ISMIR 2015). Since the beginnings of notes are known exactly,
//! each beat is scored by where in it notes begin: on the beat, at its half or thirds, at its quarters, or elsewhere.

/// Beats are found on a grid of so many seconds.
const FRAME: f64 = 0.01;
/// The shortest and the longest beat, in frames: 207 and 43 beats a minute.
const SHORTEST: usize = 29;
const LONGEST: usize = 139;
const PERIODS: usize = LONGEST - SHORTEST + 1;
/// Longer performances are refused.
const MOST_SECONDS: f64 = 1800.0;
/// Beginnings this close together, in seconds, are one.
const TOGETHER: f64 = 0.035;
/// The spread of a player's timing around the beat, in seconds.
const PLAYED: f64 = 0.025;
/// Notes per second that begin anywhere.
const ANYWHERE: f64 = 0.15;
/// The usual period, in seconds, and the spread of periods (of their logarithm).
const USUAL_PERIOD: f64 = 0.55;
const PERIOD_SPREAD: f64 = 0.33;
/// The spread of the ratio of one period to the next (of its logarithm).
const CHANGE_SPREAD: f64 = 0.06;
/// Larger changes from beat to beat are not considered.
const LARGEST_CHANGE: f64 = 0.25;

/// How beats divide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Division {
    /// Into halves and quarters, now and then into thirds.
    Halves,
    /// Into thirds and sixths.
    Thirds,
}

impl Division {
    /// How many notes begin, on average, at which places in a beat.
    const fn places(self) -> &'static [(f64, f64)] {
        match self {
            Self::Halves => &[(0.0, 1.4), (0.5, 0.5), (0.25, 0.06), (0.75, 0.12), (1.0 / 3.0, 0.02), (2.0 / 3.0, 0.04)],
            Self::Thirds => {
                &[(0.0, 1.4), (1.0 / 3.0, 0.4), (2.0 / 3.0, 0.7), (1.0 / 6.0, 0.03), (0.5, 0.05), (5.0 / 6.0, 0.05)]
            }
        }
    }
}

/// The beginning of one or several notes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Onset {
    /// When, in seconds.
    pub seconds: f64,
    /// How much it counts, around 1.
    pub weight: f64,
}

impl Onset {
    /// Onsets from the beginnings of notes (in seconds, sorted) and their velocities: those close together become one,
    /// and one counts more the longer it is until the next, the louder it is, and the more notes it has.
    pub fn from_starts(starts: &[(f64, u8)]) -> Vec<Self> {
        let mut groups: Vec<(f64, f64, usize)> = Vec::new();
        for &(seconds, velocity) in starts {
            let velocity = f64::from(velocity);
            match groups.last_mut() {
                Some((first, loudest, count)) if seconds - *first < TOGETHER => {
                    *loudest = loudest.max(velocity);
                    *count += 1;
                }
                _ => groups.push((seconds, velocity, 1)),
            }
        }
        let mut gaps: Vec<f64> = groups.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
        gaps.push(gaps.last().copied().unwrap_or(1.0));
        let mut sorted = gaps.clone();
        sorted.sort_by(f64::total_cmp);
        let usual = sorted[sorted.len() / 2].max(1e-3);
        let loudness = groups.iter().map(|group| group.1).sum::<f64>() / groups.len().max(1) as f64;
        groups
            .iter()
            .zip(gaps)
            .map(|(&(seconds, velocity, count), gap)| {
                let length = 0.45 * (gap / usual).ln().clamp(-1.0, 1.0);
                let loud = 0.8 * ((velocity - loudness) / 64.0).clamp(-0.5, 0.5);
                let many = 0.2 * (count as f64).ln().min(1.5);
                Self { seconds, weight: 1.0 + length + loud + many }
            })
            .collect()
    }
}

/// What the model expects, for each period and each frame in it.
struct Expected {
    /// What a note that begins at a frame of a beat counts; by period, `LONGEST + 1` frames each.
    begins: Vec<f32>,
    /// What a beat costs.
    beat: f32,
    /// How usual each period is.
    usual: Vec<f32>,
}

impl Expected {
    fn new(division: Division) -> Self {
        let height = 1.0 / (PLAYED * (std::f64::consts::TAU).sqrt());
        let mut begins = vec![0.0; PERIODS * (LONGEST + 1)];
        for period in SHORTEST..=LONGEST {
            for frame in 0..=period {
                let phase = frame as f64 / period as f64;
                let near = |place: f64| {
                    let apart = (phase - place).abs();
                    apart.min(1.0 - apart) * period as f64 * FRAME
                };
                let density = |place: f64| height * (-0.5 * (near(place) / PLAYED).powi(2)).exp();
                let rate: f64 = division.places().iter().map(|&(place, notes)| notes * density(place)).sum();
                begins[(period - SHORTEST) * (LONGEST + 1) + frame] = (1.0 + rate / ANYWHERE).ln() as f32;
            }
        }
        let beat = division.places().iter().map(|place| place.1).sum::<f64>() as f32;
        let usual = (SHORTEST..=LONGEST)
            .map(|period| (-0.5 * ((period as f64 * FRAME / USUAL_PERIOD).ln() / PERIOD_SPREAD).powi(2)) as f32)
            .collect();
        Self { begins, beat, usual }
    }

    /// What the onsets in the beats of all periods that end at `end` count, written to `points`.
    fn points(&self, onsets: &[(usize, f32)], end: usize, points: &mut [f32]) {
        for (index, points) in points.iter_mut().enumerate() {
            *points = self.usual[index] - self.beat;
        }
        let before = onsets.partition_point(|onset| onset.0 < end);
        for &(frame, weight) in onsets[..before].iter().rev().take_while(|onset| onset.0 + LONGEST >= end) {
            for period in SHORTEST.max(end - frame)..=LONGEST {
                let index = period - SHORTEST;
                points[index] += weight * self.begins[index * (LONGEST + 1) + frame + period - end];
            }
        }
    }
}

/// For each period: the periods that may come before it, and what the change costs.
fn changes() -> Vec<Vec<(usize, f32)>> {
    let period = |index: usize| (index + SHORTEST) as f64;
    let costs = |to: usize| {
        let all = (0..PERIODS).map(move |from| (from, (period(to) / period(from)).ln()));
        let near = all.filter(|(_, change)| change.abs() <= LARGEST_CHANGE);
        near.map(|(from, change)| (from, (0.5 * (change / CHANGE_SPREAD).powi(2)) as f32)).collect()
    };
    (0..PERIODS).map(costs).collect()
}

/// The beats of a performance, in seconds, from at or before the first onset to at or behind the last one. The onsets
/// are sorted. `None` if there are fewer than four, or they last longer than half an hour or less than two beats.
pub fn track(onsets: &[Onset], division: Division) -> Option<Vec<f64>> {
    let (first, last) = (onsets.first()?.seconds, onsets.last()?.seconds);
    if onsets.len() < 4 || last - first > MOST_SECONDS || last - first < 2.0 * LONGEST as f64 * FRAME {
        return None;
    }
    // Frame 0 is a longest beat before the first onset.
    let zero = first - LONGEST as f64 * FRAME;
    let frame = |seconds: f64| ((seconds - zero) / FRAME).round() as usize;
    let placed: Vec<(usize, f32)> = onsets.iter().map(|onset| (frame(onset.seconds), onset.weight as f32)).collect();
    let (first, last) = (LONGEST, frame(last));
    let frames = last + LONGEST + 1;
    let expected = Expected::new(division);
    let changes = changes();
    // By frame and period of the beat that ends there: the best points, and the period before (0: none).
    let mut best = vec![f32::NEG_INFINITY; frames * PERIODS];
    let mut before = vec![0_u8; frames * PERIODS];
    let mut points = vec![0.0; PERIODS];
    for end in 0..frames {
        expected.points(&placed, end, &mut points);
        for to in 0..PERIODS {
            let Some(start) = end.checked_sub(to + SHORTEST) else { break };
            // A first beat begins at or a little before the first onset, or less than a beat before.
            let mut chosen = if start <= first + 3 { (0.0, 0) } else { (f32::NEG_INFINITY, 0) };
            let row = &best[start * PERIODS..(start + 1) * PERIODS];
            for &(from, cost) in &changes[to] {
                if row[from] - cost > chosen.0 {
                    chosen = (row[from] - cost, from + 1);
                }
            }
            best[end * PERIODS + to] = chosen.0 + points[to];
            before[end * PERIODS + to] = chosen.1 as u8;
        }
    }
    let ends = (last.saturating_sub(3)..frames).flat_map(|end| (0..PERIODS).map(move |period| (end, period)));
    let (mut end, mut period) = ends.reduce(|left, right| {
        let points = |(end, period): (usize, usize)| best[end * PERIODS + period];
        if points(right) > points(left) { right } else { left }
    })?;
    let mut beats = vec![end];
    loop {
        let from = before[end * PERIODS + period];
        end -= period + SHORTEST;
        beats.push(end);
        match usize::from(from).checked_sub(1) {
            Some(from) => period = from,
            None => break,
        }
    }
    beats.reverse();
    let beats: Vec<f64> = beats.into_iter().map(|frame| zero + frame as f64 * FRAME).collect();
    Some(smoothed(&beats))
}

/// Beats without the unevenness of the frames.
fn smoothed(beats: &[f64]) -> Vec<f64> {
    let inner = beats.windows(3).map(|near| (near[0] + 2.0 * near[1] + near[2]) / 4.0);
    let (first, last) = (beats.first().copied(), beats.last().copied());
    first.into_iter().chain(inner).chain(last.filter(|_| beats.len() > 1)).collect()
}
