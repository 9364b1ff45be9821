package dev.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bus.Bus;
import dev.sluice.http.exchange.Heartbeat;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.RequestContextHandler;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every failure becomes an error in the client's envelope, and none reveals internal details. */
class FailureHandlerTest {

    private final RunningListener running = RunningListener.open();
    private int routed;

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void aRefusalKeepsItsStatusCodeAndParameter() throws IOException {
        String response = failing("/v1/chat/completions", routing -> {
            throw new GatewayException(GatewayError.invalid("n is too high", "n", "invalid_value"));
        });

        assertThat(response).startsWith("HTTP/1.1 400");
        assertThat(body(response))
                .isEqualTo("{\"error\":{\"message\":\"n is too high\",\"type\":\"invalid_request_error\","
                        + "\"param\":\"n\",\"code\":\"invalid_value\"}}");
    }

    @Test
    void theEnvelopeIsThatOfThePath() throws IOException {
        String response = failing("/v1/messages", routing -> {
            throw new GatewayException(
                    GatewayError.of(Kind.RATE_LIMITED, "slow down").withRetryAfter(1_500));
        });

        assertThat(response)
                .startsWith("HTTP/1.1 429")
                .containsIgnoringCase("\r\nretry-after: 2\r\n")
                .containsIgnoringCase("\r\nretry-after-ms: 1500\r\n");
        assertThat(body(response)).startsWith("{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\"");
    }

    @Test
    void anUnexpectedExceptionIsLoggedAndNotRevealed() throws IOException {
        String response;
        try (CapturedLog log = CapturedLog.open()) {
            response = failing("/x", routing -> {
                throw new IllegalStateException("canary-4711");
            });
            assertThat(log.lines()).contains("ERROR a request failed inside Sluice");
        }

        assertThat(response)
                .startsWith("HTTP/1.1 500")
                .contains("\"code\":\"internal_error\"")
                .doesNotContain("canary-4711");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 406, 413, 414, 415})
    void aStatusOfTheRouterIsKept(int status) throws IOException {
        assertThat(failing("/x", routing -> routing.fail(status)))
                .startsWith("HTTP/1.1 " + status)
                .contains("\"code\":\"bad_request\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 418, 500, 502})
    void anyOtherStatusIsAFaultOfSluice(int status) throws IOException {
        assertThat(failing("/x", routing -> routing.fail(status)))
                .startsWith("HTTP/1.1 500")
                .contains("\"code\":\"internal_error\"");
    }

    @Test
    void aPathThatDoesNotExistIsNamedWithItsMethod() throws IOException {
        assertThat(failing("/a/b", routing -> routing.fail(404)))
                .startsWith("HTTP/1.1 404")
                .contains("no such path: GET /a/b\"");
    }

    /** Base URLs of clients end in /v1 or not, depending on the client. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/v1/chat/completions", "/chat/completions"})
    void aPathWithTheVersionTwiceOrNotAtAllNamesTheRightOne(String path) throws IOException {
        assertThat(failing(path, routing -> routing.fail(404)))
                .contains("no such path: GET " + path + " (expected: /v1/chat/completions)");
    }

    @Test
    void aMethodThatIsNotServedIsNamed() throws IOException {
        assertThat(failing("/v1/embeddings", routing -> routing.fail(405)))
                .startsWith("HTTP/1.1 405")
                .contains("method GET is not served on /v1/embeddings");
    }

    @Test
    void onlyTheMethodErrorNamesMethods() throws IOException {
        assertThat(failing("/v1/embeddings", routing -> routing.fail(404))).doesNotContainIgnoringCase("\r\nallow:");
    }

    @Test
    void theErrorCodeIsInTheAccessLog() throws IOException {
        failing("/x", routing -> {
            throw new GatewayException(GatewayError.invalid("no", null, "code-of-this-test"));
        });

        running.close();

        assertThat(running.accessLines()).contains("code-of-this-test");
    }

    @Test
    void nothingIsSentForARequestThatHasEnded() throws IOException {
        String response = failing("/x", routing -> {
            RequestContextHandler.of(routing).endNanos = System.nanoTime();
            routing.fail(404);
            routing.response().end("untouched");
        });

        assertThat(response).startsWith("HTTP/1.1 200").endsWith("untouched");
    }

    @Test
    void requestsPassUntilTheProcessDrains() throws IOException {
        assertThat(exchange("/x", routing -> routing.response().end("served"))).endsWith("served");

        running.lifecycle.drain();

        assertThat(exchange("/x", routing -> routing.response().end("served")))
                .startsWith("HTTP/1.1 503")
                .containsIgnoringCase("\r\nretry-after: 1\r\n")
                .containsIgnoringCase("\r\nconnection: close\r\n")
                .contains("\"code\":\"draining\"");
        assertThat(routed).isEqualTo(1);
    }

    private String failing(String path, Handler<RoutingContext> handler) throws IOException {
        return exchange(path, handler);
    }

    private String exchange(String path, Handler<RoutingContext> handler) throws IOException {
        Promise<HttpServer> listening = Promise.promise();
        running.vertx.runOnContext(v -> {
            ListenerContext listener = new ListenerContext(
                    running.services, new Bus(running.vertx), new Heartbeat(running.vertx, () -> 0), null);
            FailureHandler failures = new FailureHandler(listener);
            Router router = Router.router(running.vertx);
            router.route()
                    .handler(new RequestContextHandler(listener))
                    .handler(failures::refuseWhenDraining)
                    .handler(routing -> {
                        routed++;
                        handler.handle(routing);
                    })
                    .failureHandler(failures);
            running.vertx
                    .createHttpServer()
                    .requestHandler(router)
                    .listen(0, "127.0.0.1")
                    .onComplete(listening);
        });
        HttpServer server = RunningSluice.await(listening.future());
        try (RawClient client = RawClient.connect(server.actualPort())) {
            return client.send("GET " + path + " HTTP/1.1\r\nhost: localhost\r\n\r\n")
                    .readResponse(20_000);
        } finally {
            RunningSluice.await(server.close());
        }
    }

    private static String body(String response) {
        return response.substring(response.indexOf("\r\n\r\n") + 4);
    }
}
