package dev.sluice.bench.upstream;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends the streams of one event loop with a fixed gap between events. Implemented as a ring with one slot per
 * millisecond, because a timer per event would cost more than the event.
 */
final class PacedStreams {

    private final EventLoop loop;
    private final List<List<ResponseStream>> slots = new ArrayList<>();
    private ScheduledFuture<?> ticking;
    private int now;
    private int streams;

    PacedStreams(EventLoop loop, int gapMillis) {
        this.loop = loop;
        for (int i = 0; i < gapMillis; i++) {
            slots.add(new ArrayList<>());
        }
    }

    /** Sends the first event immediately. */
    void add(ResponseStream stream) {
        if (!stream.sendNext()) {
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
        List<ResponseStream> due = slots.get(now);
        int before = due.size();
        due.removeIf(stream -> !stream.sendNext());
        streams -= before - due.size();
        if (streams == 0) {
            ticking.cancel(false);
            ticking = null;
        }
    }
}
