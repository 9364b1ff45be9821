package dev.sluice.bench.micro;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the JMH benchmarks, with the allocation rate of each operation. */
public final class Micro {

    private static final int ITERATIONS = 5;

    private Micro() {}

    /** @param only names of benchmark classes without the suffix {@code Benchmark}, case-insensitive; empty: all */
    public static int run(Path json, Set<String> only) throws IOException {
        try {
            new Runner(new OptionsBuilder()
                            .include("dev\\.sluice\\..*\\.(?i:" + (only.isEmpty() ? ".*" : String.join("|", only))
                                    + ")Benchmark\\.")
                            .forks(1)
                            .warmupIterations(ITERATIONS)
                            .warmupTime(TimeValue.seconds(1))
                            .measurementIterations(ITERATIONS)
                            .measurementTime(TimeValue.seconds(1))
                            .addProfiler(GCProfiler.class)
                            .resultFormat(ResultFormatType.JSON)
                            .result(json.toString())
                            .build())
                    .run();
            return 0;
        } catch (RunnerException failure) {
            throw new IOException(failure.getMessage(), failure);
        }
    }
}
