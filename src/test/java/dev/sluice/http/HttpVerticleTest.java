package dev.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The lifecycle of the listener: it binds when deployed, drains, closes open requests, and frees its port when
 * undeployed.
 */
class HttpVerticleTest {

    private static final int SILENCE = 20_000;
    private static final String CHAT =
            "{\"model\":\"one\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello there\"}]}";

    private final RunningListener listener = RunningListener.open();
    private final Queue<ProviderCall> calls = new ConcurrentLinkedQueue<>();
    private final Queue<CancelCause> cancelled = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        listener.close();
    }

    @Test
    void theListenerServesOnThePortThatItBound() throws IOException {
        assertThat(listener.verticle.port()).isPositive();
        assertThat(listener.exchange("GET", "/livez"))
                .startsWith("HTTP/1.1 200")
                .endsWith("ok\n");
    }

    @Test
    void aRequestThatTheEdgeRefusesIsInTheAccessLog() throws IOException {
        assertThat(listener.exchange("TRACE", "/livez", "x-request-id: traced-1"))
                .startsWith("HTTP/1.1 405");

        listener.close();

        assertThat(listener.accessLines()).contains("method_not_allowed", "TRACE");
    }

    @Test
    void aDrainClosesIdleConnections() throws IOException {
        try (RawClient client = listener.connect()) {
            client.send("GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n").readUntil(1, "ok\n");

            listener.verticle.drain();

            assertThat(client.read(SILENCE).end()).isEqualTo(RawClient.End.CLOSED);
        }
    }

    @Test
    void aDrainLeavesARunningRequest() throws IOException {
        holdProviderCalls();
        try (RawClient client = listener.connect();
                RawClient idle = listener.connect()) {
            client.post("/v1/chat/completions", CHAT);
            idle.send("GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n").readUntil(1, "ok\n");
            await().until(() -> calls.size() == 1);

            listener.verticle.drain();
            assertThat(idle.read(SILENCE).end()).isEqualTo(RawClient.End.CLOSED);

            assertThat(listener.lifecycle.openExchanges()).isEqualTo(1);
            assertThat(cancelled).isEmpty();
        }
    }

    @Test
    void aCutOffCancelsTheAttemptAndTheClientGetsAnError() throws IOException {
        holdProviderCalls();
        try (RawClient client = listener.connect()) {
            client.post("/v1/chat/completions", CHAT, "connection: close");
            await().until(() -> calls.size() == 1);

            listener.verticle.cutOff();

            RawClient.Received heard = client.read(SILENCE);
            assertThat(heard.text()).startsWith("HTTP/1.1 503").contains("\"code\":\"draining\"");
        }
        await().untilAsserted(() -> assertThat(cancelled).containsExactly(CancelCause.DRAIN));
        await().until(() -> listener.lifecycle.openExchanges() == 0);
    }

    @Test
    void anUndeployedListenerAcceptsNoConnections() throws IOException {
        int port = listener.verticle.port();

        RunningSluice.await(listener.vertx.undeploy(listener.verticle.deploymentID()));

        assertThatThrownBy(() -> RawClient.connect(port)).isInstanceOf(IOException.class);
    }

    /** A provider that holds its calls until they are cancelled. */
    private void holdProviderCalls() {
        listener.serve("a", call -> {
            calls.add(call);
            Promise<ProviderReply> reply = Promise.promise();
            call.cancel().listen(Vertx.currentContext(), cause -> {
                cancelled.add(cause);
                reply.complete(ProviderReply.Failed.of(GatewayError.of(Kind.UNAVAILABLE, "cancelled")));
            });
            return reply.future();
        });
    }
}
