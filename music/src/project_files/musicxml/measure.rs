//! The notes of a bar.

use super::{
    beams::beams,
    drums::{instrument, stroke},
    harmony,
    spelling::{Accidentals, Spelled},
    words::Syllable,
    xml::{Xml, element, empty, number, text, text_with},
};
use crate::{
    chord::Chord,
    key::Key,
    notation::{Bar, Head, Piece, rests},
    time::Tick,
};
use std::io;

/// The format's loudness of 100 percent.
const FULL_VELOCITY: f64 = 90.0;

/// A voice in a bar.
pub struct Voice<'a> {
    /// Counted from 1.
    pub number: usize,
    /// Its staff, counted from 1, if there are several.
    pub staff: Option<usize>,
    pub pieces: &'a [Piece],
}

/// What it takes to write a bar.
pub struct MeasureWriter<'a> {
    pub bar: &'a Bar,
    /// Whether the bar is as long as its meter says.
    pub is_whole: bool,
    pub key: Option<Key>,
    /// The chord at a place of the written axis.
    pub chord_at: &'a dyn Fn(Tick) -> Option<Chord>,
    pub part: usize,
    pub is_kit: bool,
    pub lyrics: &'a [(Tick, Syllable)],
    /// The chord symbols of the song, if they are written above this part.
    pub symbols: &'a [(Tick, Chord)],
}

