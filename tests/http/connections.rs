//! Connections that take and do not give: over real sockets, with small limits.

use crate::support::{Differing, TestApp, event};
use daybook::http::{BodyLimits, ConnectionLimits, Options, serve};
use reqwest::Client;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// Long enough that a test which waits for it has hung.
const HUNG: Duration = Duration::from_secs(20);

/// A server on a port of its own.
struct Server {
    app: TestApp,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Server {
    async fn start(connections: ConnectionLimits) -> Self {
        Self::serving(Options { connections, ..Options::default() }).await
    }

    async fn serving(serving: Options) -> Self {
        let app = TestApp::differing(Differing { serving, ..Differing::default() }).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async {
            let _ = stopped.await;
        };
        let task = tokio::spawn(serve(listener, app.state.clone(), stopped));
        Self { app, address, stop, task }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn connections(&self, count: usize) -> Vec<TcpStream> {
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(self.connect().await);
        }
        all
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A good caller, who comes anew, and a health check are served.
    async fn serves(&self) {
        let served = async {
            let http = Client::new();
            let live = http.get(self.url("/health/live")).send().await.unwrap();
            assert_eq!(live.status(), 200);
            let key = format!("{}:{}", self.app.key.id, self.app.key.secret);
            let sent = http.post(self.url("/api/v1/events")).header("x-api-key", key).json(&event("c", "1")).send();
            assert_eq!(sent.await.unwrap().status(), 200);
        };
        timeout(HUNG, served).await.unwrap();
    }

    async fn metric(&self, name: &str) -> u64 {
        let page = self.app.metrics().await.text();
        let line = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{name} is not in\n{page}")).parse().unwrap()
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        timeout(HUNG, self.task).await.unwrap().unwrap().unwrap();
    }
}

/// How it ends: what still comes.
async fn rest(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that is reset has ended as well.
    let _ = timeout(HUNG, socket.read_to_end(&mut bytes)).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn few() -> ConnectionLimits {
    ConnectionLimits { connections: 32, per_address: None, ..ConnectionLimits::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_connections_that_send_nothing_or_half_a_head_keeps_nobody_out() {
    let server = Server::start(few()).await;
    let silent = server.connections(60).await;
    let mut halves = server.connections(60).await;
    for half in &mut halves {
        // Some are closed already.
        let _ = half.write_all(b"GET /health/live HTTP/1.1\r\nhost: a.te").await;
    }
    server.serves().await;
    assert!(server.metric("daybook_connections").await <= 32);
    assert!(server.metric("daybook_connections_evicted_total").await >= 88);
    assert_eq!(server.metric("daybook_connections_limit").await, 32);
    drop((silent, halves));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_drips_and_a_connection_left_idle_are_closed_and_one_in_use_is_not() {
    let limits = ConnectionLimits { head: Duration::from_millis(300), idle: Duration::from_secs(2), ..few() };
    let server = Server::start(limits).await;
    let mut silent = server.connect().await;
    let mut dripping = server.connect().await;
    let mut idle = server.connect().await;
    idle.write_all(b"GET /health/live HTTP/1.1\r\nhost: a.test\r\n\r\n").await.unwrap();
    let drip = async {
        for byte in b"GET /health/live HTTP/1.1\r\nx: ".iter().chain(std::iter::repeat(&b'a')) {
            if dripping.write_all(&[*byte]).await.is_err() {
                break;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(HUNG, drip).await.unwrap();
    assert_eq!(rest(&mut silent).await, "");
    assert!(rest(&mut idle).await.contains("200 OK"));
    assert_eq!(server.metric("daybook_connections_timed_out_total").await, 3);
    server.serves().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_senders_of_bodies_without_a_credential_go_for_others() {
    let bodies = BodyLimits { stalled: HUNG, ..BodyLimits::default() };
    let server = Server::serving(Options { connections: few(), bodies, ..Options::default() }).await;
    let mut slow = server.connections(32).await;
    for socket in &mut slow {
        let head = format!(
            "POST /admin/sign-in HTTP/1.1\r\nhost: {0}\r\norigin: http://{0}\r\ncontent-length: 900\r\n\
             content-type: application/x-www-form-urlencoded\r\n\r\nemail=",
            server.address
        );
        let _ = socket.write_all(head.as_bytes()).await;
    }
    sleep(Duration::from_millis(200)).await;
    server.serves().await;
    drop(slow);
    server.stop().await;
}

/// Asks for a large answer and takes none of it.
async fn ask_for_much(server: &Server, socket: &mut TcpStream) {
    let key = format!("{}:{}", server.app.key.id, server.app.key.secret);
    let head = format!("GET /api/v1/events/export?format=json HTTP/1.1\r\nhost: a\r\nx-api-key: {key}\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_who_takes_nothing_is_given_up_and_one_who_takes_it_slowly_gets_all() {
    let stalled_write = Duration::from_millis(1_500);
    let server = Server::start(ConnectionLimits { stalled_write, ..few() }).await;
    for batch in 0..5 {
        let text = "x".repeat(7_000);
        let events: Vec<Value> = (0..1_000)
            .map(|number| {
                let mut event = event("c", &format!("{batch}-{number}"));
                event["description"] = json!(text);
                event
            })
            .collect();
        server.app.writer().post("/api/v1/events", &json!(events)).await.expect(200);
    }
    let mut stuck = server.connect().await;
    ask_for_much(&server, &mut stuck).await;
    let mut slow = server.connect().await;
    ask_for_much(&server, &mut slow).await;
    let (mut got, mut buffer) = (0, vec![0; 4 * 1_024 * 1_024]);
    loop {
        sleep(Duration::from_millis(100)).await;
        match timeout(HUNG, slow.read(&mut buffer)).await.unwrap().unwrap() {
            0 => break,
            bytes => {
                got += bytes;
                if buffer[..bytes].ends_with(b"0\r\n\r\n") {
                    break;
                }
            }
        }
    }
    assert!(got > 35_000_000, "{got}");
    while server.metric("daybook_connections").await > 1 {
        sleep(Duration::from_millis(50)).await;
    }
    // What was on its way comes; the end of the answer does not.
    assert!(!rest(&mut stuck).await.ends_with("0\r\n\r\n"));
    server.serves().await;
    drop(slow);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_has_a_share_and_whoever_has_no_place_is_told_to_come_again() {
    let bodies = BodyLimits { stalled: HUNG, ..BodyLimits::default() };
    let connections = ConnectionLimits { per_address: Some(4), ..few() };
    let server = Server::serving(Options { connections, bodies, ..Options::default() }).await;
    let key = format!("{}:{}", server.app.key.id, server.app.key.secret);
    let mut sending = server.connections(4).await;
    for socket in &mut sending {
        let head =
            format!("POST /api/v1/events HTTP/1.1\r\nhost: a\r\nx-api-key: {key}\r\ncontent-length: 90\r\n\r\n[");
        socket.write_all(head.as_bytes()).await.unwrap();
    }
    // Then they are known, and sending: none of them goes for another.
    while server.app.state.bodies.used() < 4 {
        sleep(Duration::from_millis(5)).await;
    }
    loop {
        let mut fifth = server.connect().await;
        if rest_now(&mut fifth).await.contains("503 Service Unavailable") {
            break;
        }
    }
    assert!(server.metric("daybook_connections_refused_total").await >= 1);
    drop(sending);
    while server.metric("daybook_connections").await > 0 {
        sleep(Duration::from_millis(20)).await;
    }
    server.serves().await;
    server.stop().await;
}

/// What comes within a moment.
async fn rest_now(socket: &mut TcpStream) -> String {
    let mut bytes = vec![0; 512];
    match timeout(Duration::from_millis(200), socket.read(&mut bytes)).await {
        Ok(Ok(count)) => String::from_utf8_lossy(&bytes[..count]).into_owned(),
        _ => String::new(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_places_are_for_health_checks_and_callers_with_credentials() {
    let bodies = BodyLimits { stalled: HUNG, ..BodyLimits::default() };
    let server = Server::serving(Options { connections: few(), bodies, ..Options::default() }).await;
    let key = format!("{}:{}", server.app.key.id, server.app.key.secret);
    // Twenty-eight of thirty-two are busy with callers who are known.
    let mut busy = Vec::new();
    for _ in 0..28 {
        let mut socket = server.connect().await;
        let head =
            format!("POST /api/v1/events HTTP/1.1\r\nhost: a\r\nx-api-key: {key}\r\ncontent-length: 90\r\n\r\n[");
        socket.write_all(head.as_bytes()).await.unwrap();
        busy.push(socket);
    }
    while server.app.state.bodies.used() < 28 {
        sleep(Duration::from_millis(5)).await;
    }
    let refused = async {
        loop {
            let answer = Client::new().get(server.url("/api/v1/limits")).send().await.unwrap();
            if answer.status() == 503 {
                assert_eq!(answer.headers()["retry-after"], "1");
                break;
            }
        }
    };
    timeout(HUNG, refused).await.unwrap();
    server.serves().await;
    drop(busy);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_open_connections_do_not_hold_up_the_end() {
    let server = Server::start(few()).await;
    let waiting = server.connections(8).await;
    server.serves().await;
    let before = std::time::Instant::now();
    server.stop().await;
    // Far below the time that requests under way are given.
    assert!(before.elapsed() < Duration::from_secs(10));
    drop(waiting);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn http_2_is_spoken_to_whoever_begins_with_it() {
    let server = Server::start(few()).await;
    let mut socket = server.connect().await;
    // The preface, and an empty frame of settings (RFC 9113, sections 3.4 and 6.5).
    socket.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let mut header = [0; 9];
    timeout(HUNG, socket.read_exact(&mut header)).await.unwrap().unwrap();
    assert_eq!(header[3], 4, "settings come first");
    drop(socket);
    server.stop().await;
}
