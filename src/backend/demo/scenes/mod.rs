//! What happens at a customer of Harbour.

mod access;
mod billing;
mod machines;
mod people;
mod settings;
mod shipping;
mod support;

use super::company::{Company, Role};
use super::scene::Scene;
use serde_json::Value;

/// Plays one scene that begins at a moment (milliseconds since 1970). In quiet hours it is mostly the machines'.
pub fn play(company: &mut Company, start: i64, quiet: bool) -> Vec<(i64, Value)> {
    type Play = fn(&mut Company, i64) -> Vec<(i64, Value)>;
    let day: [(u64, Play); 9] = [
        (46, operations),
        (13, accounts),
        (11, administration),
        (3, support::stand_in),
        (10, machines::carrier_feed),
        (9, machines::api_calls),
        (4, machines::invoice_run),
        (3, machines::webhook_failures),
        (1, access::guessing),
    ];
    let night: [(u64, Play); 6] = [
        (8, operations),
        (40, machines::carrier_feed),
        (26, machines::api_calls),
        (14, machines::invoice_run),
        (9, machines::webhook_failures),
        (3, access::guessing),
    ];
    let play = if quiet { company.random.weighted(&night) } else { company.random.weighted(&day) };
    play(company, start)
}

/// Somebody signs in and moves cargo.
fn operations(company: &mut Company, start: i64) -> Vec<(i64, Value)> {
    let person = company.somebody(&[Role::Operations, Role::Operations, Role::ReadOnly, Role::Admin]);
    let may_write = person.role != Role::ReadOnly;
    let mut scene = Scene::new(company, person.actor, start);
    if access::sign_in(&mut scene) {
        for _ in 0..scene.random().between(2, 8) {
            scene.wait(15, 320);
            if may_write { shipping::step(&mut scene) } else { shipping::look(&mut scene) }
        }
        access::sign_out(&mut scene);
    }
    scene.end()
}

/// Somebody signs in and does the books.
fn accounts(company: &mut Company, start: i64) -> Vec<(i64, Value)> {
    let person = company.somebody(&[Role::Accounts]);
    let mut scene = Scene::new(company, person.actor, start);
    if access::sign_in(&mut scene) {
        for _ in 0..scene.random().between(2, 6) {
            scene.wait(20, 280);
            billing::step(&mut scene);
        }
        access::sign_out(&mut scene);
    }
    scene.end()
}

/// Somebody signs in and looks after people, keys and settings.
fn administration(company: &mut Company, start: i64) -> Vec<(i64, Value)> {
    let person = company.somebody(&[Role::Owner, Role::Admin]);
    let mut scene = Scene::new(company, person.actor, start);
    if access::sign_in(&mut scene) {
        for _ in 0..scene.random().between(1, 4) {
            scene.wait(20, 240);
            if scene.random().chance(62) { people::step(&mut scene) } else { settings::step(&mut scene) }
        }
        access::sign_out(&mut scene);
    }
    let mut told = scene.end();
    told.extend(people::newcomer(company, start));
    told
}
