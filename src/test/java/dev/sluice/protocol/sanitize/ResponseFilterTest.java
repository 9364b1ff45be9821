package dev.sluice.protocol.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.config.SanitizeConfig;
import dev.sluice.config.SanitizeConfig.Kind;
import dev.sluice.config.SanitizeConfig.Where;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A filtered stream has the same text as the filtered complete response, in any fragmentation. */
class ResponseFilterTest {

    private static final SanitizeConfig ALL = new SanitizeConfig(
            false, List.of(Kind.values()), Map.of("ticket", "TICKET-[0-9]{1,8}"), List.of(), Where.BOTH);

    private static final List<String> SECRETS = List.of(
            "ann.lee+x@mail.example.com",
            "sk-proj-0123456789abcdefABCDEF",
            "4111 1111 1111 1111",
            "DE89 3704 0044 0532 0130 00",
            "192.168.10.254",
            "TICKET-4711",
            "ann\u200B.le\u00ADe@mail.example.com",
            "4111\u2060 1111 11\u200D11 1111\uFEFF",
            "TICKET\uDB40\uDC41-47\u200B11",
            "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl",
            "+49 30 901820 123",
            "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQ==\n-----END PRIVATE KEY-----");

    @Property(tries = 400)
    void chatStreamsAreFilteredLikeCompleteResponses(@ForAll("texts") String text, @ForAll("cuts") List<Integer> cuts) {
        List<ObjectNode> events = new ArrayList<>();
        for (String piece : pieces(text, cuts)) {
            ObjectNode chunk = Json.object();
            chunk.put("id", "c1")
                    .putArray("choices")
                    .addObject()
                    .put("index", 0)
                    .putNull("finish_reason")
                    .putObject("delta")
                    .put("content", piece);
            events.add(chunk);
        }
        ObjectNode last = Json.object();
        last.put("id", "c1")
                .putArray("choices")
                .addObject()
                .put("index", 0)
                .put("finish_reason", "stop")
                .putObject("delta");
        events.add(last);

        StringBuilder filtered = new StringBuilder();
        for (JsonNode event : through(Surface.CHAT_COMPLETIONS, events)) {
            filtered.append(event.at("/choices/0/delta/content").asText(""));
        }

        assertThat(filtered.toString()).isEqualTo(whole(text));
    }

    @Property(tries = 100)
    void inputsOfCustomToolsAreFilteredInChatStreams(@ForAll("texts") String text, @ForAll("cuts") List<Integer> cuts) {
        List<ObjectNode> events = new ArrayList<>();
        for (String piece : pieces(text, cuts)) {
            ObjectNode chunk = Json.object();
            ObjectNode choice = chunk.put("id", "c1").putArray("choices").addObject();
            choice.put("index", 0)
                    .putNull("finish_reason")
                    .putObject("delta")
                    .putArray("tool_calls")
                    .addObject()
                    .put("index", 0)
                    .putObject("custom")
                    .put("input", piece);
            events.add(chunk);
        }
        ObjectNode last = Json.object();
        ObjectNode choice = last.put("id", "c1").putArray("choices").addObject();
        choice.put("index", 0).put("finish_reason", "tool_calls").putObject("delta");
        events.add(last);

        StringBuilder filtered = new StringBuilder();
        for (JsonNode event : through(Surface.CHAT_COMPLETIONS, events)) {
            filtered.append(
                    event.at("/choices/0/delta/tool_calls/0/custom/input").asText(""));
        }

        assertThat(filtered.toString()).isEqualTo(whole(text));
    }

    @Property(tries = 400)
    void messagesStreamsAreFilteredLikeCompleteResponses(
            @ForAll("texts") String text, @ForAll("cuts") List<Integer> cuts) {
        List<ObjectNode> events = new ArrayList<>();
        for (String piece : pieces(text, cuts)) {
            ObjectNode event = Json.object();
            event.put("type", "content_block_delta")
                    .put("index", 2)
                    .putObject("delta")
                    .put("type", "text_delta")
                    .put("text", piece);
            events.add(event);
        }
        events.add(Json.object().put("type", "content_block_stop").put("index", 2));

        StringBuilder filtered = new StringBuilder();
        List<JsonNode> out = through(Surface.MESSAGES, events);
        out.forEach(event -> filtered.append(event.at("/delta/text").asText("")));

        assertThat(filtered.toString()).isEqualTo(whole(text));
        assertThat(Json.textAt(out.getLast(), "type")).isEqualTo("content_block_stop");
    }

