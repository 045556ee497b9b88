//! What may stand on the command line. The settings' flags come from their table.

use super::import::ImportArguments;
use anyhow::Context;
use clap::{Arg, ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use daybook::backend::settings::{SETTINGS, Setting, Settings, Sources};
use daybook::backend::start;
use daybook::domain::access::{ClientId, NotAName, ProjectName};
use daybook::domain::key::{KeyScopes, Overlap};
use daybook::domain::people::Email;
use daybook::domain::time::Timestamp;
use std::path::PathBuf;

/// What the process was asked to do.
pub struct Arguments {
    pub command: Command,
    pub settings: Settings,
}

/// The self-hosted audit-log viewer.
#[derive(Parser)]
#[command(
    name = "daybook",
    version,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "Examples:
  daybook serve --demo                     start with a demo history to look at
  daybook key create --name production     make an API key for a server of yours
  daybook view show                        the view's id, access key and signing secret

Every setting can be a flag, an environment variable (--listen is DAYBOOK_LISTEN) or a line of a TOML
file (listen = \"127.0.0.1:3000\") named by --config; the first given counts."
)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Start the server
    #[command(after_help = "Examples:
  daybook serve
  daybook serve --demo
  daybook serve --listen 0.0.0.0:8080 --public-url https://audit.example.com --trust-proxy yes

The first start prints an API key, whose secret is shown only then, and a line to try it with.
SIGTERM or Ctrl-C stop the server once the requests under way are answered.")]
    Serve {
        /// Fill an empty log with a demo history, and serve a host application that embeds it
        #[arg(long)]
        demo: bool,
    },
    /// Fill an empty log with a demo history, without serving
    #[command(after_help = "Example:
  daybook demo --data ./demo-data")]
    Demo,
    /// Make and list projects, each with its own keys, views and clients
    #[command(subcommand)]
    Project(ProjectCommand),
    /// Make, list, roll and revoke API keys
    Key {
        /// The project they belong to
        #[arg(long, global = true, default_value = start::PROJECT, value_parser = project)]
        project: ProjectName,
        #[command(subcommand)]
        command: KeyCommand,
    },
    /// Show and set the view that customers see their log through
    View {
        /// The project it belongs to
        #[arg(long, global = true, default_value = start::PROJECT, value_parser = project)]
        project: ProjectName,
        #[command(subcommand)]
        command: ViewCommand,
    },
    /// Show and set which values of events are secrets, and not kept
    Masking {
        /// The project whose events they are
        #[arg(long, global = true, default_value = start::PROJECT, value_parser = project)]
        project: ProjectName,
        #[command(subcommand)]
        command: MaskingCommand,
    },
    /// Show and set how strictly the rules of other vendors' APIs are kept
    Strictness {
        /// The project whose choice it is
        #[arg(long, global = true, default_value = start::PROJECT, value_parser = project)]
        project: ProjectName,
        #[command(subcommand)]
        command: StrictnessCommand,
    },
    /// Make and list the schemas of WorkOS actions
    Schema {
        /// The project that they belong to
        #[arg(long, global = true, default_value = start::PROJECT, value_parser = project)]
        project: ProjectName,
        #[command(subcommand)]
        command: SchemaCommand,
    },
    /// Bring events along that were kept elsewhere: another vendor's, or another Daybook's
    #[command(after_help = "Examples:
  daybook import events.ndjson.gz
  daybook import audit_logs.csv --format auditledge --client acme --refused refused.ndjson
  daybook import people.csv --format native --map 'User ID=actor.uuid' --map Who=actor.name
  curl -s \"$OLD/v1/events/export\" -H \"authorization: Bearer $KEY\" | daybook import -

Formats: native (our own API and exports), auditledge, workos, auditlog, epilot, retraced; docs/migrate says
how to get each vendor's file. A file that tells its format needs no --format.

Events pass what every event passes: secrets are masked, people who are forgotten stay so, and what is wrong
is refused, line by line. They count in no quota. The events go straight into the data folder, so the server
must be stopped meanwhile. An import that is broken off goes on where it stopped when it is run again; events
that are there already are skipped, so nothing is ever stored twice.

The exit code is 0 when every line was taken and 1 when some were refused.")]
    Import {
        /// The project that they belong to
        #[arg(long, default_value = start::PROJECT, value_parser = project)]
        project: ProjectName,
        #[command(flatten)]
        import: ImportArguments,
    },
    /// Let somebody in again who has lost their password or their second factor
    #[command(subcommand)]
    Member(MemberCommand),
    /// Copy the log into a new file while the server runs, and check the copy
    #[command(after_help = "Example:
  daybook backup /backups/daybook-$(date +%F).db

The file is there once it is whole and was checked. The server makes backups by itself where backup_folder is
set. Keep server.secret apart: whoever has both can read the views' signing secrets. The way back is daybook
restore.")]
    Backup {
        /// The file to make; it must not be there yet
        file: PathBuf,
    },
    /// Put a backup into a data folder that nobody uses
    #[command(after_help = "Examples:
  daybook restore /backups/daybook-2026-12-01.db ./data
  daybook restore /backups/daybook-2026-12-01.db ./data --replace

The backup is checked first. The index is built anew at the next start. server.secret is in no backup: put
yours into the folder as well.")]
    Restore {
        /// The backup
        file: PathBuf,
        /// The data folder; made where there is none
        folder: PathBuf,
        /// Keep a log that is there already aside, as replaced-TIME.db in the same folder
        #[arg(long)]
        replace: bool,
    },
    /// Read the whole log, or a backup, and say what is damaged
    #[command(after_help = "Examples:
  daybook check && echo sound
  daybook check /backups/daybook-2026-12-01.db

The exit code is 0 when nothing is damaged and 1 when something is. It may run beside the server.")]
    Check {
        /// A backup, instead of the data folder
        file: Option<PathBuf>,
    },
    /// Do without a server secret that is lost
    #[command(subcommand)]
    Secret(SecretCommand),
    /// Throw away what serves finding and build it anew from the log; the server must be stopped
    #[command(after_help = "Example:
  daybook reindex")]
    Reindex,
}

