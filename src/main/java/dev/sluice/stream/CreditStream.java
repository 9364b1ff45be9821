package dev.sluice.stream;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.StreamEnd;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/**
 * Moves the bytes of one answer from the event loop that reads them to the event loop that writes them.
 *
 * <p>The producer may run {@link #WINDOW} bytes ahead of what the consumer has acknowledged; then {@link #offer} says
 * stop and the producer's {@code resume} is run when half the window is free again. So memory is bounded by the window,
 * whatever the two sides' speeds, and nobody waits on another thread's flag: every field belongs to one side, the sides
 * talk by tasks.
 *
 * <p>What arrives in one read leaves in one write: chunks are collected until the event loop is done with the current
 * read, then handed over as one batch. One flush for a burst of events is what makes streaming cheap.
 *
 * <p>A {@code ReadStream} is not used on purpose: piping one across contexts has been seen to stall for ever.
 */
public final class CreditStream {

    /** Bytes on the way that the consumer has not acknowledged yet. */
    public static final int WINDOW = 128 * 1024;

    /** The consumer's side. Called on the consumer's context only. */
    public interface Sink {

        /**
         * @param batch bytes to write, or null when there is only the end. To be acknowledged by {@link #consumed}
         * @param end not null exactly once, with the last call
         */
        void accept(ByteSlice batch, StreamEnd end);
    }

    private record Delivery(ByteSlice batch, StreamEnd end) {}

    private final ContextInternal producer;
    private final ContextInternal consumer;
    private final boolean sameLoop;

    // the producer's
    private final Runnable resume;
    private ByteSlice pending;
    private byte[] joined;
    private int joinedLength;
    private StreamEnd end;
    private boolean flushScheduled;
    private boolean paused;
    private int outstanding;

    // the consumer's
    private Sink sink;
    private Queue<Delivery> early;

    /**
     * Made on the producer's context.
     *
     * @param resume run on the producer's context when it may offer again after {@link #offer} said stop
     */
    public CreditStream(Context producer, Context consumer, Runnable resume) {
        this.producer = (ContextInternal) producer;
        this.consumer = (ContextInternal) consumer;
        this.sameLoop = this.producer.nettyEventLoop() == this.consumer.nettyEventLoop();
        this.resume = resume;
    }

    /**
     * Producer: takes the next bytes, which nobody may write to afterwards.
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

    /** Producer: the end, after everything offered before. Only the first end counts. */
    public void end(StreamEnd end) {
        if (this.end == null) {
            this.end = end;
            scheduleFlush();
        }
    }

    public boolean ended() {
        return end != null;
    }

    /** Consumer: from now on the sink receives, first of all what came before it. */
    public void start(Sink sink) {
        this.sink = sink;
        if (early != null) {
            Queue<Delivery> waiting = early;
            early = null;
            waiting.forEach(delivery -> sink.accept(delivery.batch, delivery.end));
        }
    }

    /** Consumer: that many bytes are written and gone. */
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
        if (sameLoop) {
            deliver(batch, last);
        } else {
            consumer.runOnContext(v -> deliver(batch, last));
        }
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
     * One chunk is handed on as it lies; a second one before the flush starts a copy that further ones are added to.
     */
    private void collect(ByteSlice chunk) {
        if (pending == null) {
            pending = chunk;
            return;
        }
        if (joined == null) {
            joined = new byte[Math.max(4096, 2 * (pending.length() + chunk.length()))];
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
