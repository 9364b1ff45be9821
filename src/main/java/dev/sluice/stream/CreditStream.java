package dev.sluice.stream;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.StreamEnd;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/**
 * Moves the bytes of one response from the event loop that reads them to the event loop that writes them.
 *
 * <p>The producer may run {@link #WINDOW} bytes ahead of what the consumer has acknowledged; then {@link #offer}
 * returns false and the producer's {@code resume} runs when half the window is free again. The window thus bounds
 * memory, however fast either side is. No thread waits for another: every field belongs to one side, and the sides
 * communicate by tasks.
 *
 * <p>What arrives in one read leaves in one write: chunks are collected until the event loop has finished the current
 * read, then delivered as one batch. One flush for a burst of events makes streaming cheap.
 *
 * <p>A {@code ReadStream} is avoided on purpose: piping one across contexts was observed to stall forever.
 */
public final class CreditStream {

    /** The most bytes in flight: sent by the producer and not yet acknowledged by the consumer. */
    public static final int WINDOW = 128 * 1024;

    /**
     * In bytes. A larger batch is delivered in several, which end where an event ends: one write of it would hold the
     * consumer's event loop while it is copied.
     */
    static final int LARGE = 1024 * 1024;

    /** The consumer's side. Called on the consumer's context only. */
    public interface Sink {

        /**
         * @param batch bytes to write, or null when only the end is delivered; the sink acknowledges them by
         *     {@link #consumed}
         * @param end not null exactly once, with the last call
         */
        void accept(ByteSlice batch, StreamEnd end);
    }

    private record Delivery(ByteSlice batch, StreamEnd end) {}

    private final ContextInternal producer;
    private final ContextInternal consumer;
    private final boolean sameLoop;

    // used by the producer only
    private final Runnable resume;
    private ByteSlice pending;
    private byte[] joined;
    private int joinedLength;
    private StreamEnd end;
    private boolean flushScheduled;
    private boolean paused;
    private int outstanding;

    // used by the consumer only
    private Sink sink;
    private Queue<Delivery> early;

    /**
     * Call on the producer's context.
     *
     * @param resume run on the producer's context when it may offer again after {@link #offer} returned false
     */
    public CreditStream(Context producer, Context consumer, Runnable resume) {
        this.producer = (ContextInternal) producer;
        this.consumer = (ContextInternal) consumer;
        this.sameLoop = this.producer.nettyEventLoop() == this.consumer.nettyEventLoop();
        this.resume = resume;
    }

    /**
     * Producer: takes the next bytes, which must not be modified afterwards.
     *
     * @return false when the producer must stop reading until {@code resume} is run
     */
    public boolean offer(ByteSlice chunk) {
        if (end != null || chunk.isEmpty()) {
            return true;
        }
        collect(chunk);
        outstanding += chunk.length();
        scheduleFlush();
        paused = outstanding >= WINDOW;
        return !paused;
    }

    /** Producer: true after {@link #offer} returned false, until {@code resume} is run. */
    public boolean isPaused() {
        return paused;
    }

    /** Producer: the end, after everything offered before. Only the first end counts. */
    public void end(StreamEnd end) {
        if (this.end == null) {
            this.end = end;
            scheduleFlush();
        }
    }

    /** Consumer: from now on the sink receives the bytes, starting with those that arrived before this call. */
    public void start(Sink sink) {
        this.sink = sink;
        if (early != null) {
            Queue<Delivery> waiting = early;
            early = null;
            waiting.forEach(delivery -> sink.accept(delivery.batch, delivery.end));
        }
    }

    /** Consumer: acknowledges bytes that are written. */
    public void consumed(int bytes) {
        if (sameLoop) {
            credit(bytes);
        } else {
            producer.runOnContext(v -> credit(bytes));
        }
    }

    private void credit(int bytes) {
        outstanding -= bytes;
        if (paused && outstanding <= WINDOW / 2) {
            paused = false;
            resume.run();
        }
    }

    private void scheduleFlush() {
        if (!flushScheduled) {
            flushScheduled = true;
            producer.runOnContext(v -> flush());
        }
    }

    private void flush() {
        flushScheduled = false;
        ByteSlice batch = joined == null ? pending : new ByteSlice(joined, 0, joinedLength);
        StreamEnd last = end;
        pending = null;
        joined = null;
        ByteSlice rest = batch != null && batch.length() > LARGE ? deliverStart(batch) : batch;
        if (sameLoop && rest == batch) {
            deliver(batch, last);
        } else {
            consumer.runOnContext(v -> deliver(rest, last));
        }
    }

    /** Delivers the batch up to its last part, which it returns. Each part has a turn of the event loop of its own. */
    private ByteSlice deliverStart(ByteSlice batch) {
        ByteSlice rest = batch;
        for (int part = endOfEvent(rest); part > 0; part = endOfEvent(rest)) {
            ByteSlice start = new ByteSlice(rest.array(), rest.offset(), part);
            consumer.runOnContext(v -> deliver(start, null));
            rest = new ByteSlice(rest.array(), rest.offset() + part, rest.length() - part);
        }
        return rest;
    }

    /** The length of a large part of the batch that ends with an event; 0 when there is none, or nothing behind it. */
    private static int endOfEvent(ByteSlice batch) {
        byte[] bytes = batch.array();
        for (int i = batch.offset() + LARGE; i < batch.end() - 1; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\n') {
                return i + 1 - batch.offset();
            }
        }
        return 0;
    }

    private void deliver(ByteSlice batch, StreamEnd last) {
        if (sink != null) {
            sink.accept(batch, last);
        } else {
            if (early == null) {
                early = new ArrayDeque<>(2);
            }
            early.add(new Delivery(batch, last));
        }
    }

    /**
     * A single chunk is delivered without a copy. A second chunk before the flush starts a copy, to which further
     * chunks are appended.
     */
    private void collect(ByteSlice chunk) {
        if (pending == null) {
            pending = chunk;
            return;
        }
        if (joined == null) {
            joined = new byte[Math.max(512, 2 * (pending.length() + chunk.length()))];
            joinedLength = 0;
            append(pending);
        }
        append(chunk);
    }

    private void append(ByteSlice chunk) {
        if (joinedLength + chunk.length() > joined.length) {
            joined = Arrays.copyOf(joined, Math.max(2 * joined.length, joinedLength + chunk.length()));
        }
        System.arraycopy(chunk.array(), chunk.offset(), joined, joinedLength, chunk.length());
        joinedLength += chunk.length();
    }
}
