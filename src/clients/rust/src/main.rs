//! Runs the cells of the plan (plan.py) with async-openai and genai.
//!
//! Each cell is one line on standard output: client, api, target, case, tag, what the program saw, detail. It saw `whole`: a
//! whole response, as the case expects it; an `error` after the response began, an `early` error, an early error with status
//! 400 (`refused`), or no end: `hung`.

mod common;
mod genai_cases;
mod openai_cases;

use common::{Call, Fault};
use futures::future::{BoxFuture, FutureExt};
use std::collections::HashMap;
use std::env;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

const LIMIT: Duration = Duration::from_secs(15);
/// Requests at once whose response has not begun.
const OPENING: usize = 8;

type Run = fn(Call) -> BoxFuture<'static, Result<String, Fault>>;

/// A client of an API: its function for the cases at `faults`, which reads a stream to its end, and those of the others.
struct Client {
    name: &'static str,
    api: &'static str,
    stream: Run,
    cases: &'static str,
    run: Run,
}

const CLIENTS: [Client; 6] = [
    Client {
        name: "async-openai",
        api: "chat",
        stream: |call| openai_cases::chat_stream(call).boxed(),
        cases: openai_cases::CHAT,
        run: |call| openai_cases::chat(call).boxed(),
    },
    Client {
        name: "async-openai",
        api: "completions",
        stream: |call| openai_cases::completions_stream(call).boxed(),
        cases: "",
        run: |call| openai_cases::completions_stream(call).boxed(),
    },
    Client {
        name: "async-openai",
        api: "responses",
        stream: |call| openai_cases::responses_stream(call).boxed(),
        cases: openai_cases::RESPONSES,
        run: |call| openai_cases::responses(call).boxed(),
    },
    Client {
        name: "genai",
        api: "chat",
        stream: |call| genai_cases::stream(call).boxed(),
        cases: genai_cases::CASES,
        run: |call| genai_cases::run(call).boxed(),
    },
    Client {
        name: "genai",
        api: "responses",
        stream: |call| genai_cases::stream(call).boxed(),
        cases: genai_cases::CASES,
        run: |call| genai_cases::run(call).boxed(),
    },
    Client {
        name: "genai",
        api: "messages",
        stream: |call| genai_cases::stream(call).boxed(),
        cases: genai_cases::CASES,
        run: |call| genai_cases::run(call).boxed(),
    },
];

/// The cell of a line of the plan, for the client of a number; none if the client does not run it.
fn read(line: &str, number: usize, bases: &HashMap<&str, String>) -> Option<(Call, Run)> {
    let row: Vec<&str> = line.split('\t').collect();
    let client = &CLIENTS[number];
    let faults = row[3] == "faults";
    if row[1] != client.api || !faults && !client.cases.split_whitespace().any(|case| case == row[0]) {
        return None;
    }
    let tag = format!("{}r{number}e", row[7]);
    let call = Call {
        case: row[0].into(),
        api: row[1].into(),
        target: row[2].into(),
        base: bases.get(row[4]).cloned().unwrap_or_else(|| row[4].into()),
        model: row[5].replace("{tag}", &tag),
        key: row[6].into(),
        tag,
        began: Arc::new(tokio::sync::watch::Sender::new(false)),
    };
    Some((call, if faults { client.stream } else { client.run }))
}

fn line(client: &str, call: &Call, seen: Result<String, Fault>) -> String {
    let began = *call.began.borrow();
    let (kind, detail) = match seen {
        Ok(detail) => ("whole", detail),
        Err(fault) if fault.status == Fault::HUNG => ("hung", fault.message),
        Err(fault) if began => ("error", fault.message),
        Err(fault) if fault.status == 400 => ("refused", fault.message),
        Err(fault) => ("early", fault.message),
    };
    let detail: Vec<&str> = detail.split_whitespace().collect();
    let detail: String = detail.join(" ").chars().take(300).collect();
    [client, &call.api, &call.target, &call.case, &call.tag, kind, &detail].join("\t")
}

/// Runs a cell; `permit` is returned by the first event, or by the end.
async fn run(client: &'static str, call: Call, run: Run, permit: tokio::sync::OwnedSemaphorePermit) -> String {
    let mut began = call.began.subscribe();
    tokio::spawn(async move {
        let _ = began.wait_for(|began| *began).await;
        drop(permit);
    });
    let cell = AssertUnwindSafe(run(call.clone())).catch_unwind();
    let seen = match tokio::time::timeout(LIMIT, cell).await {
        Err(_) => Err(Fault { status: Fault::HUNG, message: format!("no end after {LIMIT:?}") }),
        Ok(Err(_)) => Err(Fault { status: 0, message: "panic: see errors.log".into() }),
        Ok(Ok(seen)) => seen,
    };
    let line = line(client, &call, seen);
    call.began.send_replace(true);
    line
}

#[tokio::main]
async fn main() {
    let bases = HashMap::from([
        ("sluice", env::var("CLIENTS_SLUICE").unwrap()),
        ("draining", env::var("CLIENTS_DRAINING").unwrap()),
    ]);
    let plan = std::fs::read_to_string(env::var("CLIENTS_PLAN").unwrap()).unwrap();
    let opening = Arc::new(Semaphore::new(OPENING));
    let mut cells = Vec::new();
    for drain in [true, false] {
        let mut begun = Vec::new();
        for number in 0..CLIENTS.len() {
            for (call, function) in plan.lines().filter_map(|line| read(line, number, &bases)) {
                if (call.base == bases["draining"]) != drain {
                    continue;
                }
                begun.push(call.began.subscribe());
                let permit = opening.clone().acquire_owned().await.unwrap();
                cells.push(tokio::spawn(run(CLIENTS[number].name, call, function, permit)));
            }
        }
        if drain && !begun.is_empty() {
            for each in &mut begun {
                each.wait_for(|began| *began).await.unwrap();
            }
            let pid = env::var("CLIENTS_DRAINING_PID").unwrap();
            std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        }
    }
    for cell in cells {
        println!("{}", cell.await.unwrap());
    }
    std::process::exit(0); // a client that hangs must not keep the process
}
