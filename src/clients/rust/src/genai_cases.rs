//! The cases of genai, which speaks the API of each provider: Chat Completions, Responses, Messages.

use crate::common::*;
use futures::StreamExt;
use genai::adapter::AdapterKind;
use genai::chat::{
    ChatMessage, ChatOptions, ChatRequest, ChatStreamEvent, ContentPart, JsonSpec, MessageContent, ReasoningEffort, StopReason,
    Tool, ToolChoice, ToolResponse, Usage,
};
use genai::resolver::{AuthData, Endpoint, ServiceTargetResolver};
use genai::{Client, ModelIden, ServiceTarget};

pub const CASES: &str = "plain streamed history length tools tools-streamed tool-forced structured structured-streamed \
    structured-tools image document thinking thinking-streamed error-400 error-401 error-403 error-404 error-429 error-500 \
    error-overload overflow aborted";

impl From<genai::Error> for Fault {
    fn from(error: genai::Error) -> Self {
        // A stream's error wraps the one with the status.
        let status = match &error {
            genai::Error::WebStream { error, .. } => error.downcast_ref::<genai::Error>().and_then(genai::Error::status),
            _ => error.status(),
        };
        Fault { status: status.map_or(0, |status| status.as_u16()), message: error.to_string() }
    }
}

fn client(call: &Call) -> Result<Client, Fault> {
    let (base, key) = (format!("{}/v1/", call.base), call.key.clone());
    let kind = match call.api.as_str() {
        "chat" => AdapterKind::OpenAI,
        "responses" => AdapterKind::OpenAIResp,
        _ => AdapterKind::Anthropic,
    };
    let resolver = ServiceTargetResolver::from_resolver_fn(move |target: ServiceTarget| {
        Ok(ServiceTarget {
            endpoint: Endpoint::from_owned(base.clone()),
            auth: AuthData::from_single(key.clone()),
            model: ModelIden::new(kind, target.model.model_name),
        })
    });
    Ok(Client::builder().with_service_target_resolver(resolver).build()?)
}

/// The content of a response, whole or streamed.
struct Seen {
    content: MessageContent,
    reasoning: Option<String>,
    stop: Option<StopReason>,
    usage: Usage,
}

impl Seen {
    fn text(&self) -> String {
        self.content.joined_texts().unwrap_or_default()
    }
}

async fn ask(call: &Call, request: ChatRequest, options: ChatOptions, stream: bool) -> Result<Seen, Fault> {
    let client = client(call)?;
    // Else the client gives a model that it does not know more tokens than the target takes.
    let options = if call.api == "messages" && options.max_tokens.is_none() { options.with_max_tokens(4000) } else { options };
    if !stream {
        let response = client.exec_chat(call.model.as_str(), request, Some(&options)).await?;
        return Ok(Seen {
            content: response.content,
            reasoning: response.reasoning_content,
            stop: response.stop_reason,
            usage: response.usage,
        });
    }
    let options = options
        .with_capture_content(true)
        .with_capture_tool_calls(true)
        .with_capture_usage(true)
        .with_capture_reasoning_content(true);
    let mut events = client.exec_chat_stream(call.model.as_str(), request, Some(&options)).await?.stream;
    let mut end = None;
    while let Some(event) = events.next().await {
        match event? {
            ChatStreamEvent::Start | ChatStreamEvent::Heartbeat => {}
            ChatStreamEvent::End(last) => end = Some(last),
            _ => {
                call.begin();
                if call.case == "aborted" {
                    break;
                }
            }
        }
    }
    let end = match end {
        Some(end) => end,
        None if call.case == "aborted" => Default::default(),
        None => return Err(Fault::new("the stream has no end")),
    };
    Ok(Seen {
        content: end.captured_content.unwrap_or_default(),
        reasoning: end.captured_reasoning_content,
        stop: end.captured_stop_reason,
        usage: end.captured_usage.unwrap_or_default(),
    })
}

/// Streams that fail: a client reads one to its end.
pub async fn stream(call: Call) -> Result<String, Fault> {
    let options = ChatOptions::default().with_max_tokens(100);
    Ok(ask(&call, ChatRequest::from_user("hi"), options, true).await?.text())
}

