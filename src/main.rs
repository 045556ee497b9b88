//! The `daybook` command.

mod cli;

// An event on its way is many small texts made by one thread and dropped by another: with jemalloc that takes less time
// and less memory than with the system's allocator.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    cli::run()
}
