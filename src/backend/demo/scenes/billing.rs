//! Invoices, money and the plan.

use super::super::company::Invoice;
use super::super::scene::{Act, Scene, thing};
use serde_json::{Value, json};

const PLANS: [(&str, u32); 4] = [("Starter", 5), ("Crew", 20), ("Fleet", 60), ("Fleet Unlimited", 500)];

/// One thing that somebody in accounts does.
pub fn step(scene: &mut Scene<'_>) {
    type Step = fn(&mut Scene<'_>);
    let steps: [(u64, Step); 6] = [(30, issue), (32, pay), (16, remind), (8, dispute), (6, card), (4, plan)];
    let step = scene.random().weighted(&steps);
    step(scene);
}

fn target(invoice: &Invoice) -> Value {
    thing("invoice", &invoice.id, &invoice.number)
}

/// A new invoice, noted as open.
fn new_invoice(scene: &mut Scene<'_>) -> Invoice {
    let year = scene.date(0)[..4].to_owned();
    let company = &mut *scene.company;
    company.next_number += 1;
    let invoice = Invoice {
        id: format!("inv_{}", company.random.hex(12)),
        number: format!("INV-{year}-{}", company.next_number),
        cents: u64::from(company.random.between(12_000, 2_450_000)),
    };
    if company.invoices.len() == 30 {
        company.invoices.remove(0);
    }
    company.invoices.push(invoice.clone());
    invoice
}

/// Issues an invoice.
pub fn issue(scene: &mut Scene<'_>) {
    let invoice = new_invoice(scene);
    let (sum, due) = (scene.company.money(invoice.cents), scene.date(30));
    scene.tell(
        Act::new("invoice.issued", format!("Issued {} over {sum}, due {due}", invoice.number))
            .on(target(&invoice))
            .request("POST", "/api/invoices")
            .link(&format!("/invoices/{}", invoice.number))
            .with(json!({"amountCents": invoice.cents, "currency": scene.company.home.currency, "due": due})),
    );
}

fn open(scene: &mut Scene<'_>) -> Option<(usize, Invoice)> {
    let count = scene.company.invoices.len();
    let at = (count > 0).then(|| scene.random().index(count))?;
    Some((at, scene.company.invoices[at].clone()))
}

/// Takes the money for an open invoice, if the bank agrees.
pub fn pay(scene: &mut Scene<'_>) {
    let Some((at, invoice)) = open(scene) else { return issue(scene) };
    let sum = scene.company.money(invoice.cents);
    let random = scene.random();
    let method = random.weighted(&[(60, "bank transfer"), (28, "card •••• 4821"), (12, "direct debit")]);
    let reference = random.hex(10).to_uppercase();
    let refused = method != "bank transfer" && random.chance(30);
    let act = Act::new(
        if refused { "invoice.payment_failed" } else { "invoice.paid" },
        format!("{sum} for {} by {method}", invoice.number),
    )
    .on(target(&invoice))
    .with(json!({"amountCents": invoice.cents, "payment": {"method": method, "reference": reference}}));
    if refused {
        scene.tell(act.failed("The bank declined the payment: insufficient funds", "card_declined"));
    } else {
        scene.tell(act.change("status", json!("open"), json!("paid")));
        scene.company.invoices.remove(at);
    }
}

fn remind(scene: &mut Scene<'_>) {
    let Some((_, invoice)) = open(scene) else { return issue(scene) };
    let level = scene.random().between(1, 3);
    scene.tell(
        Act::new("invoice.reminder_sent", format!("Sent reminder {level} for {}", invoice.number))
            .on(target(&invoice))
            .with(json!({"level": level, "language": "en"})),
    );
}

fn dispute(scene: &mut Scene<'_>) {
    let Some((at, invoice)) = open(scene) else { return issue(scene) };
    let less = invoice.cents - invoice.cents / 8;
    scene.tell(
        Act::new("invoice.corrected", format!("Corrected {}: waiting time was charged twice", invoice.number))
            .on(target(&invoice))
            .change("amountCents", json!(invoice.cents), json!(less))
            .change("lines[2]", json!({"code": "WAIT", "hours": 4}), json!({"code": "WAIT", "hours": 2}))
            .request("PATCH", format!("/api/invoices/{}", invoice.number)),
    );
    scene.company.invoices[at].cents = less;
}

fn card(scene: &mut Scene<'_>) {
    let digits = scene.random().between(1_000, 9_999);
    let company = thing("company", &scene.company.id.clone(), &scene.company.name.clone());
    scene.tell(
        Act::new("billing.payment_method_updated", "Replaced the card that pays for Harbour")
            .on(company)
            .change("card", json!("•••• 4821, 09/28"), json!(format!("•••• {digits}, 03/31")))
            .request("PUT", "/api/billing/card"),
    );
}

fn plan(scene: &mut Scene<'_>) {
    let before = scene.company.plan;
    let after = if before + 1 < PLANS.len() { before + 1 } else { before - 1 };
    scene.company.plan = after;
    let company = thing("company", &scene.company.id.clone(), &scene.company.name.clone());
    scene.tell(
        Act::new("billing.plan_changed", format!("Changed the plan from {} to {}", PLANS[before].0, PLANS[after].0))
            .on(company)
            .change("plan", json!(PLANS[before].0), json!(PLANS[after].0))
            .change("seats", json!(PLANS[before].1), json!(PLANS[after].1))
            .request("PUT", "/api/billing/plan"),
    );
}
