package dev.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.SluiceConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A provider may be stopped exactly when nobody can call it any more. */
class LiveTest {

    private static final String ONE = "providers: { p: { type: simulator } }";
    private static final SluiceConfig CONFIG = Tables.config(ONE);
    private static final String NONE = "providers: { other: { type: simulator } }";

    @Test
    void whatServesMayBeCalledAndWhatNeverRanMayNot() {
        Live live = new Live(Tables.serving(ONE, 1));

        assertThat(live.mayCall("p", 1)).isTrue();
        assertThat(live.mayCall("p", 2)).isFalse();
        assertThat(live.mayCall("other", 1)).isFalse();
    }

    @Test
    void aRequestKeepsWhatItBeganWith() {
        Live live = new Live(Tables.serving(ONE, 1));
        Serving mine = live.enter();

        live.swap(Tables.serving(ONE, 2));
        live.swap(Tables.serving(NONE, 3));

        assertThat(live.current().revision()).isEqualTo("r3");
        assertThat(live.mayCall("p", 1)).isTrue();
        // Nobody ever entered the second.
        assertThat(live.mayCall("p", 2)).isFalse();

        mine.leave();

        assertThat(live.mayCall("p", 1)).isFalse();
    }

    @Test
    void theLastOfManyRequestsLetsGo() {
        Live live = new Live(Tables.serving(ONE, 1));
        List<Serving> entered = List.of(live.enter(), live.enter(), live.enter());
        live.swap(Tables.serving(ONE, 2));

        for (Serving each : entered) {
            assertThat(live.mayCall("p", 1)).isTrue();
            each.leave();
        }

        assertThat(live.mayCall("p", 1)).isFalse();
        assertThat(live.mayCall("p", 2)).isTrue();
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck") // yielding is what makes the race likely
    void nobodyHoldsWhatHasBeenJudgedUnusedHoweverRequestsAndSwapsRace() throws Exception {
        Live live = new Live(Tables.serving(ONE, 1));
        AtomicLong judgedUnused = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        Queue<String> violations = new ConcurrentLinkedQueue<>();
        List<Thread> requests = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            requests.add(Thread.ofPlatform().start(() -> {
                while (!over.get()) {
                    Serving serving = live.enter();
                    long generation = serving.routes().generation("p");
                    Thread.yield();
                    long unused = judgedUnused.get();
                    if (generation <= unused) {
                        violations.add("holding " + generation + " though " + unused + " was unused");
                    }
                    serving.leave();
                }
            }));
        }

        for (long generation = 2; generation <= 3_000; generation++) {
            live.swap(new Serving(CONFIG, "r", new RouteTable(CONFIG, Map.of("p", generation))));
            long before = generation - 1;
            while (live.mayCall("p", before)) {
                Thread.onSpinWait();
            }
            judgedUnused.set(before);
        }
        over.set(true);
        for (Thread request : requests) {
            request.join();
        }

        assertThat(violations).isEmpty();
    }
}
