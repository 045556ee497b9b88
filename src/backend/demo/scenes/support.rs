//! The vendor's support stands in for a customer.

use super::super::company::{Company, Role};
use super::super::scene::{Act, Scene, user};
use super::shipping;
use serde_json::{Value, json};

/// Somebody of Harbour acts as a member, on request, and every act says so.
pub fn stand_in(company: &mut Company, start: i64) -> Vec<(i64, Value)> {
    let member = company.somebody(&[Role::Operations, Role::Admin]).actor;
    let supporter = company.supporter();
    let mut scene = Scene::new(company, supporter.clone(), start);
    let ticket = format!("SUP-{}", scene.random().between(10_400, 19_900));
    scene.session = Some(format!("sess_{}", scene.random().hex(16)));
    scene.correlation = Some(ticket.clone());
    scene.service = "support";
    scene.tell(
        Act::new(
            "support.impersonation_started",
            format!("{} acts as {} for ticket {ticket}", supporter.name, member.name),
        )
        .on(user(&member))
        .with(json!({"ticket": ticket, "approvedBy": member.email, "readOnly": false, "maxMinutes": 30})),
    );
    scene.actor = member.clone();
    scene.impersonator = Some(supporter.clone());
    for _ in 0..scene.random().between(1, 4) {
        scene.wait(30, 200);
        if scene.random().chance(50) { shipping::look(&mut scene) } else { shipping::step(&mut scene) }
    }
    scene.correlation = Some(ticket.clone());
    scene.wait(30, 120);
    scene.actor = supporter;
    scene.impersonator = None;
    scene.tell(
        Act::new("support.impersonation_ended", format!("Stopped acting as {}", member.name))
            .on(user(&member))
            .with(json!({"ticket": ticket})),
    );
    scene.end()
}
