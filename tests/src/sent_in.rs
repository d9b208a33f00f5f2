//! Receipts as they lie in the tables after they were sent in, for tests of what comes after that.

use fairwheel_server::store::user;

use crate::TestApp;

/// A receipt that waits.
#[derive(Clone, Copy, Debug)]
pub struct Receipt<'a> {
    /// Its name.
    pub upload_id: &'a str,
    /// The phone of its diner.
    pub phone: &'a str,
    /// What the diner says, in cents.
    pub amount: Option<i64>,
    /// What was read, in cents.
    pub estimated: Option<i64>,
}

impl TestApp {
    /// Puts a receipt into the tables, sent in just now.
    pub async fn receipt(&self, receipt: Receipt<'_>) {
        let Receipt { upload_id, phone, amount, estimated } = receipt;
        let user = user::by_mobile(&self.state.db, phone).await.expect("users").expect("a registered phone");
        let mut tx = self.state.db.begin().await.expect("a transaction");
        fairwheel_server::execute!(
            &mut tx,
            "INSERT INTO upload_reviews (upload_id, user_id, image_url, amount, estimated_amount, created_at)
             VALUES (?, ?, ?, ?, ?, ?)",
            upload_id,
            user.user_id,
            format!("receipts/{}.jpg", upload_id.to_lowercase()),
            amount,
            estimated,
            self.state.clock.now().as_millisecond()
        )
        .expect("inserted");
        tx.commit().await.expect("committed");
    }

    /// A merchant's token.
    pub async fn merchant(&self, phone: &str) -> String {
        let token = self.diner(phone, 0).await;
        let user = user::by_mobile(&self.state.db, phone).await.expect("users").expect("a registered phone");
        let set = user::set_merchant(&self.state.db, user.user_id, true, self.state.clock.now()).await;
        set.expect("set").expect("a user");
        token
    }
}
