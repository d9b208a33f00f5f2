//! What is the same for every operation, added to what its handler says.

use serde_json::{Map, Value, json};

use super::{example, refusals, shared};

const ABOUT: &str = "\
Every answer under `/api` is `{code, message, msg, data}`; `message` and `msg` are the same text. A business answer, \
success (`code` 0) or refusal, is HTTP 200: `code` says which, and each operation lists all it can answer. No such route \
(404), another method (405), a body over 64 KiB (413; 8 MiB for uploads), a failure inside (500) and an overloaded server (503) keep their \
HTTP status, with the same envelope.\n\nFields that a call does not know are ignored, and clients ignore fields that they \
do not know. Times are ISO-8601 UTC with milliseconds. Points are integers. Phones are masked.\n\nWhat is pushed comes over \
a WebSocket, `/ws?token=<access token>&last_id=<n>`; the token may instead go into `Authorization: Bearer`. Its messages \
and close codes are in `docs/API.md`.";

/// Operations, and what they refer to.
pub(super) fn document(mut document: Value) -> Value {
    example::renew(&mut document["components"]);
    let mut components = document["components"].take();
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if let Some(operation) = operation.as_object_mut() {
                complete(path, method, operation, &mut components);
            }
        }
    }
    document["info"] = json!({
        "title": "Fairwheel",
        "version": env!("CARGO_PKG_VERSION"),
        "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        "description": ABOUT,
    });
    shared::add(&mut components);
    document["components"] = components;
    document
}

fn complete(path: &str, method: &str, operation: &mut Map<String, Value>, components: &mut Value) {
    let words: Vec<_> = path.split('/').filter(|word| !word.is_empty() && !word.starts_with('{')).collect();
    let words = words.strip_prefix(&["api"]).unwrap_or(&words);
    operation.insert("tags".to_owned(), json!([if path.starts_with("/api/") { words[0] } else { "server" }]));
    let name = format!("{method}_{}", words.join("_").replace(['-', '.'], "_"));
    operation.insert("operationId".to_owned(), json!(name));
    describe(operation);
    optional_body(operation);
    let refusals = refusals::of(operation, components);
    let takes_body = operation.contains_key("requestBody");
    parameters(operation, components);
    if let Some(content) = operation.get_mut("requestBody").and_then(|body| body["content"].as_object_mut()) {
        for body in content.values_mut() {
            let complete = example::of(&body["schema"], components);
            let basic = example::required_of(&body["schema"], components);
            body["examples"] = json!({ "complete": { "summary": "with every field", "value": complete } });
            // What a reader tries first: it works as it is, and more than once.
            if !is_conditional(&body["schema"])
                && basic != complete
                && basic.as_object().is_some_and(|basic| !basic.is_empty())
            {
                body["examples"]["basic"] = json!({ "summary": "what it needs", "value": basic });
            }
        }
    }
    let content = operation["responses"]["200"]["content"].take();
    let mut responses = json!({
        "200": answers(&pascal(&name), content, &refusals, components),
        "500": { "$ref": "#/components/responses/500" },
        "503": { "$ref": "#/components/responses/503" },
    });
    if takes_body {
        responses["413"] = json!({ "$ref": "#/components/responses/413" });
    }
    operation.insert("responses".to_owned(), responses);
}

/// Whether what a body needs depends on what it says: then what it always needs is no example.
fn is_conditional(schema: &Value) -> bool {
    const BODIES: [&str; 4] = [
        "merchant.review.Ask",
        "merchant.batch_review.Ask",
        "merchant.lottery.publish.Ask",
        "admin.applications.review.Ask",
    ];
    schema["$ref"].as_str().is_some_and(|name| BODIES.iter().any(|body| name.ends_with(&format!("/{body}"))))
}

/// The name of a type made from that of an operation: generators take it from the title.
fn pascal(name: &str) -> String {
    let capital = |word: &str| Some(word.get(..1)?.to_uppercase() + word.get(1..)?);
    name.split('_').filter_map(capital).collect()
}

/// A body that may be left out is not `null` when it is there.
fn optional_body(operation: &mut Map<String, Value>) {
    let content = operation.get_mut("requestBody").and_then(|body| body["content"].as_object_mut());
    for body in content.into_iter().flat_map(Map::values_mut) {
        let one = body["schema"]["oneOf"].as_array().and_then(|ways| ways.iter().find(|way| way["type"] != "null"));
        if let Some(one) = one.cloned() {
            body["schema"] = one;
        }
    }
}

