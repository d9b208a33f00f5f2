//! What is asked of the server, and how often among all.

use std::{fmt::Write, sync::atomic::AtomicUsize};

use clap::ValueEnum;

use super::users::User;

/// One kind of work, measured by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Work {
    /// `POST /api/lottery/draw`, one draw a request
    #[default]
    Draw,
    /// `POST /api/exchange/redeem`, one piece of one and the same product
    Redeem,
    /// `GET /api/lottery/config`
    Config,
    /// `GET /api/exchange/products`
    Products,
    /// 80 % reads (config 40, products 20, user info 20), 15 % draws, 5 % redeems
    Mixed,
}

/// A request of some work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Draw,
    Redeem,
    Config,
    Products,
    Info,
}

/// Of twenty requests: 40 % config, 20 % products, 20 % user info, 15 % draws, 5 % redeems.
const MIX: [Call; 20] = {
    use Call::{Config, Draw, Info, Products, Redeem};
    [
        Config, Products, Config, Info, Draw, Config, Products, Config, Info, Draw, Config, Products, Config, Info,
        Draw, Config, Products, Config, Info, Redeem,
    ]
};

impl Work {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Draw => "draw",
            Self::Redeem => "redeem",
            Self::Config => "config",
            Self::Products => "products",
            Self::Mixed => "mixed",
        }
    }

    /// What its request of this number asks for.
    pub(super) const fn call(self, number: usize) -> Call {
        match self {
            Self::Draw => Call::Draw,
            Self::Redeem => Call::Redeem,
            Self::Config => Call::Config,
            Self::Products => Call::Products,
            Self::Mixed => MIX[number % MIX.len()],
        }
    }
}

/// Who asks, and how many requests were made so far: the name of each is made of it.
#[derive(Debug)]
pub(super) struct Asking {
    pub(super) users: Vec<User>,
    pub(super) number: AtomicUsize,
}

impl Asking {
    /// The bytes of a request. Each is of the next user, so that those under way at the same time are of different ones.
    pub(super) fn write(&self, call: Call, number: usize, request: &mut String) {
        let token = &self.users[number % self.users.len()].token;
        let (head, body) = match call {
            Call::Config => ("GET /api/lottery/config", None),
            Call::Products => ("GET /api/exchange/products", None),
            Call::Info => ("GET /api/user/info", None),
            // A phone names its request and its seed.
            Call::Draw => ("POST /api/lottery/draw", Some(DRAW)),
            Call::Redeem => ("POST /api/exchange/redeem", Some(REDEEM)),
        };
        request.clear();
        let mut add = |text: std::fmt::Arguments<'_>| request.write_fmt(text).expect("memory");
        add(format_args!("{head} HTTP/1.1\r\nhost: load\r\nauthorization: Bearer {token}\r\n"));
        let Some(body) = body else { return add(format_args!("\r\n")) };
        let numbers = body.matches('#').count();
        let length = body.len() + numbers * (DIGITS - 1);
        add(format_args!("content-type: application/json\r\ncontent-length: {length}\r\n\r\n"));
        for part in body.split_inclusive('#') {
            match part.strip_suffix('#') {
                Some(part) => add(format_args!("{part}{number:0DIGITS$}")),
                None => add(format_args!("{part}")),
            }
        }
    }
}

/// Bodies; `#` is the number of the request.
const DRAW: &str = r#"{"draw_type":"single","client_seed":"load-#","request_id":"load-#"}"#;
const REDEEM: &str = r#"{"product_id":1,"quantity":1,"request_id":"load-#"}"#;
const DIGITS: usize = 9;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mix_is_as_it_is_described() {
        let share = |call| (0..20).filter(|number| Work::Mixed.call(*number) == call).count() * 5;
        let shares = [Call::Config, Call::Products, Call::Info, Call::Draw, Call::Redeem].map(share);
        assert_eq!(shares, [40, 20, 20, 15, 5]);
    }

    #[test]
    fn a_request_is_as_long_as_it_says() {
        let user = User { id: 1, token: "t".into(), refresh_token: String::new() };
        let asking = Asking { users: vec![user], number: AtomicUsize::new(0) };
        let mut request = String::new();
        for call in [Call::Draw, Call::Redeem] {
            asking.write(call, 12_345, &mut request);
            let (head, body) = request.split_once("\r\n\r\n").unwrap();
            assert!(head.ends_with(&format!("content-length: {}", body.len())), "{request}");
            let body: serde_json::Value = serde_json::from_str(body).unwrap();
            assert_eq!(body["request_id"], "load-000012345");
        }
    }
}
