package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.bus.Address;
import dev.sluice.bus.Bus;
import dev.sluice.bus.ProviderCall;
import dev.sluice.bus.ProviderReply;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Principal;
import dev.sluice.model.RequestContext;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Usage;
import dev.sluice.stream.CreditStream;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** One exchange with providers that reply when the test says so. */
abstract class ExchangeFixture {

    static final Usage USED = new Usage(3, 5, 0, 0, 0, Usage.NO_COST, true);
    static final ByteSlice HELLO = ByteSlice.of(
            "data:"
                + " {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hello\"},\"finish_reason\":null}]}\n\n");

    /** A call that a provider has received. */
    record Received(String provider, ProviderCall call, Promise<ProviderReply> reply) {}

    final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    final FakeHttp http = new FakeHttp();
    Vertx vertx;
    Context loop;
    FakeListener listener;
    Exchange exchange;
    RequestContext context;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        Bus.prepare(vertx);
        loop = vertx.getOrCreateContext();
        onLoop(() -> {
            Bus bus = new Bus(vertx);
            for (String provider : List.of("a", "b", "limited")) {
                bus.serve(Address.provider(provider, 1), call -> {
                    Promise<ProviderReply> reply = Promise.promise();
                    received.add(new Received(provider, call, reply));
                    return reply.future();
                });
            }
            listener = new FakeListener(vertx, bus);
            openFor(Principal.OPEN);
            return null;
        });
    }

    @AfterEach
    void close() {
        listener.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    Void openFor(Principal principal) {
        return openFor(principal, http);
    }

    Void openFor(Principal principal, FakeHttp http) {
        context = FakeListener.requestContext(principal);
        ResponseWriter writer = new ResponseWriter(http.request, context, listener.context);
        exchange = new Exchange(listener.context, listener.snapshot, context, writer, loop);
        return null;
    }

    void start(String model, boolean stream) {
        onLoop(() -> {
            exchange.start(FakeListener.chat(stream), listener.plan(model), http.requestHeaders::get);
            return null;
        });
    }

    void cancel(CancelCause cause) {
        onLoop(() -> {
            exchange.cancel(cause);
            return null;
        });
    }

    ExchangeState state() {
        return onLoop(() -> exchange.state);
    }

    List<AttemptRecord> records() {
        return onLoop(() -> List.copyOf(listener.records));
    }

    void awaitState(ExchangeState state) {
        await().until(this::state, state::equals);
    }

    Received next(String provider) {
        try {
            Received call = received.poll(10, TimeUnit.SECONDS);
            assertThat(call).as("call of provider " + provider).isNotNull();
            assertThat(call.provider()).isEqualTo(provider);
            return call;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void reply(Received call, ProviderReply reply) {
        onLoop(() -> call.reply().tryComplete(reply));
    }

    AtomicReference<CancelCause> listen(Received call) {
        AtomicReference<CancelCause> cause = new AtomicReference<>();
        onLoop(() -> {
            call.call().cancel().listen(loop, cause::set);
            return null;
        });
        return cause;
    }

    CreditStream stream() {
        return onLoop(() -> new CreditStream(loop, loop, () -> {}));
    }

    void offer(CreditStream stream, ByteSlice bytes) {
        onLoop(() -> stream.offer(bytes));
    }

    void end(CreditStream stream, StreamEnd end) {
        onLoop(() -> {
            stream.end(end);
            return null;
        });
    }

    static ProviderReply whole(String body) {
        return new ProviderReply.Complete(200, "application/json", ByteSlice.of(body), USED, List.of(), null, null);
    }

    static ProviderReply failed(Kind kind, long retryAfter) {
        return ProviderReply.Failed.of(GatewayError.of(kind, "no luck").withRetryAfter(retryAfter));
    }

    static StreamEnd cut() {
        return new StreamEnd.Failed(GatewayError.of(Kind.TRUNCATED, "the stream was cut"), Usage.UNKNOWN);
    }

    <T> T onLoop(Supplier<T> action) {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.runOnContext(v -> {
            try {
                done.complete(action.get());
            } catch (Throwable failure) {
                done.completeExceptionally(failure);
            }
        });
        return done.orTimeout(10, TimeUnit.SECONDS).join();
    }
}
