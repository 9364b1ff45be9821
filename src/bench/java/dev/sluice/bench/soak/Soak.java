package dev.sluice.bench.soak;

import dev.sluice.bench.Pause;
import dev.sluice.bench.Progress;
import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.ConstantRate;
import dev.sluice.bench.load.Load;
import dev.sluice.bench.load.LoadStats;
import dev.sluice.bench.measure.AdminMetrics;
import dev.sluice.bench.measure.RemoteJvm;
import dev.sluice.bench.proxy.Baselines;
import dev.sluice.bench.proxy.JvmCommand;
import dev.sluice.bench.proxy.PlainProxy;
import dev.sluice.bench.proxy.SluiceProxy;
import dev.sluice.bench.upstream.Mode;
import dev.sluice.bench.wire.Transport;
import io.netty.channel.EventLoopGroup;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The soak test: runs all kinds of requests at once, well below saturation, reloads the configuration every ten
 * seconds, and samples memory and file descriptors each time. Netty's leak detector is on and must report nothing.
 */
public final class Soak {

    private static final long RELOAD_MILLIS = 10_000;
    private static final double SMALL_PER_SECOND = 400;
    private static final double LARGE_PER_SECOND = 20;
    private static final int LARGE = 100 * 1024;
    private static final int SMALL = 100;
    private static final int STREAMS = 50;
    private static final int CONNECTIONS = 16;
    private static final String LEAK = "LEAK:";
    /** At least two samples in each third of the run. */
    private static final int MIN_SAMPLES = 6;

    private final Path directory;
    private final JvmCommand jvm;
    private final Progress progress;
    private final List<SoakSample> samples = new ArrayList<>();
    private long responses;
    private long failures;
    private String firstFailure = "";
    private long leaks;

    public Soak(Path directory, JvmCommand jvm, Progress progress) {
        this.directory = directory.resolve("soak");
        this.jvm = jvm;
        this.progress = progress;
    }

    /** @return true if nothing grew, leaked or failed */
    public boolean run(int minutes) throws IOException {
        EventLoopGroup loops = Transport.group(1);
        JvmCommand watched = jvm.with("-Dio.netty.leakDetection.level=advanced");
        try (PlainProxy upstream = new Baselines(directory, jvm).upstream(1);
                SluiceProxy sluice = SluiceProxy.start(directory, watched, upstream.port());
                RemoteJvm jvm = RemoteJvm.attach(sluice.child().pid());
                AdminMetrics metrics = new AdminMetrics(sluice.adminUrl())) {
            double reloadsBefore = metrics.reloads();
            long rounds = Math.max(MIN_SAMPLES, minutes * 60_000L / RELOAD_MILLIS);
            underLoad(sluice, jvm, loops, rounds);
            boolean reloaded = metrics.reloads() - reloadsBefore >= rounds;
            progress.say("%d reloads, %.0f applied", rounds, metrics.reloads() - reloadsBefore);
            return verdict(sluice.child().isAlive(), reloaded);
        } finally {
            Transport.end(loops);
        }
    }

    private void underLoad(SluiceProxy sluice, RemoteJvm jvm, EventLoopGroup loops, long rounds) throws IOException {
        try (Load small = new ConstantRate(loops, sluice.request(Mode.WHOLE, SMALL), CONNECTIONS, SMALL_PER_SECOND);
                Load large = new ConstantRate(loops, sluice.request(Mode.WHOLE, LARGE), CONNECTIONS, LARGE_PER_SECOND);
                Load paced = new ClosedLoop(loops, sluice.request(Mode.PACED, SMALL), STREAMS, 2000);
                Load fast = new ConstantRate(loops, sluice.request(Mode.STREAM, SMALL), CONNECTIONS, 10);
                DisconnectingClients disconnecting =
                        new DisconnectingClients(loops, sluice.request(Mode.PACED, LARGE), STREAMS)) {
            for (int round = 0; round < rounds; round++) {
                sluice.edit(round % 2 == 0 ? extraProvider(round) : "");
                Pause.millis(RELOAD_MILLIS / 2);
                disconnecting.disconnectAll();
                Pause.millis(RELOAD_MILLIS / 2);
                for (Load load : List.of(small, large, paced, fast)) {
                    count(load.stats().takeInterval());
                }
                takeSample(sluice, jvm, (round + 1) * RELOAD_MILLIS / 1000.0);
            }
        }
    }

    private void takeSample(SluiceProxy sluice, RemoteJvm jvm, double seconds) throws IOException {
        leaks += sluice.child()
                .output()
                .lines()
                .filter(line -> line.contains(LEAK))
                .count();
        sluice.child().truncateLog();
        SoakSample sample = new SoakSample(
                seconds,
                jvm.heapUsedAfterCollection() / 1024.0,
                jvm.directBytes() / 1024.0,
                sluice.process().residentKib(),
                sluice.process().fileDescriptors());
        samples.add(sample);
        progress.say(
                "soak: heap %.1f MiB, direct %.1f MiB, resident %.0f MiB, %.0f file descriptors, %d responses, %d"
                        + " failures, %d leaks",
                sample.heapKib() / 1024,
                sample.directKib() / 1024,
                sample.residentKib() / 1024,
                sample.fileDescriptors(),
                responses,
                failures,
                leaks);
    }

    private boolean verdict(boolean alive, boolean reloaded) throws IOException {
        JsonArray series = new JsonArray();
        samples.forEach(sample -> series.add(new JsonObject()
                .put("seconds", sample.seconds())
                .put("heap_kib", sample.heapKib())
                .put("direct_kib", sample.directKib())
                .put("resident_kib", sample.residentKib())
                .put("file_descriptors", sample.fileDescriptors())));
        boolean grew = Trend.ALL.stream().anyMatch(trend -> trend.grew(samples));
        boolean passed = alive && reloaded && !grew && leaks == 0 && failures == 0;
        Path report = directory.resolve("soak.json");
        Files.writeString(
                report,
                new JsonObject()
                        .put("passed", passed)
                        .put("responses", responses)
                        .put("failures", failures)
                        .put("first_failure", firstFailure)
                        .put("leaks", leaks)
                        .put("samples", series)
                        .encodePrettily());
        Trend.ALL.forEach(trend -> progress.say("%s", trend.describe(samples)));
        progress.say("%d responses, %d failures %s, %d leak reports", responses, failures, firstFailure, leaks);
        progress.say("%s; written: %s", passed ? "nothing grew, leaked or failed" : "FAILED", report);
        return passed;
    }

    private void count(LoadStats.Interval seen) {
        responses += seen.responses();
        failures += seen.failures();
        if (firstFailure.isEmpty() && seen.firstFailure() != null) {
            firstFailure = seen.firstFailure();
        }
    }

    /** A different provider each time, so that providers are added and removed. */
    private static String extraProvider(int round) {
        return "  extra-%d: { type: simulator, models: [echo] }\n".formatted(round);
    }
}
