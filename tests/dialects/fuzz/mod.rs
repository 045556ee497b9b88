//! Each API as it meets whatever somebody sends: it never breaks, says what is wrong in its own words, gives back what it
//! took, and shows nobody another client's events.
//!
//! The cases of a plain run are few, and the same each time. `make fuzz` tries many others.

mod body;
mod call;
mod dialect;
mod judge;
mod search;
mod stage;
mod text;

use dialect::Dialect;
use proptest::test_runner::{Config, TestCaseError, TestRng, TestRunner};
use stage::Stages;

/// Cases of a plain run, for each API.
const FEW: u32 = 64;

fn judge(dialect: Dialect) {
    let many = std::env::var_os("PROPTEST_CASES").is_some();
    let mut config = Config { failure_persistence: None, ..Config::default() };
    let mut runner = if many {
        TestRunner::new(config)
    } else {
        config.cases = FEW;
        let rng = TestRng::deterministic_rng(config.rng_algorithm);
        TestRunner::new_with_rng(config, rng)
    };
    let stages = Stages::new(dialect);
    let judged = runner.run(&call::any(dialect), |case| {
        stages.with(async |stage| judge::case(stage, dialect, &case).await).map_err(TestCaseError::fail)
    });
    judged.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn our_own_api_withstands_anything() {
    judge(Dialect::Native);
}

#[test]
fn the_drop_in_s_pages_withstand_anything() {
    judge(Dialect::DropIn);
}

#[test]
fn auditledge_s_api_withstands_anything() {
    judge(Dialect::AuditLedge);
}

#[test]
fn workos_s_api_withstands_anything() {
    judge(Dialect::WorkOs);
}

#[test]
fn epilot_s_api_withstands_anything() {
    judge(Dialect::Epilot);
}

#[test]
fn retraced_s_publisher_withstands_anything() {
    judge(Dialect::Publisher);
}

#[test]
fn retraced_s_viewer_withstands_anything() {
    judge(Dialect::Viewer);
}
