package dev.sluice.observe;

import dev.sluice.config.LogConfig;
import dev.sluice.model.RequestContext;
import io.netty.util.internal.PlatformDependent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log: one line per exchange, written by its own thread. An event loop only puts the ended context into a
 * bounded queue. When standard output is read too slowly and the queue is full, lines are dropped and counted, so that
 * requests are not delayed.
 *
 * <p>The queue is Netty's lock-free one for many producers and one consumer: with the lock of an
 * {@code ArrayBlockingQueue}, event loops would wait for each other and for the writer.
 */
public final class AccessLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

    /** Half a second of full load, and at most a few megabytes of contexts. */
    static final int CAPACITY = 16_384;

    /** A few hundred lines, so that a write costs little per line. */
    private static final int BATCH_BYTES = 64 * 1024;

    private static final Duration DROP_WARNING_INTERVAL = Duration.ofSeconds(10);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);
    /**
     * While lines keep arriving the writer polls, since waking a thread costs an event loop microseconds. The interval
     * is short, so that a batch never occupies the core for long.
     */
    private static final Duration NAP = Duration.ofMillis(2);

    private static final int NAPS_BEFORE_SLEEP = 100;

    private final Supplier<LogConfig> config;
    private final OutputStream sink;
    private final long dropWarningNanos;
    private final Queue<RequestContext> queue;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    private final ByteArrayOutputStream batch = new ByteArrayOutputStream(BATCH_BYTES + 4096);
    private final LongAdder dropped = new LongAdder();
    private final Thread writer;
    private volatile boolean asleep;
    private volatile boolean closing;
    private long droppedReported;
    private long lastDropWarning;

    /** An access log to standard output; {@code config} is read for every line. */
    public static AccessLog toStandardOutput(Supplier<LogConfig> config) {
        return new AccessLog(config, StandardOutput.STREAM, CAPACITY, DROP_WARNING_INTERVAL);
    }

    /** An access log to another sink. */
    public static AccessLog to(OutputStream sink, Supplier<LogConfig> config) {
        return new AccessLog(config, sink, CAPACITY, DROP_WARNING_INTERVAL);
    }

    AccessLog(Supplier<LogConfig> config, OutputStream sink, int capacity, Duration dropWarningInterval) {
        this.config = config;
        this.sink = sink;
        this.dropWarningNanos = dropWarningInterval.toNanos();
        this.lastDropWarning = System.nanoTime() - dropWarningNanos;
        this.queue = PlatformDependent.newFixedMpscQueue(capacity);
        this.writer = Thread.ofPlatform().name("sluice-access-log").daemon().start(this::writeUntilClosed);
    }

    /** Takes an ended exchange, whose context must not change afterwards. Never waits, never throws. */
    public void log(RequestContext exchange) {
        if (!config.get().access()) {
            return;
        }
        if (closing || !queue.offer(exchange)) {
            dropped.increment();
            return;
        }
        // Either this thread sees that the writer sleeps, or the writer sees the exchange before it sleeps.
        VarHandle.fullFence();
        if (asleep) {
            asleep = false;
            LockSupport.unpark(writer);
        }
    }

    /** Lines lost so far: by a full queue, by a sink that failed, or after {@link #close}. */
    public long dropped() {
        return dropped.sum();
    }

    /** Writes the queued lines. Waits at most two seconds, so that a blocked sink does not delay the stop. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(writer);
        try {
            writer.join(CLOSE_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeUntilClosed() {
        int naps = 0;
        while (!closing || !queue.isEmpty()) {
            if (queue.isEmpty()) {
                awaitLines(naps++);
            } else {
                naps = 0;
                writeBatch();
            }
            warnOfDrops();
        }
    }

    private void awaitLines(int naps) {
        if (naps < NAPS_BEFORE_SLEEP || dropped.sum() != droppedReported) {
            LockSupport.parkNanos(this, NAP.toNanos());
            return;
        }
        asleep = true;
        VarHandle.fullFence();
        if (queue.isEmpty() && !closing) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    private void writeBatch() {
        LogConfig.Format format = config.get().format();
        int lines = 0;
        for (RequestContext exchange; batch.size() < BATCH_BYTES && (exchange = queue.poll()) != null; ) {
            lines += encode(exchange, format) ? 1 : 0;
        }
        if (!flush()) {
            dropped.add(lines);
        }
    }

    /**
     * Uses a separate buffer, so that a context that cannot be written costs one line and not the batch or the thread.
     */
    private boolean encode(RequestContext exchange, LogConfig.Format format) {
        try {
            AccessLine.write(exchange, format, line);
            line.writeTo(batch);
            return true;
        } catch (IOException | RuntimeException bug) {
            LOG.error("The access log line of an exchange could not be written", bug);
            dropped.increment();
            return false;
        } finally {
            line.reset();
        }
    }

    private void warnOfDrops() {
        long total = dropped.sum();
        long now = System.nanoTime();
        if (total == droppedReported || now - lastDropWarning < dropWarningNanos) {
            return;
        }
        LogLine.begin(config.get().format(), batch, System.currentTimeMillis(), "WARN", AccessLine.LOGGER)
                .message((total - droppedReported) + " access lines dropped: standard output is read too slowly")
                .put("dropped_total", total)
                .end();
        droppedReported = total;
        lastDropWarning = now;
        flush();
    }

    /** False when the sink failed. Only the counter reports it, since it is the log that failed. */
    private boolean flush() {
        try {
            batch.writeTo(sink);
            return true;
        } catch (IOException brokenSink) {
            return false;
        } finally {
            batch.reset();
        }
    }
}
