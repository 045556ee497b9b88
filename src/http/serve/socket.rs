//! A connection's socket: notes when bytes arrive, and gives up a peer that takes nothing of what is written.

use super::connection::Connection;
use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// A socket, or a test's pipe.
pub struct Socket<S> {
    inner: S,
    connection: Arc<Connection>,
    patience: Duration,
    /// Runs while the peer takes nothing.
    blocked: Option<Pin<Box<Sleep>>>,
}

impl<S> Socket<S> {
    /// The peer may take nothing for as long as `patience`.
    pub fn new(inner: S, connection: Arc<Connection>, patience: Duration) -> Self {
        Self { inner, connection, patience, blocked: None }
    }

    /// What becomes of an attempt to write.
    fn attempted(&mut self, cx: &mut Context<'_>, attempt: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if attempt.is_ready() {
            if self.blocked.take().is_some() {
                self.connection.set_blocked(false);
            }
            return attempt;
        }
        let (connection, patience) = (&self.connection, self.patience);
        let blocked = self.blocked.get_or_insert_with(|| {
            connection.set_blocked(true);
            Box::pin(tokio::time::sleep_until(Instant::now() + patience))
        });
        if blocked.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::Error::new(ErrorKind::TimedOut, "the peer takes nothing of the answer")));
        }
        Poll::Pending
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Socket<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.connection.received();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Socket<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.attempted(cx, attempt)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.inner).poll_write_vectored(cx, bytes);
        self.attempted(cx, attempt)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::serve::connection::Standing;
    use std::net::Ipv4Addr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    fn pipe(patience: Duration) -> (Arc<Connection>, Socket<DuplexStream>, DuplexStream) {
        let connection = Arc::new(Connection::new(1, Ipv4Addr::LOCALHOST.into(), false, Instant::now()));
        let (server, peer) = duplex(16);
        (Arc::clone(&connection), Socket::new(server, connection, patience), peer)
    }

    #[tokio::test]
    async fn a_peer_that_takes_nothing_is_given_up() {
        let (connection, mut socket, peer) = pipe(Duration::from_millis(20));
        let error = socket.write_all(&[0; 80]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert_eq!(connection.standing().0, Standing::Stalled);
        drop(peer);
    }

    #[tokio::test]
    async fn a_peer_that_takes_it_in_small_pieces_is_served() {
        let (connection, mut socket, mut peer) = pipe(Duration::from_mins(1));
        let reading = tokio::spawn(async move {
            for _ in 0..5 {
                peer.read_exact(&mut [0; 16]).await.unwrap();
            }
            peer
        });
        socket.write_all(&[0; 80]).await.unwrap();
        assert_ne!(connection.standing().0, Standing::Stalled);
        drop(reading.await.unwrap());
    }
}
