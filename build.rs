//! A release server holds the files of `target/site`, so it is built anew when they change. A development build reads
//! them from the folder while it runs.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_FEATURE_SSR", "1") && is("PROFILE", "release") {
        println!("cargo:rerun-if-changed=target/site");
    }
}
