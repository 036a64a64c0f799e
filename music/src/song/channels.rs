//! What belongs together though it stands on several channels or in several tracks of a file: a melody that a guitar's
//! strings or MPE spread over channels, and the programs of set-up tracks.

use super::{
    joining::{join, together},
    line::melody_line,
    names::words,
    track::{ChannelEvent, Track},
    warning::Warning,
};
use crate::{note::Note, part::Part, time::Tick};
use midly::MidiMessage;
use std::collections::{BTreeMap, HashSet};

/// How far the notes of the next string or octave are at most.
const NEAR: u8 = 16;

/// What one track of a file has on one channel.
#[derive(Clone, Debug)]
pub(crate) struct FileTrack {
    /// The number of the track in the file; several channels can have the same.
    pub chunk: usize,
    /// Its notes and messages.
    pub track: Track,
}

/// Messages on a channel on which their own track has no notes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SetupEvent {
    /// The number of the track in the file.
    pub chunk: usize,
    /// Zero-based MIDI channel.
    pub channel: u8,
    /// The message.
    pub event: ChannelEvent,
}

/// The song's tracks, from those of the file and from `setup`, both in the file's order: with the programs, banks and kits that the file sets elsewhere, and with one track for channels
/// that are one instrument.
pub(crate) fn settle(
    mut tracks: Vec<FileTrack>,
    setup: &[SetupEvent],
    kits: [bool; 16],
) -> (Vec<Track>, Option<Warning>) {
    let programs = Programs::new(setup);
    for FileTrack { track, .. } in &mut tracks {
        let first = track.notes.first().map_or(0, |note| note.start);
        programs.apply(track, first);
        track.setup.drum_kit = kits[usize::from(track.channel & 15)];
    }
    let several = tracks.windows(2).any(|pair| pair[0].chunk != pair[1].chunk);
    let mut settled: Vec<Track> = Vec::with_capacity(tracks.len());
    let mut left_out = 0;
    let mut joined = 0;
    for chunk in tracks.chunk_by(|one, next| one.chunk == next.chunk) {
        let members: Vec<&Track> = chunk.iter().map(|member| &member.track).collect();
        let number = chunk[0].chunk;
        let from = setup.partition_point(|event| event.chunk < number);
        let to = setup.partition_point(|event| event.chunk <= number);
        let zones = mpe_zones(&members, &setup[from..to]);
        let start = settled.len();
        for group in groups(&members, zones) {
            let mpe = group.iter().any(|&index| zones[usize::from(members[index].channel & 15)]);
            if let [single] = group[..] {
                settled.push(members[single].clone());
            } else {
                let (track, lost) = join(&group.iter().map(|&index| members[index]).collect::<Vec<_>>(), mpe);
                joined += group.len();
                left_out += lost;
                settled.push(track);
            }
        }
        if several {
            count_others(&mut settled[start..]);
        }
    }
    let warning = (joined > 0).then_some(Warning::JoinedChannels { channels: joined, left_out });
    (settled, warning)
}

/// Says in each track how many notes the others have, drums aside.
fn count_others(tracks: &mut [Track]) {
    let counts: Vec<usize> = tracks.iter().map(|track| if track.is_drums() { 0 } else { track.notes.len() }).collect();
    let all: usize = counts.iter().sum();
    for (track, own) in tracks.iter_mut().zip(counts) {
        track.setup.notes_on_other_channels = all - own;
    }
}

/// The programs and banks that set-up tracks set, by channel and position.
struct Programs {
    programs: [Vec<(Tick, u8)>; 16],
    /// Controllers 0 and 32.
    banks: [[Vec<(Tick, u8)>; 16]; 2],
}

impl Programs {
    fn new(setup: &[SetupEvent]) -> Self {
        let mut found = Self { programs: Default::default(), banks: Default::default() };
        for SetupEvent { channel, event, .. } in setup {
            let channel = usize::from(channel & 15);
            match event.message {
                MidiMessage::ProgramChange { program } => found.programs[channel].push((event.tick, program.as_int())),
                MidiMessage::Controller { controller, value } if controller == 0 || controller == 32 => {
                    let bank = &mut found.banks[usize::from(controller == 32)];
                    bank[channel].push((event.tick, value.as_int()));
                }
                _ => {}
            }
        }
        let lists = found.programs.iter_mut().chain(found.banks.iter_mut().flatten());
        // The sort is stable: of two at one position, the later one counts.
        lists.for_each(|list| list.sort_by_key(|(tick, _)| *tick));
        found
    }

