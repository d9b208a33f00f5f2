//! The description of the HTTP interface: it is valid, complete, and the committed one; and answers that it does not
//! have are noticed.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::{collections::BTreeSet, fs};

use axum::http::{Method, StatusCode};
use fairwheel_server::{api::openapi, seed::DEMO_PHONE};
use fairwheel_tests::{Answer, TestApp, documented::Document};
use serde_json::{Value, json};

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");

/// Every value in the document, with where it is.
fn walk(at: &str, value: &Value, see: &mut impl FnMut(&str, &Value)) {
    see(at, value);
    match value {
        Value::Object(object) => object.iter().for_each(|(name, value)| walk(&format!("{at}/{name}"), value, see)),
        Value::Array(items) => (0..).zip(items).for_each(|(n, value)| walk(&format!("{at}/{n}"), value, see)),
        _ => {}
    }
}

fn operations() -> impl Iterator<Item = (String, &'static Value)> {
    let paths = openapi::document()["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
    })
}

/// The content of a body: JSON, or a form.
fn content_of(body: &Value) -> &Value {
    body["content"].as_object().unwrap().values().next().unwrap()
}

/// A schema as its compiled validator sees it, references and all.
fn validator(schema: &Value) -> jsonschema::Validator {
    let whole = json!({ "$ref": "#/at", "at": schema, "components": openapi::document()["components"] });
    jsonschema::options().should_validate_formats(true).build(&whole).unwrap()
}

#[test]
fn the_committed_copy_is_the_one_of_the_code() {
    let committed = fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(
        committed == openapi::text(),
        "docs/openapi.json is not what the code gives: `cargo xtask openapi` writes it"
    );
}

#[test]
fn every_reference_leads_somewhere_and_nothing_is_left_over() {
    let document = openapi::document();
    assert_eq!(document["openapi"], "3.1.0");
    let mut references = BTreeSet::new();
    walk("", document, &mut |at, value| {
        if let Some(reference) = value["$ref"].as_str() {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{at}: {reference}");
            references.insert(reference.to_owned());
        }
        assert!(value.get("x-refusals").is_none(), "{at}");
    });
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(references.contains(&format!("#/components/schemas/{name}")), "nothing uses {name}");
    }
}

#[test]
fn every_operation_says_what_it_is_and_shows_it() {
    let mut ids = BTreeSet::new();
    for (name, operation) in operations() {
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{name}: not its own operationId");
        assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{name}: no summary");
        assert!(operation["tags"][0].is_string(), "{name}: no tag");
        for scheme in operation["security"].as_array().into_iter().flatten().flat_map(|way| way.as_object().unwrap()) {
            let known = &openapi::document()["components"]["securitySchemes"];
            assert!(known[scheme.0].is_object() && *scheme.1 == json!([]), "{name}: {scheme:?}");
        }
        let content = &operation["responses"]["200"]["content"];
        let answers = &content["application/json"];
        let is_json = content.as_object().unwrap().len() == 1;
        assert!(!is_json || answers["examples"]["0"]["value"]["code"] == 0, "{name}");
        let mut shown = vec![("answer", answers)];
        if let Some(body) = operation.get("requestBody") {
            shown.push(("request", content_of(body)));
        }
        for (what, content) in shown {
            let validator = validator(&content["schema"]);
            let examples =
                content["examples"].as_object().unwrap_or_else(|| panic!("{name}: no example of its {what}"));
            for (example, shown) in examples {
                let problems: Vec<_> = validator.iter_errors(&shown["value"]).map(|error| error.to_string()).collect();
                assert!(problems.is_empty(), "{name}, {what} {example}: {problems:?}\n{}", shown["value"]);
            }
        }
    }
    assert!(ids.len() >= 8);
}

#[test]
fn every_field_has_its_description_and_an_example() {
    let schemas = &openapi::document()["components"]["schemas"];
    walk("", schemas, &mut |at, value| {
        for (name, field) in value["properties"].as_object().into_iter().flatten() {
            let composed = field.get("$ref").is_some() || field["type"] == "array" || field.get("oneOf").is_some();
            assert!(composed || field["examples"][0] != Value::Null, "{at}: {name} has no example");
            assert!(field.get("$ref").is_some() || field["description"].is_string(), "{at}: {name} has no description");
        }
    });
}

#[test]
fn every_variant_has_a_name_of_its_own_and_every_field_of_a_refusal_is_described() {
    let mut titles = BTreeSet::new();
    let mut fields = BTreeSet::new();
    for (name, operation) in operations() {
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let alone = std::slice::from_ref(schema);
        for variant in schema["oneOf"].as_array().map_or(alone, Vec::as_slice).iter().filter(|one| !one.is_null()) {
            let title = variant["title"].as_str().unwrap();
            assert!(title.bytes().all(|b| b.is_ascii_alphanumeric()), "{name}: {title}");
            assert!(titles.insert(title), "{name}: another variant is called {title} as well");
            if variant["properties"]["code"]["const"] == 0 {
                continue;
            }
            for (field, schema) in variant["properties"]["data"]["properties"].as_object().unwrap() {
                let described = schema["type"].is_string() && schema["description"].is_string();
                assert!(described, "{name}, {title}: `{field}` is not in the table of refusals.rs");
                fields.insert(field);
            }
        }
    }
    assert!(fields.len() >= 10, "{fields:?}");
}

#[test]
fn what_a_refusal_shows_is_of_its_own_operation() {
    for (name, operation) in operations() {
        let Some(body) = operation.get("requestBody") else { continue };
        let body = &content_of(body)["examples"]["complete"]["value"];
        let examples = operation["responses"]["200"]["content"]["application/json"]["examples"].as_object().unwrap();
        for refused in examples.values().filter(|refused| refused["value"]["code"] == 400) {
            let Some(field) = refused["value"]["data"]["field"].as_str() else { continue };
            let first = field.split(['[', '.']).next().unwrap();
            let is_known = body.get(first).is_some() || name.contains(&format!("{{{first}}}"));
            assert!(is_known, "{name}: 400 names {field}, which it does not take");
        }
    }
}