    @Property(tries = 400)
    void responsesStreamsAreFilteredLikeCompleteResponses(
            @ForAll("texts") String text, @ForAll("cuts") List<Integer> cuts) {
        List<ObjectNode> events = new ArrayList<>();
        for (String piece : pieces(text, cuts)) {
            events.add(item("response.output_text.delta").put("delta", piece));
        }
        events.add(item("response.output_text.done").put("text", text));

        StringBuilder filtered = new StringBuilder();
        List<JsonNode> out = through(Surface.RESPONSES, events);
        out.forEach(event -> filtered.append(event.path("delta").asText("")));

        assertThat(filtered.toString()).isEqualTo(whole(text));
        assertThat(Json.textAt(out.getLast(), "text")).isEqualTo(whole(text));
    }

    @Test
    void logprobsOfTextsAreRemoved() {
        ObjectNode chunk = Json.object();
        ObjectNode choice =
                chunk.put("id", "c1").putArray("choices").addObject().put("index", 0);
        choice.putObject("delta").put("content", "hello ");
        choice.putObject("logprobs").putArray("content").addObject().put("token", "ann@example.com");

        assertThat(through(Surface.CHAT_COMPLETIONS, List.of(chunk)).toString())
                .contains("hello")
                .doesNotContain("ann@example.com");
    }

    @Test
    void argumentsRepeatedInTheDoneEventAreSanitizedToo() {
        ObjectNode done =
                item("response.function_call_arguments.done").put("arguments", "{\"to\":\"ann@example.com\"}");

        assertThat(through(Surface.RESPONSES, List.of(done)).toString())
                .contains("[email]")
                .doesNotContain("ann@example.com");
    }

    @Test
    void matchesMayEndInTheLastEvent() {
        ObjectNode first = Json.object();
        first.put("id", "c1")
                .putArray("choices")
                .addObject()
                .put("index", 0)
                .putObject("delta")
                .put("reasoning_content", "ask ann@exa");
        ObjectNode last = Json.object();
        last.put("id", "c1")
                .putArray("choices")
                .addObject()
                .put("index", 0)
                .put("finish_reason", "stop")
                .putObject("delta")
                .put("reasoning_content", "mple.com now");

        StringBuilder filtered = new StringBuilder();
        through(Surface.CHAT_COMPLETIONS, List.of(first, last))
                .forEach(event -> filtered.append(
                        event.at("/choices/0/delta/reasoning_content").asText("")));

        assertThat(filtered.toString()).isEqualTo("ask [email] now");
    }

    @Test
    void responsesWithoutMatchesKeepTheirBytes() {
        String bytes =
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"plain \\u00e9 words.\\n\"}}],\"x\":1.50}\n\n"
                        + ": ping\n\ndata: [DONE]\n\n";

        SanitizeConfig known = new SanitizeConfig(false, List.of(Kind.values()), Map.of(), List.of(), Where.BOTH);
        ResponseFilter filter = Sanitizer.of(known).responseFilter(Surface.CHAT_COMPLETIONS, new SanitizerFindings());

        assertThat(filter.filterEvents(ByteSlice.of(bytes)).toText()).isEqualTo(bytes);
        assertThat(filter.end().isEmpty()).isTrue();
    }

    @Test
    void aResponseThatCannotBeReadFails() {
        for (String body : List.of(
                "{\"choices\":[{\"message\":{\"role\":\"a\",\"role\":\"a\",\"content\":\"ann@example.com\"}}]}",
                "{\"choices\":[{\"message\":{\"content\":\"ann@example.com\",\"x\":" + "9".repeat(1_001) + "}}]}",
                "ann@example.com")) {
            ResponseFilter filter = filter(Surface.CHAT_COMPLETIONS);

            assertThat(filter.filterComplete(ByteSlice.of(body), "application/json")
                            .isEmpty())
                    .isTrue();
            assertThat(filter.failure().code()).isEqualTo("malformed_response");
            assertThat(filter.failure().status()).isEqualTo(502);
        }
    }

