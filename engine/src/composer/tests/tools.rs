//! Tools that work on selected bars.

use super::*;
use crate::{
    composer::ToolStatus,
    melodies::Keep,
    score::{
        edit::WholeSong,
        history::{History, Step},
        passage::Passage,
        tool_request::{Tool, ToolRequest},
    },
};
use continuo_music::{meter::MeterMap, quantise::Grid};

#[cfg(feature = "runtimes")]
mod melody;

const BAR: Tick = 3840;

fn edit(stage: &mut Stage, edit: Edit) {
    assert!(stage.shared.edits.push(edit));
    while stage.planner.process_edit() {}
}

/// A song of two phrases, a little early and late, that was arranged. The bass plays a note in each phrase.
fn arranged(settings: Settings) -> Stage {
    let mut stage = Stage::new(settings);
    let melody = (0..32).map(|beat| Note {
        start: 960 * beat + 30 * (beat % 3),
        pitch: 60 + [0, 4, 7, 5, 2, 9, 11][beat as usize % 7],
        length: 800,
        velocity: 90,
    });
    let song = WholeSong { melody: melody.collect(), meters: MeterMap::default(), ..WholeSong::default() };
    edit(&mut stage, Edit::Arrange(Box::new(song)));
    stage.drain_requests();
    stage.delivered();
    stage
}

/// Runs a tool to its end; returns what is said of it.
fn work(stage: &mut Stage, tool: Tool, bars: Range<Tick>, part: Option<Part>) -> Result<String, String> {
    work_with_seed(stage, tool, bars, part, 3)
}

