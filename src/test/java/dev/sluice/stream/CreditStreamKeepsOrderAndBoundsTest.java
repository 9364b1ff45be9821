package dev.sluice.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.StreamEnd;
import dev.sluice.model.Usage;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes arrive in order and once, the end comes once and last, and the producer never runs more than a window ahead.
 */
class CreditStreamKeepsOrderAndBoundsTest {

    private static final StreamEnd COMPLETE = new StreamEnd.Complete(Usage.UNKNOWN);

    private static Vertx vertx;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    }

    @AfterAll
    static void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Produces numbered chunks as fast as it may; a consumer acknowledges each batch on a later turn of its loop. */
    private static final class Run {

        private static final int CHUNKS = 20_000;

        private final Context producer;
        private final Context consumer;
        private final CreditStream stream;
        private final StringBuilder got = new StringBuilder();
        private final List<StreamEnd> ends = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger ahead = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private final AtomicInteger pauses = new AtomicInteger();
        private final CountDownLatch over = new CountDownLatch(1);
        private int next;

        Run(boolean sameLoop) {
            producer = context();
            consumer = sameLoop ? producer : otherLoop(producer);
            stream = new CreditStream(producer, consumer, this::produce);
        }

        static String chunk(int number) {
            return "%06d-0123456789-0123456789-0123456789-".formatted(number);
        }

        static String everything() {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < CHUNKS; i++) {
                all.append(chunk(i));
            }
            return all.toString();
        }

        void produce() {
            while (next < CHUNKS) {
                ByteSlice chunk = ByteSlice.of(chunk(next++));
                most.accumulateAndGet(ahead.addAndGet(chunk.length()), Math::max);
                if (!stream.offer(chunk)) {
                    pauses.incrementAndGet();
                    return;
                }
            }
            stream.end(COMPLETE);
            stream.end(new StreamEnd.Cancelled(CancelCause.DRAIN, Usage.UNKNOWN));
            stream.offer(ByteSlice.of("too late"));
        }

        void accept(ByteSlice batch, StreamEnd end) {
            assertThat(ends).isEmpty();
            if (batch != null) {
                got.append(batch.toText());
                consumer.runOnContext(v -> {
                    ahead.addAndGet(-batch.length());
                    stream.consumed(batch.length());
                });
            }
            if (end != null) {
                ends.add(end);
                over.countDown();
            }
        }
    }

    @ParameterizedTest(name = "same loop {0}")
    @ValueSource(booleans = {true, false})
    void everythingArrivesInOrderWithinTheWindowAndEndsOnce(boolean sameLoop) {
        Run run = new Run(sameLoop);

        run.producer.runOnContext(v -> run.produce());
        run.consumer.runOnContext(v -> run.stream.start(run::accept));

        await().until(() -> run.over.getCount() == 0);
        assertThat(run.got.toString()).isEqualTo(Run.everything());
        assertThat(run.ends).containsExactly(COMPLETE);
        assertThat(run.pauses.get()).isPositive();
        assertThat(run.most.get())
                .isBetween(
                        CreditStream.WINDOW, CreditStream.WINDOW + Run.chunk(0).length());
    }

    @ParameterizedTest(name = "same loop {0}")
    @ValueSource(booleans = {true, false})
    void bytesBeforeTheConsumerStartsAreKeptForIt(boolean sameLoop) {
        Run run = new Run(sameLoop);
        run.producer.runOnContext(v -> run.produce());
        await().until(() -> run.pauses.get() == 1);

        run.consumer.runOnContext(v -> run.stream.start(run::accept));

        await().until(() -> run.over.getCount() == 0);
        assertThat(run.got.toString()).isEqualTo(Run.everything());
        assertThat(run.ends).containsExactly(COMPLETE);
    }

    @Test
    void aProducerWithoutCreditWaitsUntilHalfTheWindowIsFree() {
        Context loop = context();
        AtomicInteger resumed = new AtomicInteger();
        CreditStream stream = new CreditStream(loop, loop, resumed::incrementAndGet);
        List<Boolean> mayGoOn = new ArrayList<>();

        on(loop, () -> {
            stream.start((batch, end) -> {});
            mayGoOn.add(stream.offer(ByteSlice.of(new byte[CreditStream.WINDOW - 1])));
            mayGoOn.add(stream.offer(ByteSlice.of(new byte[1])));
            stream.consumed(CreditStream.WINDOW / 2 - 1);
        });
        assertThat(mayGoOn).containsExactly(true, false);
        assertThat(resumed).hasValue(0);

        on(loop, () -> stream.consumed(1));
        assertThat(resumed).hasValue(1);

        on(loop, () -> stream.consumed(CreditStream.WINDOW / 2));
        assertThat(resumed).hasValue(1);
    }

    @Test
    void aBurstLeavesAsOneBatchTogetherWithTheEnd() {
        Context loop = context();
        List<String> batches = Collections.synchronizedList(new ArrayList<>());
        CreditStream stream = new CreditStream(loop, loop, () -> {});

        on(loop, () -> {
            stream.start((batch, end) -> batches.add(batch.toText() + end));
            stream.offer(ByteSlice.of("one "));
            stream.offer(ByteSlice.of("two "));
            stream.offer(ByteSlice.of("three "));
            stream.end(COMPLETE);
        });

        await().until(() -> !batches.isEmpty());
        assertThat(batches).containsExactly("one two three " + COMPLETE);
    }

    @ParameterizedTest(name = "same loop {0}")
    @ValueSource(booleans = {true, false})
    void aLargeBatchIsDeliveredInPartsThatEndWithAnEvent(boolean sameLoop) {
        Context producer = context();
        Context consumer = sameLoop ? producer : otherLoop(producer);
        String small = "data: 1\n\n";
        String large = "data: " + "x".repeat(CreditStream.LARGE) + "\n\n";
        List<String> batches = Collections.synchronizedList(new ArrayList<>());
        List<StreamEnd> ends = Collections.synchronizedList(new ArrayList<>());
        CreditStream stream = new CreditStream(producer, consumer, () -> {});

        on(
                consumer,
                () -> stream.start((batch, end) -> {
                    batches.add(batch.toText());
                    ends.add(end);
                }));
        on(producer, () -> stream.offer(ByteSlice.of("skipped" + small + large + small + large + large)));
        on(producer, () -> {
            stream.offer(ByteSlice.of(small));
            stream.end(COMPLETE);
        });

        await().until(() -> ends.contains(COMPLETE));
        assertThat(batches).containsExactly("skipped" + small + large, small + large, large, small);
        assertThat(ends).containsExactly(null, null, null, COMPLETE);
    }

    /** Runs on the context and waits until its turn is over, and one more. */
    private static void on(Context context, Runnable action) {
        CountDownLatch done = new CountDownLatch(1);
        context.runOnContext(v -> {
            action.run();
            context.runOnContext(next -> done.countDown());
        });
        await().until(() -> done.getCount() == 0);
    }

    private static ContextInternal context() {
        return ((VertxInternal) vertx).createEventLoopContext();
    }

    private static Context otherLoop(Context context) {
        ContextInternal other = context();
        while (other.nettyEventLoop() == ((ContextInternal) context).nettyEventLoop()) {
            other = context();
        }
        return other;
    }
}
