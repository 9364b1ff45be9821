package dev.sluice.http.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.binding.Secret;
import dev.sluice.config.ServerConfig.TlsConfig;
import dev.sluice.testkit.SelfSigned;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * With a certificate the edge negotiates HTTP/2 with clients that offer it and HTTP/1.1 with others; the same rules
 * apply to both.
 */
class Http2IsNegotiatedOverTlsTest {

    private static final int LIMIT = 1024 * 1024;

    private static EdgeFixture edge;
    private static SelfSigned certificate;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        certificate = SelfSigned.in(folder);
        TlsConfig tls = new TlsConfig(
                new Secret(Files.readString(certificate.cert())),
                new Secret(Files.readString(certificate.key())),
                null);
        edge = new EdgeFixture(EdgeFixture.config(LIMIT, 2_000, 10_000, 1_000, tls));
    }

    @AfterAll
    static void stop() {
        edge.close();
    }

    @Test
    void aBodyGoesThereAndBackOverHttp2() throws Exception {
        String body = "{\n  \"model\": \"" + "m".repeat(900_000) + "\"\n}";
        try (HttpClient client = client(Version.HTTP_2)) {
            HttpResponse<String> reply = client.send(post("/echo", body), BodyHandlers.ofString());

            assertThat(reply.version()).isEqualTo(Version.HTTP_2);
            assertThat(reply.statusCode()).isEqualTo(200);
            assertThat(reply.body()).isEqualTo(body);
        }
    }

    @Test
    void http11IsStillServed() throws Exception {
        try (HttpClient client = client(Version.HTTP_1_1)) {
            HttpResponse<String> reply = client.send(post("/echo", "{}"), BodyHandlers.ofString());

            assertThat(reply.version()).isEqualTo(Version.HTTP_1_1);
            assertThat(reply.body()).isEqualTo("{}");
        }
    }

    @Test
    void theSameRulesHoldOverHttp2() throws Exception {
        try (HttpClient client = client(Version.HTTP_2)) {
            assertThat(status(client, request("/a%2fb").build())).isEqualTo(400);
            assertThat(status(
                            client,
                            request("/a")
                                    .method("TRACE", BodyPublishers.noBody())
                                    .build()))
                    .isEqualTo(405);
            assertThat(status(client, post("/echo", ""))).isEqualTo(400);
            HttpRequest.Builder flood = request("/a");
            for (int i = 0; i < 110; i++) {
                flood.header("x-" + i, "y");
            }
            assertThat(status(client, flood.build())).isEqualTo(431);
            assertThat(status(client, post("/echo", "x".repeat(LIMIT + 1)))).isEqualTo(413);
            assertThat(status(client, post("/refused", "{}"))).isEqualTo(401);
            assertThat(status(client, request("/fine").build())).isEqualTo(200);
        }
    }

    @Test
    void anIdleConnectionIsClosedAndABusyOneIsNot() throws Exception {
        try (HttpClient client = client(Version.HTTP_2);
                HttpClient other = client(Version.HTTP_2)) {
            // Given one connection with an open stream and one without
            await().until(() -> edge.open() == 0);
            CompletableFuture<HttpResponse<String>> held =
                    client.sendAsync(request("/held").build(), BodyHandlers.ofString());
            await().until(() -> edge.open() == 1);
            assertThat(status(other, request("/fine").build())).isEqualTo(200);
            assertThat(edge.open()).isEqualTo(2);

            // Then only the idle one goes
            await().atMost(Duration.ofSeconds(5)).until(() -> edge.open() == 1);
            edge.release();
            assertThat(held.get(5, TimeUnit.SECONDS).body()).isEqualTo("released");
        }
    }

    private static int status(HttpClient client, HttpRequest request) throws Exception {
        HttpResponse<String> reply = client.send(request, BodyHandlers.ofString());
        assertThat(reply.version()).isEqualTo(Version.HTTP_2);
        return reply.statusCode();
    }

    private static HttpRequest post(String path, String body) {
        return request(path).POST(BodyPublishers.ofString(body)).build();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + edge.port() + path))
                .timeout(Duration.ofSeconds(10));
    }

    private static HttpClient client(Version version) throws Exception {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(certificate.trusting())
                .build();
    }
}