fn work_with_seed(
    stage: &mut Stage,
    tool: Tool,
    bars: Range<Tick>,
    part: Option<Part>,
    seed: u32,
) -> Result<String, String> {
    stage.shared.status.update(|status| status.tool = None);
    edit(stage, Edit::Tool(Box::new(ToolRequest { tool, bars, part, seed, template: None })));
    let begun = Instant::now();
    loop {
        stage.planner.process_edit();
        match stage.shared.status.get().tool {
            Some(ToolStatus::Done(text)) => return Ok(text),
            Some(ToolStatus::Proposed(proposal)) => return Ok(proposal.text.clone()),
            Some(ToolStatus::Failed(text)) => return Err(text),
            _ => {}
        }
        assert!(begun.elapsed() < Duration::from_mins(5), "the tool does not end");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Undoes the last step (`back`), or redoes it.
fn apply(stage: &mut Stage, back: bool) {
    let step = stage.shared.history.edit(|history| if back { history.pop_done() } else { history.pop_undone() });
    let step = step.expect("there is a step");
    let (Step::Melody { before, after, .. } | Step::Part { before, after, .. }) = &step else { panic!("{step:?}") };
    let passage = Passage::from_json(if back { before } else { after }).unwrap();
    edit(stage, Edit::BringBack(Box::new(passage)));
    stage.shared.history.edit(|history| if back { history.keep_undone(step) } else { history.keep_done(step) });
}

fn depth(stage: &Stage) -> usize {
    stage.shared.history.read(History::depth).0
}

const QUANTISE: Tool = Tool::Quantise { grid: Grid::SIXTEENTHS, strength: 1.0 };

#[test]
fn the_selected_bars_of_the_melody_are_quantised_in_one_step() {
    let mut stage = arranged(Settings::default());
    let before = stage.shared.score.copy();
    assert_eq!(work(&mut stage, QUANTISE, BAR..2 * BAR, None), Ok("Quantise: bar 2 is done".to_owned()));
    let after = stage.shared.score.copy();
    for (old, new) in before.melody().iter().zip(after.melody()) {
        let is_selected = (BAR..2 * BAR).contains(&old.start);
        assert_eq!(new.start, if is_selected { old.start.div_euclid(960) * 960 } else { old.start });
    }
    assert_eq!(depth(&stage), 2);
    apply(&mut stage, true);
    assert_eq!(stage.shared.score.copy().melody(), before.melody());
    apply(&mut stage, false);
    assert_eq!(stage.shared.score.copy().melody(), after.melody());
}

#[test]
fn a_part_is_quantised_as_another_take_and_undone() {
    let mut stage = arranged(Settings::default());
    // The bass begins late.
    stage.shared.score.edit(|score| {
        let mut phrase = score.phrases()[1].clone();
        phrase.parts[Part::Bass][0].start += 50;
        phrase.parts[Part::Bass][0].length -= 50;
        score.insert(phrase);
    });
    let before = stage.shared.score.copy();
    let bars = PHRASE..PHRASE + BAR;
    assert_eq!(work(&mut stage, QUANTISE, bars, Some(Part::Bass)), Ok("Quantise: bar 5 is done".to_owned()));
    let after = stage.shared.score.copy();
    let (old, new) = (before.phrases()[1].parts[Part::Bass][0], after.phrases()[1].parts[Part::Bass][0]);
    assert_eq!((new.start, new.length), (PHRASE, old.length), "it lasts beyond the selected bar");
    assert_eq!(after.takes(PHRASE).map(|takes| (takes.chosen(), takes.list().len())), Some((1, 2)));
    assert_eq!(after.phrases()[0], before.phrases()[0]);
    assert_eq!(stage.delivered().len(), 1);
    assert!(stage.drain_requests().is_empty(), "no network was asked");
    apply(&mut stage, true);
    let undone = stage.shared.score.copy();
    assert_eq!((undone.phrases(), undone.takes(PHRASE)), (before.phrases(), None));
    apply(&mut stage, false);
    assert_eq!(stage.shared.score.copy().phrases(), after.phrases());
    let said = work(&mut stage, QUANTISE, PHRASE..PHRASE + BAR, Some(Part::Bass));
    assert_eq!((said.is_ok(), depth(&stage)), (true, 2), "what changes nothing is no step");
    // It stays when its melody is played again.
    stage.cycle = Some((0, 2 * PHRASE));
    stage.roll(0, 2 * PHRASE, after.melody());
    assert_eq!(stage.shared.score.copy().phrases(), after.phrases());
}

#[test]
fn what_cannot_be_done_is_said_and_changes_nothing() {
    let mut locked = Settings::default();
    locked.parts[Part::Bass].lock = true;
    locked.parts[Part::Drums].lock = true;
    let mut stage = arranged(locked);
    let before = stage.shared.score.copy();
    let extend = Tool::Extend { bars: 4, home: true };
    for (tool, bars, part, reason) in [
        (QUANTISE, 40 * BAR..41 * BAR, None, "there are no notes in the selected bars"),
        (QUANTISE, 0..BAR, Some(Part::Counter), "there are no notes in the selected bars"),
        (QUANTISE, 0..BAR, Some(Part::Bass), "the bass part is locked: unlock it first"),
        (QUANTISE, 40 * BAR..41 * BAR, Some(Part::Chords), "the band has no phrase in the selected bars yet"),
        (extend, 0..BAR, Some(Part::Chords), "Extend works on the melody: select bars of the melody"),
        (Tool::Generate, 0..BAR, Some(Part::Bass), "Generate works on the melody: select bars of the melody"),
        (Tool::Rewrite { keep: Keep::Rhythm }, 40 * BAR..41 * BAR, None, "there are no notes in the selected bars"),
        (Tool::Interpolate { bars: 3 }, 0..8 * BAR, None, "the selection has 8 bars: for ends of 3, select 9, or more"),
        (Tool::Interpolate { bars: 0 }, 0..8 * BAR, None, "the selection has 8 bars"),
        (Tool::Drumify, 0..BAR, None, "the drums part is locked"),
        (Tool::Drumify, 0..BAR, Some(Part::Drums), "Drumify needs a rhythm"),
    ] {
        let said = work(&mut stage, tool, bars, part).expect_err(reason);
        assert!(said.starts_with(reason), "{said}");
    }
    assert_eq!((stage.shared.score.copy(), depth(&stage)), (before, 1));
}

#[cfg(feature = "runtimes")]
#[test]
fn the_melody_goes_on_and_its_phrases_are_made() {
    let mut stage = arranged(Settings::default());
    let before = stage.shared.score.copy();
    let said = work(&mut stage, Tool::Extend { bars: 4, home: true }, 0..8 * BAR, None);
    assert_eq!(said, Ok("Extend: bars 9-12 are done".to_owned()));
    while stage.planner.process_edit() {}
    let after = stage.shared.score.copy();
    assert_eq!(after.melody()[..before.melody().len()], *before.melody());
    let new = &after.melody()[before.melody().len()..];
    assert!(new.len() > 4 && new.iter().all(|note| (8 * BAR..12 * BAR).contains(&note.start)), "{new:?}");
    assert_eq!(after.phrases().len(), 3);
    assert_eq!(depth(&stage), 2);
    apply(&mut stage, true);
    let undone = stage.shared.score.copy();
    assert_eq!((undone.melody(), undone.phrases()), (before.melody(), before.phrases()));
    // In the middle, what is there makes room.
    let said = work(&mut stage, Tool::Extend { bars: 2, home: false }, 0..4 * BAR, None);
    assert_eq!(said, Ok("Extend: bars 5-6 are done".to_owned()));
    let changed = stage.shared.score.copy();
    let kept = |note: &&Note| !(4 * BAR..6 * BAR).contains(&note.start);
    assert!(changed.melody().iter().filter(kept).eq(before.melody().iter().filter(kept)));
    assert_ne!(changed.melody(), before.melody());
}

#[cfg(feature = "runtimes")]
#[test]
fn drums_play_a_rhythm_and_a_groove_moves_what_it_is_given() {
    let mut stage = arranged(Settings::default());
    let before = stage.shared.score.copy();
    assert_eq!(work(&mut stage, Tool::Drumify, 0..8 * BAR, None), Ok("Drumify: bars 1-8 are done".to_owned()));
    let after = stage.shared.score.copy();
    for (old, new) in before.phrases().iter().zip(after.phrases()) {
        assert!(new.parts[Part::Drums].len() > 8 && new.parts[Part::Bass] == old.parts[Part::Bass]);
        assert!(new.parts[Part::Drums].iter().all(|note| note.start >= new.span.start && note.end() <= new.span.end));
    }
    assert_eq!(depth(&stage), 2, "two phrases are one step");
    let amounts = [0.0, 1.0].map(|amount| {
        let said = work(&mut stage, Tool::Groove { amount }, 0..8 * BAR, Some(Part::Drums));
        said.expect("there are drums");
        stage.shared.score.copy().phrases()[0].parts[Part::Drums].clone()
    });
    let drums = &after.phrases()[0].parts[Part::Drums];
    assert_eq!(amounts[1].len(), drums.len());
    let starts = |notes: &[Note]| notes.iter().map(|note| note.start).collect::<Vec<_>>();
    assert_eq!(starts(&amounts[0]), starts(drums), "at 0 % nothing moves");
    assert_eq!(depth(&stage), 3, "what changes nothing is no step");
    apply(&mut stage, true);
    apply(&mut stage, true);
    assert_eq!(stage.shared.score.copy().phrases(), before.phrases());
}

#[test]
fn bars_of_a_part_are_written_again_around_the_others() {
    let mut stage = arranged(Settings::default());
    let before = stage.shared.score.copy();
    let rewrite = Tool::Rewrite { keep: Keep::Nothing };
    let said = work(&mut stage, rewrite, 4 * BAR..6 * BAR, Some(Part::Bass));
    assert_eq!(said, Ok("Rewrite: bars 5-6 are done".to_owned()));
    let asked: Vec<_> =
        stage.requests.lock().iter().map(|request| (request.start, request.given_bass.clone())).collect();
    assert_eq!(asked, [(4 * BAR, None)]);
    let after = stage.shared.score.copy();
    let bass = |score: &Score, phrase: usize| score.phrases()[phrase].parts[Part::Bass].clone();
    assert_ne!(bass(&before, 1), bass(&after, 1));
    assert_eq!(bass(&before, 0), bass(&after, 0));
    assert_eq!(depth(&stage), 2);
    // Notes outside the selected bars stay: the bass has one in the phrase's first bar.
    work(&mut stage, rewrite, 5 * BAR..6 * BAR, Some(Part::Bass)).expect("a phrase");
    assert_eq!((bass(&stage.shared.score.copy(), 1), depth(&stage)), (bass(&after, 1), 2));
    apply(&mut stage, true);
    assert_eq!(stage.shared.score.copy().phrases(), before.phrases());
    // Both phrases, in one step.
    work(&mut stage, rewrite, 0..8 * BAR, Some(Part::Bass)).expect("two phrases");
    assert!((0..2).all(|phrase| bass(&stage.shared.score.copy(), phrase) != bass(&before, phrase)));
    assert_eq!(depth(&stage), 2);
    // What cannot be done is said.
    let rhythm = work(&mut stage, Tool::Rewrite { keep: Keep::Rhythm }, 0..BAR, Some(Part::Bass));
    assert_eq!(rhythm, Err("the bass is written anew wholly: choose \"all of it\"".to_owned()));
    let none = work(&mut stage, rewrite, 20 * BAR..21 * BAR, Some(Part::Drums));
    assert!(none.unwrap_err().contains("no phrase"));
    let mut settings = Settings::default();
    settings.parts[Part::Bass].lock = true;
    stage.planner.receive(Fact::Settings(settings));
    let locked = work(&mut stage, rewrite, 0..BAR, Some(Part::Bass));
    assert_eq!(locked, Err("the bass part is locked: unlock it first".to_owned()));
}
