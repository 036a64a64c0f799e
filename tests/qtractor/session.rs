//! A session for Qtractor: a clip with the melody, Continuo with a saved state behind it, and a MIDI bus that takes what leaves.

use base64::{Engine, engine::general_purpose::STANDARD};
use continuo_music::note::Note;
use midly::{
    Format, Header, MetaMessage, MidiMessage, Smf, Timing, Track, TrackEvent, TrackEventKind,
    num::{u4, u7, u15, u24, u28},
};
use std::{fs, path::Path};

/// The bus that takes what leaves the plugin.
pub const BUS: &str = "Band";

const RATE: u32 = 48_000;
/// Microseconds in a quarter note: 120 a minute.
const QUARTER: u32 = 500_000;

/// Writes the session and its clip into a folder; returns its file.
pub fn write(folder: &Path, plugin: &Path, state: &[u8], melody: &[Note]) -> std::path::PathBuf {
    let clip = folder.join("melody.mid");
    fs::write(&clip, midi_file(melody)).expect("the clip is written");
    let end = melody.iter().map(Note::end).max().unwrap_or_default();
    let frames = end as u64 * u64::from(RATE) / 1920;
    let session = format!(
        r#"<!DOCTYPE qtractor-session>
<session version="Qtractor 0.9.31" name="melody">
 <properties>
  <directory>{folder}</directory>
  <sample-rate>{RATE}</sample-rate><tempo>120</tempo><ticks-per-beat>960</ticks-per-beat>
  <beats-per-bar>4</beats-per-bar><beat-divisor>2</beat-divisor>
 </properties>
 <files><midi-list><file name="melody">{clip}</file></midi-list></files>
 <devices>
  <audio-engine>
   <transport-mode>full</transport-mode>
   <audio-bus mode="duplex" name="Master"><monitor>0</monitor><channels>2</channels></audio-bus>
  </audio-engine>
  <midi-engine>
   <midi-bus mode="duplex" name="Master"><monitor>0</monitor></midi-bus>
   <midi-bus mode="output" name="{BUS}"><monitor>0</monitor></midi-bus>
  </midi-engine>
 </devices>
 <tracks>
  <track name="Melody" type="midi">
   <properties><input-bus>Master</input-bus><output-bus>Master</output-bus><midi-channel>0</midi-channel></properties>
   <state><mute>0</mute><solo>0</solo><record>0</record><monitor>0</monitor><gain>1</gain><panning>0</panning></state>
   <clips>
    <clip name="melody">
     <properties>
      <name>melody</name><start>0</start><offset>0</offset><length>{frames}</length><gain>1</gain><mute>0</mute>
     </properties>
     <midi-clip><filename>{clip}</filename><track-channel>0</track-channel><revision>0</revision></midi-clip>
    </clip>
   </clips>
   <plugins>
    <plugin type="CLAP">
     <filename>{plugin}</filename><index>0</index><activated>1</activated>
     <configs><config key="state">{state}</config></configs>
    </plugin>
    <plugin type="AuxSend">
     <index>0</index><activated>1</activated><configs><config key="midiBusName">{BUS}</config></configs>
    </plugin>
    <audio-output-bus>0</audio-output-bus>
   </plugins>
  </track>
 </tracks>
</session>
"#,
        folder = folder.display(),
        clip = clip.display(),
        plugin = plugin.display(),
        state = STANDARD.encode(packed(state)),
    );
    let file = folder.join("melody.qtr");
    fs::write(&file, session).expect("the session is written");
    file
}

/// A file of type 0 with these notes on channel 1.
fn midi_file(melody: &[Note]) -> Vec<u8> {
    let mut events: Vec<(i64, bool, u8, u8)> = Vec::new();
    for note in melody {
        events.push((note.start, true, note.pitch, note.velocity));
        events.push((note.end(), false, note.pitch, 0));
    }
    events.sort_unstable();
    let meta = |message| TrackEvent { delta: u28::new(0), kind: TrackEventKind::Meta(message) };
    let mut track: Track<'_> = vec![meta(MetaMessage::Tempo(u24::new(QUARTER)))];
    let mut now = 0;
    for (tick, begins, pitch, velocity) in events {
        let (key, vel) = (u7::new(pitch), u7::new(velocity));
        let message = if begins { MidiMessage::NoteOn { key, vel } } else { MidiMessage::NoteOff { key, vel } };
        let kind = TrackEventKind::Midi { channel: u4::new(0), message };
        track.push(TrackEvent { delta: u28::new((tick - now) as u32), kind });
        now = tick;
    }
    track.push(meta(MetaMessage::EndOfTrack));
    let header = Header::new(Format::SingleTrack, Timing::Metrical(u15::new(960)));
    let mut bytes = Vec::new();
    Smf { header, tracks: vec![track] }.write_std(&mut bytes).expect("notes can be written");
    bytes
}

/// Bytes as Qt packs them: their number, and a zlib stream (RFC 1950), here of stored blocks (RFC 1951, 3.2.4).
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = (bytes.len() as u32).to_be_bytes().to_vec();
    packed.extend([0x78, 0x01]);
    let mut blocks = bytes.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        packed.push(u8::from(blocks.peek().is_none()));
        packed.extend((block.len() as u16).to_le_bytes());
        packed.extend((!(block.len() as u16)).to_le_bytes());
        packed.extend(block);
    }
    let (one, two) = bytes.iter().fold((1_u32, 0_u32), |(one, two), &byte| {
        let one = (one + u32::from(byte)) % 65_521;
        (one, (two + one) % 65_521)
    });
    packed.extend((two << 16 | one).to_be_bytes());
    packed
}
