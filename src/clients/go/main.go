// Runs the cells of the plan (plan.py) at `faults` with the Go libraries of OpenAI and Anthropic.
//
// Each cell is one line on standard output: client, api, target, case, tag, what the program saw, detail. It saw "whole", an
// "error" after the response began, an "early" error, or no end: "hung".
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/anthropics/anthropic-sdk-go"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"
)

const limit = 15 * time.Second

// opening has a place for each request at once whose response has not begun.
var opening = make(chan struct{}, 8)

var bases = map[string]string{"sluice": os.Getenv("CLIENTS_SLUICE"), "draining": os.Getenv("CLIENTS_DRAINING")}

// call is one cell of the plan.
type call struct{ name, api, target, behind, base, model, key, tag string }

// stream is what the libraries' streams have in common.
type stream[T any] interface {
	Next() bool
	Current() T
	Err() error
}

// last reads a stream to its end.
func last[T any](events stream[T], began func()) (string, error) {
	var event T
	for events.Next() {
		began()
		event = events.Current()
	}
	return fmt.Sprintf("%+v", event), events.Err()
}

func openaiClient(base, key string) openai.Client {
	return openai.NewClient(option.WithBaseURL(base+"/v1"), option.WithAPIKey(key), option.WithMaxRetries(0))
}

func chat(base, model, key string, began func()) (string, error) {
	client := openaiClient(base, key)
	return last(client.Chat.Completions.NewStreaming(context.Background(), openai.ChatCompletionNewParams{
		Model:    model,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("hi")},
	}), began)
}

func completions(base, model, key string, began func()) (string, error) {
	client := openaiClient(base, key)
	return last(client.Completions.NewStreaming(context.Background(), openai.CompletionNewParams{
		Model:  openai.CompletionNewParamsModel(model),
		Prompt: openai.CompletionNewParamsPromptUnion{OfString: openai.String("hi")},
	}), began)
}

func responsesOf(base, model, key string, began func()) (string, error) {
	client := openaiClient(base, key)
	return last(client.Responses.NewStreaming(context.Background(), responses.ResponseNewParams{
		Model: model,
		Input: responses.ResponseNewParamsInputUnion{OfString: openai.String("hi")},
	}), began)
}

func messages(base, model, key string, began func()) (string, error) {
	client := anthropic.NewClient(
		anthropicoption.WithBaseURL(base), anthropicoption.WithAPIKey(key), anthropicoption.WithMaxRetries(0))
	return last(client.Messages.NewStreaming(context.Background(), anthropic.MessageNewParams{
		Model:     anthropic.Model(model),
		MaxTokens: 100,
		Messages:  []anthropic.MessageParam{anthropic.NewUserMessage(anthropic.NewTextBlock("hi"))},
	}), began)
}

type client struct {
	name, api string
	run       func(base, model, key string, began func()) (string, error)
}

var clients = []client{
	{"openai-go", "chat", chat},
	{"openai-go", "completions", completions},
	{"openai-go", "responses", responsesOf},
	{"anthropic-go", "messages", messages},
}

// cell is one case of one client at one target. began is closed by the first event, or by the end.
type cell struct {
	of    string
	began chan struct{}
	seen  chan string
}

func start(by client, of call) cell {
	c := cell{strings.Join([]string{by.name, by.api, of.target, of.name, of.tag}, "\t"), make(chan struct{}), make(chan string, 2)}
	opening <- struct{}{}
	var hasBegun atomic.Bool
	begin := func() {
		if hasBegun.CompareAndSwap(false, true) {
			<-opening
			close(c.began)
		}
	}
	go func() {
		result, err := by.run(of.base, of.model, of.key, begin)
		kind := "whole"
		if err != nil {
			kind, result = "error", fmt.Sprintf("%T: %v", err, err)
			if !hasBegun.Load() {
				kind = "early"
			}
		}
		begin()
		detail := strings.Join(strings.Fields(result), " ")
		c.seen <- kind + "\t" + detail[:min(len(detail), 200)]
	}()
	time.AfterFunc(limit, func() {
		begin()
		c.seen <- fmt.Sprintf("hung\tno end after %v", limit)
	})
	return c
}

func main() {
	table, err := os.ReadFile(os.Getenv("CLIENTS_PLAN"))
	if err != nil {
		panic(err)
	}
	var cells []cell
	for _, drain := range []bool{true, false} {
		for _, by := range clients {
			for _, line := range strings.Split(strings.TrimSpace(string(table)), "\n") {
				row := strings.Split(line, "\t")
				of := call{row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]}
				if of.behind == "faults" && of.api == by.api && (of.base == "draining") == drain {
					if base, ok := bases[of.base]; ok {
						of.base = base
					}
					cells = append(cells, start(by, of))
				}
			}
		}
		if drain {
			stop(cells)
		}
	}
	for _, c := range cells {
		fmt.Println(c.of + "\t" + <-c.seen)
	}
}

// stop tells the draining Sluice to stop when the responses of all cells have begun.
func stop(cells []cell) {
	for _, c := range cells {
		<-c.began
	}
	pid, err := strconv.Atoi(os.Getenv("CLIENTS_DRAINING_PID"))
	if err != nil {
		panic(err)
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		panic(err)
	}
}
