//! What an operator watches: counters and durations, in the format of Prometheus.

use std::{fmt, sync::Arc};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};

/// Upper bounds in seconds, around the service levels: 50 ms for a call, 100 ms for a push.
const BOUNDS_S: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
/// Requests that settle together.
const BATCHES: [f64; 7] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0];

/// The counters of one server. Clones count together.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram>,
    reviews: Family<Review, Counter>,
    connections: Gauge,
    sockets: Gauge,
    receipts: Family<Reading, Counter>,
    batches: Histogram,
    waits: Histogram,
}

/// An answered request. Every label has few values, whatever clients send.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: String,
    status: u16,
    code: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: &'static str,
    route: String,
}

/// `approved`, or `rejected`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Review {
    status: &'static str,
}

/// A receipt that was given to a machine.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reading {
    outcome: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::default();
        let durations = Family::new_with_constructor((|| Histogram::new(BOUNDS_S)) as fn() -> Histogram);
        let (reviews, sockets, receipts) = (Family::default(), Gauge::default(), Family::default());
        let connections = Gauge::default();
        let (batches, waits) = (Histogram::new(BATCHES), Histogram::new(BOUNDS_S));
        let mut registry = Registry::with_prefix("fairwheel");
        registry.register("http_requests", "Answered requests; code 0 is success", requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "From the last byte of the head to the answer",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register("reviews", "Receipts decided by merchants", reviews.clone());
        registry.register("connections", "Open connections of this server, sockets included", connections.clone());
        registry.register("push_sockets", "Open sockets of this server", sockets.clone());
        registry.register("receipts_read", "Receipts given to OCR; only `found` has an amount", receipts.clone());
        registry.register("batch_requests", "Requests that shared a transaction", batches.clone());
        let help = "How long a request waited for the transaction that it shared";
        registry.register_with_unit("batch_wait", help, Unit::Seconds, waits.clone());
        let registry = Arc::new(registry);
        Self { registry, requests, durations, reviews, connections, sockets, receipts, batches, waits }
    }
}

impl Metrics {
    /// Counts an answered request. `route` is its pattern; `code` is 0 for answers without an envelope.
    pub fn answered(&self, method: &http::Method, route: &str, status: u16, code: u16, seconds: f64) {
        let method = known(method);
        self.durations.get_or_create(&Route { method, route: route.to_owned() }).observe(seconds);
        self.requests.get_or_create(&Request { method, route: route.to_owned(), status, code }).inc();
    }

    /// Counts a receipt that became `approved` or `rejected`.
    pub fn reviewed(&self, status: &'static str) {
        self.reviews.get_or_create(&Review { status }).inc();
    }

    /// Counts a receipt that was given to a machine: `found`, `unclear`, `busy`, `timeout` or `failed`.
    pub fn receipt_read(&self, outcome: &'static str) {
        self.receipts.get_or_create(&Reading { outcome }).inc();
    }

    /// Counts a transaction that so many requests share.
    pub fn batch(&self, requests: usize) {
        self.batches.observe(f64::from(u32::try_from(requests).unwrap_or(u32::MAX)));
    }

    /// Counts how long one of them waited for it.
    pub fn waited(&self, seconds: f64) {
        self.waits.observe(seconds);
    }

    /// Counts a connection for as long as what is returned is kept.
    #[must_use]
    pub fn connected(&self) -> Connected {
        self.connections.inc();
        Connected(self.connections.clone())
    }

    /// Everything, as Prometheus reads it, with so many `sockets` open.
    ///
    /// # Errors
    ///
    /// Not known to happen: it writes into memory.
    pub fn text(&self, sockets: usize) -> Result<String, fmt::Error> {
        self.sockets.set(i64::try_from(sockets).unwrap_or(i64::MAX));
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// A connection that is open.
#[derive(Debug)]
pub struct Connected(Gauge);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

/// The method if we have heard of it: a client may make up any number of others.
fn known(method: &http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_and_code() {
        let metrics = Metrics::default();
        metrics.answered(&http::Method::POST, "/api/lottery/draw", 200, 1001, 0.004);
        metrics.answered(&http::Method::POST, "/api/lottery/draw", 200, 1001, 0.2);
        metrics.answered(&http::Method::from_bytes(b"BREW").unwrap(), "-", 404, 404, 0.0);
        metrics.reviewed("approved");
        metrics.receipt_read("timeout");
        metrics.batch(3);
        metrics.waited(0.003);
        let (kept, gone) = (metrics.connected(), metrics.connected());
        drop(gone);
        let text = metrics.text(3).unwrap();
        drop(kept);
        assert!(metrics.text(3).unwrap().contains("fairwheel_connections 0"));
        for line in [
            r#"fairwheel_http_requests_total{method="POST",route="/api/lottery/draw",status="200",code="1001"} 2"#,
            r#"fairwheel_http_requests_total{method="other",route="-",status="404",code="404"} 1"#,
            r#"fairwheel_http_request_duration_seconds_bucket{le="0.005",method="POST",route="/api/lottery/draw"} 1"#,
            r#"fairwheel_reviews_total{status="approved"} 1"#,
            "fairwheel_connections 1",
            "fairwheel_push_sockets 3",
            r#"fairwheel_receipts_read_total{outcome="timeout"} 1"#,
            r#"fairwheel_batch_requests_bucket{le="4.0"} 1"#,
            r#"fairwheel_batch_wait_seconds_bucket{le="0.005"} 1"#,
            r#"fairwheel_http_request_duration_seconds_count{method="POST",route="/api/lottery/draw"} 2"#,
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
