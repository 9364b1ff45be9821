package dev.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.SelfSigned;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A stream that fails ends in every form of an error that a client library looks for, whatever failed, passed through
 * and translated, over HTTP/1.1 and HTTP/2.
 */
class FailedStreamsAreReportedInEveryFormTest {

    private static final Map<Case, CompletableFuture<HttpResponse<String>>> RESPONSES = new HashMap<>();

    private static RawUpstream raw;
    private static SelfSigned certificate;
    private static RunningSluice sluice;
    private static HttpClient client;

    private record Case(Format format, String provider, Fault fault, Version version) {

        String body() {
            JsonObject body = switch (format) {
                case RESPONSES -> new JsonObject().put("input", "hi");
                case COMPLETIONS -> new JsonObject().put("prompt", "hi");
                default -> ChatClient.request("", "hi").put("max_tokens", 100);
            };
            return body.put("model", provider + "/" + fault.name())
                    .put("stream", true)
                    .encode();
        }
    }

    enum Fault {
        CUT("upstream_truncated"),
        /** Cut after the first event, which has no content. */
        OPENING("upstream_truncated"),
        STALL("upstream_timeout"),
        ERROR("server_is_overloaded"),
        DEADLINE("upstream_timeout");

        private final String code;

        Fault(String code) {
            this.code = code;
        }

        /** Anthropic has no code of its own for an overload. */
        String codeOf(String provider) {
            return this == ERROR && provider.equals("anthropic") ? "unavailable" : code;
        }
    }

    enum Format {
        CHAT("/chat/completions", "openai anthropic") {
            @Override
            void isFailed(String[] events, String code) {
                isTwice(events, code);
            }
        },
        COMPLETIONS("/completions", "compatible") {
            @Override
            void isFailed(String[] events, String code) {
                isTwice(events, code);
            }
        },
        RESPONSES("/responses", "openai compatible anthropic") {
            @Override
            void isFailed(String[] events, String code) {
                for (int i = 0; i < events.length; i++) {
                    assertThat(data(events[i]).getInteger("sequence_number")).isEqualTo(i);
                }
                JsonObject error = data(events[events.length - 2]);
                assertThat(events[events.length - 2]).startsWith("event: error\n");
                assertThat(error.getString("type")).isEqualTo("error");
                for (JsonObject each : List.of(error, error.getJsonObject("error"))) {
                    assertThat(each.getString("code")).isEqualTo(code);
                    assertThat(each.getString("message")).isNotBlank();
                }
                JsonObject failed = data(events[events.length - 1]);
                assertThat(failed.getString("type")).isEqualTo("response.failed");
                JsonObject response = failed.getJsonObject("response");
                JsonObject created = data(events[0]).getJsonObject("response");
                for (String member : List.of("id", "model", "created_at", "object")) {
                    assertThat(response.getValue(member)).isEqualTo(created.getValue(member));
                }
                assertThat(response.getString("status")).isEqualTo("failed");
                assertThat(response.getJsonObject("error").getString("message")).isEqualTo(error.getString("message"));
            }
        },
        MESSAGES("/messages", "anthropic compatible") {
            @Override
            void isFailed(String[] events, String code) {
                String last = events[events.length - 1];
                assertThat(last).startsWith("event: error\ndata: {\"type\":\"error\",\"error\":{");
                JsonObject error = data(last).getJsonObject("error");
                assertThat(error.getJsonObject("details").getString("error_code"))
                        .isEqualTo(code);
                assertThat(error.getString("message")).isNotBlank();
            }
        };

        private final String path;
        /** Names, with spaces between them. */
        private final String providers;

        Format(String path, String providers) {
            this.path = path;
            this.providers = providers;
        }

        abstract void isFailed(String[] events, String code);

        private static void isTwice(String[] events, String code) {
            String unnamed = events[events.length - 2];
            assertThat(data(unnamed).getJsonObject("error").getString("code")).isEqualTo(code);
            assertThat(unnamed).startsWith("data: ");
            assertThat(events[events.length - 1]).isEqualTo("event: error\n" + unnamed);
        }

