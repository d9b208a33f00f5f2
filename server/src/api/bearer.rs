//! Who is asking: the bearer token, checked against the user and the session as the database knows them now.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use jiff::Timestamp;

use crate::{
    app::{App, AppState},
    cache::Recent,
    error::ApiError,
    keys::{Holder, Keys},
    store::{
        Db, StoreError,
        mark::{Mark, Part},
        session,
        user::{User, UserStatus},
    },
};

/// What a diner reads who asks for what is for merchants.
pub const MERCHANTS_ONLY: &str = "仅商家可以操作";
/// What a diner reads who asks for what is for admins.
pub const ADMINS_ONLY: &str = "仅管理员可以操作";

/// How many tokens are remembered that are being used, and as many that were.
const TOKENS: usize = 8192;

/// Tokens whose signatures were found to be good, and whose they are. One a server.
#[derive(Debug)]
pub struct Tokens(Recent<String, Arc<Known>>);

#[derive(Debug)]
struct Known {
    holder: Holder,
    /// The user, where they may be kept.
    user: Mutex<Option<(Mark, Arc<User>)>>,
}

impl Default for Tokens {
    fn default() -> Self {
        Self(Recent::new(TOKENS))
    }
}

impl Tokens {
    /// What is known of a token that is good now.
    fn known(&self, keys: &Keys, token: &str, now: Timestamp) -> Option<Arc<Known>> {
        if let Some(known) = self.0.get(token) {
            return (now < known.holder.expires_at).then_some(known);
        }
        let known = Arc::new(Known { holder: keys.holder(token, now)?, user: Mutex::default() });
        self.0.insert(token.to_owned(), known.clone());
        Some(known)
    }
}

impl Known {
    /// The user of the session; `None` if it is unknown or was revoked.
    async fn user(&self, db: &Db) -> Result<Option<Arc<User>>, StoreError> {
        let Holder { user_id, session_id, .. } = &self.holder;
        let mark = db.mark(Part::User(*user_id));
        if let (Some(mark), Some((kept_at, user))) = (mark, &*self.kept())
            && *kept_at >= mark
        {
            return Ok(Some(user.clone()));
        }
        let user = session::user(db, session_id, *user_id).await?;
        if let (Some(mark), Some(user)) = (mark, &user) {
            *self.kept() = Some((mark, user.clone()));
        }
        Ok(user)
    }

    fn kept(&self) -> MutexGuard<'_, Option<(Mark, Arc<User>)>> {
        self.user.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a valid access token opens.
#[derive(Debug)]
pub struct Access {
    /// Whose it is; not banned.
    pub user: Arc<User>,
    /// The session that it belongs to; not revoked.
    pub session_id: String,
    /// From then on it opens nothing.
    pub expires_at: Timestamp,
}

/// Checks an access token.
///
/// # Errors
///
/// 401 if it is bad or expired, or its session is unknown or revoked; 403 if the user is banned; what the database says.
pub async fn access(app: &App, token: &str) -> Result<Access, ApiError> {
    let known = app.tokens.known(&app.keys, token, app.clock.now()).ok_or_else(ApiError::unauthorized)?;
    let user = known.user(&app.db).await?.ok_or_else(ApiError::unauthorized)?;
    tracing::Span::current().record("user_id", user.user_id);
    match user.status {
        UserStatus::Active => {
            Ok(Access { user, session_id: known.holder.session_id.clone(), expires_at: known.holder.expires_at })
        }
        UserStatus::Banned => Err(ApiError::banned()),
    }
}

/// Who says to be asking, by a token whose signature is good: for what is carried out in a transaction that looks at the
/// session and the user itself.
#[derive(Debug)]
pub struct Claim {
    /// Whose the token is.
    pub user_id: i64,
    /// The session that it belongs to.
    pub session_id: String,
}

impl FromRequestParts<AppState> for Claim {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let token = token(&parts.headers).ok_or_else(log_in_first)?;
        let known = app.tokens.known(&app.keys, token, app.clock.now()).ok_or_else(ApiError::unauthorized)?;
        let Holder { user_id, session_id, .. } = &known.holder;
        tracing::Span::current().record("user_id", user_id);
        Ok(Self { user_id: *user_id, session_id: session_id.clone() })
    }
}

/// The user that a valid access token belongs to; not banned.
#[derive(Debug)]
pub struct Bearer(pub Arc<User>);

impl FromRequestParts<AppState> for Bearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let token = token(&parts.headers).ok_or_else(log_in_first)?;
        access(app, token).await.map(|access| Self(access.user))
    }
}

/// A [`Bearer`] who is a merchant. Calls that take it list [`MERCHANTS_ONLY`] among their refusals, as 403.
#[derive(Debug)]
pub struct Merchant(pub Arc<User>);

impl FromRequestParts<AppState> for Merchant {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let Bearer(user) = Bearer::from_request_parts(parts, app).await?;
        if user.is_merchant { Ok(Self(user)) } else { Err(ApiError::refused(403, MERCHANTS_ONLY)) }
    }
}

/// A [`Bearer`] whose phone is in `FAIRWHEEL_ADMIN_PHONES`. Calls that take it list [`ADMINS_ONLY`] among their refusals,
/// as 403.
#[derive(Debug)]
pub struct Admin(pub Arc<User>);

impl FromRequestParts<AppState> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let Bearer(user) = Bearer::from_request_parts(parts, app).await?;
        let listed = app.config.admin_phones.iter().any(|phone| phone.digits() == user.mobile);
        if listed { Ok(Self(user)) } else { Err(ApiError::refused(403, ADMINS_ONLY)) }
    }
}

/// 401 for a request without any token.
pub(super) fn log_in_first() -> ApiError {
    ApiError::refused(401, "请先登录")
}

/// The token in the header `Authorization: Bearer …`.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
