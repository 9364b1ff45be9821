package dev.sluice.provider.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.bus.HealthCheckQuery;
import dev.sluice.config.ProviderSettings;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.GatewayError;
import dev.sluice.model.KeyFault;
import dev.sluice.observe.Metrics;
import dev.sluice.provider.state.ProviderState;
import dev.sluice.provider.upstream.ConnectionPermits;
import dev.sluice.provider.upstream.UpstreamClient;
import dev.sluice.provider.upstream.UpstreamHeaders;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthCheckTest {

    private final Vertx vertx = Vertx.vertx();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong timer = new AtomicLong();

    @AfterEach
    void stop() {
        RunningSluice.await(vertx.close());
    }

    @Test
    void aProviderThatAcceptsTheKeyIsHealthy() {
        HealthCheckQuery.Result result =
                check(10_000, socket -> socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"));

        assertThat(result.healthy()).isTrue();
        assertThat(result.status()).isEqualTo(200);
    }

    @Test
    void aRejectedKeyIsNamed() {
        HealthCheckQuery.Result result =
                check(10_000, socket -> socket.write("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n"));

        assertThat(result.healthy()).isFalse();
        assertThat(result.status()).isEqualTo(401);
        assertThat(result.detail()).isEqualTo("rejected the API key");
    }

    /** The key may be valid again: the response is of now, not of the start of the cooldown. */
    @Test
    void anOperatorsCheckIsSentWithAKeyInCooldownAndEndsIt() {
        GatewayError rejected = GatewayError.of(GatewayError.Kind.PROVIDER_AUTH, "rejected")
                .withKeyFault(new KeyFault(KeyFault.Scope.ALL_MODELS, null));
        List<Integer> automatic = new ArrayList<>();

        HealthCheckQuery.Result result = check(
                socket -> socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"),
                state -> state.keys().draw("m").failed(rejected, null),
                check -> check.check(10_000)
                        .onSuccess(first -> automatic.add(first.status()))
                        .compose(first -> check.checkForOperator(10_000)));

        assertThat(automatic).containsExactly(HealthCheckQuery.NOT_SENT);
        assertThat(result.healthy()).isTrue();
        assertThat(result.detail()).isEqualTo("responded; the cooldown of API key 1 has ended");
        assertThat(requests).hasValue(1);
    }

    /** The redirect would take the API key to another host. */
    @Test
    void aRedirectIsNotFollowed() {
        HealthCheckQuery.Result result = check(
                10_000,
                socket -> socket.write("HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n"));

        assertThat(result.healthy()).isFalse();
        assertThat(result.status()).isEqualTo(302);
        assertThat(requests).hasValue(1);
    }

    /** Each byte restarts a timeout of silence, so this one limits the whole exchange and closes the connection. */
    @Test
    void aResponseThatNeverEndsIsCutAtTheTimeout() {
        HealthCheckQuery.Result result = check(300, socket -> {
            socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
            timer.set(vertx.setPeriodic(20, id -> socket.write("1\r\nx\r\n")));
        });

        assertThat(result.healthy()).isFalse();
        assertThat(result.status()).isZero();
        assertThat(result.detail()).isEqualTo("sent no complete response within 300 ms");
        await().untilTrue(closed);
    }

    private interface Response {
        void send(NetSocket socket);
    }

    private HealthCheckQuery.Result check(long timeoutMillis, Response response) {
        return check(response, state -> {}, check -> check.check(timeoutMillis));
    }

    private HealthCheckQuery.Result check(
            Response response,
            Consumer<ProviderState> before,
            Function<HealthCheck, Future<HealthCheckQuery.Result>> checks) {
        NetServer server = RunningSluice.await(vertx.createNetServer()
                .connectHandler(socket -> {
                    socket.handler(request -> {
                        requests.incrementAndGet();
                        response.send(socket);
                    });
                    socket.closeHandler(v -> {
                        vertx.cancelTimer(timer.get());
                        closed.set(true);
                    });
                })
                .listen(0, "127.0.0.1"));
        String yaml = "providers: { up: { type: openai_compatible, base_url: \"http://127.0.0.1:" + server.actualPort()
                + "/v1\", api_keys: [{ key: k }] } }\nstore: { enabled: false }\n";
        LoadedConfig.Ok ok = (LoadedConfig.Ok) ConfigLoader.parse(yaml, "test.yaml", name -> null, Path.of("."));
        ProviderSettings settings =
                ProviderSettings.of("up", ok.config().providers().get("up"));
        ProviderState state = new ProviderState(vertx, settings, 1, Metrics.off());
        Promise<HealthCheckQuery.Result> result = Promise.promise();
        vertx.runOnContext(v -> {
            UpstreamClient upstream = new UpstreamClient(
                    vertx, settings, new ConnectionPermits(settings.config().pool(), 1));
            before.accept(state);
            checks.apply(new HealthCheck(vertx, state, upstream, new UpstreamHeaders(settings)))
                    .onComplete(result);
        });
        return RunningSluice.await(result.future());
    }
}
