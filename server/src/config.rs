//! What the server is told before it starts: built-in values, then a TOML file, then the environment.
//!
//! A [`Config`] that exists is usable: [`Config::load`] answers with everything that is wrong at once, so that nobody
//! has to start the server five times to find five mistakes.

mod accounts;
mod check;
mod files;
mod media;
mod raw;

use std::{fmt, net::SocketAddr, path::Path};

use fairwheel_core::points::ReceiptRule;
use jiff::tz::TimeZone;
use secrecy::SecretString;
use tracing_subscriber::EnvFilter;

use crate::phone::Phone;

use self::check::Check;

pub use accounts::SmsWebhook;
pub use files::{is_mysql, make_private_dir, make_private_file, sqlite_path};
pub use media::{OcrSettings, S3Settings, StorageSettings};
pub use raw::Raw;

/// Where the server runs, and so how much it insists on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// A developer's machine: no configuration needed, login codes come back in the answer.
    Development,
    /// A shared test installation: as strict as production about secrets, but nothing is at stake.
    Testing,
    /// Real diners.
    Production,
}

/// Settings that have been checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// `FAIRWHEEL_ENV`.
    pub env: Environment,
    /// `FAIRWHEEL_LISTEN`: address and port; port 0 takes a free one.
    pub listen: SocketAddr,
    /// `FAIRWHEEL_DATABASE_URL`: `sqlite://FILE`, or `mysql://USER:PASSWORD@HOST/DATABASE`.
    pub database_url: SecretString,
    /// `FAIRWHEEL_REDIS_URL`: where servers on the same database tell each other that there are events.
    pub redis_url: Option<SecretString>,
    /// `FAIRWHEEL_JWT_SECRET`: at least 32 bytes. Signs access tokens and hashes login codes and refresh tokens.
    pub jwt_secret: SecretString,
    /// `FAIRWHEEL_SEED_SECRET`: at least 32 bytes. Every server seed is derived from it and from
    /// a salt in the database; without both, no proof of the past can be computed.
    pub seed_secret: SecretString,
    /// `FAIRWHEEL_DEV_CODE`: a fixed login code of six digits, development only.
    pub dev_code: Option<SecretString>,
    /// Who sends login codes. Without it they go to the log; in production, nowhere.
    pub sms: Option<SmsWebhook>,
    /// `FAIRWHEEL_ADMIN_PHONES`: whose users are admins.
    pub admin_phones: Vec<Phone>,
    /// `FAIRWHEEL_TIME_ZONE`: where a day begins.
    pub time_zone: TimeZone,
    /// `FAIRWHEEL_WELCOME_POINTS`: points a new user starts with, 0..=1,000,000.
    pub welcome_points: i64,
    /// `FAIRWHEEL_CHECK_IN_POINTS`: points for a check-in, 1..=10,000.
    pub check_in_points: i64,
    /// Where photos are stored.
    pub storage: StorageSettings,
    /// `FAIRWHEEL_PUBLIC_URL`: where clients reach the server, such as `https://api.example.com`; no `/` at its end. Empty: nobody
    /// has said.
    pub public_url: String,
    /// Who reads receipts.
    pub ocr: OcrSettings,
    /// `FAIRWHEEL_POINTS_PER_YUAN`, `FAIRWHEEL_RECEIPT_POINTS_MIN` and `_MAX`: what a receipt earns.
    pub receipt_rule: ReceiptRule,
    /// `FAIRWHEEL_UPLOAD_DAILY_LIMIT`: photos a user may upload a day, 1..=1,000.
    pub upload_daily_limit: i64,
    /// `FAIRWHEEL_LOG`: what is logged, such as `info` or `info,fairwheel_server=debug`.
    pub log: String,
}

/// Everything that keeps the server from starting, one line each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<String>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration has {} problem(s):", self.0.len())?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

const WELCOME_POINTS_MAX: i64 = 1_000_000;
const CHECK_IN_POINTS_MAX: i64 = 10_000;

impl Config {
    /// Reads the layers and checks every value. In development, missing secrets are made and kept beside the database.
    ///
    /// # Errors
    ///
    /// [`Problems`] lists everything that is wrong.
    pub fn load(file: Option<&Path>, vars: impl IntoIterator<Item = (String, String)>) -> Result<Self, Problems> {
        let raw = Raw::read(file, vars).map_err(Problems)?;
        Self::check(raw)
    }

