package dev.sluice.provider.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.bus.CallPolicy;
import dev.sluice.bus.CancelSignal;
import dev.sluice.bus.ProviderReply;
import dev.sluice.model.CancelCause;
import dev.sluice.model.Deadline;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.StreamEnd;
import dev.sluice.provider.DirectProvider;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A call at a provider that serves one at a time waits, and leaves the queue once at every end. */
class QueuedCallTest {

    private static final String STREAM = """
        data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}

        data: [DONE]

        """;

    private final Vertx vertx = Vertx.vertx();
    private final List<HttpServerRequest> received = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private DirectProvider provider;

    @BeforeEach
    void start() {
        server = RunningSluice.await(
                vertx.createHttpServer().requestHandler(received::add).listen(0, "127.0.0.1"));
    }

    @AfterEach
    void stop() {
        provider.close();
        RunningSluice.await(vertx.close());
    }

    @Test
    void aWaitingCallIsServedWhenTheOneBeforeItHasEnded() {
        limit("1m");
        Future<DirectProvider.Outcome> first = ask(new CancelSignal(), 60_000);
        await().until(() -> received.size() == 1);
        Future<DirectProvider.Outcome> second = ask(new CancelSignal(), 60_000);
        await().until(() -> provider.state().limiter().waiting() == 1);

        respond(0);

        assertThat(RunningSluice.await(first).end()).isInstanceOf(StreamEnd.Complete.class);
        await().until(() -> received.size() == 2);
        respond(1);
        assertThat(RunningSluice.await(second).end()).isInstanceOf(StreamEnd.Complete.class);
        awaitIdle();
    }

    @Test
    void aCancelledCallLeavesTheQueueAndIsNotSent() {
        limit("1m");
        ask(new CancelSignal(), 60_000);
        await().until(() -> received.size() == 1);
        CancelSignal cancel = new CancelSignal();
        Future<DirectProvider.Outcome> waiting = ask(cancel, 60_000);
        await().until(() -> provider.state().limiter().waiting() == 1);

        cancel.fire(CancelCause.CLIENT_GONE);

        assertThat(error(waiting).message()).startsWith("cancelled: ");
        assertThat(provider.state().limiter().waiting()).isZero();
        respond(0);
        awaitIdle();
        assertThat(received).hasSize(1);
    }

    @Test
    void aCallCancelledBeforeItWaitsIsNotSent() {
        limit("1m");
        ask(new CancelSignal(), 60_000);
        await().until(() -> received.size() == 1);
        CancelSignal cancel = new CancelSignal();
        cancel.fire(CancelCause.CLIENT_GONE);

        assertThat(error(ask(cancel, 60_000)).message()).startsWith("cancelled: ");
        assertThat(provider.state().limiter().waiting()).isZero();
    }

    @Test
    void theDeadlineOfTheRequestEndsTheWait() {
        limit("1m");
        ask(new CancelSignal(), 60_000);
        await().until(() -> received.size() == 1);

        GatewayError error = error(ask(new CancelSignal(), 100));

        assertThat(error.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(error.message()).contains("waited in the queue of provider up");
        assertThat(provider.state().limiter().waiting()).isZero();
    }

    @Test
    void theLongestWaitEndsInARejection() {
        limit("50ms");
        ask(new CancelSignal(), 60_000);
        await().until(() -> received.size() == 1);

        GatewayError error = error(ask(new CancelSignal(), 60_000));

        assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(error.code()).isEqualTo("saturated");
        assertThat(provider.state().limiter().waiting()).isZero();
    }

    @Test
    void aFailedAttemptReleasesItsPermit() {
        limit("1m");
        for (int i = 0; i < 3; i++) {
            Future<DirectProvider.Outcome> call = ask(new CancelSignal(), 60_000);
            int number = i;
            await().until(() -> received.size() == number + 1);
            received.get(number).response().setStatusCode(500).end();

            assertThat(error(call).kind()).isEqualTo(Kind.UPSTREAM);
        }
        awaitIdle();
    }

    /** A request without an id breaks the attempt inside Sluice. */
    @Test
    void anAttemptThatBreaksInsideSluiceReleasesItsPermit() {
        limit("1m");
        Future<DirectProvider.Outcome> broken =
                provider.call(null, "m", CallPolicy.PLAIN, new CancelSignal(), Deadline.inMillis(60_000));
        await().until(broken::isComplete);

        assertThat(broken.failed()).isTrue();
        awaitIdle();
    }

    private void limit(String maxWait) {
        provider = new DirectProvider(
                "http://127.0.0.1:" + server.actualPort() + "/v1",
                ", limits: { concurrency: 1 }, concurrency: { queue: 5, max_wait: " + maxWait + " }");
    }

    private Future<DirectProvider.Outcome> ask(CancelSignal cancel, long deadlineMillis) {
        return provider.call("test", "m", CallPolicy.PLAIN, cancel, Deadline.inMillis(deadlineMillis));
    }

    private void respond(int request) {
        received.get(request)
                .response()
                .putHeader("content-type", "text/event-stream")
                .end(STREAM);
    }

    private static GatewayError error(Future<DirectProvider.Outcome> call) {
        ProviderReply reply = RunningSluice.await(call).reply();
        return ((ProviderReply.Failed) reply).error();
    }

    private void awaitIdle() {
        await().until(() ->
                provider.state().limiter().running() == 0 && provider.state().inFlight() == 0);
    }
}
