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

/** A provider may be stopped exactly when no request can call it any more. */
class ActiveConfigTest {

    private static final String ONE = "providers: { p: { type: simulator } }";
    private static final SluiceConfig CONFIG = RouteTables.config(ONE);
    private static final int SWAPS = 20_000;
    private static final String NONE = "providers: { other: { type: simulator } }";

    @Test
    void onlyRunningGenerationsMayBeCalled() {
        ActiveConfig active = new ActiveConfig(RouteTables.serving(ONE, 1));

        assertThat(active.mayCall("p", 1)).isTrue();
        assertThat(active.mayCall("p", 2)).isFalse();
        assertThat(active.mayCall("other", 1)).isFalse();
    }

    @Test
    void aRequestKeepsItsSnapshot() {
        ActiveConfig active = new ActiveConfig(RouteTables.serving(ONE, 1));
        ConfigSnapshot mine = active.acquire();

        active.swap(RouteTables.serving(ONE, 2));
        active.swap(RouteTables.serving(NONE, 3));

        assertThat(active.current().revision()).isEqualTo("r3");
        assertThat(active.mayCall("p", 1)).isTrue();
        // No request acquired the second snapshot.
        assertThat(active.mayCall("p", 2)).isFalse();

        mine.release();

        assertThat(active.mayCall("p", 1)).isFalse();
    }

    @Test
    void requestsOvertakenByASwapAcquireAgain() {
        ActiveConfig[] live = new ActiveConfig[1];
        ConfigSnapshot next = RouteTables.serving(ONE, 2);
        ConfigSnapshot overtaken = new ConfigSnapshot(CONFIG, "r1", new RouteTable(CONFIG, Map.of("p", 1L))) {
            @Override
            void retain() {
                // The request has read the active snapshot, and not acquired it yet.
                if (live[0].current() == this) {
                    live[0].swap(next);
                    assertThat(live[0].mayCall("p", 1)).isFalse();
                }
                super.retain();
            }
        };
        live[0] = new ActiveConfig(overtaken);

        assertThat(live[0].acquire()).isSameAs(next);
        assertThat(overtaken.inUse()).isFalse();
        assertThat(next.inUse()).isTrue();
    }

    @Test
    void theLastOfManyRequestsReleasesTheSnapshot() {
        ActiveConfig active = new ActiveConfig(RouteTables.serving(ONE, 1));
        List<ConfigSnapshot> entered = List.of(active.acquire(), active.acquire(), active.acquire());
        active.swap(RouteTables.serving(ONE, 2));

        for (ConfigSnapshot each : entered) {
            assertThat(active.mayCall("p", 1)).isTrue();
            each.release();
        }

        assertThat(active.mayCall("p", 1)).isFalse();
        assertThat(active.mayCall("p", 2)).isTrue();
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck") // yielding is what makes the race likely
    void unusedSnapshotsHaveNoHolderWhenRequestsAndSwapsRace() throws Exception {
        ConfigSnapshot[] servings = new ConfigSnapshot[SWAPS];
        Arrays.setAll(
                servings,
                generation -> new ConfigSnapshot(CONFIG, "r", new RouteTable(CONFIG, Map.of("p", (long) generation))));
        ActiveConfig active = new ActiveConfig(servings[0]);
        AtomicLong judgedUnused = new AtomicLong(-1);
        AtomicBoolean over = new AtomicBoolean();
        Queue<String> violations = new ConcurrentLinkedQueue<>();
        List<Thread> requests = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            requests.add(Thread.ofPlatform().start(() -> {
                while (!over.get()) {
                    ConfigSnapshot snapshot = active.acquire();
                    long unused = judgedUnused.get();
                    if (snapshot.routes().generation("p") <= unused) {
                        violations.add(
                                "holding " + snapshot.routes().generation("p") + " though " + unused + " was unused");
                    }
                    snapshot.release();
                }
            }));
        }

        for (int next = 1; next < SWAPS; next++) {
            active.swap(servings[next]);
            while (active.mayCall("p", next - 1)) {
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
