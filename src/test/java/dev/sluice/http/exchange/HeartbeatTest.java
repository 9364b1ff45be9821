package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One periodic timer for all streams, while there are any. */
class HeartbeatTest {

    private final Map<Long, Handler<Long>> timers = new HashMap<>();
    private final List<Long> periods = new ArrayList<>();
    private final List<String> checks = new ArrayList<>();
    private long interval = 400;
    private final Heartbeat heartbeat = new Heartbeat(vertx(), () -> interval);

    @Test
    void streamsAreCheckedFourTimesAnIntervalByOneTimer() {
        heartbeat.watch((since, every) -> checks.add("first " + since + " " + every));
        heartbeat.watch((since, every) -> checks.add("second " + since + " " + every));

        tick();

        assertThat(periods).containsExactly(100L);
        assertThat(checks).containsExactlyInAnyOrder("first 100 400", "second 100 400");
    }

    @Test
    void theTimerEndsWithTheLastStreamAndStartsWithTheNext() {
        Heartbeat.IdleStream stream = (since, every) -> checks.add("checked");
        heartbeat.watch(stream);

        heartbeat.unwatch(stream);
        tick();
        assertThat(timers).isEmpty();
        heartbeat.watch(stream);
        tick();

        assertThat(checks).containsExactly("checked");
    }

    @Test
    void anIntervalOfZeroDisablesHeartbeatsAlsoAfterAReload() {
        heartbeat.watch((since, every) -> checks.add("checked"));
        interval = 0;

        tick();
        heartbeat.watch((since, every) -> checks.add("checked"));

        assertThat(checks).isEmpty();
        assertThat(periods).hasSize(1);
    }

    @Test
    void thePeriodIsBounded() {
        interval = 8;
        heartbeat.watch((since, every) -> {});
        interval = 60_000;
        new Heartbeat(vertx(), () -> interval).watch((since, every) -> {});

        assertThat(periods).containsExactly(20L, 1_000L);
    }

    private void tick() {
        List.copyOf(timers.entrySet()).forEach(timer -> timer.getValue().handle(timer.getKey()));
    }

    @SuppressWarnings("unchecked")
    private Vertx vertx() {
        return FakeHttp.fake(Vertx.class, (proxy, method, args) -> switch (method.getName()) {
            case "setPeriodic" -> {
                periods.add((Long) args[0]);
                timers.put((long) periods.size(), (Handler<Long>) args[1]);
                yield (long) periods.size();
            }
            case "cancelTimer" -> timers.remove((Long) args[0]) != null;
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }
}
