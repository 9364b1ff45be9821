package dev.sluice.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Two hundred concurrent clients, each with its own random generator. */
final class ConcurrentClients implements AutoCloseable {

    static final int COUNT = 200;
    static final int SEEDS = 50;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Runs {@code client} once for each client and returns when all have finished. */
    void each(long seed, Consumer<Random> client) throws Exception {
        List<Callable<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            Random dice = new Random(seed * COUNT + i);
            all.add(() -> {
                client.accept(dice);
                return true;
            });
        }
        for (Future<Boolean> done : threads.invokeAll(all)) {
            assertThat(done.get()).isTrue();
        }
    }

    /** Yields to other threads, three times out of four. */
    static void pause(Random dice) {
        if (dice.nextInt(4) > 0) {
            pause();
        }
    }

    /** Yields to other threads. */
    @SuppressWarnings("ThreadPriorityCheck") // correctness does not depend on it: it only makes races more likely
    static void pause() {
        Thread.yield();
    }

    @Override
    public void close() {
        threads.close();
    }
}
