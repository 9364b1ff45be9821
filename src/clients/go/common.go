package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/invopop/jsonschema"
)

// What the cases of all clients ask for, and what they check.
const (
	system = "Be brief."
	long   = "a gateway earns trust only when the provider behind it misbehaves and the caller still gets one honest answer on" +
		" time with nothing lost nothing doubled and nothing hidden"
	zone    = `CET "ünï" 😀`
	png     = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
	pdfText = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
	echo    = "ünï 😀"
)

var (
	pdf     = base64.StdEncoding.EncodeToString([]byte(pdfText))
	seenPng = fmt.Sprintf("IMAGES image/png:%d", base64.StdEncoding.DecodedLen(len(png))-strings.Count(png, "="))
	seenPdf = fmt.Sprintf("DOCS application/pdf:%d", len(pdfText))
)

type weather struct {
	City string `json:"city" jsonschema:"minLength=1,maxLength=80"`
}

type clock struct {
	Zone string `json:"zone"`
}

type person struct {
	Name string `json:"name" jsonschema:"minLength=1,maxLength=40,description=The full name."`
	Age  int    `json:"age" jsonschema:"minimum=0,maximum=150"`
	Role string `json:"role" jsonschema:"enum=owner,enum=guest"`
}

// report has what is usual in a type: limits, choices, nested members, lists.
type report struct {
	Title  string   `json:"title"`
	Status string   `json:"status" jsonschema:"enum=open,enum=done"`
	People []person `json:"people" jsonschema:"minItems=1,maxItems=5"`
	Score  float64  `json:"score" jsonschema:"description=From 0 to 10."`
	Labels []string `json:"labels"`
}

// tool is one of the tools that the cases offer.
type tool struct {
	name, description string
	schema            map[string]any
}

var tools = []tool{
	{"weather", "The weather of a city.", schemaOf(weather{})},
	{"time", "The time in a zone.", schemaOf(clock{})},
}

// schemaOf derives the schema of a type, as the libraries' examples do.
func schemaOf(value any) map[string]any {
	reflector := jsonschema.Reflector{DoNotReference: true}
	data, err := json.Marshal(reflector.Reflect(value))
	if err != nil {
		panic(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(data, &schema); err != nil {
		panic(err)
	}
	delete(schema, "$schema")
	delete(schema, "$id")
	return schema
}

// toolsPrompt asks for two rounds, each with a text before its calls: two calls at once, then one.
func toolsPrompt(of call, words string) string {
	last, _ := json.Marshal(clock{zone})
	return of.ask("PREFACE " + words + `CALLS[weather({"city":"Paris"});; weather({"city":"Rome"})]END CALLS[time(` + string(last) + ")]END")
}

func runTool(name, arguments string) string {
	var input struct{ City, Zone string }
	err := json.Unmarshal([]byte(arguments), &input)
	require(err == nil, "arguments of %s: %s", name, arguments)
	if name == "weather" {
		return input.City + ": sunny"
	}
	require(name == "time", "called %s", name)
	return "noon in " + input.Zone
}

func require(condition bool, format string, values ...any) {
	if !condition {
		panic(failure(fmt.Sprintf(format, values...)))
	}
}

func check(seen string, expected ...string) string {
	for _, text := range expected {
		require(strings.Contains(seen, text), "expected «%s» in: %s", text, seen)
	}
	return seen
}

func checkSystem(seen string) string {
	sum := sha256.Sum256([]byte(system))
	return check(seen, "SYS "+hex.EncodeToString(sum[:])[:16])
}

func checkUsage(input, output int64) {
	require(input == 31 && output == 17, "usage: %d, %d", input, output)
}

func checkResults(text string, rounds, calls int) string {
	require(rounds == 3 && calls == 3, "%d responses, %d calls", rounds, calls)
	return check(text, "Paris: sunny", "Rome: sunny", "noon in "+zone)
}

func checkReport(text string) string {
	var read report
	err := json.Unmarshal([]byte(text), &read)
	require(err == nil && len(read.People) > 0 && read.People[0].Age >= 0, "no report: %s", text)
	return read.Title
}

// instructed tells whether the format of a request with tools goes as an instruction, from which the judge writes no JSON.
func instructed(of call) bool {
	return of.target == "gemini" || of.target == "cohere"
}

// refusals are the statuses of the cases that end in an error.
var refusals = map[string][]int{
	"error-400": {400}, "error-401": {401}, "error-403": {403}, "error-404": {404}, "error-429": {429},
	"error-500": {500, 502}, "error-overload": {503, 529}, "overflow": {400},
}

// checkRefusal asks twice, whole and streamed, and checks the error. tooLong is what the message says about too many tokens.
func checkRefusal(of call, request func(stream bool) error, tooLong string) (string, error) {
	for _, stream := range []bool{false, true} {
		err := request(stream)
		require(err != nil, "no error")
		expected := false
		for _, each := range refusals[of.name] {
			expected = expected || each == status(err)
		}
		require(expected, "status %d: %v", status(err), err)
		switch of.name {
		case "overflow":
			check(words(err), tooLong)
		case "error-401":
			require(of.direct() || strings.Contains(words(err), "API key"), "%v", err)
		case "error-429": // the second one is a key's cooldown
		default:
			check(words(err), "fake error")
		}
	}
	return "refused", nil
}

// events is what the libraries' streams have in common.
type events[T any] interface {
	Next() bool
	Current() T
	Err() error
}

// last reads a stream to its end.
func last[T any](stream events[T], began func()) (string, error) {
	var event T
	for stream.Next() {
		began()
		event = stream.Current()
	}
	return fmt.Sprintf("%+v", event), stream.Err()
}

// each reads a stream to its end.
func each[T any](stream events[T], of call, function func(T)) error {
	for stream.Next() {
		of.began()
		function(stream.Current())
	}
	return stream.Err()
}
