package dev.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.config.LogConfig;
import dev.sluice.model.RequestContext;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AccessLogCountsWhatItDropsTest {

    private static final LogConfig ON = new LogConfig(LogConfig.Format.JSON, LogConfig.Level.INFO, true);
    private static final LogConfig OFF = new LogConfig(LogConfig.Format.JSON, LogConfig.Level.INFO, false);
    private static final Duration AT_ONCE = Duration.ZERO;

    private final AtomicReference<LogConfig> config = new AtomicReference<>(ON);

    @Test
    void belowCapacityNoLineIsLostAndOrderIsKept() throws Exception {
        BlockedSink sink = new BlockedSink();
        AccessLog log = new AccessLog(config::get, sink, AccessLog.CAPACITY, AT_ONCE);
        log.log(EndedExchanges.streamed("first"));
        sink.awaitWriter();

        IntStream.range(0, AccessLog.CAPACITY).forEach(i -> log.log(EndedExchanges.streamed("r" + i)));
        sink.unblock();
        log.close();

        assertThat(log.dropped()).isZero();
        assertThat(requestIds(sink).subList(1, AccessLog.CAPACITY + 1))
                .isEqualTo(IntStream.range(0, AccessLog.CAPACITY)
                        .mapToObj(i -> "r" + i)
                        .toList());
        assertThat(sink.writes()).isLessThan(AccessLog.CAPACITY / 50);
    }

    @Test
    void aBlockedSinkLosesExactlyTheCountedLines() throws Exception {
        BlockedSink sink = new BlockedSink();
        AccessLog log = new AccessLog(config::get, sink, 64, AT_ONCE);
        log.log(EndedExchanges.streamed("first"));
        sink.awaitWriter();

        Callable<Void> loop = () -> {
            IntStream.range(0, 500).forEach(i -> log.log(EndedExchanges.streamed("r" + i)));
            return null;
        };
        try (var loops = Executors.newFixedThreadPool(4)) {
            for (var done : loops.invokeAll(List.of(loop, loop, loop, loop))) {
                done.get();
            }
        }
        assertThat(log.dropped()).isEqualTo(2000 - 64);
        sink.unblock();

        await().untilAsserted(
                        () -> assertThat(sink.lines()).anyMatch(line -> line.contains("1936 access lines dropped")));
        log.close();
        assertThat(requestIds(sink)).hasSize(1 + 64);
    }

    @Test
    void dropsAreLoggedOncePerInterval() throws Exception {
        BlockedSink sink = new BlockedSink();
        AccessLog log = new AccessLog(config::get, sink, 2, Duration.ofHours(1));
        overflow(log, sink);
        await().until(() -> sink.lines().stream().anyMatch(line -> line.contains("8 access lines dropped")));

        sink.block();
        overflow(log, sink);
        log.close();
        log.log(EndedExchanges.streamed("late"));

        assertThat(sink.lines())
                .filteredOn(line -> line.contains("access lines dropped"))
                .hasSize(1);
        assertThat(log.dropped()).isEqualTo(8 + 8 + 1);
    }

    @Test
    void aSinkThatNeverReturnsDoesNotDelayTheStop() throws Exception {
        BlockedSink sink = new BlockedSink();
        AccessLog log = new AccessLog(config::get, sink, 64, AT_ONCE);
        log.log(EndedExchanges.streamed("first"));
        sink.awaitWriter();

        long before = System.nanoTime();
        log.close();

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
        sink.unblock();
    }

    @Test
    void aBrokenSinkIsCounted() {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("broken pipe");
            }
        };
        AccessLog log = new AccessLog(config::get, broken, 64, AT_ONCE);

        IntStream.range(0, 10).forEach(i -> log.log(EndedExchanges.streamed("r" + i)));
        log.close();

        assertThat(log.dropped()).isEqualTo(10);
    }

    @Test
    void anExchangeThatCannotBeWrittenCostsOneLine() {
        BlockedSink sink = BlockedSink.open();
        AccessLog log = new AccessLog(config::get, sink, 64, AT_ONCE);
        RequestContext broken = EndedExchanges.streamed("broken");
        broken.usage = null;

        log.log(EndedExchanges.streamed("before"));
        log.log(broken);
        log.log(EndedExchanges.streamed("after"));
        log.close();

        assertThat(requestIds(sink)).containsExactly("before", "after");
        assertThat(log.dropped()).isEqualTo(1);
    }

    @Test
    void anIdleWriterWakesUp() {
        BlockedSink sink = BlockedSink.open();
        AccessLog log = new AccessLog(config::get, sink, 64, AT_ONCE);
        for (int i = 1; i <= 3; i++) {
            int lines = i;
            await().until(() -> writerSleeps());

            log.log(EndedExchanges.streamed("r" + i));

            await().atMost(Duration.ofSeconds(2)).until(() -> sink.lines().size() == lines);
        }
        log.close();
    }

    @Test
    void switchingItOffAppliesToTheNextLine() {
        BlockedSink sink = BlockedSink.open();
        AccessLog log = new AccessLog(config::get, sink, 64, AT_ONCE);

        log.log(EndedExchanges.streamed("one"));
        config.set(OFF);
        log.log(EndedExchanges.streamed("two"));
        config.set(ON);
        log.log(EndedExchanges.streamed("three"));
        log.close();

        assertThat(requestIds(sink)).containsExactly("one", "three");
        assertThat(log.dropped()).isZero();
    }

    /** Offers 11 lines, of which the writer holds one and the queue two. */
    private static void overflow(AccessLog log, BlockedSink sink) throws InterruptedException {
        log.log(EndedExchanges.streamed("held"));
        sink.awaitWriter();
        IntStream.range(0, 10).forEach(i -> log.log(EndedExchanges.streamed("r" + i)));
        sink.unblock();
    }

    /** Parked without a time limit. */
    private static boolean writerSleeps() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("sluice-access-log"))
                .anyMatch(thread -> thread.getState() == Thread.State.WAITING);
    }

    private static List<String> requestIds(BlockedSink sink) {
        return sink.lines().stream()
                .map(line -> new JsonObject(line).getString("request_id"))
                .filter(id -> id != null)
                .toList();
    }
}
