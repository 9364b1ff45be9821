package main

import (
	"context"
	"strings"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"
	"github.com/anthropics/anthropic-sdk-go/toolrunner"
)

func anthropicClient(of call, retries int) anthropic.Client {
	return anthropic.NewClient(option.WithBaseURL(of.base), option.WithAPIKey(of.key), option.WithMaxRetries(retries))
}

func messagesParams(of call, text string) anthropic.MessageNewParams {
	return anthropic.MessageNewParams{
		Model:     anthropic.Model(of.model),
		MaxTokens: 1000,
		Messages:  []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock(text))},
		System:    []anthropic.TextBlockParam{{Text: system}},
	}
}

func messagesStream(of call) (string, error) {
	client := anthropicClient(of, 0)
	params := messagesParams(of, "hi")
	params.System = nil
	return last(client.Messages.NewStreaming(background, params), of.began)
}

func messagesNew(of call, params anthropic.MessageNewParams, stream bool, retries int) (*anthropic.Message, error) {
	client := anthropicClient(of, retries)
	if !stream {
		return client.Messages.New(background, params)
	}
	var message anthropic.Message
	var refused error
	err := each(client.Messages.NewStreaming(background, params), of, func(event anthropic.MessageStreamEventUnion) {
		if refused == nil {
			refused = message.Accumulate(event)
		}
	})
	require(refused == nil, "the accumulator refused an event: %v", refused)
	return &message, err
}

func textOf(message *anthropic.Message) string {
	var text strings.Builder
	for _, block := range message.Content {
		text.WriteString(block.Text)
	}
	return text.String()
}

func messagesPlain(stream bool, words string) run {
	return func(of call) (string, error) {
		message, err := messagesNew(of, messagesParams(of, of.ask(words)), stream, 0)
		if err != nil {
			return "", err
		}
		require(message.StopReason == anthropic.StopReasonEndTurn, "stop_reason: %s", message.StopReason)
		checkUsage(message.Usage.InputTokens+message.Usage.CacheReadInputTokens, message.Usage.OutputTokens)
		if stream {
			require(textOf(message) == long, "%s", textOf(message))
			return textOf(message), nil
		}
		return checkSystem(textOf(message)), nil
	}
}

func messagesHistory(of call) (string, error) {
	params := messagesParams(of, "hi")
	params.Messages = append(params.Messages,
		anthropic.NewAssistantMessage(anthropic.NewTextBlock("hello")),
		anthropic.NewUserMessage(anthropic.NewTextBlock(of.ask("ECHO:"+echo))))
	params.Messages[0].Content[0].OfText.CacheControl = anthropic.NewCacheControlEphemeralParam()
	params.Metadata = anthropic.MetadataParam{UserID: anthropic.String(strings.Repeat("u", 150))}
	message, err := messagesNew(of, params, false, 0)
	if err != nil {
		return "", err
	}
	return check(textOf(message), echo), nil
}

func messagesLength(of call) (string, error) {
	params := messagesParams(of, of.ask("LENGTH"))
	params.MaxTokens = 16
	message, err := messagesNew(of, params, false, 0)
	if err != nil {
		return "", err
	}
	require(message.StopReason == anthropic.StopReasonMaxTokens, "stop_reason: %s", message.StopReason)
	return textOf(message), nil
}

func inputSchema(schema map[string]any) anthropic.ToolInputSchemaParam {
	return anthropic.ToolInputSchemaParam{
		Properties:  schema["properties"],
		ExtraFields: map[string]any{"required": schema["required"], "additionalProperties": false},
	}
}

func messagesTools() []anthropic.ToolUnionParam {
	var offered []anthropic.ToolUnionParam
	for _, each := range tools {
		offered = append(offered, anthropic.ToolUnionParam{OfTool: &anthropic.ToolParam{
			Name: each.name, Description: anthropic.String(each.description), InputSchema: inputSchema(each.schema),
		}})
	}
	return offered
}

