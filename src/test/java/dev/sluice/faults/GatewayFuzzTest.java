package dev.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.CapturedLog;
import dev.sluice.testkit.NothingIsLeft;
import dev.sluice.testkit.SelfSigned;
import dev.sluice.testkit.VirtualKeys;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fuzz of the whole gateway, in cleartext and over TLS with HTTP/2: random requests on every surface, WebSockets of
 * the Responses API with several lanes included, random behavior of clients and providers, and random edits of the
 * configuration, all at once. Every request ends in time, none with 500; no unexpected failure is logged; no event loop
 * is held; and after each round nothing is left, nothing has grown, and the ledger has every attempt.
 *
 * <p>It runs for {@code -Dsluice.fuzz.seconds} from {@code -Dsluice.fuzz.seed}, which a failure names. With
 * {@code -Dsluice.fuzz.only=NUMBER} it opens one connection of that seed, and prints what came of it.
 */
@Timeout(value = 3, unit = TimeUnit.HOURS)
class GatewayFuzzTest {

    private static final int SECONDS = Integer.getInteger("sluice.fuzz.seconds", 40);
    /** The same in each build, so that a change is blamed only for what it changes; 0 is a new one. */
    private static final long SEED = seed(Long.getLong("sluice.fuzz.seed", 20_261_130));

    private static final long ONLY = Long.getLong("sluice.fuzz.only", -1);
    private static final int ROUNDS = Math.max(4, SECONDS / 60);
    private static final int CLIENTS = 12;
    /** One connection in so many is made over TLS. */
    private static final int SECURE = 4;

    private static final int MOST_FINDINGS = 40;

    private static final long MOST_HELD_MILLIS = 100;
    /** Of many requests in one step of a loop. Above this, no request needs to do it alone. */
    private static final long MOST_HELD_TOGETHER_MILLIS = 500;

    private static final long HEAP_NOISE = 12L << 20;
    private static final long DESCRIPTORS_NOISE = 80;

    @TempDir
    private Path folder;

    private final FuzzCorpus corpus = new FuzzCorpus();
    private final VirtualKeys callers = FuzzConfig.callers();
    private final Queue<String> findings = new ConcurrentLinkedQueue<>();
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, FuzzRequest> running = new ConcurrentHashMap<>();
    private final List<List<FuzzRequest>> suspects = new ArrayList<>();
    private FuzzedGateway plain;
    private FuzzedGateway secure;
    private SSLContext tls;
    private volatile boolean over;

    @Test
    void nothingHurtsTheGateway() throws Exception {
        reportLeaksOfEarlierTests();
        System.out.println("fuzz: seed " + SEED + ", " + SECONDS + " s, " + ROUNDS + " rounds");
        SelfSigned certificate = SelfSigned.in(folder);
        tls = certificate.trusting();
        try (RawUpstream upstream = new RawUpstream(new FuzzUpstream(corpus));
                CapturedLog log = CapturedLog.open(FuzzLog::isUnexpected)) {
            FuzzConfig config = config(upstream, "plain.db", null);
            assertThat(config.wrongEdits(folder.resolve("edit.yaml"))).isEmpty();
            try (FuzzedGateway one = gateway(config);
                    FuzzedGateway other = gateway(config(upstream, "secure.db", certificate))) {
                plain = one;
                secure = other;
                if (ONLY >= 0) {
                    one();
                } else {
                    all(log);
                }
                log.lines().forEach(line -> find("logged: " + line));
            }
        }
        assertThat(findings).as("seed " + SEED).isEmpty();
    }

    private static long seed(long given) {
        return given == 0 ? System.nanoTime() : given;
    }

    private FuzzConfig config(RawUpstream upstream, String store, SelfSigned tls) {
        return new FuzzConfig(upstream.port(), folder.resolve(store), callers, tls, new Random(SEED));
    }

