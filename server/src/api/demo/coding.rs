//! Files in Brotli, for browsers that take it: each content is compressed once, off the async threads, and kept.

use std::{
    collections::HashMap,
    io::Write,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use axum::{
    body::Bytes,
    http::{HeaderMap, header::ACCEPT_ENCODING},
};
use brotli::CompressorWriter;
use tokio::{sync::OnceCell, task::spawn_blocking};

/// Smaller files fit into one packet as they are.
const LEAST_BYTES: usize = 1_000;
/// Of 11. While the page is being written somebody waits for each new content; 6 to 9 save next to nothing over 5, and take
/// ten times as long. What is part of the binary is compressed when the server starts, and a tenth smaller.
const QUALITY: u32 = if cfg!(debug_assertions) { 5 } else { 11 };
/// The window holds the largest file: 2^19 bytes.
const WINDOW: u32 = 19;

/// By path: the file's hash, and what it is in Brotli, or nothing if that is no smaller. As many as there are files.
static KEPT: LazyLock<Mutex<HashMap<String, Arc<Kept>>>> = LazyLock::new(Mutex::default);

struct Kept {
    hash: [u8; 32],
    packed: OnceCell<Option<Bytes>>,
}

/// Whether files of this type become smaller: pictures and fonts are compressed already.
pub(super) fn is_for(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.starts_with("text/")
        || matches!(
            essence,
            "application/javascript"
                | "application/json"
                | "application/manifest+json"
                | "application/wasm"
                | "image/svg+xml"
        )
}

/// A file in Brotli; `None` if it is better sent as it is.
pub(super) async fn packed(path: &str, hash: [u8; 32], content: &Bytes) -> Option<Bytes> {
    if content.len() < LEAST_BYTES {
        return None;
    }
    let kept = {
        let mut all = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get(path) {
            Some(kept) if kept.hash == hash => kept.clone(),
            _ => {
                let kept = Arc::new(Kept { hash, packed: OnceCell::new() });
                all.insert(path.to_owned(), kept.clone());
                kept
            }
        }
    };
    let content = content.clone();
    let pack = async || spawn_blocking(move || brotli(&content)).await.ok().flatten();
    kept.packed.get_or_init(pack).await.clone()
}

fn brotli(content: &[u8]) -> Option<Bytes> {
    let mut writer = CompressorWriter::new(Vec::new(), 4096, QUALITY, WINDOW);
    writer.write_all(content).ok()?;
    let packed = writer.into_inner();
    (packed.len() < content.len()).then(|| packed.into())
}

/// Whether `Accept-Encoding` asks for Brotli at least as much as for no coding.
pub(super) fn wants_brotli(headers: &HeaderMap) -> bool {
    let mut weights = HashMap::new();
    for list in headers.get_all(ACCEPT_ENCODING) {
        for item in list.to_str().unwrap_or_default().split(',') {
            let (coding, parameters) = item.split_once(';').unwrap_or((item, ""));
            weights.insert(coding.trim().to_ascii_lowercase(), weight(parameters));
        }
    }
    let of = |coding: &str| weights.get(coding).copied();
    let brotli = of("br").or_else(|| of("*")).unwrap_or(0.0);
    // What is not named is the last choice.
    brotli > 0.0 && brotli >= of("identity").unwrap_or(0.0)
}

/// The weight of a coding: 1 if none is given, 0 if it can't be read.
fn weight(parameters: &str) -> f32 {
    let mut all = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    match all.find(|(name, _)| name.trim().eq_ignore_ascii_case("q")) {
        Some((_, value)) => value.trim().parse().unwrap_or(0.0),
        None => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn brotli_is_sent_to_whom_it_is_welcome() {
        for (header, wanted) in [
            ("gzip, deflate, br, zstd", true),
            ("br", true),
            ("BR;q=1.0, gzip;q=0.8, *;q=0.1", true),
            ("br;q=0.001", true),
            ("*", true),
            ("gzip;q=1, *;q=0.5", true),
            ("identity;q=0.5, br;q=0.5", true),
            ("identity;q=0, br;q=0.1", true),
            ("br;level=4;q=0.5", true),
            ("", false),
            ("gzip, deflate", false),
            ("br;q=0", false),
            ("br; Q = 0.000", false),
            ("*;q=0", false),
            ("*;q=1, br;q=0", false),
            ("identity, br;q=0.5", false),
            ("br;q=high", false),
            ("xbr, brr", false),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, header.parse().unwrap())]);
            assert_eq!(wants_brotli(&headers), wanted, "{header}");
        }
        let mut two = HeaderMap::new();
        two.append(ACCEPT_ENCODING, "gzip".parse().unwrap());
        two.append(ACCEPT_ENCODING, "br".parse().unwrap());
        assert!(wants_brotli(&two) && !wants_brotli(&HeaderMap::new()));
    }

    #[test]
    fn what_is_text_is_compressed_and_what_is_so_already_is_not() {
        for good in ["text/html; charset=utf-8", "text/javascript; charset=utf-8", "application/wasm", "image/svg+xml"]
        {
            assert!(is_for(good), "{good}");
        }
        for bad in ["image/png", "image/webp", "font/woff2", "application/octet-stream"] {
            assert!(!is_for(bad), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_content_is_compressed_once_and_another_takes_its_place() {
        let text = Bytes::from("转盘与它的奖品。".repeat(200));
        let first = packed("test/once", [1; 32], &text).await.unwrap();
        let mut unpacked = Vec::new();
        brotli::Decompressor::new(first.as_ref(), 4096).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);
        assert_eq!(packed("test/once", [1; 32], &text).await.unwrap().as_ptr(), first.as_ptr());
        let other = Bytes::from("别的内容。".repeat(300));
        assert_ne!(packed("test/once", [2; 32], &other).await.unwrap(), first);
        assert_eq!(KEPT.lock().unwrap().keys().filter(|path| path.as_str() == "test/once").count(), 1);
    }

    #[tokio::test]
    async fn what_is_small_or_becomes_no_smaller_stays_as_it_is() {
        assert_eq!(packed("test/small", [3; 32], &Bytes::from(vec![b'a'; LEAST_BYTES - 1])).await, None);
        let noise: Vec<u8> = (0..).flat_map(|seed| crate::rng::Rng::seeded(seed).bytes()).take(4_000).collect();
        assert_eq!(packed("test/noise", [4; 32], &noise.into()).await, None);
    }
}
