package dev.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.NothingIsLeft;
import dev.sluice.testkit.RunningSluice;
import dev.sluice.testkit.VirtualKeys;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fuzz of the whole gateway: random requests on every surface, random behavior of clients and providers, and random
 * edits of the configuration, all at once. Every request ends in time, none with 500; no unexpected failure is logged;
 * no event loop is held; and after each round nothing is left, nothing has grown, and the ledger has every attempt.
 *
 * <p>It runs for {@code -Dsluice.fuzz.seconds} from {@code -Dsluice.fuzz.seed}, which a failure names. With
 * {@code -Dsluice.fuzz.only=NUMBER} it sends one request of that seed, and prints what came of it.
 */
@Timeout(value = 3, unit = TimeUnit.HOURS)
class GatewayFuzzTest {

    private static final int SECONDS = Integer.getInteger("sluice.fuzz.seconds", 60);
    /** The same in each build, so that a change is blamed only for what it changes; 0 is a new one. */
    private static final long SEED = seed(Long.getLong("sluice.fuzz.seed", 20_261_130));

    private static final long ONLY = Long.getLong("sluice.fuzz.only", -1);
    private static final int ROUNDS = Math.max(6, SECONDS / 60);
    private static final int CLIENTS = 12;
    private static final int MOST_FINDINGS = 40;

    private static final long MOST_HELD_MILLIS = 100;
    /** Of many requests in one step of a loop. Above this, no request needs to do it alone. */
    private static final long MOST_HELD_TOGETHER_MILLIS = 500;

    private static final long HEAP_NOISE = 12L << 20;
    private static final long DESCRIPTORS_NOISE = 80;
    private static final Pattern ATTEMPTS = Pattern.compile("\"status\":(\\d+).*\"attempts\":(\\d+)");
    private static final Pattern CODE = Pattern.compile("\"endpoint\":\"(\\w+)\".*\"error_code\":\"([^\"]*)\"");
    private static final Pattern BUG = Pattern.compile("NullPointer|ClassCast|IllegalState|IllegalArgument|OutOfBounds"
            + "|NumberFormat|Unsupported|StackOverflow|OutOfMemory|NoSuchElement|ConcurrentModification|Assertion"
            + "|Arithmetic|NegativeArraySize|IllegalReferenceCount");

    @TempDir
    private Path folder;

    private final FuzzCorpus corpus = new FuzzCorpus();
    private final VirtualKeys callers = FuzzConfig.callers();
    private final Queue<String> findings = new ConcurrentLinkedQueue<>();
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, FuzzRequest> running = new ConcurrentHashMap<>();
    private final LongAdder attempts = new LongAdder();
    private final Map<String, LongAdder> statuses = new ConcurrentSkipListMap<>();
    private final List<List<FuzzRequest>> suspects = new ArrayList<>();
    private volatile boolean over;

    @Test
    void nothingHurtsTheGateway() throws Exception {
        reportLeaksOfEarlierTests();
        System.out.println("fuzz: seed " + SEED + ", " + SECONDS + " s, " + ROUNDS + " rounds");
        try (RawUpstream upstream = new RawUpstream(new FuzzUpstream(corpus));
                CapturedLog log = CapturedLog.open(GatewayFuzzTest::isUnexpected)) {
            FuzzConfig config = new FuzzConfig(upstream.port(), folder, callers, new Random(SEED));
            try (RunningSluice sluice = RunningSluice.start(config.base(), Map.of(), 2, new AccessLines())) {
                if (ONLY >= 0) {
                    one(sluice);
                } else {
                    all(sluice, config, log);
                }
            }
            log.lines().forEach(line -> find("logged: " + line));
        }
        assertThat(findings).as("seed " + SEED).isEmpty();
    }

    private static long seed(long given) {
        return given == 0 ? System.nanoTime() : given;
    }

    private void one(RunningSluice sluice) {
        FuzzRequest request = FuzzRequest.of(SEED, ONLY, corpus, callers);
        FuzzConnection connection = new FuzzConnection(request);
        String wrong = connection.run(request.admin() ? adminPort(sluice) : sluice.port());
        System.out.println(request.paste() + connection.statuses + " " + wrong);
        if (wrong != null) {
            find(wrong);
        }
    }

