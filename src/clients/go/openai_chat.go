package main

import (
	"context"
	"strings"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/shared"
)

var background = context.Background()

func openaiClient(of call, retries int) openai.Client {
	return openai.NewClient(option.WithBaseURL(of.base+"/v1"), option.WithAPIKey(of.key), option.WithMaxRetries(retries))
}

// Streams that fail: a client reads one to its end.

func chatStream(of call) (string, error) {
	client := openaiClient(of, 0)
	return last(client.Chat.Completions.NewStreaming(background, openai.ChatCompletionNewParams{
		Model:    of.model,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("hi")},
	}), of.began)
}

func completionsStream(of call) (string, error) {
	client := openaiClient(of, 0)
	return last(client.Completions.NewStreaming(background, openai.CompletionNewParams{
		Model:  openai.CompletionNewParamsModel(of.model),
		Prompt: openai.CompletionNewParamsPromptUnion{OfString: openai.String("hi")},
	}), of.began)
}

// Chat Completions.

func chatParams(of call, text string) openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{
		Model:    of.model,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.SystemMessage(system), openai.UserMessage(text)},
	}
}

func chatNew(of call, params openai.ChatCompletionNewParams, stream bool, retries int) (*openai.ChatCompletion, error) {
	client := openaiClient(of, retries)
	if !stream {
		return client.Chat.Completions.New(background, params)
	}
	params.StreamOptions = openai.ChatCompletionStreamOptionsParam{IncludeUsage: openai.Bool(true)}
	accumulator := openai.ChatCompletionAccumulator{}
	added := true
	err := each(client.Chat.Completions.NewStreaming(background, params), of, func(chunk openai.ChatCompletionChunk) {
		added = accumulator.AddChunk(chunk) && added
	})
	require(added, "the accumulator refused a chunk")
	return &accumulator.ChatCompletion, err
}

func chatOnce(of call, params openai.ChatCompletionNewParams, reason string) (string, error) {
	completion, err := chatNew(of, params, false, 0)
	if err != nil {
		return "", err
	}
	require(completion.Choices[0].FinishReason == reason, "finish_reason: %s", completion.Choices[0].FinishReason)
	return completion.Choices[0].Message.Content, nil
}

func chatPlain(stream bool, words string) run {
	return func(of call) (string, error) {
		completion, err := chatNew(of, chatParams(of, of.ask(words)), stream, 0)
		if err != nil {
			return "", err
		}
		checkUsage(completion.Usage.PromptTokens, completion.Usage.CompletionTokens)
		text := completion.Choices[0].Message.Content
		if stream {
			require(text == long, "%s", text)
			return text, nil
		}
		return checkSystem(text), nil
	}
}

func chatHistory(of call) (string, error) {
	params := openai.ChatCompletionNewParams{
		Model: of.model,
		Messages: []openai.ChatCompletionMessageParamUnion{
			openai.DeveloperMessage(system),
			openai.UserMessage("hi"),
			openai.AssistantMessage("hello"),
			openai.UserMessage([]openai.ChatCompletionContentPartUnionParam{openai.TextContentPart(of.ask("ECHO:" + echo))}),
		},
		MaxCompletionTokens: openai.Int(200),
		User:                openai.String(strings.Repeat("u", 64)),
	}
	text, err := chatOnce(of, params, "stop")
	return check(text, orAny(err, echo)), err
}

// orAny is the expected text, or none if the request failed.
func orAny(err error, expected string) string {
	if err != nil {
		return ""
	}
	return expected
}

func chatLength(of call) (string, error) {
	params := chatParams(of, of.ask("LENGTH"))
	params.MaxCompletionTokens = openai.Int(16)
	return chatOnce(of, params, "length")
}

func chatTools() []openai.ChatCompletionToolUnionParam {
	var offered []openai.ChatCompletionToolUnionParam
	for _, each := range tools {
		offered = append(offered, openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{
			Name: each.name, Description: openai.String(each.description), Parameters: each.schema,
		}))
	}
	return offered
}

// chatLoop runs tools until the model calls none; returns the text, the rounds and the calls.
func chatLoop(of call, params openai.ChatCompletionNewParams, stream bool) (text string, rounds, calls int, err error) {
	params.Tools = chatTools()
	for rounds = 1; rounds < 6; rounds++ {
		completion, err := chatNew(of, params, stream, 0)
		if err != nil {
			return "", rounds, calls, err
		}
		message := completion.Choices[0].Message
		if len(message.ToolCalls) == 0 {
			return message.Content, rounds, calls, nil
		}
		params.Messages = append(params.Messages, message.ToParam())
		for _, each := range message.ToolCalls {
			calls++
			result := runTool(each.Function.Name, each.Function.Arguments)
			params.Messages = append(params.Messages, openai.ToolMessage(result, each.ID))
		}
	}
	return "", rounds, calls, nil
}

func chatWithTools(stream, thinking bool) run {
	return func(of call) (string, error) {
		words := ""
		if thinking {
			words = "THINK "
		}
		params := chatParams(of, toolsPrompt(of, words))
		if thinking {
			params.ReasoningEffort = shared.ReasoningEffortLow
		}
		text, rounds, calls, err := chatLoop(of, params, stream)
		if err != nil {
			return "", err
		}
		return checkResults(text, rounds, calls), nil
	}
}

