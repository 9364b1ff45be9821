package dev.sluice.faults;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how long the event loops are held: a periodic task on each takes the thread's CPU time, and what a loop used
 * between two runs of the task it used for one step. Pauses of the collector and waiting for a core are not CPU time,
 * so that a busy machine does not fail the test.
 */
final class LoopWatch implements AutoCloseable {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long EVERY_MILLIS = 2;

    private final List<ScheduledFuture<?>> tasks = new ArrayList<>();
    private final List<Loop> loops = new ArrayList<>();
    private final ConcurrentHashMap<Loop, Thread> threads = new ConcurrentHashMap<>();
    private volatile boolean closed;

    LoopWatch(Vertx vertx) {
        for (EventExecutor executor : ((VertxInternal) vertx).nettyEventLoopGroup()) {
            Loop loop = new Loop();
            loops.add(loop);
            tasks.add(executor.scheduleAtFixedRate(
                    () -> {
                        threads.putIfAbsent(loop, Thread.currentThread());
                        loop.tick();
                    },
                    0,
                    EVERY_MILLIS,
                    TimeUnit.MILLISECONDS));
        }
        Thread.ofPlatform().daemon().name("loop-watch").start(this::sample);
    }

    /** Starts a new measurement. */
    void reset() {
        loops.forEach(loop -> loop.longestNanos = 0);
    }

    /** The longest step of any loop since the last {@link #reset}, in milliseconds of CPU time. */
    long heldMillis() {
        return loops.stream().mapToLong(loop -> loop.longestNanos).max().orElse(0) / 1_000_000;
    }

    /** What the loops did in their longest steps. */
    String stack() {
        StringBuilder text = new StringBuilder();
        loops.stream().filter(loop -> loop.seen != null).forEach(loop -> {
            for (StackTraceElement frame : loop.seen) {
                text.append("\n    at ").append(frame);
            }
            loop.seen = null;
        });
        return text.toString();
    }

    @Override
    public void close() {
        closed = true;
        tasks.forEach(task -> task.cancel(false));
    }

    /** Remembers the stack of a loop that has not run its task for a while. */
    private void sample() {
        while (!closed) {
            LockSupport.parkNanos(20_000_000);
            if (Thread.interrupted()) {
                return;
            }
            threads.forEach((loop, thread) -> {
                if (THREADS.getThreadCpuTime(thread.threadId()) - loop.lastNanos > 50_000_000) {
                    loop.seen = thread.getStackTrace();
                }
            });
        }
    }

    private static final class Loop {
        private volatile long lastNanos;
        private volatile long longestNanos;
        private volatile StackTraceElement[] seen;

        void tick() {
            long now = THREADS.getCurrentThreadCpuTime();
            if (lastNanos != 0) {
                longestNanos = Math.max(longestNanos, now - lastNanos);
            }
            lastNanos = now;
        }
    }
}
