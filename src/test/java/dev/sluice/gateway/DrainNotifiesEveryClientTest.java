package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.SelfSigned;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A drain notifies clients whose body is still arriving, and HTTP/2 clients with a GOAWAY frame. */
class DrainNotifiesEveryClientTest {

    @RegisterExtension
    static final RunningSimulator upstream = RunningSimulator.steerable();

    /**
     * The body is good JSON already; only the spaces after it have not come. Once it is refused nothing may be asked
     * for it.
     */
    @Test
    void aRequestWhoseBodyIsStillComingIsRefusedAndNotBegunAfterAll() throws IOException {
        try (RunningSluice sluice = start("drain: 0s");
                RawClient client = RawClient.connect(sluice.port())) {
            String body = ChatClient.request("up/echo", "hi").encode();
            client.send("POST /v1/chat/completions HTTP/1.1\r\n"
                    + "host: localhost\r\n"
                    + "content-type: application/json\r\n"
                    + "content-length: "
                    + (body.length() + 3) + "\r\n\r\n" + body);
            await().until(() ->
                    new ChatClient(sluice.adminUrl()).get("/metrics").body().contains("sluice_in_flight 1.0\n"));

            Future<Void> drained = sluice.main().drain();

            String refusal = client.readResponse(20_000);
            assertThat(refusal)
                    .startsWith("HTTP/1.1 503 ")
                    .contains("draining")
                    .containsIgnoringCase("connection: close");
            client.send("   ");
            assertThat(client.read(20_000).end()).isEqualTo(RawClient.End.CLOSED);
            RunningSluice.await(drained);
            await().untilAsserted(() -> assertThat(sluice.accessLines())
                    .singleElement()
                    .satisfies(line -> {
                        assertThat(line.getInteger("status")).isEqualTo(503);
                        assertThat(line.getString("cancel_cause")).isEqualTo("drain");
                        assertThat(line.getInteger("attempts")).isZero();
                    }));
            assertThat(upstream.log().requestCount()).isZero();
        }
    }

    @Test
    void overHttp2RunningStreamsEndAndTheConnectionIsToldToGoAway(@TempDir Path folder) throws Exception {
        SelfSigned certificate = SelfSigned.in(folder);
        try (RunningSluice sluice = start("drain: 20s, tls: { cert: \"file:" + certificate.cert() + "\", key: \"file:"
                        + certificate.key() + "\" }");
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_2)
                        .sslContext(certificate.trusting())
                        .build()) {
            CompletableFuture<HttpResponse<String>> first =
                    client.sendAsync(stream(sluice), HttpResponse.BodyHandlers.ofString());
            await().until(() -> upstream.log().requestCount() == 1);

            Future<Void> drained = sluice.main().drain();

            HttpResponse<String> late = client.send(
                    HttpRequest.newBuilder(stream(sluice).uri())
                            .header("content-type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    ChatClient.request("up/echo", "hi").encode()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(late.statusCode()).isEqualTo(503);
            assertThat(late.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(late.headers().firstValue("connection")).isEmpty();
            HttpResponse<String> response = first.get(20, TimeUnit.SECONDS);
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(response.body()).endsWith("data: [DONE]\n\n");
            RunningSluice.await(drained);
        }
    }

    private static HttpRequest stream(RunningSluice sluice) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + sluice.port() + "/v1/chat/completions"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(ChatClient.request("up/lorem-20_gap-100ms", "go on")
                        .put("stream", true)
                        .encode()))
                .build();
    }

    private static RunningSluice start(String server) {
        return RunningSluice.start("""
            server: { port: 0, admin: { port: 0 }, %s }
            providers: { up: { type: openai_compatible, base_url: "%s" } }
            """.formatted(server, upstream.baseUrl()));
    }
}
