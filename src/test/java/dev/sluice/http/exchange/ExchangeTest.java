package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.bus.Address;
import dev.sluice.bus.Bus;
import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Principal;
import dev.sluice.model.RequestContext;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Usage;
import dev.sluice.stream.CreditStream;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each transition of {@link ExchangeState}, with providers that reply when the test says so. */
class ExchangeTest {

    private static final Usage USED = new Usage(3, 5, 0, 0, 0, Usage.NO_COST, true);
    private static final ByteSlice HELLO = ByteSlice.of(
            "data:"
                + " {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hello\"},\"finish_reason\":null}]}\n\n");

    /** A call that a provider has received. */
    private record Received(String provider, ProviderCall call, Promise<ProviderReply> reply) {}

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final FakeHttp http = new FakeHttp();
    private Vertx vertx;
    private Context loop;
    private FakeListener listener;
    private Exchange exchange;
    private RequestContext context;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        Bus.prepare(vertx);
        loop = vertx.getOrCreateContext();
        onLoop(() -> {
            Bus bus = new Bus(vertx);
            for (String provider : List.of("a", "b", "limited")) {
                bus.serve(Address.provider(provider, 1), call -> {
                    Promise<ProviderReply> reply = Promise.promise();
                    received.add(new Received(provider, call, reply));
                    return reply.future();
                });
            }
            listener = new FakeListener(vertx, bus);
            openFor(Principal.OPEN);
            return null;
        });
    }

    @AfterEach
    void close() {
        listener.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aWholeResponseEndsTheExchange() {
        start("one", false);
        assertThat(state()).isEqualTo(ExchangeState.ATTEMPTING);

        reply(next("a"), whole("{\"ok\":true}"));

        awaitState(ExchangeState.ENDED);
        assertThat(http.body).hasToString("{\"ok\":true}");
        assertThat(http.headers.get("x-sluice-provider")).isEqualTo("a");
        assertThat(records()).extracting(AttemptRecord::outcome).containsExactly("ok");
    }

    @Test
    void aStreamPassesAndItsEndEndsTheExchange() {
        start("one", true);
        CreditStream stream = stream();
        reply(next("a"), new ProviderReply.Streaming(stream, List.of(), null));
        awaitState(ExchangeState.STREAMING);

        offer(stream, HELLO);
        end(stream, new StreamEnd.Complete(USED));

        awaitState(ExchangeState.ENDED);
        assertThat(http.body).hasToString(HELLO.toText());
        assertThat(listener.metrics).containsSubsequence("streamOpened", "streamClosed");
        assertThat(records()).extracting(AttemptRecord::outcome).containsExactly("ok");
    }

    @Test
    void aFailureIsFollowedByTheNextTargetAtOnce() {
        start("two", false);

        reply(next("a"), failed(Kind.UPSTREAM, -1));
        Received second = next("b");

        assertThat(state()).isEqualTo(ExchangeState.ATTEMPTING);
        reply(second, whole("{}"));
        awaitState(ExchangeState.ENDED);
        assertThat(records()).extracting(AttemptRecord::outcome).containsExactly("failed", "ok");
        assertThat(http.headers.get("x-sluice-attempts")).isEqualTo("2");
    }

    @Test
    void theLastFailureIsTheResponse() {
        start("two", false);

        reply(next("a"), failed(Kind.MODEL_NOT_FOUND, -1));
        reply(next("b"), failed(Kind.CONTENT_FILTER, -1));

        awaitState(ExchangeState.ENDED);
        assertThat(http.status).isEqualTo(400);
        assertThat(http.body.toString()).contains("content_filter");
    }

    @Test
    void aRetryThatMustWaitIsSentWhenTheTimerFires() {
        start("one", false);
        reply(next("a"), failed(Kind.RATE_LIMITED, 1));

        Received retry = next("a");

        assertThat(state()).isEqualTo(ExchangeState.ATTEMPTING);
        reply(retry, whole("{}"));
        awaitState(ExchangeState.ENDED);
        assertThat(http.status).isEqualTo(200);
    }

    @Test
    void aWaitThatIsCancelledEndsAtOnceAndSendsNothing() {
        start("one", false);
        reply(next("a"), failed(Kind.RATE_LIMITED, 60_000));
        awaitState(ExchangeState.WAITING_TO_RETRY);

        cancel(CancelCause.DRAIN);

        assertThat(state()).isEqualTo(ExchangeState.ENDED);
        assertThat(http.status).isEqualTo(503);
        assertThat(http.body.toString()).contains("draining");
        assertThat(received).isEmpty();
    }

    @Test
    void anAttemptThatIsCancelledEndsTheExchangeWhenItHasReported() {
        start("one", false);
        Received call = next("a");
        AtomicReference<CancelCause> signal = listen(call);

        cancel(CancelCause.CLIENT_GONE);
        assertThat(state()).isEqualTo(ExchangeState.CANCELLING);
        await().until(() -> signal.get() == CancelCause.CLIENT_GONE);
        reply(call, failed(Kind.UPSTREAM, -1));

        awaitState(ExchangeState.ENDED);
        assertThat(records()).extracting(AttemptRecord::outcome).containsExactly("cancelled");
        assertThat(records()).extracting(AttemptRecord::status).containsExactly(499);
    }

    @Test
    void aStreamThatIsCancelledEndsTheExchangeWhenItEnds() {
        start("one", true);
        CreditStream stream = stream();
        Received call = next("a");
        AtomicReference<CancelCause> signal = listen(call);
        reply(call, new ProviderReply.Streaming(stream, List.of(), null));
        awaitState(ExchangeState.STREAMING);

        cancel(CancelCause.DRAIN);
        assertThat(state()).isEqualTo(ExchangeState.CANCELLING);
        await().until(() -> signal.get() == CancelCause.DRAIN);
        end(stream, new StreamEnd.Cancelled(CancelCause.DRAIN, Usage.UNKNOWN));

        awaitState(ExchangeState.ENDED);
        assertThat(http.body.toString()).contains("draining");
        assertThat(records()).extracting(AttemptRecord::outcome).containsExactly("cancelled");
    }

    @Test
    void nothingIsSentForARequestThatWasCancelledBeforeItsStart() {
        cancel(CancelCause.CLIENT_GONE);
        start("one", false);

        assertThat(state()).isEqualTo(ExchangeState.ENDED);
        assertThat(context.attempts).isZero();
        assertThat(received).isEmpty();
    }

    @Test
    void aRequestThatItsLimitsRefuseEndsWithoutAnAttempt() {
        Principal caller = FakeListener.callerWithRpm(1);
        onLoop(() -> openFor(caller));
        start("one", false);
        reply(next("a"), whole("{}"));
        awaitState(ExchangeState.ENDED);
        FakeHttp second = new FakeHttp();
        onLoop(() -> openFor(caller, second));

        start("one", false);

        assertThat(state()).isEqualTo(ExchangeState.ENDED);
        assertThat(second.status).isEqualTo(429);
        assertThat(context.attempts).isZero();
        assertThat(listener.metrics).contains("refused key rate_limit_exceeded");
    }

    @Test
    void aHedgeThatRespondsFirstCancelsTheSlowAttempt() {
        start("hedged", false);
        Received slow = next("a");
        AtomicReference<CancelCause> signal = listen(slow);
        Received hedge = next("b");

        reply(hedge, whole("{\"from\":\"b\"}"));
        awaitState(ExchangeState.ENDED);
        await().until(() -> signal.get() == CancelCause.HEDGED);
        reply(slow, whole("{\"from\":\"a\"}"));

        await().until(() -> records().size() == 2);
        assertThat(http.body).hasToString("{\"from\":\"b\"}");
        assertThat(records()).extracting(AttemptRecord::outcome).containsExactly("ok", "cancelled");
    }

    @Test
    void aCutStreamIsResumedByTheNextTarget() {
        start("resumed", true);
        CreditStream first = stream();
        reply(next("a"), new ProviderReply.Streaming(first, List.of(), null));
        offer(first, HELLO);
        end(first, cut());

        Received resumption = next("b");

        assertThat(state()).isEqualTo(ExchangeState.ATTEMPTING);
        assertThat(resumption.call().request().body().toText()).contains("Hello");
    }

    @Test
    void aCutStreamThatNoTargetResumesEndsWithItsFirstFailure() {
        start("resumed", true);
        CreditStream first = stream();
        reply(next("a"), new ProviderReply.Streaming(first, List.of(), null));
        offer(first, HELLO);
        end(first, cut());

        reply(next("b"), failed(Kind.MODEL_NOT_FOUND, -1));
        respondToRetries();

        awaitState(ExchangeState.ENDED);
        assertThat(http.body.toString()).startsWith(HELLO.toText()).contains("the stream was cut");
        assertThat(http.body.toString()).doesNotContain("[DONE]", "model_not_found");
    }

    @Test
    void aRefusedFirstTargetIsSkippedForTheNext() {
        onLoop(() -> listener.quota.admitProvider("limited", QuotaReservationTest.request()));

        start("full", false);

        reply(next("b"), whole("{}"));
        awaitState(ExchangeState.ENDED);
        assertThat(context.attempts).isEqualTo(1);
        assertThat(http.status).isEqualTo(200);
    }

    /** The first target may be retried out of its budget: it fails for good. */
    private void respondToRetries() {
        while (state() != ExchangeState.ENDED) {
            try {
                Received retry = received.poll(50, TimeUnit.MILLISECONDS);
                if (retry != null) {
                    reply(retry, failed(Kind.MODEL_NOT_FOUND, -1));
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private Void openFor(Principal principal) {
        return openFor(principal, http);
    }

    private Void openFor(Principal principal, FakeHttp http) {
        context = FakeListener.requestContext(principal);
        ResponseWriter writer = new ResponseWriter(http.request, context, listener.context);
        exchange = new Exchange(listener.context, listener.snapshot, context, writer, loop);
        return null;
    }

    private void start(String model, boolean stream) {
        onLoop(() -> {
            exchange.start(FakeListener.chat(stream), listener.plan(model), http.requestHeaders::get);
            return null;
        });
    }

    private void cancel(CancelCause cause) {
        onLoop(() -> {
            exchange.cancel(cause);
            return null;
        });
    }

    private ExchangeState state() {
        return onLoop(() -> exchange.state);
    }

    private List<AttemptRecord> records() {
        return onLoop(() -> List.copyOf(listener.records));
    }

    private void awaitState(ExchangeState state) {
        await().until(this::state, state::equals);
    }

    private Received next(String provider) {
        try {
            Received call = received.poll(10, TimeUnit.SECONDS);
            assertThat(call).as("call of provider " + provider).isNotNull();
            assertThat(call.provider()).isEqualTo(provider);
            return call;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void reply(Received call, ProviderReply reply) {
        onLoop(() -> call.reply().tryComplete(reply));
    }

    private AtomicReference<CancelCause> listen(Received call) {
        AtomicReference<CancelCause> cause = new AtomicReference<>();
        onLoop(() -> {
            call.call().cancel().listen(loop, cause::set);
            return null;
        });
        return cause;
    }

    private CreditStream stream() {
        return onLoop(() -> new CreditStream(loop, loop, () -> {}));
    }

    private void offer(CreditStream stream, ByteSlice bytes) {
        onLoop(() -> stream.offer(bytes));
    }

    private void end(CreditStream stream, StreamEnd end) {
        onLoop(() -> {
            stream.end(end);
            return null;
        });
    }

    private static ProviderReply whole(String body) {
        return new ProviderReply.Complete(200, "application/json", ByteSlice.of(body), USED, List.of(), null, null);
    }

    private static ProviderReply failed(Kind kind, long retryAfter) {
        return ProviderReply.Failed.of(GatewayError.of(kind, "no luck").withRetryAfter(retryAfter));
    }

    private static StreamEnd cut() {
        return new StreamEnd.Failed(GatewayError.of(Kind.TRUNCATED, "the stream was cut"), Usage.UNKNOWN);
    }

    private <T> T onLoop(Supplier<T> action) {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.runOnContext(v -> {
            try {
                done.complete(action.get());
            } catch (Throwable failure) {
                done.completeExceptionally(failure);
            }
        });
        return done.orTimeout(10, TimeUnit.SECONDS).join();
    }
}