        private static JsonObject data(String event) {
            return new JsonObject(ChatClient.data(event).getFirst());
        }
    }

    static Stream<Arguments> cases() {
        return arguments(fault -> fault != Fault.OPENING);
    }

    static Stream<Arguments> openings() {
        return arguments(fault -> fault == Fault.OPENING);
    }

    private static Stream<Arguments> arguments(Predicate<Fault> faults) {
        return all().stream()
                .filter(each -> faults.test(each.fault))
                .map(each -> Arguments.of(each.format, each.provider, each.fault, each.version));
    }

    private static List<Case> all() {
        List<Case> all = new ArrayList<>();
        for (Format format : Format.values()) {
            for (String provider : format.providers.split(" ")) {
                for (Fault fault : Fault.values()) {
                    all.add(new Case(format, provider, fault, Version.HTTP_1_1));
                    all.add(new Case(format, provider, fault, Version.HTTP_2));
                }
            }
        }
        return all;
    }

    /** Most cases wait for a time limit, so all of them run at once. */
    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        raw = new RawUpstream((request, number, out) -> {
            respond(request, out);
            return false;
        });
        certificate = SelfSigned.in(folder);
        sluice = sluice("30s");
        client = HttpClient.newBuilder().sslContext(certificate.trusting()).build();
        all().forEach(each -> RESPONSES.put(each, send(sluice, each)));
    }

    @AfterAll
    static void stop() throws IOException {
        client.close();
        sluice.close();
        raw.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theLastEventsReportTheFailure(Format format, String provider, Fault fault, Version version) throws Exception {
        HttpResponse<String> response =
                RESPONSES.get(new Case(format, provider, fault, version)).get(20, TimeUnit.SECONDS);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(version);
        isFailed(format, response.body(), fault.codeOf(provider));
    }

    /** An opening without content is no response: the failure is that of the request. */
    @ParameterizedTest
    @MethodSource("openings")
    void anOpeningAloneIsAnError(Format format, String provider, Fault fault, Version version) throws Exception {
        HttpResponse<String> response =
                RESPONSES.get(new Case(format, provider, fault, version)).get(20, TimeUnit.SECONDS);

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains(fault.codeOf(provider)).doesNotContain("data:");
    }

    @Test
    void aDrainIsReportedToo() throws Exception {
        try (RunningSluice draining = sluice("0s")) {
            int before = raw.requests.get();
            List<Case> cases = Arrays.stream(Format.values())
                    .map(format -> new Case(format, format.providers.split(" ")[0], Fault.DEADLINE, Version.HTTP_2))
                    .toList();
            List<CompletableFuture<HttpResponse<String>>> responses =
                    cases.stream().map(each -> send(draining, each)).toList();
            await().until(() -> raw.requests.get() == before + cases.size());
            await().until(() -> new ChatClient(draining.adminUrl())
                    .get("/metrics")
                    .body()
                    .contains("sluice_open_streams " + cases.size() + ".0"));

            RunningSluice.await(draining.main().drain());

            for (int i = 0; i < cases.size(); i++) {
                isFailed(
                        cases.get(i).format,
                        responses.get(i).get(20, TimeUnit.SECONDS).body(),
                        "draining");
            }
        }
    }

    private static void isFailed(Format format, String body, String code) {
        assertThat(body).doesNotContain("[DONE]", "response.completed", "message_stop");
        String[] events = Arrays.stream(body.split("\n\n"))
                .filter(event -> !event.startsWith(":"))
                .toArray(String[]::new);
        format.isFailed(events, code);
    }

    private static CompletableFuture<HttpResponse<String>> send(RunningSluice to, Case each) {
        return client.sendAsync(
                HttpRequest.newBuilder(URI.create("https://localhost:" + to.port() + "/v1" + each.format.path))
                        .version(each.version)
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(each.body()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static RunningSluice sluice(String drain) {
        String settings = "api_keys: [{ key: x }], retry: { attempts: 1 }, breaker: { min_calls: 1000 },"
                + " timeouts: { idle: 600ms, total: 2s } }\n";
        String base = "base_url: \"http://127.0.0.1:" + raw.port() + "/v1\", " + settings;
        return RunningSluice.start("server: { port: 0, admin: { port: 0 }, drain: " + drain + ", tls: { cert: \"file:"
                + certificate.cert() + "\", key: \"file:" + certificate.key() + "\" } }\n"
                + "providers:\n"
                + "  openai: { type: openai, " + base
                + "  compatible: { type: openai_compatible, " + base
                + "  anthropic: { type: anthropic, " + base);
    }

    private static void respond(RawUpstream.Request request, OutputStream out) throws IOException {
        out.write(RawUpstream.bytes(
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"));
        Fault fault = Fault.valueOf(new JsonObject(request.body()).getString("model"));
        Script script = Script.of(request.line().split(" ")[1]);
        event(out, script.opening);
        if (fault == Fault.OPENING) {
            return;
        }
        event(out, script.content);
        switch (fault) {
            case STALL -> RawUpstream.pause(5_000);
            case ERROR -> event(out, script.error);
            case DEADLINE -> {
                for (int i = 0; i < 50; i++) {
                    RawUpstream.pause(100);
                    event(out, script.next(i + 3));
                }
            }
            default -> {}
        }
    }

    private static void event(OutputStream out, String text) throws IOException {
        out.write(RawUpstream.bytes(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n"));
        out.flush();
    }

    /** The events of a provider: the first, those with the first text, and an error. */
    private record Script(String opening, String content, String error) {

        private static final String OVERLOADED = "\"message\":\"busy\",\"code\":\"server_is_overloaded\"";

        static Script of(String path) {
            return switch (path) {
                case "/v1/chat/completions" ->
                    chunks("\"delta\":{\"role\":\"assistant\",\"content\":\"\"}", "\"delta\":{\"content\":\"Hello\"}");
                case "/v1/completions" -> chunks("\"text\":\"\"", "\"text\":\"Hello\"");
                case "/v1/responses" ->
                    new Script(
                            "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,"
                                    + "\"response\":{\"id\":\"resp_up\",\"object\":\"response\",\"created_at\":5,"
                                    + "\"status\":\"in_progress\",\"model\":\"gpt-up\",\"output\":[]}}\n\n",
                            "event: response.output_item.added\n"
                                + "data:"
                                + " {\"type\":\"response.output_item.added\",\"sequence_number\":1,\"output_index\":0,\"item\":{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[]}}\n\n"
                                + "event: response.output_text.delta\n"
                                + "data:"
                                + " {\"type\":\"response.output_text.delta\",\"sequence_number\":2,\"output_index\":0,\"content_index\":0,\"item_id\":\"msg_1\",\"delta\":\"Hello\"}\n\n",
                            "event: error\ndata: {\"type\":\"error\",\"sequence_number\":3," + OVERLOADED + "}\n\n");
                default ->
                    new Script(
                            "event: message_start\n"
                                + "data:"
                                + " {\"type\":\"message_start\",\"message\":{\"id\":\"msg_up\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-up\",\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n",
                            "event: content_block_start\n"
                                    + "data: {\"type\":\"content_block_start\",\"index\":0,"
                                    + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
                                    + "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                                    + "\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\n",
                            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\","
                                    + "\"message\":\"busy\"}}\n\n");
            };
        }

        /** The last of the events with text once more. */
        String next(int sequenceNumber) {
            int before = content.lastIndexOf("\n\n", content.length() - 3);
            return content.substring(before < 0 ? 0 : before + 2).replace(":2,", ":" + sequenceNumber + ",");
        }

        private static Script chunks(String first, String next) {
            String before = "data: {\"id\":\"c\",\"created\":5,\"model\":\"m\",\"choices\":[{\"index\":0,";
            String after = ",\"finish_reason\":null}]}\n\n";
            return new Script(
                    before + first + after, before + next + after, "data: {\"error\":{" + OVERLOADED + "}}\n\n");
        }
    }
}
