package dev.sluice.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request goes to the consumer on its own event loop, else to any other, and fails at once when there is none. */
class BusTest {

    private static final Address<String, String> ADDRESS = new Address<>("test");

    private Vertx vertx;
    private ContextInternal here;
    private ContextInternal there;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        Bus.prepare(vertx);
        here = ((VertxInternal) vertx).createEventLoopContext();
        there = ((VertxInternal) vertx).createEventLoopContext();
        assertThat(here.nettyEventLoop()).isNotSameAs(there.nettyEventLoop());
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void theConsumerOnTheSendersOwnLoopIsPreferred() {
        on(there, () -> new Bus(vertx).serve(ADDRESS, question -> Future.succeededFuture("there")));
        on(here, () -> new Bus(vertx).serve(ADDRESS, question -> Future.succeededFuture("here")));
        Bus asking = on(here, () -> new Bus(vertx));

        for (int i = 0; i < 20; i++) {
            assertThat(ask(asking)).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo("here");
        }
    }

    @Test
    void withoutOneOnItsLoopARequestGoesToAnyAndTheReplyReturnsToTheSender() throws Exception {
        on(
                there,
                () -> new Bus(vertx)
                        .serve(
                                ADDRESS,
                                question -> Future.succeededFuture(
                                        Thread.currentThread().getName())));
        Bus asking = on(here, () -> new Bus(vertx));
        CompletableFuture<String> repliedOn = new CompletableFuture<>();

        here.runOnContext(v -> asking.request(ADDRESS, "?")
                .onSuccess(response -> repliedOn.complete(
                        response + " -> " + Thread.currentThread().getName())));

        String thereThread = on(there, () -> Thread.currentThread().getName());
        String hereThread = on(here, () -> Thread.currentThread().getName());
        assertThat(repliedOn).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo(thereThread + " -> " + hereThread);
    }

    @Test
    void aRequestWithoutAConsumerFailsAtOnce() {
        Bus asking = on(here, () -> new Bus(vertx));

        assertNoReply(ask(asking));
    }

    @Test
    void anEndedRegistrationReceivesNoRequests() {
        List<Bus.Registration> registrations =
                on(here, () -> new Bus(vertx).serve(ADDRESS, question -> Future.succeededFuture("here")));
        Bus asking = on(here, () -> new Bus(vertx));
        assertThat(ask(asking)).succeedsWithin(5, TimeUnit.SECONDS);

        registrations.forEach(registration -> registration
                .unregister()
                .toCompletionStage()
                .toCompletableFuture()
                .join());

        assertNoReply(ask(asking));
    }

    @Test
    void aServiceThatThrowsFailsTheRequest() {
        on(
                here,
                () -> new Bus(vertx).serve(ADDRESS, question -> {
                    throw new IllegalStateException("broken");
                }));
        Bus asking = on(here, () -> new Bus(vertx));

        assertThat(ask(asking))
                .failsWithin(5, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .withMessage("broken");
    }

    @Test
    void aLateReplyIsAwaited() {
        Promise<String> late = Promise.promise();
        on(here, () -> new Bus(vertx).serve(ADDRESS, question -> late.future()));
        CompletableFuture<String> response = ask(on(here, () -> new Bus(vertx)));

        late.complete("late");

        assertThat(response).succeedsWithin(5, TimeUnit.SECONDS).isEqualTo("late");
    }

    @Test
    void aCancelReachesItsListenerInEitherOrder() {
        CancelSignal before = new CancelSignal();
        CancelSignal after = new CancelSignal();
        List<String> heard = new java.util.concurrent.CopyOnWriteArrayList<>();

        before.fire(dev.sluice.model.CancelCause.CLIENT_GONE);
        on(here, () -> {
            before.listen(here, cause -> heard.add("before " + cause));
            after.listen(here, cause -> heard.add("after " + cause));
            return null;
        });
        after.fire(dev.sluice.model.CancelCause.DRAIN);
        after.fire(dev.sluice.model.CancelCause.CLIENT_GONE);

        await().untilAsserted(() -> assertThat(heard).containsExactly("before CLIENT_GONE", "after DRAIN"));
    }

    private static void assertNoReply(CompletableFuture<String> response) {
        assertThat(response)
                .failsWithin(5, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingCause()
                .satisfies(failure ->
                        assertThat(((GatewayException) failure).error().kind()).isEqualTo(Kind.UNAVAILABLE));
    }

    private CompletableFuture<String> ask(Bus bus) {
        CompletableFuture<String> response = new CompletableFuture<>();
        here.runOnContext(
                v -> bus.request(ADDRESS, "?").onComplete(response::complete, response::completeExceptionally));
        return response;
    }

    private static <T> T on(Context context, Callable<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        context.runOnContext(v -> {
            try {
                result.complete(action.call());
            } catch (Exception failure) {
                result.completeExceptionally(failure);
            }
        });
        return result.orTimeout(5, TimeUnit.SECONDS).join();
    }
}
