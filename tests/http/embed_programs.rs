//! What a company copies onto its server, run as it would be there: its tokens open the view.

use crate::embed::House;
use crate::support::START;
use daybook::ui::admin::Values;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::Value;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

/// A client's id that would end a carelessly written text.
const CLIENT: &str = "acme\\ \"Nord\" 株式会社";
const SECRET: &str = "a-signing-secret-of-43-letters-or-about-that";

/// The view's values as they stand in the texts that are compiled in here.
#[path = "../../src/ui/admin/view_embed/programs/rust.rs"]
mod rust;

/// How a text is run: its file's name, what is put after it to print a token, and the command.
const RUNS: [(&str, &str, &str, &[&str]); 6] = [
    ("node", "run.mjs", "console.log(auditToken(process.argv[2], 'user-7'))", &["node"]),
    ("python", "run.py", "import sys\nprint(audit_token(sys.argv[1], 'user-7'))", &["python3"]),
    ("ruby", "run.rb", "puts audit_token(ARGV[0], 'user-7')", &["ruby"]),
    ("php", "run.php", "echo auditToken($argv[1], 'user-7'), \"\\n\";", &["php"]),
    (
        "go",
        "run.go",
        "func main() {\n\ttoken, err := Token(os.Args[1], \"user-7\")\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\tprintln(token)\n}",
        &["go", "run"],
    ),
    (
        "java",
        "AuditToken.java",
        "class Run {\n public static void main(String[] given) throws Exception {\n System.out.println(AuditToken.of(given[0], \"user-7\"));\n }\n}",
        &["java"],
    ),
];

/// What a program prints; nothing where this machine cannot run its language.
fn printed(folder: &Path, id: &str, text: &str, secret: &str) -> Option<String> {
    let (_, file, end, command) = RUNS.iter().find(|(known, ..)| *known == id)?;
    // The first class of a Java file is the one that runs.
    let whole = match id {
        "java" => text.replacen("public class", &format!("{end}\n\nclass"), 1),
        "go" => format!("{}\n\n{end}\n", text.replacen("package audit", "package main", 1)),
        _ => format!("{text}\n\n{end}\n"),
    };
    let path = folder.join(file);
    std::fs::write(&path, whole).unwrap();
    let mut program = Command::new(command[0]);
    program
        .args(&command[1..])
        .arg(&path)
        .arg(CLIENT)
        .env("AUDIT_SECRET", secret)
        .env("JAVA_TOOL_OPTIONS", "-Dfile.encoding=UTF-8");
    match program.output() {
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => panic!("{id}: {error}"),
        Ok(run) => {
            assert!(run.status.success(), "{id}: {}", String::from_utf8_lossy(&run.stderr));
            // Go's own print goes the other way.
            let output = if run.stdout.is_empty() { run.stderr } else { run.stdout };
            Some(String::from_utf8(output).unwrap().trim().to_owned())
        }
    }
}

fn claims(token: &str, secret: &str) -> Value {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&["audit-viewer"]);
    decode::<Value>(token, &DecodingKey::from_secret(secret.as_bytes()), &validation).unwrap().claims
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_each_language_on_this_machine_opens_the_view_for_its_client() {
    let house = House::new().await;
    // The programs take the time from their machine, and the house has a time of its own.
    let now = jsonwebtoken::get_current_timestamp();
    house.app.later(i64::try_from(now).unwrap() * 1_000 - START);
    let values =
        Values { view: house.view.id.to_string(), host: "https://audit.test".to_owned(), kid: house.view.kid.clone() };
    let folder = tempfile::tempdir().unwrap();
    let mut ran = Vec::new();
    for program in values.servers() {
        let secret = &house.view.signing_secret;
        let Some(token) = printed(folder.path(), program.id, &program.text, secret) else { continue };
        let claims = claims(&token, secret);
        assert_eq!(
            (claims["client"].as_str(), claims["sub"].as_str()),
            (Some(CLIENT), Some("user-7")),
            "{}",
            program.id
        );
        house.open(&[("token", &token), ("clientId", CLIENT)]).await.expect(200);
        house.open(&[("token", &token)]).await.expect(403);
        ran.push(program.id);
    }
    assert!(ran.contains(&"node") && ran.contains(&"python"), "{ran:?}");
}

#[test]
fn the_rust_text_signs_what_the_others_do() {
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "embed_programs::prints_a_token_of_the_rust_text", "--nocapture", "--ignored"])
        .env("AUDIT_SECRET", SECRET)
        .output()
        .unwrap();
    let output = String::from_utf8(run.stdout).unwrap();
    let token = output.split_whitespace().find(|word| word.starts_with("eyJ")).unwrap_or_else(|| panic!("{output}"));
    let claims = claims(token, SECRET);
    assert_eq!(decode_header(token).unwrap().kid.as_deref(), Some("{{kid}}"));
    assert_eq!((claims["view"].as_str(), claims["client"].as_str()), (Some("{{view}}"), Some(CLIENT)));
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 300);
    assert!(claims["jti"].is_string());
}

/// In a process of its own, since the text takes its secret from the environment.
#[test]
#[ignore = "the test above runs it"]
fn prints_a_token_of_the_rust_text() {
    println!("\n{}", rust::audit_token(CLIENT, "user-7").unwrap());
}