/// Projects.
#[derive(Subcommand)]
pub enum ProjectCommand {
    /// Make a project, with a view
    #[command(after_help = "Examples:
  daybook project create staging --owner anna@example.com
  daybook project create ci && daybook key create --project ci --name tests")]
    Create {
        /// What it is called in addresses: lower-case letters, digits and hyphens
        #[arg(value_parser = project)]
        name: ProjectName,
        /// Whoever owns it, by the e-mail address they sign in with; without, no page shows it
        #[arg(long)]
        owner: Option<String>,
    },
    /// List the projects
    List,
}

/// The people who sign in.
#[derive(Subcommand)]
pub enum MemberCommand {
    /// Give an account a new password, shown only now; its second factor and its sessions end
    #[command(after_help = "Example:
  daybook member reset anna@example.com

It may run beside the server. The account trail of each of their projects tells of it.")]
    Reset {
        /// The e-mail address they sign in with
        #[arg(value_parser = email)]
        email: Email,
    },
}

/// The server's secret.
#[derive(Subcommand)]
pub enum SecretCommand {
    /// Make a new one; what the old one has sealed or signed ends. Without --yes it only says what that is
    #[command(after_help = "Examples:
  daybook secret reset
  daybook secret reset --yes

For the day on which server.secret is lost, or somebody else has seen it. Every view gets a new access key and
a new signing secret, second factors are off, and everybody signs in again. The server must be stopped.")]
    Reset {
        /// Do it
        #[arg(long)]
        yes: bool,
        /// Print a JSON array of the views and their new secrets
        #[arg(long)]
        json: bool,
    },
}

