//! Moving cargo: bookings, routes, papers, customs.

use super::super::company::{Role, Shipment};
use super::super::names::{GOODS, NOTES, PORTS, VESSELS};
use super::super::scene::{Act, Scene, shipment, thing};
use serde_json::{Value, json};

/// One thing that a person at the desk does.
pub fn step(scene: &mut Scene<'_>) {
    type Step = fn(&mut Scene<'_>);
    let steps: [(u64, Step); 11] = [
        (16, book),
        (15, advance),
        (13, note),
        (11, upload),
        (9, download),
        (9, customs),
        (8, look),
        (7, quote),
        (6, reroute),
        (4, cancel),
        (3, export),
    ];
    let step = scene.random().weighted(&steps);
    step(scene);
}

/// A shipment under way, and its place in the company's list.
fn some(scene: &mut Scene<'_>) -> (usize, Shipment) {
    if scene.company.shipments.is_empty() {
        let new = scene.company.new_shipment();
        scene.company.keep(new);
    }
    let count = scene.company.shipments.len();
    let at = scene.random().index(count);
    (at, scene.company.shipments[at].clone())
}

/// Books a new shipment.
pub fn book(scene: &mut Scene<'_>) {
    let new = scene.company.new_shipment();
    let random = scene.random();
    let (goods, vessel) = (*random.pick(GOODS), *random.pick(VESSELS));
    let (packages, kilos, days) = (random.between(4, 1_150), random.between(640, 27_900), random.between(5, 38));
    let dangerous = goods.contains("UN ");
    let departure = scene.date(i64::from(days));
    scene.tell(
        Act::new(
            "shipment.booked",
            format!("Booked {} from {} with {goods} on {vessel}", new.number, new.route().replace('→', "to")),
        )
        .on(shipment(&new))
        .on(thing("container", &new.container.replace(' ', ""), &new.container))
        .request("POST", "/api/shipments")
        .link(&format!("/shipments/{}", new.number))
        .with(json!({
            "cargo": {"description": goods, "packages": packages, "weightKg": kilos, "dangerous": dangerous},
            "vessel": vessel,
            "departure": departure,
            "incoterm": if packages % 2 == 0 { "FOB" } else { "DAP" },
        })),
    );
    scene.company.keep(new);
}

/// Moves a shipment to its next stage; the last one ends it.
pub fn advance(scene: &mut Scene<'_>) {
    let (at, moved) = some(scene);
    let (before, after) = (Shipment::STAGES[moved.stage], Shipment::STAGES[moved.stage + 1]);
    let delivered = moved.stage + 2 == Shipment::STAGES.len();
    let act = if delivered {
        let signer = scene.company.stranger(Role::ReadOnly).actor.name;
        Act::new("shipment.delivered", format!("Delivered {}, signed for by {signer}", moved.number)).with(json!({
            "proofOfDelivery": {"signedBy": signer, "pieces": "complete", "document": format!("POD-{}.pdf", moved.number)},
        }))
    } else {
        Act::new("shipment.status_changed", format!("{} is {after}", moved.number))
    };
    scene.tell(
        act.on(shipment(&moved))
            .change("status", json!(before), json!(after))
            .request("PATCH", format!("/api/shipments/{}", moved.number)),
    );
    if delivered {
        scene.company.shipments.remove(at);
    } else {
        scene.company.shipments[at].stage += 1;
    }
}

fn note(scene: &mut Scene<'_>) {
    let (_, about) = some(scene);
    let text = *scene.random().pick(NOTES);
    scene.tell(
        Act::new("shipment.note_added", text)
            .on(shipment(&about))
            .request("POST", format!("/api/shipments/{}/notes", about.number))
            .with(json!({"visibility": "internal", "length": text.chars().count()})),
    );
}

const PAPERS: [(&str, &str); 5] = [
    ("Bill of lading", "pdf"),
    ("Commercial invoice", "pdf"),
    ("Packing list", "xlsx"),
    ("原産地証明書", "pdf"),
    ("Dangerous goods declaration", "pdf"),
];

fn paper(scene: &mut Scene<'_>, about: &Shipment) -> (Value, String) {
    let (name, kind) = *scene.random().pick(&PAPERS);
    let file = format!("{name} {}.{kind}", about.number);
    (thing("document", &format!("doc_{}", scene.random().hex(12)), &file), file)
}

fn upload(scene: &mut Scene<'_>) {
    let (_, about) = some(scene);
    let (document, file) = paper(scene, &about);
    let bytes = scene.random().between(38_000, 4_900_000);
    let act = Act::new("document.uploaded", format!("Uploaded {file}"))
        .on(document)
        .on(shipment(&about))
        .request("POST", format!("/api/shipments/{}/documents", about.number))
        .with(json!({"bytes": bytes, "virusScan": "clean"}));
    let refused = scene.random().chance(6);
    scene.tell(if refused { act.failed("The file is larger than the limit of 25 MB", "file_too_large") } else { act });
}

fn download(scene: &mut Scene<'_>) {
    let (_, about) = some(scene);
    let (document, file) = paper(scene, &about);
    scene.tell(
        Act::new("document.downloaded", format!("Downloaded {file}"))
            .on(document)
            .on(shipment(&about))
            .request("GET", format!("/shipments/{}/documents", about.number)),
    );
}

fn customs(scene: &mut Scene<'_>) {
    let (_, about) = some(scene);
    let year = scene.date(0)[2..4].to_owned();
    let random = scene.random();
    let reference = format!("{year}{}{}", PORTS[about.to].0, random.between(10_000_000, 99_999_999));
    let lines = random.between(1, 24);
    let held = random.chance(14);
    let act =
        Act::new("customs.declaration_submitted", format!("Declared {} with {lines} items for import", about.number))
            .on(thing("declaration", &reference, &format!("MRN {reference}")))
            .on(shipment(&about))
            .request("POST", "/api/customs/declarations")
            .with(json!({"mrn": reference, "items": lines, "office": PORTS[about.to].0}));
    scene.tell(if held {
        act.failed("Customs asks for the certificate of origin before release", "documents_required")
    } else {
        act
    });
}

/// Reads without changing anything.
pub fn look(scene: &mut Scene<'_>) {
    if scene.random().chance(60) {
        let (_, about) = some(scene);
        scene.tell(
            Act::new("shipment.viewed", format!("Looked at {}", about.number))
                .on(shipment(&about))
                .request("GET", format!("/shipments/{}", about.number)),
        );
    } else {
        let name = *scene.random().pick(&[
            "On-time performance",
            "Demurrage by port",
            "Lead times by lane",
            "CO₂ per tonne-kilometre",
        ]);
        let days = *scene.random().pick(&[7, 30, 90]);
        scene.tell(
            Act::new("report.viewed", format!("Opened the report “{name}”"))
                .on(thing("report", &name.to_lowercase().replace(' ', "-"), name))
                .request("GET", "/reports")
                .with(json!({"range": {"days": days}})),
        );
    }
}

fn quote(scene: &mut Scene<'_>) {
    let random = scene.random();
    let (freight, handling) = (u64::from(random.between(90_000, 640_000)), u64::from(random.between(14_000, 41_000)));
    let number = format!("Q-{}", random.between(20_000, 99_999));
    let approved = random.chance(55);
    let total = scene.company.money(freight + handling);
    let until = scene.date(14);
    let act = if approved {
        Act::new("quote.approved", format!("Approved quote {number} over {total}")).change(
            "status",
            json!("offered"),
            json!("approved"),
        )
    } else {
        Act::new("quote.requested", format!("Asked for a quote, offered at {total}"))
    };
    scene.tell(act.on(thing("quote", &number, &number)).request("POST", format!("/api/quotes/{number}")).with(json!({
        "quote": {
            "total": total,
            "validUntil": until,
            "lines": [{"code": "OFR", "cents": freight}, {"code": "THC", "cents": handling}],
        },
    })));
}

fn reroute(scene: &mut Scene<'_>) {
    let (at, moved) = some(scene);
    let to = scene.random().index(PORTS.len());
    if to == moved.to || to == moved.from {
        return look(scene);
    }
    let days = scene.random().between(2, 12);
    let (before, after) = (PORTS[moved.to], PORTS[to]);
    let dates = (scene.date(20), scene.date(20 + i64::from(days)));
    scene.tell(
        Act::new("shipment.rerouted", format!("Sent {} to {} instead of {}", moved.number, after.1, before.1))
            .on(shipment(&moved))
            .change(
                "destination",
                json!({"code": before.0, "name": before.1}),
                json!({"code": after.0, "name": after.1}),
            )
            .change("estimatedArrival", json!(dates.0), json!(dates.1))
            .request("PATCH", format!("/api/shipments/{}/route", moved.number))
            .with(json!({"reason": "congestion at the terminal", "extraDays": days})),
    );
    scene.company.shipments[at].to = to;
}

fn cancel(scene: &mut Scene<'_>) {
    let (at, gone) = some(scene);
    let act = Act::new("shipment.cancelled", format!("Cancelled {}", gone.number))
        .on(shipment(&gone))
        .request("DELETE", format!("/api/shipments/{}", gone.number));
    if gone.stage > 1 {
        scene.tell(act.failed("A shipment that is loaded cannot be cancelled", "already_loaded"));
    } else {
        scene.tell(act.change("status", json!(Shipment::STAGES[gone.stage]), json!("cancelled")));
        scene.company.shipments.remove(at);
    }
}

fn export(scene: &mut Scene<'_>) {
    let random = scene.random();
    let (rows, id) = (random.between(120, 48_000), format!("exp_{}", random.hex(10)));
    let format = *random.pick(&["CSV", "XLSX"]);
    scene.correlation = Some(format!("job-{id}"));
    let target = thing("export", &id, &format!("Shipments as {format}"));
    scene.tell(
        Act::new("export.requested", format!("Asked for all shipments as {format}"))
            .on(target.clone())
            .request("POST", "/api/exports")
            .with(json!({"format": format, "filter": {"status": ["at sea", "discharged"], "since": scene.date(-90)}})),
    );
    scene.wait(20, 90);
    scene.tell(
        Act::new("export.downloaded", format!("Downloaded {rows} shipments as {format}"))
            .on(target)
            .request("GET", format!("/exports/{id}"))
            .with(json!({"rows": rows, "format": format})),
    );
    scene.correlation = None;
}
