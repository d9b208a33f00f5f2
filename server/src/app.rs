//! What every request shares, built in one place.

use std::{io, ops::Deref, sync::Arc};

use jiff::{Timestamp, civil::Date};
use secrecy::ExposeSecret;

use crate::{
    api::{
        bearer::Tokens,
        exchange::products::Pages,
        lottery::{config::Wheel, odds::LastAnswer},
    },
    cache::Slot,
    clock::{Clock, LocalDay},
    config::Config,
    keys::Keys,
    media::{Ocr, Pictures, Storage, Uploads},
    metrics::Metrics,
    push::Hub,
    rng::Rng,
    sms::Sms,
    store::{Db, db::OpenError, event, installation, ledger::earned::Earned, lottery::odds::Tally},
};

/// Everything that lives as long as the server.
#[derive(Debug)]
pub struct App {
    /// Settings.
    pub config: Config,
    /// The database.
    pub db: Db,
    /// What the secrets are used for.
    pub keys: Arc<Keys>,
    /// What is counted.
    pub metrics: Metrics,
    /// What sends login codes.
    pub sms: Sms,
    /// The hour.
    pub clock: Clock,
    /// Chance.
    pub rng: Rng,
    /// How often each prize was drawn.
    pub odds: Tally,
    /// How that was said last.
    pub odds_answer: LastAnswer,
    /// What users have earned.
    pub earned: Earned,
    /// Tokens that were found to be good.
    pub tokens: Tokens,
    /// The active wheel, as diners see it.
    pub wheel: Slot<Option<Wheel>>,
    /// Pages of products, as diners see them.
    pub pages: Pages,
    /// The open sockets of this server.
    pub push: Hub,
    /// Where photos are stored.
    pub storage: Storage,
    /// What decodes photos.
    pub pictures: Pictures,
    /// Who reads receipts.
    pub ocr: Ocr,
    /// The photos that are on their way.
    pub uploads: Uploads,
}

/// The shared [`App`], as handlers receive it.
#[derive(Clone, Debug)]
pub struct AppState(Arc<App>);

/// Why a server can't start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// There are no threads for photos.
    #[error("can't start a thread: {0}")]
    Threads(io::Error),
}

impl AppState {
    /// Opens the database, and brings it up to date.
    ///
    /// # Errors
    ///
    /// [`StartError`].
    pub async fn open(config: Config, clock: Clock, rng: Rng) -> Result<Self, StartError> {
        let (odds, metrics) = (Tally::default(), Metrics::default());
        let db = Db::open(config.database_url.expose_secret()).await?.counted(&metrics);
        db.migrate().await?;
        let seed_salt = installation::seed_salt(&db, &rng).await.map_err(OpenError::from)?;
        let keys = Arc::new(Keys::new(&config.jwt_secret, &config.seed_secret, seed_salt));
        let sms = Sms::new(&config);
        let push = Hub::new(event::last_id(&db).await.map_err(OpenError::from)?);
        let storage = Storage::new(&config, keys.media_key());
        let (pictures, ocr, uploads) =
            (Pictures::new().map_err(StartError::Threads)?, Ocr::new(config.ocr).counted(&metrics), Uploads::default());
        Ok(Self(Arc::new(App {
            config,
            db,
            keys,
            metrics,
            sms,
            clock,
            rng,
            odds,
            odds_answer: LastAnswer::default(),
            earned: Earned::default(),
            tokens: Tokens::default(),
            wheel: Slot::default(),
            pages: Pages::default(),
            push,
            storage,
            pictures,
            ocr,
            uploads,
        })))
    }
}

impl Deref for AppState {
    type Target = App;

    fn deref(&self) -> &App {
        &self.0
    }
}

impl App {
    /// The local calendar date of `now`.
    #[must_use]
    pub fn day(&self, now: Timestamp) -> LocalDay {
        let date = now.to_zoned(self.config.time_zone.clone()).date();
        let written =
            |date: Date| i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day());
        LocalDay { date: written(date), tomorrow: written(date.tomorrow().unwrap_or(date)) }
    }

    /// When the next local day begins: not always 24 hours after this one did.
    ///
    /// # Errors
    ///
    /// At the end of all time.
    pub fn next_day(&self, now: Timestamp) -> Result<Timestamp, jiff::Error> {
        let next = now.to_zoned(self.config.time_zone.clone()).tomorrow()?.start_of_day()?;
        Ok(next.timestamp())
    }
}

/// A server with an empty database of its own, for the tests at the foot of other files.
#[cfg(test)]
pub(crate) async fn temporary() -> (fairwheel_scratch::Scratch, AppState) {
    let scratch = fairwheel_scratch::Scratch::new().await;
    let settings = [
        ("FAIRWHEEL_DATABASE_URL", scratch.url()),
        ("FAIRWHEEL_STORAGE_URL", format!("file://{}", scratch.dir().join("media").display())),
        ("FAIRWHEEL_JWT_SECRET", "b0c1d2e3f4a5968778695a4b3c2d1e0f".to_owned()),
        ("FAIRWHEEL_SEED_SECRET", "f0e1d2c3b4a5968778695a4b3c2d1e0f".to_owned()),
    ];
    let config = Config::load(None, settings.map(|(name, value)| (name.to_owned(), value))).expect("settings");
    let clock = Clock::manual(Timestamp::from_second(1_795_320_000).expect("a time"));
    (scratch, AppState::open(config, clock, Rng::seeded(1)).await.expect("a server"))
}

#[cfg(test)]
mod tests {
    use fairwheel_core::draw::Nonce;

    use super::*;

    #[tokio::test]
    async fn a_deleted_database_does_not_deal_its_seeds_again() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/fairwheel.db", dir.path().display());
        let first_commitment = async || {
            let config = Config::load(None, [("FAIRWHEEL_DATABASE_URL".to_owned(), url.clone())]).unwrap();
            let app = AppState::open(config, Clock::System, Rng::System).await.unwrap();
            let commitment = app.keys.server_seed(1, Nonce::new(1).unwrap()).commitment();
            app.db.close().await;
            commitment
        };
        let before = first_commitment().await;
        assert_eq!(first_commitment().await, before, "a restart changes nothing");
        for name in ["fairwheel.db", "fairwheel.db-wal", "fairwheel.db-shm"] {
            // The last connection has tidied the others away.
            let _ = std::fs::remove_file(dir.path().join(name));
        }
        assert_ne!(first_commitment().await, before);
    }
}
