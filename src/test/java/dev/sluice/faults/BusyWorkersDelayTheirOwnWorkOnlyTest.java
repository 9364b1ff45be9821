package dev.sluice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.stream.WorkerPool;
import dev.sluice.stream.WorkerPool.Purpose;
import dev.sluice.testkit.ChatClient;
import dev.sluice.testkit.RunningSluice;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool that is full refuses its own kind of work, and delays no other. */
@Timeout(60)
class BusyWorkersDelayTheirOwnWorkOnlyTest {

    private static final int MORE_THAN_ANY_QUEUE = 400;

    private final CountDownLatch free = new CountDownLatch(1);
    private RunningSluice sluice;

    @BeforeEach
    void start() {
        sluice = RunningSluice.start(RunningSluice.EPHEMERAL + """
            providers:
              one: { type: simulator }
            models:
              clean:
                targets: [{ provider: one, model: echo }]
                sanitize: { redact: [email] }
            """);
    }

    @AfterEach
    void stop() {
        free.countDown();
        sluice.close();
    }

    @Test
    void countsAreRefusedAndNothingElse() {
        fill(EnumSet.of(Purpose.COUNTING));

        assertBusy(count(), 529);
        assertThat(chat("one/echo", "hi").statusCode()).isEqualTo(200);
        assertThat(chat("one/echo", large()).statusCode()).isEqualTo(200);
        assertThat(chat("clean", large()).statusCode()).isEqualTo(200);
    }

    @Test
    void largeBodiesAreRefusedAndSmallOnesServed() throws InterruptedException {
        fill(EnumSet.allOf(Purpose.class));

        assertBusy(count(), 529);
        assertBusy(chat("one/echo", large()), 503);
        assertBusy(chat("clean", "word ".repeat(10_000)), 503);
        assertThat(chat("one/echo", "hi").statusCode()).isEqualTo(200);
        assertThat(chat("clean", "hi").statusCode()).isEqualTo(200);
        assertThat(new ChatClient(sluice.adminUrl()).get("/metrics").statusCode())
                .isEqualTo(200);

        free.countDown();
        int status = 503;
        for (int i = 0; i < 100 && status == 503; i++) {
            TimeUnit.MILLISECONDS.sleep(20);
            status = chat("one/echo", large()).statusCode();
        }
        assertThat(status).isEqualTo(200);
    }

    private void fill(Set<Purpose> purposes) {
        for (Purpose purpose : purposes) {
            WorkerPool pool = WorkerPool.of(sluice.vertx(), purpose);
            for (int i = 0; i < MORE_THAN_ANY_QUEUE; i++) {
                pool.run(() -> {
                    free.await();
                    return null;
                });
            }
        }
    }

    /** Anthropic's clients know an overload by 529, all others by 503. */
    private static void assertBusy(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.body()).contains(WorkerPool.BUSY);
        assertThat(response.headers().firstValue("retry-after")).isPresent();
    }

    private HttpResponse<String> count() {
        JsonObject body = ChatClient.request("one/echo", "hi");
        return sluice.chat().post("/messages/count_tokens", body.encode());
    }

    private HttpResponse<String> chat(String model, String text) {
        return sluice.chat().chat(ChatClient.request(model, text));
    }

    private static String large() {
        return "word ".repeat(100_000);
    }
}
