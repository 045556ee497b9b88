//! The commands that say how a project is: its view, its masking, its strictness, its schemas.

use clap::Subcommand;
use std::path::PathBuf;

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