    fn apply(&self, track: &mut Track, first_note: Tick) {
        let channel = usize::from(track.channel & 15);
        let at = |list: &[(Tick, u8)]| {
            let count = list.partition_point(|(tick, _)| *tick <= first_note);
            count.checked_sub(1).map(|index| list[index].1)
        };
        track.setup.program = at(&self.programs[channel]);
        let (high, low) = (at(&self.banks[0][channel]), at(&self.banks[1][channel]));
        if high.is_some() || low.is_some() {
            track.setup.bank = Some((high.unwrap_or(0), low.unwrap_or(0)));
        }
    }
}

/// Which of a file track's channels are one instrument: groups of indices, in order of their first.
fn groups(members: &[&Track], zones: [bool; 16]) -> Vec<Vec<usize>> {
    let has = |channel: u8| members.iter().any(|track| track.channel == channel);
    // MPE gives notes to channel 10 like to any other.
    let rotates = members.len() > 8 && has(8) && has(10);
    let is_pitched = |track: &Track| {
        let in_turn = track.channel == Part::Drums.default_channel() && (rotates || zones[9]);
        in_turn && !track.setup.drum_kit || !track.is_drums()
    };
    let pitched: Vec<usize> = (0..members.len()).filter(|&index| is_pitched(members[index])).collect();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    if pitched.len() < 2 {
        return (0..members.len()).map(|index| vec![index]).collect();
    }
    let sounding = Sounding::new(members);
    let medians: Vec<u8> = members.iter().map(|track| median_pitch(&track.notes)).collect();
    let mpe: Vec<usize> = if bends_each_note(&pitched.iter().map(|&index| members[index]).collect::<Vec<_>>()) {
        pitched.clone()
    } else {
        pitched.iter().copied().filter(|&index| zones[usize::from(members[index].channel & 15)]).collect()
    };
    for index in 0..members.len() {
        if groups.iter().any(|group| group.contains(&index)) {
            continue;
        }
        let mut group = vec![index];
        if mpe.contains(&index) {
            group.clone_from(&mpe);
        } else if pitched.contains(&index) {
            let alike = |other: usize| {
                let (one, other) = (members[index], members[other]);
                one.program() == other.program() && one.bank() == other.bank()
            };
            let free = |other: &usize| !mpe.contains(other) && !groups.iter().any(|group| group.contains(other));
            let like: Vec<usize> = pitched.iter().copied().filter(free).filter(|&other| alike(other)).collect();
            if are_strings(members, &like, &sounding) || is_one_line(members, &like, &medians) {
                group = like;
            } else {
                for other in like.into_iter().filter(|&other| other > index) {
                    let near = |&member: &usize| medians[member].abs_diff(medians[other]) <= NEAR;
                    if group.iter().any(near) && group.iter().all(|&member| sounding.take_turns(member, other)) {
                        group.push(other);
                    }
                }
            }
        }
        groups.push(group);
    }
    groups
}

fn median_pitch(notes: &[Note]) -> u8 {
    let mut pitches: Vec<u8> = notes.iter().map(|note| note.pitch).collect();
    pitches.sort_unstable();
    pitches.get(pitches.len() / 2).copied().unwrap_or(0)
}

/// Which channels MPE configuration messages (RPN 6) put into a zone.
fn mpe_zones(members: &[&Track], setup: &[SetupEvent]) -> [bool; 16] {
    let mut zones = [false; 16];
    // The registered parameter that each of the two master channels has chosen.
    let mut chosen = [(127, 127); 2];
    let own = members.iter().flat_map(|track| track.events.iter().map(|event| (track.channel, event.message)));
    for (channel, message) in own.chain(setup.iter().map(|event| (event.channel, event.event.message))) {
        let (0 | 15, MidiMessage::Controller { controller, value }) = (channel, message) else { continue };
        let (parameter, value) = (&mut chosen[usize::from(channel == 15)], value.as_int());
        match controller.as_int() {
            101 => parameter.0 = value,
            100 => parameter.1 = value,
            6 if *parameter == (0, 6) && value > 0 => {
                let size = usize::from(value.min(15));
                let zone = if channel == 0 { 0..=size } else { 15 - size..=15 };
                zones[zone].fill(true);
            }
            _ => {}
        }
    }
    zones
}

