package dev.sluice.http.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.auth.ApiKeyHandler;
import dev.sluice.auth.TestKeys;
import dev.sluice.bus.Address;
import dev.sluice.bus.Bus;
import dev.sluice.bus.SocketCall;
import dev.sluice.bus.SocketReply;
import dev.sluice.config.AuthConfig;
import dev.sluice.http.exchange.FakeHttp;
import dev.sluice.http.exchange.FakeListener;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import dev.sluice.model.Relay;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a session finds its target, what it records of each attempt, and that it releases what it holds at every end. */
class RealtimeSessionTest {

    private static final AuthConfig OPEN = TestKeys.open();
    private static final ApiKeyHandler KEYS = new ApiKeyHandler(TestKeys.identity(() -> OPEN));

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final FakeHttp http = new FakeHttp();
    private final FakeSocket client = new FakeSocket();
    private final FakeSocket provider = new FakeSocket();
    private final List<String> called = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private FakeListener listener;
    private RequestContext context;
    private SocketReply replyOfA;
    private SocketReply replyOfB;
    private int snapshotsReleased;

    @BeforeEach
    void start() {
        Bus.prepare(vertx);
        listener = on(() -> {
            Bus bus = new Bus(vertx);
            bus.serve(Address.socket("a", 1), call -> reply("a", call, replyOfA));
            bus.serve(Address.socket("b", 1), call -> reply("b", call, replyOfB));
            return new FakeListener(vertx, bus);
        });
        replyOfA = open();
        http.upgraded = client.socket;
    }

    @AfterEach
    void stop() {
        listener.close();
        RunningSluice.await(vertx.close());
    }

    @Test
    void aSessionIsOneRecordWithTheUsageOfAllItsResponses() {
        connect("two");
        receive(usage("11", "5"), usage("2", "1"));

        end();

        AttemptRecord row = listener.records.getFirst();
        assertThat(listener.records).hasSize(1);
        assertThat(row.outcome()).isEqualTo("ok");
        assertThat(row.status()).isEqualTo(101);
        assertThat(row.surface()).isEqualTo("realtime");
        assertThat(row.usage().promptTokens()).isEqualTo(13);
        assertThat(row.costNanoUsd()).isEqualTo(13 * 2_000 + 6 * 8_000);
        assertThat(context.usage.promptTokens()).as("counted once").isEqualTo(13);
        assertNothingIsHeld();
    }

    /** A negative count must not repay what the session has used, and a huge one must not spend the caller's budget. */
    @Test
    void impossibleCountsOfAResponseAreEstimatedAndThoseOfOthersKept() {
        connect("one");
        receive(
                usage("3", "4"),
                usage("-5000000000", "-9223372036854775808"),
                usage("9223372036854775807", "1e18"),
                usage("\"many\"", "null"),
                usage("10", "20"));

        end();

        AttemptRecord row = listener.records.getFirst();
        long prompt = row.usage().promptTokens();
        long completion = row.usage().completionTokens();
        assertThat(prompt).isBetween(13L + 2, 13L + 20);
        assertThat(completion).isBetween(24L + 2, 24L + 20);
        assertThat(row.costNanoUsd()).isEqualTo(prompt * 2_000 + completion * 8_000);
        assertThat(context.usage).isEqualTo(row.usage());
    }

    @Test
    void theNextTargetIsConnectedWhenTheFirstFails() {
        replyOfA = failed(Kind.UNAVAILABLE, "a is full");
        replyOfB = open();
        connect("two");

        end();

        assertThat(called).containsExactly("a/m", "b/m");
        assertThat(listener.records).extracting(AttemptRecord::provider).containsExactly("a", "b");
        assertThat(listener.records).extracting(AttemptRecord::outcome).containsExactly("failed", "ok");
        assertThat(listener.records).extracting(AttemptRecord::status).containsExactly(503, 101);
        assertNothingIsHeld();
    }

    @Test
    void theLastFailureIsReportedWhenNoTargetAccepts() {
        replyOfA = failed(Kind.UNAVAILABLE, "a is full");
        replyOfB = failed(Kind.UPSTREAM, "b is broken");

        connect("two");

        await().until(() -> on(() -> failures.size() == 1));
        assertThat(((GatewayException) failures.getFirst()).error().message()).isEqualTo("b is broken");
        assertThat(listener.records).extracting(AttemptRecord::outcome).containsExactly("failed", "failed");
        assertNothingIsHeld();
    }

