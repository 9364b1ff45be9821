package dev.sluice.bench.report;

import java.util.Locale;

/** The figures of the benchmark, with their budgets. */
public enum Figure {
    READY_ARCHIVE("start to ready, with class-data archive", "ms", Budget.atMost(900)),
    READY_PLAIN("start to ready, without archive", "ms", Budget.atMost(1500)),
    RESIDENT_IDLE("resident memory, idle after start", "MiB", Budget.atMost(128)),

    SMALL_CPU("CPU per small request", "µs", Budget.times(2.0)),
    SMALL_RATE("maximum small requests", "/s", Budget.NONE),
    SMALL_ALLOCATED("allocated per small request", "B", Budget.NONE),

    LARGE_CPU("CPU per 100 KB request", "µs", Budget.times(2.5)),
    LARGE_RATE("maximum 100 KB requests", "/s", Budget.NONE),
    LARGE_ALLOCATED("allocated per 100 KB request", "B", Budget.NONE),

    STREAM_CPU("CPU per streamed event, one per flush", "µs", Budget.times(1.3)),
    STREAM_RATE("maximum streamed events, one per flush", "/s", Budget.NONE),
    STREAM_ALLOCATED("allocated per streamed event, one per flush", "B", Budget.NONE),

    BULK_CPU("CPU per streamed event, 100 per flush", "µs", Budget.NONE),
    BULK_RATE("maximum streamed events, 100 per flush", "/s", Budget.NONE),
    BULK_ALLOCATED("allocated per streamed event, 100 per flush", "B", Budget.NONE),

    PASSING_CPU("CPU per passed event, beside translated", "µs", Budget.NONE),
    TRANSLATED_CPU("CPU per translated event, chat to Messages", "µs", Budget.NONE),
    TRANSLATED_TIMES("CPU per event, translated relative to passed", "×", Budget.atMost(3)),
    PASSING_ALLOCATED("allocated per passed event", "B", Budget.NONE),
    TRANSLATED_ALLOCATED("allocated per translated event", "B", Budget.NONE),
    TRANSLATED_FIRST_P50("first token p50, translated minus passed", "µs", Budget.NONE),
    TRANSLATED_FIRST_P99("first token p99, translated minus passed", "µs", Budget.NONE),

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
    LOOPS_ONE_RATE("maximum small requests, one event loop", "/s", Budget.NONE),
    LOOPS_TWO_RATE("maximum small requests, two event loops", "/s", Budget.NONE),
    LOOPS_COST("CPU per small request, two loops ÷ one", "×", Budget.atMost(2 / 1.8)),

    FEATURES_NONE("CPU per small request, no features", "µs", Budget.NONE),
    FEATURES_AUTH("CPU per small request, + auth", "µs", Budget.NONE),
    FEATURES_METRICS("CPU per small request, + metrics", "µs", Budget.NONE),
    FEATURES_LOG("CPU per small request, + access log", "µs", Budget.NONE),
    FEATURES_ROUTE("CPU per small request, + route: all", "µs", Budget.NONE),

    TENANCY_KEY("CPU per small request, key in the file", "µs", Budget.times(2.0)),
    TENANCY_LIMITS("CPU per small request, + limits", "µs", Budget.NONE),
    TENANCY_BUDGETS("CPU per small request, + budgets", "µs", Budget.NONE),
    TENANCY_LEDGER("CPU per small request, + ledger", "µs", Budget.NONE),
    TENANCY_ALL("CPU per small request, + key in store: all", "µs", Budget.times(2.0)),
    TENANCY_KEY_EVENT("CPU per event, key in the file", "µs", Budget.times(1.3)),
    TENANCY_LIMITS_EVENT("CPU per event, + limits", "µs", Budget.NONE),
    TENANCY_BUDGETS_EVENT("CPU per event, + budgets", "µs", Budget.NONE),
    TENANCY_LEDGER_EVENT("CPU per event, + ledger", "µs", Budget.NONE),
    TENANCY_ALL_EVENT("CPU per event, + key in store: all", "µs", Budget.times(1.3)),