    /// Checks raw settings; see [`Config::load`].
    ///
    /// # Errors
    ///
    /// [`Problems`] lists everything that is wrong.
    pub fn check(raw: Raw) -> Result<Self, Problems> {
        let mut check = Check::default();
        let env = check.one("FAIRWHEEL_ENV", &raw.env, |name| match name {
            "development" => Ok(Environment::Development),
            "testing" => Ok(Environment::Testing),
            "production" => Ok(Environment::Production),
            _ => Err("must be development, testing or production".to_owned()),
        });
        let listen = check.one("FAIRWHEEL_LISTEN", &raw.listen, |text| {
            text.parse::<SocketAddr>().map_err(|_| "must be an address and a port, like 127.0.0.1:3000".to_owned())
        });
        let time_zone = check.one("FAIRWHEEL_TIME_ZONE", &raw.time_zone, |name| {
            TimeZone::get(name).map_err(|_| "must be an IANA time zone, like Asia/Shanghai".to_owned())
        });
        let welcome_points = check.number("FAIRWHEEL_WELCOME_POINTS", &raw.welcome_points, 0..=WELCOME_POINTS_MAX);
        let check_in_points = check.number("FAIRWHEEL_CHECK_IN_POINTS", &raw.check_in_points, 1..=CHECK_IN_POINTS_MAX);
        let log = check.one("FAIRWHEEL_LOG", &raw.log, |filter| match filter.parse::<EnvFilter>() {
            Ok(_) => Ok(filter.to_owned()),
            Err(_) => Err("must be a level or a list of targets and levels, like info".to_owned()),
        });
        // An unknown environment is treated as the strictest.
        let strict = env != Some(Environment::Development);
        check.database(&raw.database_url, strict);
        check.redis(raw.redis_url.as_ref());
        check.dev_code(raw.dev_code.as_ref(), strict);
        let admin_phones = check.admin_phones(&raw.admin_phones);
        let (jwt_secret, seed_secret) = check.secrets(&raw, strict);
        let sms = check.sms(&raw, jwt_secret.as_ref());
        let storage = check.storage(&raw).zip(check.public_url(&raw.public_url)).zip(check.ocr(&raw.ocr));
        let receipts = check.receipt_rule(&raw).zip(check.upload_daily_limit(&raw.upload_daily_limit));
        let points = welcome_points.zip(check_in_points).zip(receipts);
        match (env, listen, time_zone, points, storage, log, jwt_secret.zip(seed_secret)) {
            (
                Some(env),
                Some(listen),
                Some(time_zone),
                Some(((welcome_points, check_in_points), (receipt_rule, upload_daily_limit))),
                Some(((storage, public_url), ocr)),
                Some(log),
                Some((jwt_secret, seed_secret)),
            ) if check.problems.is_empty() => Ok(Self {
                env,
                listen,
                database_url: raw.database_url.into(),
                redis_url: raw.redis_url,
                jwt_secret,
                seed_secret,
                dev_code: raw.dev_code,
                sms,
                admin_phones,
                time_zone,
                welcome_points,
                check_in_points,
                storage,
                public_url,
                ocr,
                receipt_rule,
                upload_daily_limit,
                log,
            }),
            _ => Err(Problems(check.problems)),
        }
    }