// messagesLoop runs tools until the model calls none; returns the last message, the rounds and the calls.
func messagesLoop(of call, params anthropic.MessageNewParams, stream bool) (text string, rounds, calls, thoughts int, err error) {
	params.Tools = messagesTools()
	params.MaxTokens = 4000
	for rounds = 1; rounds < 6; rounds++ {
		message, err := messagesNew(of, params, stream, 0)
		if err != nil {
			return "", rounds, calls, thoughts, err
		}
		params.Messages = append(params.Messages, message.ToParam())
		var results []anthropic.ContentBlockParamUnion
		for _, block := range message.Content {
			switch block.Type {
			case "thinking":
				require(block.Thinking != "" && block.Signature != "", "thinking without text or signature")
				thoughts++
			case "tool_use":
				calls++
				results = append(results, anthropic.NewToolResultBlock(block.ID, runTool(block.Name, string(block.Input)), false))
			}
		}
		if results == nil {
			return textOf(message), rounds, calls, thoughts, nil
		}
		params.Messages = append(params.Messages, anthropic.NewUserMessage(results...))
	}
	return "", rounds, calls, thoughts, nil
}

func messagesWithTools(stream, thinking bool) run {
	return func(of call) (string, error) {
		words := ""
		if thinking {
			words = "THINK "
		}
		params := messagesParams(of, toolsPrompt(of, words))
		if thinking {
			params.Thinking = anthropic.ThinkingConfigParamOfEnabled(1024)
		}
		text, rounds, calls, thoughts, err := messagesLoop(of, params, stream)
		if err != nil {
			return "", err
		}
		require(!thinking || thoughts > 0, "no thinking")
		return checkResults(text, rounds, calls), nil
	}
}

func messagesForced(of call) (string, error) {
	params := messagesParams(of, of.ask("hi"))
	params.Tools = messagesTools()
	params.ToolChoice = anthropic.ToolChoiceParamOfTool("time")
	message, err := messagesNew(of, params, false, 0)
	if err != nil {
		return "", err
	}
	var called []string
	for _, block := range message.Content {
		if block.Type == "tool_use" {
			called = append(called, block.Name)
		}
	}
	require(len(called) == 1 && called[0] == "time", "%v", called)
	return "called", nil
}

func result(text string) (anthropic.BetaToolResultBlockParamContentUnion, error) {
	return anthropic.BetaToolResultBlockParamContentUnion{OfText: &anthropic.BetaTextBlockParam{Text: text}}, nil
}

func messagesRunner(of call) (string, error) {
	calls := 0
	called := func(text string) (anthropic.BetaToolResultBlockParamContentUnion, error) {
		calls++
		return result(text)
	}
	first, err := toolrunner.NewBetaToolFromJSONSchema("weather", "The weather of a city.",
		func(_ context.Context, input weather) (anthropic.BetaToolResultBlockParamContentUnion, error) {
			return called(input.City + ": sunny")
		})
	if err != nil {
		return "", err
	}
	second, err := toolrunner.NewBetaToolFromJSONSchema("time", "The time in a zone.",
		func(_ context.Context, input clock) (anthropic.BetaToolResultBlockParamContentUnion, error) {
			return called("noon in " + input.Zone)
		})
	if err != nil {
		return "", err
	}
	client := anthropicClient(of, 0)
	params := anthropic.BetaMessageNewParams{
		Model:     anthropic.Model(of.model),
		MaxTokens: 1000,
		Messages:  []anthropic.BetaMessageParam{anthropic.NewBetaUserMessage(anthropic.NewBetaTextBlock(toolsPrompt(of, "")))},
	}
	runner := client.Beta.Messages.NewToolRunner([]anthropic.BetaTool{first, second}, anthropic.BetaToolRunnerParams{BetaMessageNewParams: params})
	message, err := runner.RunToCompletion(background)
	if err != nil {
		return "", err
	}
	text := ""
	for _, block := range message.Content {
		text += block.Text
	}
	return checkResults(text, runner.IterationCount(), calls), nil
}

// messagesReport transforms the schema with the library's own function.
func messagesReport() anthropic.OutputConfigParam {
	schema, _ := anthropic.BetaJSONSchemaOutputFormat(schemaOf(report{})).Schema.(map[string]any)
	return anthropic.OutputConfigParam{Format: anthropic.JSONOutputFormatParam{Schema: schema}}
}