/// Rustdoc's `# Errors` are for who reads the code: the refusals say it here.
fn describe(operation: &mut Map<String, Value>) {
    let text = |name: &str| operation.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (summary, description) = (text("summary"), text("description"));
    let description = description.split("# Errors").next().unwrap_or_default().trim();
    operation.insert("summary".to_owned(), json!(summary.trim().trim_end_matches('.')));
    if description.is_empty() {
        operation.remove("description");
    } else {
        operation.insert("description".to_owned(), json!(description));
    }
}

/// The header that every operation knows; and beside `Idempotency-Key` the field that says the same.
fn parameters(operation: &mut Map<String, Value>, components: &mut Value) {
    let mut parameters = operation.get("parameters").and_then(Value::as_array).cloned().unwrap_or_default();
    for parameter in &mut parameters {
        example::renew(&mut parameter["schema"]);
    }
    if parameters.iter().any(|known| known["name"] == "Idempotency-Key") {
        let body = operation.get("requestBody").map(|body| body["content"]["application/json"]["schema"].clone());
        let name = body.as_ref().and_then(|body| body["$ref"].as_str()?.rsplit('/').next());
        if let Some(name) = name {
            components["schemas"][name]["properties"]["request_id"] = json!({
                "type": ["string", "null"],
                "pattern": "^[A-Za-z0-9_-]{1,64}$",
                "description": "Makes a retry safe, as the header `Idempotency-Key` does; the two must agree.",
                "examples": ["a-name-of-your-own"],
            });
        }
    }
    parameters.push(json!({ "$ref": "#/components/parameters/x-request-id" }));
    operation.insert("parameters".to_owned(), json!(parameters));
}

/// The success as the handler says it, in an envelope if it is JSON, and every refusal.
fn answers(name: &str, mut content: Value, refusals: &[refusals::Refusal], components: &Value) -> Value {
    let (mut schemas, mut examples) = (Vec::new(), json!({}));
    if let Some(data) = content.get("application/json").map(|json| &json["schema"]) {
        schemas.push(envelope(&format!("{name}Success"), 0, &json!(["success"]), data));
        let value = body(0, "success", &example::of(data, components));
        examples["0"] = json!({ "summary": "0 success", "value": value });
    }
    schemas.extend(refusals::schemas(name, refusals));
    for (code, text, data) in refusals {
        let name = (1..).map(|n| if n == 1 { code.to_string() } else { format!("{code}-{n}") });
        let free = name.take(100).find(|name| examples.get(name).is_none()).unwrap_or_default();
        examples[free] = json!({ "summary": format!("{code} {text}"), "value": body(*code, text, data) });
    }
    let schema = match schemas.len() {
        0 | 1 => schemas.pop(),
        _ => Some(json!({ "oneOf": schemas })),
    };
    if let Some(schema) = schema {
        content["application/json"] = json!({ "schema": schema, "examples": examples });
    }
    json!({
        "description": "Done (`code` 0), or refused: `code` says why.",
        "headers": headers(!refusals.is_empty()),
        "content": content,
    })
}

/// An envelope.
pub(super) fn body(code: u64, text: &str, data: &Value) -> Value {
    json!({ "code": code, "message": text, "msg": text, "data": data })
}

/// The schema of an envelope with this code.
pub(super) fn envelope(title: &str, code: u64, texts: &Value, data: &Value) -> Value {
    json!({
        "title": title,
        "type": "object",
        "required": ["code", "message", "msg", "data"],
        "properties": {
            "code": { "type": "integer", "const": code },
            "message": { "type": "string", "description": "What a diner may read.", "examples": texts },
            "msg": { "type": "string", "description": "The same.", "examples": texts },
            "data": data,
        },
    })
}

/// The headers of an answer.
pub(super) fn headers(refuses: bool) -> Value {
    let mut headers = json!({ "x-request-id": { "$ref": "#/components/headers/x-request-id" } });
    if refuses {
        headers["x-api-code"] = json!({ "$ref": "#/components/headers/x-api-code" });
    }
    headers
}