func chatForced(of call) (string, error) {
	params := chatParams(of, of.ask("hi"))
	params.Tools = chatTools()
	params.ToolChoice = openai.ToolChoiceOptionFunctionToolChoice(openai.ChatCompletionNamedToolChoiceFunctionParam{Name: "time"})
	completion, err := chatNew(of, params, false, 0)
	if err != nil {
		return "", err
	}
	calls := completion.Choices[0].Message.ToolCalls
	require(len(calls) == 1 && calls[0].Function.Name == "time", "%+v", calls)
	return "called", nil
}

func chatReport() openai.ChatCompletionNewParamsResponseFormatUnion {
	return openai.ChatCompletionNewParamsResponseFormatUnion{OfJSONSchema: &shared.ResponseFormatJSONSchemaParam{
		JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{
			Name: "report", Schema: schemaOf(report{}), Strict: openai.Bool(true),
		},
	}}
}

func chatStructured(stream bool) run {
	return func(of call) (string, error) {
		params := chatParams(of, of.ask("report"))
		params.ResponseFormat = chatReport()
		completion, err := chatNew(of, params, stream, 0)
		if err != nil {
			return "", err
		}
		return checkReport(completion.Choices[0].Message.Content), nil
	}
}

func chatStructuredTools(of call) (string, error) {
	params := chatParams(of, toolsPrompt(of, ""))
	params.ResponseFormat = chatReport()
	text, rounds, calls, err := chatLoop(of, params, false)
	if err != nil {
		return "", err
	}
	if instructed(of) {
		return checkResults(text, rounds, calls), nil
	}
	return checkReport(text), nil
}

func chatPart(part openai.ChatCompletionContentPartUnionParam, seen string) run {
	return func(of call) (string, error) {
		params := openai.ChatCompletionNewParams{Model: of.model, Messages: []openai.ChatCompletionMessageParamUnion{
			openai.UserMessage([]openai.ChatCompletionContentPartUnionParam{openai.TextContentPart(of.ask("look")), part}),
		}}
		text, err := chatOnce(of, params, "stop")
		return check(text, orAny(err, seen)), err
	}
}

func chatRefused(of call) (string, error) {
	return checkRefusal(of, func(stream bool) error {
		_, err := chatNew(of, chatParams(of, of.ask(strings.Repeat("hello", 100))), stream, 0)
		return err
	}, "context")
}

func chatRetried(of call) (string, error) {
	completion, err := chatNew(of, chatParams(of, of.ask("hello")), false, 2)
	if err != nil {
		return "", err
	}
	return check(completion.Choices[0].Message.Content, "Hello"), nil
}

func chatAborted(of call) (string, error) {
	client := openaiClient(of, 0)
	stream := client.Chat.Completions.NewStreaming(background, chatParams(of, of.ask("LONG")))
	require(stream.Next(), "no event: %v", stream.Err())
	return "closed", stream.Close()
}

func chatModels(of call) (string, error) {
	client := openaiClient(of, 0)
	pages := client.Models.ListAutoPaging(background)
	var names []string
	for pages.Next() {
		names = append(names, pages.Current().ID)
	}
	if pages.Err() != nil {
		return "", pages.Err()
	}
	return check(strings.Join(names, " "), "gpt-4o"), nil
}

func chatEmbeddings(of call) (string, error) {
	client := openaiClient(of, 0)
	params := openai.EmbeddingNewParams{
		Model: of.model,
		Input: openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: []string{"a", of.tag}},
	}
	made, err := client.Embeddings.New(background, params)
	if err != nil {
		return "", err
	}
	require(len(made.Data) == 2 && len(made.Data[1].Embedding) == 8, "%+v", made.Data)
	require(made.Usage.PromptTokens > 0, "no usage")
	return "embedded", nil
}

var chatCases = map[string]run{
	"plain":               chatPlain(false, "hello"),
	"streamed":            chatPlain(true, "LONG"),
	"history":             chatHistory,
	"length":              chatLength,
	"tools":               chatWithTools(false, false),
	"tools-streamed":      chatWithTools(true, false),
	"tool-forced":         chatForced,
	"structured":          chatStructured(false),
	"structured-streamed": chatStructured(true),
	"structured-tools":    chatStructuredTools,
	"image": chatPart(openai.ImageContentPart(openai.ChatCompletionContentPartImageImageURLParam{
		URL: "data:image/png;base64," + png,
	}), seenPng),
	"document": chatPart(openai.FileContentPart(openai.ChatCompletionContentPartFileFileParam{
		Filename: openai.String("a.pdf"), FileData: openai.String("data:application/pdf;base64," + pdf),
	}), seenPdf),
	"thinking":          chatWithTools(false, true),
	"thinking-streamed": chatWithTools(true, true),
	"retried":           chatRetried,
	"aborted":           chatAborted,
	"models":            chatModels,
	"embeddings":        chatEmbeddings,
}

func init() {
	for name := range refusals {
		chatCases[name] = chatRefused
	}
}
