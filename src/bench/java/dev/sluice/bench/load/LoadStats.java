package dev.sluice.bench.load;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Counters and latencies of one load. Times in nanoseconds. */
public final class LoadStats {

    private static final long MAX_NANOS = 60_000_000_000L;
    private static final int DIGITS = 3;

    private final LongAdder events = new LongAdder();
    private final LongAdder responses = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Recorder latency = new Recorder(MAX_NANOS, DIGITS);
    private final Recorder firstByte = new Recorder(MAX_NANOS, DIGITS);
    private final Recorder rejectionLatency = new Recorder(MAX_NANOS, DIGITS);
    private final LongAdder withoutRetryAfter = new LongAdder();
    private final LongAdder totalResponses = new LongAdder();
    private final LongAdder totalFailures = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final AtomicReference<String> firstFailure = new AtomicReference<>();

    /**
     * The measurements of one interval.
     *
     * @param events stream events received, including those of streams that are still open
     * @param latency from the moment a request was due to the last byte of its response
     * @param firstByte from sending to the first byte of the body: the first token of a stream
     * @param rejection latency of responses with 429 or 503, measured like {@code latency}; they count as failures, too
     * @param withoutRetryAfter rejections without a retry-after header
     */
    public record Interval(
            long events,
            long responses,
            long failures,
            String firstFailure,
            Histogram latency,
            Histogram firstByte,
            Histogram rejection,
            long withoutRetryAfter) {}

    public Interval takeInterval() {
        return new Interval(
                events.sumThenReset(),
                responses.sumThenReset(),
                failures.sumThenReset(),
                firstFailure.getAndSet(null),
                latency.getIntervalHistogram(),
                firstByte.getIntervalHistogram(),
                rejectionLatency.getIntervalHistogram(),
                withoutRetryAfter.sumThenReset());
    }

    /** Complete responses since the start. */
    public long totalResponses() {
        return totalResponses.sum();
    }

    /** Failures since the start. */
    public long totalFailures() {
        return totalFailures.sum();
    }

    /** Requests sent and not yet ended. */
    public long inFlight() {
        long done = ended.sum();
        return sent.sum() - done;
    }

    void requestSent() {
        sent.increment();
    }

    /** A request that was sent has its response, or its connection was closed. */
    void requestEnded() {
        ended.increment();
    }

    void eventsReceived(int count) {
        events.add(count);
    }

    void responseReceived(long nanos) {
        responses.increment();
        totalResponses.increment();
        latency.recordValue(Math.min(nanos, MAX_NANOS));
    }

    void firstByteReceived(long nanos) {
        firstByte.recordValue(Math.min(nanos, MAX_NANOS));
    }

    void rejected(String status, long nanos, boolean hasRetryAfter) {
        failed(status);
        rejectionLatency.recordValue(Math.min(nanos, MAX_NANOS));
        if (!hasRetryAfter) {
            withoutRetryAfter.increment();
        }
    }

    void failed(String reason) {
        failures.increment();
        totalFailures.increment();
        firstFailure.compareAndSet(null, reason);
    }
}