    @Test
    void aRequestThatNoTargetCanServeIsTriedOnce() {
        replyOfA = failed(Kind.INVALID_REQUEST, "no such voice");
        replyOfB = open();

        connect("two");

        await().until(() -> on(() -> failures.size() == 1));
        assertThat(called).containsExactly("a/m");
    }

    @Test
    void aClientThatIsGoneIsConnectedToNoOtherTarget() {
        replyOfA = failed(Kind.UNAVAILABLE, "a is full");
        replyOfB = open();
        http.closed = true;

        connect("two");

        await().until(() -> on(() -> failures.size() == 1));
        assertThat(called).containsExactly("a/m");
        assertNothingIsHeld();
    }

    @Test
    void aFailedUpgradeOfTheClientClosesTheProvidersSocket() {
        http.upgraded = null;

        connect("one");

        await().until(() -> on(() -> failures.size() == 1 && provider.closeSent != null));
        assertThat(listener.records).extracting(AttemptRecord::outcome).containsExactly("cancelled");
        assertThat(listener.records).extracting(AttemptRecord::costNanoUsd).containsExactly(0L);
        assertNothingIsHeld();
    }

    @Test
    void aCallersLimitRefusesTheSessionBeforeAnyCall() {
        Principal once = FakeListener.callerWithRpm(1);
        connect("one", once);
        end();

        assertThatThrownBy(() -> connect("one", once))
                .rootCause()
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        refused -> assertThat(refused.error().code()).isEqualTo("rate_limit_exceeded"));
        assertThat(http.headers.get("x-ratelimit-limit-requests")).isEqualTo("1");
        assertThat(called).hasSize(1);
    }

    private SocketReply open() {
        return new SocketReply.Open(provider.socket, loop, () -> {});
    }

    private static SocketReply failed(Kind kind, String message) {
        return new SocketReply.Failed(GatewayError.of(kind, message));
    }

    private Future<SocketReply> reply(String name, SocketCall call, SocketReply reply) {
        called.add(name + "/" + call.model());
        return Future.succeededFuture(reply);
    }

    private void connect(String route) {
        connect(route, Principal.OPEN);
    }

    private void connect(String route, Principal caller) {
        on(() -> {
            context = FakeListener.requestContext(caller);
            context.surface = Surface.REALTIME;
            ClientRequest request = ClientRequest.relayed(
                    Surface.REALTIME, route, ByteSlice.EMPTY, new Relay("GET", "", null, null, false));
            ConfigSnapshot snapshot =
                    new ConfigSnapshot(listener.snapshot.config(), "test", listener.snapshot.routes()) {
                        @Override
                        public void release() {
                            snapshotsReleased++;
                        }
                    };
            new RealtimeSession(
                            listener.context, vertx, KEYS, routing(), snapshot, context, request, listener.plan(route))
                    .open(new SocketCall("req-1", null, name -> null, List.of()));
            return null;
        });
    }

    private RoutingContext routing() {
        return FakeHttp.fake(RoutingContext.class, (proxy, method, args) -> switch (method.getName()) {
            case "request" -> http.request;
            case "response" -> http.response;
            case "fail" -> {
                failures.add((Throwable) args[args.length - 1]);
                yield null;
            }
            default -> throw new UnsupportedOperationException("routing." + method.getName());
        });
    }

    /** The provider sends messages; the client takes them. */
    private void receive(String... messages) {
        await().until(() -> on(() -> provider.demand == 1));
        for (String message : messages) {
            on(() -> {
                provider.receive(message);
                return null;
            });
        }
        await().until(() -> on(() -> client.texts().size() == messages.length));
    }

    private void end() {
        await().until(() -> on(() -> client.demand == 1));
        on(() -> {
            client.receiveClose(1000, null);
            return null;
        });
        await().until(() -> on(() -> snapshotsReleased == 1));
    }

    private void assertNothingIsHeld() {
        assertThat(snapshotsReleased).isOne();
        assertThat(listener.lifecycle.openExchanges()).isZero();
        assertThat(listener.quota.openReservations()).isZero();
        assertThat(context.attemptsOpen).isZero();
    }

    private static String usage(String input, String output) {
        return "{\"type\":\"response.done\",\"response\":{\"usage\":{\"input_tokens\":" + input + ",\"output_tokens\":"
                + output + "}}}";
    }

    private <T> T on(Callable<T> action) {
        Promise<T> result = Promise.promise();
        loop.runOnContext(v -> {
            try {
                result.complete(action.call());
            } catch (Exception failure) {
                result.fail(failure);
            }
        });
        return RunningSluice.await(result.future());
    }
}
