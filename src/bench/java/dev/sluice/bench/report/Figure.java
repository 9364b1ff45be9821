package dev.sluice.bench.report;

import java.util.Locale;

/** Everything that is measured. */
public enum Figure {
    READY_ARCHIVE("start to ready, with class-data archive", "ms", Budget.atMost(900)),
    READY_PLAIN("start to ready, without archive", "ms", Budget.atMost(1500)),
    RESIDENT_IDLE("resident memory, idle after start", "MiB", Budget.atMost(128)),

    SMALL_CPU("CPU per small request", "µs", Budget.times(2.0)),
    SMALL_RATE("small requests at most", "/s", Budget.NONE),
    SMALL_ALLOCATED("allocated per small request", "B", Budget.NONE),

    LARGE_CPU("CPU per 100 KB request", "µs", Budget.times(2.5)),
    LARGE_RATE("100 KB requests at most", "/s", Budget.NONE),
    LARGE_ALLOCATED("allocated per 100 KB request", "B", Budget.NONE),

    STREAM_CPU("CPU per streamed event, one a flush", "µs", Budget.times(1.3)),
    STREAM_RATE("streamed events at most, one a flush", "/s", Budget.NONE),
    STREAM_ALLOCATED("allocated per streamed event, one a flush", "B", Budget.NONE),

    BULK_CPU("CPU per streamed event, 100 a flush", "µs", Budget.NONE),
    BULK_RATE("streamed events at most, 100 a flush", "/s", Budget.NONE),
    BULK_ALLOCATED("allocated per streamed event, 100 a flush", "B", Budget.NONE),

    PASSING_CPU("CPU per event that passes, beside translated", "µs", Budget.NONE),
    TRANSLATED_CPU("CPU per translated event, chat to Messages", "µs", Budget.NONE),
    TRANSLATED_TIMES("CPU per event, translated to passing", "×", Budget.atMost(3)),
    PASSING_ALLOCATED("allocated per event that passes", "B", Budget.NONE),
    TRANSLATED_ALLOCATED("allocated per translated event", "B", Budget.NONE),
    TRANSLATED_FIRST_P50("first token p50, translated less passing", "µs", Budget.NONE),
    TRANSLATED_FIRST_P99("first token p99, translated less passing", "µs", Budget.NONE),

    PACED_500_CPU("CPU per event, 500 paced streams", "µs", Budget.NONE),
    PACED_500_FIRST_P50("added first token p50, 500 paced streams", "µs", Budget.NONE),
    PACED_500_FIRST_P99("added first token p99, 500 paced streams", "µs", Budget.atMost(1000)),
    PACED_500_LAG("event-loop lag, mean, 500 paced streams", "µs", Budget.NONE),
    PACED_500_MEMORY("heap and direct per stream, 500 open", "KiB", Budget.NONE),
    PACED_500_RESIDENT("resident memory, 500 streams open", "MiB", Budget.NONE),

    PACED_2000_CPU("CPU per event, 2,000 paced streams", "µs", Budget.NONE),
    PACED_2000_FIRST_P50("added first token p50, 2,000 paced streams", "µs", Budget.NONE),
    PACED_2000_FIRST_P99("added first token p99, 2,000 paced streams", "µs", Budget.NONE),
    PACED_2000_LAG("event-loop lag, mean, 2,000 paced streams", "µs", Budget.NONE),
    PACED_2000_MEMORY("heap and direct per stream, 2,000 open", "KiB", Budget.atMost(24)),
    PACED_2000_RESIDENT("resident memory, 2,000 streams open", "MiB", Budget.NONE),

    OPEN_8000_MEMORY("heap and direct per stream, 8,000 open", "KiB", Budget.atMost(24)),
    OPEN_8000_RESIDENT("resident memory, 8,000 streams open", "MiB", Budget.atMost(512)),

    LOOPS_ONE_CPU("CPU per small request, one event loop", "µs", Budget.NONE),
    LOOPS_TWO_CPU("CPU per small request, two event loops", "µs", Budget.NONE),
    LOOPS_ONE_RATE("small requests at most, one event loop", "/s", Budget.NONE),
    LOOPS_TWO_RATE("small requests at most, two event loops", "/s", Budget.NONE),
    LOOPS_COST("CPU per small request, two event loops to one", "×", Budget.atMost(2 / 1.8)),

    FEATURES_NONE("CPU per small request, nothing on", "µs", Budget.NONE),
    FEATURES_AUTH("CPU per small request, + auth", "µs", Budget.NONE),
    FEATURES_METRICS("CPU per small request, + metrics", "µs", Budget.NONE),
    FEATURES_LOG("CPU per small request, + access log", "µs", Budget.NONE),
    FEATURES_ROUTE("CPU per small request, + route: all", "µs", Budget.NONE),

    ADDED_P50("added latency p50 at half of the most", "µs", Budget.atMostOrTimes(120, 2)),
    ADDED_P99("added latency p99 at half of the most", "µs", Budget.atMostOrTimes(600, 2)),
    ADDED_P999("added latency p99.9 at half of the most", "µs", Budget.NONE),
    ADDED_WAIT("ready without a core, per request at that rate", "µs", Budget.NONE);

    private final String title;
    private final String unit;
    private final double mostAmount;
    private final double mostTimes;

    Figure(String title, String unit, Budget budget) {
        this.title = title;
        this.unit = unit;
        this.mostAmount = budget.amount();
        this.mostTimes = budget.times();
    }

    public String title() {
        return title;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    String unit() {
        return unit;
    }

    Budget budget() {
        return new Budget(mostAmount, mostTimes);
    }
}
