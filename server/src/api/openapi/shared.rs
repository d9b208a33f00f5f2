//! What operations refer to: the ways to log in, the headers, and answers with an HTTP status of their own.

use serde_json::{Map, Value, json};

use super::complete::{body, envelope, headers};

/// Adds it to the schemas.
pub(super) fn add(components: &mut Value) {
    let id = json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$", "examples": ["5f1d7a84db00d2fc"] });
    components["securitySchemes"] = json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The `access_token` of a login. Rights and locks are read from the database at each request.",
        },
        "refresh_token": {
            "type": "http",
            "scheme": "bearer",
            "description": "The `refresh_token` of the last pair, 64 hexadecimal digits, in place of a body.",
        },
    });
    components["parameters"] = json!({ "x-request-id": {
        "name": "x-request-id",
        "in": "header",
        "description": "The request's name in the log. One is made up if it is missing or not 1 to 64 of `A-Za-z0-9_-`.",
        "schema": id,
    } });
    components["headers"] = json!({
        "x-request-id": { "description": "The request's name in the log.", "required": true, "schema": id },
        "x-api-code": {
            "description": "The `code` of a refusal, for proxies and dashboards; absent at success.",
            "schema": { "type": "integer", "examples": [401] },
        },
    });
    let mut responses = Map::new();
    for (status, about) in [
        (404, "There is no such route."),
        (405, "The route has no such method."),
        (413, "The body is over the limit."),
        (500, "A failure inside, of which nothing is said; the log has it under the request id."),
        (503, "Not possible just now: overloaded, or too slow."),
    ] {
        let text = crate::error::status_text(status);
        responses.insert(
            status.to_string(),
            json!({
                "description": about,
                "headers": headers(true),
                "content": { "application/json": {
                    "schema": envelope(&format!("Status{status}"), status, &json!([text]), &json!({ "type": "object", "properties": {} })),
                    "examples": { status.to_string(): { "summary": text, "value": body(status, text, &json!({})) } },
                } },
            }),
        );
    }
    components["responses"] = Value::Object(responses);
}
