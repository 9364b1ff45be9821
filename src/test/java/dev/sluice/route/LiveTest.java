package dev.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.SluiceConfig;
import java.util.ArrayList;
import java.util.Arrays;
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
    private static final int SWAPS = 20_000;
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
    void aRequestThatIsOvertakenByASwapBeginsAnew() {
        Live[] live = new Live[1];
        Serving next = Tables.serving(ONE, 2);
        Serving overtaken = new Serving(CONFIG, "r1", new RouteTable(CONFIG, Map.of("p", 1L))) {
            @Override
            void join() {
                // The request has read what serves, and has not said so yet.
                if (live[0].current() == this) {
                    live[0].swap(next);
                    assertThat(live[0].mayCall("p", 1)).isFalse();
                }
                super.join();
            }
        };
        live[0] = new Live(overtaken);

        assertThat(live[0].enter()).isSameAs(next);
        assertThat(overtaken.inUse()).isFalse();
        assertThat(next.inUse()).isTrue();
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
        Serving[] servings = new Serving[SWAPS];
        Arrays.setAll(
                servings,
                generation -> new Serving(CONFIG, "r", new RouteTable(CONFIG, Map.of("p", (long) generation))));
        Live live = new Live(servings[0]);
        AtomicLong judgedUnused = new AtomicLong(-1);
        AtomicBoolean over = new AtomicBoolean();
        Queue<String> violations = new ConcurrentLinkedQueue<>();
        List<Thread> requests = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            requests.add(Thread.ofPlatform().start(() -> {
                while (!over.get()) {
                    Serving serving = live.enter();
                    long unused = judgedUnused.get();
                    if (serving.routes().generation("p") <= unused) {
                        violations.add(
                                "holding " + serving.routes().generation("p") + " though " + unused + " was unused");
                    }
                    serving.leave();
                }
            }));
        }

        for (int next = 1; next < SWAPS; next++) {
            live.swap(servings[next]);
            while (live.mayCall("p", next - 1)) {
                Thread.onSpinWait();
            }
            judgedUnused.set(next - 1);
        }
        over.set(true);
        for (Thread request : requests) {
            request.join();
        }

        assertThat(violations).isEmpty();
    }
}
