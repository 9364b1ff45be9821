//! What the cases of all clients ask for, and what they check.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::watch;

pub const SYSTEM: &str = "Be brief.";
/// The stand-in answers with the first half of the SHA-256 of the system text.
pub const SEEN_SYSTEM: &str = "SYS 213c22ed7234eb11";
pub const LONG: &str = "a gateway earns trust only when the provider behind it misbehaves and the caller still gets one honest \
    answer on time with nothing lost nothing doubled and nothing hidden";
pub const ECHO: &str = "ünï 😀";
pub const ZONE: &str = "CET \"ünï\" 😀";
pub const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC";
pub const SEEN_PNG: &str = "IMAGES image/png:69";
pub const PDF: &str = "JVBERi0xLjQKMSAwIG9iajw8L1R5cGUvQ2F0YWxvZz4+ZW5kb2JqCnRyYWlsZXI8PC9Sb290IDEgMCBSPj4KJSVFT0YK";
pub const SEEN_PDF: &str = "DOCS application/pdf:69";

/// One cell of the plan, as one client runs it. `began` is set when the response has begun.
#[derive(Clone)]
pub struct Call {
    pub case: String,
    pub api: String,
    pub target: String,
    pub base: String,
    pub model: String,
    pub key: String,
    pub tag: String,
    pub began: Arc<watch::Sender<bool>>,
}

impl Call {
    pub fn begin(&self) {
        self.began.send_replace(true);
    }

    pub fn direct(&self) -> bool {
        self.target.starts_with("direct")
    }

    pub fn streamed(&self) -> bool {
        self.case.ends_with("streamed")
    }

    pub fn ask(&self, words: &str) -> String {
        format!("{words} ({})", self.tag)
    }

    /// Two rounds, each with a text before its calls: two calls at once, then one.
    pub fn tools(&self) -> String {
        let think = if self.case.starts_with("thinking") { "THINK " } else { "" };
        let calls = r#"CALLS[weather({"city":"Paris"});; weather({"city":"Rome"})]END"#;
        self.ask(&format!("PREFACE {think}{calls} CALLS[time({})]END", json!({ "zone": ZONE })))
    }

    /// Whether the format of a request with tools goes as an instruction, from which the judge writes no JSON.
    pub fn instructed(&self) -> bool {
        self.target == "gemini" || self.target == "cohere"
    }
}

/// Why a cell did not end as expected: the HTTP status of the client's error, or 0.
#[derive(Debug)]
pub struct Fault {
    pub status: u16,
    pub message: String,
}

impl Fault {
    pub const HUNG: u16 = 1;

    pub fn new(message: impl Into<String>) -> Self {
        Fault { status: 0, message: message.into() }
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Fault::new(format!("JSON: {error}"))
    }
}

#[derive(JsonSchema)]
#[allow(dead_code)]
pub struct Weather {
    #[schemars(length(min = 1, max = 80))]
    city: String,
}

#[derive(JsonSchema)]
#[allow(dead_code)]
pub struct Time {
    zone: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code)]
enum Status {
    Open,
    Done,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Person {
    /// The full name.
    #[schemars(length(min = 1, max = 40))]
    name: String,
    #[schemars(range(max = 150))]
    age: u32,
}

/// What is usual in a type: limits, choices, nested members, lists.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub struct Report {
    title: String,
    status: Status,
    #[schemars(length(min = 1, max = 5))]
    people: Vec<Person>,
    score: f64,
    labels: Vec<String>,
}

/// The schema that schemars derives.
pub fn schema<T: JsonSchema>() -> Value {
    let mut schema = schemars::schema_for!(T).to_value();
    let root = schema.as_object_mut().unwrap();
    root.remove("$schema");
    root.remove("title");
    schema
}

/// Name, description, schema.
pub fn tools() -> [(&'static str, &'static str, Value); 2] {
    [
        ("weather", "The weather of a city.", schema::<Weather>()),
        ("time", "The time in a zone.", schema::<Time>()),
    ]
}

pub fn run_tool(name: &str, arguments: &Value) -> Result<String, Fault> {
    let member = |name: &str| arguments[name].as_str().map(str::to_owned);
    match name {
        "weather" => member("city").map(|city| format!("{city}: sunny")),
        "time" => member("zone").map(|zone| format!("noon in {zone}")),
        _ => None,
    }
    .ok_or_else(|| Fault::new(format!("called {name} with {arguments}")))
}

pub fn require(condition: bool, otherwise: impl FnOnce() -> String) -> Result<(), Fault> {
    if condition { Ok(()) } else { Err(Fault::new(otherwise())) }
}

pub fn check(seen: impl Into<String>, expected: &[&str]) -> Result<String, Fault> {
    let seen = seen.into();
    for text in expected {
        require(seen.contains(text), || format!("expected «{text}» in: {seen}"))?;
    }
    Ok(seen)
}

pub fn check_results(text: &str, rounds: usize, calls: usize) -> Result<String, Fault> {
    require((rounds, calls) == (3, 3), || format!("{rounds} responses, {calls} calls"))?;
    check(text, &["Paris: sunny", "Rome: sunny", &format!("noon in {ZONE}")])
}

pub fn check_report(text: &str) -> Result<String, Fault> {
    let report: Report = serde_json::from_str(text).map_err(|error| Fault::new(format!("{error} in: {text}")))?;
    require(!report.people.is_empty(), || "no people".into())?;
    Ok(report.title)
}

pub fn check_usage(input: i64, output: i64) -> Result<(), Fault> {
    require((input, output) == (31, 17), || format!("usage: {input}, {output}"))
}

/// Checks the error of a case that ends in one.
pub fn check_refusal(call: &Call, seen: Result<String, Fault>) -> Result<String, Fault> {
    let fault = match seen {
        Ok(text) => return Err(Fault::new(format!("no error: {text}"))),
        Err(fault) => fault,
    };
    let (statuses, words): (&[u16], &str) = match call.case.as_str() {
        "error-400" => (&[400], "fake error"),
        "error-401" => (&[401], if call.direct() { "" } else { "API key" }),
        "error-403" => (&[403], "fake error"),
        "error-404" => (&[404], "fake error"),
        "error-429" => (&[429], ""), // the second one is a key's cooldown
        "error-500" => (&[500, 502], "fake error"),
        "error-overload" => (&[503, 529], "fake error"),
        _ => (&[400], if call.api == "messages" { "prompt is too long" } else { "context" }),
    };
    let expected = statuses.contains(&fault.status) && fault.message.contains(words);
    require(expected, || format!("status {}: {}", fault.status, fault.message))?;
    Ok("refused".into())
}
