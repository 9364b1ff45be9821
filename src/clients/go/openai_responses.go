package main

import (
	"encoding/json"
	"strings"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/param"
	"github.com/openai/openai-go/v3/responses"
	"github.com/openai/openai-go/v3/shared"
)

func responsesStream(of call) (string, error) {
	client := openaiClient(of, 0)
	return last(client.Responses.NewStreaming(background, responsesParams(of, "hi")), of.began)
}

func responsesParams(of call, text string) responses.ResponseNewParams {
	return responses.ResponseNewParams{
		Model: of.model,
		Input: responses.ResponseNewParamsInputUnion{OfString: openai.String(text)},
	}
}

func itemsOf(items responses.ResponseInputParam) responses.ResponseNewParamsInputUnion {
	return responses.ResponseNewParamsInputUnion{OfInputItemList: items}
}

func responsesNew(of call, params responses.ResponseNewParams, stream bool, retries int) (*responses.Response, error) {
	client := openaiClient(of, retries)
	if !stream {
		return client.Responses.New(background, params)
	}
	var whole responses.Response
	number := int64(0)
	err := each(client.Responses.NewStreaming(background, params), of, func(event responses.ResponseStreamEventUnion) {
		require(event.SequenceNumber == number, "sequence_number %d instead of %d", event.SequenceNumber, number)
		number++
		if event.Type == "response.completed" || event.Type == "response.incomplete" {
			whole = event.Response
		}
	})
	require(err != nil || whole.ID != "", "no end of the response")
	return &whole, err
}

func responsesPlain(stream bool, words string) run {
	return func(of call) (string, error) {
		params := responsesParams(of, of.ask(words))
		params.Instructions = openai.String(system)
		response, err := responsesNew(of, params, stream, 0)
		if err != nil {
			return "", err
		}
		checkUsage(response.Usage.InputTokens, response.Usage.OutputTokens)
		if stream {
			require(response.OutputText() == long, "%s", response.OutputText())
			return response.OutputText(), nil
		}
		return checkSystem(response.OutputText()), nil
	}
}

func responsesHistory(of call) (string, error) {
	params := responses.ResponseNewParams{
		Model: of.model,
		Input: itemsOf(responses.ResponseInputParam{
			responses.ResponseInputItemParamOfMessage(system, responses.EasyInputMessageRoleDeveloper),
			responses.ResponseInputItemParamOfMessage("hi", responses.EasyInputMessageRoleUser),
			responses.ResponseInputItemParamOfMessage("hello", responses.EasyInputMessageRoleAssistant),
			responses.ResponseInputItemParamOfMessage(of.ask("ECHO:"+echo), responses.EasyInputMessageRoleUser),
		}),
		MaxOutputTokens: openai.Int(200),
		Store:           openai.Bool(false),
	}
	response, err := responsesNew(of, params, false, 0)
	if err != nil {
		return "", err
	}
	return check(response.OutputText(), echo), nil
}

func responsesLength(of call) (string, error) {
	params := responsesParams(of, of.ask("LENGTH"))
	params.MaxOutputTokens = openai.Int(16)
	response, err := responsesNew(of, params, false, 0)
	if err != nil {
		return "", err
	}
	require(response.IncompleteDetails.Reason == "max_output_tokens", "%+v", response.IncompleteDetails)
	return response.OutputText(), nil
}

func responsesTools() []responses.ToolUnionParam {
	var offered []responses.ToolUnionParam
	for _, each := range tools {
		offered = append(offered, responses.ToolUnionParam{OfFunction: &responses.FunctionToolParam{
			Name: each.name, Description: openai.String(each.description), Parameters: each.schema, Strict: openai.Bool(false),
		}})
	}
	return offered
}

func responsesLoop(of call, params responses.ResponseNewParams, stream bool) (text string, rounds, calls int, err error) {
	params.Tools = responsesTools()
	items := responses.ResponseInputParam{
		responses.ResponseInputItemParamOfMessage(params.Input.OfString.Value, responses.EasyInputMessageRoleUser),
	}
	for rounds = 1; rounds < 6; rounds++ {
		params.Input = itemsOf(items)
		response, err := responsesNew(of, params, stream, 0)
		if err != nil {
			return "", rounds, calls, err
		}
		before := calls
		for _, item := range response.Output {
			items = append(items, param.Override[responses.ResponseInputItemUnionParam](json.RawMessage(item.RawJSON())))
		}
		for _, item := range response.Output {
			if item.Type == "function_call" {
				calls++
				function := item.AsFunctionCall()
				output := responses.ResponseInputItemParamOfFunctionCallOutput(runTool(function.Name, function.Arguments))
				output.OfFunctionCallOutput.CallID = param.NewOpt(function.CallID)
				items = append(items, output)
			}
		}
		if calls == before {
			return response.OutputText(), rounds, calls, nil
		}
	}
	return "", rounds, calls, nil
}

