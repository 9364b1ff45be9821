package dev.sluice.bench.upstream;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/** Plays the streams of one event loop, in each turn of the loop one event of each. */
final class FullSpeed {

    private final EventLoop loop;
    private final List<Playing> streams = new ArrayList<>();
    private boolean turning;

    FullSpeed(EventLoop loop) {
        this.loop = loop;
    }

    void play(Playing stream) {
        streams.add(stream);
        if (!turning) {
            turning = true;
            turn();
        }
    }

    private void turn() {
        streams.removeIf(stream -> !stream.step());
        turning = !streams.isEmpty();
        if (turning) {
            loop.execute(this::turn);
        }
    }
}
