package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** If a target fails before the client has received anything, the next target is tried within the same request. */
class FailoverTriesTheNextTargetTest {

    /** Ways of failing whatever was asked. */
    private static final List<String> ALWAYS = List.of(
            "status-500",
            "status-503",
            "status-429",
            "status-401",
            "insufficient-quota",
            "html",
            "error-200",
            "reset",
            "silent",
            "garbage-status",
            "reset-after-headers",
            "headers-then-stall",
            "wrong-content-type");

    /**
     * Ways of failing a stream before its first event; of a legacy completion, as a chat begins with an event of its
     * own.
     */
    private static final List<String> STREAMED =
            List.of("error-event-0", "cut-0", "cut-clean-0", "reset-mid-0", "stall-0", "malformed-0");

    /** Faults in the middle of a response that is not streamed. */
    private static final List<String> WHOLE =
            List.of("cut", "cut-clean", "reset-mid", "stall", "malformed", "error-event");

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private static RunningSluice sluice;

    /** Each way has a provider of its own: a rested key or an open breaker must not spoil the next test. */
    @BeforeAll
    static void start() throws IOException {
        StringBuilder providers = new StringBuilder("providers:\n");
        StringBuilder models = new StringBuilder("models:\n");
        List<String> ways = Stream.of(ALWAYS, STREAMED, WHOLE)
                .flatMap(List::stream)
                .distinct()
                .toList();
        for (String way : ways) {
            for (String mode : List.of("whole", "stream")) {
                String name = way + "-" + mode;
                providers.append(impatient(name, simulator.baseUrl()));
                String model = "lorem-20_fault-" + way.replaceFirst("-0$", "@0");
                models.append(route(name, "priority", "{ provider: " + name + ", model: " + model + " }", ""));
            }
        }
        providers.append(provider("second", simulator.baseUrl()));
        providers.append(provider("third", simulator.baseUrl()));
        providers.append(provider("refused", "http://127.0.0.1:" + closedPort() + "/v1"));
        providers.append(provider("other", simulator.baseUrl()));
        models.append(route("refused", "priority", "{ provider: refused, model: echo }", ""));
        for (int status : new int[] {400, 413, 422}) {
            models.append(route(
                    "client-" + status,
                    "priority",
                    "{ provider: other, model: fast_fault-status-" + status + " }",
                    ""));
        }
        models.append("""
              hopeless:
                targets:
                  - { provider: refused, model: echo }
                  - { provider: other, model: fast_fault-status-503 }
              chained:
                targets: [{ provider: refused, model: echo }]
                fallbacks: [hopeless, third/echo]
              shared:
                strategy: weighted
                targets:
                  - { provider: second, model: echo, weight: 3 }
                  - { provider: third, model: echo, weight: 1 }
            """);
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + providers + models);
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                        ALWAYS.stream().flatMap(way -> Stream.of(Arguments.of(way, false), Arguments.of(way, true))),
                        WHOLE.stream().map(way -> Arguments.of(way, false)))
                .flatMap(each -> each);
    }

    @ParameterizedTest(name = "{0}, streamed {1}")
    @MethodSource("failures")
    void theSecondTargetRespondsInTheSameRequest(String way, boolean stream) {
        String route = way + (stream ? "-stream" : "-whole");

        HttpResponse<String> response =
                sluice.chat().chat(ChatClient.request(route, "Hello there").put("stream", stream));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(said(response.body(), stream)).isEqualTo("Hello there");
        assertThat(header(response, "x-sluice-attempts")).isEqualTo("2");
        assertThat(header(response, "x-sluice-provider")).isEqualTo("second");
        // A 401 is also verified by the free model list.
        assertThat(simulator.log().requests().stream()
                        .filter(request -> request.method().equals("POST"))
                        .count())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @FieldSource("STREAMED")
    void aStreamThatEndsBeforeItsFirstEventIsFollowedByTheNext(String way) {
        JsonObject body = new JsonObject()
                .put("model", way + "-stream")
                .put("prompt", "Hello there")
                .put("stream", true);

        HttpResponse<String> response = sluice.chat().post("/completions", body.encode());

        assertThat(response.body()).endsWith("data: [DONE]\n\n");
        assertThat(ChatClient.chunks(response.body()).stream()
                        .map(chunk ->
                                chunk.getJsonArray("choices").getJsonObject(0).getString("text", ""))
                        .collect(Collectors.joining()))
                .isEqualTo("Hello there");
        assertThat(header(response, "x-sluice-attempts")).isEqualTo("2");
        assertThat(header(response, "x-sluice-provider")).isEqualTo("second");
        assertThat(simulator.log().requestCount()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("bothModes")
    void aTargetThatCannotBeReachedIsFollowedByTheNext(boolean stream) {
        HttpResponse<String> response =
                sluice.chat().chat(ChatClient.request("refused", "Hello there").put("stream", stream));

        assertThat(said(response.body(), stream)).isEqualTo("Hello there");
        assertThat(header(response, "x-sluice-attempts")).isEqualTo("2");
    }

    @ParameterizedTest
    @MethodSource("clientErrors")
    void clientErrorsAreReturnedAtOnceWithTheProvidersMessage(int status, boolean stream) {
        HttpResponse<String> response = sluice.chat()
                .chat(ChatClient.request("client-" + status, "Hello").put("stream", stream));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(ObservedState.error(response.body()).getString("message"))
                .isEqualTo("Simulated status " + status + ".");
        assertThat(header(response, "x-sluice-attempts")).isEqualTo("1");
        assertThat(simulator.log().requestCount()).isEqualTo(1);
    }

    @Test
    void whenEveryTargetFailsTheFirstFailureIsReturned() {
        HttpResponse<String> response =
                sluice.chat().chat(ChatClient.request("hopeless", "Hello"), "x-request-id", "hopeless-1");

        assertThat(response.statusCode()).isEqualTo(502);
        JsonObject error = ObservedState.error(response.body());
        assertThat(error.fieldNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(error.getString("code")).isEqualTo("upstream_unreachable");
        assertThat(header(response, "x-sluice-attempts")).isEqualTo("2");
        JsonObject line = ObservedState.accessLine(sluice, "hopeless-1");
        assertThat(line.getString("outcome")).isEqualTo("failed");
        assertThat(line.getString("error_code")).isEqualTo(error.getString("code"));
        assertThat(line.getString("provider")).isEqualTo("refused");
        assertThat(line.getInteger("attempts")).isEqualTo(2);
    }

    @Test
    void fallbacksFollowWhenTheRoutesOwnTargetsFailed() {
        HttpResponse<String> response = sluice.chat().chat(ChatClient.request("chained", "Hello"));

        assertThat(said(response.body(), false)).isEqualTo("Hello");
        assertThat(header(response, "x-sluice-provider")).isEqualTo("third");
        // refused once, though the fallback names it again; then other, then third
        assertThat(header(response, "x-sluice-attempts")).isEqualTo("3");
    }

    @Test
    void weightedTargetsShareByWeight() {
        Map<String, Long> share = IntStream.range(0, 400)
                .mapToObj(i -> header(sluice.chat().chat(ChatClient.request("shared", "Hello")), "x-sluice-provider"))
                .collect(Collectors.groupingBy(name -> name, Collectors.counting()));

        // 300 and 100 expected, standard deviation 8.7: seven of them to each side
        assertThat(share.get("third")).isBetween(40L, 160L);
        assertThat(share.get("second") + share.get("third")).isEqualTo(400);
    }

    static Stream<Boolean> bothModes() {
        return Stream.of(false, true);
    }

    static Stream<Arguments> clientErrors() {
        return Stream.of(400, 413, 422).flatMap(status -> bothModes().map(stream -> Arguments.of(status, stream)));
    }

    private static String said(String body, boolean stream) {
        if (!stream) {
            return new JsonObject(body)
                    .getJsonArray("choices")
                    .getJsonObject(0)
                    .getJsonObject("message")
                    .getString("content");
        }
        assertThat(body).endsWith("data: [DONE]\n\n");
        StringBuilder said = new StringBuilder();
        ChatClient.chunks(body)
                .forEach(chunk -> said.append(chunk.getJsonArray("choices")
                        .getJsonObject(0)
                        .getJsonObject("delta")
                        .getString("content", "")));
        return said.toString();
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** A provider with short timeouts, for upstreams that never respond. */
    private static String impatient(String name, String baseUrl) {
        String timeouts = "timeouts: { first_byte: 400ms, first_token: 400ms, response: 400ms, idle: 400ms } }\n";
        return provider(name, baseUrl).replace("}\n", ", " + timeouts);
    }

    private static String provider(String name, String baseUrl) {
        return "  " + name + ": { type: openai_compatible, base_url: \"" + baseUrl + "\", api_keys: [{ key: test }],"
                + " breaker: { min_calls: 1000 }, retry: { attempts: 1 } }\n";
    }

    private static String route(String name, String strategy, String first, String more) {
        return "  " + name + ": { strategy: " + strategy + ", targets: [" + first
                + ", { provider: second, model: echo }] " + more + " }\n";
    }

    /** A port that was free a moment ago. */
    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
