//! Users to ask with.

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    client::{Ask, Client},
    process::DEV_CODE,
};

/// A user who has logged in.
#[derive(Clone, Debug)]
pub(super) struct User {
    pub(super) id: i64,
    pub(super) token: String,
    pub(super) refresh_token: String,
}

impl User {
    /// From the data of a login.
    pub(super) fn of(login: &Value) -> Self {
        let text = |name: &str| login[name].as_str().unwrap_or_else(|| panic!("no {name}")).to_owned();
        Self {
            id: login["user_info"]["user_id"].as_i64().expect("an id"),
            token: text("access_token"),
            refresh_token: text("refresh_token"),
        }
    }
}

/// Everyone who has logged in so far.
#[derive(Debug, Default)]
pub(super) struct Users {
    pub(super) all: Vec<User>,
    phones: u64,
}

/// So many log in at once: few, so that even a slow disk keeps up.
const LOGINS_AT_ONCE: usize = 4;

impl Users {
    /// A phone that nobody has used.
    pub(super) fn new_phone(&mut self) -> String {
        self.phones += 1;
        format!("139{:08}", self.phones)
    }

    /// Logs new users in until there are so many.
    pub(super) async fn at_least(&mut self, address: &str, number: u32) {
        let missing = (number as usize).saturating_sub(self.all.len());
        let phones: Vec<String> = (0..missing).map(|_| self.new_phone()).collect();
        let mut logins = JoinSet::new();
        for part in phones.chunks(missing.div_ceil(LOGINS_AT_ONCE).max(1)) {
            let (part, address) = (part.to_vec(), address.to_owned());
            logins.spawn(async move {
                let mut client = Client::connect(&address).await.expect("the server");
                let mut users = Vec::new();
                for phone in part {
                    client.ok(&send_code(&phone), None).await;
                    users.push(User::of(&client.ok(&login(&phone), None).await));
                }
                users
            });
        }
        self.all.extend(logins.join_all().await.into_iter().flatten());
    }
}

pub(super) fn send_code(phone: &str) -> Ask {
    Ask::post("/api/auth/send-code", json!({ "phone": phone }))
}

pub(super) fn login(phone: &str) -> Ask {
    Ask::post("/api/auth/login", json!({ "phone": phone, "code": DEV_CODE }))
}
