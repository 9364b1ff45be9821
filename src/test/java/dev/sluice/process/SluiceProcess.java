package dev.sluice.process;

import dev.sluice.testkit.ChatClient;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * A JVM that runs Sluice: the jar named by the system property {@code sluice.jar}, or else the main class from this
 * JVM's class path. Its environment is empty but for what the test gives it, so that keys of whoever runs the tests
 * play no part.
 */
final class SluiceProcess implements AutoCloseable {

    private static final long START_SECONDS = 60;
    private static final Pattern READY = Pattern.compile("ready in \\d+ ms at (https?://\\S+)  admin (http://\\S+)");

    private final Process process;
    private final List<String> out = new CopyOnWriteArrayList<>();
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> outRead;
    private final CompletableFuture<Void> errRead;

    /** How a command that ends by itself ended. */
    record Ended(int exit, String out, String err) {}

    private SluiceProcess(Map<String, String> environment, String... words) {
        // A build under nohup ignores SIGHUP, and a JVM that inherits that cannot handle the signal.
        List<String> command = new ArrayList<>(List.of("/usr/bin/env", "--default-signal=HUP"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m", "--enable-native-access=ALL-UNNAMED"));
        String jar = System.getProperty("sluice.jar");
        command.addAll(jar != null ? List.of("-jar", jar) : List.of("-cp", classPath(), "dev.sluice.cli.Sluice"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        outRead = CompletableFuture.runAsync(() -> read(process.getInputStream(), out));
        errRead = CompletableFuture.runAsync(() -> read(process.getErrorStream(), err));
    }

    /** Runs a command to its end. */
    static Ended run(Map<String, String> environment, String... words) {
        try (SluiceProcess process = new SluiceProcess(environment, words)) {
            return process.end();
        }
    }

    /** Serves; returns when the line that says so has come. */
    static SluiceProcess serve(Map<String, String> environment, Path config, String... more) {
        List<String> words = new ArrayList<>(List.of("serve", "--config", config.toString()));
        words.addAll(List.of(more));
        SluiceProcess process = new SluiceProcess(environment, words.toArray(String[]::new));
        Awaitility.await()
                .atMost(START_SECONDS, TimeUnit.SECONDS)
                .until(() -> process.ready() != null || !process.process.isAlive());
        if (process.ready() == null) {
            throw new IllegalStateException("did not start: " + process.end());
        }
        return process;
    }

    /** What the ready line names. */
    String url() {
        return ready().group(1);
    }

    String adminUrl() {
        return ready().group(2);
    }

    int port() {
        return Integer.parseInt(url().substring(url().lastIndexOf(':') + 1));
    }

    ChatClient chat() {
        return new ChatClient(url() + "/v1");
    }

    /** SIGTERM, by the handle: {@code Process.destroy} would also close the pipes that the last lines come through. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** @param name without SIG */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Waits for the end that must be near. */
    Ended end() {
        try {
            if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("still runs; it said " + out + err);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
        CompletableFuture.allOf(outRead, errRead).join();
        return new Ended(process.exitValue(), String.join("\n", out), String.join("\n", err));
    }

    String out() {
        return String.join("\n", out);
    }

    /** The access lines on standard output so far. */
    List<JsonObject> accessLines() {
        return accessLines(out());
    }

    static List<JsonObject> accessLines(String out) {
        return out.lines()
                .filter(line -> line.startsWith("{"))
                .map(JsonObject::new)
                .filter(line -> "access".equals(line.getString("logger")))
                .toList();
    }

    private Matcher ready() {
        for (String line : out) {
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                return ready;
            }
        }
        return null;
    }

    /** Surefire may hide the real class path in a manifest; then its own property has it. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static void read(InputStream from, List<String> lines) {
        try (BufferedReader reader =
                new BufferedReader(new java.io.InputStreamReader(from, java.nio.charset.StandardCharsets.UTF_8))) {
            reader.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException ended) {
            lines.add("(broken off)");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
