package dev.sluice.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.bus.Address;
import dev.sluice.bus.Bus;
import dev.sluice.bus.CallPolicy;
import dev.sluice.bus.CancelSignal;
import dev.sluice.bus.HealthCheckQuery;
import dev.sluice.bus.ModelListQuery;
import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.bus.SocketCall;
import dev.sluice.bus.SocketReply;
import dev.sluice.catalog.ListedModel;
import dev.sluice.config.ProviderSettings;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Deadline;
import dev.sluice.model.Principal;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Strictness;
import dev.sluice.model.Surface;
import dev.sluice.observe.Metrics;
import dev.sluice.protocol.request.RequestReader;
import dev.sluice.provider.state.ProviderState;
import dev.sluice.provider.upstream.ConnectionPermits;
import dev.sluice.stream.AttemptTimeouts;
import dev.sluice.stream.CreditStream;
import dev.sluice.stream.FairBudget;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;

/** One provider's verticle, called over the bus as an exchange calls it, with the test's own policy. */
public final class DirectProvider implements AutoCloseable {

    private static final Address<ProviderCall, ProviderReply> ADDRESS = Address.provider("up", 1);

    private final Vertx vertx = Vertx.vertx();
    private final ProviderState state;
    private final FairBudget memory = new FairBudget(1 << 30);
    private final Context caller;
    private final Bus bus;
    private final String deployment;

    /** The outcome of a call: the reply, and for a stream all its bytes and its end. */
    public record Outcome(ProviderReply reply, String bytes, StreamEnd end) {

        public ProviderReply.Failed failure() {
            return (ProviderReply.Failed) reply;
        }
    }

    /** @param more further settings of the provider, in YAML's flow style and with a comma before each */
    public DirectProvider(String baseUrl, String more) {
        this("type: openai_compatible, base_url: \"" + baseUrl + "\"" + more);
    }

    /** @param settings of the provider, in YAML's flow style */
    public DirectProvider(String settings) {
        Bus.prepare(vertx);
        String yaml = "providers: { up: { " + settings + " } }\nstore: { enabled: false }\n";
        LoadedConfig.Ok ok = (LoadedConfig.Ok) ConfigLoader.parse(yaml, "test.yaml", name -> null, Path.of("."));
        ProviderSettings up = ProviderSettings.of("up", ok.config().providers().get("up"));
        // A simulator's address is known when it has started; the tests start none.
        up = up.type().simulated() ? up.withBaseUrl("http://127.0.0.1:9") : up;
        state = new ProviderState(vertx, up, 1, Metrics.off());
        deployment = RunningSluice.await(vertx.deployVerticle(new ProviderVerticle(
                state, true, new ConnectionPermits(up.config().pool(), 1), memory)));
        caller = vertx.getOrCreateContext();
        Promise<Bus> made = Promise.promise();
        caller.runOnContext(v -> made.complete(new Bus(vertx)));
        bus = RunningSluice.await(made.future());
    }

    /** The memory budget of responses. Tests may lower it. */
    public FairBudget memory() {
        return memory;
    }

    public ProviderState state() {
        return state;
    }

    public static CallPolicy holding(CallPolicy.HoldLimits hold) {
        return new CallPolicy(AttemptTimeouts.UNSET, hold, 5, false);
    }

    public Future<Outcome> call(String model, CallPolicy policy) {
        return call("test", model, policy, new CancelSignal(), Deadline.inMillis(10_000));
    }

    /** @param requestId null makes the attempt fail inside Sluice */
    public Future<Outcome> call(
            String requestId, String model, CallPolicy policy, CancelSignal cancel, Deadline deadline) {
        Promise<Outcome> outcome = Promise.promise();
        send(
                providerCall(requestId, model, policy, cancel, deadline),
                reply -> received(reply, outcome),
                outcome::fail);
        return outcome.future();
    }

    /** A call whose stream the test reads, with {@link #onCaller}. */
    public CreditStream stream(CancelSignal cancel) {
        Promise<CreditStream> stream = Promise.promise();
        send(
                providerCall("test", "m", CallPolicy.PLAIN, cancel, Deadline.inMillis(10_000)),
                reply -> stream.complete(((ProviderReply.Streaming) reply).stream()),
                stream::fail);
        return RunningSluice.await(stream.future());
    }

    /** Runs an action on the event loop that receives replies and streams. */
    public void onCaller(Runnable action) {
        caller.runOnContext(v -> action.run());
    }

    private ProviderCall providerCall(
            String requestId, String model, CallPolicy policy, CancelSignal cancel, Deadline deadline) {
        ByteSlice body = ByteSlice.of("{\"model\":\"" + model
                + "\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello there\"}]}");
        return new ProviderCall(
                requestId,
                new RequestReader(Surface.CHAT_COMPLETIONS, body).read(),
                model,
                name -> null,
                Strictness.OFF,
                policy,
                deadline,
                cancel,
                Principal.OPEN,
                caller);
    }

    private void send(ProviderCall call, Handler<ProviderReply> received, Handler<Throwable> failed) {
        caller.runOnContext(v -> bus.request(ADDRESS, call).onComplete(received, failed));
    }

    public Future<Outcome> call(ClientRequest request, String model) {
        Promise<Outcome> outcome = Promise.promise();
        ProviderCall call = new ProviderCall(
                "test",
                request,
                model,
                name -> null,
                Strictness.OFF,
                CallPolicy.PLAIN,
                Deadline.inMillis(10_000),
                new CancelSignal(),
                Principal.OPEN,
                caller);
        send(call, reply -> received(reply, outcome), outcome::fail);
        return outcome.future();
    }

    /** Opens a WebSocket as a realtime session opens it. */
    public SocketReply socket(SocketCall call) {
        return query(Address.socket("up", 1), call);
    }

    public HealthCheckQuery.Result check() {
        return query(Address.check("up", 1), new HealthCheckQuery());
    }

    /** The provider's own model list. */
    public List<ListedModel> models() {
        return query(Address.models("up", 1), new ModelListQuery(5_000)).models();
    }

    /** Stops the verticle. */
    public void undeploy() {
        RunningSluice.await(vertx.undeploy(deployment));
    }

    private <Q, R> R query(Address<Q, R> address, Q query) {
        Promise<R> reply = Promise.promise();
        caller.runOnContext(v -> bus.request(address, query).onComplete(reply));
        return RunningSluice.await(reply.future());
    }

    private static void received(ProviderReply reply, Promise<Outcome> outcome) {
        if (!(reply instanceof ProviderReply.Streaming streaming)) {
            outcome.complete(new Outcome(reply, "", null));
            return;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        streaming.stream().start((batch, end) -> {
            if (batch != null) {
                bytes.write(batch.array(), batch.offset(), batch.length());
                streaming.stream().consumed(batch.length());
            }
            if (end != null) {
                outcome.complete(new Outcome(reply, bytes.toString(UTF_8), end));
            }
        });
    }

    @Override
    public void close() {
        RunningSluice.await(vertx.close());
    }
}
