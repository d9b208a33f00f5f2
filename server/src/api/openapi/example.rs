//! Examples of whole bodies, put together from those of the fields.

use serde_json::{Map, Value, json};

/// What a schema describes, made of the examples of its parts; null where there is none.
pub(super) fn of(schema: &Value, components: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        return of(&components["schemas"][name], components);
    }
    let given = schema["examples"].get(0).or_else(|| schema.get("const")).or_else(|| schema["enum"].get(0));
    if let Some(given) = given {
        return given.clone();
    }
    let parts = |name: &str| schema[name].as_array().cloned().unwrap_or_default();
    if let Some(one) = parts("oneOf").iter().find(|one| one["type"] != "null") {
        return of(one, components);
    }
    let mut object = Map::new();
    for part in parts("allOf") {
        object.extend(of(&part, components).as_object().cloned().unwrap_or_default());
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        object.insert(name.clone(), of(property, components));
    }
    if !object.is_empty() {
        return Value::Object(object);
    }
    match &schema["type"] {
        Value::String(kind) if kind == "array" => json!([of(&schema["items"], components)]),
        Value::String(kind) if kind == "object" => json!({}),
        _ => Value::Null,
    }
}

/// The same of the fields that must be there.
pub(super) fn required_of(schema: &Value, components: &Value) -> Value {
    let name = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next());
    let resolved = name.map_or(schema, |name| &components["schemas"][name]);
    let mut example = of(schema, components);
    if let Some(fields) = example.as_object_mut() {
        let required = resolved["required"].as_array();
        fields.retain(|field, _| required.is_some_and(|required| required.iter().any(|name| name == field)));
    }
    example
}

/// Two things that the derives can't say: `examples` for `example`, which OpenAPI 3.1 no longer likes, and `enum` for a
/// pattern that lists words (`^(one|two)$`).
pub(super) fn renew(value: &mut Value) {
    match value {
        Value::Object(object) => {
            // A property may have these names too; then it is a schema, an object.
            if object.get("example").is_some_and(|example| !example.is_object())
                && let Some(example) = object.remove("example")
            {
                object.insert("examples".to_owned(), json!([example]));
            }
            if let Some(mut words) = object.get("pattern").and_then(Value::as_str).and_then(words) {
                if object.get("type").is_some_and(Value::is_array) {
                    words.push(Value::Null);
                }
                object.remove("pattern");
                object.insert("enum".to_owned(), words.into());
            }
            object.values_mut().for_each(renew);
        }
        Value::Array(items) => items.iter_mut().for_each(renew),
        _ => {}
    }
}

fn words(pattern: &str) -> Option<Vec<Value>> {
    let list = pattern.strip_prefix("^(")?.strip_suffix(")$")?;
    let plain = list.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'|' | b'_'));
    plain.then(|| list.split('|').map(Value::from).collect())
}
