//! Settings of photos: where they are stored, who reads them, and what they earn.

use std::path::PathBuf;

use fairwheel_core::points::ReceiptRule;
use reqwest::Url;
use secrecy::SecretString;

use super::{Check, Raw};

/// The most photos a day that can be set.
const DAILY_LIMIT_MAX: i64 = 1_000;

/// `FAIRWHEEL_STORAGE_URL`: where photos are stored.
#[derive(Clone, Debug)]
pub enum StorageSettings {
    /// A folder of this machine.
    Local(PathBuf),
    /// A bucket.
    S3(S3Settings),
}

/// A bucket that speaks the protocol of S3.
#[derive(Clone, Debug)]
pub struct S3Settings {
    /// Its name.
    pub bucket: String,
    /// Where it is, unless it is Amazon's.
    pub endpoint: Option<Url>,
    /// Its region.
    pub region: String,
    /// Whether the bucket's name is in the path instead of the host name.
    pub path_style: bool,
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: SecretString,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: SecretString,
    /// `AWS_SESSION_TOKEN`, for keys that are lent.
    pub session_token: Option<SecretString>,
}

/// `FAIRWHEEL_OCR`: who reads the total of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcrSettings {
    /// Nobody.
    Off,
    /// The program `tesseract`.
    Tesseract,
}

impl Check {
    pub(super) fn storage(&mut self, raw: &Raw) -> Option<StorageSettings> {
        const SHAPE: &str = "must be a folder, like file://data/media, or a bucket, like \
                             s3://BUCKET?endpoint=https://s3.example.com&region=us-east-1&path_style=true";
        if let Some(path) = raw.storage_url.strip_prefix("file://") {
            let path = Some(path).filter(|path| !path.is_empty()).ok_or_else(|| SHAPE.to_owned());
            return self
                .one("FAIRWHEEL_STORAGE_URL", &raw.storage_url, |_| path)
                .map(PathBuf::from)
                .map(StorageSettings::Local);
        }
        if !raw.storage_url.starts_with("s3://") {
            return self.one("FAIRWHEEL_STORAGE_URL", &raw.storage_url, |_| Err(SHAPE.to_owned()));
        }
        let access_key_id = self.aws_key("AWS_ACCESS_KEY_ID", raw.aws_access_key_id.as_ref());
        let secret_access_key = self.aws_key("AWS_SECRET_ACCESS_KEY", raw.aws_secret_access_key.as_ref());
        let url = self.one("FAIRWHEEL_STORAGE_URL", &raw.storage_url, |text| {
            let url = Url::parse(text).ok().filter(|url| url.has_host() && is_bare(url));
            url.ok_or_else(|| SHAPE.to_owned())
        })?;
        let (mut endpoint, mut path_style) = (None, false);
        let mut region = Some(raw.aws_region.clone()).filter(|region| !region.is_empty());
        for (name, value) in url.query_pairs() {
            match (&*name, &*value) {
                ("endpoint", text) => endpoint = Some(self.endpoint(text)?),
                ("region", text) => region = Some(text.to_owned()),
                ("path_style", "true" | "1") => path_style = true,
                ("path_style", "false" | "0") => path_style = false,
                _ => {
                    self.problems.push(format!("FAIRWHEEL_STORAGE_URL {SHAPE}; `{name}` is not understood"));
                    return None;
                }
            }
        }
        Some(StorageSettings::S3(S3Settings {
            bucket: url.host_str()?.to_owned(),
            endpoint,
            region: region.unwrap_or_else(|| "us-east-1".to_owned()),
            path_style,
            access_key_id: access_key_id?,
            secret_access_key: secret_access_key?,
            session_token: raw.aws_session_token.clone(),
        }))
    }

    fn aws_key(&mut self, name: &str, key: Option<&SecretString>) -> Option<SecretString> {
        if key.is_none() {
            self.problems.push(format!("{name} is missing: FAIRWHEEL_STORAGE_URL names a bucket"));
        }
        key.cloned()
    }

