//! What clients say: `ping` and `subscribe`. Phones in the field may say more; that is let pass.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::End;

/// Messages that a client may send within [`WINDOW_MS`].
const MESSAGES: u32 = 60;
const WINDOW_MS: i64 = 10_000;
/// Messages that may be no JSON in the life of a socket.
const MALFORMED: u32 = 10;
/// Products that a socket may ask for; whoever wants more is told of all.
const PRODUCTS: usize = 1000;

/// What a client asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// To be answered with its own time.
    Ping(Value),
    /// `stock_update` of these products only, in ascending order; `None` is all.
    Subscribe(Option<Vec<i64>>),
    /// Nothing we know.
    Other,
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    data: Value,
}

/// Counts what a client says, and says when it is too much.
#[derive(Debug, Default)]
pub(super) struct Listener {
    since_ms: i64,
    messages: u32,
    malformed: u32,
}

impl Listener {
    /// Counts a frame of any kind.
    pub(super) fn count(&mut self, now: Timestamp) -> Result<(), End> {
        let now = now.as_millisecond();
        // A clock that was set back starts a new window, too.
        if !(self.since_ms..self.since_ms + WINDOW_MS).contains(&now) {
            (self.since_ms, self.messages) = (now, 0);
        }
        self.messages += 1;
        if self.messages > MESSAGES { Err(End::Flood) } else { Ok(()) }
    }

    /// Reads a message.
    pub(super) fn read(&mut self, text: &str) -> Result<Said, End> {
        if let Ok(message) = serde_json::from_str::<Message>(text) {
            return Ok(understood(message));
        }
        self.malformed += 1;
        if self.malformed > MALFORMED { Err(End::Malformed) } else { Ok(Said::Other) }
    }
}

fn understood(Message { kind, mut data }: Message) -> Said {
    match kind.as_str() {
        "ping" => Said::Ping(data.get_mut("client_time").map_or(Value::Null, Value::take)),
        "subscribe" if data.get("target").is_some_and(|target| target == "products") => {
            let ids = data.get("product_ids").and_then(Value::as_array).filter(|ids| ids.len() <= PRODUCTS);
            Said::Subscribe(ids.map(|ids| {
                let mut ids: Vec<i64> = ids.iter().filter_map(number).collect();
                ids.sort_unstable();
                ids.dedup();
                ids
            }))
        }
        _ => Said::Other,
    }
}

/// An id as a number, or in quotes as forms send it.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Said {
        Listener::default().read(text).unwrap()
    }

    #[test]
    fn what_clients_say_is_understood_or_let_pass() {
        assert_eq!(read(r#"{"type":"ping","data":{"client_time":5},"timestamp":"x"}"#), Said::Ping(json!(5)));
        assert_eq!(read(r#"{"type":"ping"}"#), Said::Ping(Value::Null));
        let subscribe = |ids: &str| read(&format!(r#"{{"type":"subscribe","data":{{"target":"products"{ids}}}}}"#));
        assert_eq!(subscribe(""), Said::Subscribe(None));
        assert_eq!(subscribe(r#","product_ids":null"#), Said::Subscribe(None));
        assert_eq!(subscribe(r#","product_ids":[]"#), Said::Subscribe(Some(vec![])));
        assert_eq!(subscribe(r#","product_ids":[3,"1",3,{},-2]"#), Said::Subscribe(Some(vec![-2, 1, 3])));
        let many: Vec<i64> = (0..1001).collect();
        assert_eq!(subscribe(&format!(r#","product_ids":{many:?}"#)), Said::Subscribe(None));
        for other in [r#"{"type":"subscribe","data":{"target":"news"}}"#, r#"{"type":"x","data":7}"#, "[]", "", "{}"] {
            assert_eq!(read(other), Said::Other, "{other}");
        }
    }

    #[test]
    fn too_much_is_too_much() {
        let at = |ms| Timestamp::from_millisecond(ms).unwrap();
        let mut listener = Listener::default();
        for _ in 0..MESSAGES {
            listener.count(at(50_000)).unwrap();
        }
        assert_eq!(listener.count(at(59_999)), Err(End::Flood));
        listener.count(at(60_000)).unwrap();
        for _ in 0..MALFORMED {
            assert_eq!(listener.read("{"), Ok(Said::Other));
        }
        assert_eq!(listener.read("{"), Err(End::Malformed));
        assert_eq!(listener.read("{\"type\":\"x\"}"), Ok(Said::Other));
    }
}
