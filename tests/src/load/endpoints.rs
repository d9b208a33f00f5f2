//! What is measured over HTTP, in this order: later ones use the users and draws of earlier ones.

use serde_json::{Value, json};

use super::users::{self, User, Users};
use crate::{client::Ask, storm};

/// An endpoint, and what is asked of it.
pub(super) struct Endpoint {
    pub(super) name: &'static str,
    /// The next request and its token; `None` when there is nothing more to ask.
    pub(super) ask: fn(&mut World, Turn) -> Option<Request>,
    /// What the data of an answer is good for.
    pub(super) learn: Option<fn(&mut World, Turn, &Value)>,
}

/// What is asked, and the token it is asked with.
pub(super) type Request = (Ask, Option<String>);

/// Who asks: the connection, and the number of the request among all of its endpoint, both from 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    pub(super) connection: usize,
    pub(super) number: usize,
}

/// What is known so far.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) users: Users,
    /// Phones with a code.
    pub(super) sent: Vec<String>,
    /// Draws of the user of the connection that has read them.
    pub(super) draws: Vec<Option<String>>,
}

impl World {
    /// The user of a connection.
    fn user(&self, turn: Turn) -> Option<&User> {
        self.users.all.get(turn.connection)
    }

    fn as_user(&self, turn: Turn, ask: Ask) -> Option<Request> {
        Some((ask, Some(self.user(turn)?.token.clone())))
    }
}

/// An endpoint that is only read, as a user.
macro_rules! reads {
    ($path:literal) => {
        Endpoint { name: concat!("GET ", $path), ask: |world, turn| world.as_user(turn, Ask::get($path)), learn: None }
    };
}

/// All that are measured. A further one is a further line.
pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        name: "POST /api/auth/send-code",
        ask: |world, _| {
            let phone = world.users.new_phone();
            world.sent.push(phone.clone());
            Some((users::send_code(&phone), None))
        },
        learn: None,
    },
    Endpoint {
        name: "POST /api/auth/login (new users)",
        ask: |world, turn| Some((users::login(world.sent.get(turn.number)?), None)),
        learn: Some(|world, _, data| world.users.all.push(User::of(data))),
    },
    Endpoint {
        name: "POST /api/auth/refresh",
        ask: |world, turn| {
            let body = json!({ "refresh_token": world.user(turn)?.refresh_token });
            Some((Ask::post("/api/auth/refresh", body), None))
        },
        learn: Some(|world, turn, data| {
            let user = &mut world.users.all[turn.connection];
            for (name, token) in [("access_token", &mut user.token), ("refresh_token", &mut user.refresh_token)] {
                data[name].as_str().expect("a token").clone_into(token);
            }
        }),
    },
    reads!("/api/auth/verify"),
    Endpoint {
        name: "POST /api/user/check-in",
        // Once a day, so each time another user.
        ask: |world, turn| {
            let user = world.users.all.get(turn.number)?;
            Some((Ask::post("/api/user/check-in", json!({})), Some(user.token.clone())))
        },
        learn: None,
    },
    reads!("/api/lottery/config"),
    Endpoint {
        name: "POST /api/lottery/draw (single)",
        ask: |world, turn| {
            // A phone names its request and its seed.
            let name = format!("single-{}", turn.number);
            let body = json!({ "draw_type": "single", "client_seed": name, "request_id": name });
            world.as_user(turn, Ask::post("/api/lottery/draw", body))
        },
        learn: Some(|world, turn, data| {
            world.draws.resize(world.draws.len().max(turn.connection + 1), None);
            world.draws[turn.connection] = data["draw_id"].as_str().map(str::to_owned);
        }),
    },
    Endpoint {
        name: "POST /api/lottery/draw (ten)",
        ask: |world, turn| {
            let name = format!("ten-{}", turn.number);
            let body = json!({ "draw_type": "ten", "client_seed": name, "request_id": name });
            world.as_user(turn, Ask::post("/api/lottery/draw", body))
        },
        learn: None,
    },
    Endpoint {
        name: "GET /api/lottery/proof/{draw_id}",
        ask: |world, turn| {
            let path = format!("/api/lottery/proof/{}", world.draws.get(turn.connection)?.as_ref()?);
            world.as_user(turn, Ask::get(path))
        },
        learn: None,
    },
    reads!("/api/lottery/records"),
    reads!("/api/lottery/statistics"),
    reads!("/api/lottery/odds"),
    reads!("/api/exchange/products"),
    reads!("/api/exchange/categories"),
    Endpoint {
        name: "POST /api/exchange/redeem",
        ask: |world, turn| {
            let body = json!({
                "product_id": 1 + turn.number % storm::PRODUCTS,
                "quantity": 1,
                "request_id": format!("redeem-{}", turn.number),
            });
            world.as_user(turn, Ask::post("/api/exchange/redeem", body))
        },
        learn: None,
    },
    reads!("/api/exchange/records"),
    reads!("/api/user/info"),
    reads!("/api/user/statistics"),
    reads!("/api/user/points-records"),
];
