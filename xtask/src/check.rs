//! The lints of the three builds, warnings as errors.

use crate::front::{cargo, run};

/// Server, browser and neither: what compiles for one may be dead code or missing in another.
pub fn lint() -> anyhow::Result<()> {
    let builds: [(&str, &[&str]); 4] = [
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
        ("neither", &["--package", "daybook", "--lib", "--target-dir", "target/front"]),
        ("xtask", &["--package", "xtask", "--all-targets", "--target-dir", "target/xtask"]),
    ];
    for (name, arguments) in builds {
        eprintln!("lint ({name})");
        run(cargo().arg("clippy").arg("--quiet").args(arguments).args(["--", "-D", "warnings"]))?;
    }
    Ok(())
}
