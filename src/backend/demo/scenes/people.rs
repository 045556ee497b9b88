//! Members: invitations, roles, teams.

use super::super::company::{Company, Role};
use super::super::names::TEAMS;
use super::super::scene::{Act, SITE, Scene, thing, user};
use super::access;
use serde_json::{Value, json};

/// One thing that an admin does for people.
pub fn step(scene: &mut Scene<'_>) {
    type Step = fn(&mut Scene<'_>);
    let steps: [(u64, Step); 7] =
        [(30, invite), (26, change_role), (12, rename), (10, team), (8, withdraw), (8, leave), (6, access::enrol)];
    let step = scene.random().weighted(&steps);
    step(scene);
}

fn invite(scene: &mut Scene<'_>) {
    if scene.company.invited.len() > 5 || scene.company.people.len() > 60 {
        return withdraw(scene);
    }
    let role = scene.random().weighted(&[
        (60, Role::Operations),
        (20, Role::Accounts),
        (15, Role::ReadOnly),
        (5, Role::Admin),
    ]);
    let person = scene.company.stranger(role);
    let email = person.actor.email.clone().unwrap_or_default();
    let expires = scene.date(7);
    scene.tell(
        Act::new("member.invited", format!("Invited {} as {}", person.actor.name, role.name()))
            .on(json!({"type": "invitation", "uuid": format!("invite_{}", &person.actor.id[..8]), "label": email}))
            .on(user(&person.actor))
            .request("POST", "/api/members/invitations")
            .link("/settings/members")
            .with(json!({"role": role.name(), "expires": expires})),
    );
    scene.company.invited.push(person);
}

fn withdraw(scene: &mut Scene<'_>) {
    let Some(person) = scene.company.invited.pop() else { return rename(scene) };
    scene.tell(
        Act::new("member.invitation_revoked", format!("Withdrew the invitation of {}", person.actor.name))
            .on(json!({"type": "invitation", "uuid": format!("invite_{}", &person.actor.id[..8]), "label": person.actor.email}))
            .request("DELETE", "/api/members/invitations"),
    );
}

/// The first who was invited accepts, in a session of their own.
pub fn newcomer(company: &mut Company, start: i64) -> Vec<(i64, Value)> {
    if company.invited.is_empty() || company.random.chance(45) {
        return Vec::new();
    }
    let person = company.invited.remove(0);
    let mut scene = Scene::new(company, person.actor.clone(), start);
    scene.wait(900, 2_400);
    scene.session = Some(format!("sess_{}", scene.random().hex(16)));
    scene.tell(
        Act::new("member.invitation_accepted", format!("{} joined as {}", person.actor.name, person.role.name()))
            .on(user(&person.actor))
            .change("status", Value::Null, json!("active"))
            .change("role", Value::Null, json!(person.role.name()))
            .request("POST", "/join"),
    );
    scene.wait(30, 120);
    access::enrol(&mut scene);
    let told = scene.end();
    company.people.push(person);
    told
}

/// Somebody other than the actor and the owner, by place.
fn other(scene: &mut Scene<'_>) -> usize {
    let count = scene.company.people.len();
    loop {
        let at = 1 + scene.random().index(count - 1);
        if scene.company.people[at].actor.id != scene.actor.id {
            return at;
        }
    }
}

fn change_role(scene: &mut Scene<'_>) {
    let at = other(scene);
    let after = *scene.random().pick(&Role::ALL[1..]);
    let person = scene.company.people[at].clone();
    if after == person.role || !person.active {
        return rename(scene);
    }
    let act = Act::new(
        "member.role_changed",
        format!("Made {} {}, who was {}", person.actor.name, after.name(), person.role.name()),
    )
    .on(user(&person.actor))
    .change("role", json!(person.role.name()), json!(after.name()))
    .change("permissions", permissions(person.role), permissions(after))
    .request("PATCH", format!("/api/members/{}", &person.actor.id[..8]));
    if scene.random().chance(8) {
        return scene.tell(act.failed("Only the owner may change the role of an admin", "forbidden"));
    }
    scene.tell(act);
    scene.company.people[at].role = after;
}

fn permissions(role: Role) -> Value {
    match role {
        Role::Owner => json!(["*"]),
        Role::Admin => json!(["members:write", "settings:write", "shipments:write", "invoices:read"]),
        Role::Operations => json!(["shipments:write", "documents:write"]),
        Role::Accounts => json!(["invoices:write", "shipments:read"]),
        Role::ReadOnly => json!(["shipments:read"]),
    }
}

fn rename(scene: &mut Scene<'_>) {
    let who = user(&scene.actor);
    let phone = format!("+44 1394 496 {:03}", scene.random().between(100, 999));
    scene.tell(
        Act::new("member.profile_updated", "Changed their own profile")
            .on(who)
            .change("phone", Value::Null, json!(phone))
            .change("timeZone", json!("UTC"), json!("Europe/London"))
            .request("PATCH", "/api/me"),
    );
}

fn team(scene: &mut Scene<'_>) {
    let at = other(scene);
    let name = *scene.random().pick(TEAMS);
    let id = format!("team_{}", scene.random().hex(8));
    let person = scene.company.people[at].actor.clone();
    let team = json!({"type": "team", "uuid": id, "label": name, "url": format!("{SITE}/teams/{id}")});
    if scene.random().chance(35) {
        scene.tell(
            Act::new("team.created", format!("Created the team “{name}”"))
                .on(team.clone())
                .request("POST", "/api/teams"),
        );
        scene.wait(10, 60);
    }
    scene.tell(
        Act::new("team.member_added", format!("Added {} to “{name}”", person.name))
            .on(team)
            .on(user(&person))
            .request("PUT", format!("/api/teams/{id}/members")),
    );
}

fn leave(scene: &mut Scene<'_>) {
    let at = other(scene);
    let person = scene.company.people[at].clone();
    let at_work = scene.company.people.iter().filter(|person| person.active).count();
    if !person.active || at_work < 4 {
        return invite(scene);
    }
    scene.company.people[at].active = false;
    let keys = scene.random().between(0, 2);
    scene.tell(
        Act::new("member.deactivated", format!("Deactivated {}; open sessions were ended", person.actor.name))
            .on(user(&person.actor))
            .change("status", json!("active"), json!("deactivated"))
            .request("DELETE", format!("/api/members/{}", &person.actor.id[..8]))
            .with(json!({"sessionsEnded": 1, "keysRevoked": keys, "handOver": thing("user", &scene.actor.id.clone(), &scene.actor.name.clone())})),
    );
}
