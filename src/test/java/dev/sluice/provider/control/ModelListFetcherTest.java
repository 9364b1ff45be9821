package dev.sluice.provider.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.catalog.ListedModel;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.provider.DirectProvider;
import dev.sluice.simulator.SimulatorServer;
import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which requests fetch a provider's model list, how pages are joined, and what a failed fetch leaves. */
class ModelListFetcherTest {

    private static final List<HttpServerRequest> RECEIVED = new CopyOnWriteArrayList<>();
    private static volatile Consumer<HttpServerRequest> respond;
    private static Vertx vertx;
    private static HttpServer server;

    private DirectProvider provider;

    @BeforeAll
    static void serve() {
        vertx = Vertx.vertx();
        server = RunningSluice.await(vertx.createHttpServer()
                .requestHandler(request -> {
                    RECEIVED.add(request);
                    respond.accept(request);
                })
                .listen(0, "127.0.0.1"));
    }

    @AfterAll
    static void close() {
        RunningSluice.await(vertx.close());
    }

    @AfterEach
    void stop() {
        provider.close();
        RECEIVED.clear();
    }

    @Test
    void theListIsReadWithTheProvidersKeyAndThenCached() {
        respond = request -> request.response().end(list("one", "two"));
        provider("openai_compatible", "1h");

        List<ListedModel> models = provider.models();

        assertThat(models).extracting(ListedModel::id).containsExactly("one", "two");
        assertThat(provider.models()).isSameAs(models);
        assertThat(RECEIVED).hasSize(1);
        assertThat(RECEIVED.getFirst().uri()).isEqualTo("/v1/models");
        assertThat(RECEIVED.getFirst().getHeader("authorization")).isEqualTo("Bearer k1");
    }

    @Test
    void aListThatHasNotChangedIsKept() {
        respond = request -> {
            if ("\"v1\"".equals(request.getHeader("if-none-match"))) {
                request.response().setStatusCode(304).end();
            } else {
                request.response().putHeader("etag", "\"v1\"").end(list("one"));
            }
        };
        provider("openai_compatible", "1ms");
        List<ListedModel> models = provider.models();

        try (CapturedLog log = CapturedLog.open()) {
            await().until(() -> provider.models() == models && RECEIVED.size() > 2);

            assertThat(log.lines()).noneMatch(line -> line.contains("cannot be fetched"));
        }
        assertThat(RECEIVED.getFirst().getHeader("if-none-match")).isNull();
        assertThat(RECEIVED.getLast().getHeader("if-none-match")).isEqualTo("\"v1\"");
    }

    @Test
    void pagesAreJoinedAndTheirCursorsEncoded() {
        respond = request -> request.response()
                .putHeader("etag", "\"of the first page\"")
                .end(request.getParam("after_id") == null ? page("a b&c", "one", "two") : list("three"));
        provider("anthropic", "1ms");

        assertThat(provider.models()).extracting(ListedModel::id).containsExactly("one", "two", "three");
        assertThat(RECEIVED)
                .extracting(HttpServerRequest::uri)
                .containsExactly("/v1/v1/models", "/v1/v1/models?limit=1000&after_id=a+b%26c");

        await().until(() -> !provider.models().isEmpty() && RECEIVED.size() > 2);
        assertThat(RECEIVED.get(2).getHeader("if-none-match"))
                .as("the ETag of a page does not cover the others")
                .isNull();
    }

    @Test
    void aListWithoutAnEndIsGivenUp() {
        respond = request -> request.response().end(page("again", "one"));
        provider("anthropic", "1h");
        try (CapturedLog log = CapturedLog.open()) {
            assertThat(provider.models()).isEmpty();

            assertThat(RECEIVED).hasSize(20);
            assertThat(log.lines()).anyMatch(line -> line.endsWith("its model list has more than 20 pages"));
        }
    }

    @Test
    void aFailedFetchIsLoggedAndLeavesNoModels() {
        respond = request -> request.response().setStatusCode(500).end();
        provider("openai_compatible", "1h");
        try (CapturedLog log = CapturedLog.open()) {
            assertThat(provider.models()).isEmpty();

            assertThat(log.lines())
                    .contains("WARN the model list of provider up cannot be fetched, none of its models is listed:"
                            + " responded with status 500");
        }
    }

    /** The provider may close a kept-alive connection at the moment of the request. */
    @Test
    void aConnectionThatClosesIsReplacedOnce() {
        respond = request -> {
            if (RECEIVED.size() == 1) {
                request.connection().close();
            } else {
                request.response().end(list("one"));
            }
        };
        provider("openai_compatible", "1h");

        assertThat(provider.models()).extracting(ListedModel::id).containsExactly("one");
        assertThat(RECEIVED).hasSize(2);
    }

    @Test
    void noRequestIsSentWithoutAUsableKey() {
        respond = request -> request.response().end(list("one"));
        provider("openai_compatible", "1h");
        GatewayError spent = GatewayError.of(Kind.QUOTA_SPENT, "no credits left");
        provider.state().keys().draw("m").failed(spent, null);

        assertThat(provider.models()).isEmpty();
        assertThat(RECEIVED).isEmpty();
    }

    @Test
    void aTimeToLiveOfZeroFetchesNothing() {
        respond = request -> request.response().end(list("one"));
        provider("openai_compatible", "0s");

        assertThat(provider.models()).isEmpty();
        assertThat(RECEIVED).isEmpty();
    }

    @Test
    void theSimulatorsModelsAreKnownWithoutARequest() {
        provider = new DirectProvider("type: simulator");

        assertThat(provider.models()).extracting(ListedModel::id).containsExactlyElementsOf(SimulatorServer.MODELS);
    }

    private void provider(String type, String ttl) {
        provider = new DirectProvider("type: " + type + ", base_url: \"http://127.0.0.1:" + server.actualPort()
                + "/v1\", api_keys: [ { key: k1 } ], models_ttl: " + ttl);
    }

    private static String list(String... ids) {
        return "{\"data\":" + data(ids) + "}";
    }

    private static String page(String cursor, String... ids) {
        return "{\"has_more\":true,\"last_id\":\"" + cursor + "\",\"data\":" + data(ids) + "}";
    }

    private static String data(String... ids) {
        return IntStream.range(0, ids.length)
                .mapToObj(i -> "{\"type\":\"model\",\"id\":\"" + ids[i] + "\"}")
                .toList()
                .toString();
    }
}
