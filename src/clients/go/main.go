// Runs the cells of the plan (plan.py) with the Go libraries of OpenAI and Anthropic.
//
// Each cell is one line on standard output: client, api, target, case, tag, what the program saw, detail. It saw "whole": a
// whole response, as the case expects it; an "error" after the response began, an "early" error, an early error with status
// 400 ("refused"), or no end: "hung".
package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/openai/openai-go/v3"
)

const limit = 15 * time.Second

// opening has a permit for each request at once whose response has not begun.
var opening = make(chan struct{}, 8)

var bases = map[string]string{"sluice": os.Getenv("CLIENTS_SLUICE"), "draining": os.Getenv("CLIENTS_DRAINING")}

// call is one cell of the plan, as one client runs it. began is called when the response has begun.
type call struct {
	name, api, target, behind, base, model, key, tag string
	began                                            func()
}

func (of call) direct() bool {
	return strings.HasPrefix(of.target, "direct")
}

func (of call) ask(words string) string {
	return words + " (" + of.tag + ")"
}

// run is a client's function for a case. It panics with a failure if the response is not as expected.
type run func(of call) (string, error)

// client has a function that reads a stream to its end, for the cases at `faults`, and the functions of the other cases.
type client struct {
	name, api string
	stream    run
	cases     map[string]run
}

var clients = []client{
	{"openai-go", "chat", chatStream, chatCases},
	{"openai-go", "completions", completionsStream, nil},
	{"openai-go", "responses", responsesStream, responsesCases},
	{"anthropic-go", "messages", messagesStream, messagesCases},
}

// read makes the cell of a line of the plan; number is the client's.
func read(line string, number int) call {
	row := strings.Split(line, "\t")
	tag := fmt.Sprintf("%sg%de", row[7], number)
	base, ok := bases[row[4]]
	if !ok {
		base = row[4]
	}
	return call{row[0], row[1], row[2], row[3], base, strings.ReplaceAll(row[5], "{tag}", tag), row[6], tag, nil}
}

// status returns the HTTP status that an error of either library carries, or 0.
func status(err error) int {
	var ofOpenai *openai.Error
	var ofAnthropic *anthropic.Error
	switch {
	case errors.As(err, &ofOpenai):
		return ofOpenai.StatusCode
	case errors.As(err, &ofAnthropic):
		return ofAnthropic.StatusCode
	}
	return 0
}

// words returns what an error says. OpenAI's library leaves the provider's message out of its own text.
func words(err error) string {
	var ofOpenai *openai.Error
	if errors.As(err, &ofOpenai) {
		return ofOpenai.Message
	}
	return err.Error()
}

// failure is what a case found wrong.
type failure string

// guarded turns a failure into an error.
func guarded(function run, of call) (result string, err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			err = fmt.Errorf("%v", thrown)
		}
	}()
	return function(of)
}

// cell is one case of one client at one target. began is closed by the first event, or by the end.
type cell struct {
	of    string
	began chan struct{}
	seen  chan string
}

func start(by client, function run, of call) cell {
	c := cell{strings.Join([]string{by.name, by.api, of.target, of.name, of.tag}, "\t"), make(chan struct{}), make(chan string, 2)}
	opening <- struct{}{}
	var hasBegun, hasEvents atomic.Bool
	begin := func() {
		if hasBegun.CompareAndSwap(false, true) {
			<-opening
			close(c.began)
		}
	}
	of.began = func() {
		hasEvents.Store(true)
		begin()
	}
	go func() {
		result, err := guarded(function, of)
		kind := "whole"
		if err != nil {
			result = fmt.Sprintf("%T: %s", err, words(err))
			switch {
			case hasEvents.Load():
				kind = "error"
			case status(err) == 400:
				kind = "refused"
			default:
				kind = "early"
			}
		}
		begin()
		detail := strings.Join(strings.Fields(result), " ")
		c.seen <- kind + "\t" + strings.ToValidUTF8(detail[:min(len(detail), 300)], "")
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
		for number, by := range clients {
			for _, line := range strings.Split(strings.TrimSpace(string(table)), "\n") {
				of := read(line, number)
				function := by.cases[of.name]
				if of.behind == "faults" {
					function = by.stream
				}
				if function != nil && of.api == by.api && (of.base == bases["draining"]) == drain {
					cells = append(cells, start(by, function, of))
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
	if len(cells) == 0 {
		return
	}
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
