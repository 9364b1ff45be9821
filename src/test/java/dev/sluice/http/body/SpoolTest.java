package dev.sluice.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An upload is in a file as it was sent, or refused; afterwards neither its file nor its space is left. */
class SpoolTest {

    private static final Spool.Limits LIMITS = new Spool.Limits(1_000, Duration.ofSeconds(10), Duration.ofSeconds(20));

    @TempDir
    private static Path folder;

    private static Vertx vertx;
    private static HttpServer server;
    private static UploadSpace space;
    private static volatile Spool.Limits limits = LIMITS;
    private static volatile GatewayError refusal;
    private static volatile CompletableFuture<Spool> result = new CompletableFuture<>();

    @BeforeAll
    static void serve() {
        vertx = Vertx.vertx();
        space = new UploadSpace(folder);
        space.limits(2, 4 << 20);
        server = RunningSluice.await(vertx.createHttpServer()
                .requestHandler(request -> Spool.read(request, limits, space, "ci", piece -> {
                            if (refusal != null) {
                                throw new GatewayException(refusal);
                            }
                        })
                        .onComplete(
                                spool -> {
                                    result.complete(spool);
                                    request.response().end("spooled");
                                },
                                failure -> {
                                    result.completeExceptionally(failure);
                                    request.response().end("refused");
                                }))
                .listen(0, "127.0.0.1"));
    }

    @AfterAll
    static void stop() throws IOException {
        RunningSluice.await(vertx.close());
        space.close();
    }

    @AfterEach
    void nothingIsLeft() {
        limits = LIMITS;
        refusal = null;
        await().untilAsserted(() -> {
            assertThat(space.files().used()).isZero();
            assertThat(space.bytes().used()).isZero();
            try (var files = Files.walk(folder)) {
                assertThat(files.filter(file -> file.toString().endsWith(".tmp")))
                        .isEmpty();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBodyIsInItsFileAsItWasSent(boolean chunked) throws Exception {
        String body = "0123456789".repeat(100);

        Spool spool =
                send(chunked ? chunked(body) : announced(body.length()) + body).get(10, TimeUnit.SECONDS);

        assertThat(spool.length()).isEqualTo(1_000);
        assertThat(Files.readString(spool.path())).isEqualTo(body);
        spool.delete();
    }

    @Test
    void anAnnouncedSizeAboveTheLimitIsRefusedBeforeTheBody() throws Exception {
        assertThat(refused(announced(1_001)).kind()).isEqualTo(Kind.TOO_LARGE);
    }

    @Test
    void aSizeThatIsNotAnnouncedIsRefusedAtTheLimit() throws Exception {
        GatewayError error = refused(chunked("x".repeat(1_001)));

        assertThat(error.kind()).isEqualTo(Kind.TOO_LARGE);
        assertThat(error.message()).contains("limit: 1000 bytes, server.max_upload");
    }

    @Test
    void aRefusalOfTheReaderIsPassedOn() throws Exception {
        refusal = GatewayError.invalid("a bad form", "model", "bad_form");

        assertThat(refused(announced(4) + "form").message()).isEqualTo("a bad form");
    }

    @Test
    void anUploadWithoutDataIsCut() throws Exception {
        limits = new Spool.Limits(1_000, Duration.ofMillis(100), Duration.ofSeconds(20));

        GatewayError error = refused(announced(10) + "123");

        assertThat(error.kind()).isEqualTo(Kind.REQUEST_TIMEOUT);
        assertThat(error.message()).contains("upload stalled", "server.timeouts.body", "3 bytes arrived");
    }

    @Test
    void anUploadHasATotalTimeToo() throws Exception {
        limits = new Spool.Limits(1_000, Duration.ofSeconds(10), Duration.ofMillis(100));

        assertThat(refused(announced(10) + "123").message())
                .contains("not complete within 100 ms", "server.timeouts.upload");
    }

    @Test
    void aClientThatLeavesEndsItsUpload() throws Exception {
        result = new CompletableFuture<>();
        try (RawClient client = RawClient.connect(server.actualPort())) {
            client.send(announced(10) + "123");
            await().until(() -> space.files().used() == 1);
        }

        assertThat(error(result).message()).isEqualTo("upload cut short by the client");
    }

    /** One caller may have no more uploads than are left for the others. */
    @Test
    void moreUploadsThanAllowedAreRefusedForNow() throws Exception {
        try (RawClient first = RawClient.connect(server.actualPort())) {
            first.send(announced(10));
            await().until(() -> space.files().used() == 1);

            GatewayError error = refused(announced(1_000));

            assertThat(error.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(error.code()).isEqualTo("uploads_full");
            assertThat(error.retryAfterMillis()).isEqualTo(5_000);
        }
    }

    private static CompletableFuture<Spool> send(String wire) throws IOException {
        result = new CompletableFuture<>();
        CompletableFuture<Spool> own = result;
        RawClient client = RawClient.connect(server.actualPort());
        client.send(wire);
        return own.whenComplete((spool, failure) -> close(client));
    }

    private static GatewayError refused(String wire) throws Exception {
        return error(send(wire));
    }

    private static GatewayError error(CompletableFuture<Spool> failing) throws InterruptedException, TimeoutException {
        try {
            throw new AssertionError(
                    "an upload of " + failing.get(10, TimeUnit.SECONDS).length() + " bytes was accepted");
        } catch (ExecutionException failed) {
            return ((GatewayException) failed.getCause()).error();
        }
    }

    private static void close(RawClient client) {
        try {
            client.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String announced(int length) {
        return "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static String chunked(String body) {
        return "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length())
                + "\r\n" + body + "\r\n0\r\n\r\n";
    }
}
