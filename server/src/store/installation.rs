//! What makes a database's server seeds its own.

use super::{
    Db, StoreError,
    db::{execute, on_tx},
    error::lost_race,
    retry_busy,
};
use crate::rng::Rng;

/// The random salt of this database's server seeds, 64 hexadecimal digits. It is made the first time it is asked for.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn seed_salt(db: &Db, rng: &Rng) -> Result<String, StoreError> {
    retry_busy(|| seed_salt_once(db, rng)).await
}

async fn seed_salt_once(db: &Db, rng: &Rng) -> Result<String, StoreError> {
    let mut tx = db.begin().await?;
    let kept: Option<(String,)> = on_tx!(&mut tx, |c| {
        sqlx::query_as("SELECT seed_salt FROM installation WHERE id = 1").fetch_optional(c).await
    })?;
    if let Some((salt,)) = kept {
        tx.rollback().await?;
        return Ok(salt);
    }
    let salt = rng.hex::<32>();
    execute!(&mut tx, "INSERT INTO installation (id, seed_salt) VALUES (1, ?)", &salt).map_err(lost_race)?;
    tx.commit().await?;
    Ok(salt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::db::temporary;

    #[tokio::test]
    async fn a_database_keeps_its_salt_and_shares_it_with_none() {
        let (_dir, db) = temporary().await;
        let salt = seed_salt(&db, &Rng::System).await.unwrap();
        assert_eq!(salt.len(), 64);
        assert_eq!(seed_salt(&db, &Rng::System).await.unwrap(), salt);
        let (_other_dir, other) = temporary().await;
        assert_ne!(seed_salt(&other, &Rng::System).await.unwrap(), salt);
    }
}