    fn endpoint(&mut self, text: &str) -> Option<Url> {
        let url = Url::parse(text).ok();
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host() && is_anonymous(url));
        self.one("FAIRWHEEL_STORAGE_URL", text, |_| {
            url.ok_or_else(|| "has an endpoint that is no address, like https://s3.example.com".to_owned())
        })
    }

    /// What addresses of photos in a folder begin with, if anything.
    pub(super) fn public_url(&mut self, text: &str) -> Option<String> {
        if text.is_empty() {
            return Some(String::new());
        }
        let url = Url::parse(text).ok().filter(|url| {
            let is_bare = is_anonymous(url) && url.path() == "/" && url.query().is_none() && url.fragment().is_none();
            matches!(url.scheme(), "http" | "https") && is_bare
        });
        self.one("FAIRWHEEL_PUBLIC_URL", text, |_| {
            let url = url.ok_or_else(|| "must be a scheme and a host, like https://api.example.com".to_owned())?;
            Ok(url.as_str().trim_end_matches('/').to_owned())
        })
    }

    pub(super) fn ocr(&mut self, name: &str) -> Option<OcrSettings> {
        self.one("FAIRWHEEL_OCR", name, |name| match name {
            "off" => Ok(OcrSettings::Off),
            "tesseract" => Ok(OcrSettings::Tesseract),
            _ => Err("must be off or tesseract".to_owned()),
        })
    }

    pub(super) fn receipt_rule(&mut self, raw: &Raw) -> Option<ReceiptRule> {
        let rate = self.number("FAIRWHEEL_POINTS_PER_YUAN", &raw.points_per_yuan, 1..=10_000);
        let min = self.number("FAIRWHEEL_RECEIPT_POINTS_MIN", &raw.receipt_points_min, 1..=1_000_000);
        let max = self.number("FAIRWHEEL_RECEIPT_POINTS_MAX", &raw.receipt_points_max, 1..=1_000_000);
        let small = |number: i64| u32::try_from(number).unwrap_or(0);
        let rule = ReceiptRule::new(small(rate?), small(min?), small(max?));
        self.one("FAIRWHEEL_RECEIPT_POINTS_MIN", &raw.receipt_points_min, |_| {
            rule.map_err(|_| "must not be above FAIRWHEEL_RECEIPT_POINTS_MAX".to_owned())
        })
    }

    pub(super) fn upload_daily_limit(&mut self, text: &str) -> Option<i64> {
        self.number("FAIRWHEEL_UPLOAD_DAILY_LIMIT", text, 1..=DAILY_LIMIT_MAX)
    }
}

/// Whether a URL is only a scheme, a host and a query.
fn is_bare(url: &Url) -> bool {
    is_anonymous(url) && matches!(url.path(), "" | "/") && url.port().is_none() && url.fragment().is_none()
}

