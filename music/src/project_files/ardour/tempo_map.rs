//! Tempos and meters. Each has its place in superclocks, in quarters, and in bars: a place in bars that does not agree with
//! the others shifts bar lines without a word.

use crate::{
    meter::Meter,
    notation::{Bar, Bars},
    project_files::finished_song::FinishedSong,
    time::{TICKS_PER_QUARTER, Tick},
};
use quick_xml::Writer;
use std::io;

/// Ardour's ticks in one of ours.
const FINER: Tick = 2;
const SUPERCLOCKS_PER_SECOND: f64 = 282_240_000.0;

pub fn write(xml: &mut Writer<Vec<u8>>, song: &FinishedSong) -> io::Result<()> {
    let bars = Bars::of(&song.meters, song.end);
    let map = xml.create_element("TempoMap").with_attribute(("superclocks-per-second", "282240000"));
    map.write_inner_content(|xml| {
        xml.create_element("Tempos").write_inner_content(|xml| {
            for tempo in &song.tempos {
                let quarters_per_minute = tempo.quarters_per_minute.to_string();
                let place = Place::of(song, &bars, tempo.tick);
                xml.create_element("Tempo")
                    .with_attributes([("npm", &*quarters_per_minute), ("enpm", &quarters_per_minute)])
                    .with_attributes([("note-type", "4"), ("type", "Tempo::Constant"), ("active", "1")])
                    .with_attributes([("locked-to-meter", "0"), ("continuing", "0")])
                    .with_attributes(place.attributes())
                    .with_attribute(("omega", "0"))
                    .write_empty()?;
            }
            Ok(())
        })?;
        xml.create_element("Meters").write_inner_content(|xml| {
            let mut before = None;
            for bar in bars.all() {
                let meter = meter_of(bar);
                if before.replace(meter) == Some(meter) {
                    continue;
                }
                let (value, beats) = (meter.denominator.to_string(), meter.numerator.to_string());
                xml.create_element("Meter")
                    .with_attributes([("note-value", &*value), ("divisions-per-bar", &beats)])
                    .with_attributes(Place::of(song, &bars, bar.song.start).attributes())
                    .write_empty()?;
            }
            Ok(())
        })?;
        xml.create_element("MusicTimes").write_empty()?;
        Ok(())
    })?;
    Ok(())
}

/// The meter that makes a bar as long as it is: one that was cut short has a meter of its own, since Ardour's bars are
/// always whole.
fn meter_of(bar: &Bar) -> Meter {
    let length = bar.song.end - bar.song.start;
    if length == bar.meter.bar_ticks() {
        return bar.meter;
    }
    let whole = 4 * TICKS_PER_QUARTER;
    let exact = [4, 8, 16, 32, 64].into_iter().find_map(|denominator: u8| {
        let beat = whole / Tick::from(denominator);
        (length % beat == 0).then(|| Meter::new(length / beat, denominator.into())).flatten()
    });
    exact.unwrap_or(Meter { numerator: (bar.ticks / (whole / 64)).clamp(1, 64) as u8, denominator: 64 })
}

/// A place in each of the map's ways to count.
struct Place {
    superclocks: String,
    quarters: String,
    bars: String,
}

impl Place {
    fn of(song: &FinishedSong, bars: &Bars, tick: Tick) -> Self {
        let index = bars.at(tick);
        let bar = &bars.all()[index];
        let (within, beat) = ((tick - bar.song.start).max(0), meter_of(bar).beat_ticks());
        Self {
            superclocks: format!("{:.0}", song.seconds(tick) * SUPERCLOCKS_PER_SECOND),
            quarters: format!("{}:{}", tick / TICKS_PER_QUARTER, tick % TICKS_PER_QUARTER * FINER),
            bars: format!("{}|{}|{}", index + 1, within / beat + 1, within % beat * FINER),
        }
    }

    fn attributes(&self) -> [(&str, &str); 3] {
        [("sclock", &self.superclocks), ("quarters", &self.quarters), ("bbt", &self.bars)]
    }
}
