package dev.sluice.provider.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.bus.CallPolicy;
import dev.sluice.bus.ProviderReply;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.provider.DirectProvider;
import dev.sluice.stream.AttemptTimeouts;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Error bodies, and complete bodies in response to a request for a stream. */
class ResponseBodyReaderTest {

    private static final String REFUSED = "{\"error\":{\"message\":\"the reason\",\"type\":\"invalid_request_error\"}}";
    private static final CallPolicy IDLE_300 = new CallPolicy(new AttemptTimeouts(0, 0, 300, 0), null, 5, false);

    private final Vertx vertx = Vertx.vertx();
    private DirectProvider provider;

    @AfterEach
    void stop() {
        provider.close();
        RunningSluice.await(vertx.close());
    }

    @Test
    void anErrorBodyGivesItsMessage() {
        GatewayError error = ask("400 Bad Request", "content-length: " + REFUSED.length(), REFUSED);

        assertThat(error.kind()).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(error.message()).contains("the reason");
        awaitIdle();
    }

    @Test
    void theTimeToRetryIsTakenFromTheHeaders() {
        GatewayError error = ask("429 Too Many Requests", "retry-after: 7\r\ncontent-length: 0", "");

        assertThat(error.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(error.retryAfterMillis()).isEqualTo(7_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "5", "4096", "4097"})
    void anErrorBodyIsReadWhateverItsLength(int padding) {
        String body = REFUSED + " ".repeat(padding);

        assertThat(ask("400 Bad Request", "content-length: " + body.length(), body)
                        .message())
                .contains("the reason");
    }

    /** Without an announced length the array grows. */
    @Test
    void anErrorBodyInManyChunksIsReadWhole() {
        String body = REFUSED + " ".repeat(20_000);
        GatewayError error = respond(CallPolicy.PLAIN, socket -> {
            socket.write("HTTP/1.1 400 Bad Request\r\ntransfer-encoding: chunked\r\n\r\n");
            for (int at = 0; at < body.length(); at += 1_000) {
                String chunk = body.substring(at, Math.min(body.length(), at + 1_000));
                socket.write(Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n");
            }
            socket.write("0\r\n\r\n");
        });

        assertThat(error.message()).contains("the reason");
    }

    /** Only the first 64 KiB are read: the provider may never end it. */
    @Test
    void anEndlessErrorBodyIsCut() {
        GatewayError error = respond(
                CallPolicy.PLAIN,
                socket -> socket.write(
                        "HTTP/1.1 503 Unavailable\r\ncontent-length: 1000000000\r\n\r\n" + "x".repeat(64 * 1024 + 1)));

        assertThat(error.kind()).isIn(Kind.UPSTREAM, Kind.UNAVAILABLE);
        assertThat(error.status()).isGreaterThanOrEqualTo(500);
        awaitIdle();
    }

    @Test
    void anErrorBodyOfExactlyTheLimitIsAwaited() {
        GatewayError error = respond(
                IDLE_300,
                socket -> socket.write("HTTP/1.1 503 Unavailable\r\ncontent-length: " + (64 * 1024 + 1) + "\r\n\r\n"
                        + "x".repeat(64 * 1024)));

        assertThat(error.kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(error.message()).contains("timeouts.idle of 300ms");
        awaitIdle();
    }

    @Test
    void aWholeBodyForARequestedStreamIsTheWrongType() {
        GatewayError error = ask("200 OK", "content-type: application/json\r\ncontent-length: 2", "{}");

        assertThat(error.code()).isEqualTo("unexpected_content_type");
        assertThat(error.message())
                .isEqualTo("provider up responded with content type application/json (expected: text/event-stream)");
        awaitIdle();
    }

    @Test
    void anEncodedResponseIsNamed() {
        GatewayError error = ask(
                "200 OK",
                "content-type: text/event-stream\r\ncontent-encoding: br\r\ncontent-length: 5",
                "\u001f\u008bxyz");

        assertThat(error.code()).isEqualTo("unexpected_content_type");
        assertThat(error.message())
                .isEqualTo(
                        "provider up responded with content encoding br, which was not requested (expected: identity,"
                                + " gzip or deflate)");
        awaitIdle();
    }

    @Test
    void aConnectionLostInTheBodyIsATruncation() {
        GatewayError error = respond(
                CallPolicy.PLAIN,
                socket -> socket.write("HTTP/1.1 400 Bad Request\r\ncontent-length: 10\r\n\r\nhalf")
                        .onComplete(v -> socket.close()));

        assertThat(error.kind()).isEqualTo(Kind.TRUNCATED);
        assertThat(error.message()).contains("after 4 bytes of its response");
        awaitIdle();
    }

    private GatewayError ask(String status, String headers, String body) {
        return respond(
                CallPolicy.PLAIN, socket -> socket.write("HTTP/1.1 " + status + "\r\n" + headers + "\r\n\r\n" + body));
    }

    private GatewayError respond(CallPolicy policy, Consumer<NetSocket> response) {
        NetServer server = RunningSluice.await(vertx.createNetServer()
                .connectHandler(socket -> socket.handler(request -> response.accept(socket)))
                .listen(0, "127.0.0.1"));
        provider = new DirectProvider("http://127.0.0.1:" + server.actualPort() + "/v1", "");
        ProviderReply.Failed failed =
                RunningSluice.await(provider.call("m", policy)).failure();
        return failed.error();
    }

    private void awaitIdle() {
        await().until(() -> provider.state().inFlight() == 0);
    }
}
