package dev.sluice.bench.proxy;

import dev.sluice.bench.measure.ProcessTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process started by the benchmark and ended with it, also on Ctrl-C. Its output goes to a file, so that it never
 * blocks on a full pipe.
 */
public final class ChildProcess implements AutoCloseable {

    private static final Duration START_WITHIN = Duration.ofSeconds(30);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** Long enough for a JVM to write its class-data archive. */
    private static final long STOP_SECONDS = 30;

    private final String name;
    private final Process process;
    private final Path log;
    private final Thread killer;
    private final long startedNanos = System.nanoTime();

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.killer = new Thread(this::kill, "kill-" + name);
        Runtime.getRuntime().addShutdownHook(killer);
    }

    public static ChildProcess start(String name, Path directory, List<String> command) throws IOException {
        Files.createDirectories(directory);
        Path log = directory.resolve(name + ".log");
        Files.deleteIfExists(log);
        // Appending, so that the file can be truncated while it is written. Standard input stays a pipe, which is
        // closed when the benchmark ends.
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new ChildProcess(name, process, log);
    }

    /** Waits for the line of output that matches. */
    public Matcher awaitLine(Pattern pattern) throws IOException {
        while (System.nanoTime() - startedNanos < START_WITHIN.toNanos()) {
            Matcher found = pattern.matcher(output());
            if (found.find()) {
                return found;
            }
            if (!process.isAlive()) {
                throw new IOException(
                        name + " exited with code " + process.exitValue() + " before it was ready:\n" + output());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw new IOException(name + " was not ready within " + START_WITHIN.toSeconds() + " s:\n" + output());
    }

    /** Milliseconds since the start. */
    public double uptimeMillis() {
        return (System.nanoTime() - startedNanos) / 1e6;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    public ProcessTree tree() {
        return new ProcessTree(process.toHandle());
    }

    public String output() throws IOException {
        return Files.readString(log, StandardCharsets.ISO_8859_1);
    }

    /** Minutes of access log at full load are gigabytes. */
    public void truncateLog() throws IOException {
        try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
            file.truncate(0);
        }
    }

    @Override
    public void close() {
        kill();
        Runtime.getRuntime().removeShutdownHook(killer);
    }

    private void kill() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
