//! The serving loop: accepts connections, bounds what they may take, and lets the requests under way finish at the end.

mod connection;
mod descriptors;
mod limits;
mod registry;
mod service;
mod socket;

pub use connection::Connection;
pub use descriptors::{available as descriptors, raise as raise_descriptors};
pub use limits::ConnectionLimits;

use crate::backend::metrics::ConnectionMetrics;
use crate::backend::quiet::Quiet;
use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use registry::{Admitted, Registry};
use socket::Socket;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

/// How long requests may go on after the server was asked to stop.
const GRACE: Duration = Duration::from_secs(15);
/// How long nothing is accepted after the system could not accept.
const BACK_OFF: Duration = Duration::from_millis(100);
/// A request's head, and what is read ahead of a body: bytes.
const READ_BUFFER: usize = 64 * 1024;
/// All header fields of a request that shares its connection: bytes.
const HEADER_LIST: u32 = 32 * 1024;
/// Requests that may share a connection at once.
const STREAMS: u32 = 64;
/// How often a shared connection is asked whether its peer is still there, and how long the answer may take.
const PING: Duration = Duration::from_secs(20);
const PONG: Duration = Duration::from_secs(20);

/// What whoever has no place is told, before anything of their request is read.
const NO_PLACE: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/// Serves routes until `stop` is ready, then lets the requests under way finish.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    limits: ConnectionLimits,
    metrics: ConnectionMetrics,
    stop: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let limits = limits.within(descriptors());
    metrics.limit.set(i64::try_from(limits.connections).unwrap_or(i64::MAX));
    let registry = Arc::new(Registry::new(limits, metrics));
    let (stopping, stopped) = watch::channel(false);
    let mut sweeps =
        interval((limits.head.min(limits.idle) / 8).clamp(Duration::from_millis(20), Duration::from_secs(1)));
    sweeps.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let protocol = Arc::new(protocol());
    let troubles = Quiet::default();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((socket, peer)) => match registry.admit(peer.ip()) {
                    Some(admitted) => {
                        let service = Service { routes: routes.clone(), peer, limits, protocol: Arc::clone(&protocol) };
                        tokio::spawn(service.run(socket, admitted, stopped.clone()));
                    }
                    None => {
                        // Whoever does not take it learns it from the connection's end.
                        let _ = socket.try_write(NO_PLACE);
                    }
                },
                Err(error) if is_of_the_peer(&error) => {}
                Err(error) => {
                    troubles.say(|more| tracing::error!(%error, more, "connections cannot be accepted"));
                    registry.make_room();
                    sleep(BACK_OFF).await;
                }
            },
            now = sweeps.tick() => registry.sweep(now),
            () = &mut stop => break,
        }
    }
    drop(listener);
    stopping.send_replace(true);
    if timeout(GRACE, registry.emptied()).await.is_err() {
        tracing::warn!("stopped with connections still open");
    }
    Ok(())
}

/// Whether it is one connection alone that failed.
fn is_of_the_peer(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset)
}

/// The settings of HTTP itself. How long a head may take is the registry's affair, for all versions alike.
fn protocol() -> Builder<TokioExecutor> {
    let mut protocol = Builder::new(TokioExecutor::new());
    protocol.http1().timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(READ_BUFFER);
    protocol
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEADER_LIST)
        .keep_alive_interval(PING)
        .keep_alive_timeout(PONG);
    protocol
}

/// What serves one connection.
struct Service {
    routes: Router,
    peer: SocketAddr,
    limits: ConnectionLimits,
    protocol: Arc<Builder<TokioExecutor>>,
}

impl Service {
    async fn run(self, socket: TcpStream, admitted: Admitted, mut stopped: watch::Receiver<bool>) {
        // Small answers must not wait for more to send with them.
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
        let Self { routes, peer, limits, protocol } = self;
        let own = &admitted.connection;
        let socket = TokioIo::new(Socket::new(socket, Arc::clone(own), limits.stalled_write));
        let connection = Arc::clone(own);
        let answer = hyper::service::service_fn(move |request| {
            service::answer(routes.clone(), Arc::clone(&connection), peer, request)
        });
        let exchange = protocol.serve_connection(socket, answer);
        tokio::pin!(exchange);
        let mut stopping = false;
        loop {
            tokio::select! {
                ended = exchange.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection broke off");
                    }
                    return;
                }
                () = own.closed() => return,
                _ = stopped.wait_for(|stopped| *stopped), if !stopping => {
                    if own.is_waiting() {
                        return;
                    }
                    stopping = true;
                    exchange.as_mut().graceful_shutdown();
                }
            }
        }
    }
}
