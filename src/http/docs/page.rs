//! The readable page: the `OpenAPI` document as plain HTML. Everything written into it is escaped on the way.

use crate::http::dialects::native;
use html_escape::encode_quoted_attribute as escape;
use serde_json::Value;

/// The pages' only style.
pub const STYLE: &str = include_str!("page.css");

/// The whole page; `url` is the server's address in examples.
pub fn page(document: &Value, url: &str) -> String {
    let calls = calls(document);
    let schemas = entries(&document["components"]["schemas"]).map(|(name, schema)| schema_part(name, schema));
    let body = format!(
        "<header><h1>{title}</h1>\n{introduction}\
         <p>The <a href=\"/api/openapi.json\">OpenAPI 3.1 document</a> says the same to programs.</p></header>\n\
         <nav><ul>\n{list}<li><a href=\"#schemas\">Schemas</a></li></ul></nav>\n\
         <section><h2>The first event</h2>\n<pre tabindex=\"0\"><code>{curl}</code></pre></section>\n\
         {sections}<section><h2 id=\"schemas\">Schemas</h2>\n{schemas}</section>\n",
        title = text(&document["info"]["title"]),
        introduction = prose(&document["info"]["description"]),
        list = joined(calls.iter().map(Call::entry)),
        curl = escape(&native::curl(url, "{consumer id}", "{secret}")),
        sections = joined(calls.iter().map(Call::section)),
        schemas = joined(schemas),
    );
    shell("Daybook API", &body)
}

/// What a visitor of the bare address sees.
pub fn welcome() -> String {
    let body = "<header><h1>Daybook</h1>\n<p>This server keeps audit logs. Customers read theirs in the product that they \
        belong to.</p></header>\n<dl class=\"ways\">\
        <dt><a href=\"/admin\">Sign in</a></dt><dd><p>Manage projects, API keys and views, and read events.</p></dd>\n\
        <dt><a href=\"/api\">API reference</a></dt><dd><p>Send and find events from your servers.</p></dd>\n\
        <dt><a href=\"/admin\">Embed a log</a></dt><dd><p>Sign in, open a view and choose <b>Embed script</b>: it has the code \
        for your pages and your server.</p></dd></dl>\n";
    shell("Daybook", body)
}

fn shell(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>{STYLE}</style></head>\n<body><main>\n{body}</main></body></html>\n",
        escape(title)
    )
}

/// One call of the API.
struct Call<'d> {
    path: &'d str,
    method: &'d str,
    says: &'d Value,
}

/// Every call, path by path; on one path those that send come first.
fn calls(document: &Value) -> Vec<Call<'_>> {
    let of_path = |(path, methods)| entries(methods).map(move |(method, says)| Call { path, method, says });
    let mut calls: Vec<_> = entries(&document["paths"]).flat_map(of_path).collect();
    calls.sort_by_key(|call| (call.path, call.method != "post"));
    calls
}

impl Call<'_> {
    fn route(&self) -> String {
        format!("<b class=\"method\">{}</b> <code>{}</code>", escape(&self.method.to_uppercase()), escape(self.path))
    }

    fn entry(&self) -> String {
        let (id, summary) = (text(&self.says["operationId"]), text(&self.says["summary"]));
        format!("<li><a href=\"#{id}\">{summary}</a> {}</li>\n", self.route())
    }

    fn section(&self) -> String {
        let (id, summary) = (text(&self.says["operationId"]), text(&self.says["summary"]));
        let mut html = format!("<section><h2 id=\"{id}\">{summary}</h2>\n<p>{}</p>\n", self.route());
        html += &prose(&self.says["description"]);
        if let Some(parameters) = self.says["parameters"].as_array() {
            let parts = parameters.iter().map(|parameter| {
                definition(
                    &parameter["name"],
                    &parameter["schema"],
                    parameter["required"] == true,
                    &parameter["description"],
                )
            });
            html += &definitions("Parameters", parts);
        }
        let body = entries(&self.says["requestBody"]["content"]);
        html += &definitions("Body", body.map(|(media, content)| told(media, &kind(&content["schema"]), "")));
        let answers = entries(&self.says["responses"])
            .map(|(status, answer)| told(status, &shapes(&answer["content"]), &inline(&text(&answer["description"]))));
        html + &definitions("Answers", answers) + "</section>\n"
    }
}

/// What an answer holds; where there is a choice, of which media type.
fn shapes(content: &Value) -> String {
    let choice = entries(content).count() > 1;
    let shape = |(media, content): (&str, &Value)| {
        let media = choice.then(|| format!(" as <code>{}</code>", escape(media)));
        kind(&content["schema"]) + &media.unwrap_or_default()
    };
    entries(content).map(shape).collect::<Vec<_>>().join(", ")
}

fn schema_part(name: &str, schema: &Value) -> String {
    let name = escape(name);
    let own = std::slice::from_ref(schema);
    let parts = schema["allOf"].as_array().map_or(own, Vec::as_slice);
    let values = schema["enum"].as_array().map(|values| format!("<p>{}</p>\n", listed(values)));
    format!(
        "<h3 id=\"schema-{name}\">{name}</h3>\n{}{}{}",
        prose(&schema["description"]),
        joined(parts.iter().map(fields)),
        values.unwrap_or_default()
    )
}

