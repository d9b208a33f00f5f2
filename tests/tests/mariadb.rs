//! What only MariaDB must do: on SQLite, these say nothing.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use fairwheel_server::{
    execute, on_tx,
    store::{Tx, db::Engine},
};
use fairwheel_tests::TestApp;

async fn nickname(tx: &mut Tx) -> String {
    let (name,) = on_tx!(tx, |c| sqlx::query_as("SELECT nickname FROM users").fetch_one(c).await).unwrap();
    name
}

#[tokio::test]
async fn every_connection_is_at_read_committed_and_waits_as_long_as_sqlite() {
    let app = TestApp::new().await;
    let Engine::MySql { write: pool, .. } = &app.state.db.engine else { return };
    let mut connections = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        let mut connection = pool.acquire().await.unwrap();
        // MySQL, and MariaDB from 11.1 on, have another name for the first.
        let select = "SHOW VARIABLES WHERE Variable_name
                      IN ('transaction_isolation', 'tx_isolation', 'innodb_lock_wait_timeout')";
        let set: Vec<(String, String)> = sqlx::query_as(select).fetch_all(&mut *connection).await.unwrap();
        let values: std::collections::BTreeSet<_> = set.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, ["2", "READ-COMMITTED"].into(), "{set:?}");
        connections.push(connection);
    }
    assert!(connections.len() > 1);
}

#[tokio::test]
async fn a_transaction_sees_what_another_has_committed_since() {
    let app = TestApp::new().await;
    let Engine::MySql { .. } = &app.state.db.engine else { return };
    let mut early = app.state.db.begin().await.unwrap();
    let before = nickname(&mut early).await;
    let mut late = app.state.db.begin().await.unwrap();
    execute!(&mut late, "UPDATE users SET nickname = 'changed'").unwrap();
    assert_eq!(nickname(&mut early).await, before, "what is not committed is not seen");
    late.commit().await.unwrap();
    assert_eq!(nickname(&mut early).await, "changed");
    early.rollback().await.unwrap();
}