    private FuzzedGateway gateway(FuzzConfig config) {
        return new FuzzedGateway(config, callers.bearer("boss"), this::find);
    }

    private void one() {
        FuzzRequest request = FuzzRequest.of(SEED, ONLY, corpus, callers);
        String wrong = run(request);
        System.out.println(request.paste() + wrong + " " + plain.statuses + " " + secure.statuses);
        if (wrong != null) {
            find(wrong);
        }
    }

    private void all(CapturedLog log) throws IOException {
        plain.countTokens();
        List<Long> heap = new ArrayList<>();
        List<Long> descriptors = new ArrayList<>();
        for (int round = 0; round < ROUNDS && findings.size() < MOST_FINDINGS; round++) {
            round(round > 0);
            plain.check("after round " + round);
            secure.check("after round " + round + ", over TLS");
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
        suspects.forEach(together -> together.forEach(this::replay));
        System.out.println("fuzz: statuses " + plain.statuses);
        System.out.println("fuzz: statuses over TLS " + secure.statuses);
        checkGrowth("bytes of heap", heap, HEAP_NOISE);
        checkGrowth("descriptors", descriptors, DESCRIPTORS_NOISE);
        assertThat(plain.statuses).as("a fuzz that reaches the providers").containsKey("200");
        assertThat(secure.statuses).as("a fuzz that reaches the providers").containsKey("200");
    }

    private void round(boolean warm) throws IOException {
        over = false;
        plain.watch.reset();
        secure.watch.reset();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.execute(() -> {
                    while (!over) {
                        client();
                    }
                });
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS) / ROUNDS;
            long nextEdit = 0;
            while (System.nanoTime() < end) {
                if (System.nanoTime() > nextEdit) {
                    plain.edit();
                    secure.edit();
                    nextEdit = System.nanoTime() + 700_000_000L;
                }
                LockSupport.parkNanos(20_000_000);
                held(plain.watch, warm);
                held(secure.watch, warm);
            }
            over = true;
        }
    }

    private void client() {
        long number = numbers.incrementAndGet();
        FuzzRequest request = FuzzRequest.of(SEED, number, corpus, callers);
        running.put(number, request);
        try {
            String wrong = run(request);
            if (wrong != null) {
                find(wrong + "\n" + request.paste());
            }
        } finally {
            running.remove(number);
        }
    }

    /** @return what is wrong, or null */
    private String run(FuzzRequest request) {
        FuzzedGateway gateway = gatewayOf(request);
        try (Socket socket = FuzzConnection.connect(request.admin() ? gateway.adminPort() : gateway.port())) {
            return gateway == secure && !request.admin()
                    ? new FuzzTlsConnection(request, tls).run(socket)
                    : new FuzzConnection(request).run(socket);
        } catch (IOException refused) {
            return "cannot connect: " + refused;
        }
    }

    private FuzzedGateway gatewayOf(FuzzRequest request) {
        return request.number() % SECURE == 0 ? secure : plain;
    }

    /** A loop may have served many requests in one step: those are tried again, each alone. */
    private void held(LoopWatch watch, boolean warm) {
        long millis = watch.heldMillis();
        if (millis <= MOST_HELD_MILLIS) {
            return;
        }
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

    private void replay(FuzzRequest request) {
        FuzzedGateway gateway = gatewayOf(request);
        gateway.watch.reset();
        run(request);
        gateway.awaitLoops();
        long millis = gateway.watch.heldMillis();
        if (millis > MOST_HELD_MILLIS) {
            find("a request holds a loop for " + millis + " ms" + gateway.watch.stack() + "\n" + request.paste());
        }
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

    /** The leak detector belongs to the process, and reports at later allocations. */
    private static void reportLeaksOfEarlierTests() {
        for (int i = 0; i < 20; i++) {
            System.gc();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            ByteBufAllocator.DEFAULT.directBuffer(16).release();
        }
    }

    private static long heapAfterCollection() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
