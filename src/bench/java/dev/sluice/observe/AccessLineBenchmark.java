package dev.sluice.observe;

import dev.sluice.config.LogConfig;
import dev.sluice.model.Principal;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Writes one line of the access log. It is in this package because {@code AccessLine} is package-private. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AccessLineBenchmark {

    private static final long MILLI = 1_000_000;

    @Param
    LogConfig.Format format;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    private final RequestContext exchange = ended();

    @Benchmark
    public int write() {
        out.reset();
        AccessLine.write(exchange, format, out);
        return out.size();
    }

    private static RequestContext ended() {
        RequestContext exchange = new RequestContext("0191f3c2a1b84c5d9e7f", 1000, 1_700_000_000_000L);
        exchange.method = "POST";
        exchange.path = "/v1/chat/completions";
        exchange.surface = Surface.CHAT_COMPLETIONS;
        exchange.principal = new Principal("bench", "platform", List.of());
        exchange.model = "fast";
        exchange.route = "fast";
        exchange.provider = "openai";
        exchange.upstreamModel = "gpt-4o-mini";
        exchange.attempts = 1;
        exchange.status = 200;
        exchange.usage = new Usage(19, 10, 0, 0, true);
        exchange.bytesIn = 240;
        exchange.bytesOut = 410;
        exchange.upstreamNanos = 10 * MILLI;
        exchange.endNanos = exchange.startNanos + 11 * MILLI;
        return exchange;
    }
}
