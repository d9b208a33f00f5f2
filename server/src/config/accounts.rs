//! Settings of logins: how codes are sent, and who is an admin.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::{Check, Environment, Raw};
use crate::phone::Phone;

/// `FAIRWHEEL_SMS_WEBHOOK` and `FAIRWHEEL_SMS_SECRET`: who is asked to send a text message.
#[derive(Clone)]
pub struct SmsWebhook {
    /// Where the message is posted to. The address may hold a key of the gateway's.
    pub url: reqwest::Url,
    /// At least 32 bytes. Signs what is posted.
    pub secret: SecretString,
}

impl fmt::Debug for SmsWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmsWebhook(secret)")
    }
}

impl Check {
    /// Without a webhook, codes go to the log, which must not happen where real diners are.
    pub(super) fn sms(&mut self, raw: &Raw, env: Option<Environment>) -> Option<SmsWebhook> {
        let Some(url) = &raw.sms_webhook else {
            if env == Some(Environment::Production) {
                self.problems.push("FAIRWHEEL_SMS_WEBHOOK is missing: login codes have no way to diners".to_owned());
            }
            return None;
        };
        let url = self.one("FAIRWHEEL_SMS_WEBHOOK", url.expose_secret(), |text| {
            let url = reqwest::Url::parse(text).ok();
            let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            url.ok_or_else(|| "must be an address, like https://sms.example.com/send".to_owned())
        });
        let Some(secret) = &raw.sms_secret else {
            self.problems.push("FAIRWHEEL_SMS_SECRET is missing; make one with `openssl rand -hex 32`".to_owned());
            return None;
        };
        let secret = self.good_secret("FAIRWHEEL_SMS_SECRET", secret);
        // Whoever runs the gateway has it, and must not be able to sign access tokens with it.
        for (name, other) in [("FAIRWHEEL_JWT_SECRET", &raw.jwt_secret), ("FAIRWHEEL_SEED_SECRET", &raw.seed_secret)] {
            if let (Some(secret), Some(other)) = (&secret, other)
                && secret.expose_secret() == other.expose_secret()
            {
                self.problems.push(format!("FAIRWHEEL_SMS_SECRET and {name} must differ"));
            }
        }
        Some(SmsWebhook { url: url?, secret: secret? })
    }

    /// Phones, separated by commas. A wrong one is named by its place: it may be a whole phone with a slip.
    pub(super) fn admin_phones(&mut self, list: &str) -> Vec<Phone> {
        let mut phones = Vec::new();
        let entries = list.split(',').map(str::trim).enumerate();
        for (at, text) in entries.filter(|(_, text)| !text.is_empty()) {
            match Phone::new(text) {
                Some(phone) => phones.push(phone),
                None => self.problems.push(format!(
                    "FAIRWHEEL_ADMIN_PHONES: number {} of the list is no mainland mobile number of 11 digits",
                    at + 1
                )),
            }
        }
        phones
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Problems, tests::good};

    const SECRET: &str = "4d0b1e5a9c7f2836b1d4e7a0c3f69582";

    fn problems(extra: &[(&str, &str)]) -> String {
        good(extra).map(|config: Config| format!("{config:?}")).unwrap_err().0.join("\n")
    }

    #[test]
    fn production_needs_a_gateway_and_its_secret() {
        let Problems(none) = good(&[("FAIRWHEEL_SMS_WEBHOOK", "")]).unwrap_err();
        assert_eq!(none, ["FAIRWHEEL_SMS_WEBHOOK is missing: login codes have no way to diners"]);
        assert!(good(&[("FAIRWHEEL_ENV", "testing"), ("FAIRWHEEL_SMS_WEBHOOK", "")]).unwrap().sms.is_none());
        assert!(problems(&[("FAIRWHEEL_SMS_SECRET", "")]).contains("FAIRWHEEL_SMS_SECRET is missing"));
        assert!(problems(&[("FAIRWHEEL_SMS_SECRET", "short")]).contains("FAIRWHEEL_SMS_SECRET is too short"));
        let same = problems(&[("FAIRWHEEL_SMS_SECRET", "2b7e151628aed2a6abf7158809cf4f3c")]);
        assert!(same.contains("FAIRWHEEL_SMS_SECRET and FAIRWHEEL_JWT_SECRET must differ"), "{same}");
    }

    #[test]
    fn the_gateway_is_an_address_that_is_never_shown() {
        let config =
            good(&[("FAIRWHEEL_SMS_WEBHOOK", "http://10.0.0.7:8080/k7f3a9c"), ("FAIRWHEEL_SMS_SECRET", SECRET)]);
        let config = config.unwrap();
        assert_eq!(config.sms.as_ref().unwrap().url.port(), Some(8080));
        let shown = format!("{config:?}");
        assert!(!shown.contains("k7f3a9c") && !shown.contains(SECRET), "{shown}");
        for url in ["sms.example.com", "ftp://h/k7f3a9c", "https://", "mailto:k7f3a9c"] {
            let problems = problems(&[("FAIRWHEEL_SMS_WEBHOOK", url)]);
            assert!(problems.contains("FAIRWHEEL_SMS_WEBHOOK must be an address"), "{problems}");
            assert!(!problems.contains("k7f3a9c"), "{problems}");
        }
    }

    #[test]
    fn admins_are_a_list_of_phones() {
        let config = good(&[("FAIRWHEEL_ADMIN_PHONES", "13800138000, 13900139000,")]).unwrap();
        let phones: Vec<_> = config.admin_phones.iter().map(crate::phone::Phone::digits).collect();
        assert_eq!(phones, ["13800138000", "13900139000"]);
        assert!(!format!("{config:?}").contains("13800138000"));
        let problems = problems(&[("FAIRWHEEL_ADMIN_PHONES", "13800138000,1390013900,+8613700137000")]);
        assert_eq!(problems.lines().count(), 2, "{problems}");
        assert!(problems.contains("number 2") && problems.contains("number 3") && !problems.contains("137001"));
        assert!(good(&[]).unwrap().admin_phones.is_empty());
    }
}
