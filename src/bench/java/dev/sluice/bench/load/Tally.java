package dev.sluice.bench.load;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What the connections of one load saw. Times in nanoseconds. */
public final class Tally {

    private static final long MAX_NANOS = 60_000_000_000L;
    private static final int DIGITS = 3;

    private final LongAdder events = new LongAdder();
    private final LongAdder answers = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Recorder latency = new Recorder(MAX_NANOS, DIGITS);
    private final Recorder firstByte = new Recorder(MAX_NANOS, DIGITS);
    private final Recorder refusal = new Recorder(MAX_NANOS, DIGITS);
    private final LongAdder mute = new LongAdder();
    private final LongAdder everAnswered = new LongAdder();
    private final LongAdder everFailed = new LongAdder();
    private final LongAdder asked = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final AtomicReference<String> firstFailure = new AtomicReference<>();

    /**
     * What came since the last look.
     *
     * @param events of streams, counted as they came, also of streams that have not ended yet
     * @param latency from the moment a request was due to the last byte of its answer
     * @param firstByte from the moment it was sent to the first byte of the body: the first token, in a stream
     * @param refusal of answers with 429 or 503, as {@code latency}; they are failures, too
     * @param mute refusals that do not say when to ask again
     */
    public record Seen(
            long events,
            long answers,
            long failures,
            String firstFailure,
            Histogram latency,
            Histogram firstByte,
            Histogram refusal,
            long mute) {}

    public Seen sinceLastLook() {
        return new Seen(
                events.sumThenReset(),
                answers.sumThenReset(),
                failures.sumThenReset(),
                firstFailure.getAndSet(null),
                latency.getIntervalHistogram(),
                firstByte.getIntervalHistogram(),
                refusal.getIntervalHistogram(),
                mute.sumThenReset());
    }

    /** Whole answers since the beginning, whoever looked meanwhile. */
    public long everAnswered() {
        return everAnswered.sum();
    }

    /** Failures since the beginning. */
    public long everFailed() {
        return everFailed.sum();
    }

    /** Requests that were sent and not heard of since. */
    public long open() {
        long gone = ended.sum();
        return asked.sum() - gone;
    }

    void asked() {
        asked.increment();
    }

    /** One that was asked: answered, refused, or lost with its connection. */
    void ended() {
        ended.increment();
    }

    void events(int more) {
        events.add(more);
    }

    void answered(long nanos) {
        answers.increment();
        everAnswered.increment();
        latency.recordValue(Math.min(nanos, MAX_NANOS));
    }

    void firstByte(long nanos) {
        firstByte.recordValue(Math.min(nanos, MAX_NANOS));
    }

    void refused(String why, long nanos, boolean saysWhen) {
        failed(why);
        refusal.recordValue(Math.min(nanos, MAX_NANOS));
        if (!saysWhen) {
            mute.increment();
        }
    }

    void failed(String why) {
        failures.increment();
        everFailed.increment();
        firstFailure.compareAndSet(null, why);
    }
}
