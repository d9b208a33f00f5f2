//! A merchant's request to publish a table, carried out once.

use super::{
    publish::{Publication, PublishError, Published, replace, whole_points},
    stock::Expected,
};
use crate::store::{
    Db,
    error::retry_busy,
    idempotency::{self, Answer, Key, Seen, Settled},
    user::Holders,
};

/// A merchant's request to publish.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// Who asks.
    pub user_id: i64,
    /// If the request named itself.
    pub key: Option<&'a Key>,
    /// What is published.
    pub publication: Publication<'a>,
    /// The version that it is to replace, if only that one.
    pub expected: Expected,
}

/// Publishes a table in the name of a merchant, as [`publish`](super::publish) does. `answer` writes down what became of it, which is kept
/// for a repetition of the request if the table was published: it must not be published twice, and prizes without an id be
/// new ones again. What was refused left nothing behind, and is looked at again.
///
/// # Errors
///
/// [`PublishError`] says why it was not published.
pub async fn publish_for(
    db: &Db,
    order: &Order<'_>,
    answer: &(dyn Fn(&Published) -> Answer + Sync),
) -> Result<Settled<Published>, PublishError> {
    whole_points(order.publication.table)?;
    let publish = async || {
        let mut tx = db.begin().await?;
        // Rows are locked in this order: the merchant, the prizes, the table; by draws, too. Equal requests wait here.
        Holders::hold(&mut tx, [order.user_id]).await?.still_merchant(order.user_id)?;
        let now = order.publication.now;
        if let Some(key) = order.key {
            match idempotency::seen(&mut tx, key, now).await? {
                Seen::Never => {}
                Seen::Before(answer) => return tx.rollback().await.map(|()| Settled::Before(answer)),
                Seen::Otherwise => return tx.rollback().await.map(|()| Settled::Otherwise),
            }
        }
        let published = replace(&mut tx, &order.publication, order.expected).await?;
        let answer = answer(&published);
        if !matches!(published, Published::Done { .. }) {
            return tx.rollback().await.map(|()| Settled::Now(published, answer));
        }
        if let Some(key) = order.key {
            idempotency::keep(&mut tx, key, &answer, now).await?;
        }
        tx.commit().await?;
        Ok(Settled::Now(published, answer))
    };
    Ok(retry_busy(publish).await?)
}
