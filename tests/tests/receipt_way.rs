//! The way of a receipt through a real bucket and real sockets: from the diner's phone to a merchant and back.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use fairwheel_server::clock::Clock;
use fairwheel_tests::{TestApp, photos::jpeg, s3::Bucket, socket::Socket};
use reqwest::{
    Client,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

const DINER: &str = "13900139000";
const MERCHANT: &str = "13700137000";

/// Everybody who has to do with a receipt that was just sent in.
struct Shop {
    app: TestApp,
    bucket: Bucket,
    diner: String,
    merchant: String,
    of_diner: Socket,
    of_merchant: Socket,
    /// What the diner was answered.
    sent: Value,
}

impl Shop {
    async fn with_receipt(amount: &'static str) -> Self {
        let bucket = Bucket::new().await;
        let mut app = bucket.app().await;
        // The bucket looks at the real clock when it is shown a signed address.
        app.state.clock.set(Clock::System.now());
        let base = app.serve().await;
        let (diner, merchant) = (app.diner(DINER, 100).await, app.merchant(MERCHANT).await);
        let mut of_diner = Socket::open(&base, &diner, "").await;
        let mut of_merchant = Socket::open(&base, &merchant, "").await;
        of_diner.connected().await;
        of_merchant.connected().await;
        let form = Form::new().text("user_amount", amount).part("photo", Part::bytes(jpeg(1)).file_name("wx_1.png"));
        let upload = Client::new().post(format!("{base}/api/photo/upload")).bearer_auth(&diner).multipart(form);
        let answer: Value = upload.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["code"], 0, "{answer}");
        Self { app, bucket, diner, merchant, of_diner, of_merchant, sent: answer["data"].clone() }
    }

    fn upload_id(&self) -> &str {
        self.sent["upload_id"].as_str().unwrap()
    }

    /// Decides the receipt as the list of what waits proposes it.
    async fn review(&self, action: &str, reason: &str) {
        let waiting = self.app.get("/api/merchant/pending-reviews", &self.merchant).await.ok();
        assert_eq!(waiting["total"], 1);
        let body = json!({
            "upload_id": waiting["reviews"][0]["id"], "action": action, "reason": reason,
            "points": waiting["reviews"][0]["suggested_points"],
        });
        self.app.post("/api/merchant/review", Some(&self.merchant), &body).await.ok();
        assert_eq!(self.app.get("/api/merchant/pending-reviews", &self.merchant).await.ok()["total"], 0);
    }
}

#[tokio::test]
async fn a_receipt_is_sent_in_shown_approved_and_earns_its_points() {
    let mut shop = Shop::with_receipt("58.59").await;
    let told = shop.of_merchant.next().await;
    assert_eq!((&told["type"], &told["data"]["upload_id"]), (&json!("review_pending"), &shop.sent["upload_id"]));
    assert_eq!(told["data"]["user_phone"], "139****9000");

    let waiting = shop.app.get("/api/merchant/pending-reviews", &shop.merchant).await.ok();
    let receipt = &waiting["reviews"][0];
    assert_eq!((&receipt["upload_id"], &receipt["amount"]), (&shop.sent["upload_id"], &json!(58.59)));
    assert_eq!((&receipt["expected_points"], &receipt["is_own"]), (&json!(585), &json!(false)));
    // The merchant sees the picture, straight from the bucket.
    assert_eq!(shop.bucket.keys().len(), 2);
    for address in [&receipt["image_url"], &receipt["thumbnail_url"]] {
        let picture = reqwest::get(address.as_str().unwrap()).await.unwrap();
        assert_eq!(
            (picture.status().as_u16(), &picture.headers()["content-type"]),
            (200, &"image/jpeg".parse().unwrap())
        );
        image::load_from_memory(&picture.bytes().await.unwrap()).unwrap();
    }

    shop.review("approve", "").await;
    let (result, update) = (shop.of_diner.next().await, shop.of_diner.next().await);
    assert_eq!((&result["type"], &update["type"]), (&json!("review_result"), &json!("points_update")));
    let told = json!([result["data"]["upload_id"], result["data"]["status"], result["data"]["points_awarded"]]);
    assert_eq!(told, json!([shop.upload_id(), "approved", 585]));
    let told = json!([update["data"]["change_points"], update["data"]["total_points"], update["data"]["reason"]]);
    assert_eq!(told, json!([585, 685, "photo_review"]));
    // A phone that adds the first and sets the second ends where the server is.
    let info = shop.app.get("/api/user/info", &shop.diner).await.ok();
    assert_eq!(info["total_points"], 685);
    let ledger = shop.app.get("/api/user/points-records", &shop.diner).await.ok()["records"][0].clone();
    assert_eq!((&ledger["points"], &ledger["balance_after"]), (&json!(585), &json!(685)));
    assert_eq!((&ledger["related_id"], &ledger["source"]), (&shop.sent["upload_id"], &json!("photo_review")));
    let record = shop.app.get("/api/photo/records?status=approved", &shop.diner).await.ok()["records"][0].clone();
    assert_eq!((&record["id"], &record["points_awarded"]), (&shop.sent["upload_id"], &json!(585)));
    assert_eq!(shop.app.get("/api/merchant/statistics", &shop.merchant).await.ok()["today_approved"], 1);
    shop.of_diner.heard().await;
    shop.of_merchant.heard().await;
}

#[tokio::test]
async fn a_receipt_that_is_rejected_earns_nothing_and_says_why() {
    let mut shop = Shop::with_receipt("").await;
    assert_eq!(shop.of_merchant.next().await["type"], "review_pending");
    shop.review("reject", "看不清金额").await;
    let result = shop.of_diner.next().await;
    assert_eq!(result["type"], "review_result");
    let told = json!([result["data"]["status"], result["data"]["points_awarded"], result["data"]["review_reason"]]);
    assert_eq!(told, json!(["rejected", 0, "看不清金额"]));
    // Nothing else is told: the answer to what is said now comes next.
    shop.of_diner.heard().await;
    assert_eq!(shop.app.get("/api/user/info", &shop.diner).await.ok()["total_points"], 100);
    assert_eq!(shop.app.get("/api/user/points-records", &shop.diner).await.ok()["total"], 1);
    let record = shop.app.get("/api/photo/records", &shop.diner).await.ok()["records"][0].clone();
    let told = json!([record["status"], record["points_awarded"], record["review_reason"]]);
    assert_eq!(told, json!(["rejected", 0, "看不清金额"]));
    assert_eq!(shop.app.get("/api/merchant/statistics", &shop.merchant).await.ok()["today_rejected"], 1);
}
