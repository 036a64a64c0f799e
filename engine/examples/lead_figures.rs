//! The figures of Lead: how often its notes on strong beats belong to the chord, beside real melodies over their own chords;
//! how soon it is back at its level after a cold start, and after the chords move by a tritone; and what a beat costs.
//!
//! ```sh
//! (cd models/training && python -m continuo_training.melodies.lead_songs --sheets SHEETS --out songs.json)
//! cargo run --release -p continuo-engine --features runtimes --example lead_figures -- songs.json 60 transformer
//! ```

use continuo_engine::{
    lead::{Improvise, Known, LeadRequest, Soloist},
    network::{BackendChoice, MelodyEngine, MelodyNetwork, ModelSource},
};
use continuo_music::{
    chord::{Chord, ChordSpan, Quality},
    key::Key,
    lead::{LeadMode, LeadSettings},
    meter::{Meter, MeterMap},
    note::Note,
    swing::Feel,
    time::{TICKS_PER_QUARTER, TICKS_PER_STEP, Tick},
};
use serde_json::Value;
use std::{error::Error, time::Instant};

/// Where the chords move, in bars, and how many beats after it are shown.
const MOVES_AT: Tick = 8;
const SHOWN: usize = 8;

struct Song {
    meters: MeterMap,
    bar: Tick,
    three: bool,
    key: Key,
    notes: Vec<Note>,
    chords: Vec<ChordSpan>,
}

/// The milliseconds that a beat took, and how often the network was asked.
type Cost = (f64, usize);

/// How many notes, and how many of them belong to the chord.
#[derive(Clone, Copy, Default)]
struct Share(usize, usize);

impl Share {
    fn add(&mut self, fits: bool) {
        self.0 += 1;
        self.1 += usize::from(fits);
    }

    fn percent(self) -> f64 {
        100.0 * self.1 as f64 / self.0.max(1) as f64
    }
}

impl Song {
    fn read(value: &Value) -> Option<Self> {
        let three = value["three"].as_bool()?;
        let meter = if three { Meter { numerator: 3, denominator: 4 } } else { Meter::COMMON };
        let number = |value: &Value| value.as_i64().unwrap_or(0);
        let note = |note: &Value| Note {
            start: number(&note[0]) * TICKS_PER_STEP,
            length: number(&note[1]) * TICKS_PER_STEP,
            pitch: number(&note[2]).clamp(0, 127) as u8,
            velocity: 90,
        };
        let slot = if three { meter.bar_ticks() } else { meter.bar_ticks() / 2 };
        let named = value["chords"].as_array()?.iter().enumerate().filter_map(|(index, chord)| {
            let chord = usize::try_from(chord.as_i64()?).ok()?;
            let quality = *Quality::ALL.get(chord % 16).filter(|_| chord < 192)?;
            let start = index as Tick * slot;
            Some(ChordSpan { span: start..start + slot, chord: Chord::new((chord / 16) as u8, quality) })
        });
        let mut notes: Vec<Note> = value["notes"].as_array()?.iter().map(note).collect();
        notes.sort_unstable();
        let key = if value["minor"].as_bool()? { Key::minor(9) } else { Key::major(0) };
        Some(Self { meters: MeterMap::new(meter), bar: meter.bar_ticks(), three, key, notes, chords: named.collect() })
    }

    fn end(&self) -> Tick {
        self.chords.last().map_or(0, |last| last.span.end)
    }

    /// The same with the chords a tritone higher from a bar on.
    fn moved(&self) -> Vec<ChordSpan> {
        let moved = |span: &ChordSpan| {
            let by = if span.span.start >= MOVES_AT * self.bar { 6 } else { 0 };
            ChordSpan { span: span.span.clone(), chord: span.chord.transposed(by) }
        };
        self.chords.iter().map(moved).collect()
    }

    fn is_strong(&self, tick: Tick) -> bool {
        let place = (tick + TICKS_PER_STEP / 2).rem_euclid(self.bar) / TICKS_PER_STEP;
        place == 0 || (!self.three && place == 8)
    }
}

fn fits(note: &Note, chords: &[ChordSpan]) -> Option<bool> {
    let at = note.start + TICKS_PER_STEP / 2;
    chords.iter().find(|chord| chord.span.contains(&at)).map(|chord| chord.chord.contains(note.pitch))
}

/// Plays Lead alone over chords. `ahead`: the chords that come are known, as where the band plays them; else only those
/// that sounded at the cut. Returns the notes, and for each beat its time in milliseconds and how often the network was asked.
fn solo(
    soloist: &mut Soloist,
    song: &Song,
    chords: &[ChordSpan],
    melody: &[Note],
    ahead: bool,
    seed: u32,
) -> Result<(Vec<Note>, Vec<Cost>), Box<dyn Error>> {
    let settings = LeadSettings { mode: LeadMode::Solo, ..LeadSettings::default() };
    let (mut own, mut costs) = (Vec::<Note>::new(), Vec::<Cost>::new());
    let mut at = melody.last().map_or(0, |last| song.meters.phrase_at(last.end() - 1, 1).end);
    while at < song.end().min(24 * song.bar) {
        let span = song.meters.beat_at(at);
        let cut = span.start - (span.end - span.start);
        let mut known: Vec<ChordSpan> = chords.to_vec();
        if !ahead {
            known.retain(|chord| chord.span.start < cut);
            if let Some(last) = known.last_mut() {
                last.span.end = span.end + 2 * song.bar;
            }
        }
        let request = LeadRequest {
            settings: &settings,
            meters: &song.meters,
            span: span.clone(),
            known: Known { melody, cut, until: cut },
            own: &own,
            key: song.key,
            chords: &known,
            feel: Feel::default(),
            genre: None,
            temperature: 1.0,
            seed,
            take: 0,
            song_end: None,
        };
        let (began, before) = (Instant::now(), soloist.asked());
        let played = soloist.improvise(&request)?;
        costs.push((began.elapsed().as_secs_f64() * 1000.0, soloist.asked() - before));
        own.extend(played.notes);
        at = span.end;
    }
    Ok((own, costs))
}

