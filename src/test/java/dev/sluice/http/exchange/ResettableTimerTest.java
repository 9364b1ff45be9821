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

/** A retry's timer that a hedge's timer replaces must not fire as well, or two attempts would start. */
class ResettableTimerTest {

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final List<String> fired = new CopyOnWriteArrayList<>();
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
    void settingItReplacesThePreviousAction() {
        context.runOnContext(now -> {
            ResettableTimer timer = new ResettableTimer(context, failures::add);
            timer.set(20, () -> fired.add("first"));
            timer.set(40, () -> fired.add("second"));
            vertx.setTimer(120, later -> fired.add("later"));
        });

        await().until(() -> fired.contains("later"));
        assertThat(fired).containsExactly("second", "later");
    }

    @Test
    void aCancelledTimerDoesNotFireAndMayBeSetAgain() {
        context.runOnContext(now -> {
            ResettableTimer timer = new ResettableTimer(context, failures::add);
            timer.set(20, () -> fired.add("stopped"));
            timer.cancel();
            timer.cancel();
            vertx.setTimer(
                    60,
                    later -> timer.set(1, () -> {
                        fired.add("again");
                        timer.cancel();
                        timer.set(1, () -> fired.add("from within"));
                    }));
        });

        await().until(() -> fired.contains("from within"));
        assertThat(fired).containsExactly("again", "from within");
    }

    @Test
    void aFailingActionIsReportedToTheOwner() {
        RuntimeException bug = new IllegalStateException("bug");
        context.runOnContext(now -> new ResettableTimer(context, failures::add).set(1, () -> {
            throw bug;
        }));

        await().until(() -> !failures.isEmpty());
        assertThat(failures).containsExactly(bug);
    }
}
