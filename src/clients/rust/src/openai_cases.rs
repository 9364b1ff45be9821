//! The cases of async-openai: Chat Completions, Completions, Responses. Requests and responses go through its types.

use crate::common::*;
use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use futures::{Stream, StreamExt};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

pub const CHAT: &str = "plain streamed history length tools tools-streamed tool-forced structured structured-streamed \
    structured-tools image document thinking thinking-streamed error-400 error-401 error-403 error-404 error-429 error-500 \
    error-overload overflow aborted models embeddings";
pub const RESPONSES: &str = "plain streamed history length tools tools-streamed tool-forced structured structured-streamed \
    structured-tools image document thinking thinking-streamed error-400 error-401 error-403 error-404 error-429 error-500 \
    error-overload overflow aborted";

impl From<OpenAIError> for Fault {
    fn from(error: OpenAIError) -> Self {
        let status = match &error {
            OpenAIError::ApiError(response) => response.status_code.as_u16(),
            OpenAIError::Reqwest(error) => error.status().map_or(0, |status| status.as_u16()),
            _ => 0,
        };
        Fault { status, message: error.to_string() }
    }
}

fn client(call: &Call) -> Client<OpenAIConfig> {
    Client::with_config(OpenAIConfig::new().with_api_base(format!("{}/v1", call.base)).with_api_key(&call.key))
}

/// A request in the library's own type.
fn typed<T: DeserializeOwned>(body: Value) -> Result<T, Fault> {
    Ok(serde_json::from_value(body)?)
}

