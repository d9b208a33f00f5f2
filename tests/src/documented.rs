//! Holds every answer against `/openapi.json`: the operation, the status and the code must be there, and the body must
//! have what its schema says and nothing else.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::http::{Method, Request};
use fairwheel_server::api::openapi;
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::Answer;

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| Document::new(openapi::document()));

/// What was asked, kept until the answer is there.
#[derive(Debug)]
pub struct Asked {
    method: Method,
    path: String,
}

impl Asked {
    /// Method and path of a request.
    pub fn new<B>(request: &Request<B>) -> Self {
        Self { method: request.method().clone(), path: request.uri().path().to_owned() }
    }

    /// Panics if the answer is not one that the document has for this.
    pub fn check(&self, answer: &Answer) {
        if self.path.starts_with("/api/") && self.method != Method::HEAD {
            let Self { method, path } = self;
            if let Err(problem) = DOCUMENT.check(method, path, answer) {
                panic!("{method} {path} answers what /openapi.json does not have: {problem}\n{}", answer.text());
            }
        }
    }
}

/// A document, its schemas compiled.
#[derive(Debug)]
pub struct Document {
    operations: Vec<Operation>,
    /// What is answered where there is no operation.
    elsewhere: BTreeMap<u16, Variants>,
}

#[derive(Debug)]
struct Operation {
    method: Method,
    path: Vec<String>,
    statuses: BTreeMap<u16, Variants>,
}

/// What a status may come with.
#[derive(Debug)]
struct Variants {
    /// By code: what the envelope must be, and the texts it may have.
    codes: BTreeMap<u64, (Validator, Vec<String>)>,
    /// Types of content that are no envelope.
    others: Vec<String>,
}

impl Document {
    /// Compiles a document.
    pub fn new(document: &Value) -> Self {
        let mut operations = Vec::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                operations.push(Operation {
                    method: method.to_uppercase().parse().expect("a method"),
                    path: path.split('/').map(str::to_owned).collect(),
                    statuses: statuses(&operation["responses"], document),
                });
            }
        }
        let mut elsewhere = statuses(&document["components"]["responses"], document);
        elsewhere.retain(|status, _| matches!(status, 404 | 405));
        Self { operations, elsewhere }
    }

    /// Whether an answer is in the document.
    ///
    /// # Errors
    ///
    /// Says what is not.
    pub fn check(&self, method: &Method, path: &str, answer: &Answer) -> Result<(), String> {
        let operation = self.operations.iter().find(|known| known.method == *method && known.is_at(path));
        let statuses = operation.map_or(&self.elsewhere, |operation| &operation.statuses);
        let status = answer.status.as_u16();
        let what = if operation.is_some() { "the operation" } else { "there is no operation, which" };
        let variants = statuses.get(&status).ok_or_else(|| format!("{what} has no HTTP status {status}"))?;
        let kind = answer.header("content-type").split(';').next().unwrap_or_default();
        if variants.others.iter().any(|other| other == kind) {
            // A refusal is JSON, also where a success is not.
            let refused = answer.header("x-api-code");
            return if refused.is_empty() { Ok(()) } else { Err(format!("code {refused} comes as {kind}")) };
        }
        let body: Value = serde_json::from_slice(&answer.bytes).map_err(|_| "it is not JSON".to_owned())?;
        let code = body["code"].as_u64().ok_or("it has no code")?;
        let (schema, texts) = variants.codes.get(&code).ok_or_else(|| format!("{what} has no code {code}"))?;
        if let Some(error) = schema.iter_errors(&body).next() {
            return Err(format!("code {code}, {}: {error}", error.instance_path()));
        }
        // The texts of 400 name any field and any fault.
        let text = body["message"].as_str().map(without_numbers).unwrap_or_default();
        if code != 400 && !texts.contains(&text) {
            return Err(format!("code {code} has no such text (numbers apart): {text}"));
        }
        Ok(())
    }
}

impl Operation {
    fn is_at(&self, path: &str) -> bool {
        let asked: Vec<_> = path.split('/').collect();
        let fits = |(known, asked): (&String, &&str)| known.starts_with('{') || known == asked;
        self.path.len() == asked.len() && self.path.iter().zip(&asked).all(fits)
    }
}

fn statuses(responses: &Value, document: &Value) -> BTreeMap<u16, Variants> {
    let variants = |(status, response): (&String, &Value)| {
        let content = &resolved(response, document)["content"];
        let schema = closed(&content["application/json"]["schema"], document);
        let all = schema["oneOf"].as_array().cloned().unwrap_or_else(|| vec![schema.clone()]);
        let codes = all.iter().filter(|schema| !schema.is_null()).map(variant).collect();
        let others = content.as_object().expect("content").keys().filter(|kind| *kind != "application/json");
        (status.parse().expect("a status"), Variants { codes, others: others.cloned().collect() })
    };
    responses.as_object().expect("responses").iter().map(variants).collect()
}

fn variant(schema: &Value) -> (u64, (Validator, Vec<String>)) {
    let properties = &schema["properties"];
    let code = properties["code"]["const"].as_u64().expect("a code");
    let texts = properties["message"]["examples"].as_array().expect("texts").iter();
    let texts = texts.map(|text| without_numbers(text.as_str().expect("a text"))).collect();
    let validator = jsonschema::options().should_validate_formats(true).build(schema);
    (code, (validator.expect("a schema"), texts))
}

fn resolved<'d>(value: &'d Value, document: &'d Value) -> &'d Value {
    let Some(reference) = value["$ref"].as_str() else { return value };
    document.pointer(reference.trim_start_matches('#')).unwrap_or_else(|| panic!("{reference} leads nowhere"))
}

/// The same with every reference in place, every `allOf` one object, and no object with other fields than are named.
fn closed(value: &Value, document: &Value) -> Value {
    let value = resolved(value, document);
    match value {
        Value::Object(object) => {
            let mut object: Map<_, _> =
                object.iter().map(|(name, value)| (name.clone(), closed(value, document))).collect();
            if let Some(Value::Array(parts)) = object.remove("allOf") {
                for part in parts {
                    merge(&mut object, part);
                }
            }
            if object.get("type") == Some(&json!("object")) && !object.contains_key("additionalProperties") {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            Value::Object(object)
        }
        Value::Array(items) => items.iter().map(|item| closed(item, document)).collect(),
        other => other.clone(),
    }
}

fn merge(object: &mut Map<String, Value>, part: Value) {
    let Value::Object(part) = part else { return };
    for (name, value) in part {
        match (object.get_mut(&name), value) {
            (Some(Value::Object(known)), Value::Object(more)) => known.extend(more),
            (Some(Value::Array(known)), Value::Array(more)) => known.extend(more),
            (_, value) => drop(object.insert(name, value)),
        }
    }
}

fn without_numbers(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        match c {
            '0'..='9' if shown.ends_with('0') => {}
            '0'..='9' => shown.push('0'),
            c => shown.push(c),
        }
    }
    shown
}