    private void all(RunningSluice sluice, FuzzConfig config, CapturedLog log) throws Exception {
        String bearer = callers.bearer("boss");
        NothingIsLeft rest = NothingIsLeft.withoutRows(sluice, "authorization", bearer);
        List<Long> heap = new ArrayList<>();
        List<Long> descriptors = new ArrayList<>();
        try (LoopWatch watch = new LoopWatch(sluice.vertx())) {
            for (int round = 0; round < ROUNDS && findings.size() < MOST_FINDINGS; round++) {
                round(sluice, config, watch, round > 0);
                sluice.edit(config.base());
                Awaitility.await()
                        .atMost(10, TimeUnit.SECONDS)
                        .until(() -> sluice.main()
                                .active()
                                .current()
                                .config()
                                .providers()
                                .containsKey("perp"));
                try {
                    rest.check();
                    checkLedger(sluice, bearer);
                } catch (AssertionError | org.awaitility.core.ConditionTimeoutException left) {
                    find("after round " + round + ": " + left.getMessage());
                }
                descriptors.add(NothingIsLeft.descriptors());
                heap.add(heapAfterCollection());
                System.out.printf(
                        "fuzz: round %d: %d connections, heap %.1f MiB, %d descriptors, %d threads, %d findings, %d"
                                + " log lines%n",
                        round,
                        numbers.get(),
                        heap.getLast() / 1048576.0,
                        descriptors.getLast(),
                        Thread.activeCount(),
                        findings.size(),
                        log.lines().size());
            }
            suspects.forEach(together -> together.forEach(each -> replay(sluice, watch, each)));
        }
        System.out.println("fuzz: statuses " + statuses);
        checkGrowth("bytes of heap", heap, HEAP_NOISE);
        checkGrowth("descriptors", descriptors, DESCRIPTORS_NOISE);
    }