/// An object's fields, or all those of the schema it refers to.
fn fields(schema: &Value) -> String {
    if !schema["$ref"].is_null() {
        return format!("<p>All of {}, and:</p>\n", kind(schema));
    }
    let required =
        |field: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|name| name == field));
    let one =
        |(field, schema): (&str, &Value)| definition(&Value::from(field), schema, required(field), described(schema));
    definitions("", entries(&schema["properties"]).map(one))
}

/// What a field is for. Where it may be null, the words stand with the other choice.
fn described(schema: &Value) -> &Value {
    let choices = schema["oneOf"].as_array().into_iter().flatten();
    choices.map(|choice| &choice["description"]).find(|said| said.is_string()).unwrap_or(&schema["description"])
}

/// A list of terms under a heading, or nothing where there are none.
fn definitions(heading: &str, parts: impl Iterator<Item = String>) -> String {
    let parts = joined(parts);
    match (heading, parts.is_empty()) {
        (_, true) => String::new(),
        ("", false) => format!("<dl>\n{parts}</dl>\n"),
        (heading, false) => format!("<h3>{heading}</h3>\n<dl>\n{parts}</dl>\n"),
    }
}

fn definition(name: &Value, schema: &Value, required: bool, description: &Value) -> String {
    let required = if required { " <span class=\"required\">required</span>" } else { "" };
    let shape = format!("<span class=\"kind\">{}{}</span>{required}", kind(schema), bounds(schema));
    told(name.as_str().unwrap_or_default(), &shape, &inline(&text(description)))
}

/// A term with its shape and its meaning, both HTML already.
fn told(term: &str, shape: &str, meaning: &str) -> String {
    let meaning = if meaning.is_empty() { String::new() } else { format!("<p>{meaning}</p>") };
    format!("<dt><code>{}</code></dt><dd>{shape}{meaning}</dd>\n", escape(term))
}

/// What kind of value a schema allows, in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        let name = escape(name);
        return format!("<a href=\"#schema-{name}\">{name}</a>");
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        if let Some(schemas) = schema[choice].as_array() {
            return schemas.iter().map(kind).collect::<Vec<_>>().join(" or ");
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        return listed(values);
    }
    let name = |name: &Value| match name.as_str() {
        Some("array") => format!("array of {}", kind(&schema["items"])),
        _ => text(name),
    };
    match &schema["type"] {
        Value::Array(names) => names.iter().map(name).collect::<Vec<_>>().join(" or "),
        Value::Null => "any JSON".to_owned(),
        one => name(one),
    }
}

fn bounds(schema: &Value) -> String {
    let number = |name: &str| schema[name].as_u64();
    let range = number("minimum").zip(number("maximum"));
    let said = [
        number("maxLength").map(|longest| format!(", at most {longest} characters")),
        number("maxItems").map(|most| format!(", at most {most} entries")),
        range.map(|(least, most)| format!(", {least} to {most}")),
        number("default").map(|usual| format!(", otherwise {usual}")),
        schema["default"].as_str().map(|usual| format!(", otherwise <code>{}</code>", escape(usual))),
    ];
    joined(said.into_iter().flatten())
}

fn listed(values: &[Value]) -> String {
    values.iter().map(|value| format!("<code>{}</code>", text(value))).collect::<Vec<_>>().join(" or ")
}

fn entries(object: &Value) -> impl Iterator<Item = (&str, &Value)> {
    object.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// A text of the document, as HTML.
fn text(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default()).into_owned()
}

/// Paragraphs, parted by empty lines.
fn prose(value: &Value) -> String {
    let paragraphs = value.as_str().unwrap_or_default().split("\n\n").filter(|paragraph| !paragraph.trim().is_empty());
    joined(paragraphs.map(|paragraph| format!("<p>{}</p>\n", inline(&escape(paragraph)))))
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect()
}

/// HTML in which what stood in backticks is set as code.
fn inline(html: &str) -> String {
    if !html.matches('`').count().is_multiple_of(2) {
        return html.to_owned();
    }
    let set = |(at, part): (usize, &str)| if at % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() };
    joined(html.split('`').enumerate().map(set))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn nothing_of_the_document_becomes_markup() {
        let evil = "<script>alert(1)</script>\"'`<b>`";
        let document = json!({
            "info": {"title": evil, "description": evil},
            "paths": {evil: {"get": {"operationId": evil, "summary": evil, "description": evil,
                "parameters": [{"name": evil, "description": evil, "schema": {"enum": [evil]}}],
                "responses": {evil: {"description": evil, "content": {"a/b": {"schema": {"$ref": evil}}}}}}}},
            "components": {"schemas": {evil: {"description": evil, "properties": {evil: {"type": evil}}}}},
        });
        let html = page(&document, evil);
        assert!(!html.contains("<script") && !html.contains("<b>") && !html.contains("\"'"), "{html}");
        assert!(html.contains("<code>&lt;b&gt;</code>"));
    }
}
