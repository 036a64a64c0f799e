use super::*;
use crate::{
    chord::{Chord, ChordSpan, tests::any_chord},
    key::Key,
    meter::{Meter, MeterChange, MeterMap},
};
use proptest::prelude::*;

fn read(text: &str) -> Chart {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

/// The bars as words, with the places where chords begin in beats.
fn bars(chart: &Chart) -> Vec<String> {
    let bar = |bar: &Bar| {
        let slots = bar.slots().iter().map(|slot| format!("{}@{}", slot.chord, slot.start));
        slots.collect::<Vec<_>>().join(" ")
    };
    chart.bars().map(bar).collect()
}

#[test]
fn chords_share_a_bar() {
    let chart = read("C | Am F | Dm7 G7 | C . . G7 | C Am F | G / C // | . F | | N.C.");
    assert_eq!(
        bars(&chart),
        ["C@0", "Am@0 F@2", "Dm7@0 G7@2", "C@0 G7@3", "C@0 Am@4/3 F@8/3", "G@0 C@8/5", "C@0 F@2", "F@0", "N.C.@0"]
    );
    let slot = chart.sections[0].bars[4].slots()[1];
    assert_eq!((slot.start, slot.length), (Beats::new(4, 3), Beats::new(8, 6)));
    assert_eq!(chart.key, None);
    assert_eq!(bars(&read("| C | G |\n|F|C/E||\nAm7 / / /\n")), ["C@0", "G@0", "F@0", "C/E@0", "Am7@0"]);
}

#[test]
fn sections_keys_and_times() {
    let chart = read(
        "\u{feff}# A song\nKey: F#m  # three sharps\nTime: 3/4\nF#m | C#7\n\n[Verse 1] A | %\n  Chorus:\nD | E7 #again\n\
         Time: 6/8\nBridge: Bm\nOutro:\n[]\nE\n",
    );
    assert_eq!(chart.key, Some(Key::minor(6)));
    let names: Vec<_> = chart.section_bars().map(|(section, bars)| (section.name.as_deref(), bars)).collect();
    assert_eq!(
        names,
        [
            (None, 0..2),
            (Some("Verse 1"), 2..4),
            (Some("Chorus"), 4..6),
            (Some("Bridge"), 6..7),
            (Some("Outro"), 7..7),
            (None, 7..8)
        ]
    );
    assert_eq!(chart.bar_count(), 8);
    let six = Meter { numerator: 6, denominator: 8 };
    let change = |tick, meter| MeterChange { tick, meter };
    assert_eq!(chart.meters().changes(), [change(0, Meter { numerator: 3, denominator: 4 }), change(6 * 2880, six)]);
    assert_eq!(chart.bars().last().map(|bar| bar.slots()[0].length), Some(Beats::new(6, 1)));
}

#[test]
fn sections_begin_at_any_bar_line() {
    let chart = read("[Intro] C | F | [Verse 1]G | % |[Chorus]| Am | F ||");
    let names: Vec<_> = chart.section_bars().map(|(section, bars)| (section.name.as_deref(), bars)).collect();
    assert_eq!(names, [(Some("Intro"), 0..2), (Some("Verse 1"), 2..4), (Some("Chorus"), 4..6)]);
    assert_eq!(bars(&chart), ["C@0", "F@0", "G@0", "G@0", "Am@0", "F@0"]);
}

#[test]
fn repeats_are_written_out() {
    let played = |text: &str| bars(&read(text)).join(" ").replace("@0", "");
    assert_eq!(played("||: C | G :||"), "C G C G");
    assert_eq!(played("|: C | G :| x3 F"), "C G C G C G F");
    assert_eq!(played("C | G :|| F | Am :| Em"), "C G C G F Am F Am Em");
    assert_eq!(played("||: C |\n G |\n F :||x2\nC"), "C G F C G F C");
    assert_eq!(played("|: C :|: G :| (x3)"), "C C G G G");
    assert_eq!(played("||: C :||: G :||"), "C C G G");
    assert_eq!(played("C | % | % | G"), "C C C G");
    assert_eq!(played("[A]\nC | G\n[B]\n% | F :||"), "C G G F G F");
}

#[test]
fn errors_name_line_column_and_symbol() {
    let cases = [
        ("C | G\nAm | Hm7 G", 2, 6, "\"Hm7\" is not a chord symbol"),
        ("%", 1, 1, "no bar comes before it"),
        ("C | % G", 1, 5, "alone"),
        ("C\nTime: 3/4\n%", 3, 1, "another meter"),
        (". C", 1, 1, "holds the chord before"),
        ("| | C", 1, 3, "holds the chord before"),
        ("C ||: G ||: F :||", 1, 9, "within another"),
        ("C\n||: G\n[Verse]\nF", 2, 1, "\":||\""),
        ("C\n  ||: G", 2, 3, "\":||\""),
        (":|| C", 1, 1, "no bar to repeat"),
        ("C :|| x1", 1, 7, "x2"),
        ("C :|| x999999999999", 1, 7, "x999999999999"),
        ("C x3", 1, 3, "x3"),
        ("Key:  Cm7", 1, 7, "\"Cm7\" is not a key"),
        ("Key:", 1, 5, "is not a key"),
        ("Time: 4/5", 1, 7, "\"4/5\" is not a meter"),
        ("Time: waltz", 1, 7, "waltz"),
        ("[Verse", 1, 1, "\"]\""),
        ("C | Verse | G", 1, 5, "Verse"),
        ("C [Verse] G", 1, 3, "bar line"),
        ("C | [Verse | G", 1, 5, "\"]\""),
        ("|: C | [Verse] G :|", 1, 1, "\":||\""),
    ];
    for (text, line, column, part) in cases {
        let error = text.parse::<Chart>().expect_err(text);
        assert_eq!((error.line, error.column), (line, column), "{text:?}: {error}");
        assert!(error.to_string().contains(part), "{error}");
        assert!(error.to_string().starts_with(&format!("line {line}, column {column}: ")));
    }
    let long = "|: C | C | C | C | C | C | C | C | C | C :| x100 ".repeat(11);
    assert!(matches!(long.parse::<Chart>(), Err(ChartError { problem: ChartProblem::TooLong, .. })));
    let full = "C ".repeat(257);
    assert!(matches!(full.parse::<Chart>(), Err(ChartError { problem: ChartProblem::FullBar, column: 513, .. })));
}

#[test]
fn an_empty_chart_has_no_bars() {
    for text in ["", "\n \n# nothing\n", "Key: C\n"] {
        assert_eq!(read(text).bar_count(), 0);
        assert_eq!(read(text).placed(&MeterMap::default(), 0), []);
    }
}

#[test]
fn a_chart_is_placed_in_a_song() {
    let span = |span, chord: &str| ChordSpan { span, chord: chord.parse().unwrap() };
    let chart = read("C Am F | F . G .");
    let spans = chart.placed(&MeterMap::default(), 4000);
    assert_eq!(spans, [span(3840..5120, "C"), span(5120..6400, "Am"), span(6400..9600, "F"), span(9600..11520, "G"),]);
    let waltz = MeterMap::new(Meter { numerator: 3, denominator: 4 });
    assert_eq!(chart.placed(&waltz, 0)[1].span, 960..1920, "each chord keeps its share");
}

#[test]
fn chords_of_a_song_become_a_chart() {
    let spans = read("C | Am F | G . . C | N.C. | C").placed(&MeterMap::default(), 0);
    let headings = [(0, "Verse".to_owned()), (2 * 3840, "Chorus".to_owned())];
    let chart = Chart::of(&spans, &MeterMap::default(), Some(Key::major(0)), &headings);
    assert_eq!(chart.to_string(), "Key: C\n[Verse]\nC | Am F\n[Chorus]\nG . . C | N.C. | C\n");
    // Chords a little early and late, and nothing in between.
    let played = [(90, 3700, "C"), (7600, 11_000, "G")]
        .map(|(start, end, chord)| ChordSpan { span: start..end, chord: chord.parse().unwrap() });
    let chart = Chart::of(&played, &MeterMap::default(), None, &[]);
    assert_eq!(chart.to_string(), "C | N.C. | G . . . . . . N.C.\n");
    assert_eq!(Chart::of(&[], &MeterMap::default(), None, &headings), Chart::default());
}

fn any_meter() -> impl Strategy<Value = Meter> {
    (1_u8..=13, 0_u32..=4).prop_map(|(numerator, power)| Meter { numerator, denominator: 1 << power })
}

fn any_bar() -> impl Strategy<Value = (Meter, Vec<(Chord, usize)>)> {
    (any_meter(), prop::collection::vec((any_chord(), 1_usize..6), 1..6))
}

fn any_section() -> impl Strategy<Value = Section> {
    (prop::option::of("[A-Za-z0-9][A-Za-z0-9 ]{0,8}[a-z0-9]"), prop::collection::vec(any_bar(), 0..9)).prop_map(
        |(name, bars)| {
            let bars = bars.into_iter().map(|(meter, chords)| {
                let shares: usize = chords.iter().map(|(_, share)| share).sum();
                let beats = |share: usize| Beats::new((share * usize::from(meter.numerator)) as u32, shares as u32);
                let mut start = 0;
                let slots = chords.into_iter().map(|(chord, share)| {
                    start += share;
                    Slot { chord, start: beats(start - share), length: beats(share) }
                });
                Bar { meter, slots: slots.collect() }
            });
            Section { name, bars: bars.collect() }
        },
    )
}

fn any_chart() -> impl Strategy<Value = Chart> {
    let key = prop::option::of((0_u8..12, any::<bool>()))
        .prop_map(|key| key.map(|(tonic, minor)| if minor { Key::minor(tonic) } else { Key::major(tonic) }));
    (key, prop::collection::vec(any_section(), 0..5)).prop_map(|(key, mut sections)| {
        // Bars before the first heading are a section only if there are some.
        if sections.first().is_some_and(|first| first.name.is_none() && first.bars.is_empty()) {
            sections.remove(0);
        }
        if sections.first().is_some_and(|first| first.name.is_none() && first.bars.is_empty()) {
            sections.clear();
        }
        Chart { key, sections }
    })
}

proptest! {
    #[test]
    fn a_written_chart_reads_as_the_same(chart in any_chart()) {
        let text = chart.to_string();
        prop_assert_eq!(text.parse::<Chart>(), Ok(chart), "{}", text);
    }

    #[test]
    fn placed_chords_fill_the_bars_in_order(chart in any_chart(), meter in any_meter(), from in 0_i64..20_000) {
        let meters = MeterMap::new(meter);
        let spans = chart.placed(&meters, from);
        let start = meters.bar_start(from);
        let end = start + chart.bar_count() as i64 * meter.bar_ticks();
        prop_assert!(spans.windows(2).all(|pair| pair[0].span.end == pair[1].span.start && pair[0].chord != pair[1].chord));
        prop_assert_eq!(spans.first().map_or(start, |first| first.span.start), start);
        prop_assert_eq!(spans.last().map_or(end, |last| last.span.end), if spans.is_empty() { end } else { start + chart.bar_count() as i64 * meter.bar_ticks() });
    }

    #[test]
    fn a_chart_of_placed_chords_on_half_beats_places_them_there(
        bars in prop::collection::vec(prop::collection::vec((any_chord(), 0_u32..8), 1..4), 1..12),
    ) {
        let mut spans: Vec<ChordSpan> = Vec::new();
        for (bar, chords) in (0..).zip(bars) {
            for (chord, half) in chords {
                let start = bar * 3840 + i64::from(half) * 480;
                if spans.last().is_none_or(|last| last.span.start < start && last.chord != chord) {
                    if let Some(last) = spans.last_mut() {
                        last.span.end = start;
                    }
                    spans.push(ChordSpan { span: start..start + 480, chord });
                }
            }
        }
        let chart = Chart::of(&spans, &MeterMap::default(), None, &[]);
        let from = MeterMap::default().bar_start(spans[0].span.start);
        let placed: Vec<_> = chart.placed(&MeterMap::default(), from).into_iter().filter(|span| !span.chord.is_none()).collect();
        spans.retain(|span| !span.chord.is_none());
        prop_assert_eq!(placed, spans);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "([A-Gm7#b/.%|: \\n\\[\\]x0-9]|N\\.C\\.|Key:|Time:){0,60}") {
        if let Err(error) = text.parse::<Chart>() {
            prop_assert!(error.line <= text.lines().count().max(1) && error.column >= 1);
        }
    }
}
