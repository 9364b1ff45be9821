package dev.sluice.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.RecordedUsage;
import dev.sluice.bus.Address;
import dev.sluice.bus.Bus;
import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.Budget;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.TokenEstimates;
import dev.sluice.model.Usage;
import dev.sluice.quota.QuotaScope;
import dev.sluice.route.ActiveConfig;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.RouteTable;
import dev.sluice.stream.CreditStream;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The loser of a hedge whose response arrives after the client has received the winner's. Its usage is settled once,
 * its reservation is released at that time and not before, and no byte of it is sent to the client.
 */
class HedgeLosersSettleOnceTest {

    /** The generation of a deployment that only this test knows. */
    private static final long OURS = 1_000_000;

    private static final Usage USED = new Usage(7, 3, 0, 0, true);
    private static final long COST = 7 * 1_000_000 + 3 * 2_000_000;
    private static final String LATE_TEXT = "\"late text\"";
    private static final GatewayError CANCELLED = GatewayError.of(GatewayError.Kind.UNAVAILABLE, "cancelled: hedged");
    private static final int SILENCE_MILLIS = 10_000;

    @RegisterExtension
    static final RunningSimulator simulator = RunningSimulator.steerable();

    private final AtomicReference<ProviderCall> call = new AtomicReference<>();
    private final AtomicReference<CancelCause> stopped = new AtomicReference<>();
    private final AtomicReference<Promise<ProviderReply>> response = new AtomicReference<>();

    @TempDir
    private Path folder;

    private VirtualKeys keys;
    private RunningSluice sluice;
    private RecordedUsage accounts;
    private Context context;

