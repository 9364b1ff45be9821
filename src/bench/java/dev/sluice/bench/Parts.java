package dev.sluice.bench;

import dev.sluice.bench.proxy.JvmCommand;
import dev.sluice.bench.report.Figure;
import dev.sluice.bench.upstream.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** All parts, in the order in which they run. */
final class Parts {

    /** A short question. */
    private static final int SMALL = 100;
    /** A conversation, or a document in the prompt. */
    private static final int LARGE = 100 * 1024;

    private static final int CONNECTIONS = 64;

    static final Set<String> NAMES = Set.of(
            "start",
            "small",
            "large",
            "stream",
            "bulk",
            "translated",
            "paced500",
            "paced2000",
            "open8000",
            "loops",
            "features",
            "tenancy",
            "routing",
            "saturation",
            "latency");

    private Parts() {}

    static List<Part> all(Path directory, JvmCommand jvm) {
        return List.of(
                new StartPart(directory, jvm),
                new ClosedLoopPart(
                        "small",
                        Mode.WHOLE,
                        SMALL,
                        CONNECTIONS,
                        Figure.SMALL_CPU,
                        Figure.SMALL_RATE,
                        Figure.SMALL_ALLOCATED),
                new ClosedLoopPart(
                        "large",
                        Mode.WHOLE,
                        LARGE,
                        CONNECTIONS / 2,
                        Figure.LARGE_CPU,
                        Figure.LARGE_RATE,
                        Figure.LARGE_ALLOCATED),
                new ClosedLoopPart(
                        "stream",
                        Mode.STREAM,
                        SMALL,
                        CONNECTIONS,
                        Figure.STREAM_CPU,
                        Figure.STREAM_RATE,
                        Figure.STREAM_ALLOCATED),
                new ClosedLoopPart(
                        "bulk",
                        Mode.BULK,
                        SMALL,
                        CONNECTIONS,
                        Figure.BULK_CPU,
                        Figure.BULK_RATE,
                        Figure.BULK_ALLOCATED),
                new TranslatedPart("translated", SMALL, CONNECTIONS, 500),
                new PacedPart(
                        "paced500",
                        500,
                        Figure.PACED_500_CPU,
                        Figure.PACED_500_FIRST_P50,
                        Figure.PACED_500_FIRST_P99,
                        Figure.PACED_500_LAG,
                        Figure.PACED_500_MEMORY,
                        Figure.PACED_500_RESIDENT),
                new PacedPart(
                        "paced2000",
                        2000,
                        Figure.PACED_2000_CPU,
                        Figure.PACED_2000_FIRST_P50,
                        Figure.PACED_2000_FIRST_P99,
                        Figure.PACED_2000_LAG,
                        Figure.PACED_2000_MEMORY,
                        Figure.PACED_2000_RESIDENT),
                new OpenStreamsPart(directory, jvm, 8000),
                VariantPart.loops(directory, jvm),
                VariantPart.features(directory, jvm),
                SettingsPart.tenancy(directory, jvm),
                SettingsPart.routing(directory, jvm),
                new SaturationPart(directory, jvm),
                new LatencyPart());
    }
}
