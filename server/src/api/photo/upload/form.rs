//! The form of an upload: one photo, spooled to a file without a name, and perhaps the amount of the receipt.

use std::{fs::File, io::Seek};

use axum::{
    body::Body,
    extract::{FromRequest, Multipart, Request, multipart::Field},
};
use http::{HeaderMap, header::CONTENT_TYPE, request::Parts};
use sha2::{Digest, Sha256};
use tokio::{io::AsyncWriteExt, task::spawn_blocking};

use super::{
    NO_PHOTO, not_stored, on,
    steady::{Fault, Steady},
    too_large,
};
use crate::{api::photo::bad_amount, error::ApiError, media::picture::FILE_LIMIT_BYTES, store::photo::AMOUNTS};

/// The most bytes of an amount as text.
const AMOUNT_MAX_BYTES: usize = 64;
/// The longest text that may separate the parts (RFC 2046): it is searched for in every piece.
const BOUNDARY_MAX: usize = 70;
/// Bytes that are collected before they are written to the file: each write is a task of its own.
const WRITE_AT_ONCE_BYTES: usize = 128 * 1024;

/// What was sent.
#[derive(Debug)]
pub(super) struct Form {
    /// The photo.
    pub(super) file: Photo,
    /// What the diner says the receipt is about, in cents.
    pub(super) amount: Option<i64>,
}

/// A photo as it was sent.
#[derive(Debug)]
pub(super) struct Photo {
    /// A file without a name, at its beginning: it is gone with this value, or with the server.
    pub(super) file: File,
    /// Its length.
    pub(super) size_bytes: u64,
    /// SHA-256 of it, 64 hexadecimal digits.
    pub(super) sha256: String,
}

/// Reads a form to its end. `parts` is the head of the request.
///
/// # Errors
///
/// 400 names the field at fault; 1002, 1004; 413.
pub(super) async fn read(parts: Parts, body: &Steady) -> Result<Form, ApiError> {
    let no_form = || ApiError::refused(400, "请求必须是 multipart/form-data 表单");
    if !is_short_bounded(&parts.headers) {
        return Err(no_form());
    }
    let request = Request::from_parts(parts, Body::new(body.clone()));
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| no_form())?;
    let (mut file, mut amount) = (None, None);
    while let Some(field) = form.next_field().await.map_err(|_| body.fault())? {
        body.used();
        match field.name().map(str::to_owned).as_deref() {
            Some("image" | "file" | "photo") if file.is_some() => {
                return Err(on("image", "一次只能上传一张图片"));
            }
            Some("image" | "file" | "photo") => file = Some(spool(field, body).await?),
            Some(name @ ("user_amount" | "amount")) => {
                let text = short_text(field, body).await?;
                let read = text.as_deref().map_or(Err(()), cents);
                let read = read.map_err(|()| bad_amount(name))?;
                if read.is_some() && amount.is_some() && read != amount {
                    return Err(ApiError::field(name, "与另一个金额不一致"));
                }
                amount = read.or(amount);
            }
            _ => skip(field, body).await?,
        }
    }
    // What comes after the form is nothing, but it comes.
    body.drain().await?;
    if body.is_too_long() {
        return Err(Fault::TooLong.into());
    }
    let file = file.ok_or_else(|| on("image", NO_PHOTO))?;
    Ok(Form { file, amount })
}

/// Whether every boundary that a form's type may name is short. Which of them counts is the form's reader to say.
fn is_short_bounded(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()) else { return true };
    kind.to_ascii_lowercase().split("boundary=").skip(1).all(|value| {
        let boundary = match value.strip_prefix('"') {
            Some(quoted) => quoted.rsplit_once('"').map_or(quoted, |(boundary, _)| boundary),
            None => value.split(';').next().unwrap_or(value).trim_end(),
        };
        boundary.len() <= BOUNDARY_MAX
    })
}

