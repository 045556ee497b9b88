//! What answers the requests of one connection: the routes, with what is known of the connection beside each request.

use super::connection::{Connection, Exchange, Receiving};
use crate::domain::problem::Problem;
use crate::http::answer::Failure;
use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, Response, Version, header};
use axum::response::IntoResponse;
use hyper::body::{Frame, Incoming, SizeHint};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::ServiceExt;

/// Answers one request.
pub async fn answer(
    routes: Router,
    connection: Arc<Connection>,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<Answer>, Infallible> {
    let exchange = connection.begin(request.version() == Version::HTTP_2);
    let reserved = connection.reserved;
    let mut response = if reserved && !may_use_reserve(&request) {
        Failure::from(Problem::Busy { retry_after: 1 }).into_response()
    } else {
        let mut request = request.map(|body| with_receiving(body, &connection));
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(connection);
        match routes.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    };
    if reserved {
        // The place is for the next one who needs it.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response.map(|body| Answer { body, _exchange: exchange }))
}

/// Health checks, and whoever brings a credential: whether it is good is found out before any body is read.
fn may_use_reserve<B>(request: &Request<B>) -> bool {
    const CREDENTIALS: [&str; 3] = ["authorization", "x-api-key", "cookie"];
    request.uri().path().starts_with("/health/") || CREDENTIALS.iter().any(|name| request.headers().contains_key(*name))
}

fn with_receiving(body: Incoming, connection: &Arc<Connection>) -> Body {
    if body.is_end_stream() {
        return Body::new(body);
    }
    Body::new(Arriving { body, receiving: Some(connection.begin_body()) })
}

/// A request's body, noted as on its way until its end.
struct Arriving {
    body: Incoming,
    receiving: Option<Receiving>,
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) || (frame.is_ready() && self.body.is_end_stream()) {
            self.receiving = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body; when it is gone, the request is done.
pub struct Answer {
    body: Body,
    _exchange: Exchange,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
