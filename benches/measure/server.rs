//! The real binary, in a folder of its own.

use anyhow::{Context, ensure};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server.
pub struct Server {
    child: Child,
    pub address: String,
    pub key: String,
    folder: tempfile::TempDir,
}

impl Server {
    /// Over an empty folder.
    pub async fn start() -> anyhow::Result<Self> {
        Self::over(tempfile::tempdir()?).await
    }

    /// Over a folder that another one left.
    pub async fn over(folder: tempfile::TempDir) -> anyhow::Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let child = daybook(folder.path())
            .args(["serve", "--listen", &address])
            .env("DAYBOOK_KEY_RATE", "0")
            .env("DAYBOOK_ADDRESS_RATE", "0")
            .env("DAYBOOK_LOG", "text")
            .env("RUST_LOG", "warn")
            .stdout(Stdio::null())
            .spawn()
            .context("cannot start the server")?;
        let mut server = Self { child, address, key: String::new(), folder };
        let started = Instant::now();
        while !ready(&server.address).await {
            ensure!(started.elapsed() < Duration::from_secs(10), "the server does not answer");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let made = daybook(server.folder.path()).args(["key", "create", "--name", "bench", "--json"]).output()?;
        let made: serde_json::Value = serde_json::from_slice(&made.stdout).context("key create printed no JSON")?;
        let field_of = |name: &str| made[name].as_str().context("a part of the key is missing").map(str::to_owned);
        server.key = format!("{}:{}", field_of("id")?, field_of("secret")?);
        Ok(server)
    }

    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// Resident memory now, and at its highest, in MB.
    pub fn memory(&self) -> anyhow::Result<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let field = |name: &str| -> anyhow::Result<f64> {
            let line = status.lines().find(|line| line.starts_with(name)).context("no such line")?;
            Ok(line.split_whitespace().nth(1).context("no figure")?.parse::<f64>()? / 1024.0)
        };
        Ok((field("VmRSS")?, field("VmHWM")?))
    }

    /// Stops it as an operator would, and leaves its folder.
    pub fn stop(mut self) -> anyhow::Result<tempfile::TempDir> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        ensure!(self.child.wait()?.success(), "the server did not stop cleanly");
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir()?);
        Ok(folder)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Stopped already, unless something failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether it has opened its data and answers.
async fn ready(address: &str) -> bool {
    reqwest::get(format!("http://{address}/health/ready")).await.is_ok_and(|answer| answer.status().is_success())
}

/// Imports a file into a folder.
pub fn import(data: &Path, file: &Path) -> anyhow::Result<()> {
    let done = daybook(data).arg("import").arg(file).env("RUST_LOG", "warn").stdout(Stdio::null()).status()?;
    ensure!(done.success(), "the import failed");
    Ok(())
}

fn daybook(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_daybook"));
    command.env("DAYBOOK_DATA", data);
    command
}

/// Bytes of the files of a stopped server.
pub fn bytes_on_disk(folder: &Path) -> anyhow::Result<Vec<(PathBuf, u64)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        files.push((entry.path(), entry.metadata()?.len()));
    }
    files.sort();
    Ok(files)
}
