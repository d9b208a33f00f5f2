//! Checking settings: each against its range, and all of them before anything is said.

use std::{ops::RangeInclusive, path::PathBuf};

use secrecy::{ExposeSecret, SecretString};
use sqlx::mysql::MySqlConnectOptions;

use super::{Raw, files, is_mysql, sqlite_path};

pub(super) const SECRET_MIN_BYTES: usize = 32;
/// Pieces of text that appear in examples and never in a secret.
const PLACEHOLDERS: [&str; 6] = ["change", "example", "secret", "default", "password", "your-"];

/// Gathers problems instead of stopping at the first.
#[derive(Default)]
pub(super) struct Check {
    pub(super) problems: Vec<String>,
}

impl Check {
    pub(super) fn one<T>(&mut self, name: &str, text: &str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        read(text).map_err(|problem| self.problems.push(format!("{name} {problem}"))).ok()
    }

    pub(super) fn number(&mut self, name: &str, text: &str, range: RangeInclusive<i64>) -> Option<i64> {
        self.one(name, text, |text| {
            let number = text.parse().ok().filter(|number| range.contains(number));
            number.ok_or_else(|| format!("must be a whole number from {} to {}", range.start(), range.end()))
        })
    }

    pub(super) fn database(&mut self, url: &str, strict: bool) {
        if is_mysql(url) {
            if url.parse::<MySqlConnectOptions>().map_or(true, |options| options.get_database().is_none()) {
                self.problems
                    .push("FAIRWHEEL_DATABASE_URL must be like mysql://USER:PASSWORD@HOST:3306/DATABASE".to_owned());
            }
            return;
        }
        let Some(path) = sqlite_path(url) else {
            self.problems.push(
                "FAIRWHEEL_DATABASE_URL must be a file, like sqlite://data/fairwheel.db (what is in memory would be \
                 lost), or a server, like mysql://USER:PASSWORD@HOST:3306/DATABASE"
                    .to_owned(),
            );
            return;
        };
        if strict && files::is_world_readable(&path) {
            self.problems.push(format!(
                "the SQLite file {} can be read by every user of this machine; chmod 600 it",
                path.display()
            ));
        }
    }

    pub(super) fn redis(&mut self, url: Option<&SecretString>) {
        let is_one = |url: &str| url.starts_with("redis://") && redis::Client::open(url).is_ok();
        if url.is_some_and(|url| !is_one(url.expose_secret())) {
            self.problems.push("FAIRWHEEL_REDIS_URL must be like redis://:PASSWORD@HOST:6379 (without TLS)".to_owned());
        }
    }

    pub(super) fn dev_code(&mut self, code: Option<&SecretString>, strict: bool) {
        let Some(code) = code.map(ExposeSecret::expose_secret) else { return };
        if strict {
            self.problems.push("FAIRWHEEL_DEV_CODE is for development only; remove it".to_owned());
        } else if code.len() != 6 || !code.bytes().all(|digit| digit.is_ascii_digit()) {
            self.problems.push("FAIRWHEEL_DEV_CODE must be six digits".to_owned());
        }
    }

    pub(super) fn secrets(&mut self, raw: &Raw, strict: bool) -> (Option<SecretString>, Option<SecretString>) {
        let jwt = self.secret("FAIRWHEEL_JWT_SECRET", raw.jwt_secret.as_ref(), raw, strict);
        let seed = self.secret("FAIRWHEEL_SEED_SECRET", raw.seed_secret.as_ref(), raw, strict);
        if let (Some(jwt), Some(seed)) = (&jwt, &seed)
            && jwt.expose_secret() == seed.expose_secret()
        {
            self.problems.push("FAIRWHEEL_JWT_SECRET and FAIRWHEEL_SEED_SECRET must differ".to_owned());
        }
        (jwt, seed)
    }

    pub(super) fn good_secret(&mut self, name: &str, secret: &SecretString) -> Option<SecretString> {
        self.one(name, secret.expose_secret(), |text| {
            if text.len() < SECRET_MIN_BYTES {
                return Err(format!("is too short: at least {SECRET_MIN_BYTES} bytes"));
            }
            let lower = text.to_lowercase();
            if PLACEHOLDERS.iter().any(|word| lower.contains(word)) || is_monotonous(text) {
                return Err("is a placeholder; make one with `openssl rand -hex 32`".to_owned());
            }
            Ok(SecretString::from(text.to_owned()))
        })
    }

    pub(super) fn secret(
        &mut self,
        name: &str,
        given: Option<&SecretString>,
        raw: &Raw,
        strict: bool,
    ) -> Option<SecretString> {
        match given {
            Some(secret) => self.good_secret(name, secret),
            None if strict => {
                self.problems.push(format!("{name} is missing; make one with `openssl rand -hex 32`"));
                None
            }
            None => {
                let file = format!("{}.txt", name.trim_start_matches("FAIRWHEEL_").to_lowercase().replace('_', "-"));
                let place = match &raw.database_url {
                    url if is_mysql(url) => PathBuf::from("data/fairwheel.db"),
                    // Without a file for the database, which has been reported, there is no place for the secret.
                    url => sqlite_path(url)?,
                };
                files::kept_secret(&place, &file)
                    .map_err(|error| self.problems.push(format!("{name} can't be kept beside the database: {error}")))
                    .ok()
            }
        }
    }
}

/// Whether a text uses fewer than 8 different characters: `aaaa…`, `12341234…`.
fn is_monotonous(text: &str) -> bool {
    text.chars().collect::<std::collections::HashSet<_>>().len() < 8
}