func responsesWithTools(stream, thinking bool) run {
	return func(of call) (string, error) {
		words := ""
		if thinking {
			words = "THINK "
		}
		params := responsesParams(of, toolsPrompt(of, words))
		if thinking {
			params.Reasoning = shared.ReasoningParam{Effort: shared.ReasoningEffortLow, Summary: shared.ReasoningSummaryAuto}
			params.Include = []responses.ResponseIncludable{responses.ResponseIncludableReasoningEncryptedContent}
			params.Store = openai.Bool(false)
		}
		text, rounds, calls, err := responsesLoop(of, params, stream)
		if err != nil {
			return "", err
		}
		return checkResults(text, rounds, calls), nil
	}
}

func responsesForced(of call) (string, error) {
	params := responsesParams(of, of.ask("hi"))
	params.Tools = responsesTools()
	params.ToolChoice = responses.ResponseNewParamsToolChoiceUnion{OfFunctionTool: &responses.ToolChoiceFunctionParam{Name: "time"}}
	response, err := responsesNew(of, params, false, 0)
	if err != nil {
		return "", err
	}
	var called []string
	for _, item := range response.Output {
		if item.Type == "function_call" {
			called = append(called, item.Name)
		}
	}
	require(len(called) == 1 && called[0] == "time", "%v", called)
	return "called", nil
}

func responsesReport() responses.ResponseTextConfigParam {
	return responses.ResponseTextConfigParam{Format: responses.ResponseFormatTextConfigUnionParam{
		OfJSONSchema: &responses.ResponseFormatTextJSONSchemaConfigParam{
			Name: "report", Schema: schemaOf(report{}), Strict: openai.Bool(true),
		},
	}}
}

func responsesStructured(stream bool) run {
	return func(of call) (string, error) {
		params := responsesParams(of, of.ask("report"))
		params.Text = responsesReport()
		response, err := responsesNew(of, params, stream, 0)
		if err != nil {
			return "", err
		}
		return checkReport(response.OutputText()), nil
	}
}

func responsesStructuredTools(of call) (string, error) {
	params := responsesParams(of, toolsPrompt(of, ""))
	params.Text = responsesReport()
	text, rounds, calls, err := responsesLoop(of, params, false)
	if err != nil {
		return "", err
	}
	if instructed(of) {
		return checkResults(text, rounds, calls), nil
	}
	return checkReport(text), nil
}

func responsesPart(part responses.ResponseInputContentUnionParam, seen string) run {
	return func(of call) (string, error) {
		text := responses.ResponseInputContentUnionParam{OfInputText: &responses.ResponseInputTextParam{Text: of.ask("look")}}
		content := responses.ResponseInputMessageContentListParam{text, part}
		message := responses.ResponseInputItemParamOfMessage(content, responses.EasyInputMessageRoleUser)
		params := responses.ResponseNewParams{Model: of.model, Input: itemsOf(responses.ResponseInputParam{message})}
		response, err := responsesNew(of, params, false, 0)
		if err != nil {
			return "", err
		}
		return check(response.OutputText(), seen), nil
	}
}

func responsesRefused(of call) (string, error) {
	return checkRefusal(of, func(stream bool) error {
		_, err := responsesNew(of, responsesParams(of, of.ask(strings.Repeat("hello", 100))), stream, 0)
		return err
	}, "context")
}

func responsesRetried(of call) (string, error) {
	response, err := responsesNew(of, responsesParams(of, of.ask("hello")), false, 2)
	if err != nil {
		return "", err
	}
	return check(response.OutputText(), "Hello"), nil
}

func responsesAborted(of call) (string, error) {
	client := openaiClient(of, 0)
	stream := client.Responses.NewStreaming(background, responsesParams(of, of.ask("LONG")))
	for stream.Next() {
		if stream.Current().Type == "response.output_text.delta" {
			return "closed", stream.Close()
		}
	}
	return "", stream.Err()
}

var responsesCases = map[string]run{
	"plain":               responsesPlain(false, "hello"),
	"streamed":            responsesPlain(true, "LONG"),
	"history":             responsesHistory,
	"length":              responsesLength,
	"tools":               responsesWithTools(false, false),
	"tools-streamed":      responsesWithTools(true, false),
	"tool-forced":         responsesForced,
	"structured":          responsesStructured(false),
	"structured-streamed": responsesStructured(true),
	"structured-tools":    responsesStructuredTools,
	"image": responsesPart(responses.ResponseInputContentUnionParam{OfInputImage: &responses.ResponseInputImageParam{
		ImageURL: openai.String("data:image/png;base64," + png), Detail: responses.ResponseInputImageDetailAuto,
	}}, seenPng),
	"document": responsesPart(responses.ResponseInputContentUnionParam{OfInputFile: &responses.ResponseInputFileParam{
		Filename: openai.String("a.pdf"), FileData: openai.String("data:application/pdf;base64," + pdf),
	}}, seenPdf),
	"thinking":          responsesWithTools(false, true),
	"thinking-streamed": responsesWithTools(true, true),
	"retried":           responsesRetried,
	"aborted":           responsesAborted,
}

func init() {
	for name := range refusals {
		responsesCases[name] = responsesRefused
	}
}
