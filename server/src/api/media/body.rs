//! A file as a body: a piece is read when the connection has room for it.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::{
    fs::File,
    io::{AsyncRead, ReadBuf},
};

/// The most bytes of a piece.
const PIECE: usize = 64 * 1024;

/// A file from its beginning to the end that it had when it was opened.
pub(super) struct Pieces {
    file: File,
    left: u64,
    piece: Vec<u8>,
}

impl Pieces {
    pub(super) async fn of(mut file: File) -> io::Result<Self> {
        file.set_max_buf_size(PIECE);
        let left = file.metadata().await?.len();
        Ok(Self { file, left, piece: Vec::new() })
    }
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        if this.left == 0 {
            return Poll::Ready(None);
        }
        this.piece.resize(usize::try_from(this.left).map_or(PIECE, |left| left.min(PIECE)), 0);
        let mut piece = ReadBuf::new(&mut this.piece);
        ready!(Pin::new(&mut this.file).poll_read(cx, &mut piece))?;
        let len = piece.filled().len();
        if len == 0 {
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        this.piece.truncate(len);
        this.left -= len as u64;
        Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut this.piece).into()))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn a_file_comes_in_pieces_and_one_that_is_cut_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.jpg");
        let whole: Vec<u8> = (0..150_000_u32).map(|at| (at % 251) as u8).collect();
        std::fs::write(&path, &whole).unwrap();
        let open = async || Pieces::of(File::open(&path).await.unwrap()).await.unwrap();
        let (mut pieces, mut found, mut lens) = (open().await, Vec::new(), Vec::new());
        assert_eq!(pieces.size_hint().exact(), Some(150_000));
        while let Some(piece) = pieces.frame().await {
            let piece = piece.unwrap().into_data().unwrap();
            lens.push(piece.len());
            found.extend_from_slice(&piece);
        }
        assert!(found == whole && lens.len() >= 3 && lens.iter().all(|len| *len <= PIECE), "{lens:?}");
        let cut = open().await;
        std::fs::write(&path, "short").unwrap();
        assert_eq!(cut.collect().await.err().map(|error| error.kind()), Some(io::ErrorKind::UnexpectedEof));
    }
}
