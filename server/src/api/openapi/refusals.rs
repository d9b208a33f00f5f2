//! What an operation can refuse: its own codes, and those that come with what it takes.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Code, text, data.
pub(super) type Refusal = (u64, String, Value);

const LOGIN: super::Refusals =
    &[(401, "请先登录", "{}"), (401, "登录已过期，请重新登录", "{}"), (403, crate::error::BANNED, "{}")];
const BODY: super::Refusals = &[
    (400, "请求体必须是 JSON 对象", "{}"),
    (400, "请求体不是合法的 JSON（第 1 行第 24 列）", r#"{"line": 1, "column": 24}"#),
];
const PAGE: super::Refusals =
    &[(400, "参数 size 必须是 1 到 100 的整数", r#"{"field": "size"}"#), (400, "网址中的参数无法解析", "{}")];
const ONCE: super::Refusals = &[
    (400, "参数 request_id 必须是 1 到 64 个字母、数字、_ 或 -", r#"{"field": "request_id"}"#),
    (409, "该 request_id 已用于另一个请求", "{}"),
];

/// The fields that `data` of a refusal may have, in any call: name, type, what it is.
const DATA: [(&str, &str, &str); 21] = [
    (
        "field",
        "string",
        "The field, parameter or header at fault, as a path into the body: `phone`, `prizes[3].probability`.",
    ),
    ("line", "integer", "Line of the body, from 1, where it stops being JSON."),
    ("column", "integer", "Column of that line, in bytes from 1; 0 before the first."),
    ("missing_points", "integer", "How many points the diner is short of the price."),
    ("remaining_draws", "integer", "How many draws the diner has left today."),
    ("stock", "integer", "How many pieces of the product are left."),
    ("exchange_points", "integer", "The price of one piece of the product in points, as it is now."),
    ("retry_after_s", "integer", "Seconds until it is worth asking again, rounded up."),
    ("next_at", "string", "When the next local day begins, ISO-8601 UTC with milliseconds."),
    ("status", "string", "The status that the order, the receipt or the application has, as where it is listed."),
    ("application_id", "integer", "Identifier of the application that is open."),
    ("upload_id", "string", "The name under which the same file was sent in before."),
    ("won", "integer", "How many pieces of the prize were won since it was introduced."),
    ("table_hash", "string", "SHA-256 of the wheel that is active, 64 hexadecimal digits."),
    ("published_at", "string", "When the wheel that is active was published, ISO-8601 UTC with milliseconds."),
    ("min", "integer", "The least that is allowed."),
    ("max", "integer", "The most that is allowed."),
    ("processed_count", "integer", "Receipts in the batch."),
    ("success_count", "integer", "Of these, decided."),
    ("failed_count", "integer", "Of these, not."),
    ("results", "array", "What became of each, as in a success."),
];

/// Every refusal of an operation, the general ones first.
pub(super) fn of(operation: &mut Map<String, Value>, components: &Value) -> Vec<Refusal> {
    let own = operation.remove("x-refusals").unwrap_or_default();
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let has = |name: &str| parameters.is_some_and(|known| known.iter().any(|known| known["name"] == name));
    let mut all: Vec<_> = bad_field(operation, components).into_iter().collect();
    for (applies, table) in [
        (operation.get("requestBody").is_some_and(|body| !body["content"]["application/json"].is_null()), BODY),
        (has("size"), PAGE),
        (asks_for_login(operation), LOGIN),
        (has("Idempotency-Key"), ONCE),
    ] {
        let rows = if applies { table } else { &[] };
        all.extend(rows.iter().map(|(code, text, data)| (u64::from(*code), (*text).to_owned(), parsed(data))));
    }
    for row in own.as_array().into_iter().flatten() {
        let text = |at: usize| row[at].as_str().unwrap_or_default();
        all.push((row[0].as_u64().unwrap_or_default(), text(1).to_owned(), parsed(text(2))));
    }
    all.sort_by_key(|(code, ..)| *code);
    all
}

/// Whether it is for users only: among the ways in there is none without a token.
fn asks_for_login(operation: &Map<String, Value>) -> bool {
    let ways = operation.get("security").and_then(Value::as_array);
    ways.is_some_and(|ways| ways.iter().all(|way| way != &json!({})))
}

/// The refusal of a body whose first field is missing or, if none is required, of another type.
fn bad_field(operation: &Map<String, Value>, components: &Value) -> Option<Refusal> {
    let schema = &operation.get("requestBody")?["content"]["application/json"]["schema"];
    let schema = &components["schemas"][schema["$ref"].as_str()?.rsplit('/').next()?];
    let (field, fault) = match schema["required"][0].as_str() {
        Some(field) => (field, "缺失"),
        None => (schema["properties"].as_object()?.keys().next()?.as_str(), "的类型或取值不正确"),
    };
    Some((400, format!("参数 {field} {fault}"), json!({ "field": field })))
}

/// What is not JSON becomes null, and the example then fails the schema, which a test notices.
fn parsed(data: &str) -> Value {
    serde_json::from_str(data).unwrap_or_default()
}

/// One schema a code. What some examples lack is not required.
pub(super) fn schemas(operation: &str, refusals: &[Refusal]) -> Vec<Value> {
    let mut by_code = BTreeMap::<u64, Vec<&Refusal>>::new();
    for refusal in refusals {
        by_code.entry(refusal.0).or_default().push(refusal);
    }
    by_code.into_iter().map(|(code, refusals)| schema(operation, code, &refusals)).collect()
}

fn schema(operation: &str, code: u64, refusals: &[&Refusal]) -> Value {
    let texts: Vec<_> = refusals.iter().map(|(_, text, _)| text).collect();
    let mut properties = Map::new();
    for (_, _, data) in refusals {
        for (name, value) in data.as_object().into_iter().flatten() {
            properties.insert(name.clone(), described(name, value));
        }
    }
    let everywhere = |name: &&String| refusals.iter().all(|(_, _, data)| data.get(name.as_str()).is_some());
    let required: Vec<_> = properties.keys().filter(everywhere).cloned().collect();
    let data = json!({ "type": "object", "properties": properties, "required": required });
    super::complete::envelope(&format!("{operation}{code}"), code, &json!(texts), &data)
}

/// A field that the table lacks has no type and no description, which a test notices.
fn described(name: &str, example: &Value) -> Value {
    let mut schema = json!({ "examples": [example] });
    if let Some((_, kind, about)) = DATA.iter().find(|(known, ..)| *known == name) {
        schema["type"] = json!(kind);
        schema["description"] = json!(about);
    }
    if name == "next_at" {
        schema["format"] = json!("date-time");
    }
    schema
}