    private void round(RunningSluice sluice, FuzzConfig config, LoopWatch watch, boolean warm) throws Exception {
        over = false;
        watch.reset();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.execute(() -> {
                    while (!over) {
                        client(sluice);
                    }
                });
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS) / ROUNDS;
            long nextEdit = 0;
            boolean edited = false;
            while (System.nanoTime() < end) {
                if (System.nanoTime() > nextEdit) {
                    edited = !edited;
                    sluice.edit(edited ? config.edited() : config.base());
                    nextEdit = System.nanoTime() + 700_000_000L;
                }
                LockSupport.parkNanos(20_000_000);
                if (watch.heldMillis() > MOST_HELD_MILLIS) {
                    held(watch, warm);
                }
            }
            over = true;
        }
    }

    private void client(RunningSluice sluice) {
        long number = numbers.incrementAndGet();
        FuzzRequest request = FuzzRequest.of(SEED, number, corpus, callers);
        running.put(number, request);
        try {
            String wrong = new FuzzConnection(request).run(request.admin() ? adminPort(sluice) : sluice.port());
            if (wrong != null) {
                find(wrong + "\n" + request.paste());
            }
        } finally {
            running.remove(number);
        }
    }

    /** A loop may have served many requests in one step: those are tried again, each alone. */
    private void held(LoopWatch watch, boolean warm) {
        long millis = watch.heldMillis();
        String stack = watch.stack();
        Collection<FuzzRequest> together = List.copyOf(running.values());
        watch.reset();
        if (!warm) {
            return;
        }
        System.out.println("fuzz: a loop was held for " + millis + " ms of CPU with " + together.size() + " requests: "
                + together.stream().map(FuzzRequest::number).toList() + stack);
        suspects.add(List.copyOf(together));
        if (millis > MOST_HELD_TOGETHER_MILLIS) {
            find("a loop was held for " + millis + " ms" + stack);
        }
    }

    private void replay(RunningSluice sluice, LoopWatch watch, FuzzRequest request) {
        watch.reset();
        new FuzzConnection(request).run(request.admin() ? adminPort(sluice) : sluice.port());
        new ChatClient(sluice.adminUrl()).get("/livez");
        long millis = watch.heldMillis();
        if (millis > MOST_HELD_MILLIS) {
            find("a request holds a loop for " + millis + " ms" + watch.stack() + "\n" + request.paste());
        }
    }

    private void checkLedger(RunningSluice sluice, String bearer) {
        Awaitility.await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> {
            String body = new ChatClient(sluice.adminUrl())
                    .get("/admin/v1/usage", "authorization", bearer)
                    .body();
            JsonArray usage = new JsonObject(body).getJsonArray("usage");
            long rows = usage.isEmpty() ? 0 : usage.getJsonObject(0).getLong("attempts");
            assertThat(rows).as("rows of the ledger, of as many attempts").isEqualTo(attempts.sum());
        });
    }

    /** The last third against the first; the first round warms up. */
    private void checkGrowth(String what, List<Long> figures, long noise) {
        int third = Math.max(1, (figures.size() - 1) / 3);
        if (figures.size() < 4) {
            return;
        }
        long first = figures.subList(1, 1 + third).stream()
                .mapToLong(each -> each)
                .max()
                .orElse(0);
        long last = figures.subList(figures.size() - third, figures.size()).stream()
                .mapToLong(each -> each)
                .min()
                .orElse(0);
        if (last > first + noise) {
            find("grew: " + what + " " + figures);
        }
    }

    private void find(String what) {
        if (findings.size() < MOST_FINDINGS) {
            findings.add(what);
            System.out.println("fuzz: FOUND " + what);
        }
    }

    private static boolean isUnexpected(ILoggingEvent event) {
        for (IThrowableProxy cause = event.getThrowableProxy(); cause != null; cause = cause.getCause()) {
            if (BUG.matcher(cause.getClassName()).find()) {
                // Vert.x, when the other side of a WebSocket has gone: it closes it again, or accepts it after all.
                String message = String.valueOf(cause.getMessage());
                return !message.startsWith("promise already done") && !message.equals("Result is already complete");
            }
        }
        // Expected here are refused edits, and what Vert.x says of a provider that breaks the protocol of WebSockets.
        return event.getLevel().isGreaterOrEqual(Level.ERROR)
                && !event.getLoggerName().startsWith("dev.sluice.reload")
                && !event.getLoggerName().startsWith("io.vertx.ext.web")
                && !event.getFormattedMessage().startsWith("Received an invalid message");
    }

    /** The leak detector belongs to the process, and reports at later allocations. */
    private static void reportLeaksOfEarlierTests() {
        for (int i = 0; i < 20; i++) {
            System.gc();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            ByteBufAllocator.DEFAULT.directBuffer(16).release();
        }
    }

    private static int adminPort(RunningSluice sluice) {
        return Integer.parseInt(sluice.adminUrl().replaceAll(".*:", ""));
    }

    private static long heapAfterCollection() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Counts what the access log says, and keeps none of it. */
    private final class AccessLines extends OutputStream {

        private final StringBuilder line = new StringBuilder();

        @Override
        public void write(int each) throws IOException {
            write(new byte[] {(byte) each}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            line.append(new String(bytes, from, length, StandardCharsets.ISO_8859_1));
            for (int end = line.indexOf("\n"); end >= 0; end = line.indexOf("\n")) {
                count(line.substring(0, end));
                line.delete(0, end + 1);
            }
        }

        private void count(String text) {
            Matcher found = ATTEMPTS.matcher(text);
            if (!found.find()) {
                find("an access line without status or attempts: " + text);
                return;
            }
            attempts.add(Long.parseLong(found.group(2)));
            if (found.group(1).equals("500")) {
                find("logged a 500: " + text);
            }
            Matcher code = CODE.matcher(text);
            String what = found.group(1) + (code.find() ? " " + code.group(2) : "");
            statuses.computeIfAbsent(what, any -> new LongAdder()).increment();
        }
    }
}
