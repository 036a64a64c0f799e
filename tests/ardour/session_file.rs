//! Ardour's session file: reads and writes what Ardour's Lua interface cannot.

use base64::{Engine, prelude::BASE64_STANDARD};
use continuo_engine::score::Score;
use continuo_harness::state;
use roxmltree::Document;
use std::ops::Range;

/// The melody's file among the session's MIDI files.
pub const MELODY_FILE: &str = "melody.mid";
/// The session's loop in quarter notes.
pub const LOOP: Range<i64> = 16..24;
/// The melody's length in quarter notes.
const LENGTH: i64 = 32;
/// Ardour counts 1920 ticks to a quarter note.
const TICKS: i64 = 1920;

/// The session with the melody's file as a region on the track `Melody`, and with a loop.
pub fn with_melody(session: &str) -> String {
    let length = LENGTH * TICKS;
    let region = |id: u32, whole: u8| {
        format!(
            "<Region name=\"melody\" muted=\"0\" opaque=\"1\" locked=\"0\" automatic=\"0\" whole-file=\"{whole}\" \
             import=\"0\" external=\"0\" hidden=\"0\" position-locked=\"0\" start=\"b0\" length=\"b{length}@b0\" \
             sync-position=\"b0\" ancestral-start=\"b0\" ancestral-length=\"b0@b0\" stretch=\"1\" shift=\"1\" \
             layering-index=\"0\" type=\"midi\" first-edit=\"nothing\" id=\"{id}\" source-0=\"90001\" \
             master-source-0=\"90001\"/>"
        )
    };
    let source = format!(
        "<Sources><Source name=\"{MELODY_FILE}\" type=\"midi\" flags=\"\" natural-position=\"b0\" id=\"90001\" \
         origin=\"\"/></Sources>"
    );
    let (start, end) = (LOOP.start * TICKS, LOOP.end * TICKS);
    let location = format!(
        "<Locations><Location id=\"90004\" name=\"Loop\" start=\"b{start}\" end=\"b{end}\" \
         flags=\"IsAutoLoop,IsHidden\" locked=\"0\" position-lock-style=\"MusicTime\"/></Locations>"
    );
    let session = replaced(session, "<Sources/>", &source);
    let session = replaced(&session, "<Regions/>", &format!("<Regions>{}</Regions>", region(90_002, 1)));
    let session = replaced(&session, "<Locations/>", &location);
    // The track's playlist is empty, so it is one tag.
    let begin = session.find("name=\"Melody\" type=\"midi\"").expect("the session has the melody's playlist");
    let end = begin + session[begin..].find("/>").expect("the playlist's tag ends");
    let (before, after) = (&session[..end], &session[end + 2..]);
    let session = format!("{before}>{}</Playlist>{after}", region(90_003, 0));
    // What Ardour makes next must not reuse these numbers.
    let begin = session.find("id-counter=\"").expect("the session has a counter") + "id-counter=\"".len();
    let end = begin + session[begin..].find('"').expect("the counter ends");
    format!("{}100000{}", &session[..begin], &session[end..])
}

fn replaced(session: &str, from: &str, to: &str) -> String {
    assert!(session.contains(from), "the session has no {from}");
    session.replacen(from, to, 1)
}

/// The score that the plugin saved with the session.
pub fn score(session: &str) -> Score {
    let document = Document::parse(session).expect("the session is XML");
    let chunk = document.descendants().find(|node| node.has_tag_name("chunk")).expect("the plugin saved its state");
    let text: String = chunk.text().unwrap_or_default().split_whitespace().collect();
    let bytes = BASE64_STANDARD.decode(text).expect("the state is base 64");
    state::score(&bytes)
}