    ROUTING_PLAIN("CPU per small request, plain route", "µs", Budget.NONE),
    ROUTING_WEIGHTED("CPU per small request, weighted", "µs", Budget.NONE),
    ROUTING_LATENCY("CPU per small request, by latency", "µs", Budget.NONE),
    ROUTING_HEDGE("CPU per small request, hedge armed", "µs", Budget.NONE),
    ROUTING_CONTINUE("CPU per small request, continue on", "µs", Budget.NONE),
    ROUTING_REDACT("CPU per small request, redact both ways", "µs", Budget.NONE),
    ROUTING_PLAIN_EVENT("CPU per event, plain route", "µs", Budget.NONE),
    ROUTING_WEIGHTED_EVENT("CPU per event, weighted", "µs", Budget.NONE),
    ROUTING_LATENCY_EVENT("CPU per event, by latency", "µs", Budget.NONE),
    ROUTING_HEDGE_EVENT("CPU per event, hedge armed", "µs", Budget.NONE),
    ROUTING_CONTINUE_EVENT("CPU per event, continue on", "µs", Budget.NONE),
    ROUTING_REDACT_EVENT("CPU per event, redact both ways", "µs", Budget.NONE),

    SATURATION_BASELINE("first token p99, half of capacity", "ms", Budget.NONE),
    SATURATION_OVERLOAD("first token p99, admitted at five times", "ms", Budget.NONE),
    SATURATION_TIMES("first token p99, five times ÷ half", "×", Budget.atMost(2)),
    SATURATION_REJECTION("rejections p99, five times", "ms", Budget.atMost(20)),
    SATURATION_THROUGHPUT("throughput of capacity, five times", "×", Budget.NONE),
    SATURATION_NO_RETRY_AFTER("rejections without retry-after", "", Budget.atMost(0)),
    SATURATION_OTHER_FAILURES("failures other than rejections", "", Budget.atMost(0)),

    AGAINST_SMALL_CPU("CPU per small request, open", "µs", Budget.NONE),
    AGAINST_SMALL_RATE("maximum small requests, open", "/s", Budget.NONE),
    AGAINST_SMALL_TIMES("CPU per small request ÷ other version", "×", Budget.atMost(1.05)),
    AGAINST_SMALL_STORE("CPU per small request, store ÷ other version", "×", Budget.NONE),
    AGAINST_STREAM_CPU("CPU per event, open", "µs", Budget.NONE),
    AGAINST_STREAM_RATE("maximum events, open", "/s", Budget.NONE),
    AGAINST_STREAM_TIMES("CPU per event ÷ other version", "×", Budget.atMost(1.05)),
    AGAINST_STREAM_STORE("CPU per event, store ÷ other version", "×", Budget.NONE),
    AGAINST_TRANSLATED_CPU("CPU per event translated to Messages, open", "µs", Budget.NONE),
    AGAINST_TRANSLATED_RATE("maximum events translated, open", "/s", Budget.NONE),
    AGAINST_TRANSLATED_TIMES("CPU per event translated ÷ other version", "×", Budget.atMost(1.1)),
    AGAINST_TRANSLATED_STORE("CPU per event translated, store ÷ other", "×", Budget.NONE),
    AGAINST_LARGE_CPU("CPU per 100 KB request, open", "µs", Budget.NONE),
    AGAINST_LARGE_RATE("maximum 100 KB requests, open", "/s", Budget.NONE),
    AGAINST_LARGE_TIMES("CPU per 100 KB request ÷ other version", "×", Budget.atMost(1.05)),
    AGAINST_LARGE_STORE("CPU per 100 KB request, store ÷ other", "×", Budget.NONE),

    ADDED_P50("added latency p50 at half of the maximum", "µs", Budget.atMostOrTimes(120, 2)),
    ADDED_P99("added latency p99 at half of the maximum", "µs", Budget.atMostOrTimes(600, 2)),
    ADDED_P999("added latency p99.9 at half of the maximum", "µs", Budget.NONE),
    RUN_QUEUE("ready without a core, per request at that rate", "µs", Budget.NONE);

    private final String title;
    private final String unit;
    private final double maxAmount;
    private final double maxTimes;

    Figure(String title, String unit, Budget budget) {
        this.title = title;
        this.unit = unit;
        this.maxAmount = budget.amount();
        this.maxTimes = budget.times();
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
        return new Budget(maxAmount, maxTimes);
    }
}
