//! Holds the layers to their rules: `ARCHITECTURE.md` says why each is there.
#![expect(clippy::unwrap_used, reason = "a test that stops has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of `src/`, the folders it may use, and the words that its code may not contain.
struct Layer {
    name: &'static str,
    may_use: &'static [&'static str],
    never: &'static [&'static str],
}

const LAYERS: [Layer; 7] = [
    Layer {
        name: "domain",
        may_use: &["domain"],
        never: &["leptos", "axum", "sqlx", "tokio", "SystemTime", "std::fs"],
    },
    Layer { name: "backend", may_use: &["backend", "domain"], never: &["leptos", "axum", "StatusCode"] },
    Layer { name: "browser", may_use: &["browser"], never: &["axum", "sqlx", "tokio"] },
    Layer { name: "rpc", may_use: &["rpc", "backend", "domain"], never: &["sqlx"] },
    Layer {
        name: "ui",
        may_use: &["ui", "rpc", "browser", "domain"],
        never: &["axum", "sqlx", "tokio", "daybook::backend"],
    },
    Layer { name: "http", may_use: &["http", "ui", "rpc", "backend", "domain"], never: &["sqlx"] },
    Layer { name: "cli", may_use: &["cli", "http", "backend", "domain"], never: &["axum", "leptos", "sqlx"] },
];

/// Most lines of code in a file, its tests not counted: a longer one holds two ideas.
const LONGEST: usize = 400;

/// The only files that may ask which build they are in.
const SWITCHES: [&str; 2] = ["lib.rs", "rpc/mod.rs"];

#[test]
fn each_layer_uses_only_those_below_it() {
    let mut faults = Vec::new();
    for layer in &LAYERS {
        for file in rust_files(&source().join(layer.name)) {
            let text = code(&file);
            let others =
                layers_used(&text).into_iter().filter(|used| is_layer(used) && !layer.may_use.contains(&used.as_str()));
            faults.extend(others.map(|used| format!("{}: {} may not use {used}", shown(&file), layer.name)));
            let words = layer.never.iter().filter(|word| text.contains(**word));
            faults.extend(words.map(|word| format!("{}: {} may not mention {word}", shown(&file), layer.name)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_folder_is_a_layer() {
    let folders: BTreeSet<String> =
        entries(&source()).into_iter().filter(|path| path.is_dir()).map(|path| name(&path)).collect();
    assert_eq!(folders, LAYERS.iter().map(|layer| layer.name.to_owned()).collect());
}

#[test]
fn only_storage_speaks_sql() {
    let storage = source().join("backend/storage");
    let faults: Vec<String> = rust_files(&source().join("backend"))
        .into_iter()
        .filter(|file| !file.starts_with(&storage) && code(file).contains("sqlx"))
        .map(|file| shown(&file))
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn siblings_do_not_know_each_other() {
    for parent in ["http/dialects", "backend/storage"] {
        let folder = source().join(parent);
        let siblings: Vec<PathBuf> = entries(&folder).into_iter().filter(|path| path.is_dir()).collect();
        for sibling in &siblings {
            for file in rust_files(sibling) {
                let text = code(&file);
                for other in siblings.iter().filter(|other| *other != sibling) {
                    let word = format!("{}::", name(other));
                    assert!(!text.contains(&word), "{}: may not use {word}", shown(&file));
                }
            }
        }
    }
}

#[test]
fn the_build_is_asked_for_in_two_places_only() {
    let faults: Vec<String> = rust_files(&source())
        .into_iter()
        .filter(|file| code(file).contains("cfg(feature") || code(file).contains("cfg_attr(feature"))
        .map(|file| shown(&file))
        .filter(|file| !SWITCHES.contains(&file.as_str()))
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn no_file_holds_two_ideas() {
    let faults: Vec<String> = rust_files(&source())
        .into_iter()
        .map(|file| (shown(&file), fs::read_to_string(&file).unwrap()))
        .map(|(file, text)| (file, text.lines().take_while(|line| line.trim() != "#[cfg(test)]").count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(file, lines)| format!("{file}: {lines} lines"))
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn the_scanner_sees_grouped_and_nested_uses() {
    let text = "use crate::{domain::{a, b}, backend::x,\n http};\nuse daybook::cli;\nfn f() { crate::ui::g() }";
    assert_eq!(layers_used(text), ["domain", "backend", "http", "ui", "cli"]);
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// As the rules name it: relative to `src/`.
fn shown(file: &Path) -> String {
    file.strip_prefix(source()).unwrap().to_string_lossy().into_owned()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn is_layer(used: &str) -> bool {
    LAYERS.iter().any(|layer| layer.name == used)
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let (folders, files): (Vec<_>, Vec<_>) = entries(folder).into_iter().partition(|path| path.is_dir());
    let own = files.into_iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    own.chain(folders.iter().flat_map(|folder| rust_files(folder))).collect()
}

/// A file without its comments, which may speak of anything.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    text.lines()
        .map(|line| line.split("// ").next().unwrap_or(""))
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The first name after each `crate::`, and after `daybook::` in the binary; also each name in a group.
fn layers_used(text: &str) -> Vec<String> {
    ["crate::", "daybook::"].iter().flat_map(|root| text.split(root).skip(1).flat_map(first_names)).collect()
}

fn first_names(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else { return vec![first_name(path)] };
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' => {
                found.push(first_name(&group[start..at]));
                break;
            }
            ',' if depth == 0 => {
                found.push(first_name(&group[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.retain(|found| !found.is_empty());
    found
}

fn first_name(path: &str) -> String {
    path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
