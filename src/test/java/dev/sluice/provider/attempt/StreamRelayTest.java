package dev.sluice.provider.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.bus.CallPolicy;
import dev.sluice.bus.CancelSignal;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.Deadline;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Usage;
import dev.sluice.protocol.spi.StreamReader;
import dev.sluice.provider.DirectProvider;
import dev.sluice.stream.AttemptTimeouts;
import dev.sluice.stream.CreditStream;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the client receives of a stream, how the stream ends, and what a client that does not read stops. */
class StreamRelayTest {

    private static final String FINISH = chunk("\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]");
    /** Hidden from the client, which has not asked for it. */
    private static final String USAGE =
            chunk("\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":7,\"total_tokens\":12}");

    private static final Usage USED = new Usage(5, 7, 0, 0, true);
    private static final String DONE = "data: [DONE]\n\n";

    private static final BlockingQueue<HttpServerResponse> responses = new LinkedBlockingQueue<>();
    private static volatile Consumer<HttpServerResponse> onRequest = response -> {};
    private static Vertx vertx;
    private static DirectProvider provider;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        HttpServer server = RunningSluice.await(vertx.createHttpServer()
                .requestHandler(request -> {
                    HttpServerResponse response =
                            request.response().setChunked(true).putHeader("content-type", "text/event-stream");
                    responses.add(response);
                    onRequest.accept(response);
                })
                .listen(0, "127.0.0.1"));
        provider =
                new DirectProvider("http://127.0.0.1:" + server.actualPort() + "/v1", ", breaker: { min_calls: 1000 }");
    }

    @AfterAll
    static void stop() {
        provider.close();
        RunningSluice.await(vertx.close());
    }

    @AfterEach
    void nothingRuns() {
        onRequest = response -> {};
        responses.clear();
        await().until(() -> provider.state().inFlight() == 0);
    }

    /** The response itself may end later. */
    @Test
    void aStreamIsCompleteAtItsMarker() {
        Future<DirectProvider.Outcome> call = call();
        next().write(text("Hi") + FINISH + USAGE + DONE);

        DirectProvider.Outcome outcome = RunningSluice.await(call);

        assertThat(outcome.end()).isEqualTo(new StreamEnd.Complete(USED));
        assertThat(outcome.bytes()).isEqualTo(text("Hi") + FINISH + DONE);
    }

    @Test
    void aMissingMarkerIsAddedWhenTheResponseEndsFinished() {
        Future<DirectProvider.Outcome> call = call();
        next().end(text("Hi") + FINISH);

        DirectProvider.Outcome outcome = RunningSluice.await(call);

        assertThat(outcome.end()).isInstanceOf(StreamEnd.Complete.class);
        assertThat(outcome.bytes()).isEqualTo(text("Hi") + FINISH + DONE);
    }

    @Test
    void aMissingMarkerIsAddedWhenAFinishedProviderIsSilent() {
        Future<DirectProvider.Outcome> call = call();
        next().write(text("Hi") + FINISH + USAGE);

        DirectProvider.Outcome outcome = RunningSluice.await(call);

        assertThat(outcome.end()).isEqualTo(new StreamEnd.Complete(USED));
        assertThat(outcome.bytes()).endsWith(FINISH + DONE);
    }

    @Test
    void aResponseThatEndsUnfinishedIsTruncatedAndItsEventsAreCounted() {
        Future<DirectProvider.Outcome> call = call();
        next().end(text("one") + text("two") + text("three"));

        StreamEnd.Failed end = (StreamEnd.Failed) RunningSluice.await(call).end();

        assertThat(end.error().kind()).isEqualTo(Kind.TRUNCATED);
        assertThat(end.usage().completionTokens()).isEqualTo(3);
        assertThat(end.usage().known()).isFalse();
    }

    @Test
    void aConnectionLostInTheStreamFailsTheStream() {
        responseWhenAsked(response -> response.write(text("Hi")));
        Reader reader = new Reader(new CancelSignal());

        next().reset();

        GatewayError error = ((StreamEnd.Failed) reader.end()).error();
        assertThat(error.kind()).isEqualTo(Kind.TRUNCATED);
        assertThat(error.message()).contains("in the middle of the stream");
    }

    @Test
    void aConnectionLostBeforeTheFirstEventFailsTheAttempt() {
        Future<DirectProvider.Outcome> call = call();
        HttpServerResponse response = next();
        response.writeHead().onComplete(written -> response.reset());

        GatewayError error = RunningSluice.await(call).failure().error();

        assertThat(error.otherTargetMayServe()).isTrue();
    }

    @Test
    void aSilentProviderIsCutAfterTheIdleTime() {
        CallPolicy idle = new CallPolicy(new AttemptTimeouts(0, 0, 100, 0), null, 5, false);
        Future<DirectProvider.Outcome> call = call(idle, new CancelSignal());
        next().write(text("Hi"));

        StreamEnd.Failed end = (StreamEnd.Failed) RunningSluice.await(call).end();

        assertThat(end.error().kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(end.error().message()).contains("timeouts.idle of 100ms");
    }

    @Test
    void aCancelledStreamEndsWithItsUsageAndTheProviderIsReset() {
        AtomicBoolean reset = new AtomicBoolean();
        responseWhenAsked(
                response -> response.closeHandler(closed -> reset.set(true)).write(text("one") + text("two")));
        CancelSignal cancel = new CancelSignal();
        Reader reader = new Reader(cancel);
        await().until(() -> reader.bytes().endsWith(text("two")));

        cancel.fire(CancelCause.CLIENT_GONE);

        assertThat(reader.end())
                .isEqualTo(new StreamEnd.Cancelled(CancelCause.CLIENT_GONE, new Usage(0, 2, 0, 0, false)));
        await().until(reset::get);
    }

    /** The provider's connection is not read while the client's window is full; other calls go on. */
    @Test
    void aClientThatDoesNotReadPausesTheProvider() {
        String body = text("x".repeat(1_000)).repeat(4_000) + FINISH + DONE;
        responseWhenAsked(response -> response.end(body));
        Reader slow = new Reader(new CancelSignal());
        next();
        await().until(() -> slow.length() >= CreditStream.WINDOW);

        responseWhenAsked(response -> response.end(body));
        assertThat(RunningSluice.await(call()).bytes()).hasSameSizeAs(body);
        next();
        assertThat(slow.length()).isLessThan(2 * CreditStream.WINDOW);

        slow.acknowledge();
        assertThat(slow.end()).isInstanceOf(StreamEnd.Complete.class);
        assertThat(slow.bytes().equals(body)).isTrue();
    }

    /** A worker thread reads the large event. What arrives meanwhile waits for it. */
    @Test
    void eventsAfterALargeOneKeepTheirOrder() {
        String large = text("y".repeat(2 * StreamReader.LARGE));
        Future<DirectProvider.Outcome> call = call();
        HttpServerResponse response = next();
        response.write(text("first") + large);
        response.write(text("second"));
        response.write(FINISH + USAGE);
        response.end(DONE);

        DirectProvider.Outcome outcome = RunningSluice.await(call);

        // Not isEqualTo, which would print both.
        assertThat(outcome.bytes().equals(text("first") + large + text("second") + FINISH + DONE))
                .isTrue();
        assertThat(outcome.end()).isEqualTo(new StreamEnd.Complete(USED));
    }

    private static Future<DirectProvider.Outcome> call() {
        return call(CallPolicy.PLAIN, new CancelSignal());
    }

    private static Future<DirectProvider.Outcome> call(CallPolicy policy, CancelSignal cancel) {
        return provider.call("test", "m", policy, cancel, Deadline.inMillis(10_000));
    }

    /** The response to the next request, which the test need not await. */
    private static void responseWhenAsked(Consumer<HttpServerResponse> action) {
        onRequest = action;
    }

    private static HttpServerResponse next() {
        try {
            HttpServerResponse response = responses.poll(10, TimeUnit.SECONDS);
            assertThat(response).as("a request").isNotNull();
            return response;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(String content) {
        return chunk("\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + content + "\"},\"finish_reason\":null}]");
    }

    private static String chunk(String members) {
        return "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\"," + members
                + "}\n\n";
    }

    /** A client that acknowledges nothing until the test says so. */
    private static final class Reader implements CreditStream.Sink {

        private final CompletableFuture<StreamEnd> end = new CompletableFuture<>();
        private final List<String> batches = new CopyOnWriteArrayList<>();
        private final CreditStream stream;
        private boolean acknowledging;
        private int unacknowledged;

        Reader(CancelSignal cancel) {
            stream = provider.stream(cancel);
            provider.onCaller(() -> stream.start(this));
        }

        @Override
        public void accept(ByteSlice batch, StreamEnd last) {
            if (batch != null) {
                batches.add(batch.toText());
                unacknowledged += batch.length();
                if (acknowledging) {
                    takeAll();
                }
            }
            if (last != null) {
                end.complete(last);
            }
        }

        void acknowledge() {
            provider.onCaller(() -> {
                acknowledging = true;
                takeAll();
            });
        }

        int length() {
            return bytes().length();
        }

        String bytes() {
            return String.join("", batches);
        }

        StreamEnd end() {
            return end.orTimeout(10, TimeUnit.SECONDS).join();
        }

        private void takeAll() {
            int taken = unacknowledged;
            unacknowledged = 0;
            stream.consumed(taken);
        }
    }
}
