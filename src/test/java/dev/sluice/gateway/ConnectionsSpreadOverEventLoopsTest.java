package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RawClient;
import dev.sluice.testkit.RunningSimulator;
import dev.sluice.testkit.RunningSluice;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.internal.VertxInternal;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With port 0, too, every event loop listens, so that connections spread over all cores. */
class ConnectionsSpreadOverEventLoopsTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CLIENTS = 20;
    private static final int PATIENCE_MILLIS = 10_000;
    /** Of one exchange at least: no loop can have served its share for less. */
    private static final long BYTES = 4 * 1024;

    @Test
    void eachServesItsShareOfTheConnections() throws Exception {
        try (RunningSimulator upstream = RunningSimulator.steerable().open();
                RunningSluice sluice =
                        RunningSluice.start(RunningSluice.EPHEMERAL + """
                            providers:
                              up: { type: openai_compatible, base_url: "%s", api_keys: [ { key: unused } ] }
                            """.formatted(upstream.baseUrl()))) {
            List<Long> before = allocated(sluice);

            for (int i = 0; i < CLIENTS; i++) {
                try (RawClient client = RawClient.connect(sluice.port())) {
                    client.post(
                            "/v1/chat/completions",
                            ChatClient.request("up/fast", "Hello").encode());
                    assertThat(client.readResponse(PATIENCE_MILLIS)).startsWith("HTTP/1.1 200");
                }
            }

            List<Long> after = allocated(sluice);
            assertThat(after).hasSize(2);
            for (int loop = 0; loop < after.size(); loop++) {
                assertThat(after.get(loop) - before.get(loop)).isGreaterThan(BYTES * CLIENTS / 2);
            }
        }
    }

    private static List<Long> allocated(RunningSluice sluice) throws Exception {
        List<Long> bytes = new ArrayList<>();
        for (EventExecutor loop : ((VertxInternal) sluice.vertx()).nettyEventLoopGroup()) {
            bytes.add(loop.submit(THREADS::getCurrentThreadAllocatedBytes).get());
        }
        return bytes;
    }
}
