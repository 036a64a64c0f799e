//! Clips that loop while the song position runs on, as clip launchers play them.

use continuo_harness::{
    Format,
    built::{FORMATS, RATE, host, notes, offline_player, pass},
    played::PlayedNote,
    songs::ode,
    tune::{MelodyNote, Tune},
};

/// A clip of so many bars that loops from a place on, in quarter notes, up to an end.
fn looping(bars: f64, from: f64, end: f64) -> Tune {
    let tune = ode();
    let clip: Vec<MelodyNote> = tune.melody.iter().filter(|note| note.start < 4.0 * bars).copied().collect();
    let rounds = (0..).map(|round| from + f64::from(round) * 4.0 * bars).take_while(|&start| start < end);
    let melody =
        rounds.flat_map(|round| clip.iter().map(move |note| MelodyNote { start: round + note.start, ..*note }));
    Tune { melody: melody.filter(|note| note.start < end).collect(), length: end, ..tune }
}

/// How many melody notes from a place on are in the harmony of bass, chords and strings, of those under which any sounds.
fn fit(tune: &Tune, played: &[PlayedNote], from: f64) -> (usize, usize) {
    let (mut fits, mut all) = (0, 0);
    for note in tune.melody.iter().filter(|note| note.start >= from) {
        let at = ((note.start + 0.3_f64.min(note.length / 2.0)) * 960.0) as i64;
        let sounds = |part: &&PlayedNote| (1..=3).contains(&part.channel) && part.start <= at && at < part.end;
        let mut sounding = played.iter().filter(sounds).map(|part| part.pitch % 12).peekable();
        if sounding.peek().is_some() {
            all += 1;
            fits += usize::from(sounding.any(|class| class == note.pitch % 12));
        }
    }
    (fits, all)
}

/// The fit of the last round while the clip runs on for the first time, and of the same place of the song once it is known.
fn fits(format: Format, bars: f64, from: f64) -> [(usize, usize); 2] {
    let round = (4.0 * bars).max(16.0);
    let end = ((from + 3.0 * round) / 16.0).ceil() * 16.0;
    let tune = looping(bars, from, end);
    let mut host = host(format);
    let mut player = offline_player(&mut *host);
    let running_on = notes(&tune, RATE, &pass(&mut player, &tune));
    player.settle().expect("the plugin settles");
    let known = notes(&tune, RATE, &pass(&mut player, &tune));
    [running_on, known].map(|played| fit(&tune, &played, end - round))
}

#[test]
fn a_clip_that_loops_is_accompanied_as_a_song_that_is_known() {
    for format in FORMATS {
        let (mut running_on, mut known, mut all) = (0, 0, 0);
        for bars in [2.0, 4.0, 8.0] {
            // On the grid of phrases, a bar and a half behind it, and off the beat.
            for from in [0.0, 6.0, 9.5] {
                let [now, later] = fits(format, bars, from);
                assert!(
                    now.1 > 0 && now.0 + 3 >= later.0,
                    "{format:?}, {bars} bars from {from}: {now:?} for {later:?}"
                );
                running_on += now.0;
                known += later.0;
                all += now.1;
            }
        }
        assert!(running_on + all / 50 >= known, "{format:?}: {running_on} for {known} of {all}");
        assert!(running_on * 2 >= all, "{format:?}: {running_on} of {all}");
    }
}
