# make run    build, and start on 127.0.0.1:3000 with a demo history
# make test   everything that is checked before a change is taken
# make lint   formatting and the lints of all builds
# make bench  measure; docs/benchmarks.md holds the results
# make front  what the browser loads, into target/site
# make set-up what a fresh machine lacks

toolchain := $(shell scripts/find-toolchain)
ifneq ($(toolchain),)
export RUSTUP_TOOLCHAIN := $(toolchain)
endif

.PHONY: run test lint bench front set-up

run:
	@scripts/set-up build
	cargo xtask front --release
	cargo build --release --features ssr --bin daybook
	@echo
	@exec target/release/daybook serve --demo

test:
	@scripts/test

lint:
	cargo fmt --all --check
	cargo xtask check

bench:
	@scripts/set-up build
	cargo xtask front --release
	cargo bench --features ssr --bench measure
	@scripts/set-up
	cargo build --release --features ssr --bin daybook
	@node end2end/measure/embed.mjs
	@node end2end/measure/admin.mjs

front:
	@scripts/set-up build
	cargo xtask front --release

set-up:
	@scripts/set-up
