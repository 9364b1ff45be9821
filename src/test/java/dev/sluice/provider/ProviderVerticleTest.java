package dev.sluice.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bus.CallPolicy;
import dev.sluice.bus.CancelSignal;
import dev.sluice.bus.HealthCheckQuery;
import dev.sluice.bus.SocketCall;
import dev.sluice.bus.SocketReply;
import dev.sluice.catalog.ListedModel;
import dev.sluice.model.BreakerForce;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Deadline;
import dev.sluice.model.FailureCode;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.KeyFault;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.stream.WorkerPool;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a provider's verticle serves at its addresses, and what it refuses without calling the provider. */
class ProviderVerticleTest {

    private static final String STREAM = """
        data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}

        data: [DONE]

        """;
    private static final SocketCall SOCKET = new SocketCall("test", "m", name -> null, List.of());

    private static final List<HttpServerRequest> RECEIVED = new CopyOnWriteArrayList<>();
    private static volatile int status;
    private static Vertx vertx;
    private static HttpServer server;

    private DirectProvider provider;

    @BeforeAll
    static void serve() {
        vertx = Vertx.vertx();
        server = RunningSluice.await(vertx.createHttpServer()
                .webSocketHandler(socket -> {})
                .requestHandler(request -> {
                    RECEIVED.add(request);
                    boolean stream = request.path().endsWith("/chat/completions");
                    request.response()
                            .setStatusCode(status)
                            .putHeader("content-type", stream ? "text/event-stream" : "application/json")
                            .end(stream && status == 200 ? STREAM : "{\"data\":[{\"id\":\"m\"}]}");
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
        status = 200;
    }

    @Test
    void callsSocketsChecksAndModelListsAreServed() {
        provider = compatible("");

        assertThat(RunningSluice.await(provider.call("m", CallPolicy.PLAIN)).end())
                .isInstanceOf(StreamEnd.Complete.class);
        assertThat(provider.socket(SOCKET)).isInstanceOf(SocketReply.Open.class);
        HealthCheckQuery.Result check = provider.check();
        assertThat(check.healthy()).isTrue();
        assertThat(provider.models()).extracting(ListedModel::id).containsExactly("m");
    }

    @Test
    void anEndpointThatTheProviderLacksIsRefused() {
        provider = new DirectProvider("type: gemini, api_keys: [ { key: k } ], base_url: \"" + url() + "\"");

        GatewayError error = refused(read(Surface.MODERATIONS, "{\"model\":\"m\",\"input\":\"Hi\"}"));
        SocketReply.Failed socket = (SocketReply.Failed) provider.socket(SOCKET);

        assertThat(error.kind()).isEqualTo(Kind.UNSUPPORTED);
        assertThat(error.message()).isEqualTo("provider up does not offer /v1/moderations");
        assertThat(socket.error().message()).isEqualTo("provider up does not offer /v1/realtime");
        assertThat(RECEIVED).isEmpty();
    }

    /** Large bodies are decoded on a worker thread, from where a refusal must come back as a reply. */
    @Test
    void aRequestThatCannotBeTranslatedIsRefusedWhateverItsSize() {
        provider = new DirectProvider("type: anthropic, api_keys: [ { key: k } ], base_url: \"" + url() + "\"");

        for (int length : new int[] {10, WorkerPool.INLINE_BYTES}) {
            GatewayError error = refused(read(
                    Surface.CHAT_COMPLETIONS,
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"nobody\",\"content\":\"" + "x".repeat(length)
                            + "\"}]}"));

            assertThat(error.kind()).isEqualTo(Kind.INVALID_REQUEST);
        }
        assertThat(RECEIVED).isEmpty();
    }

    @Test
    void aDrainedProviderIsNotCalled() {
        provider = compatible("");
        provider.state().setDrained("repairs");

        GatewayError error = refused(CallPolicy.PLAIN);
        SocketReply.Failed socket = (SocketReply.Failed) provider.socket(SOCKET);

        assertThat(error.failure()).isEqualTo(FailureCode.PROVIDER_DRAINED);
        assertThat(error.message()).isEqualTo("provider up is drained and accepts no new requests: repairs");
        assertThat(socket.error().failure()).isEqualTo(FailureCode.PROVIDER_DRAINED);
        assertThat(RECEIVED).isEmpty();
    }

    @Test
    void anOpenBreakerAdmitsOnlyALastResort() {
        provider = compatible(", breaker: { min_calls: 1, active_probe: false }");
        status = 500;
        refused(CallPolicy.PLAIN);

        GatewayError error = refused(CallPolicy.PLAIN);
        SocketReply.Failed socket = (SocketReply.Failed) provider.socket(SOCKET);
        assertThat(error.failure()).isEqualTo(FailureCode.BREAKER_OPEN);
        assertThat(error.message()).startsWith("provider up is not called: its breaker is open (");
        assertThat(error.retryAfterMillis()).isPositive();
        assertThat(socket.error().failure()).isEqualTo(FailureCode.BREAKER_OPEN);
        assertThat(RECEIVED).hasSize(1);

        refused(new CallPolicy(CallPolicy.PLAIN.timeouts(), null, 5, true));
        assertThat(RECEIVED).hasSize(2);
    }

    @Test
    void aBreakerThatAnOperatorHoldsOpenNamesTheReason() {
        provider = compatible("");
        provider.state().forceBreakers(BreakerForce.OPEN, "incident 4711");

        GatewayError error = refused(new CallPolicy(CallPolicy.PLAIN.timeouts(), null, 5, true));

        assertThat(error.message()).isEqualTo("provider up is not called: its breaker is open (incident 4711)");
        assertThat(RECEIVED).isEmpty();
    }

    @Test
    void aProviderWithoutAUsableKeyIsNotCalled() {
        provider = compatible(", api_keys: [ { key: one } ]");
        GatewayError spent = GatewayError.of(Kind.QUOTA_SPENT, "no credits left")
                .withKeyFault(new KeyFault(KeyFault.Scope.ALL_MODELS, null));
        provider.state().keys().draw("m").failed(spent, null);

        GatewayError error = refused(CallPolicy.PLAIN);
        SocketReply.Failed socket = (SocketReply.Failed) provider.socket(SOCKET);

        assertThat(error.kind()).isEqualTo(Kind.QUOTA_SPENT);
        assertThat(socket.error().kind()).isEqualTo(Kind.QUOTA_SPENT);
        assertThat(RECEIVED).isEmpty();
    }

    @Test
    void aStoppedProviderServesNoAddress() {
        provider = compatible("");
        provider.undeploy();

        assertThatThrownBy(() -> RunningSluice.await(provider.call("m", CallPolicy.PLAIN)))
                .rootCause()
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("the provider is not running");
        assertThatThrownBy(() -> provider.socket(SOCKET)).rootCause().hasMessageContaining("is not running");
        assertThatThrownBy(() -> provider.check()).rootCause().hasMessageContaining("is not running");
        assertThatThrownBy(() -> provider.models()).rootCause().hasMessageContaining("is not running");
    }

    private static DirectProvider compatible(String more) {
        status = 200;
        return new DirectProvider(url(), more);
    }

    private static String url() {
        return "http://127.0.0.1:" + server.actualPort() + "/v1";
    }

    private GatewayError refused(ClientRequest request) {
        return RunningSluice.await(provider.call(request, "m")).failure().error();
    }

    private GatewayError refused(CallPolicy policy) {
        return RunningSluice.await(provider.call("test", "m", policy, new CancelSignal(), Deadline.inMillis(10_000)))
                .failure()
                .error();
    }

    private static ClientRequest read(Surface surface, String body) {
        return Protocols.read(surface, ByteSlice.of(body));
    }
}
