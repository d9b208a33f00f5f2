//! Messages to clients: `{"type":…,"id":…,"data":{…},"timestamp":…}`.

use axum::extract::ws::Utf8Bytes;
use jiff::Timestamp;
use serde_json::Value;

use crate::{clock::iso, store::event::Event};

/// A message, written once however many sockets get it.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    /// The id of the event; of a message that is none, that of the last event before it on this socket.
    pub(super) id: i64,
    /// The product of a `stock_update`, which sockets may not want.
    pub(super) product_id: Option<i64>,
    /// As on the wire. Clones share it.
    pub(super) text: Utf8Bytes,
}

impl From<&Event> for Outgoing {
    fn from(event: &Event) -> Self {
        let at = Timestamp::from_millisecond(event.created_at).unwrap_or(Timestamp::MAX);
        let product_id = (event.kind == "stock_update")
            .then(|| serde_json::from_str::<Value>(&event.data).ok()?.get("product_id")?.as_i64())
            .flatten();
        Self { id: event.id, product_id, text: written(&event.kind, event.id, &event.data, at) }
    }
}

/// A message that is no event: `connected`, `pong`. Its id is that of the last event, so that a client may remember the
/// id of whatever came last.
pub(super) fn aside(kind: &str, id: i64, data: &Value, at: Timestamp) -> Utf8Bytes {
    written(kind, id, &data.to_string(), at)
}

fn written(kind: &str, id: i64, data: &str, at: Timestamp) -> Utf8Bytes {
    format!(r#"{{"type":"{kind}","id":{id},"data":{data},"timestamp":"{}"}}"#, iso(at)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_written_as_phones_read_it() {
        let event = Event {
            id: 7,
            audience: "everybody".into(),
            user_id: None,
            kind: "stock_update".into(),
            data: r#"{"product_id":3,"stock":9}"#.into(),
            created_at: 1_795_320_000_000,
        };
        let outgoing = Outgoing::from(&event);
        assert_eq!((outgoing.id, outgoing.product_id), (7, Some(3)));
        assert_eq!(
            outgoing.text.as_str(),
            r#"{"type":"stock_update","id":7,"data":{"product_id":3,"stock":9},"timestamp":"2026-11-22T04:00:00.000Z"}"#
        );
        let other = Outgoing::from(&Event { kind: "system_notice".into(), ..event });
        assert_eq!(other.product_id, None);
    }
}
