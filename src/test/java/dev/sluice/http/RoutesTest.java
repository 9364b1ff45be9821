package dev.sluice.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.TestKeys;
import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The paths, their methods, and which of them need a key. */
class RoutesTest {

    private static final GeneratedKey KEY = TestKeys.generate("ci");
    private static final String JSON = "content-type: application/json";

    private RunningListener listener;

    @AfterEach
    void close() {
        listener.close();
    }

    static Stream<String> posts() {
        return Stream.concat(Protocols.surfaces().stream(), Stream.of(Surface.COUNT_TOKENS, Surface.INPUT_TOKENS))
                .map(Surface::path);
    }

    static List<String> gets() {
        return List.of(
                "/v1/models",
                "/v1/models/one",
                "/v1/videos/x",
                "/v1/videos/x/content",
                "/v1/files",
                "/v1/files/x/content",
                "/v1/batches",
                "/v1/batches/x",
                "/v1/realtime",
                "/passthrough/a/x");
    }

    @ParameterizedTest
    @MethodSource("posts")
    void aPostNeedsAKey(String path) throws IOException {
        listener = RunningListener.withKeys(TestKeys.config(KEY));

        assertThat(listener.exchange("POST", path, JSON, "content-length: 0"))
                .startsWith("HTTP/1.1 401")
                .containsIgnoringCase("www-authenticate: Bearer")
                .containsIgnoringCase("x-request-id: ");
    }

    @ParameterizedTest
    @MethodSource("gets")
    void aGetNeedsAKey(String path) throws IOException {
        listener = RunningListener.withKeys(TestKeys.config(KEY));

        assertThat(listener.exchange("GET", path)).startsWith("HTTP/1.1 401");
    }

    @Test
    void aWebSocketToResponsesNeedsAKeyAndItsUpgrade() throws IOException {
        listener = RunningListener.withKeys(TestKeys.config(KEY));
        String[] handshake = {
            "connection: Upgrade",
            "upgrade: websocket",
            "sec-websocket-version: 13",
            "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA=="
        };

        assertThat(listener.exchange("GET", "/v1/responses", handshake)).startsWith("HTTP/1.1 401");
        // A proxy that does not know WebSockets removes the header.
        assertThat(listener.exchange("GET", "/v1/responses", handshake[2], handshake[3]))
                .startsWith("HTTP/1.1 426")
                .contains("\"code\":\"upgrade_required\"");
        assertThat(listener.exchange("GET", "/v1/responses"))
                .startsWith("HTTP/1.1 405")
                .containsIgnoringCase("allow: POST");
    }

    @ParameterizedTest
    @MethodSource("posts")
    void aPostWithAKeyReachesItsHandler(String path) throws IOException {
        listener = RunningListener.withKeys(TestKeys.config(KEY));

        assertThat(listener.exchange(
                        "POST",
                        path,
                        JSON,
                        "authorization: Bearer " + KEY.token().reveal(),
                        "content-length: 0"))
                .containsPattern("^HTTP/1.1 4(00|15) ")
                .contains("\"error\"");
    }

    @Test
    void modelsAreListedForAKeyWithGetAndHead() throws IOException {
        listener = RunningListener.withKeys(TestKeys.config(KEY));
        String key = "x-api-key: " + KEY.token().reveal();

        assertThat(listener.exchange("GET", "/v1/models", key))
                .startsWith("HTTP/1.1 200")
                .contains("\"object\":\"list\"");
        assertThat(listener.exchange("HEAD", "/v1/models", key))
                .startsWith("HTTP/1.1 200")
                .endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/livez", "/readyz", "/health/liveliness", "/health/readiness"})
    void probesNeedNoKey(String path) throws IOException {
        listener = RunningListener.withKeys(TestKeys.config(KEY));

        assertThat(listener.exchange("GET", path)).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/v1", "/v1/chatt", "/v1/chat/completions/x", "/V1/models"})
    void anUnknownPathIsNotFoundWithOrWithoutAKey(String path) throws IOException {
        listener = RunningListener.withKeys(TestKeys.config(KEY));

        assertThat(listener.exchange("GET", path))
                .startsWith("HTTP/1.1 404")
                .contains("no such path: GET " + path)
                .containsIgnoringCase("x-request-id: ");
    }

    @Test
    void theMethodsOfAPathAreNamed() throws IOException {
        listener = RunningListener.open();

        assertThat(listener.exchange("GET", "/v1/chat/completions"))
                .startsWith("HTTP/1.1 405")
                .containsIgnoringCase("\r\nallow: POST\r\n");
        assertThat(listener.exchange("DELETE", "/v1/models"))
                .startsWith("HTTP/1.1 405")
                .containsIgnoringCase("\r\nallow: GET, HEAD\r\n");
        assertThat(listener.exchange("DELETE", "/livez"))
                .startsWith("HTTP/1.1 405")
                .containsIgnoringCase("\r\nallow: GET, HEAD\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/messages/count_tokens, POST",
        "GET, /v1/responses/input_tokens, POST",
        "POST, /v1/realtime, GET",
        "DELETE, /v1/videos/x, GET",
        "POST, /v1/videos/x/content, GET",
        "POST, /v1/models/x, 'GET, HEAD'"
    })
    void everyKnownPathRefusesOtherMethodsWith405(String method, String path, String served) throws IOException {
        listener = RunningListener.open();

        assertThat(listener.exchange(method, path, "content-length: 0"))
                .startsWith("HTTP/1.1 405")
                .containsIgnoringCase("\r\nallow: " + served + "\r\n");
    }

    @Test
    void whileDrainingOnlyProbesAndModelListsAreServed() throws IOException {
        listener = RunningListener.open();
        listener.lifecycle.drain();

        assertThat(listener.exchange("POST", "/v1/chat/completions", JSON, "content-length: 0"))
                .startsWith("HTTP/1.1 503")
                .contains("\"code\":\"draining\"");
        assertThat(listener.exchange("GET", "/v1/files")).startsWith("HTTP/1.1 503");
        assertThat(listener.exchange("GET", "/v1/models")).startsWith("HTTP/1.1 200");
        assertThat(listener.exchange("GET", "/livez")).startsWith("HTTP/1.1 200");
        assertThat(listener.exchange("GET", "/readyz")).startsWith("HTTP/1.1 503");
    }
}
