package dev.sluice.testkit.mock;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Gemini stand-in wants its own shapes, its signatures back, and ends its streams by closing them. */
final class GeminiMockIsStrictTest {

    private static final String WHOLE = "/models/gemini-3.8-flash:generateContent";
    private static final String STREAM = "/models/gemini-3.8-flash:streamGenerateContent?alt=sse";

    private static GeminiMock mock;
    private static MockClient asking;

    @BeforeAll
    static void open() {
        mock = GeminiMock.open();
        asking = new MockClient(mock.baseUrl(), "x-goog-api-key", mock.key());
    }

    @AfterAll
    static void close() {
        mock.close();
    }

    @Test
    void echoesWholeAndStreamed() {
        JsonObject whole = asking.post(WHOLE, body("hi there")).json();
        MockClient.Response stream = asking.post(STREAM, body("hi there"));

        assertThat(whole.encode()).contains("echo: hi there", "\"finishReason\":\"STOP\"");
        assertThat(text(stream)).isEqualTo("echo: hi there");
        assertThat(stream.body()).contains("}\r\n\r\n").doesNotContain("[DONE]");
        assertThat(stream.events().get(stream.events().size() - 1).getJsonObject("usageMetadata"))
                .isEqualTo(whole.getJsonObject("usageMetadata"));
    }

    @Test
    void signsTheFirstCallAndWantsTheSignatureBack() {
        JsonObject first = asking.post(WHOLE, body("call weather and time").put("tools", tools()))
                .json();
        JsonObject turn = first.getJsonArray("candidates").getJsonObject(0).getJsonObject("content");
        JsonObject back = body("call weather and time").put("tools", tools());
        back.getJsonArray("contents").add(turn).add(results("weather", "time"));
        JsonObject unsigned = back.copy();
        unsigned.getJsonArray("contents")
                .getJsonObject(1)
                .getJsonArray("parts")
                .getJsonObject(0)
                .remove("thoughtSignature");
        JsonObject tooFew = body("call weather and time").put("tools", tools());
        tooFew.getJsonArray("contents").add(turn).add(results("weather"));

        assertThat(turn.encode()).contains("Paris", "Rome").containsOnlyOnce("thoughtSignature");
        assertThat(asking.post(WHOLE, back).body()).contains("results: mild, mild");
        assertThat(refused(unsigned)).contains("missing a thought_signature");
        assertThat(refused(tooFew)).contains("number of function response parts is equal");
    }

