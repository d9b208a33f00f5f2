//! The HTTP interface: one module a noun, one file a verb.

pub mod admin;
pub mod auth;
pub mod bearer;
pub mod body;
pub mod demo;
pub mod docs;
pub mod envelope;
pub mod exchange;
pub mod health;
pub mod layers;
pub mod lottery;
pub mod media;
pub mod merchant;
pub mod number;
pub mod once;
pub mod openapi;
pub mod page;
pub mod photo;
pub mod query;
pub mod user;
pub mod ws;

use axum::{Router, extract::DefaultBodyLimit, http::StatusCode, middleware, response::Redirect, routing::get};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::AppState, error::ApiError};

/// The largest body a request may have, in bytes.
pub const BODY_LIMIT_BYTES: usize = 64 * 1024;

/// Every route of the server.
pub fn router(state: AppState) -> Router {
    let routes = Router::from(documented())
        .route("/", get(async || Redirect::temporary("/demo/")))
        .route("/metrics", get(health::metrics))
        .route("/ws", get(ws::handle))
        .route("/media/{*key}", get(media::handle))
        .route("/media/pictures/{name}", get(media::prize::handle))
        .merge(demo::routes())
        .merge(docs::routes());
    layered(routes, state)
}

/// The routes that `/openapi.json` describes: each handler says its own method and path.
fn documented() -> OpenApiRouter<AppState> {
    // It has limits of its own.
    let publish = OpenApiRouter::default()
        .routes(routes!(merchant::lottery::publish::handle))
        .layer(DefaultBodyLimit::max(merchant::lottery::publish::BODY_LIMIT_BYTES));
    let upload = OpenApiRouter::default().routes(routes!(photo::upload::handle)).layer(DefaultBodyLimit::disable());
    let api = OpenApiRouter::default()
        .routes(routes!(auth::send_code::handle))
        .routes(routes!(auth::login::handle))
        .routes(routes!(auth::refresh::handle))
        .routes(routes!(auth::verify::handle))
        .routes(routes!(auth::logout::handle))
        .routes(routes!(admin::status::handle))
        .routes(routes!(admin::points::handle))
        .routes(routes!(admin::applications::list::handle))
        .routes(routes!(admin::applications::review::handle))
        .routes(routes!(merchant::apply::handle, merchant::application::handle))
        .routes(routes!(user::info::handle, user::profile::handle))
        .routes(routes!(user::statistics::handle))
        .routes(routes!(user::points_records::handle))
        .routes(routes!(user::check_in::handle))
        .routes(routes!(exchange::products::handle))
        .routes(routes!(exchange::categories::handle))
        .routes(routes!(exchange::redeem::handle))
        .routes(routes!(exchange::records::handle))
        .routes(routes!(merchant::exchange::records::handle))
        .routes(routes!(merchant::export::handle))
        .routes(routes!(merchant::exchange::status::handle))
        .routes(routes!(merchant::review::pending::handle))
        .routes(routes!(merchant::review::decide::handle))
        .routes(routes!(merchant::review::batch::handle))
        .routes(routes!(merchant::review::statistics::handle))
        .routes(routes!(merchant::products::list::handle, merchant::products::create::handle))
        .routes(routes!(merchant::products::update::handle, merchant::products::remove::handle))
        .routes(routes!(merchant::products::batch_update::handle))
        .routes(routes!(merchant::products::batch_remove::handle))
        .routes(routes!(lottery::config::handle))
        .routes(routes!(lottery::draw::handle))
        .routes(routes!(lottery::records::handle))
        .routes(routes!(lottery::proof::handle))
        .routes(routes!(lottery::statistics::handle))
        .routes(routes!(lottery::odds::handle))
        .routes(routes!(merchant::lottery::config::handle))
        .routes(routes!(merchant::pictures::handle))
        .routes(routes!(photo::records::handle))
        .merge(publish)
        .merge(upload);
    OpenApiRouter::default().nest("/api", api).routes(routes!(health::live)).routes(routes!(health::ready))
}

/// What surrounds every route.
fn layered(routes: Router<AppState>, state: AppState) -> Router {
    routes
        .fallback(async || ApiError::Http(StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(async || ApiError::Http(StatusCode::METHOD_NOT_ALLOWED))
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(CatchPanicLayer::custom(layers::after_panic))
        // Outermost, so that every answer above has its id and its line in the log.
        .layer(middleware::from_fn_with_state(state.clone(), layers::request))
        .with_state(state)
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request, response::Response};
    use tower::ServiceExt;

    use super::*;
    use crate::app::temporary;

    async fn get_of(routes: Router<AppState>) -> Response {
        let (_dir, state) = temporary().await;
        tokio::time::pause();
        layered(routes, state).oneshot(Request::get("/x").body(Body::empty()).unwrap()).await.unwrap()
    }

    fn is_enveloped(response: &Response, status: StatusCode) {
        assert_eq!(response.status(), status);
        assert!(response.headers().contains_key("x-request-id"));
        assert_eq!(response.headers()["x-api-code"], status.as_str());
    }

    #[tokio::test]
    async fn a_panic_is_an_answer() {
        let panics = get(async || -> &'static str { panic!("on purpose") });
        is_enveloped(&get_of(Router::new().route("/x", panics)).await, StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[tokio::test]
    async fn a_request_that_takes_too_long_is_answered() {
        let sleeps = get(async || tokio::time::sleep(layers::REQUEST_TIMEOUT * 2).await);
        is_enveloped(&get_of(Router::new().route("/x", sleeps)).await, StatusCode::SERVICE_UNAVAILABLE);
    }
}
