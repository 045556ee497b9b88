//! `daybook serve` and `daybook demo`

use super::greeting::{self, Addresses, FirstKeys};
use super::output::print;
use super::product::{Use, open};
use anyhow::Context;
use daybook::backend::auth::Steward;
use daybook::backend::settings::{MetricsListen, Settings};
use daybook::backend::{Backend, actors, backups, demo, people, start, views, vitals};
use daybook::http::demo_host::{self, DemoHost};
use daybook::http::{self, AppState, BodyLimits, ConnectionLimits, SecurityContact, assets};
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Serves until the process is asked to stop.
pub async fn serve(settings: &Settings, with_demo: bool) -> anyhow::Result<()> {
    // From here on nobody's wish to stop is lost, whatever is under way.
    let stop = asked_to_stop()?;
    raise_descriptors();
    // The ports first: a second server must not get as far as the data.
    let listener = bind(settings.listen).await?;
    let metrics_listener = bind_metrics(settings.metrics_listen).await?;
    let demo_listener = if with_demo { Some(bind(settings.demo_listen).await?) } else { None };
    let backend = open(settings, Use::Append).await?;
    if !assets::are_built() {
        tracing::warn!(
            "this binary was built without the browser's files; run cargo xtask front --release and build it again"
        );
    }
    let addresses = Addresses {
        server: settings.public_url.clone().map_or_else(|| listener.local_addr().map(local_url), Ok)?,
        demo: demo_listener.as_ref().map(TcpListener::local_addr).transpose()?.map(local_url),
    };
    let prepared = start::prepare(&backend).await?;
    actors::go_on(&backend).await?;
    vitals::watch(&backend);
    if let Some(host) = &addresses.demo {
        let told = demo::fill_when_empty(&backend, prepared.project).await?;
        demo::dress(&backend, &Steward::of_the_machine(prepared.project), &prepared.view, told > 0, host).await?;
    }
    let view = views::show(&backend, &prepared.view).await?;
    let mut greeting = match &prepared.first_key {
        Some(key) => {
            greeting::first(&addresses, &FirstKeys { key, view: &prepared.view, access_key: &view.access_key })
        }
        None => greeting::later(&addresses),
    };
    if let Some(code) = people::offer_setup(&backend).await? {
        greeting += &greeting::set_up(&addresses, &code);
    }
    print(&greeting)?;
    let state = AppState {
        public_url: settings.public_url.as_deref().map(Into::into),
        trust_proxy: settings.trust_proxy,
        ..AppState::with(backend.clone(), options(settings))
    };
    let backups = settings.backups.clone().map(|plan| {
        let backend = backend.clone();
        tokio::spawn(async move { backups::run(&backend, &plan).await })
    });
    let metrics = async {
        let Some(listener) = metrics_listener else { return Ok(()) };
        tracing::info!(address = %listener.local_addr()?, "metrics are served");
        http::serve_metrics(listener, state.clone(), stopped(stop.clone())).await
    };
    let server = http::serve(listener, state.clone(), stopped(stop.clone()));
    let host = async {
        let Some(listener) = demo_listener else { return Ok(()) };
        let host = DemoHost {
            viewer: addresses.server.clone(),
            view: view.id.clone(),
            access_key: view.access_key.clone(),
            kid: view.kid.clone(),
            signing_secret: view.signing_secret.clone(),
        };
        demo_host::serve(listener, host, stopped(stop.clone())).await
    };
    let (server, metrics, host) = tokio::join!(server, metrics, host);
    if let Some(backups) = backups {
        backups.abort();
    }
    backend.close().await;
    server.context("the server failed")?;
    metrics.context("the listener for metrics failed")?;
    host.context("the demo's host application failed")?;
    Ok(())
}

/// Each connection takes one; what the system allows is more than what a process begins with.
fn raise_descriptors() {
    if let Err(error) = http::raise_descriptors() {
        tracing::warn!(%error, "the limit on open files stays as it is");
    }
}

/// What the settings say of serving.
fn options(settings: &Settings) -> http::Options {
    http::Options {
        connections: ConnectionLimits {
            connections: settings.max_connections,
            per_address: Some(settings.connections_per_address),
            ..ConnectionLimits::default()
        },
        bodies: BodyLimits { memory: settings.body_memory, ..BodyLimits::default() },
        access_log: settings.access_log,
        security: (!settings.security_contacts.is_empty()).then(|| SecurityContact {
            contacts: settings.security_contacts.clone(),
            policy: settings.security_policy.clone(),
        }),
    }
}

/// The listener for metrics. Where nobody chose its port, another server on the machine may have it: then there is none.
async fn bind_metrics(listen: MetricsListen) -> anyhow::Result<Option<TcpListener>> {
    match listen {
        MetricsListen::Off => Ok(None),
        MetricsListen::At(address) => bind(address).await.map(Some),
        MetricsListen::Usual(address) => match TcpListener::bind(address).await {
            Ok(listener) => Ok(Some(listener)),
            Err(error) => {
                tracing::warn!(%address, %error, "metrics are not served; set metrics_listen to another port, or to off");
                Ok(None)
            }
        },
    }
}

/// Fills an empty log without serving.
pub async fn fill(settings: &Settings) -> anyhow::Result<()> {
    let backend = open(settings, Use::Append).await?;
    let events = fill_log(&backend, &local_url(settings.demo_listen)).await;
    backend.close().await;
    print(&match events? {
        0 => format!("The log in {} holds events already; nothing was added.", settings.data.display()),
        events => format!("Added {events} events to {}. See them with daybook serve --demo.", settings.data.display()),
    })?;
    Ok(())
}

async fn fill_log(backend: &Backend, host: &str) -> anyhow::Result<u64> {
    let project = start::project(backend).await?;
    let view = start::view(backend, project).await?;
    let told = demo::fill_when_empty(backend, project).await?;
    demo::dress(backend, &Steward::of_the_machine(project), &view, told > 0, host).await?;
    Ok(told)
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// How this machine's own browser finds a listener.
fn local_url(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    format!("http://{address}")
}

/// Turns true at SIGTERM, or at SIGINT from the keyboard.
fn asked_to_stop() -> anyhow::Result<watch::Receiver<bool>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    let (asked, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: requests under way are finished first");
        asked.send_replace(true);
    });
    Ok(receiver)
}

async fn stopped(mut asked: watch::Receiver<bool>) {
    if asked.wait_for(|asked| *asked).await.is_err() {
        // The task that listens for signals is gone: nobody can ask any more.
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use super::local_url;

    #[test]
    fn a_server_on_all_addresses_is_found_on_this_machine() {
        assert_eq!(local_url("0.0.0.0:8080".parse().unwrap()), "http://127.0.0.1:8080");
        assert_eq!(local_url("[::]:80".parse().unwrap()), "http://127.0.0.1:80");
        assert_eq!(local_url("[::1]:80".parse().unwrap()), "http://[::1]:80");
    }
}
