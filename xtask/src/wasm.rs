//! The browser's half of the crate, as WASM with its script: once for each page that comes alive.

use crate::front::{Profile, cargo, run};
use anyhow::{Context, ensure};
use std::{fs, path::Path, process::Command};
use wasm_bindgen_cli_support::Bindgen;

/// A page that comes alive.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// What its files are called.
    pub name: &'static str,
    /// The crate's feature that holds its entry alone.
    pub feature: &'static str,
}

/// What it loads. The page gives the script the WASM's address, so the script names none.
pub struct Living {
    pub script: String,
    pub wasm: Vec<u8>,
}

/// Compiles, binds and, where the tool is at hand, shrinks.
pub fn build(root: &Path, profile: Profile, page: Page) -> anyhow::Result<Living> {
    let profile_name = match profile {
        Profile::Dev => "dev",
        Profile::Release => "wasm",
    };
    // A target folder of its own: in the server's, each build would throw away the other's dependencies. And a crate
    // type of its own: in Cargo.toml, every server build would link a second library that nobody loads.
    run(cargo()
        .args(["rustc", "--package", "daybook", "--lib", "--crate-type", "cdylib", "--features", page.feature])
        .args(["--target", "wasm32-unknown-unknown", "--target-dir", "target/front", "--profile", profile_name]))?;
    let folder = if profile == Profile::Dev { "debug" } else { "wasm" };
    let compiled = root.join("target/front/wasm32-unknown-unknown").join(folder).join("daybook.wasm");
    let mut output = Bindgen::new()
        .input_path(&compiled)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(profile == Profile::Release)
        .out_name(page.name)
        .generate_output()
        .with_context(|| format!("cannot bind {}", compiled.display()))?;
    let no_files = output.snippets().values().all(Vec::is_empty) && output.local_modules().is_empty();
    ensure!(
        no_files && output.npm_dependencies().is_empty(),
        "a dependency brings JavaScript files of its own, which would need hashed names and imports rewritten: {:?} {:?}",
        output.snippets().keys(),
        output.local_modules().keys()
    );
    let script = output.js().to_owned();
    let wasm = output.wasm_mut().emit_wasm();
    let wasm = if profile == Profile::Release { shrunk(root, page, wasm)? } else { wasm };
    Ok(Living { script, wasm })
}

/// What `wasm-opt` makes of it; the same where it is not installed (`npm ci` in `end2end/` brings it).
fn shrunk(root: &Path, page: Page, wasm: Vec<u8>) -> anyhow::Result<Vec<u8>> {
    let tool = root.join("end2end/node_modules/binaryen/bin/wasm-opt");
    if !tool.exists() {
        eprintln!("xtask: no wasm-opt in end2end/node_modules: the WASM stays some 15 % larger");
        return Ok(wasm);
    }
    let [before, after] = ["wasm", "opt.wasm"].map(|end| root.join(format!("target/front/{}.{end}", page.name)));
    fs::write(&before, wasm)?;
    // The features are read from the file's own target-features section, so it goes last.
    run(Command::new(&tool).arg(&before).arg("-o").arg(&after).args([
        "-Oz",
        "--flexible-inline-max-function-size=0",
        "--one-caller-inline-max-function-size=0",
        "--always-inline-max-function-size=0",
        "--strip-debug",
        "--strip-producers",
        "--strip-target-features",
    ]))?;
    fs::read(&after).with_context(|| format!("cannot read {}", after.display()))
}
