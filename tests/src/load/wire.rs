//! A connection to a server, as lean as it can be: what is spent here, the server beside it does not have.

use std::io;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// An HTTP/1.1 connection that is kept open, with one request at a time.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    /// The last answer.
    answer: Vec<u8>,
    /// Where its body begins.
    body_at: usize,
}

/// The parts of a head that matter here.
#[derive(Debug, Default, PartialEq, Eq)]
struct Head {
    length: Option<usize>,
    is_success: bool,
}

impl Wire {
    pub(super) async fn connect(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(8192), body_at: 0 })
    }

    /// Sends these bytes, and waits for the whole answer. Whether it says that what was asked was done.
    pub(super) async fn exchange(&mut self, request: &[u8]) -> io::Result<bool> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        let mut looked_at = 0;
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            // The end of the head may lie across two reads.
            if let Some(at) = self.answer[looked_at..].windows(4).position(|four| four == b"\r\n\r\n") {
                self.body_at = looked_at + at + 4;
                break;
            }
            looked_at = self.answer.len().saturating_sub(3);
        }
        let head = head(&self.answer[..self.body_at]);
        let length = head.length.ok_or_else(|| io::Error::other("an answer whose head does not say how long it is"))?;
        while self.answer.len() < self.body_at + length {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(head.is_success)
    }

    /// The body of the last answer.
    pub(super) fn body(&self) -> &[u8] {
        &self.answer[self.body_at..]
    }
}

/// Told without reading the body: refusals have a header of their own.
fn head(head: &[u8]) -> Head {
    let mut lines = head.split(|byte| *byte == b'\n');
    let status = lines.next().unwrap_or_default();
    let mut known = Head { length: None, is_success: status.starts_with(b"HTTP/1.1 200") };
    for line in lines {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (name, value) = (&line[..colon], &line[colon + 1..]);
        if name.eq_ignore_ascii_case(b"content-length") {
            known.length = str::from_utf8(value).ok().and_then(|value| value.trim().parse().ok());
        } else if name.eq_ignore_ascii_case(b"x-api-code") {
            known.is_success = false;
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_says_how_long_the_answer_is_and_whether_it_is_a_refusal() {
        let is = |length, is_success| Head { length, is_success };
        for (text, known) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n", is(Some(12), true)),
            ("HTTP/1.1 200 OK\r\ncontent-length:0\r\nx-api-code: 1001\r\n\r\n", is(Some(0), false)),
            ("HTTP/1.1 503 Busy\r\ncontent-length: 3\r\n\r\n", is(Some(3), false)),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", is(None, true)),
        ] {
            assert_eq!(head(text.as_bytes()), known, "{text}");
        }
    }
}
