//! Log lines: one JSON object each, `timestamp,level,module,action,user_id,request_id,data,message`.
//!
//! What is logged is chosen field by field where it happens; no token, code, secret or whole phone number is ever among
//! it.

use std::{
    fmt,
    io::{self, Write},
};

use serde::Serialize;
use serde_json::{json, value::RawValue};
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{EnvFilter, Layer, layer::Context, layer::SubscriberExt, registry::LookupSpan};

use crate::clock::{Clock, iso};

/// Sends log lines and panics to standard error. `filter` is in the syntax of `tracing`, such as `info` or
/// `fairwheel_server=debug`.
///
/// # Errors
///
/// When the filter can't be read, or logging was set up before.
pub fn init(clock: Clock, filter: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| error.to_string())?;
    let lines = Lines { clock, write: to_stderr };
    let subscriber = tracing_subscriber::registry().with(filter).with(lines);
    tracing::subscriber::set_global_default(subscriber).map_err(|error| error.to_string())?;
    std::panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        let text = panic.payload_as_str().unwrap_or("panic");
        tracing::error!(module = "server", action = "panic", data = %json!({ "at": at }), "{text}");
    }));
    Ok(())
}

/// Writes a line to standard error. One that can't be written is lost: `eprintln!` would panic, the panic would be logged,
/// and a server whose log is full or closed would end.
pub fn to_stderr(line: &str) {
    let _ = io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}

/// Writes each event as a line.
pub struct Lines<W> {
    /// Where the timestamps come from.
    pub clock: Clock,
    /// Takes a line, without its end.
    pub write: W,
}

impl<W> fmt::Debug for Lines<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").field("clock", &self.clock).finish_non_exhaustive()
    }
}

/// The fields of a span or an event, each as JSON.
#[derive(Default)]
struct Fields(Vec<(&'static str, String)>);

impl Fields {
    fn add(&mut self, field: &Field, value: &(impl Serialize + ?Sized)) {
        self.0.push((field.name(), serde_json::to_string(value).unwrap_or_default()));
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(other, _)| *other == name)?;
        Some(self.0.swap_remove(at).1)
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, &value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, &value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, &value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        // Events of this crate carry an object, which goes into the line as it is.
        let is_object = field.name() == DATA && text.starts_with('{');
        if is_object && serde_json::from_str::<&RawValue>(&text).is_ok() {
            self.0.push((DATA, text));
        } else {
            self.add(field, &text);
        }
    }
}

/// The field that holds an object.
const DATA: &str = "data";

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&str) + 'static,
{
    fn on_new_span(&self, attributes: &span::Attributes<'_>, id: &span::Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(outer) = span.extensions().get::<Fields>() {
                for (name, value) in &outer.0 {
                    if fields.0.iter().all(|(inner, _)| inner != name) {
                        fields.0.push((name, value.clone()));
                    }
                }
            }
        }
        (self.write)(&self.line(event, fields));
    }
}

impl<W> Lines<W> {
    /// A line, its fields in the order in which people read them.
    fn line(&self, event: &Event<'_>, mut fields: Fields) -> String {
        let level = match *event.metadata().level() {
            Level::ERROR => "error",
            Level::WARN => "warn",
            Level::INFO => "info",
            Level::DEBUG => "debug",
            Level::TRACE => "trace",
        };
        let mut take = |name: &str| fields.take(name);
        let module = take("module").unwrap_or_else(|| json!(event.metadata().target()).to_string());
        let action = take("action").unwrap_or_else(|| r#""event""#.into());
        let message = take("message").unwrap_or_else(|| r#""""#.into());
        let null = || "null".into();
        let (user_id, request_id) = (take("user_id").unwrap_or_else(null), take("request_id").unwrap_or_else(null));
        // What libraries say is gathered into one object.
        let mut data = take(DATA).filter(|data| data.starts_with('{')).unwrap_or_else(|| "{}".into());
        for (name, value) in fields.0 {
            data.pop();
            let comma = if data.len() > 1 { "," } else { "" };
            data = format!("{data}{comma}\"{name}\":{value}}}");
        }
        let timestamp = iso(self.clock.now());
        format!(
            r#"{{"timestamp":"{timestamp}","level":"{level}","module":{module},"action":{action},"user_id":{user_id},"request_id":{request_id},"data":{data},"message":{message}}}"#
        )
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use serde_json::Value;

    use super::*;

    #[test]
    fn a_line_has_its_fields_and_those_of_its_request() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = lines.clone();
        let clock = Clock::manual("2026-11-22T08:00:00Z".parse().unwrap());
        let layer = Lines { clock, write: move |line: &str| sink.lock().unwrap().push(line.to_owned()) };
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let span = tracing::info_span!("request", request_id = "r1", user_id = tracing::field::Empty);
            let _entered = span.enter();
            span.record("user_id", 7);
            tracing::info!(module = "lottery", action = "draw", data = %json!({ "prize_ids": [1, 8] }), "done");
            tracing::warn!(target: "sqlx", elapsed = 3, "slow");
            tracing::warn!(target: "other", data = "none", pi = 3.5, said = "\"x\"", "a \"word\"");
        });
        let lines = lines.lock().unwrap();
        let line: Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!(
            line,
            json!({
                "timestamp": "2026-11-22T08:00:00.000Z", "level": "info", "module": "lottery", "action": "draw",
                "user_id": 7, "request_id": "r1", "data": { "prize_ids": [1, 8] }, "message": "done",
            })
        );
        let line: Value = serde_json::from_str(&lines[1]).unwrap();
        assert_eq!(
            (&line["module"], &line["data"], &line["level"]),
            (&json!("sqlx"), &json!({ "elapsed": 3 }), &json!("warn"))
        );
        let line: Value = serde_json::from_str(&lines[2]).unwrap();
        assert_eq!((&line["data"], &line["message"]), (&json!({ "pi": 3.5, "said": "\"x\"" }), &json!("a \"word\"")));
    }
}