/// API keys.
#[derive(Subcommand)]
pub enum KeyCommand {
    /// Make a key; its secret is shown only now
    #[command(after_help = "Examples:
  daybook key create --name production
  daybook key create --name collector --scope ingest
  daybook key create --name acme --scope ingest,read --client 1234567890 --expires 2027-01-01
  daybook key create --name ci --json | jq -r .bearer

Send it as  x-api-key: {id}:{secret}  or as  authorization: Bearer {id}.{secret}")]
    Create {
        /// What people call it
        #[arg(long)]
        name: String,
        /// What it may do: ingest, read, export, or admin, which is all of these and the account trail
        #[arg(long, value_name = "SCOPE,…", default_value_t = KeyScopes::USUAL, value_parser = KeyScopes::parse)]
        scope: KeyScopes,
        /// The only client that it may send events for and read
        #[arg(long, value_name = "CLIENT", value_parser = client)]
        client: Option<ClientId>,
        /// When it stops working: an ISO 8601 date, or date and time (UTC unless it says otherwise)
        #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
        expires: Option<Timestamp>,
        /// Print {"id","secret","bearer"}
        #[arg(long)]
        json: bool,
    },
    /// List the keys, revoked ones included
    #[command(after_help = "Example:
  daybook key list --json | jq -r '.[] | select(.revokedAt == null) | .id'")]
    List {
        /// Print a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Give a key a new secret, shown only now; the old one goes on to work for a while
    #[command(after_help = "Examples:
  daybook key roll ck_2YbZ8fWq7TnKcM4d
  daybook key roll ck_2YbZ8fWq7TnKcM4d --keep-old 7d --json | jq -r .bearer")]
    Roll {
        /// The key's id, as daybook key list shows it
        id: String,
        /// How long the old secret works beside the new one: 1h, 24h or 7d
        #[arg(long, value_name = "TIME", default_value = Overlap::Day.word(), value_parser = Overlap::of_word)]
        keep_old: Overlap,
        /// Print {"id","secret","bearer"}
        #[arg(long)]
        json: bool,
    },
    /// Make a key useless for good; a running server refuses it within a second
    #[command(after_help = "Example:
  daybook key revoke ck_2YbZ8fWq7TnKcM4d")]
    Revoke {
        /// The key's id, as daybook key list shows it
        id: String,
    },
}

/// The view.
#[derive(Subcommand)]
pub enum ViewCommand {
    /// Show its id, access key and the newest signing secret
    #[command(after_help = "Examples:
  daybook view show
  daybook view show --json | jq -r .access_key

The access key may stand in a page: it opens the log of any client whose id is known. The signing secret
must stay on your servers: they sign a token for each customer with it.")]
    Show {
        /// Print `{"id","access_key"}`
        #[arg(long)]
        json: bool,
    },
    /// Set who may open and frame it, and what it looks like; a running server follows at once
    #[command(
        arg_required_else_help = true,
        after_help = "Examples:
  daybook view set --tokens-only yes --origins https://app.example.com,https://*.example.org
  daybook view set --new-signing-secret && daybook view show
  daybook view set --appearance view.json

with a view.json such as {\"brand\": {\"title\": \"Activity\"}, \"columns\": [{\"label\": \"When\", \"lines\": [\"time\"]}]};
what it leaves out is as it was at first."
    )]
    Set(ViewChange),
}

/// What is to change; the rest stays as it is.
#[derive(clap::Args)]
pub struct ViewChange {
    /// Whether it opens with signed tokens only, and refuses bare access keys
    #[arg(long, value_name = "YES/NO", value_parser = ["yes", "no"])]
    pub tokens_only: Option<String>,
    /// Whose openings are recorded in the log: of readers named in a token, of all, of nobody
    #[arg(long, value_name = "WHOSE", value_parser = ["named", "all", "never"])]
    pub record_openings: Option<String>,
    /// The origins whose pages may frame it; an empty text for pages of this machine only
    #[arg(long, value_name = "ORIGIN,…")]
    pub origins: Option<String>,
    /// A JSON file of brand, theme and columns
    #[arg(long, value_name = "FILE")]
    pub appearance: Option<PathBuf>,
    /// Replace the access key; the old one opens nothing any more
    #[arg(long)]
    pub new_access_key: bool,
    /// Add a signing secret; the one before it still counts, the one before that no more
    #[arg(long)]
    pub new_signing_secret: bool,
}

/// Masking.
#[derive(Subcommand)]
pub enum MaskingCommand {
    /// Show the rules
    Show {
        /// Print `{"on","also","except"}`
        #[arg(long)]
        json: bool,
    },
    /// Set the rules for events to come; a running server follows within a second
    #[command(
        arg_required_else_help = true,
        after_help = "Examples:
  daybook masking set --also iban,tax-number
  daybook masking set --except metadata.token
  daybook masking set --also '' --except '' --on yes

Names count however their words are joined; docs/masking.md lists those that always do."
    )]
    Set(MaskingChange),
}

/// What is to change; the rest stays as it is.
#[derive(clap::Args)]
pub struct MaskingChange {
    /// Whether secrets are masked at all
    #[arg(long, value_name = "YES/NO", value_parser = ["yes", "no"])]
    pub on: Option<String>,
    /// Names that count beside the usual ones, instead of those before
    #[arg(long, value_name = "NAME,…")]
    pub also: Option<String>,
    /// Names, or paths such as metadata.token, that do not count, instead of those before
    #[arg(long, value_name = "NAME,…")]
    pub except: Option<String>,
}

