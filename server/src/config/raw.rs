//! The layers of settings, still as text.

use std::{collections::BTreeMap, path::Path};

use figment::{
    Figment,
    providers::{Format, Serialized, Toml},
};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize, de};

const PREFIX: &str = "FAIRWHEEL_";

/// Settings as they were written. Numbers may be written with or without quotes.
#[derive(Clone, Debug, Deserialize)]
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
    /// `FAIRWHEEL_TIME_ZONE`.
    #[serde(deserialize_with = "text")]
    pub time_zone: String,
    /// `FAIRWHEEL_WELCOME_POINTS`.
    #[serde(deserialize_with = "text")]
    pub welcome_points: String,
    /// `FAIRWHEEL_LOG`.
    #[serde(deserialize_with = "text")]
    pub log: String,
    /// `FAIRWHEEL_JWT_SECRET`.
    pub jwt_secret: Option<SecretString>,
    /// `FAIRWHEEL_SEED_SECRET`.
    pub seed_secret: Option<SecretString>,
    /// `FAIRWHEEL_DEV_CODE`.
    pub dev_code: Option<SecretString>,
}

#[derive(Serialize)]
struct Defaults {
    env: &'static str,
    listen: &'static str,
    database_url: &'static str,
    time_zone: &'static str,
    welcome_points: &'static str,
    log: &'static str,
}

const DEFAULTS: Defaults = Defaults {
    env: "development",
    listen: "127.0.0.1:3000",
    database_url: "sqlite://data/fairwheel.db",
    time_zone: "Asia/Shanghai",
    welcome_points: "0",
    log: "info",
};

impl Raw {
    /// Built-in values, then `file`, then `vars` whose name begins with `FAIRWHEEL_`; an empty one counts as absent.
    ///
    /// # Errors
    ///
    /// When the file is missing, is not TOML, or holds a value of the wrong type.
    pub fn read(
        file: Option<&Path>,
        vars: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Box<figment::Error>> {
        // figment's own reader of the environment would turn the code 000123 into the number 123.
        let vars: BTreeMap<String, String> = vars
            .into_iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?.to_lowercase(), value)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let mut layers = Figment::from(Serialized::defaults(DEFAULTS));
        if let Some(file) = file {
            layers = layers.merge(Toml::file_exact(file));
        }
        layers.merge(Serialized::defaults(vars)).extract().map_err(Box::new)
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
