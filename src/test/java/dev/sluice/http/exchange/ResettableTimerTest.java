package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A retry's timer that a hedge's replaces must not ring as well: two attempts would begin. */
class ResettableTimerTest {

    private final List<String> rung = new CopyOnWriteArrayList<>();
    private Vertx vertx;
    private Context context;

    @BeforeEach
    void open() {
        vertx = Vertx.vertx();
        context = vertx.getOrCreateContext();
    }

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void whatIsSetAnewReplacesWhatWasSet() {
        context.runOnContext(now -> {
            ResettableTimer timer = new ResettableTimer(context);
            timer.set(20, () -> rung.add("first"));
            timer.set(40, () -> rung.add("second"));
            vertx.setTimer(120, later -> rung.add("later"));
        });

        await().until(() -> rung.contains("later"));
        assertThat(rung).containsExactly("second", "later");
    }

    @Test
    void whatIsStoppedDoesNotRingAndMayBeSetAgain() {
        context.runOnContext(now -> {
            ResettableTimer timer = new ResettableTimer(context);
            timer.set(20, () -> rung.add("stopped"));
            timer.cancel();
            timer.cancel();
            vertx.setTimer(
                    60,
                    later -> timer.set(1, () -> {
                        rung.add("again");
                        timer.cancel();
                        timer.set(1, () -> rung.add("from within"));
                    }));
        });

        await().until(() -> rung.contains("from within"));
        assertThat(rung).containsExactly("again", "from within");
    }
}
