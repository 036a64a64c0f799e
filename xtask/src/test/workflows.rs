//! The commands in the workflows of `.github/workflows`, and in `.ci/run`, must exist.

use crate::{Arguments, build::workspace};
use clap::Parser;
use std::{fs, path::Path};

/// Checks the `cargo xtask` commands of a script: each that this program would refuse, with the reason.
fn refused(script: &str) -> Vec<String> {
    let commands = commands(script).into_iter().filter_map(|words| {
        let reason = Arguments::try_parse_from(&words).err()?;
        // Help and version are answers, not mistakes.
        reason.use_stderr().then(|| format!("`cargo {}`: {}", words.join(" "), reason.to_string().trim()))
    });
    commands.collect()
}

/// The `cargo xtask` commands of a script, each from `xtask` on. A word that the shell or the workflow computes is `1`.
fn commands(script: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for words in simple_commands(&script.replace("\\\n", " ")) {
        let begin = words.windows(2).position(|pair| pair[0] == "cargo" && pair[1] == "xtask");
        found.extend(begin.map(|begin| words[begin + 1..].to_vec()));
    }
    found
}

/// The words of each command; `;`, `&`, `|`, brackets and line ends come between commands.
fn simple_commands(script: &str) -> Vec<Vec<String>> {
    let (mut found, mut words, mut word) = (Vec::new(), Vec::new(), None::<String>);
    let mut marks = script.chars().peekable();
    let mut quote = None;
    while let Some(mark) = marks.next() {
        match mark {
            '$' if quote != Some('\'') => {
                // What is computed: `$name`, `${name}`, `${{ name }}`, `$(command)`.
                let mut depth = 0;
                while let Some(&next) = marks.peek() {
                    match next {
                        '{' | '(' => depth += 1,
                        '}' | ')' if depth > 0 => depth -= 1,
                        _ if depth > 0 || next.is_alphanumeric() || next == '_' => {}
                        _ => break,
                    }
                    marks.next();
                    if depth == 0 && matches!(next, '}' | ')') {
                        break;
                    }
                }
                word.get_or_insert_default().push('1');
            }
            '\'' | '"' if quote.is_none() => {
                quote = Some(mark);
                word.get_or_insert_default();
            }
            _ if quote == Some(mark) => quote = None,
            _ if quote.is_some() => word.get_or_insert_default().push(mark),
            '#' if word.is_none() => while marks.next_if(|&next| next != '\n').is_some() {},
            '\n' | ';' | '&' | '|' | '(' | ')' | '{' | '}' => {
                words.extend(word.take());
                found.push(std::mem::take(&mut words));
            }
            _ if mark.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(mark),
        }
    }
    words.extend(word);
    found.push(words);
    found
}

/// The scripts in a workflow: what stands behind each `run:`.
fn scripts(workflow: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = workflow.lines().peekable();
    while let Some(line) = lines.next() {
        let inner = line.trim_start();
        let key = inner.trim_start_matches(['-', ' ']);
        let Some(value) = key.strip_prefix("run:") else { continue };
        let indent = line.len() - key.len();
        let value = value.trim();
        if !value.is_empty() && !value.starts_with(['|', '>']) {
            let whole = value.strip_prefix(['"', '\'']).and_then(|value| value.strip_suffix(['"', '\'']));
            found.push(whole.unwrap_or(value).to_owned());
            continue;
        }
        // A block: the lines below that are indented further. `>` makes one line of them.
        let between = if value.starts_with('>') { " " } else { "\n" };
        let is_inside = |line: &&str| line.trim().is_empty() || line.len() - line.trim_start().len() > indent;
        let mut block = String::new();
        while let Some(line) = lines.next_if(is_inside) {
            block.push_str(line.trim());
            block.push_str(between);
        }
        found.push(block);
    }
    found
}

/// The scripts of this folder's workflows, each with its file's name.
fn scripts_in(folder: &Path) -> Vec<(String, String)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let workflows = files.filter(|file| file.extension().is_some_and(|ending| ending == "yml" || ending == "yaml"));
    workflows
        .flat_map(|file| {
            let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            scripts(&text).into_iter().map(move |script| (name.clone(), script))
        })
        .collect()
}

#[test]
fn every_command_of_the_workflows_exists() {
    let folder = workspace::root().join(".github").join("workflows");
    assert!(folder.is_dir(), "the folder {} is missing", folder.display());
    let mut scripts = scripts_in(&folder);
    assert!(scripts.iter().any(|(_, script)| !commands(script).is_empty()), "no workflow calls `cargo xtask`");
    let own = fs::read_to_string(workspace::root().join(".ci").join("run")).expect(".ci/run");
    assert!(!commands(&own).is_empty(), ".ci/run calls no `cargo xtask`");
    scripts.push((".ci/run".to_owned(), own));
    let refused: Vec<String> = scripts
        .iter()
        .flat_map(|(name, script)| refused(script).into_iter().map(move |reason| format!("{name}: {reason}")))
        .collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

const WORKFLOW: &str = r#"
jobs:
  one:
    steps:
      - uses: actions/checkout@v5
      - run: cargo xtask test
      - name: Pack
        run: |
          cd target && cargo xtask bundle --standalone
          # cargo xtask dance
          if [[ $A == b ]]; then cargo xtask "bundle"; fi; (cargo xtask notices)

          cargo xtask \
            test --hosts soak --minutes "$((left > 0 ? left : 0))" | tee log
      - name: After
        env:
          run_me: cargo xtask sing
        run: >
          cargo xtask test
          --hosts ${{ matrix.part }}
      - run: 'exec cargo xtask runtime'
"#;

#[test]
fn commands_are_found_in_all_forms_of_run() {
    let found: Vec<String> =
        scripts(WORKFLOW).iter().flat_map(|script| commands(script)).map(|words| words.join(" ")).collect();
    let expected = [
        "xtask test",
        "xtask bundle --standalone",
        "xtask bundle",
        "xtask notices",
        "xtask test --hosts soak --minutes 1",
        "xtask test --hosts 1",
        "xtask runtime",
    ];
    assert_eq!(found, expected);
}

#[test]
fn unknown_commands_options_and_values_are_refused() {
    for (command, reason) in [
        ("cargo xtask dance", "unrecognized subcommand 'dance'"),
        ("set -e; cargo xtask bundle --loud", "unexpected argument '--loud'"),
        ("cargo xtask test --hosts cubase", "invalid value 'cubase'"),
        ("cargo xtask test --minutes 5", "required arguments were not provided"),
        ("cargo xtask", "Usage: cargo xtask <COMMAND>"),
    ] {
        let found = refused(command);
        assert!(found.len() == 1 && found[0].contains(reason), "{command}: {found:?}");
    }
    for command in
        ["cargo xtask test --hosts soak --minutes $MINUTES", "cargo xtask --help", "cargo build", "echo cargo"]
    {
        assert_eq!(refused(command), [""; 0]);
    }
}
