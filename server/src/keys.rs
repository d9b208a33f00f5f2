//! Everything derived from the two secrets: access tokens, hashes of login codes, refresh tokens, server seeds.

use std::fmt;

use fairwheel_core::draw::{Nonce, ServerSeed};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// Life of an access token in seconds.
pub const ACCESS_TOKEN_S: i64 = 7200;
/// Length of a refresh token, before it is written in hexadecimal.
pub const REFRESH_TOKEN_BYTES: usize = 32;

/// The keys of this installation. `Debug` does not show them.
pub struct Keys {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    code: [u8; 32],
    refresh: [u8; 32],
    media: [u8; 32],
    seed: SecretString,
    seed_salt: String,
}

/// What an access token says. Rights are never read from it.
#[derive(Debug, Deserialize, Serialize)]
struct Claims {
    /// The user's id in decimal.
    sub: String,
    /// The session's id.
    sid: String,
    /// Issued at, Unix seconds.
    iat: i64,
    /// Refused from this Unix second on.
    exp: i64,
}

/// Whom an access token was made for, and until when it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The user.
    pub user_id: i64,
    /// The session of theirs that it belongs to.
    pub session_id: String,
    /// From then on it is refused.
    pub expires_at: Timestamp,
}

impl Keys {
    /// Derives the keys. The configuration has made sure that the secrets are long enough; `seed_salt` is kept in the
    /// database.
    #[must_use]
    pub fn new(jwt_secret: &SecretString, seed_secret: &SecretString, seed_salt: String) -> Self {
        let jwt_secret = jwt_secret.expose_secret().as_bytes();
        let mut validation = Validation::new(Algorithm::HS256);
        // The expiry is checked against our own clock, below.
        validation.validate_exp = false;
        Self {
            encoding: EncodingKey::from_secret(jwt_secret),
            decoding: DecodingKey::from_secret(jwt_secret),
            validation,
            code: hmac_sha256(jwt_secret, b"fairwheel-code-v1"),
            refresh: hmac_sha256(jwt_secret, b"fairwheel-refresh-v1"),
            media: hmac_sha256(jwt_secret, b"fairwheel-media-v1"),
            seed: seed_secret.clone(),
            seed_salt,
        }
    }

    /// An access token for this session of a user.
    ///
    /// # Errors
    ///
    /// What the signing library says; not known to happen with HS256.
    pub fn access_token(
        &self,
        user_id: i64,
        session_id: &str,
        now: Timestamp,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let iat = now.as_second();
        let claims = Claims { sub: user_id.to_string(), sid: session_id.to_owned(), iat, exp: iat + ACCESS_TOKEN_S };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
    }

    /// Whom a token was made for; `None` if it is malformed, names no session, is signed otherwise or has expired.
    #[must_use]
    pub fn holder(&self, token: &str, now: Timestamp) -> Option<Holder> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).ok()?.claims;
        if now.as_second() >= claims.exp {
            return None;
        }
        let expires_at = Timestamp::from_second(claims.exp).ok()?;
        Some(Holder { user_id: claims.sub.parse().ok()?, session_id: claims.sid, expires_at })
    }

    /// What is stored of a login code: useless without the secret, and bound to its phone.
    #[must_use]
    pub fn code_hash(&self, phone: &str, code: &str) -> String {
        hex::encode(hmac_sha256(&self.code, format!("{phone}\n{code}").as_bytes()))
    }

    /// What is stored of a refresh token.
    #[must_use]
    pub fn refresh_hash(&self, token: &str) -> String {
        hex::encode(hmac_sha256(&self.refresh, format!("hash\n{token}").as_bytes()))
    }

    /// The refresh token that replaces this one: always the same, so that it need not be kept to be said again.
    #[must_use]
    pub fn next_refresh_token(&self, token: &str) -> String {
        hex::encode(hmac_sha256(&self.refresh, format!("next\n{token}").as_bytes()))
    }

    /// What signs the addresses of photos in a folder.
    #[must_use]
    pub fn media_key(&self) -> [u8; 32] {
        self.media
    }

    /// The server seed of a user's nonce. It is computed when needed and never stored. The salt keeps a new database,
    /// whose users and nonces begin at 1 again, from dealing the seeds that an old one has revealed.
    #[must_use]
    pub fn server_seed(&self, user_id: i64, nonce: Nonce) -> ServerSeed {
        let message = format!("fairwheel-seed-v1\n{}\n{user_id}\n{}", self.seed_salt, nonce.get());
        ServerSeed::from_bytes(hmac_sha256(self.seed.expose_secret().as_bytes(), message.as_bytes()))
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(secret)")
    }
}

pub(crate) fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.chain_update(message).finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn salted(salt: &str) -> Keys {
        Keys::new(&"jwt ".repeat(10).into(), &"0123456789abcdef0123456789abcdef".to_owned().into(), salt.to_owned())
    }

    fn keys() -> Keys {
        salted("5a17")
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// `printf 'fairwheel-seed-v1\n5a17\n42\n7' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef`
    #[test]
    fn server_seeds_are_the_documented_hmac() {
        let seed = keys().server_seed(42, Nonce::new(7).unwrap());
        assert_eq!(seed.reveal().to_string(), "0de6c0b8c0ffb872c82578b888bf37bd4db6647cbf10b585d307a199947fc1a2");
    }

    #[test]
    fn tokens_last_two_hours_and_no_longer() {
        let token = keys().access_token(42, "5e55", at("2026-11-22T08:00:00Z")).unwrap();
        let expires_at = at("2026-11-22T10:00:00Z");
        let holder = Holder { user_id: 42, session_id: "5e55".into(), expires_at };
        assert_eq!(keys().holder(&token, at("2026-11-22T09:59:59.999Z")), Some(holder));
        assert_eq!(keys().holder(&token, expires_at), None);
    }

    /// `key=$(printf fairwheel-refresh-v1 | openssl dgst -sha256 -hmac "$jwt_secret" -r | cut -c-64)`, then
    /// `printf 'next\nabc' | openssl dgst -sha256 -mac HMAC -macopt hexkey:$key`
    #[test]
    fn refresh_tokens_follow_from_one_another_and_are_not_their_hashes() {
        let next = keys().next_refresh_token("abc");
        assert_eq!(next, "67ab95489dc4bd8109ec3b435c6e57126526207432709b6ebae7563dc472e078");
        assert_ne!(keys().refresh_hash("abc"), next);
    }

    #[test]
    fn a_code_is_bound_to_its_phone() {
        let hash = keys().code_hash("13800138000", "123456");
        assert_ne!(hash, keys().code_hash("13800138001", "123456"));
        assert!(!hash.contains("123456"));
    }
}