    @Test
    void errorsOfAProviderAreFilteredInEveryForm() {
        for (String error : List.of(
                "{\"error\":{\"message\":\"no"
                        + " ann@example.com\",\"param\":\"ann@example.com\",\"id\":\"ann@example.com\"}}",
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"no ann@example.com\"}}",
                "{\"type\":\"error\",\"message\":\"no ann@example.com\",\"param\":\"ann@example.com\"}",
                "{\"type\":\"response.failed\",\"response\":{\"error\":{\"detail\":\"no ann@example.com\"}}}",
                "{\"choices\":[{\"index\":0,\"delta\":{},\"error\":{\"message\":\"ann@example.com\"}}],"
                        + "\"error\":{\"message\":\"no ann@example.com\"}}",
                "{\"detail\":[{\"input\":\"ann@example.com\",\"msg\":\"no ann@example.com\"}]}")) {
            for (Surface surface : List.of(Surface.CHAT_COMPLETIONS, Surface.MESSAGES, Surface.RESPONSES)) {
                String event = filter(surface)
                        .filterEvents(ByteSlice.of("data: " + error + "\n\n"))
                        .toText();
                assertThat(event).as(error).contains("no [email]").doesNotContain("ann@");
                assertThat(filter(surface)
                                .filterRefusal(ByteSlice.of(error), "application/json")
                                .toText())
                        .contains("no [email]")
                        .doesNotContain("ann@");
            }
        }
        assertThat(filter(Surface.SPEECH)
                        .filterRefusal(ByteSlice.of("no ann@example.com"), "text/plain")
                        .toText())
                .isEqualTo("no [email]");
        ResponseFilter unreadable = filter(Surface.CHAT_COMPLETIONS);
        assertThat(unreadable
                        .filterRefusal(ByteSlice.of("{\"a\":1,\"a\":\"ann@example.com\"}"), null)
                        .isEmpty())
                .isTrue();
        assertThat(unreadable.failure().code()).isEqualTo("malformed_response");
    }

    @Test
    void anEventThatCannotBeReadFailsTheStream() {
        for (String data : List.of(
                "{\"choices\":[],\"x\":{\"a\":1,\"a\":\"ann@example.com\"}}",
                "\"ann@example.com\"",
                "ann@example.com")) {
            ResponseFilter filter = filter(Surface.CHAT_COMPLETIONS);
            String before = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"before. \"}}]}\n\n";

            String out = filter.filterEvents(ByteSlice.of(before + "data: " + data + "\n\n"))
                    .toText();

            assertThat(out).contains("before").doesNotContain("ann@");
            assertThat(filter.failure().code()).isEqualTo("malformed_event");
            assertThat(filter.filterEvents(ByteSlice.of(before)).isEmpty()).isTrue();
            assertThat(filter.end().isEmpty()).isTrue();
        }
    }

    @Test
    void eventsOfTheReadersLimitPassAndLargerOnesFailTheStream() {
        ResponseFilter filter = filter(Surface.RESPONSES);
        String large =
                "data: {\"type\":\"response.completed\",\"response\":{\"image\":\"" + "A".repeat(3 << 20) + "\"}}\n\n";

        assertThat(filter.filterEvents(ByteSlice.of(large)).toText()).isEqualTo(large);
        assertThat(filter.failure()).isNull();

        filter.filterEvents(ByteSlice.of("data: {\"x\":\"" + "A".repeat(33 << 20) + "\"}\n\n"));
        assertThat(filter.failure().code()).isEqualTo("event_too_large");
    }

    @Test
    void relayedTranscriptsAreFilteredAndAudioPasses() {
        ResponseFilter filter = filter(Surface.TRANSCRIPTIONS).relaying("text/plain; charset=utf-8");

        assertThat(filter.filterEvents(ByteSlice.of("I am ann@exam")).isEmpty()).isTrue();
        assertThat(filter.filterEvents(ByteSlice.of("ple.com")).isEmpty()).isTrue();
        assertThat(filter.end().toText()).isEqualTo("I am [email]");
        assertThat(filter(Surface.TRANSCRIPTIONS)
                        .filterComplete(ByteSlice.of("I am ann@example.com"), "text/plain")
                        .toText())
                .isEqualTo("I am [email]");
        assertThat(filter(Surface.SPEECH).relaying("audio/mpeg")).isNull();
    }