/// Whether a URL has no user and no password in it.
fn is_anonymous(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::{
        super::{Config, tests::good},
        *,
    };

    const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIA1"), ("AWS_SECRET_ACCESS_KEY", "wJalr7")];

    fn with_keys(extra: &[(&str, &str)]) -> Result<Config, String> {
        good(&[&KEYS, extra].concat()).map_err(|problems| problems.0.join("\n"))
    }

    #[test]
    fn a_folder_and_a_bucket() {
        let StorageSettings::Local(path) = good(&[]).unwrap().storage else { panic!("a folder") };
        assert_eq!(path, PathBuf::from("data/media"));
        let url = "s3://receipts?endpoint=http://127.0.0.1:9000&region=cn-hangzhou&path_style=true";
        let config = with_keys(&[("FAIRWHEEL_STORAGE_URL", url)]).unwrap();
        assert!(!format!("{config:?}").contains("wJalr7"));
        let StorageSettings::S3(s3) = config.storage else { panic!("a bucket") };
        assert_eq!((s3.bucket.as_str(), s3.region.as_str(), s3.path_style), ("receipts", "cn-hangzhou", true));
        assert_eq!(s3.endpoint.unwrap().as_str(), "http://127.0.0.1:9000/");
        assert_eq!(s3.secret_access_key.expose_secret(), "wJalr7");
        let config = with_keys(&[("FAIRWHEEL_STORAGE_URL", "s3://receipts"), ("AWS_REGION", "eu-west-1")]).unwrap();
        let StorageSettings::S3(s3) = config.storage else { panic!("a bucket") };
        assert_eq!((s3.region.as_str(), s3.endpoint, s3.path_style), ("eu-west-1", None, false));
    }

    #[test]
    fn what_names_no_place_is_refused() {
        for url in
            ["data/media", "file://", "s3://", "ftp://x", "s3://b/folder", "s3://key:word@b", "s3://b?colour=red"]
        {
            let problems = with_keys(&[("FAIRWHEEL_STORAGE_URL", url)]).unwrap_err();
            assert!(problems.contains("FAIRWHEEL_STORAGE_URL must be a folder"), "{url}: {problems}");
        }
        let problems = with_keys(&[("FAIRWHEEL_STORAGE_URL", "s3://b?endpoint=here")]).unwrap_err();
        assert!(problems.contains("has an endpoint that is no address"), "{problems}");
        let problems = good(&[("FAIRWHEEL_STORAGE_URL", "data/media")]).unwrap_err().0;
        assert!(problems.len() == 1, "no keys are asked for: {problems:?}");
        let problems = good(&[("FAIRWHEEL_STORAGE_URL", "s3://b")]).unwrap_err().0;
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].starts_with("AWS_ACCESS_KEY_ID is missing"), "{problems:?}");
    }

    #[test]
    fn where_clients_reach_the_server() {
        assert_eq!(good(&[]).unwrap().public_url, "");
        for (text, url) in [
            ("https://api.example.com", "https://api.example.com"),
            ("https://api.example.com/", "https://api.example.com"),
            ("http://10.0.0.5:3000", "http://10.0.0.5:3000"),
        ] {
            assert_eq!(good(&[("FAIRWHEEL_PUBLIC_URL", text)]).unwrap().public_url, url);
        }
        for text in [
            "api.example.com",
            "ftp://api.example.com",
            "https://",
            "https://api.example.com/v1",
            "https://api.example.com?a=b",
            "https://api.example.com/#a",
            "https://a:b@api.example.com",
        ] {
            let problems = good(&[("FAIRWHEEL_PUBLIC_URL", text)]).unwrap_err().0;
            assert!(problems.len() == 1 && problems[0].contains("must be a scheme and a host"), "{text}: {problems:?}");
        }
    }

    #[test]
    fn what_a_receipt_earns_and_who_reads_it() {
        let config = good(&[]).unwrap();
        assert_eq!((config.ocr, config.receipt_rule), (OcrSettings::Off, ReceiptRule::default()));
        let config = good(&[("FAIRWHEEL_OCR", "tesseract"), ("FAIRWHEEL_POINTS_PER_YUAN", "2")]).unwrap();
        assert_eq!((config.ocr, config.receipt_rule.points(10_000)), (OcrSettings::Tesseract, 200));
        for (name, value, says) in [
            ("FAIRWHEEL_OCR", "on", "must be off or tesseract"),
            ("FAIRWHEEL_POINTS_PER_YUAN", "0", "from 1 to 10000"),
            ("FAIRWHEEL_RECEIPT_POINTS_MIN", "2001", "must not be above FAIRWHEEL_RECEIPT_POINTS_MAX"),
            ("FAIRWHEEL_RECEIPT_POINTS_MAX", "many", "whole number"),
            ("FAIRWHEEL_UPLOAD_DAILY_LIMIT", "0", "from 1 to 1000"),
        ] {
            let problems = good(&[(name, value)]).unwrap_err().0;
            assert!(problems.len() == 1 && problems[0].contains(name) && problems[0].contains(says), "{problems:?}");
        }
    }
}
