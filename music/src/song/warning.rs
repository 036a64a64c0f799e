//! What was unusual in a song that was read all the same.

/// Something unusual in a file that was read all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// Notes without a note-off; they end where the next note on their channel begins, or with their track.
    EndlessNotes(usize),
    /// Note-offs without a sounding note; they were skipped.
    StrayNoteOffs(usize),
    /// Tracks without an end-of-track event.
    OpenTracks(usize),
    /// Events without a status byte after an event that ends running status; the status before it was used.
    EndedStatuses(usize),
    /// Bytes outside of chunks; they were skipped.
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
    /// A track that breaks off within the file; what follows there was not read.
    Broken {
        /// The track, counted from 1 in the file's order.
        track: usize,
        /// The bar in which it breaks, counted from 1.
        bar: i64,
        /// The place in the file, counted from 0.
        byte: usize,
        /// What is wrong there.
        reason: String,
    },
    /// Tracks that are whole, but not as long as announced.
    WrongLengths(usize),
    /// Events without the bytes that they need, such as a key signature without a key; they were skipped.
    UnusableEvents(usize),
    /// Messages between devices, which do not belong in files; they were skipped.
    SystemMessages(usize),
    /// Key signatures with more than seven sharps or flats; they were skipped.
    UnusableKeys(usize),
    /// Tempos that contradict those of the track that conducts; they were skipped.
    OtherTempos(usize),
    /// Time signatures that contradict those of the track that conducts; they were skipped.
    OtherMeters(usize),
}

impl Warning {
    /// Whether a part of the music is missing: the file is damaged.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Broken { .. } | Self::MissingTracks(_))
    }
}

impl std::fmt::Display for Warning {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::EndlessNotes(count) => {
                write!(out, "{count} notes have no note-off; they end where the next note begins, or with their track")
            }
            Self::StrayNoteOffs(count) => write!(out, "{count} note-offs match no note; they were skipped"),
            Self::OpenTracks(count) => write!(out, "{count} tracks have no end-of-track event"),
            Self::EndedStatuses(count) => {
                write!(out, "{count} events use a running status that had ended; they were read with it")
            }
            Self::ExtraBytes(count) => write!(out, "{count} bytes outside of the file's chunks were skipped"),
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
            Self::Broken { track, bar, byte, reason } => {
                write!(out, "track {track} of the file breaks off in bar {bar}: {reason} (byte {byte}); ")?;
                write!(out, "it was read up to there")
            }
            Self::WrongLengths(count) => {
                write!(out, "{count} tracks are not as long as announced; they were read to their end")
            }
            Self::UnusableEvents(count) => write!(out, "{count} events lack their data; they were skipped"),
            Self::SystemMessages(count) => {
                write!(out, "{count} messages between devices do not belong in a file; they were skipped")
            }
            Self::UnusableKeys(count) => {
                write!(out, "{count} key signatures have more than seven sharps or flats; they were skipped")
            }
            Self::OtherTempos(count) => {
                write!(out, "{count} tempos in later tracks contradict the first track's; they were skipped")
            }
            Self::OtherMeters(count) => {
                write!(out, "{count} time signatures in later tracks contradict the first track's; they were skipped")
            }
        }
    }
}
