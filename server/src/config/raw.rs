//! The layers of settings, still as text.

use std::{collections::BTreeMap, fs, path::Path};

use figment::{
    Figment,
    error::Kind,
    providers::{Format, Serialized, Toml},
};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize, de};

const PREFIX: &str = "FAIRWHEEL_";
/// The names of all settings. Other variables with our prefix belong to other programs.
const NAMES: [&str; 25] = [
    "env",
    "listen",
    "database_url",
    "redis_url",
    "time_zone",
    "welcome_points",
    "check_in_points",
    "log",
    "jwt_secret",
    "seed_secret",
    "dev_code",
    "sms_webhook",
    "sms_secret",
    "admin_phones",
    "storage_url",
    "public_url",
    "ocr",
    "points_per_yuan",
    "receipt_points_min",
    "receipt_points_max",
    "upload_daily_limit",
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_region",
];

/// Settings as they were written. Numbers may be written with or without quotes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    /// `FAIRWHEEL_ENV`.
    #[serde(deserialize_with = "text")]
    pub env: String,
    /// `FAIRWHEEL_LISTEN`.
    #[serde(deserialize_with = "text")]
    pub listen: String,
    /// `FAIRWHEEL_DATABASE_URL`.
    #[serde(deserialize_with = "text")]
    pub database_url: String,
    /// `FAIRWHEEL_REDIS_URL`. May hold a password.
    pub redis_url: Option<SecretString>,
    /// `FAIRWHEEL_TIME_ZONE`.
    #[serde(deserialize_with = "text")]
    pub time_zone: String,
    /// `FAIRWHEEL_WELCOME_POINTS`.
    #[serde(deserialize_with = "text")]
    pub welcome_points: String,
    /// `FAIRWHEEL_CHECK_IN_POINTS`.
    #[serde(deserialize_with = "text")]
    pub check_in_points: String,
    /// `FAIRWHEEL_LOG`.
    #[serde(deserialize_with = "text")]
    pub log: String,
    /// `FAIRWHEEL_JWT_SECRET`.
    pub jwt_secret: Option<SecretString>,
    /// `FAIRWHEEL_SEED_SECRET`.
    pub seed_secret: Option<SecretString>,
    /// `FAIRWHEEL_DEV_CODE`.
    pub dev_code: Option<SecretString>,
    /// `FAIRWHEEL_SMS_WEBHOOK`. Its path may be a secret.
    pub sms_webhook: Option<SecretString>,
    /// `FAIRWHEEL_SMS_SECRET`.
    pub sms_secret: Option<SecretString>,
    /// `FAIRWHEEL_ADMIN_PHONES`.
    #[serde(deserialize_with = "text")]
    pub admin_phones: String,
    /// `FAIRWHEEL_STORAGE_URL`.
    #[serde(deserialize_with = "text")]
    pub storage_url: String,
    /// `FAIRWHEEL_PUBLIC_URL`.
    #[serde(deserialize_with = "text")]
    pub public_url: String,
    /// `FAIRWHEEL_OCR`.
    #[serde(deserialize_with = "text")]
    pub ocr: String,
    /// `FAIRWHEEL_POINTS_PER_YUAN`.
    #[serde(deserialize_with = "text")]
    pub points_per_yuan: String,
    /// `FAIRWHEEL_RECEIPT_POINTS_MIN`.
    #[serde(deserialize_with = "text")]
    pub receipt_points_min: String,
    /// `FAIRWHEEL_RECEIPT_POINTS_MAX`.
    #[serde(deserialize_with = "text")]
    pub receipt_points_max: String,
    /// `FAIRWHEEL_UPLOAD_DAILY_LIMIT`.
    #[serde(deserialize_with = "text")]
    pub upload_daily_limit: String,
    /// `AWS_REGION`.
    #[serde(deserialize_with = "text")]
    pub aws_region: String,
    /// `AWS_ACCESS_KEY_ID`.
    pub aws_access_key_id: Option<SecretString>,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub aws_secret_access_key: Option<SecretString>,
    /// `AWS_SESSION_TOKEN`.
    pub aws_session_token: Option<SecretString>,
}

#[derive(Serialize)]
struct Defaults {
    env: &'static str,
    listen: &'static str,
    database_url: &'static str,
    time_zone: &'static str,
    welcome_points: &'static str,
    check_in_points: &'static str,
    log: &'static str,
    admin_phones: &'static str,
    storage_url: &'static str,
    public_url: &'static str,
    ocr: &'static str,
    points_per_yuan: &'static str,
    receipt_points_min: &'static str,
    receipt_points_max: &'static str,
    upload_daily_limit: &'static str,
    aws_region: &'static str,
}

const DEFAULTS: Defaults = Defaults {
    env: "development",
    listen: "127.0.0.1:3000",
    database_url: "sqlite://data/fairwheel.db",
    time_zone: "Asia/Shanghai",
    welcome_points: "0",
    check_in_points: "10",
    log: "info",
    admin_phones: "",
    storage_url: "file://data/media",
    public_url: "",
    ocr: "off",
    points_per_yuan: "10",
    receipt_points_min: "50",
    receipt_points_max: "2000",
    upload_daily_limit: "20",
    aws_region: "",
};