fn merged(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// The events of a stream, as JSON.
async fn events<T: Serialize>(
    call: &Call,
    mut stream: impl Stream<Item = Result<T, OpenAIError>> + Unpin,
    abort: bool,
) -> Result<Vec<Value>, Fault> {
    let mut events = Vec::new();
    while let Some(event) = stream.next().await {
        events.push(serde_json::to_value(event?)?);
        call.begin();
        if abort && events.len() > 3 {
            break;
        }
    }
    Ok(events)
}

// Streams that fail: a client reads one to its end.

pub async fn chat_stream(call: Call) -> Result<String, Fault> {
    let body = json!({ "model": call.model, "messages": [{ "role": "user", "content": "hi" }] });
    let stream = client(&call).chat().create_stream(typed(body)?).await?;
    Ok(last(events(&call, stream, false).await?))
}

pub async fn completions_stream(call: Call) -> Result<String, Fault> {
    let stream = client(&call).completions().create_stream(typed(json!({ "model": call.model, "prompt": "hi" }))?).await?;
    Ok(last(events(&call, stream, false).await?))
}

/// The library reports errors in the stream as events.
pub async fn responses_stream(call: Call) -> Result<String, Fault> {
    let stream = client(&call).responses().create_stream(typed(json!({ "model": call.model, "input": "hi" }))?).await?;
    Ok(last(unfailed(events(&call, stream, false).await?)?))
}

fn last(events: Vec<Value>) -> String {
    events.last().map(Value::to_string).unwrap_or_default()
}

fn unfailed(events: Vec<Value>) -> Result<Vec<Value>, Fault> {
    let failed = events.iter().find(|event| event["type"] == "error" || event["type"] == "response.failed");
    match failed {
        Some(event) => Err(Fault::new(event.to_string())),
        None => Ok(events),
    }
}

// Chat Completions.

/// The message of a response: whole, or joined from the pieces of a stream. With the reason for its end and the usage.
async fn complete(call: &Call, body: Value, stream: bool) -> Result<(Value, Value, Value), Fault> {
    let client = client(call);
    if !stream {
        let completion = serde_json::to_value(client.chat().create(typed(body)?).await?)?;
        let choice = &completion["choices"][0];
        return Ok((choice["message"].clone(), choice["finish_reason"].clone(), completion["usage"].clone()));
    }
    let body = merged(body, json!({ "stream": true, "stream_options": { "include_usage": true } }));
    let stream = client.chat().create_stream(typed(body)?).await?;
    let (mut text, mut reason, mut usage) = (String::new(), Value::Null, Value::Null);
    let mut calls: Vec<Value> = Vec::new();
    for chunk in events(call, stream, false).await? {
        if chunk["usage"].is_object() {
            usage = chunk["usage"].clone();
        }
        let choice = &chunk["choices"][0];
        text += choice["delta"]["content"].as_str().unwrap_or("");
        if choice["finish_reason"].is_string() {
            reason = choice["finish_reason"].clone();
        }
        for piece in choice["delta"]["tool_calls"].as_array().into_iter().flatten() {
            let index = piece["index"].as_u64().unwrap_or(0) as usize;
            if calls.len() <= index {
                let function = json!({ "name": piece["function"]["name"], "arguments": "" });
                calls.push(json!({ "id": piece["id"], "type": "function", "function": function }));
            }
            let before = calls[index]["function"]["arguments"].as_str().unwrap_or("").to_owned();
            calls[index]["function"]["arguments"] = json!(before + piece["function"]["arguments"].as_str().unwrap_or(""));
        }
    }
    let mut message = json!({ "role": "assistant", "content": text });
    if !calls.is_empty() {
        message["tool_calls"] = json!(calls);
    }
    Ok((message, reason, usage))
}

fn chat_tools() -> Value {
    json!(tools().map(|(name, description, parameters)| json!({
        "type": "function", "function": { "name": name, "description": description, "parameters": parameters },
    })))
}

fn chat_report() -> Value {
    json!({ "type": "json_schema", "json_schema": { "name": "report", "schema": schema::<Report>(), "strict": true } })
}

async fn chat_loop(call: &Call, more: Value) -> Result<(String, usize, usize), Fault> {
    let mut messages = vec![
        json!({ "role": "system", "content": SYSTEM }),
        json!({ "role": "user", "content": call.tools() }),
    ];
    let mut calls = 0;
    for rounds in 1..6 {
        let body = merged(json!({ "model": call.model, "messages": messages, "tools": chat_tools() }), more.clone());
        let (message, ..) = complete(call, body, call.streamed()).await?;
        messages.push(message.clone());
        let called = message["tool_calls"].as_array().cloned().unwrap_or_default();
        if called.is_empty() {
            return Ok((message["content"].as_str().unwrap_or("").into(), rounds, calls));
        }
        for each in called {
            calls += 1;
            let arguments: Value = serde_json::from_str(each["function"]["arguments"].as_str().unwrap_or(""))?;
            let result = run_tool(each["function"]["name"].as_str().unwrap_or(""), &arguments)?;
            messages.push(json!({ "role": "tool", "tool_call_id": each["id"], "content": result }));
        }
    }
    Err(Fault::new("no end of the tools"))
}

pub async fn chat(call: Call) -> Result<String, Fault> {
    let ask = |words: &str, more: Value| {
        let messages = json!([{ "role": "system", "content": SYSTEM }, { "role": "user", "content": call.ask(words) }]);
        merged(json!({ "model": call.model, "messages": messages }), more)
    };
    let part = |part: Value| {
        let content = json!([{ "type": "text", "text": call.ask("look") }, part]);
        json!({ "model": call.model, "messages": [{ "role": "user", "content": content }] })
    };
    let text = |message: &Value| message["content"].as_str().unwrap_or("").to_owned();
    match call.case.as_str() {
        "plain" => {
            let (message, reason, usage) = complete(&call, ask("hello", json!({})), false).await?;
            require(reason == "stop", || reason.to_string())?;
            check_usage(usage["prompt_tokens"].as_i64().unwrap_or(0), usage["completion_tokens"].as_i64().unwrap_or(0))?;
            check(text(&message), &[SEEN_SYSTEM])
        }
        "streamed" => {
            let (message, _, usage) = complete(&call, ask("LONG", json!({})), true).await?;
            check_usage(usage["prompt_tokens"].as_i64().unwrap_or(0), usage["completion_tokens"].as_i64().unwrap_or(0))?;
            check(text(&message), &[LONG])
        }
        "history" => {
            let messages = json!([
                { "role": "developer", "content": SYSTEM },
                { "role": "user", "content": "hi" },
                { "role": "assistant", "content": "hello" },
                { "role": "user", "content": [{ "type": "text", "text": call.ask(&format!("ECHO:{ECHO}")) }] },
            ]);
            let body = json!({ "model": call.model, "messages": messages, "max_completion_tokens": 200, "user": "u".repeat(64) });
            check(text(&complete(&call, body, false).await?.0), &[ECHO])
        }
        "length" => {
            let (_, reason, _) = complete(&call, ask("LENGTH", json!({ "max_completion_tokens": 16 })), false).await?;
            require(reason == "length", || reason.to_string())?;
            Ok("length".into())
        }
        "tools" | "tools-streamed" => {
            let (text, rounds, calls) = chat_loop(&call, json!({})).await?;
            check_results(&text, rounds, calls)
        }
        "thinking" | "thinking-streamed" => {
            let (text, rounds, calls) = chat_loop(&call, json!({ "reasoning_effort": "low" })).await?;
            check_results(&text, rounds, calls)
        }
        "tool-forced" => {
            let choice = json!({ "type": "function", "function": { "name": "time" } });
            let body = ask("hi", json!({ "tools": chat_tools(), "tool_choice": choice }));
            let (message, ..) = complete(&call, body, false).await?;
            check(message["tool_calls"].to_string(), &["\"name\":\"time\""])
        }
        "structured" | "structured-streamed" => {
            let body = ask("report", json!({ "response_format": chat_report() }));
            check_report(&text(&complete(&call, body, call.streamed()).await?.0))
        }
        "structured-tools" => {
            let (text, rounds, calls) = chat_loop(&call, json!({ "response_format": chat_report() })).await?;
            if call.instructed() { check_results(&text, rounds, calls) } else { check_report(&text) }
        }
        "image" => {
            let url = json!({ "url": format!("data:image/png;base64,{PNG}") });
            let body = part(json!({ "type": "image_url", "image_url": url }));
            check(text(&complete(&call, body, false).await?.0), &[SEEN_PNG])
        }
        "document" => {
            let file = json!({ "filename": "a.pdf", "file_data": format!("data:application/pdf;base64,{PDF}") });
            let body = part(json!({ "type": "file", "file": file }));
            check(text(&complete(&call, body, false).await?.0), &[SEEN_PDF])
        }
        "aborted" => {
            let stream = client(&call).chat().create_stream(typed(ask("LONG", json!({ "stream": true })))?).await?;
            events(&call, stream.take(1), true).await.map(|_| "closed".into())
        }
        "models" => {
            let names = client(&call).models().list().await?.data;
            check(names.iter().map(|model| model.id.as_str()).collect::<Vec<_>>().join(" "), &["gpt-4o"])
        }
        "embeddings" => {
            let body = json!({ "model": call.model, "input": ["a", call.tag] });
            let made = client(&call).embeddings().create(typed(body)?).await?;
            require(made.data.len() == 2 && made.data[1].embedding.len() == 8, || format!("{:?}", made.data))?;
            Ok("embedded".into())
        }
        _ => {
            for stream in [false, true] {
                let seen = complete(&call, ask(&"hello".repeat(100), json!({})), stream).await;
                check_refusal(&call, seen.map(|(message, ..)| message.to_string()))?;
            }
            Ok("refused".into())
        }
    }
}

// Responses.

/// A response: whole, or the last event of a stream.
async fn respond(call: &Call, body: Value, stream: bool) -> Result<Value, Fault> {
    if !stream {
        return Ok(serde_json::to_value(client(call).responses().create(typed(body)?).await?)?);
    }
    let body = merged(body, json!({ "stream": true }));
    let stream = client(call).responses().create_stream(typed(body)?).await?;
    let events = unfailed(events(call, stream, false).await?)?;
    for (number, event) in events.iter().enumerate() {
        require(event["sequence_number"] == number, || format!("sequence_number {} instead of {number}", event["sequence_number"]))?;
    }
    let end = events.last().cloned().unwrap_or_default();
    require(end["type"] == "response.completed", || end.to_string())?;
    Ok(end["response"].clone())
}

fn output_text(response: &Value) -> String {
    let items = response["output"].as_array().into_iter().flatten();
    items.flat_map(|item| item["content"].as_array().into_iter().flatten()).filter_map(|part| part["text"].as_str()).collect()
}

fn responses_tools() -> Value {
    json!(tools().map(|(name, description, parameters)| json!({
        "type": "function", "name": name, "description": description, "parameters": parameters, "strict": false,
    })))
}

fn responses_report() -> Value {
    json!({ "format": { "type": "json_schema", "name": "report", "schema": schema::<Report>(), "strict": true } })
}

async fn responses_loop(call: &Call, more: Value) -> Result<(String, usize, usize), Fault> {
    let mut items = vec![json!({ "role": "user", "content": call.tools() })];
    let mut calls = 0;
    for rounds in 1..6 {
        let body = merged(json!({ "model": call.model, "input": items, "tools": responses_tools() }), more.clone());
        let response = respond(call, body, call.streamed()).await?;
        let output = response["output"].as_array().cloned().unwrap_or_default();
        items.extend(output.clone());
        let called: Vec<&Value> = output.iter().filter(|item| item["type"] == "function_call").collect();
        if called.is_empty() {
            return Ok((output_text(&response), rounds, calls));
        }
        for each in called {
            calls += 1;
            let arguments: Value = serde_json::from_str(each["arguments"].as_str().unwrap_or(""))?;
            let result = run_tool(each["name"].as_str().unwrap_or(""), &arguments)?;
            items.push(json!({ "type": "function_call_output", "call_id": each["call_id"], "output": result }));
        }
    }
    Err(Fault::new("no end of the tools"))
}

pub async fn responses(call: Call) -> Result<String, Fault> {
    let ask = |words: &str, more: Value| {
        merged(json!({ "model": call.model, "input": call.ask(words), "instructions": SYSTEM }), more)
    };
    let part = |part: Value| {
        let content = json!([{ "type": "input_text", "text": call.ask("look") }, part]);
        json!({ "model": call.model, "input": [{ "role": "user", "content": content }] })
    };
    match call.case.as_str() {
        "plain" | "streamed" => {
            let words = if call.streamed() { "LONG" } else { "hello" };
            let response = respond(&call, ask(words, json!({})), call.streamed()).await?;
            let usage = &response["usage"];
            check_usage(usage["input_tokens"].as_i64().unwrap_or(0), usage["output_tokens"].as_i64().unwrap_or(0))?;
            check(output_text(&response), &[if call.streamed() { LONG } else { SEEN_SYSTEM }])
        }
        "history" => {
            let items = json!([
                { "role": "developer", "content": SYSTEM },
                { "role": "user", "content": "hi" },
                { "role": "assistant", "content": "hello" },
                { "role": "user", "content": [{ "type": "input_text", "text": call.ask(&format!("ECHO:{ECHO}")) }] },
            ]);
            let body = json!({ "model": call.model, "input": items, "max_output_tokens": 200, "store": false });
            check(output_text(&respond(&call, body, false).await?), &[ECHO])
        }
        "length" => {
            let response = respond(&call, ask("LENGTH", json!({ "max_output_tokens": 16 })), false).await?;
            check(response["incomplete_details"].to_string(), &["max_output_tokens"])
        }
        "tools" | "tools-streamed" => {
            let (text, rounds, calls) = responses_loop(&call, json!({})).await?;
            check_results(&text, rounds, calls)
        }
        "thinking" | "thinking-streamed" => {
            let reasoning = json!({ "effort": "low", "summary": "auto" });
            let more = json!({ "reasoning": reasoning, "include": ["reasoning.encrypted_content"], "store": false });
            let (text, rounds, calls) = responses_loop(&call, more).await?;
            check_results(&text, rounds, calls)
        }
        "tool-forced" => {
            let choice = json!({ "type": "function", "name": "time" });
            let body = ask("hi", json!({ "tools": responses_tools(), "tool_choice": choice }));
            check(respond(&call, body, false).await?["output"].to_string(), &["\"name\":\"time\""])
        }
        "structured" | "structured-streamed" => {
            let body = ask("report", json!({ "text": responses_report() }));
            check_report(&output_text(&respond(&call, body, call.streamed()).await?))
        }
        "structured-tools" => {
            let (text, rounds, calls) = responses_loop(&call, json!({ "text": responses_report() })).await?;
            if call.instructed() { check_results(&text, rounds, calls) } else { check_report(&text) }
        }
        "image" => {
            let image = json!({ "type": "input_image", "detail": "auto", "image_url": format!("data:image/png;base64,{PNG}") });
            check(output_text(&respond(&call, part(image), false).await?), &[SEEN_PNG])
        }
        "document" => {
            let data = format!("data:application/pdf;base64,{PDF}");
            let file = json!({ "type": "input_file", "filename": "a.pdf", "file_data": data });
            check(output_text(&respond(&call, part(file), false).await?), &[SEEN_PDF])
        }
        "aborted" => {
            let stream = client(&call).responses().create_stream(typed(ask("LONG", json!({ "stream": true })))?).await?;
            events(&call, stream, true).await.map(|_| "closed".into())
        }
        _ => {
            for stream in [false, true] {
                let seen = respond(&call, ask(&"hello".repeat(100), json!({})), stream).await;
                check_refusal(&call, seen.map(|response| response.to_string()))?;
            }
            Ok("refused".into())
        }
    }
}
