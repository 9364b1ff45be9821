package dev.sluice.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.auth.keys.KeyGenerator.GeneratedKey;
import dev.sluice.config.AuthConfig;
import dev.sluice.model.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ApiKeyHandlerTest {

    private final GeneratedKey ci = TestKeys.generate("ci");
    private final GeneratedKey dev = TestKeys.generate("dev");
    private final AtomicReference<AuthConfig> config = new AtomicReference<>(TestKeys.config(ci, dev));
    private WebClient client;
    private int port;

    @BeforeEach
    void serve(Vertx vertx) throws Exception {
        Router router = Router.router(vertx);
        router.route().handler(new ApiKeyHandler(TestKeys.identity(config::get)));
        router.route()
                .handler(context -> context.end(ApiKeyHandler.principal(context).id()));
        router.route()
                .failureHandler(context -> context.response()
                        .setStatusCode(
                                ((GatewayException) context.failure()).error().status())
                        .end(context.failure().getMessage()));
        port = result(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"))
                .actualPort();
        client = WebClient.create(vertx);
    }

    @Test
    void everyHeaderIsAccepted() throws Exception {
        String token = ci.token().reveal();

        assertThat(get("Authorization", "Bearer " + token).bodyAsString()).isEqualTo("ci");
        assertThat(get("authorization", "bearer  " + token).bodyAsString()).isEqualTo("ci");
        assertThat(get("x-api-key", token).bodyAsString()).isEqualTo("ci");
        assertThat(get("api-key", token).bodyAsString()).isEqualTo("ci");
    }

    @Test
    void theSameKeyInTwoHeadersIsAccepted() throws Exception {
        String token = ci.token().reveal();

        assertThat(get("Authorization", "Bearer " + token, "x-api-key", token).bodyAsString())
                .isEqualTo("ci");
        assertThat(get("Authorization", "Bearer ", "x-api-key", token).bodyAsString())
                .isEqualTo("ci");
    }

    @Test
    void differingKeysAreRefusedEvenIfBothAreValid() throws Exception {
        HttpResponse<Buffer> acrossHeaders = get(
                "Authorization",
                "Bearer " + ci.token().reveal(),
                "x-api-key",
                dev.token().reveal());
        HttpResponse<Buffer> inOneHeader =
                get("x-api-key", ci.token().reveal(), "x-api-key", dev.token().reveal());

        assertRefused(acrossHeaders, "Several API keys were provided and they differ");
        assertRefused(inOneHeader, "Several API keys were provided and they differ");
    }

    @Test
    void aMissingKeyIsRefusedWithInstructions() throws Exception {
        assertRefused(get(), "You didn't provide an API key");
        assertRefused(get("Authorization", "Basic Y2k6Y2k="), "You didn't provide an API key");
        assertRefused(get("Authorization", "Bearer"), "You didn't provide an API key");
    }

    @Test
    void aWrongKeyIsNotEchoed() throws Exception {
        HttpResponse<Buffer> response = get("Authorization", "Bearer sk-sluice-ci-canary-of-a-key");

        assertRefused(response, "Incorrect API key provided");
        assertThat(response.bodyAsString()).doesNotContain("canary");
        assertThat(response.headers().toString()).doesNotContain("canary");
    }

    @Test
    void openModeRequiresNoKey() throws Exception {
        config.set(TestKeys.open());

        assertThat(get().bodyAsString()).isEqualTo("open");
        assertThat(get("Authorization", "Bearer sk-dummy", "x-api-key", "another")
                        .bodyAsString())
                .isEqualTo("open");
    }

    @Test
    void aChangedConfigAppliesFromTheNextRequestOn() throws Exception {
        assertThat(get("x-api-key", ci.token().reveal()).statusCode()).isEqualTo(200);

        config.set(TestKeys.config(dev));

        assertRefused(get("x-api-key", ci.token().reveal()), "Incorrect API key provided");
        assertThat(get("x-api-key", dev.token().reveal()).bodyAsString()).isEqualTo("dev");
    }

    private static void assertRefused(HttpResponse<Buffer> response, String message) {
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.bodyAsString()).startsWith(message);
        assertThat(response.getHeader("www-authenticate")).isEqualTo("Bearer");
    }

    private HttpResponse<Buffer> get(String... headers) throws Exception {
        MultiMap map = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < headers.length; i += 2) {
            map.add(headers[i], headers[i + 1]);
        }
        return result(client.get(port, "127.0.0.1", "/").putHeaders(map).send());
    }

    private static <T> T result(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
