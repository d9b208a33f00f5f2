//! Products, as those see them who sell them.

pub mod batch;
pub mod batch_remove;
pub mod batch_update;
pub mod create;
pub(super) mod fields;
pub mod list;
pub mod remove;
pub mod update;

use serde_json::json;

use crate::{
    api::{
        envelope::{ApiResult, Envelope},
        exchange::products::Item,
        once,
    },
    app::App,
    error::ApiError,
    store::{
        idempotency::Settled,
        product::manage::{self, Each, Order, Outcome},
    },
};

const NO_PRODUCT: &str = "商品不存在或已删除";
const OTHER_STOCK: &str = "当前库存为 3，未作修改";

/// Carries it out, and answers with what `envelope` makes of it.
async fn settle(
    app: &App,
    order: &Order<'_>,
    action: &str,
    envelope: &(dyn Fn(&[Each]) -> Envelope + Sync),
) -> ApiResult {
    match manage::manage(&app.db, order, &|outcomes| envelope(outcomes).into()).await? {
        Settled::Now(outcomes, answer) => {
            for (product_id, outcome) in &outcomes {
                if let Outcome::Done(product) = outcome {
                    log(order, action, *product_id, product.stock);
                }
            }
            Ok(answer.into())
        }
        Settled::Before(answer) => Ok(answer.into()),
        Settled::Otherwise => Err(once::used_otherwise()),
    }
}

/// The one product that was asked for.
fn one(outcomes: &[Each]) -> Envelope {
    match outcomes.first() {
        Some((_, Outcome::Done(product))) => Envelope::ok(&Item::from((**product).clone())),
        Some((_, Outcome::Stock { stock })) => Envelope::new(409, &other_stock(*stock), &json!({ "stock": stock })),
        Some((_, Outcome::NoProduct)) | None => Envelope::new(404, NO_PRODUCT, &json!({})),
    }
}

fn other_stock(stock: i64) -> String {
    OTHER_STOCK.replace('3', &stock.to_string())
}

/// No such product: an address that ends in no number.
fn no_product() -> ApiError {
    ApiError::refused(404, NO_PRODUCT)
}

/// Restaurants ask who changed a stock, and by how much. The user is in the line's span.
fn log(order: &Order<'_>, action: &str, product_id: i64, stock: i64) {
    let mut data = json!({ "product_id": product_id, "stock": stock });
    if let manage::Work::Change(_, change) = &order.work {
        data["stock_delta"] = change.stock_delta.into();
    }
    tracing::info!(module = "product", action = action, data = %data, "product saved");
}
