//! Applications to become a merchant, as admins see them.

pub mod list;
pub mod review;

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::page::Listed,
    clock::iso,
    error::ApiError,
    phone::masked,
    store::{application::Application, status::Status},
};

/// What the applicant reads.
pub(in crate::api) const fn text(status: Status) -> &'static str {
    match status {
        Status::Pending => "审核中",
        Status::Approved => "已通过",
        Status::Rejected => "未通过",
    }
}

/// An application.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = admin::applications::Item)]
pub struct Item {
    /// Identifier, from 1.
    #[schema(example = 1, minimum = 1)]
    application_id: i64,
    /// Whose it is.
    #[schema(example = 1)]
    user_id: i64,
    /// Their phone, masked.
    #[schema(example = "138****8000")]
    user_phone: String,
    /// Whether they may use the service now: `active` or `banned`.
    #[schema(example = "active", pattern = "^(active|banned)$")]
    user_status: &'static str,
    /// Name of the store.
    #[schema(example = "福轮酒家（人民路店）")]
    store_name: String,
    /// Number of its business licence.
    #[schema(example = "91310101MA1FPX1234")]
    business_license: String,
    /// Whom to ask for.
    #[schema(example = "王小明")]
    contact_person: String,
    /// Their phone, masked.
    #[schema(example = "138****8000")]
    contact_phone: String,
    /// `pending`, `approved` or `rejected`.
    #[schema(example = "rejected", pattern = "^(pending|approved|rejected)$")]
    status: &'static str,
    /// The same in words: 审核中, 已通过 or 未通过.
    #[schema(example = "未通过")]
    status_text: &'static str,
    /// When it was made, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    created_at: String,
    /// The admin who decided; null while it is open.
    #[schema(example = 2, required)]
    reviewer_id: Option<i64>,
    /// Why; null without a reason.
    #[schema(example = "营业执照号有误", required)]
    review_reason: Option<String>,
    /// When it was decided, ISO-8601 UTC with milliseconds; null while it is open.
    #[schema(example = "2026-11-22T05:00:00.000Z", format = DateTime, required)]
    review_time: Option<String>,
}

impl Listed for Item {
    const NAME: &'static str = "applications";
}

impl TryFrom<&Application> for Item {
    type Error = ApiError;

    fn try_from(row: &Application) -> Result<Self, ApiError> {
        Ok(Self {
            application_id: row.application_id,
            user_id: row.user_id,
            user_phone: masked(&row.mobile),
            user_status: row.user_status.name(),
            store_name: row.store_name.clone(),
            business_license: row.business_license.clone(),
            contact_person: row.contact_person.clone(),
            contact_phone: masked(&row.contact_phone),
            status: row.status.name(),
            status_text: text(row.status),
            created_at: iso(row.created_at.0),
            reviewer_id: row.reviewer_id,
            review_reason: row.review_reason.clone(),
            review_time: reviewed_at(row)?,
        })
    }
}

/// When an application was decided, as on the wire.
///
/// # Errors
///
/// A stored time that is none.
pub fn reviewed_at(row: &Application) -> Result<Option<String>, ApiError> {
    let at = row.review_time.map(Timestamp::from_millisecond).transpose().map_err(ApiError::internal)?;
    Ok(at.map(iso))
}
