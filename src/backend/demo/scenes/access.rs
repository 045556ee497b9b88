//! Getting in: passwords, second factors, single sign-on, and those who fail.

use super::super::company::{Company, Role};
use super::super::places::{BROWSERS, ELSEWHERE};
use super::super::scene::{Act, Scene, user};
use serde_json::{Value, json};

/// Signs the scene's actor in, sometimes at the second attempt; false when they give up.
pub fn sign_in(scene: &mut Scene<'_>) -> bool {
    let method = scene.random().weighted(&[(50, "password"), (38, "saml"), (12, "passkey")]);
    if method == "password" && scene.random().chance(9) {
        scene
            .tell(failure("The password is not correct", "bad_password").with(json!({"method": method, "attempt": 1})));
        scene.wait(6, 40);
        if scene.random().chance(25) {
            forgotten(scene);
        }
    }
    if scene.random().chance(3) {
        scene.tell(
            failure("The one-time code has expired", "mfa_code_expired")
                .with(json!({"method": method, "factor": "totp"})),
        );
        scene.wait(8, 30);
        if scene.random().chance(20) {
            return false;
        }
    }
    scene.session = Some(format!("sess_{}", scene.random().hex(16)));
    let factor = if method == "passkey" { "none needed" } else { "totp" };
    let words = match method {
        "saml" => "Signed in through the company’s identity provider",
        "passkey" => "Signed in with a passkey",
        _ => "Signed in with password and one-time code",
    };
    scene.tell(
        Act::new("auth.sign_in", words)
            .request("POST", if method == "saml" { "/sso/saml/acs" } else { "/sign-in" })
            .with(json!({"method": method, "factor": factor, "newDevice": false})),
    );
    true
}

/// Signs out, as about half of all people do.
pub fn sign_out(scene: &mut Scene<'_>) {
    if scene.random().chance(48) {
        scene.wait(10, 200);
        scene.tell(Act::new("auth.sign_out", "Signed out").request("POST", "/sign-out"));
    }
}

fn failure(reason: &str, code: &str) -> Act {
    Act::new("auth.sign_in", format!("Sign-in refused: {}", reason.to_lowercase()))
        .failed(reason, code)
        .request("POST", "/sign-in")
}

fn forgotten(scene: &mut Scene<'_>) {
    scene.tell(
        Act::new("auth.password_reset_requested", "Asked for a link to set a new password").request("POST", "/forgot"),
    );
    scene.wait(45, 180);
    let who = user(&scene.actor);
    scene.tell(
        Act::new("auth.password_changed", "Set a new password; all other sessions were ended")
            .on(who)
            .request("POST", "/reset")
            .with(json!({"sessionsEnded": 2})),
    );
    scene.wait(5, 20);
}

/// Somebody from elsewhere tries passwords until the account is locked; now and then its owner unlocks it.
pub fn guessing(company: &mut Company, start: i64) -> Vec<(i64, Value)> {
    let victim = company.somebody(&Role::ALL).actor;
    let (address, location) = *company.random.pick(ELSEWHERE);
    let mut attacker = victim.clone();
    attacker.address = Some(address.to_owned());
    attacker.location = Some(location);
    attacker.agent = Some(BROWSERS[3]);
    let mut scene = Scene::new(company, attacker, start);
    scene.correlation = Some(format!("risk-{}", scene.random().hex(10)));
    scene.service = "auth";
    for attempt in 1..=scene.random().between(5, 9) {
        scene.tell(
            failure("The password is not correct", "bad_password")
                .with(json!({"method": "password", "attempt": attempt, "risk": {"score": 60 + 4 * attempt, "signals": ["new network", "many attempts"]}})),
        );
        scene.wait(1, 9);
    }
    let who = user(&victim);
    scene.tell(
        Act::new("auth.account_locked", format!("{} was locked after too many failed sign-ins", victim.name))
            .on(who.clone())
            .by_nobody()
            .change("status", json!("active"), json!("locked")),
    );
    scene.wait(600, 1_500);
    scene.actor = victim;
    scene.tell(Act::new("auth.account_unlocked", "Unlocked the account by a link sent by e-mail").on(who).change(
        "status",
        json!("locked"),
        json!("active"),
    ));
    scene.end()
}

/// Sets a second factor up.
pub fn enrol(scene: &mut Scene<'_>) {
    let who = user(&scene.actor);
    let (factor, before) = scene.random().weighted(&[(60, ("totp", "none")), (40, ("security key", "totp"))]);
    scene.tell(
        Act::new("auth.mfa_enrolled", format!("Set up a second factor: {factor}"))
            .on(who)
            .change("secondFactor", json!(before), json!(factor))
            .request("POST", "/account/security"),
    );
}