async fn tool_loop(call: &Call, options: ChatOptions) -> Result<String, Fault> {
    let offered = tools().map(|(name, description, schema)| Tool::new(name).with_description(description).with_schema(schema));
    let mut request = ChatRequest::from_user(call.tools()).with_system(SYSTEM).with_tools(offered);
    let mut calls = 0;
    for rounds in 1..6 {
        let seen = ask(call, request.clone(), options.clone(), call.streamed()).await?;
        let called: Vec<_> = seen.content.tool_calls().into_iter().cloned().collect();
        if called.is_empty() {
            let text = seen.text();
            if call.case != "structured-tools" || call.instructed() {
                return check_results(&text, rounds, calls);
            }
            return check_report(&text);
        }
        let kept = seen.content.contains_reasoning_content();
        let message = ChatMessage::assistant(seen.content);
        request = request.append_message(if kept { message } else { message.with_reasoning_content(seen.reasoning) });
        let mut results = Vec::new();
        for each in called {
            calls += 1;
            results.push(ToolResponse::new(each.call_id.clone(), run_tool(&each.fn_name, &each.fn_arguments)?));
        }
        request = request.append_message(ChatMessage::tool(MessageContent::from_tool_responses(results)));
    }
    Err(Fault::new("no end of the tools"))
}

pub async fn run(call: Call) -> Result<String, Fault> {
    let none = ChatOptions::default;
    let user = |words: &str| ChatRequest::from_user(call.ask(words)).with_system(SYSTEM);
    let report = || none().with_response_format(JsonSpec::new("report", schema::<Report>()));
    let part = |mime: &str, data: &str, name: &str| {
        let binary = ContentPart::from_binary_base64(mime, data, Some(name.into()));
        ChatRequest::new(vec![ChatMessage::user(vec![ContentPart::from_text(call.ask("look")), binary])])
    };
    match call.case.as_str() {
        "plain" | "streamed" => {
            let words = if call.streamed() { "LONG" } else { "hello" };
            let seen = ask(&call, user(words), none(), call.streamed()).await?;
            let usage = &seen.usage;
            check_usage(usage.prompt_tokens.unwrap_or(0).into(), usage.completion_tokens.unwrap_or(0).into())?;
            check(seen.text(), &[if call.streamed() { LONG } else { SEEN_SYSTEM }])
        }
        "history" => {
            let request = ChatRequest::new(vec![
                ChatMessage::user("hi"),
                ChatMessage::assistant("hello"),
                ChatMessage::user(call.ask(&format!("ECHO:{ECHO}"))),
            ]);
            check(ask(&call, request.with_system(SYSTEM), none(), false).await?.text(), &[ECHO])
        }
        "length" => {
            let seen = ask(&call, user("LENGTH"), none().with_max_tokens(16), false).await?;
            require(matches!(seen.stop, Some(StopReason::MaxTokens(_))), || format!("{:?}", seen.stop))?;
            Ok("length".into())
        }
        "tools" | "tools-streamed" => tool_loop(&call, none()).await,
        "structured-tools" => tool_loop(&call, report()).await,
        "thinking" | "thinking-streamed" => {
            let options = none().with_reasoning_effort(ReasoningEffort::Low).with_capture_reasoning_content(true);
            tool_loop(&call, options).await
        }
        "tool-forced" => {
            let offered = tools().map(|(name, _, schema)| Tool::new(name).with_schema(schema));
            let request = user("hi").with_tools(offered);
            let seen = ask(&call, request, none().with_tool_choice(ToolChoice::tool("time")), false).await?;
            let called: Vec<_> = seen.content.tool_calls().into_iter().map(|each| each.fn_name.clone()).collect();
            require(called == ["time"], || format!("{called:?}"))?;
            Ok("called".into())
        }
        "structured" | "structured-streamed" => {
            check_report(&ask(&call, user("report"), report(), call.streamed()).await?.text())
        }
        "image" => check(ask(&call, part("image/png", PNG, "a.png"), none(), false).await?.text(), &[SEEN_PNG]),
        "document" => check(ask(&call, part("application/pdf", PDF, "a.pdf"), none(), false).await?.text(), &[SEEN_PDF]),
        "aborted" => ask(&call, user("LONG"), none(), true).await.map(|_| "closed".into()),
        _ => {
            for stream in [false, true] {
                let seen = ask(&call, user(&"hello".repeat(100)), none(), stream).await;
                check_refusal(&call, seen.map(|seen| seen.text()))?;
            }
            Ok("refused".into())
        }
    }
}
