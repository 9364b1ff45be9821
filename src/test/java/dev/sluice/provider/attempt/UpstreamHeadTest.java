package dev.sluice.provider.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bus.ProviderReply;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.NetServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which headers of a provider's response a client sees. */
class UpstreamHeadTest {

    private record Read(String mediaType, ProviderReply.Head head) {

        /** Lower case, without the length. */
        List<String> names() {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < head.headers().size(); i += 2) {
                names.add(head.headers().get(i).toLowerCase(Locale.ROOT));
            }
            names.remove("content-length");
            return names;
        }
    }

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        RunningSluice.await(vertx.close());
    }

    @Test
    void theStatusAndHeadersOfTheProviderPass() {
        Read read =
                read("206 Partial Content", "Content-Type: audio/mpeg", "X-Vendor: a", "X-Vendor: b", "etag: \"1\"");

        assertThat(read.head().status()).isEqualTo(206);
        assertThat(read.head().headers())
                .containsSequence("Content-Type", "audio/mpeg")
                .containsSequence("X-Vendor", "a", "X-Vendor", "b")
                .containsSequence("etag", "\"1\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: x-hop",
                "Keep-Alive: timeout=5",
                "Proxy-Connection: close",
                "Proxy-Authenticate: Basic",
                "TE: trailers",
                "Trailer: x",
                "Upgrade: h2c",
                "Set-Cookie: session=1",
                "Server: cloudflare",
                "Date: Mon, 30 Nov 2026 00:00:00 GMT",
                "Via: 1.1 proxy",
                "Alt-Svc: h3",
                "Strict-Transport-Security: max-age=1",
                "X-Request-Id: theirs",
                "x-sluice-provider: forged",
                "X-SLUICE-ANYTHING: forged",
                "Access-Control-Allow-Origin: *",
                "access-control-expose-headers: x"
            })
    void aHeaderOfTheConnectionOrOfSluiceDoesNotPass(String header) {
        assertThat(read("200 OK", header, "x-kept: 1").names()).containsExactly("x-kept");
    }

    @Test
    void headersWithSimilarNamesPass() {
        assertThat(read("200 OK", "x-sluiced: 1", "access-controlled: 1", "x-request-ids: 1", "updated: 1")
                        .names())
                .containsExactly("x-sluiced", "access-controlled", "x-request-ids", "updated");
    }

    @Test
    void theMediaTypeIsLowerCaseWithItsParameters() {
        assertThat(read("200 OK", "content-type: Text/Event-Stream; Charset=UTF-8")
                        .mediaType())
                .isEqualTo("text/event-stream; charset=utf-8");
    }

    @Test
    void aResponseWithoutAContentTypeHasAnEmptyMediaType() {
        assertThat(read("200 OK").mediaType()).isEmpty();
    }

    private Read read(String status, String... headers) {
        NetServer server = RunningSluice.await(vertx.createNetServer()
                .connectHandler(socket -> socket.handler(request -> socket.write("HTTP/1.1 " + status + "\r\n"
                        + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n")
                        + "content-length: 0\r\n\r\n")))
                .listen(0, "127.0.0.1"));
        Promise<Read> read = Promise.promise();
        HttpClient client = vertx.createHttpClient();
        client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/")
                .compose(request -> request.send())
                .map(response -> new Read(UpstreamHead.mediaType(response), UpstreamHead.forwarded(response)))
                .onComplete(read);
        Read received = RunningSluice.await(read.future());
        RunningSluice.await(client.close());
        return received;
    }
}
