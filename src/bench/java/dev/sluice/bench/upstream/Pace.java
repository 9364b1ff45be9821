package dev.sluice.bench.upstream;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Plays the streams of one event loop with a gap between events. A ring of one slot a millisecond: a timer for each
 * event would cost more than the event.
 */
final class Pace {

    private final EventLoop loop;
    private final List<List<Playing>> slots = new ArrayList<>();
    private ScheduledFuture<?> ticking;
    private int now;
    private int streams;

    Pace(EventLoop loop, int gapMillis) {
        this.loop = loop;
        for (int i = 0; i < gapMillis; i++) {
            slots.add(new ArrayList<>());
        }
    }

    /** The first event goes at once. */
    void play(Playing stream) {
        if (!stream.step()) {
            return;
        }
        slots.get(now).add(stream);
        streams++;
        if (ticking == null) {
            ticking = loop.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        now = (now + 1) % slots.size();
        List<Playing> due = slots.get(now);
        int before = due.size();
        due.removeIf(stream -> !stream.step());
        streams -= before - due.size();
        if (streams == 0) {
            ticking.cancel(false);
            ticking = null;
        }
    }
}
