//! What this process takes of the machine, where the system tells it (`/proc`, see proc(5)).

use std::fs;

/// Measured just now; `None` where the system does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProcessVitals {
    /// Resident memory: bytes.
    pub memory: Option<u64>,
    pub open_descriptors: Option<u64>,
    pub most_descriptors: Option<u64>,
}

impl ProcessVitals {
    pub fn measure() -> Self {
        Self {
            memory: fs::read_to_string("/proc/self/status").ok().and_then(|status| resident(&status)),
            // The folder that is being read is one of them.
            open_descriptors: fs::read_dir("/proc/self/fd").ok().map(|open| (open.count() as u64).saturating_sub(1)),
            most_descriptors: rustix::process::getrlimit(rustix::process::Resource::Nofile).current,
        }
    }
}

/// The line `VmRSS:     1234 kB`, in bytes.
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_as_the_system_writes_it() {
        assert_eq!(resident("Name:\tdaybook\nVmRSS:\t   12 kB\nThreads:\t1\n"), Some(12 * 1_024));
        assert_eq!(resident("Name:\tdaybook\n"), None);
    }
}
