//! Word from server to server that there are events, by Redis. It only makes a look at the table come sooner: nothing is
//! read from it, and without it every server looks twice a second as always.

use std::{convert::Infallible, time::Duration};

use futures_util::StreamExt;
use redis::{AsyncCommands, Client, ErrorKind, RedisError, RedisResult};
use secrecy::ExposeSecret;
use tokio::{sync::Notify, time};

use crate::app::{App, AppState};

const CHANNEL: &str = "fairwheel:events";
/// Pause before Redis is tried again.
const BACK_OFF: Duration = Duration::from_secs(1);
/// How long Redis may take to let us in.
const PATIENCE: Duration = Duration::from_secs(5);
/// After so long without a word a server says one itself. If it does not hear that within the same time, the connection is
/// dead, though nobody has said so.
const SILENCE: Duration = Duration::from_secs(30);

/// What waits to be said, and what was heard.
#[derive(Debug, Default)]
pub(super) struct Wake {
    to_tell: Notify,
    heard: Notify,
}

impl Wake {
    /// Has the other servers look at the events.
    pub(super) fn tell(&self) {
        self.to_tell.notify_one();
    }

    /// Waits until another server has said so.
    pub(super) async fn heard(&self) {
        self.heard.notified().await;
    }
}

/// Speaks and listens for as long as the server runs, if there is a Redis.
pub(super) async fn run(app: AppState) {
    let Some(url) = &app.config.redis_url else { return };
    let mut is_failing = false;
    loop {
        let error = match Client::open(url.expose_secret()) {
            Ok(client) => talk(&app, &client, &mut is_failing).await.map_or_else(|error| error, |never| match never {}),
            Err(error) => error,
        };
        // Once, not every second.
        if !is_failing {
            tracing::warn!(module = "push", action = "redis", error = %error, "no word from other servers: events are polled");
        }
        is_failing = true;
        time::sleep(BACK_OFF).await;
    }
}

/// Speaks and listens until something goes wrong.
async fn talk(app: &App, client: &Client, is_failing: &mut bool) -> RedisResult<Infallible> {
    let own = app.rng.hex::<8>();
    let enter = async {
        let mut listening = client.get_async_pubsub().await?;
        listening.subscribe(CHANNEL).await?;
        RedisResult::Ok((listening, client.get_multiplexed_async_connection().await?))
    };
    let entered = time::timeout(PATIENCE, enter).await;
    let (listening, mut speaking) = entered.map_err(|_| RedisError::from((ErrorKind::Io, "it took too long")))??;
    let mut words = listening.into_on_message();
    if *is_failing {
        tracing::info!(module = "push", action = "redis", "other servers are heard again");
    }
    *is_failing = false;
    let wake = &app.push.wake;
    // What was said before is in the table.
    wake.heard.notify_one();
    let mut is_silent = false;
    let mut patience = Box::pin(time::sleep(SILENCE));
    loop {
        let word = tokio::select! {
            () = wake.to_tell.notified() => {
                speaking.publish::<_, _, ()>(CHANNEL, &own).await?;
                continue;
            }
            word = words.next() => Some(word),
            () = &mut patience => None,
        };
        patience.as_mut().reset(time::Instant::now() + SILENCE);
        match word {
            Some(Some(word)) => {
                is_silent = false;
                if word.get_payload_bytes() != own.as_bytes() {
                    wake.heard.notify_one();
                }
            }
            Some(None) => return Err((ErrorKind::Io, "it hung up").into()),
            None if is_silent => return Err((ErrorKind::Io, "it is silent").into()),
            None => {
                is_silent = true;
                speaking.publish::<_, _, ()>(CHANNEL, &own).await?;
            }
        }
    }
}