impl MeasureWriter<'_> {
    pub fn write(&self, xml: &mut Xml, voices: &[Voice<'_>]) -> io::Result<()> {
        let has_notes = |voice: &&Voice| !voice.pieces.is_empty();
        // The feet rest without a sign while the hands rest in a whole bar, and the other way round.
        let shown: Vec<&Voice> = if self.is_kit && voices.iter().any(|voice| has_notes(&voice)) {
            voices.iter().filter(has_notes).collect()
        } else if self.is_kit {
            voices.iter().take(1).collect()
        } else {
            voices.iter().collect()
        };
        for (index, voice) in shown.iter().enumerate() {
            if index > 0 {
                element(xml, "backup", &[], |xml| number(xml, "duration", self.bar.ticks))?;
            }
            self.voice(xml, voice, index == 0)?;
        }
        Ok(())
    }

    fn voice(&self, xml: &mut Xml, voice: &Voice<'_>, has_symbols: bool) -> io::Result<()> {
        let mut accidentals = Accidentals::new(self.key);
        let end = self.bar.start + self.bar.ticks;
        if voice.pieces.is_empty() {
            if has_symbols {
                self.symbols(xml, self.bar.start, end)?;
            }
            if !self.is_whole {
                return rests(self.bar).iter().try_for_each(|piece| self.rest(xml, voice, piece));
            }
            return element(xml, "note", &[], |xml| {
                empty(xml, "rest", &[("measure", "yes")])?;
                number(xml, "duration", self.bar.ticks)?;
                number(xml, "voice", voice.number as i64)?;
                voice.staff.map_or(Ok(()), |staff| number(xml, "staff", staff as i64))
            });
        }
        for (piece, beams) in voice.pieces.iter().zip(beams(self.bar, voice.pieces)) {
            if has_symbols {
                self.symbols(xml, piece.start, piece.start + piece.ticks)?;
            }
            if piece.heads.is_empty() {
                self.rest(xml, voice, piece)?;
            }
            for (index, head) in piece.heads.iter().enumerate() {
                // The notes of a chord share the first one's.
                let beams = if index == 0 { beams.as_slice() } else { &[] };
                self.note(xml, voice, piece, (*head, index == 0, beams), &mut accidentals)?;
            }
        }
        Ok(())
    }

    fn rest(&self, xml: &mut Xml, voice: &Voice<'_>, piece: &Piece) -> io::Result<()> {
        element(xml, "note", &[], |xml| {
            empty(xml, "rest", &[])?;
            self.rest_of_note(xml, voice, piece, None, None, (true, &[]))
        })
    }

    fn note(
        &self,
        xml: &mut Xml,
        voice: &Voice<'_>,
        piece: &Piece,
        (head, is_first, beams): (Head, bool, &[&str]),
        accidentals: &mut Accidentals,
    ) -> io::Result<()> {
        let loudness = format!("{:.2}", f64::from(head.velocity) * 100.0 / FULL_VELOCITY);
        element(xml, "note", &[("dynamics", &loudness)], |xml| {
            if !is_first {
                empty(xml, "chord", &[])?;
            }
            let mut accidental = None;
            if self.is_kit {
                let stroke = stroke(head.pitch);
                element(xml, "unpitched", &[], |xml| {
                    text(xml, "display-step", &stroke.letter.to_string())?;
                    number(xml, "display-octave", stroke.octave)
                })?;
            } else {
                let spelled = Spelled::of(head.pitch, self.key, (self.chord_at)(piece.start));
                accidental = accidentals.needed(spelled).filter(|_| !head.is_tied_back);
                element(xml, "pitch", &[], |xml| spelled.write(xml))?;
            }
            self.rest_of_note(xml, voice, piece, Some(head), accidental, (is_first, beams))
        })
    }

    /// What follows the pitch.
    fn rest_of_note(
        &self,
        xml: &mut Xml,
        voice: &Voice<'_>,
        piece: &Piece,
        head: Option<Head>,
        accidental: Option<&str>,
        (is_first, beams): (bool, &[&str]),
    ) -> io::Result<()> {
        number(xml, "duration", piece.ticks)?;
        let ties: Vec<&str> = head.map_or(Vec::new(), |head| {
            let ties = [(head.is_tied_back, "stop"), (head.is_tied_on, "start")];
            ties.into_iter().filter_map(|(is_tied, kind)| is_tied.then_some(kind)).collect()
        });
        ties.iter().try_for_each(|kind| empty(xml, "tie", &[("type", kind)]))?;
        let struck = head.filter(|_| self.is_kit);
        if let Some(head) = struck {
            empty(xml, "instrument", &[("id", &instrument(self.part, head.pitch))])?;
        }
        number(xml, "voice", voice.number as i64)?;
        text(xml, "type", piece.value.kind)?;
        if piece.value.is_dotted {
            empty(xml, "dot", &[])?;
        }
        if let Some(accidental) = accidental {
            text(xml, "accidental", accidental)?;
        }
        if let Some(triplet) = &piece.triplet {
            element(xml, "time-modification", &[], |xml| {
                number(xml, "actual-notes", 3)?;
                number(xml, "normal-notes", 2)?;
                text(xml, "normal-type", triplet.of.kind)
            })?;
        }
        if let Some(head) = struck {
            text(xml, "stem", if voice.number == 1 { "up" } else { "down" })?;
            let stroke = stroke(head.pitch);
            if stroke.head != "normal" {
                let filled = if stroke.head == "triangle" { &[("filled", "yes")][..] } else { &[] };
                text_with(xml, "notehead", filled, stroke.head)?;
            }
        }
        if let Some(staff) = voice.staff {
            number(xml, "staff", staff as i64)?;
        }
        for (level, beam) in (1..).zip(beams) {
            text_with(xml, "beam", &[("number", &i32::to_string(&level))], beam)?;
        }
        let bracket = piece.triplet.filter(|triplet| is_first && (triplet.is_first || triplet.is_last));
        if !ties.is_empty() || bracket.is_some() {
            element(xml, "notations", &[], |xml| {
                ties.iter().try_for_each(|kind| empty(xml, "tied", &[("type", kind)]))?;
                let Some(triplet) = bracket else { return Ok(()) };
                if triplet.is_first {
                    empty(xml, "tuplet", &[("type", "start"), ("bracket", "yes")])?;
                }
                if triplet.is_last { empty(xml, "tuplet", &[("type", "stop")]) } else { Ok(()) }
            })?;
        }
        let begins = is_first && voice.number == 1 && head.is_some_and(|head| !head.is_tied_back);
        let syllable = self.lyrics.binary_search_by_key(&piece.start, |(at, _)| *at);
        match syllable.ok().and_then(|index| self.lyrics.get(index)).filter(|_| begins) {
            Some((_, syllable)) => syllable.write(xml),
            None => Ok(()),
        }
    }

    /// The chord symbols of a stretch, before what is written at its beginning.
    fn symbols(&self, xml: &mut Xml, from: Tick, to: Tick) -> io::Result<()> {
        let first = self.symbols.partition_point(|(at, _)| *at < from);
        let inside = self.symbols[first..].iter().take_while(|(at, _)| *at < to);
        inside.into_iter().try_for_each(|(at, chord)| harmony::write(xml, *chord, self.key, at - from))
    }
}