fn altered(answer: &Answer, alter: impl FnOnce(&mut Value)) -> Answer {
    let mut body = answer.json();
    alter(&mut body);
    Answer { bytes: body.to_string().into_bytes(), ..answer.clone() }
}

#[tokio::test]
async fn what_is_not_documented_is_noticed() {
    let document = Document::new(openapi::document());
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let path = "/api/lottery/records";
    app.draw(&token, &json!({ "draw_type": "single" })).await.ok();
    let good = app.get(path, &token).await;
    let check = |answer: &Answer| document.check(&Method::GET, path, answer);
    assert_eq!(check(&good), Ok(()));
    let record =
        |name: &'static str, value: Value| altered(&good, move |body| body["data"]["records"][0][name] = value);
    for (bad, says) in [
        (altered(&good, |body| body["extra"] = json!(1)), "extra"),
        (altered(&good, |body| body["data"]["extra"] = json!(1)), "extra"),
        (altered(&good, |body| body["data"]["pagination"]["extra"] = json!(1)), "extra"),
        (record("extra", json!(1)), "extra"),
        (record("id", json!("1")), "/data/records/0/id"),
        (record("created_at", json!("yesterday")), "/data/records/0/created_at"),
        (record("draw_type", json!("double")), "/data/records/0/draw_type"),
        (altered(&good, |body| drop(body["data"].as_object_mut().unwrap().remove("list"))), "list"),
        (altered(&good, |body| body["code"] = json!(1001)), "no code 1001"),
        (altered(&good, |body| body["message"] = json!("好")), "no such text"),
        (altered(&app.get(path, "").await, |body| body["data"]["extra"] = json!(1)), "extra"),
        (Answer { status: StatusCode::NOT_FOUND, ..good.clone() }, "no HTTP status 404"),
        (Answer { bytes: b"ok".to_vec(), ..good.clone() }, "not JSON"),
    ] {
        let problem = check(&bad).expect_err(says);
        assert!(problem.contains(says), "{says}: {problem}");
    }
    let unknown = document.check(&Method::GET, "/api/lottery/none", &good).unwrap_err();
    assert!(unknown.contains("there is no operation"), "{unknown}");
    assert!(document.check(&Method::PUT, path, &good).is_err());
}

#[tokio::test]
async fn every_route_that_answers_is_documented() {
    // `send` holds each against the document; what it has must be there, and asks for a login if it says so.
    let app = TestApp::new().await;
    for (name, operation) in operations() {
        let (method, path) = name.split_once(' ').unwrap();
        let method: Method = method.to_uppercase().parse().unwrap();
        let answer = app.request(method, &path.replace(['{', '}'], ""), None, None).await;
        let ways = operation["security"].as_array();
        let is_private = ways.is_some_and(|ways| ways.iter().all(|way| *way != json!({})));
        let code = if is_private { 401 } else { answer.json()["code"].as_u64().unwrap() };
        assert_eq!((answer.status, answer.json()["code"].as_u64()), (StatusCode::OK, Some(code)), "{name}");
    }
}

#[tokio::test]
async fn a_body_may_be_left_out_just_where_the_document_says_so() {
    let app = TestApp::configured(&[("FAIRWHEEL_ADMIN_PHONES", DEMO_PHONE)]).await;
    let token = app.login(DEMO_PHONE).await;
    app.execute("UPDATE users SET is_merchant = 1").await;
    let mut optional = 0;
    let takes_json = |operation: &Value| !operation["requestBody"]["content"]["application/json"].is_null();
    for (name, operation) in operations().filter(|(_, operation)| takes_json(operation)) {
        let (method, path) = name.split_once(' ').unwrap();
        let (method, path) = (method.to_uppercase().parse().unwrap(), path.replace("{id}", "1"));
        let answer = app.request(method, &path, Some(&token), None).await.json();
        // What is missed is the body itself, not a field of it.
        let is_missed = answer["code"] == 400 && answer["data"].get("line").is_some();
        let is_required = operation["requestBody"]["required"] == true;
        assert_eq!(is_missed, is_required, "{name}: {answer}");
        optional += usize::from(!is_required);
    }
    assert_eq!(optional, 2);
}

#[tokio::test]
async fn the_document_and_its_page_are_served_and_ask_nobody_else() {
    let app = TestApp::empty().await;
    let served = app.get("/openapi.json", "").await;
    assert_eq!(
        (served.text().as_str(), served.header("content-type")),
        (openapi::text(), "application/json; charset=utf-8")
    );
    assert_eq!(app.get("/docs", "").await.header("location"), "/docs/");
    let page = app.get("/docs/", "").await;
    assert!(page.header("content-type").starts_with("text/html"), "{:?}", page.headers);
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    let html = page.text();
    let mut files = 0;
    for attribute in ["src=\"", "href=\""] {
        for rest in html.split(attribute).skip(1) {
            let address = rest.split('"').next().unwrap();
            assert!(!address.contains("//"), "{address}");
            let file = app.get(&format!("/docs/{}", address.trim_start_matches("./")), "").await;
            assert_eq!(file.status, StatusCode::OK, "{address}");
            files += 1;
        }
    }
    assert!(files >= 4, "{html}");
    let start = app.get("/docs/swagger-initializer.js", "").await.text();
    assert!(start.contains("/openapi.json") && !start.contains("://"), "{start}");
    assert_eq!(app.get("/docs/none.js", "").await.status, StatusCode::NOT_FOUND);
}