impl Raw {
    /// Built-in values, then `file`, then `vars` whose name begins with `FAIRWHEEL_` or `AWS_`; an empty one counts as absent, and
    /// one that is no setting of ours is ignored.
    ///
    /// # Errors
    ///
    /// Where the file is wrong, never what it holds: it can't be read, is not TOML, or has an unknown setting or a value
    /// of the wrong type.
    pub fn read(file: Option<&Path>, vars: impl IntoIterator<Item = (String, String)>) -> Result<Self, Vec<String>> {
        // figment's own reader of the environment would turn the code 000123 into the number 123.
        let vars: BTreeMap<String, String> = vars
            .into_iter()
            .filter_map(|(name, value)| Some((setting(&name)?.to_lowercase(), value)))
            .filter(|(name, value)| NAMES.contains(&name.as_str()) && !value.is_empty())
            .collect();
        let mut layers = Figment::from(Serialized::defaults(DEFAULTS));
        let mut source = String::new();
        if let Some(file) = file {
            source = file.display().to_string();
            let text = fs::read_to_string(file).map_err(|error| vec![format!("{source}: {error}")])?;
            layers = layers.merge(Toml::string(&text));
        }
        // What comes from the environment is text throughout, so whatever is wrong here is in the file.
        let named = |error: &figment::Error| format!("{source}: {}", describe(error));
        layers
            .merge(Serialized::defaults(vars))
            .extract()
            .map_err(|errors: figment::Error| errors.into_iter().map(|error| named(&error)).collect())
    }
}

/// The name of the setting that a variable sets. Those of the bucket's keys are what every S3 client calls them.
fn setting(variable: &str) -> Option<&str> {
    variable
        .strip_prefix(PREFIX)
        .filter(|name| !name.starts_with("AWS_"))
        .or(Some(variable).filter(|name| name.starts_with("AWS_")))
}

/// What is wrong, without the value: it may be a secret.
fn describe(error: &figment::Error) -> String {
    let key = error.path.join(".");
    match &error.kind {
        Kind::UnknownField(name, _) => format!("{name} is not a setting; these are: {}", NAMES.join(", ")),
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => format!("{key} must be {expected}"),
        // "TOML parse error at line 2, column 14", and then the text itself.
        Kind::Message(text) if text.starts_with("TOML parse error at line") => {
            text.split([',', '\n']).next().unwrap_or_default().to_owned()
        }
        _ if key.is_empty() => "can't be understood".to_owned(),
        _ => format!("{key} can't be understood"),
    }
}

/// Text, or a number written without quotes.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Text;
    impl de::Visitor<'_> for Text {
        type Value = String;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a text or a whole number")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
            Ok(text.to_owned())
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<String, E> {
            Ok(number.to_string())
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
            Ok(number.to_string())
        }
    }
    deserializer.deserialize_any(Text)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_mistake_in_the_file_is_located_and_never_shown() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("fairwheel.toml");
        let problem = |text: &str| {
            fs::write(&file, text).unwrap();
            Raw::read(Some(&file), []).unwrap_err().join("; ")
        };
        for (text, says) in [
            ("log = \"info\"\njwt_secret = \"7f3a9c", "fairwheel.toml: TOML parse error at line 2"),
            ("jwt_secret = 739", "fairwheel.toml: jwt_secret must be a string"),
            ("seed_secret = [\"7f3a9c\"]", "fairwheel.toml: seed_secret must be a string"),
            ("log = { x = \"7f3a9c\" }", "fairwheel.toml: log must be a text or a whole number"),
            ("jwt_secert = \"7f3a9c\"", "fairwheel.toml: jwt_secert is not a setting; these are: env, "),
        ] {
            let problem = problem(text);
            assert!(problem.contains(says), "{text}: {problem}");
            assert!(!problem.contains("7f3a9c") && !problem.contains("739"), "{problem}");
        }
    }

    #[test]
    fn every_setting_is_read_from_the_environment_and_other_variables_are_ignored() {
        let values = [
            ("FAIRWHEEL_ENV", "a"),
            ("FAIRWHEEL_LISTEN", "b"),
            ("FAIRWHEEL_DATABASE_URL", "c"),
            ("FAIRWHEEL_TIME_ZONE", "d"),
            ("FAIRWHEEL_WELCOME_POINTS", "5"),
            ("FAIRWHEEL_LOG", "f"),
            ("FAIRWHEEL_JWT_SECRET", "g"),
            ("FAIRWHEEL_SEED_SECRET", "h"),
            ("FAIRWHEEL_DEV_CODE", "000456"),
            ("FAIRWHEEL_SMS_WEBHOOK", "i"),
            ("FAIRWHEEL_SMS_SECRET", "j"),
            ("FAIRWHEEL_REDIS_URL", "l"),
            ("FAIRWHEEL_ADMIN_PHONES", "k"),
            ("FAIRWHEEL_CHECK_IN_POINTS", "6"),
            ("FAIRWHEEL_CHROMIUM", "/usr/bin/chromium"),
        ];
        let raw = Raw::read(None, values.map(|(name, value)| (name.to_owned(), value.to_owned()))).unwrap();
        assert_eq!(
            [
                raw.env,
                raw.listen,
                raw.database_url,
                raw.time_zone,
                raw.welcome_points,
                raw.log,
                raw.admin_phones,
                raw.check_in_points
            ],
            ["a", "b", "c", "d", "5", "f", "k", "6"]
        );
        let secrets = [raw.jwt_secret, raw.seed_secret, raw.dev_code, raw.sms_webhook, raw.sms_secret, raw.redis_url];
        let secrets = secrets.map(|secret| secret.unwrap().expose_secret().to_owned());
        assert_eq!(secrets, ["g", "h", "000456", "i", "j", "l"]);
    }
}
