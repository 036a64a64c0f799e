//! What was unusual in a song that was read all the same.

/// Something unusual in a file that was read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// Notes without a note-off; they end with their track.
    EndlessNotes(usize),
    /// Note-offs without a sounding note; they were skipped.
    StrayNoteOffs(usize),
    /// Tracks without an end-of-track event.
    OpenTracks(usize),
    /// Events without a status byte after an event that ends running status; the status before it was used.
    EndedStatuses(usize),
    /// Bytes after the last chunk; they were skipped.
    ExtraBytes(usize),
    /// Fewer tracks than the header announces.
    MissingTracks(usize),
    /// Time signatures that are not supported; they were skipped.
    UnusableMeters(usize),
    /// Tempos of zero; they were skipped.
    ZeroTempos(usize),
    /// Channels of one track that are one instrument, such as a guitar's strings or an MPE controller's notes, were
    /// joined.
    JoinedChannels {
        /// How many channels.
        channels: usize,
        /// Their pitch bends and other messages that one channel cannot hold.
        left_out: usize,
    },
    /// The file counts seconds instead of beats: it was read at 120 beats a minute.
    CountsSeconds,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::EndlessNotes(count) => write!(out, "{count} notes have no note-off; they end with their track"),
            Self::StrayNoteOffs(count) => write!(out, "{count} note-offs match no note; they were skipped"),
            Self::OpenTracks(count) => write!(out, "{count} tracks have no end-of-track event"),
            Self::EndedStatuses(count) => {
                write!(out, "{count} events use a running status that had ended; they were read with it")
            }
            Self::ExtraBytes(count) => write!(out, "{count} bytes after the last chunk were skipped"),
            Self::MissingTracks(count) => write!(out, "{count} tracks that the header announces are missing"),
            Self::UnusableMeters(count) => write!(out, "{count} time signatures are not supported; they were skipped"),
            Self::ZeroTempos(count) => write!(out, "{count} tempos are zero; they were skipped"),
            Self::JoinedChannels { channels, left_out: 0 } => {
                write!(out, "{channels} channels of one instrument were read as one track")
            }
            Self::JoinedChannels { channels, left_out } => write!(
                out,
                "{channels} channels of one instrument were read as one track; {left_out} pitch bends and other \
                 messages of single channels were left out"
            ),
            Self::CountsSeconds => {
                write!(out, "the file counts seconds, not beats; it was read at 120 beats a minute")
            }
        }
    }
}
