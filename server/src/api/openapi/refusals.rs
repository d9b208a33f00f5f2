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
    (400, "参数 phone 缺失", r#"{"field": "phone"}"#),
];
const PAGE: super::Refusals =
    &[(400, "参数 size 必须是 1 到 100 的整数", r#"{"field": "size"}"#), (400, "网址中的参数无法解析", "{}")];
const ONCE: super::Refusals = &[(409, "该 request_id 已用于另一个请求", "{}")];

/// Every refusal of an operation, the general ones first.
pub(super) fn of(operation: &mut Map<String, Value>) -> Vec<Refusal> {
    let own = operation.remove("x-refusals").unwrap_or_default();
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let has = |name: &str| parameters.is_some_and(|known| known.iter().any(|known| known["name"] == name));
    let mut all = Vec::new();
    for (applies, table) in [
        (operation.get("requestBody").is_some_and(|body| !body["content"]["application/json"].is_null()), BODY),
        (has("size"), PAGE),
        (operation.contains_key("security"), LOGIN),
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

/// What is not JSON becomes null, and the example then fails the schema, which a test notices.
fn parsed(data: &str) -> Value {
    serde_json::from_str(data).unwrap_or_default()
}

/// One schema a code. What some examples lack is not required.
pub(super) fn schemas(refusals: &[Refusal]) -> Vec<Value> {
    let mut by_code = BTreeMap::<u64, Vec<&Refusal>>::new();
    for refusal in refusals {
        by_code.entry(refusal.0).or_default().push(refusal);
    }
    by_code.into_iter().map(|(code, refusals)| schema(code, &refusals)).collect()
}

fn schema(code: u64, refusals: &[&Refusal]) -> Value {
    let texts: Vec<_> = refusals.iter().map(|(_, text, _)| text).collect();
    let mut properties = Map::new();
    for (_, _, data) in refusals {
        for (name, value) in data.as_object().into_iter().flatten() {
            properties.insert(name.clone(), json!({ "type": type_of(value), "examples": [value] }));
        }
    }
    let everywhere = |name: &&String| refusals.iter().all(|(_, _, data)| data.get(name.as_str()).is_some());
    let required: Vec<_> = properties.keys().filter(everywhere).cloned().collect();
    let data = json!({ "type": "object", "properties": properties, "required": required });
    super::complete::envelope(&code.to_string(), code, &json!(texts), &data)
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