func messagesStructured(stream bool) run {
	return func(of call) (string, error) {
		params := messagesParams(of, of.ask("report"))
		params.OutputConfig = messagesReport()
		message, err := messagesNew(of, params, stream, 0)
		if err != nil {
			return "", err
		}
		return checkReport(textOf(message)), nil
	}
}

func messagesStructuredTools(of call) (string, error) {
	params := messagesParams(of, toolsPrompt(of, ""))
	params.OutputConfig = messagesReport()
	text, rounds, calls, _, err := messagesLoop(of, params, false)
	if err != nil {
		return "", err
	}
	if instructed(of) {
		return checkResults(text, rounds, calls), nil
	}
	return checkReport(text), nil
}

func messagesPart(part anthropic.ContentBlockParamUnion, seen string) run {
	return func(of call) (string, error) {
		params := messagesParams(of, of.ask("look"))
		params.System = nil
		params.Messages = []anthropic.MessageParam{anthropic.NewUserMessage(part, anthropic.NewTextBlock(of.ask("look")))}
		message, err := messagesNew(of, params, false, 0)
		if err != nil {
			return "", err
		}
		return check(textOf(message), seen), nil
	}
}

func messagesRefused(of call) (string, error) {
	return checkRefusal(of, func(stream bool) error {
		_, err := messagesNew(of, messagesParams(of, of.ask(strings.Repeat("hello", 100))), stream, 0)
		return err
	}, "prompt is too long")
}

func messagesRetried(of call) (string, error) {
	message, err := messagesNew(of, messagesParams(of, of.ask("hello")), false, 2)
	if err != nil {
		return "", err
	}
	return check(textOf(message), "Hello"), nil
}

func messagesAborted(of call) (string, error) {
	client := anthropicClient(of, 0)
	stream := client.Messages.NewStreaming(background, messagesParams(of, of.ask("LONG")))
	for stream.Next() {
		if stream.Current().Type == "content_block_delta" {
			return "closed", stream.Close()
		}
	}
	return "", stream.Err()
}

func messagesCount(of call) (string, error) {
	client := anthropicClient(of, 0)
	params := messagesParams(of, of.ask("hello"))
	counted, err := client.Messages.CountTokens(background, anthropic.MessageCountTokensParams{
		Model: params.Model, Messages: params.Messages,
	})
	if err != nil {
		return "", err
	}
	require(counted.InputTokens > 0, "no tokens")
	return "counted", nil
}

func messagesModels(of call) (string, error) {
	client := anthropicClient(of, 0)
	pages := client.Models.ListAutoPaging(background, anthropic.ModelListParams{})
	var names []string
	for pages.Next() {
		names = append(names, pages.Current().ID)
	}
	if pages.Err() != nil {
		return "", pages.Err()
	}
	return check(strings.Join(names, " "), "claude-sonnet-4-5"), nil
}

var messagesCases = map[string]run{
	"plain":               messagesPlain(false, "hello"),
	"streamed":            messagesPlain(true, "LONG"),
	"history":             messagesHistory,
	"length":              messagesLength,
	"tools":               messagesWithTools(false, false),
	"tools-streamed":      messagesWithTools(true, false),
	"tool-forced":         messagesForced,
	"tool-runner":         messagesRunner,
	"structured":          messagesStructured(false),
	"structured-streamed": messagesStructured(true),
	"structured-tools":    messagesStructuredTools,
	"image":               messagesPart(anthropic.NewImageBlockBase64("image/png", png), seenPng),
	"document":            messagesPart(anthropic.NewDocumentBlock(anthropic.Base64PDFSourceParam{Data: pdf}), seenPdf),
	"thinking":            messagesWithTools(false, true),
	"thinking-streamed":   messagesWithTools(true, true),
	"retried":             messagesRetried,
	"aborted":             messagesAborted,
	"count":               messagesCount,
	"models":              messagesModels,
}

func init() {
	for name := range refusals {
		messagesCases[name] = messagesRefused
	}
}
