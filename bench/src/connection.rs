//! A client's end of HTTP/1.1, cheap enough not to be what is measured: no pool, no headers kept, bytes written as they were made.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// The most bytes of an answer's head, and of an event stream until what is looked for in it.
const MOST: usize = 1 << 20;

/// A connection that is used again and again.
#[derive(Debug)]
pub(crate) struct Connection {
    address: SocketAddr,
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer; it is read from the connection's buffer.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    /// The status code.
    pub(crate) status: u16,
    head: &'a str,
    /// Its body.
    pub(crate) body: &'a [u8],
}

impl Connection {
    /// Connects to `address`.
    ///
    /// # Errors
    /// When nobody listens.
    pub(crate) async fn open(address: SocketAddr) -> io::Result<Self> {
        Self::from(address, None).await
    }

    /// Connects to `address` from the address `source` of this machine: one source has some 28,000 ports.
    ///
    /// # Errors
    /// When nobody listens, or `source` has no port left.
    pub(crate) async fn from(address: SocketAddr, source: Option<IpAddr>) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        if let Some(source) = source {
            socket.bind(SocketAddr::new(source, 0))?;
        }
        let stream = socket.connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { address, stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends `request` and reads the whole answer. Whoever keeps connections may end one between two calls: then, as any client does,
    /// it makes the call on a new one.
    ///
    /// # Errors
    /// When the connection ends early, or the answer does not say how long it is.
    pub(crate) async fn call(&mut self, request: &[u8]) -> io::Result<Answer<'_>> {
        let head = match self.send(request).await {
            Err(_) if self.buffer.is_empty() => {
                *self = Self::open(self.address).await?;
                self.send(request).await?
            }
            sent => sent?,
        };
        let length = {
            let head = text(&self.buffer[..head])?;
            let status = status(head)?;
            match header(head, "content-length") {
                Some(length) => length.parse().map_err(io::Error::other)?,
                None if status == 304 || status == 204 => 0,
                None => return Err(io::Error::other(format!("no Content-Length: {head}"))),
            }
        };
        while self.buffer.len() < head + length {
            self.read_more().await?;
        }
        let (head, body) = self.buffer[..head + length].split_at(head);
        let head = text(head)?;
        Ok(Answer { status: status(head)?, head, body })
    }

    /// Sends `request` and reads until `mark` has come: for answers that do not end.
    ///
    /// # Errors
    /// When the connection ends before, or the answer is not 200.
    pub(crate) async fn follow(&mut self, request: &[u8], mark: &[u8]) -> io::Result<()> {
        let head = self.send(request).await?;
        let head = text(&self.buffer[..head])?;
        if status(head)? != 200 {
            return Err(io::Error::other(head.to_owned()));
        }
        self.search(mark, 0).await.map(drop)
    }

    /// Sends `request`; says where the head of the answer ends.
    async fn send(&mut self, request: &[u8]) -> io::Result<usize> {
        self.buffer.clear();
        self.stream.write_all(request).await?;
        self.search(b"\r\n\r\n", 0).await
    }

    async fn search(&mut self, mark: &[u8], mut from: usize) -> io::Result<usize> {
        loop {
            let found = self.buffer[from..].windows(mark.len()).position(|part| part == mark);
            if let Some(at) = found {
                return Ok(from + at + mark.len());
            }
            from = self.buffer.len().saturating_sub(mark.len() - 1);
            if from > MOST {
                return Err(io::Error::other("more than a mebibyte, and not what was awaited"));
            }
            self.read_more().await?;
        }
    }

    async fn read_more(&mut self) -> io::Result<()> {
        self.buffer.reserve(4096);
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}

impl Answer<'_> {
    /// The header `name`, given in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }

    /// Whether the status is `expected`; says what came instead.
    ///
    /// # Errors
    /// When it is another.
    pub(crate) fn expect(&self, expected: u16) -> Result<(), String> {
        if self.status == expected {
            return Ok(());
        }
        let body = String::from_utf8_lossy(&self.body[..self.body.len().min(300)]);
        Err(format!("{} instead of {expected}: {body}", self.status))
    }
}

fn text(bytes: &[u8]) -> io::Result<&str> {
    std::str::from_utf8(bytes).map_err(io::Error::other)
}

/// Of `HTTP/1.1 200 OK`.
fn status(head: &str) -> io::Result<u16> {
    let code = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    code.ok_or_else(|| io::Error::other(format!("no status: {head}")))
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::{header, status};

    #[test]
    fn a_head_is_read() {
        let head = "HTTP/1.1 422 Unprocessable Entity\r\nContent-Length: 17\r\nETag: \"a\"\r\n\r\n";
        assert_eq!(status(head).unwrap(), 422);
        assert_eq!(header(head, "content-length"), Some("17"));
        assert_eq!(header(head, "etag"), Some("\"a\""));
        assert!(status("hello").is_err());
    }
}