    private static ResponseFilter filter(Surface surface) {
        SanitizeConfig known = new SanitizeConfig(false, List.of(Kind.values()), Map.of(), List.of(), Where.BOTH);
        return Sanitizer.of(known).responseFilter(surface, new SanitizerFindings());
    }

    @Test
    void thePromptThatAModelMadeOfAnImagesPromptIsFiltered() {
        String image = "\"b64_json\":\"QUFB\",\"revised_prompt\":\"a card for ann.lee@example.com\"";
        ResponseFilter filter = Sanitizer.of(ALL).responseFilter(Surface.IMAGES, new SanitizerFindings());

        assertThat(filter.filterComplete(ByteSlice.of("{\"created\":1,\"data\":[{" + image + "}]}"), null)
                        .toText())
                .isEqualTo(
                        "{\"created\":1,\"data\":[{\"b64_json\":\"QUFB\",\"revised_prompt\":\"a card for [email]\"}]}");
        assertThat(filter.filterEvents(ByteSlice.of("data: {\"type\":\"x\"," + image + "}\n\n"))
                        .toText())
                .contains("QUFB", "a card for [email]")
                .doesNotContain("ann.lee");
    }

    /** A provider's text is cut at 500 characters, which may be inside a secret. */
    @Test
    void theEndOfACutErrorThatMayBeTheBeginningOfAMatchIsLeftOut() {
        SanitizeConfig emails = new SanitizeConfig(false, List.of(Kind.EMAIL), Map.of(), List.of(), Where.BOTH);
        ResponseFilter filter = Sanitizer.of(emails).responseFilter(Surface.RESPONSES, new SanitizerFindings());

        assertThat(filter.providerText("bob@example.com and ann.lee@exam\u2026"))
                .isEqualTo("[email] and \u2026");
        assertThat(filter.providerText("bob@example.com and ann.lee@exam")).isEqualTo("[email] and ann.lee@exam");
        GatewayError error = GatewayError.invalid("no ann.le\u2026", "ann.l\u2026", "ann@example.com");
        assertThat(filter.filterError(error)).isEqualTo(GatewayError.invalid("no \u2026", "\u2026", "[email]"));
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> words =
                Arbitraries.of("hello", "Zürich", "😀", "is", "12", "a-b", "at 10:30", "(see)", "x_y", "\n");
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(4, words), net.jqwik.api.Tuple.of(1, Arbitraries.of(SECRETS)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(12)
                .map(parts -> String.join(" ", parts) + " .");
    }

    @Provide
    Arbitrary<List<Integer>> cuts() {
        return Arbitraries.integers().between(1, 9).list().ofMinSize(1).ofMaxSize(60);
    }

    private static String whole(String text) {
        ObjectNode response = Json.object();
        response.putArray("choices").addObject().putObject("message").put("content", text);
        ByteSlice clean = Sanitizer.of(ALL)
                .responseFilter(Surface.CHAT_COMPLETIONS, new SanitizerFindings())
                .filterComplete(Json.bytes(response), null);
        return Json.readOrNull(clean.toText()).at("/choices/0/message/content").asText();
    }

    private static List<JsonNode> through(Surface surface, List<ObjectNode> events) {
        ResponseFilter filter = Sanitizer.of(ALL).responseFilter(surface, new SanitizerFindings());
        StringBuilder out = new StringBuilder();
        for (ObjectNode event : events) {
            String bytes = "event: " + event.path("type").asText("message") + "\ndata: " + Json.text(event) + "\n\n";
            out.append(filter.filterEvents(ByteSlice.of(bytes)).toText());
        }
        out.append(filter.end().toText());
        List<JsonNode> filtered = new ArrayList<>();
        out.toString()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .forEach(line -> filtered.add(Json.readOrNull(line.substring(6))));
        return filtered;
    }

    private static ObjectNode item(String type) {
        return Json.object().put("type", type).put("item_id", "m1").put("content_index", 0);
    }

    private static List<String> pieces(String text, List<Integer> cuts) {
        List<String> pieces = new ArrayList<>();
        int at = 0;
        for (int i = 0; at < text.length(); i++) {
            int end = Math.min(text.length(), at + cuts.get(i % cuts.size()));
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
                end++;
            }
            pieces.add(text.substring(at, end));
            at = end;
        }
        return pieces;
    }
}
