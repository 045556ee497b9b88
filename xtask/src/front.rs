//! Builds what the browser loads: WASM and its script, one style sheet, the loader, pictures.

use crate::wasm::{self, Page};
use crate::{site::Site, strip};
use anyhow::{Context, ensure};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// How much care is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Dev,
    Release,
}

/// What customers load, and what admins load, apart from each other.
const PAGES: [Page; 2] =
    [Page { name: "viewer", feature: "hydrate" }, Page { name: "customize", feature: "customize" }];

/// Builds everything into `target/site`.
pub fn build(profile: Profile) -> anyhow::Result<()> {
    let root = root();
    let mut site = Site::new(root.join("target/site"), profile);
    for page in PAGES {
        let living = wasm::build(&root, profile, page)?;
        site.add(&format!("{}.js", page.name), strip::script(&living.script).into_bytes());
        site.add(&format!("{}.wasm", page.name), living.wasm);
    }
    site.add("viewer.css", style(&root.join("style"), "main.css")?.into_bytes());
    site.add("events.css", style(&root.join("style"), "events.css")?.into_bytes());
    site.add("admin.css", style(&root.join("style"), "admin.css")?.into_bytes());
    for file in public(&root.join("public"))? {
        let name = file.file_name().and_then(|name| name.to_str()).context("a file name that is not UTF-8")?.to_owned();
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let is_script = file.extension().is_some_and(|extension| extension == "js");
        site.add(&name, if is_script { strip::script(&String::from_utf8(bytes)?).into_bytes() } else { bytes });
    }
    site.write()
}

/// The style sheets in the order of one that holds nothing but their `@import` lines.
fn style(folder: &Path, main: &str) -> anyhow::Result<String> {
    let main = folder.join(main);
    let imports = fs::read_to_string(&main).with_context(|| format!("cannot read {}", main.display()))?;
    let mut style = String::new();
    for line in strip::style(&imports).lines() {
        let name =
            import(line).with_context(|| format!("{}: expected @import \"file.css\"; found {line}", main.display()))?;
        let file = folder.join(name);
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        style.push_str(&strip::style(&text));
    }
    Ok(style)
}

/// The file that a line such as `@import "tokens.css";` or `@import url("tokens.css");` names.
fn import(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("@import")?.trim().strip_suffix(';')?.trim();
    let rest = rest.strip_prefix("url(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(rest);
    let name = rest.trim_matches(['"', '\'']);
    Some(name.strip_prefix("./").unwrap_or(name))
}

/// The files served as they are, in the order of their names.
fn public(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    files.retain(|path| path.is_file());
    files.sort();
    Ok(files)
}

/// The repository's folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask is a folder of the repository").to_owned()
}

/// The same cargo that runs this, in the repository's folder.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs a command to its end; a failure names it.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("cannot start {name}"))?;
    ensure!(status.success(), "{name} failed: {status}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::import;

    #[test]
    fn an_import_names_a_file() {
        assert_eq!(import("@import \"tokens.css\";"), Some("tokens.css"));
        assert_eq!(import("@import url('./viewer/table.css');"), Some("viewer/table.css"));
        assert_eq!(import("body { margin: 0 }"), None);
    }
}
