//! POST `/api/merchant/apply`.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    api::{
        bearer::Bearer,
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        openapi::Refusals,
    },
    app::AppState,
    error::ApiError,
    phone::Phone,
    store::{
        application::{self, Applied, NewApplication},
        status::Status,
    },
};

const NAME_MAX_CHARS: usize = 100;
const LICENSE_MAX_CHARS: usize = 50;

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = merchant::apply::Ask)]
pub struct Ask {
    /// Name of the store, 1 to 100 characters without control characters.
    #[schema(example = "福轮酒家（人民路店）", min_length = 1, max_length = 100)]
    store_name: String,
    /// Number of its business licence, 1 to 50 letters, digits and `-`.
    #[schema(example = "91310101MA1FPX1234", min_length = 1, max_length = 50)]
    business_license: String,
    /// Whom to ask for, 1 to 100 characters without control characters.
    #[schema(example = "王小明", min_length = 1, max_length = 100)]
    contact_person: String,
    /// Their mobile phone in mainland China, 11 digits.
    #[schema(example = "13800138000")]
    contact_phone: String,
}

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = merchant::apply::Answer)]
struct Answer {
    /// Identifier of the application, from 1.
    #[schema(example = 1, minimum = 1)]
    application_id: i64,
    /// Always `pending`.
    #[schema(example = "pending", pattern = "^(pending)$")]
    status: &'static str,
}

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 store_name 必须是 1 到 100 个字符，且不能含控制字符", r#"{"field": "store_name"}"#),
    (400, "参数 business_license 必须是 1 到 50 个字母、数字或 -", r#"{"field": "business_license"}"#),
    (400, "参数 contact_person 必须是 1 到 100 个字符，且不能含控制字符", r#"{"field": "contact_person"}"#),
    (400, "参数 contact_phone 必须是中国大陆手机号", r#"{"field": "contact_phone"}"#),
    (409, ALREADY, r#"{"application_id": 1}"#),
    (409, IS_MERCHANT, "{}"),
];
const ALREADY: &str = "您已有申请正在审核中";
const IS_MERCHANT: &str = "您已经是商家";

/// Applies to become a merchant.
///
/// It grants nothing by itself: an admin decides. A user has one open application; after a rejection they may apply again.
/// Spaces around the texts are cut.
///
/// # Errors
///
/// 400, 401, 403; 409 for a merchant, and while an application is open, whose id is in `data`.
#[utoipa::path(
    post, path = "/merchant/apply", security(("bearer" = [])), request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(State(app): State<AppState>, Bearer(user): Bearer, body: JsonBody<Ask>) -> ApiResult {
    let new = checked(&body.content, user.user_id, &app)?;
    match application::apply(&app.db, &new).await? {
        Applied::Open(application_id) => {
            let data = json!({ "application_id": application_id });
            tracing::info!(module = "merchant", action = "apply", data = %data, "application made");
            Ok(Envelope::ok(&Answer { application_id, status: Status::Pending.name() }))
        }
        Applied::Already(application_id) => {
            Ok(Envelope::new(409, ALREADY, &json!({ "application_id": application_id })))
        }
        Applied::IsMerchant => Err(ApiError::refused(409, IS_MERCHANT)),
    }
}

fn checked(ask: &Ask, user_id: i64, app: &AppState) -> Result<NewApplication, ApiError> {
    let store_name = name("store_name", &ask.store_name)?;
    let business_license = ask.business_license.trim();
    let is_plain = business_license.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !is_plain || !(1..=LICENSE_MAX_CHARS).contains(&business_license.len()) {
        return Err(ApiError::field("business_license", "必须是 1 到 50 个字母、数字或 -"));
    }
    let contact_person = name("contact_person", &ask.contact_person)?;
    let contact_phone = Phone::new(ask.contact_phone.trim());
    let contact_phone = contact_phone.ok_or_else(|| ApiError::field("contact_phone", "必须是中国大陆手机号"))?;
    Ok(NewApplication {
        user_id,
        store_name,
        business_license: business_license.to_owned(),
        contact_person,
        contact_phone: contact_phone.digits().to_owned(),
        now: app.clock.now(),
    })
}

fn name(field: &str, given: &str) -> Result<String, ApiError> {
    let name = given.trim();
    if !(1..=NAME_MAX_CHARS).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(ApiError::field(field, "必须是 1 到 100 个字符，且不能含控制字符"));
    }
    Ok(name.to_owned())
}