    @BeforeEach
    void start() {
        keys = new VirtualKeys().with("ci", "limits: { concurrency: 1 }, budget: { usd: 1000 }");
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL
                + keys.yaml()
                + """
                store: { url: "sqlite:%2$s" }
                providers:
                  late: &up { type: openai_compatible, base_url: "%1$s", retry: { budget: 1 }, limits: { rpm: 1000 } }
                  other: *up
                models:
                  hedged:
                    hedge: { after: 20ms }
                    targets: [{ provider: late, model: talk }, { provider: other, model: echo }]
                model_info:
                  talk: { input: 1000, output: 2000 }
                  echo: { input: 1000, output: 1000 }
                """.formatted(simulator.baseUrl(), folder.resolve("sluice.db")));
        accounts = RecordedUsage.of(sluice);
        context = sluice.vertx().getOrCreateContext();
        replaceProviderLate();
    }

    @AfterEach
    void stop() {
        sluice.close();
    }

    /**
     * Replaces the provider's verticle, which would cancel its attempt at once, by a handler that the test controls.
     */
    private void replaceProviderLate() {
        Promise<Void> serving = Promise.promise();
        context.runOnContext(v -> {
            new Bus(sluice.vertx()).serve(Address.provider("late", OURS), asked -> {
                Promise<ProviderReply> reply = Promise.promise();
                asked.cancel().listen(context, stopped::set);
                response.set(reply);
                call.set(asked);
                return reply.future();
            });
            serving.complete();
        });
        RunningSluice.await(serving.future());
        ActiveConfig active = sluice.main().active();
        ConfigSnapshot now = active.current();
        Map<String, Long> generations =
                Map.of("late", OURS, "other", now.routes().generation("other"));
        active.swap(new ConfigSnapshot(now.config(), "ours", new RouteTable(now.config(), generations)));
    }

    static Stream<Arguments> endings() {
        return Stream.of(false, true)
                .flatMap(stream -> Stream.of(
                        Arguments.of("whole", stream, "cancelled computed", COST),
                        Arguments.of("streaming", stream, "cancelled computed", COST),
                        Arguments.of("failed, and billed", stream, "cancelled computed", COST),
                        Arguments.of("failed", stream, "cancelled none", 0L)));
    }

    @ParameterizedTest(name = "{0}, the winner streamed {1}")
    @MethodSource("endings")
    void isSettledOnceAndUnseen(String reply, boolean stream, String row, long cost) throws IOException {
        try (RawClient client = RawClient.connect(sluice.port())) {
            String request = ask(client, "hedged", stream);
            assertThat(hear(client, stream)).startsWith("HTTP/1.1 200 ").contains("x-sluice-provider: other");
            await().untilAsserted(() -> assertThat(stopped.get()).isEqualTo(CancelCause.HEDGED));
            await().until(() -> accounts.rows(request).size() == 1);
            assertThat(accounts.quota().concurrency(QuotaScope.KEY, "ci")).isOne();
            assertThat(accounts.quota().concurrency(QuotaScope.PROVIDER, "late"))
                    .isOne();
            // The worst case of two attempts at the more expensive target, less what the winner has already used of it.
            assertThat(accounts.quota().reserved())
                    .isEqualTo(2 * worstCase(stream)
                            - accounts.rows(request).getFirst().costNanoUsd());

            responses(reply);

            await().until(() -> accounts.quota().openReservations() == 0 && accounts.written());
            assertThat(accounts.quota().concurrency(QuotaScope.KEY, "ci")).isZero();
            assertThat(accounts.quota().concurrency(QuotaScope.PROVIDER, "late"))
                    .isZero();
            assertThat(accounts.quota().reserved()).isZero();
            assertThat(accounts.quota().leaked()).isZero();
            List<AttemptRecord> rows = accounts.rows(request);
            assertThat(rows.stream().map(HedgeLosersSettleOnceTest::inShort)).containsExactly(row, "ok computed");
            assertThat(rows.getFirst().costNanoUsd()).isEqualTo(cost);
            assertThat(accounts.quota().spent(QuotaScope.KEY, "ci", Budget.Period.MONTH))
                    .isEqualTo(cost + rows.get(1).costNanoUsd());

            await().until(() -> ObservedState.requestsInFlight(sluice) == 0);
            // Anything sent in the meantime would precede this response.
            ask(client, "other/echo", false);
            assertThat(hear(client, false)).startsWith("HTTP/1.1 200 ").doesNotContain(LATE_TEXT);
        }
    }

    private String ask(RawClient client, String model, boolean stream) throws IOException {
        String id = "late-" + model.replace('/', '-');
        client.post(
                "/v1/chat/completions",
                body(model, stream),
                "authorization: " + keys.bearer("ci"),
                "x-request-id: " + id);
        return id;
    }

    private static String hear(RawClient client, boolean stream) throws IOException {
        return stream
                ? client.read(SILENCE_MILLIS, "data: [DONE]\n\n\r\n0\r\n\r\n").text()
                : client.readResponse(SILENCE_MILLIS);
    }

    /** A token of input per byte of the body, and the longest completion. */
    private static long worstCase(boolean stream) {
        long inputBytes = body("hedged", stream).length();
        return inputBytes * 1_000_000 + TokenEstimates.UNLIMITED_COMPLETION * 2_000_000;
    }

    private static String body(String model, boolean stream) {
        return ChatClient.request(model, "Hello").put("stream", stream).encode();
    }

    private static String inShort(AttemptRecord row) {
        return row.outcome() + " " + row.costSource().name().toLowerCase(Locale.ROOT);
    }

    private void responses(String reply) {
        switch (reply) {
            case "whole" ->
                response.get()
                        .complete(new ProviderReply.Complete(
                                200, "application/json", ByteSlice.of(LATE_TEXT), USED, List.of(), null, null));
            case "streaming" -> context.runOnContext(v -> streams());
            case "failed, and billed" ->
                response.get().complete(new ProviderReply.Failed(CANCELLED, false, USED, false));
            default -> response.get().complete(ProviderReply.Failed.of(CANCELLED));
        }
    }

    /** More bytes than the stream's window: it ends only if they are consumed. */
    private void streams() {
        AtomicReference<CreditStream> stream = new AtomicReference<>();
        stream.set(new CreditStream(
                context, call.get().consumer(), () -> stream.get().end(new StreamEnd.Complete(USED))));
        byte[] events = ("data: " + LATE_TEXT + "\n\n")
                .repeat(CreditStream.WINDOW / LATE_TEXT.length())
                .getBytes(US_ASCII);
        response.get().complete(new ProviderReply.Streaming(stream.get(), List.of(), null));
        assertThat(stream.get().offer(ByteSlice.of(events))).isFalse();
    }
}
