//! The file descriptors that the process may have: each connection takes one.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::io;

/// How many there may be; `None` where there is no limit.
pub fn available() -> Option<u64> {
    getrlimit(Resource::Nofile).current
}

/// Raises the limit as far as the system lets it be raised; the limit from then on.
pub fn raise() -> io::Result<Option<u64>> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current != maximum {
        setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?;
    }
    Ok(available())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raised_it_is_what_the_system_allows() {
        assert_eq!(raise().unwrap(), getrlimit(Resource::Nofile).maximum);
    }
}
