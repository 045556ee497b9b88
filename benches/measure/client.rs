//! As little HTTP as will do, so that the load costs less than what it measures.

use anyhow::{Context, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection, kept alive.
pub struct Connection {
    stream: TcpStream,
    /// The line of the head that says who calls.
    credential: String,
    buffer: Vec<u8>,
}

impl Connection {
    pub async fn open(address: &str, key: &str) -> anyhow::Result<Self> {
        Self::open_as(address, format!("x-api-key: {key}")).await
    }

    /// With a header of another API's.
    pub async fn open_as(address: &str, credential: String) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, credential, buffer: Vec::new() })
    }

    /// Asks for a path and takes the answer, which must be 200 and whole, in pieces; how many bytes it was.
    pub async fn get(&mut self, path: &str) -> anyhow::Result<u64> {
        // Events are JSON or in quotes, so that nothing but the last chunk ends so.
        const END: &[u8] = b"\r\n0\r\n\r\n";
        let head = format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{}\r\n\r\n", self.credential);
        self.stream.write_all(head.as_bytes()).await?;
        let (mut bytes, mut end) = (0, Vec::new());
        while end != END {
            self.buffer.clear();
            self.buffer.reserve(256 * 1024);
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server hung up");
            ensure!(bytes > 0 || self.buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&self.buffer));
            bytes += self.buffer.len() as u64;
            end.extend_from_slice(&self.buffer[self.buffer.len().saturating_sub(END.len())..]);
            end.drain(..end.len().saturating_sub(END.len()));
        }
        Ok(bytes)
    }

    /// Posts a body of events and waits for the answer, which must be 200.
    pub async fn post(&mut self, body: &str) -> anyhow::Result<()> {
        self.post_to("/api/v1/events", body).await
    }

    /// The same to another API, whose answer may be 201.
    pub async fn post_to(&mut self, path: &str, body: &str) -> anyhow::Result<()> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: bench\r\n{}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.credential,
            body.len()
        );
        self.stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await?;
        self.buffer.clear();
        let (head_end, length) = loop {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server hung up");
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                let head = std::str::from_utf8(&self.buffer[..end])?.to_ascii_lowercase();
                ensure!(head.starts_with("http/1.1 20"), "{head}\n{}", String::from_utf8_lossy(&self.buffer[end..]));
                let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
                break (end + 4, length.context("no content-length")?.parse::<usize>()?);
            }
        };
        while self.buffer.len() < head_end + length {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server hung up");
        }
        Ok(())
    }
}