    @Test
    void showsThoughtsWhenTheyAreIncluded() {
        JsonObject thinking = Json.obj("thinkingLevel", "LOW", "includeThoughts", true);
        JsonObject body = body("hi").put("generationConfig", Json.obj("thinkingConfig", thinking));

        assertThat(asking.post(WHOLE, body).body()).contains(Script.THOUGHT, "\"thoughtsTokenCount\":7");
        assertThat(text(asking.post(STREAM, body))).isEqualTo("echo: hi");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"temperature\":1}                                                  | temperature",
                "{\"generationConfig\":{\"max_tokens\":1}}                            | max_tokens",
                "{\"generationConfig\":{\"responseJsonSchema\":{}}}                   | response_mime_type",
                "{\"generationConfig\":{\"temperature\":3}}                           | temperature",
                "{\"contents\":[{\"role\":\"assistant\",\"parts\":[{\"text\":\"a\"}]}]} | valid role",
                "{\"contents\":[{\"parts\":[{\"text\":\"a\",\"type\":\"text\"}]}]}    | type",
                "{\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\",\"parameters\":{\"additionalProperties\":false}}]}]}"
                    + " | additionalProperties",
                "{\"generationConfig\":{\"maxOutputTokens\":70000}}                   | supported range",
                "{\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\"},{\"name\":\"f\"}]}]} | Duplicate function",
                "{\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\",\"parameters\":{\"type\":\"ARRAY\"}}]}]} |"
                        + " items: missing",
                "{\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\",\"parameters\":{\"type\":\"INTEGER\",\"enum\":[\"1\"]}}]}]}"
                    + " | only allowed for STRING",
                "{\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\",\"parameters\":{\"type\":\"OBJECT\",\"required\":[\"a\"]}}]}]}"
                    + " | property is not defined",
            })
    void refusesOthersShapes(String also, String says) {
        assertThat(refused(body("hi").mergeIn(new JsonObject(also)))).contains(says);
    }

    @Test
    void blocksPromptsWithoutCandidates() {
        MockClient.Response blocked = asking.post(WHOLE, body("fault: content_filter"));

        assertThat(blocked.status()).isEqualTo(200);
        assertThat(blocked.json().getJsonObject("promptFeedback").getString("blockReason"))
                .isEqualTo("SAFETY");
        assertThat(blocked.json().containsKey("candidates")).isFalse();
    }

    @Test
    void countsAndEmbeds() {
        JsonObject content = Json.obj("content", Json.obj("parts", Json.arr(Json.obj("text", "a"))));
        JsonObject batch = Json.obj("requests", Json.arr(content.copy().put("model", "models/gemini-embedding-001")));

        assertThat(asking.post("/models/gemini-3.8-flash:countTokens", body("hi there"))
                        .json()
                        .getInteger("totalTokens"))
                .isEqualTo(22);
        assertThat(asking.post("/models/gemini-embedding-001:embedContent", content)
                        .body())
                .contains("values");
        assertThat(asking.post("/models/gemini-embedding-001:batchEmbedContents", batch)
                        .json()
                        .getJsonArray("embeddings"))
                .hasSize(1);
        assertThat(asking.post("/models/gemini-3.8-flash:embedContent", content).status())
                .isEqualTo(404);
    }

    @Test
    void failsAsAsked() {
        MockClient.Response limited = asking.post(WHOLE, body("fault: rate_limit"));
        MockClient.Response cut = asking.post(STREAM, body("fault: missing_terminator"));
        MockClient.Response stranger =
                new MockClient(mock.baseUrl(), "x-goog-api-key", "wrong").post(WHOLE, body("hi"));

        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.body()).contains("RESOURCE_EXHAUSTED", "\"retryDelay\":\"21s\"");
        assertThat(cut.body()).contains("echo:").doesNotContain("finishReason");
        assertThat(stranger.status()).isEqualTo(400);
        assertThat(stranger.body()).contains("API_KEY_INVALID");
    }

    private static JsonObject body(String text) {
        JsonObject content = Json.obj("role", "user", "parts", Json.arr(Json.obj("text", text)));
        return Json.obj("contents", Json.arr(content));
    }

    private static Object tools() {
        JsonObject declared =
                Json.obj("functionDeclarations", Json.arr(Json.obj("name", "weather"), Json.obj("name", "time")));
        return Json.arr(declared);
    }

    private static JsonObject results(String... names) {
        return Json.obj(
                "role", "user", "parts", Json.arr(List.of(names).stream().map(name -> {
                    JsonObject response = Json.obj("result", "mild");
                    return Json.obj("functionResponse", Json.obj("name", name, "response", response));
                })));
    }

    private static String refused(JsonObject body) {
        MockClient.Response response = asking.post(WHOLE, body);
        assertThat(response.status()).isEqualTo(400);
        assertThat(response.json().getJsonObject("error").getString("status")).isEqualTo("INVALID_ARGUMENT");
        return response.json().getJsonObject("error").getString("message");
    }

    private static String text(MockClient.Response stream) {
        return stream.events().stream()
                .flatMap(event -> Json.objects(event, "candidates").stream())
                .flatMap(candidate -> Json.objects(candidate.getJsonObject("content"), "parts").stream())
                .filter(part -> !part.getBoolean("thought", false))
                .map(part -> part.getString("text", ""))
                .collect(Collectors.joining());
    }
}