/// Whether nearly each note has a pitch bend of its own before it, as MPE instruments send, on three channels or more.
fn bends_each_note(members: &[&Track]) -> bool {
    const FEWEST_CHANNELS: usize = 3;
    const NEAR: Tick = 20;
    let (mut bent, mut all) = (0, 0);
    for track in members {
        let bends = track.events.iter().filter(|event| matches!(event.message, MidiMessage::PitchBend { .. }));
        let bends: Vec<Tick> = bends.map(|event| event.tick).collect();
        let bent_at = |start: Tick| {
            let count = bends.partition_point(|tick| *tick <= start);
            count.checked_sub(1).is_some_and(|last| start - bends[last] <= NEAR)
        };
        bent += track.notes.iter().filter(|note| bent_at(note.start)).count();
        all += track.notes.len();
    }
    members.len() >= FEWEST_CHANNELS && 10 * bent >= 8 * all
}

/// Whether the channels are a guitar's strings: neighbours with one note at a time each. What is not called a guitar
/// must rest on each channel for much of the time, unlike the voices of a choir.
fn are_strings(members: &[&Track], group: &[usize], sounding: &Sounding) -> bool {
    if !(4..=8).contains(&group.len()) {
        return false;
    }
    let mut channels: Vec<u8> = group.iter().map(|&index| members[index].channel).collect();
    channels.sort_unstable();
    let neighbours = channels.windows(2).all(|pair| pair[1] == pair[0] + 1);
    let one_at_a_time = group.iter().all(|&index| {
        let notes = &members[index].notes;
        20 * notes.windows(2).filter(|pair| pair[1].start < pair[0].end()).count() <= notes.len()
    });
    let guitar = group.iter().all(|&index| is_guitar(members[index]));
    let resting = || group.iter().all(|&index| 10 * sounding.of(1 << index) <= 6 * sounding.span);
    neighbours && one_at_a_time && (guitar || resting())
}

/// Whether nearly all notes of each channel stay when the channels are heard as one line.
fn is_one_line(members: &[&Track], group: &[usize], medians: &[u8]) -> bool {
    let mut heights: Vec<u8> = group.iter().map(|&index| medians[index]).collect();
    heights.sort_unstable();
    if group.len() < 2 || heights.windows(2).any(|pair| pair[1] - pair[0] > NEAR) {
        return false;
    }
    let line: HashSet<_> = melody_line(&together(group.iter().map(|&index| members[index])))
        .iter()
        .map(|note| (note.start, note.pitch))
        .collect();
    group.iter().all(|&index| {
        let notes = &members[index].notes;
        let kept = notes.iter().filter(|note| line.contains(&(note.start, note.pitch))).count();
        20 * kept >= 17 * notes.len()
    })
}

fn is_guitar(track: &Track) -> bool {
    const WORDS: [&str; 12] = [
        "guitar", "guitars", "gtr", "gtrs", "guit", "gitarre", "guitare", "guitarra", "chitarra", "banjo", "ukulele",
        "lute",
    ];
    let names = track.name.as_deref().into_iter().chain(track.setup.instrument.as_deref());
    matches!(track.program(), Some(24..=31 | 105)) || names.flat_map(words).any(|word| WORDS.contains(&word.as_str()))
}

/// How long which channels sound together.
struct Sounding {
    /// By the set of the sounding tracks, bit by bit.
    ticks: BTreeMap<u16, Tick>,
    /// From the first note's beginning to the last one's end.
    span: Tick,
}

impl Sounding {
    fn new(members: &[&Track]) -> Self {
        let mut edges: Vec<(Tick, bool, usize)> = Vec::new();
        for (index, track) in members.iter().enumerate() {
            edges.extend(track.notes.iter().map(|note| (note.start, true, index)));
            edges.extend(track.notes.iter().map(|note| (note.end(), false, index)));
        }
        edges.sort_unstable();
        let mut ticks = BTreeMap::new();
        let mut counts = [0_usize; 16];
        let first = edges.first().map_or(0, |edge| edge.0);
        let mut before = first;
        let mut set = 0_u16;
        for (tick, starts, index) in edges {
            if tick > before && set != 0 {
                *ticks.entry(set).or_insert(0) += tick - before;
            }
            before = tick;
            counts[index] = if starts { counts[index] + 1 } else { counts[index].saturating_sub(1) };
            let bit = 1 << index;
            set = if counts[index] > 0 { set | bit } else { set & !bit };
        }
        Self { ticks, span: before - first }
    }

    /// How long all tracks of a set sound together.
    fn of(&self, set: u16) -> Tick {
        self.ticks.iter().filter(|(sounding, _)| *sounding & set == set).map(|(_, ticks)| ticks).sum()
    }

    /// Whether two tracks sound one after the other and seldom together.
    fn take_turns(&self, one: usize, other: usize) -> bool {
        let (one, other) = (1_u16 << one, 1_u16 << other);
        5 * self.of(one | other) <= self.of(one).min(self.of(other))
    }
}

#[cfg(test)]
mod tests;
