package dev.sluice.http.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.http.edge.EdgeClient.Reply;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ambiguous requests get a 4xx in the OpenAI envelope, and the server keeps serving. */
class EdgeGuardTest {

    private static EdgeFixture edge;

    @BeforeAll
    static void start() {
        edge = EdgeFixture.start();
    }

    @AfterAll
    static void stop() {
        edge.close();
    }

    /** Name, request, status, {@code error.code}. After these the connection is closed. */
    static Stream<Arguments> doubtful() {
        String host = "Host: localhost\r\n";
        return Stream.of(
                arguments("no Host", "GET / HTTP/1.1\r\n\r\n", 400, "bad_host"),
                arguments("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "bad_host"),
                arguments("the same Host twice", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "bad_host"),
                arguments("empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "bad_host"),
                arguments("Host with path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "bad_host"),
                arguments("Host with user", "GET / HTTP/1.1\r\nHost: me@a\r\n\r\n", 400, "bad_host"),
                arguments("Host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400, "bad_host"),
                arguments("Host with bad port", "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n", 400, "bad_host"),
                arguments(
                        "absolute form of another host",
                        "GET http://evil/ HTTP/1.1\r\n" + host + "\r\n",
                        400,
                        "bad_host"),
                arguments(
                        "absolute form with user",
                        "GET http://u@localhost/ HTTP/1.1\r\n" + host + "\r\n",
                        400,
                        "bad_host"),
                arguments("CONNECT", "CONNECT localhost:443 HTTP/1.1\r\n" + host + "\r\n", 405, "method_not_allowed"),
                arguments(
                        "Content-Length and Transfer-Encoding",
                        post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n",
                        400,
                        "bad_framing"),
                arguments(
                        "differing Content-Lengths",
                        post("Content-Length: 5\r\nContent-Length: 6\r\n") + "hello",
                        400,
                        "bad_framing"),
                arguments("Content-Length list", post("Content-Length: 5, 5\r\n") + "hello", 400, "bad_framing"),
                arguments("signed Content-Length", post("Content-Length: +5\r\n") + "hello", 400, "bad_framing"),
                arguments(
                        "gzip, chunked",
                        post("Transfer-Encoding: gzip, chunked\r\n") + "0\r\n\r\n",
                        400,
                        "bad_framing"),
                arguments(
                        "chunked, gzip",
                        post("Transfer-Encoding: chunked, gzip\r\n") + "0\r\n\r\n",
                        400,
                        "bad_framing"),
                arguments("identity", post("Transfer-Encoding: identity\r\n"), 400, "bad_framing"),
                arguments(
                        "chunked twice",
                        post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n",
                        400,
                        "bad_framing"),
                arguments(
                        "gzip then chunked",
                        post("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n",
                        400,
                        "bad_framing"),
                arguments(
                        "chunked over HTTP/1.0",
                        "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        400,
                        "bad_framing"),
                arguments(
                        "GET with a body",
                        "GET / HTTP/1.1\r\n" + host + "Content-Length: 3\r\n\r\nabc",
                        400,
                        "bad_framing"),
                arguments(
                        "hixie-76 key",
                        "GET / HTTP/1.1\r\n" + host + "Sec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\n\r\n",
                        400,
                        "bad_framing"),
                arguments("huge Content-Length", post("Content-Length: 9999999999\r\n"), 413, "request_too_large"),
                arguments("101 fields", "GET / HTTP/1.1\r\n" + host + fields(100) + "\r\n", 431, "headers_too_large"),
                arguments(
                        "17 KiB of headers",
                        "GET / HTTP/1.1\r\n" + host + "x: " + "y".repeat(17_000) + "\r\n\r\n",
                        431,
                        "headers_too_large"),
                arguments(
                        "9 KiB request line",
                        "GET /" + "y".repeat(9_000) + " HTTP/1.1\r\n" + host + "\r\n",
                        414,
                        "uri_too_long"),
                arguments("folded header", "GET / HTTP/1.1\r\n" + host + "X: a\r\n b\r\n\r\n", 400, "folded_header"),
                arguments("folded by a tab", "GET / HTTP/1.1\r\n" + host + "X: a\r\n\tb\r\n\r\n", 400, "folded_header"),
                arguments("folded Host", "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400, "folded_header"),
                arguments("space before the first header", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400, "bad_request"),
                arguments(
                        "fold before a body",
                        post("X: a\r\n b\r\nContent-Length: 5\r\n") + "hello",
                        400,
                        "folded_header"),
                arguments("space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400, "bad_request"),
                arguments("NUL in a value", "GET / HTTP/1.1\r\n" + host + "X: a\0b\r\n\r\n", 400, "bad_request"),
                arguments("CR in a value", "GET / HTTP/1.1\r\n" + host + "X: a\rb\r\n\r\n", 400, "bad_request"),
                arguments("lines ended by LF", "GET / HTTP/1.1\nHost: a\n\n", 400, "bad_request"),
                arguments("no colon", "GET / HTTP/1.1\r\nHost\r\n\r\n", 400, "bad_request"),
                arguments("tab after the method", "GET\t/ HTTP/1.1\r\n" + host + "\r\n", 400, "bad_request"),
                arguments("tab before the version", "GET /\tHTTP/1.1\r\n" + host + "\r\n", 400, "bad_request"),
                arguments("two spaces", "GET  / HTTP/1.1\r\n" + host + "\r\n", 400, "bad_request"),
                arguments("two spaces later", "GET /  HTTP/1.1\r\n" + host + "\r\n", 400, "bad_request"),
                arguments("space first", " GET / HTTP/1.1\r\n" + host + "\r\n", 400, "bad_request"),
                arguments("form feed", "GET /\fHTTP/1.1\r\n" + host + "\r\n", 400, "bad_request"),
                arguments("no version", "GET /\r\nHost: a\r\n\r\n", 505, "http_version"),
                arguments("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http_version"),
                arguments("HTTP/1.2", "GET / HTTP/1.2\r\n" + host + "\r\n", 505, "http_version"),
                arguments("bad chunk", post("Transfer-Encoding: chunked\r\n") + "zz\r\nhello\r\n", 400, "bad_body"),
                arguments(
                        "chunk without end", post("Transfer-Encoding: chunked\r\n") + "5\r\nhelloXX", 400, "bad_body"));
    }

    /** Name, request, status, {@code error.code}. After these the same connection serves on. */
    static Stream<Arguments> harmless() {
        return Stream.of(
                arguments("TRACE", bare("TRACE", "/"), 405, "method_not_allowed"),
                arguments("TRACK", bare("TRACK", "/"), 405, "method_not_allowed"),
                arguments("unknown method", bare("BREW", "/"), 405, "method_not_allowed"),
                arguments("lower-case method", bare("get", "/"), 405, "method_not_allowed"),
                arguments("OPTIONS *", bare("OPTIONS", "*"), 400, "bad_path"),
                arguments("no slash", bare("GET", "v1/models"), 400, "bad_path"),
                arguments("dot segments", bare("GET", "/v1/../admin"), 400, "bad_path"),
                arguments("dot segments at the end", bare("GET", "/v1/.."), 400, "bad_path"),
                arguments("single dot", bare("GET", "/v1/./models"), 400, "bad_path"),
                arguments("encoded dot segments", bare("GET", "/v1/%2e%2E/admin"), 400, "bad_path"),
                arguments("half encoded dot segments", bare("GET", "/v1/.%2e/admin"), 400, "bad_path"),
                arguments("encoded slash", bare("GET", "/v1%2fadmin"), 400, "bad_path"),
                arguments("dot segments in a name", bare("GET", "/v1/models/a%2F..%2Fb"), 400, "bad_path"),
                arguments("encoded backslash", bare("GET", "/v1%5cadmin"), 400, "bad_path"),
                arguments("backslash", bare("GET", "/v1\\admin"), 400, "bad_path"),
                arguments("encoded NUL", bare("GET", "/v1%00"), 400, "bad_path"),
                arguments("encoded LF", bare("GET", "/v1%0a"), 400, "bad_path"),
                arguments("broken percent-encoding", bare("GET", "/v1%zz"), 400, "bad_path"),
                arguments("cut percent-encoding", bare("GET", "/v1%2"), 400, "bad_path"),
                arguments("broken percent-encoding in the query", bare("GET", "/v1?a=%4"), 400, "bad_path"),
                arguments("raw non-ASCII", bare("GET", "/caf\u00e9"), 400, "bad_path"),
                arguments("fragment", bare("GET", "/v1#x"), 400, "bad_path"),
                arguments(
                        "unknown expectation",
                        "GET / HTTP/1.1\r\nHost: localhost\r\nExpect: the-unexpected\r\n\r\n",
                        417,
                        "expectation_failed"),
                arguments("empty body", post("Content-Length: 0\r\n"), 400, "empty_body"),
                arguments("no body", post(""), 400, "empty_body"),
                arguments(
                        "empty chunked body", post("Transfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400, "empty_body"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("doubtful")
    void doubtfulFramingIsRefusedAndTheConnectionEnds(String name, String request, int status, String code)
            throws Exception {
        try (EdgeClient client = edge.connect()) {
            Reply reply = client.exchange(request);

            assertRefusal(reply, status, code);
            assertThat(client.closedByServer()).isTrue();
        }
        assertServes();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("harmless")
    void aFlawInsideSoundFramingIsRefusedAndTheConnectionServesOn(String name, String request, int status, String code)
            throws Exception {
        try (EdgeClient client = edge.connect()) {
            Reply reply = client.exchange(request);

            // An unknown expectation leaves open whether a body follows, so that connection may end.
            assertRefusal(reply, status, code);
            if (!reply.closes()) {
                assertThat(client.get("/again").body()).isEqualTo("/again");
            }
        }
        assertServes();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: localhost:8080\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: my_service.ns.svc\r\n\r\n",
                "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET http://LocalHost:80/v1 HTTP/1.1\r\nHost: localhost:80\r\n\r\n",
                "GET http://localhost HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /v1/models/openai%2Fgpt-4o HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /v1/models/a.b..c/...%20x?q=%20&r=a|b HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.0\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
                "GET / HTTP/1.1\r\n"
                        + "Host: a\r\n"
                        + "Connection: Upgrade, HTTP2-Settings\r\n"
                        + "Upgrade: h2c\r\n"
                        + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n",
                "GET / HTTP/1.1\r\n"
                        + "Host: a\r\n"
                        + "Connection: Upgrade\r\n"
                        + "Upgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                "DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
            })
    void unusualButSoundRequestsAreServed(String request) throws Exception {
        try (EdgeClient client = edge.connect()) {
            assertThat(client.exchange(request).status()).isEqualTo(200);
        }
    }

    @Test
    void aHundredFieldsAreServed() throws Exception {
        try (EdgeClient client = edge.connect()) {
            Reply reply = client.exchange("GET / HTTP/1.1\r\nHost: a\r\n" + fields(99) + "\r\n");

            assertThat(reply.status()).isEqualTo(200);
        }
    }

    @Test
    void nothingAfterARefusedHeadIsServed() throws Exception {
        // Given a folded head whose body smuggles a second request
        int before = edge.routed.size();
        String smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

        try (EdgeClient client = edge.connect()) {
            // When
            Reply reply = client.exchange("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n" + smuggled);

            // Then
            assertThat(reply.status()).isEqualTo(400);
            assertThat(client.closedByServer()).isTrue();
        }
        assertThat(edge.routed.stream().skip(before)).noneMatch(line -> line.contains("smuggled"));
    }

    private static void assertRefusal(Reply reply, int status, String code) {
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.headers())
                .containsEntry("content-type", "application/json")
                .containsKey("x-request-id");
        assertThat(reply.body())
                .startsWith("{\"error\":{\"message\":\"")
                .endsWith(",\"param\":null,\"code\":\"" + code + "\"}}");
    }

    private static void assertServes() throws Exception {
        try (EdgeClient client = edge.connect()) {
            assertThat(client.get("/fine").status()).isEqualTo(200);
        }
    }

    private static String bare(String method, String target) {
        return method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private static String post(String fields) {
        return "POST /echo HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
    }

    private static String fields(int count) {
        return IntStream.range(0, count).mapToObj(i -> "x-" + i + ": y\r\n").collect(Collectors.joining());
    }
}
