package dev.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.simulator.RequestLog;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every provider fault, whole and streamed, passed through and translated, on a route with one target, with a fallback,
 * and with streams held back.
 */
class FaultsGetTheRightResponseTest {

    /** The route's whole deadline, in milliseconds: nothing may take longer, whatever happens. */
    private static final long TOTAL = 4_000;
    /** What a busy machine may add to it. */
    private static final long SLACK = 4_000;

    /** Most cases only wait for a time limit: this many run at once, each on a lane with simulators of its own. */
    private static final int LANES = 4;

    private static final List<Lane> LANE = new ArrayList<>();
    private static final Map<String, Future<?>> RESULTS = new HashMap<>();

    private static HalfClosingProvider halfClosing;
    private static RawUpstream raw;
    private static RunningSluice sluice;
    private static ExecutorService threads;

    /** Cases of one lane run one after the other, so that the simulators' logs have the requests of one case. */
    private record Lane(String well, RunningSimulator faulty, RunningSimulator wellSimulator, Set<String> providers) {

        static Lane open(int number) {
            return new Lane(
                    "well-" + number,
                    RunningSimulator.steerable().open(),
                    RunningSimulator.steerable().open(),
                    ConcurrentHashMap.newKeySet());
        }
    }

    /** Each case has a provider of its own: a rested key or an open breaker must not spoil the next. */
    @BeforeAll
    static void start() throws IOException {
        halfClosing = new HalfClosingProvider();
        raw = new RawUpstream((request, number, out) -> {
            out.write(RawUpstream.bytes(raw(request)));
            return true;
        });
        StringBuilder providers = new StringBuilder("providers:\n");
        StringBuilder models = new StringBuilder("models:\n");
        for (int i = 0; i < LANES; i++) {
            Lane lane = Lane.open(i);
            LANE.add(lane);
            lane.providers().add(lane.well());
            providers
                    .append("  ")
                    .append(lane.well())
                    .append(": { type: openai_compatible, base_url: \"")
                    .append(lane.wellSimulator().baseUrl())
                    .append("\", api_keys: [{ key: good }] }\n");
            models.append("  healthy-")
                    .append(lane.well())
                    .append(": { targets: [{ provider: ")
                    .append(lane.well())
                    .append(", model: fast }] }\n");
        }
        cases().forEach(each -> {
            ProviderFault fault = (ProviderFault) each.get()[0];
            String name = name(each);
            Lane lane = lane(each);
            lane.providers().add(name);
            providers
                    .append("  ")
                    .append(name)
                    .append(": { type: openai_compatible, base_url: \"")
                    .append(base(fault, lane))
                    .append("\", api_keys: [{ key: sk-of-the-faulty }], timeouts: { connect: 500ms, first_byte: 1s,"
                            + " first_token: 500ms,")
                    .append(" idle: 800ms, response: 1s, total: 4s }, retry: { backoff: 20ms, max_backoff: 100ms }"
                            + " }\n");
            String model = fault.endpoint == ProviderFault.Endpoint.SIMULATOR
                    ? "lorem-20_" + fault.directives + (fault.directives.contains("times-") ? "_key-" + name : "")
                    : "lorem-20";
            boolean alone = each.get()[1] == RouteSetting.SINGLE;
            models.append("  ")
                    .append(name)
                    .append(": { targets: [{ provider: ")
                    .append(name)
                    .append(", model: \"")
                    .append(model)
                    .append("\" }")
                    .append(alone ? "] }\n" : ", { provider: " + lane.well() + ", model: fast }]")
                    .append(
                            alone
                                    ? ""
                                    : each.get()[1] == RouteSetting.HELD
                                            ? ", on_stream_failure: hold, hold: { all: true } }\n"
                                            : " }\n");
        });
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + providers + models);
        threads = Executors.newCachedThreadPool();
        for (Lane lane : LANE) {
            List<Arguments> own = cases().filter(each -> lane(each) == lane).toList();
            List<FutureTask<?>> tasks = new ArrayList<>();
            for (Arguments each : own) {
                FutureTask<?> task = new FutureTask<>(() -> check(each), null);
                RESULTS.put(name(each), task);
                tasks.add(task);
            }
            threads.execute(() -> tasks.forEach(FutureTask::run));
        }
    }

    @AfterAll
    static void stop() throws IOException {
        threads.shutdownNow();
        sluice.close();
        halfClosing.close();
        raw.close();
        for (Lane lane : LANE) {
            lane.faulty().close();
            lane.wellSimulator().close();
        }
    }

    static Stream<Arguments> cases() {
        return Stream.of(ProviderFault.values())
                .flatMap(fault -> Stream.of(RouteSetting.values())
                        .flatMap(setting -> Stream.of(ClientFormat.values())
                                .flatMap(client -> Stream.of(false, true)
                                        .map(stream -> Arguments.of(fault, setting, client, stream)))));
    }

    @ParameterizedTest(name = "{0}, {1}, {2}, streamed {3}")
    @MethodSource("cases")
    void theClientSeesWhatIsTrue(ProviderFault fault, RouteSetting setting, ClientFormat client, boolean stream)
            throws Throwable {
        try {
            RESULTS.get(name(Arguments.of(fault, setting, client, stream))).get();
        } catch (ExecutionException failed) {
            throw failed.getCause();
        }
    }

    private static void check(Arguments each) {
        ProviderFault fault = (ProviderFault) each.get()[0];
        RouteSetting setting = (RouteSetting) each.get()[1];
        ClientFormat client = (ClientFormat) each.get()[2];
        boolean stream = (boolean) each.get()[3];
        String model = name(each);
        Lane lane = lane(each);
        lane.faulty().log().reset();
        lane.wellSimulator().log().reset();
        Instant began = Instant.now();

        HttpResponse<String> response = client.send(sluice, model, stream);

        assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofMillis(TOTAL + SLACK));
        clientsView(fault.outcome(setting, client, stream), client, stream, model, lane, response);
        upstreamsView(fault, setting, lane.faulty().log(), response);
        afterwards(fault, setting, model, lane);
    }

    private static Lane lane(Arguments each) {
        return LANE.get(Math.floorMod(name(each).hashCode(), LANES));
    }

    private static void clientsView(
            ClientOutcome view,
            ClientFormat client,
            boolean stream,
            String model,
            Lane lane,
            HttpResponse<String> response) {
        String said = response.statusCode() + " " + response.headers().map() + "\n" + response.body();
        switch (view) {
            case RESPONSE, FAILED_OVER -> {
                assertThat(response.statusCode()).as(said).isEqualTo(200);
                assertThat(response.headers().firstValue("x-sluice-provider"))
                        .as(said)
                        .hasValue(view == ClientOutcome.FAILED_OVER ? lane.well() : model);
                if (stream) {
                    client.isComplete(response.body());
                } else {
                    client.isWhole(response.body());
                }
            }
            case ERROR -> {
                assertThat(response.statusCode()).as(said).isBetween(400, 599);
                client.isError(new JsonObject(response.body()));
            }
            case BROKEN_STREAM -> {
                assertThat(response.statusCode()).as(said).isEqualTo(200);
                client.isBroken(response.body());
            }
        }
    }

    /** How often and when it was asked; and that what was given up was given up there, too. */
    private static void upstreamsView(
            ProviderFault fault, RouteSetting setting, RequestLog log, HttpResponse<String> response) {
        if (fault.endpoint != ProviderFault.Endpoint.SIMULATOR) {
            return;
        }
        // The model list that a 401 is verified by is free, and no attempt.
        Map<String, List<RequestLog.Request>> byMethod =
                log.requests().stream().collect(Collectors.groupingBy(RequestLog.Request::method));
        List<RequestLog.Request> asked = byMethod.get("POST");
        assertThat(byMethod.getOrDefault("GET", List.of()))
                .as("a key is checked once")
                .hasSizeLessThanOrEqualTo(1);
        int attempts = setting == RouteSetting.SINGLE ? fault.attempts : 1;
        assertThat(asked).as("attempts stay within the retry limit").hasSizeBetween(1, attempts);
        if (setting == RouteSetting.SINGLE && fault == ProviderFault.THROTTLED_ONCE_WITH_RETRY_AFTER) {
            assertThat(Duration.between(asked.get(0).at(), asked.get(1).at()))
                    .as("waited for the retry-after time")
                    .isGreaterThanOrEqualTo(Duration.ofMillis(295));
        }
        if (log.stallCount() > 0) {
            await().untilAsserted(() -> assertThat(log.abortCount())
                    .as("a hanging upstream request is closed")
                    .isEqualTo(log.stallCount()));
        }
        if (fault == ProviderFault.THROTTLED_FOR_EVER_WITH_RETRY_AFTER && setting == RouteSetting.SINGLE) {
            assertThat(response.statusCode()).isEqualTo(429);
            assertThat(Integer.parseInt(
                            response.headers().firstValue("retry-after").orElse("0")))
                    .isBetween(50, 60);
        }
    }

    /** A healthy request is served at once, and nothing is left behind. */
    private static void afterwards(ProviderFault fault, RouteSetting setting, String provider, Lane lane) {
        HttpResponse<String> healthy = sluice.chat().chat(ChatClient.request("healthy-" + lane.well(), "Still there?"));
        assertThat(healthy.statusCode()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            String body =
                    new ChatClient(sluice.adminUrl()).get("/admin/v1/providers").body();
            JsonArray all = new JsonObject(body).getJsonArray("providers");
            assertThat(all.stream()
                            .map(JsonObject.class::cast)
                            .filter(each -> lane.providers().contains(each.getString("name")))
                            .filter(each -> each.getInteger("in_flight") != 0)
                            .map(each -> each.getString("name")))
                    .as("permits of %s %s %s", fault, setting, provider)
                    .isEmpty();
        });
    }

    private static String base(ProviderFault fault, Lane lane) {
        return switch (fault.endpoint) {
            case SIMULATOR -> lane.faulty().baseUrl();
            case RAW -> "http://127.0.0.1:" + raw.port() + "/" + fault.directives + "/v1";
            case HALF_CLOSING -> "http://127.0.0.1:" + halfClosing.port() + "/v1";
            case PLAIN_BEHIND_HTTPS ->
                "https://127.0.0.1:" + lane.wellSimulator().port() + "/v1";
            case NOWHERE -> "http://no-such-host.invalid/v1";
            case CLOSED -> "http://127.0.0.1:" + closedPort() + "/v1";
        };
    }

    /** A complete response with trailers; where the path says so, one that claims to be zipped. */
    private static String raw(RawUpstream.Request request) {
        boolean stream = request.body().contains("\"stream\":true");
        String start = "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":"
                + "[{\"index\":0,\"" + (stream ? "delta" : "message")
                + "\":{\"role\":\"assistant\",\"content\":\"hello\"},\"finish_reason\":\"stop\"}],"
                + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";
        String body = stream ? "data: " + start + "\n\ndata: [DONE]\n\n" : start;
        return "HTTP/1.1 200 OK\r\ncontent-type: " + (stream ? "text/event-stream" : "application/json") + "\r\n"
                + (request.line().contains("/zipped/") ? "content-encoding: gzip\r\n" : "")
                + "transfer-encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n" + body
                + "\r\n0\r\nx-checksum: 1\r\ncontent-length: 5\r\n\r\n";
    }

    private static int closedPort() {
        try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return once.getLocalPort();
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String name(Arguments each) {
        return Stream.of(each.get())
                .map(word -> word.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining("-"));
    }
}
