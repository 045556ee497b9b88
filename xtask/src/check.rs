//! The lints of the three builds, warnings as errors.

use crate::front::{cargo, run};
use anyhow::ensure;

/// Server, both halves of the browser, and neither: what compiles for one may be dead code or missing in another.
pub fn lint() -> anyhow::Result<()> {
    let builds: [(&str, &[&str]); 5] = [
        ("server", &["--package", "daybook", "--features", "ssr", "--all-targets"]),
        (
            "browser",
            &[
                "--package",
                "daybook",
                "--lib",
                "--features",
                "hydrate",
                "--target",
                "wasm32-unknown-unknown",
                "--target-dir",
                "target/front",
            ],
        ),
        (
            "customize",
            &[
                "--package",
                "daybook",
                "--lib",
                "--features",
                "customize",
                "--target",
                "wasm32-unknown-unknown",
                "--target-dir",
                "target/front",
            ],
        ),
        ("neither", &["--package", "daybook", "--lib", "--target-dir", "target/front"]),
        ("xtask", &["--package", "xtask", "--all-targets", "--target-dir", "target/xtask"]),
    ];
    let mut failed = Vec::new();
    for (name, arguments) in builds {
        eprintln!("lint ({name})");
        let linted = run(cargo().arg("clippy").arg("--quiet").args(arguments).args(["--", "-D", "warnings"]));
        failed.extend(linted.is_err().then_some(name));
    }
    ensure!(failed.is_empty(), "the lints found something in: {}", failed.join(", "));
    Ok(())
}