/// Strictness.
#[derive(Subcommand)]
pub enum StrictnessCommand {
    /// Show what is chosen, and how often requests violated a vendor's rules
    Show {
        /// Print {"chosen":{"workos","retraced"},"violations":[{"kind","accepted","refused","last","example"}]}
        #[arg(long)]
        json: bool,
    },
    /// Choose for each API; a running server follows within a second
    #[command(
        arg_required_else_help = true,
        after_help = "Examples:
  daybook strictness set --workos observe
  daybook strictness set --workos strict --retraced strict

open accepts whatever can be stored, observe accepts it and counts what the vendor would have refused, strict
refuses it with the vendor's status and message."
    )]
    Set(StrictnessChange),
}

/// What is to change; the rest stays as it is.
#[derive(clap::Args)]
pub struct StrictnessChange {
    /// For the WorkOS API
    #[arg(long, value_name = "STRICTNESS", value_parser = ["open", "observe", "strict"])]
    pub workos: Option<String>,
    /// For the Retraced API
    #[arg(long, value_name = "STRICTNESS", value_parser = ["open", "observe", "strict"])]
    pub retraced: Option<String>,
}

/// Schemas.
#[derive(Subcommand)]
pub enum SchemaCommand {
    /// Make a schema of an action from its last 1,000 events, and register it
    #[command(after_help = "Example:
  daybook schema make user.signed_in

What all of these events have is required, what some have is optional, and every type that was seen is
allowed.")]
    Make {
        /// The action, as events name it
        action: String,
    },
    /// List the actions that have a schema, each with its latest version
    List,
}

/// Reads arguments, environment and settings file. Ends the process for `--help`, `--version` and a line that is wrong.
pub fn read() -> anyhow::Result<Arguments> {
    let matches = line().get_matches();
    let command = Line::from_arg_matches(&matches).map_err(|error| error.exit())?.command;
    let serve = matches.subcommand_matches("serve");
    let flag = |key: &str| given(&matches, key).or_else(|| given(serve?, key));
    let variable = |name: &str| std::env::var(name).ok();
    let file = given(&matches, "config").or_else(|| variable("DAYBOOK_CONFIG").filter(|path| !path.is_empty()));
    let file = file
        .map(|path| {
            let text =
                std::fs::read_to_string(&path).with_context(|| format!("cannot read the settings file {path}"))?;
            anyhow::Ok((path, text))
        })
        .transpose()?;
    let settings = Settings::read(&Sources { flags: &flag, variables: &variable, file })?;
    Ok(Arguments { command, settings })
}

fn client(text: &str) -> Result<ClientId, NotAName> {
    ClientId::parse(text)
}

fn email(text: &str) -> Result<Email, NotAName> {
    Email::parse(text)
}

fn project(text: &str) -> Result<ProjectName, NotAName> {
    ProjectName::parse(text)
}

/// Arguments that this command does not know are not given.
fn given(matches: &ArgMatches, key: &str) -> Option<String> {
    matches.try_get_one::<String>(key).ok().flatten().cloned()
}

fn line() -> clap::Command {
    let config = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .global(true)
        .help("A TOML file of settings [DAYBOOK_CONFIG]");
    let (serve, everywhere): (Vec<&Setting>, Vec<&Setting>) = SETTINGS.iter().partition(|setting| setting.serve_only);
    Line::command()
        .arg(config)
        .args(everywhere.into_iter().map(|setting| argument(setting).global(true)))
        .mut_subcommand("serve", |command| command.args(serve.into_iter().map(argument)))
}

fn argument(setting: &Setting) -> Arg {
    let default = setting.default.map(|default| format!("; default {default}")).unwrap_or_default();
    Arg::new(setting.key).long(setting.flag()).value_name(setting.value).help(format!(
        "{} [{}{default}]",
        setting.meaning,
        setting.variable()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        line().debug_assert();
    }

    #[test]
    fn a_setting_s_flag_may_stand_before_or_after_the_command() {
        for words in [["daybook", "--data", "x", "check"], ["daybook", "check", "--data", "x"]] {
            let matches = line().try_get_matches_from(words).unwrap();
            assert_eq!(given(&matches, "data").as_deref(), Some("x"));
        }
        assert!(line().try_get_matches_from(["daybook", "check", "--listen", "x"]).is_err());
        let matches = line().try_get_matches_from(["daybook", "serve", "--listen", "x", "--demo"]).unwrap();
        assert_eq!(given(matches.subcommand_matches("serve").unwrap(), "listen").as_deref(), Some("x"));
    }
}