/// By beat from a place on, the share of all notes that belong to the chord.
fn by_beat(curve: &mut [Share; SHOWN], notes: &[Note], chords: &[ChordSpan], from: Tick) {
    for note in notes.iter().filter(|note| note.start >= from) {
        let beat = ((note.start - from) / TICKS_PER_QUARTER) as usize;
        if let (Some(share), Some(fits)) = (curve.get_mut(beat), fits(note, chords)) {
            share.add(fits);
        }
    }
}

fn line(curve: &[Share; SHOWN]) -> String {
    curve.map(|share| format!("{:.0}", share.percent())).join(" ")
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name the file of songs")?;
    let most = arguments.next().map_or(Ok(60), |count| count.parse())?;
    let choice = arguments.next().map(|id| MelodyEngine::from_id(&id).ok_or("name both, transformer or lstm"));
    let engine = choice.transpose()?.unwrap_or_default();
    let values: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let songs: Vec<Song> = values.iter().filter_map(Song::read).filter(|song| song.end() >= 12 * song.bar).collect();
    let every = (songs.len() / most).max(1);
    let network = MelodyNetwork::load(&ModelSource::Embedded, engine, BackendChoice::Auto)?;
    println!("{} songs with {}", songs.len().div_ceil(every).min(most), network.backend().name);
    let mut soloist = Soloist::new(network);
    let (mut real, mut strong, mut all) = (Share::default(), Share::default(), Share::default());
    let mut real_all = Share::default();
    // With chords that are known ahead, and that are only heard: before the move, and after it from the third beat on.
    let (mut before, mut after) = ([Share::default(); 2], [Share::default(); 2]);
    let mut curves = [[Share::default(); SHOWN]; 4];
    let mut costs = vec![];
    for (seed, song) in songs.iter().step_by(every).take(most).enumerate() {
        for note in &song.notes {
            if let Some(fits) = fits(note, &song.chords) {
                real_all.add(fits);
                if song.is_strong(note.start) {
                    real.add(fits);
                }
            }
        }
        // Over four bars of the melody, and with nothing before it.
        let heard: Vec<Note> = song.notes.iter().filter(|note| note.end() <= 4 * song.bar).copied().collect();
        let (notes, took) = solo(&mut soloist, song, &song.chords, &heard, true, seed as u32)?;
        costs.extend(took);
        for note in &notes {
            if let Some(fits) = fits(note, &song.chords) {
                all.add(fits);
                if song.is_strong(note.start) {
                    strong.add(fits);
                }
            }
        }
        let moved = song.moved();
        for (index, ahead) in [(0, true), (1, false)] {
            let (notes, _) = solo(&mut soloist, song, &song.chords, &[], ahead, seed as u32)?;
            by_beat(&mut curves[index], &notes, &song.chords, 0);
            let (notes, _) = solo(&mut soloist, song, &moved, &heard, ahead, seed as u32)?;
            by_beat(&mut curves[2 + index], &notes, &moved, MOVES_AT * song.bar);
            let place = MOVES_AT * song.bar;
            for note in &notes {
                let Some(fits) = fits(note, &moved) else { continue };
                if (place - 4 * song.bar..place).contains(&note.start) {
                    before[index].add(fits);
                } else if (place + 2 * TICKS_PER_QUARTER..place + 4 * song.bar).contains(&note.start) {
                    after[index].add(fits);
                }
            }
        }
    }
    println!("strong beats in the chord: real {:.1} %, Lead {:.1} %", real.percent(), strong.percent());
    println!("all notes in the chord: real {:.1} %, Lead {:.1} %", real_all.percent(), all.percent());
    for (name, index) in [("known ahead", 0), ("heard", 1)] {
        let (before, after) = (before[index].percent(), after[index].percent());
        println!("tritone, chords {name}: {before:.1} % in the four bars before, {after:.1} % from the third beat on");
    }
    let names = [
        "cold start, chords known ahead",
        "cold start, chords heard",
        "tritone, chords known ahead",
        "tritone, chords heard",
    ];
    for (name, curve) in names.iter().zip(&curves) {
        println!("{name}, all notes in the chord by beat: {} %", line(curve));
    }
    let whole: f64 = costs.iter().map(|cost| cost.0).sum();
    let all_asked: usize = costs.iter().map(|cost| cost.1).sum();
    let mut asked: Vec<usize> = costs.iter().map(|cost| cost.1).collect();
    asked.sort_unstable();
    let mut times: Vec<f64> = costs.iter().map(|cost| cost.0).collect();
    times.sort_by(f64::total_cmp);
    let place = |share: f64| ((costs.len().saturating_sub(1)) as f64 * share) as usize;
    println!(
        "a beat asks the network {} times in the median, 99 %: {}, most: {}; {:.2} ms a time",
        asked[place(0.5)],
        asked[place(0.99)],
        asked[place(1.0)],
        whole / all_asked.max(1) as f64
    );
    println!("a beat takes {:.1} ms in the median, 99 %: {:.1}", times[place(0.5)], times[place(0.99)]);
    Ok(())
}
