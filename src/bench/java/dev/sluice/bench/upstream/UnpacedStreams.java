package dev.sluice.bench.upstream;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/** Sends the streams of one event loop without pacing: one event of each per turn of the loop. */
final class UnpacedStreams {

    private final EventLoop loop;
    private final List<ResponseStream> streams = new ArrayList<>();
    private boolean running;

    UnpacedStreams(EventLoop loop) {
        this.loop = loop;
    }

    void add(ResponseStream stream) {
        streams.add(stream);
        if (!running) {
            running = true;
            sendOneEach();
        }
    }

    private void sendOneEach() {
        streams.removeIf(stream -> !stream.sendNext());
        running = !streams.isEmpty();
        if (running) {
            loop.execute(this::sendOneEach);
        }
    }
}
