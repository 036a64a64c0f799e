//! What every control does, and the keys, in the order of the window.

/// The controls, by place: what stands on it, and what it does.
pub const CONTROLS: [(&str, &[(&str, &str)]); 8] = [
    (
        "At the top",
        &[
            (
                "Listening, Playing",
                "Listening where the melody is not known yet, Playing where it was heard or opened.",
            ),
            (
                "Arrange, Live, Answer",
                "Arrange knows the melody from the second pass on; Live always guesses; Answer replies.",
            ),
            ("1, 2, 4 bars", "How long a phrase is. Short ones follow sooner, long ones hold together better."),
            ("Programs", "Sends General MIDI programs, so that such an instrument chooses fitting sounds."),
            ("Presets", "Settings for a use. Your own are files in the data folder."),
            ("Arrows", "Undo and redo: parameters, takes and whole scores."),
            ("100 %", "The size of everything in the window. Below: larger text, and high contrast, for all windows."),
        ],
    ),
    (
        "The roll",
        &[
            ("A, B, A'", "The song's form: equal letters have the same melody, a dash says that it is changed."),
            ("final, prediction", "Final: made for the melody that was heard. Prediction: made before it was heard."),
            ("no melody", "Nothing was played in these bars."),
            ("Sections", "Drag over bars above the phrases to name them: verse, chorus and so on."),
            ("Chord names", "The chords that the parts play. Click one to choose another; drag to select several."),
            ("Chords: Copy to Remove", "Copy, paste, transpose, lock and remove the selected chords."),
            ("Lanes", "Drag over them to select bars, for the tools and to copy the melody."),
            (
                "Tools",
                "Extend, Enhance, Rewrite, Generate, Interpolate, Quantise, Groove and Drumify work on the selected bars.",
            ),
            (
                "Both, Transformer, LSTM",
                "In the menus of Tools and of Lead Mode: the networks that write melodies. LSTM is the fastest.",
            ),
            ("Follow", "Keeps the playhead in sight."),
        ],
    ),
    (
        "The melody",
        &[
            ("Thru", "Also sends the melody to the output, on channel 1."),
            (
                "Input, Score, Both",
                "Which melody plays: what comes in, the one in the roll where it has notes, or both.",
            ),
            ("Edit", "Shows the notes large: drag to draw, move and lengthen them; a double-click deletes."),
            ("Split", "What you play below this key is the bass; Continuo plays none then."),
            (
                "Sounds, dB",
                "Whether the band is heard from Continuo itself, and how loud. The notes go out in any case.",
            ),
            ("Clear", "Deletes the melody and all parts, after a question."),
        ],
    ),
    (
        "Each part",
        &[
            ("Its name", "With sounds: a click shows its instrument, level and place, also for the melody."),
            ("On, Solo", "Whether the part sounds. Its notes are made in any case."),
            ("Lock", "Keeps the part's notes; the others are made around them."),
            ("Circle of arrows", "Another take of this part alone."),
            ("In", "The input channel on which you play this part yourself."),
            ("Density", "Fewer or more notes."),
            (
                "Vel, Oct, Ch",
                "Loudness, octave, MIDI channel. Drums have no octave: a drum's pitch says what is struck.",
            ),
        ],
    ),
    (
        "Style",
        &[
            (
                "The pad",
                "Left and right: between two genres. Up: bolder, down: calmer. Drop MIDI files for a style of your own.",
            ),
            ("Blend, Temperature", "The same as numbers."),
            ("Seed", "Another seed, another accompaniment; the same seed, the same one. The die chooses one."),
        ],
    ),
    (
        "Song",
        &[
            ("Key", "Auto finds it in the melody."),
            ("Vary", "Each pass of a loop is a new take."),
            ("Variation", "0 %: what comes back is played the same. 100 %: each phrase is drawn by itself."),
            ("Keep", "The band plays on under bars whose melody the host plays no more."),
            ("Dynamics", "How much the parts follow the melody's loudness."),
            ("Intensity, Fills", "How full the band plays, and how often drum fills lead from section to section."),
            ("Swing", "Auto: as the melody swings. 50 %: straight; 67 %: triplets."),
            ("Intro, End", "Count the band in; end the song at the next bar line."),
        ],
    ),
    (
        "Takes",
        &[
            (
                "Bars",
                "The candidates of this take; the higher, the better the model's conductor rates it. Click one to hear it.",
            ),
            ("Arrows, star", "Steps between takes; a starred take is always kept."),
            ("Best of", "How many candidates are drawn."),
        ],
    ),
    (
        "Into the timeline",
        &[
            ("Save project", "Writes the song as MIDI, a project for your DAW, written notes, or a lead sheet."),
            ("Phrase, section, part", "Chooses what Drag and Save take."),
            ("Drag", "Drops it into your DAW's timeline. The file's name says at which bar it belongs."),
            ("Open melody", "Arranges a whole song at once."),
            ("Record…", "Says how your DAW records the parts."),
            ("Take folder", "Saves each take to a folder."),
        ],
    ),
];

/// The keys and the hand's other ways.
pub const KEYS: [(&str, &str); 11] = [
    ("F1 or ?", "this page; Escape closes it"),
    ("Tab", "to the next control; Space or Enter presses it"),
    ("Arrow keys", "move a number; on the roll, left and right choose a phrase, up and down zoom"),
    ("Shift+arrow keys", "on the roll: select bars and lanes; Ctrl+C, Ctrl+V and Delete act on the melody in them"),
    ("In the melody's notes", "arrows move, Shift lengthens, Ctrl louder or softer, Alt walks; Delete, Insert, Ctrl+A"),
    ("Shift", "fine steps while you drag"),
    ("Double-click", "resets a number"),
    ("Right button, Shift+F10", "the menu of a control: reset it, or learn a controller"),
    ("Wheel", "moves a number; over the roll it scrolls, with Ctrl it zooms"),
    ("Space, Ctrl+Z, Ctrl+Y", "without a DAW: start and stop, undo, redo"),
    ("A to ;", "without a DAW: plays the keyboard, with the black keys in the row above"),
];