    /// Whether this is a developer's machine.
    #[must_use]
    pub fn is_development(&self) -> bool {
        self.env == Environment::Development
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn load(vars: &[(&str, &str)]) -> Result<Config, Problems> {
        Config::load(None, vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    pub(super) fn good(extra: &[(&str, &str)]) -> Result<Config, Problems> {
        let mut vars = vec![
            ("FAIRWHEEL_ENV", "production"),
            ("FAIRWHEEL_DATABASE_URL", "sqlite:///nowhere/fairwheel.db"),
            ("FAIRWHEEL_JWT_SECRET", "2b7e151628aed2a6abf7158809cf4f3c"),
            ("FAIRWHEEL_SEED_SECRET", "3c4fcf098815f7aba6d2ae2816157e2b"),
            ("FAIRWHEEL_SMS_WEBHOOK", "https://sms.example.com/send"),
            ("FAIRWHEEL_SMS_SECRET", "5f2d8c41b7e09a36d2c4f1708be5936a"),
        ];
        vars.retain(|(name, _)| extra.iter().all(|(other, _)| other != name));
        vars.extend_from_slice(extra);
        load(&vars)
    }

    #[test]
    fn development_needs_nothing_and_keeps_its_secrets_private() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/data/fairwheel.db", dir.path().display());
        let first = load(&[("FAIRWHEEL_DATABASE_URL", &url)]).unwrap();
        let second = load(&[("FAIRWHEEL_DATABASE_URL", &url)]).unwrap();
        assert_eq!(first.jwt_secret.expose_secret(), second.jwt_secret.expose_secret());
        assert_ne!(first.jwt_secret.expose_secret(), first.seed_secret.expose_secret());
        assert!(!files::is_world_readable(&dir.path().join("data/jwt-secret.txt")));
        assert!(!files::is_world_readable(&dir.path().join("data/seed-secret.txt")));
        assert_eq!(first.listen.to_string(), "127.0.0.1:3000");
        assert_eq!(first.time_zone.iana_name(), Some("Asia/Shanghai"));
    }

    #[test]
    fn production_names_everything_that_is_wrong_at_once() {
        let Problems(problems) = load(&[
            ("FAIRWHEEL_ENV", "production"),
            ("FAIRWHEEL_LISTEN", "here"),
            ("FAIRWHEEL_JWT_SECRET", "short"),
            ("FAIRWHEEL_DEV_CODE", "123456"),
            ("FAIRWHEEL_TIME_ZONE", "Mars/Olympus"),
            ("FAIRWHEEL_WELCOME_POINTS", "-5"),
            ("FAIRWHEEL_CHECK_IN_POINTS", "0"),
            ("FAIRWHEEL_LOG", "loud=very"),
        ])
        .unwrap_err();
        for name in [
            "LISTEN",
            "JWT_SECRET is too short",
            "SEED_SECRET is missing",
            "DEV_CODE",
            "TIME_ZONE",
            "WELCOME",
            "CHECK_IN",
            "LOG",
        ] {
            assert!(problems.iter().any(|problem| problem.contains(name)), "{name}: {problems:?}");
        }
        assert_eq!(problems.len(), 8);
    }

    #[test]
    fn placeholders_and_equal_secrets_are_refused() {
        assert!(good(&[]).is_ok());
        for secret in ["please-change-me-please-change-me!", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
            let Problems(problems) = good(&[("FAIRWHEEL_JWT_SECRET", secret)]).unwrap_err();
            assert!(problems[0].contains("placeholder"), "{problems:?}");
            assert!(!problems[0].contains(secret), "a problem never shows the value");
        }
        let equal = good(&[("FAIRWHEEL_JWT_SECRET", "3c4fcf098815f7aba6d2ae2816157e2b")]).unwrap_err();
        assert!(equal.0[0].contains("must differ"));
    }

    #[test]
    fn a_database_in_memory_is_refused() {
        for url in ["sqlite://", "sqlite::memory:", "sqlite://x.db?mode=memory"] {
            let Problems(problems) = load(&[("FAIRWHEEL_DATABASE_URL", url)]).unwrap_err();
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert!(problems[0].contains("FAIRWHEEL_DATABASE_URL must be a file"), "{problems:?}");
        }
    }

    #[test]
    fn a_database_on_a_server_needs_its_name_and_is_not_shown() {
        let config = good(&[("FAIRWHEEL_DATABASE_URL", "mysql://me:p4ss@db:3306/fairwheel")]).unwrap();
        assert!(!format!("{config:?}").contains("p4ss"));
        for url in ["mysql://me:p4ss@db:3306", "mysql://me:p4ss@db:port/fairwheel"] {
            let Problems(problems) = good(&[("FAIRWHEEL_DATABASE_URL", url)]).unwrap_err();
            assert!(problems[0].contains("mysql://USER") && !problems[0].contains("p4ss"), "{problems:?}");
        }
    }

    #[test]
    fn a_redis_is_named_by_its_address_which_is_not_shown() {
        let url = "redis://:p4ss@cache:6379";
        let config = good(&[("FAIRWHEEL_REDIS_URL", url)]).unwrap();
        assert_eq!(config.redis_url.as_ref().unwrap().expose_secret(), url);
        assert!(!format!("{config:?}").contains("p4ss"));
        for url in ["rediss://:p4ss@cache:6379", "cache:6379", "redis://:p4ss@cache:port"] {
            let Problems(problems) = good(&[("FAIRWHEEL_REDIS_URL", url)]).unwrap_err();
            assert!(
                problems.len() == 1 && problems[0].contains("redis://") && !problems[0].contains("p4ss"),
                "{problems:?}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn production_refuses_a_world_readable_database() {
        use std::os::unix::fs::PermissionsExt;
        let file = tempfile::NamedTempFile::new().unwrap();
        let url = format!("sqlite://{}", file.path().display());
        assert!(good(&[("FAIRWHEEL_DATABASE_URL", &url)]).is_ok());
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
        let Problems(problems) = good(&[("FAIRWHEEL_DATABASE_URL", &url)]).unwrap_err();
        assert!(problems[0].contains("chmod 600"), "{problems:?}");
    }

    #[test]
    fn the_environment_wins_over_the_file_and_digits_stay_text() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("fairwheel.toml");
        let url = format!("sqlite://{}/fairwheel.db", dir.path().display());
        std::fs::write(
            &file,
            format!("database_url = \"{url}\"\nlisten = \"127.0.0.1:1\"\nwelcome_points = 50\ndev_code = \"000123\"\n"),
        )
        .unwrap();
        let vars = [("FAIRWHEEL_LISTEN", "127.0.0.1:2"), ("FAIRWHEEL_DEV_CODE", "000456"), ("FAIRWHEEL_TIME_ZONE", "")];
        let config = Config::load(Some(&file), vars.map(|(name, value)| (name.to_owned(), value.to_owned()))).unwrap();
        assert_eq!((config.listen.port(), config.welcome_points), (2, 50));
        assert_eq!(config.dev_code.unwrap().expose_secret(), "000456");
        let missing = Config::load(Some(&dir.path().join("none.toml")), []).unwrap_err();
        assert!(missing.to_string().contains("none.toml"), "{missing}");
    }
}
