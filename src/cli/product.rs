//! Opening the product over its data folder.

use anyhow::{Context, ensure};
use daybook::backend::clock::Clock;
use daybook::backend::people::oidc::Provider;
use daybook::backend::rate::RateLimits;
use daybook::backend::secrets::ServerSecret;
use daybook::backend::settings::{OidcSettings, Settings};
use daybook::backend::storage::Storage;
use daybook::backend::storage::sqlite::{Options, Sqlite};
use daybook::backend::{Backend, server_secret};
use std::path::Path;
use std::sync::Arc;

/// What is done with the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Events are stored: one process at a time.
    Append,
    /// Keys and views are changed, or made with the folder on the first use: beside a running server too.
    Settings,
    /// Nothing is done without data.
    Existing,
}

/// Opens it. Two processes may use the same folder, one of them appending.
pub async fn open(settings: &Settings, purpose: Use) -> anyhow::Result<Backend> {
    let storage = open_storage(settings, purpose).await?;
    match server_secret::open(&*storage, &settings.data).await {
        Ok(secret) => over(settings, storage, secret),
        Err(error) => {
            storage.close().await;
            Err(error)
        }
    }
}

/// Opens the database alone, for what is done without the server's secret.
pub async fn open_storage(settings: &Settings, purpose: Use) -> anyhow::Result<Arc<Sqlite>> {
    let folder = &settings.data;
    if purpose == Use::Existing {
        ensure_log(folder)?;
    }
    let options = Options {
        monthly_quota: settings.monthly_quota,
        append: purpose == Use::Append,
        readers: settings.readers,
        ..Options::default()
    };
    let storage = Sqlite::open(folder, Clock::system(), options).await;
    Ok(Arc::new(storage.with_context(|| format!("cannot open the data in {}", folder.display()))?))
}

/// The product over an opened database.
pub fn over(settings: &Settings, storage: Arc<Sqlite>, secret: ServerSecret) -> anyhow::Result<Backend> {
    let rates = RateLimits::new(settings.key_rate, settings.address_rate);
    let backend = Backend::new(storage, Clock::system(), secret, rates);
    match &settings.oidc {
        None => Ok(backend),
        Some(OidcSettings { issuer, client_id, client_secret }) => {
            let provider = Provider::new(issuer, client_id, client_secret);
            Ok(backend.with_provider(provider.context("cannot sign people in at the OpenID Connect provider")?))
        }
    }
}

/// That there is a log in a folder.
pub fn ensure_log(folder: &Path) -> anyhow::Result<()> {
    ensure!(
        folder.join("daybook.db").exists(),
        "there is no log in {}; name its folder with --data or DAYBOOK_DATA",
        folder.display()
    );
    Ok(())
}