async fn spool(mut field: Field<'_>, body: &Steady) -> Result<Photo, ApiError> {
    let file = spawn_blocking(tempfile::tempfile).await.map_err(ApiError::internal)?.map_err(not_stored)?;
    let mut file = tokio::fs::File::from_std(file);
    file.set_max_buf_size(WRITE_AT_ONCE_BYTES);
    let (mut size_bytes, mut sha256) = (0, Sha256::new());
    let mut waiting = Vec::with_capacity(WRITE_AT_ONCE_BYTES);
    while let Some(chunk) = field.chunk().await.map_err(|_| body.fault())? {
        body.used();
        size_bytes += chunk.len() as u64;
        if size_bytes > FILE_LIMIT_BYTES {
            return Err(too_large());
        }
        if waiting.len() + chunk.len() > WRITE_AT_ONCE_BYTES {
            sha256.update(&waiting);
            file.write_all(&waiting).await.map_err(not_stored)?;
            waiting.clear();
        }
        waiting.extend_from_slice(&chunk);
    }
    sha256.update(&waiting);
    file.write_all(&waiting).await.map_err(not_stored)?;
    file.flush().await.map_err(not_stored)?;
    let mut file = file.into_std().await;
    file.rewind().map_err(not_stored)?;
    Ok(Photo { file, size_bytes, sha256: hex::encode(sha256.finalize()) })
}

/// `None` if it is long, or no text.
async fn short_text(mut field: Field<'_>, body: &Steady) -> Result<Option<String>, ApiError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|_| body.fault())? {
        body.used();
        if bytes.len() + chunk.len() > AMOUNT_MAX_BYTES {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8(bytes).ok())
}

async fn skip(mut field: Field<'_>, body: &Steady) -> Result<(), ApiError> {
    while field.chunk().await.map_err(|_| body.fault())?.is_some() {
        body.used();
    }
    Ok(())
}

/// Yuan with at most two decimals as cents. What JavaScript makes of a missing value is `None`.
fn cents(text: &str) -> Result<Option<i64>, ()> {
    let text = text.trim();
    if matches!(text, "" | "undefined" | "null" | "NaN") {
        return Ok(None);
    }
    let (yuan, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |part: &str, digits| (1..=digits).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !is_number(yuan, 6) || !is_number(decimals, 2) {
        return Err(());
    }
    let cents: i64 = format!("{yuan}{decimals:0<2}").parse().map_err(drop)?;
    if AMOUNTS.contains(&cents) { Ok(Some(cents)) } else { Err(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (text, expected) in [
            ("58.5", Some(5850)),
            (" 58 ", Some(5800)),
            ("0.01", Some(1)),
            ("999999.99", Some(99_999_999)),
            ("007.10", Some(710)),
            ("", None),
            ("undefined", None),
            ("null", None),
            ("NaN", None),
        ] {
            assert_eq!(cents(text), Ok(expected), "{text}");
        }
        for text in [
            "1e9", "-1", "58.505", "0", "0.00", "1000000", "+1", ".5", "5.", "1,000", "58元", "５８", "0x10",
            "Infinity", "nan", "1 2", "1.2.3", "--",
        ] {
            assert_eq!(cents(text), Err(()), "{text}");
        }
    }

    #[test]
    fn boundaries_are_short_however_they_are_written() {
        let long = "x".repeat(71);
        for (kind, expected) in [
            ("multipart/form-data; boundary=----WebKitFormBoundaryABCDEFGHIJKLMNOP".to_owned(), true),
            (format!("multipart/form-data; boundary=\"{}\"; charset=utf-8", &long[1..]), true),
            (format!("multipart/form-data; boundary={}; charset=utf-8", &long[1..]), true),
            (format!("multipart/form-data; boundary={long}"), false),
            (format!("multipart/form-data; BOUNDARY=\"{long}\""), false),
            (format!("multipart/form-data; x=\"boundary=a;\"; boundary={long}"), false),
            (format!("multipart/form-data; boundary=\"a;{long}\""), false),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, kind.parse().unwrap())]);
            assert_eq!(is_short_bounded(&headers), expected, "{kind}");
        }
    }
}
