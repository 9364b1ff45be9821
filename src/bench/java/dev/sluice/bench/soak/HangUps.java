package dev.sluice.bench.soak;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Request;
import io.netty.channel.EventLoopGroup;

/** Clients that leave in the middle of their streams, all of them every few seconds. */
final class HangUps implements AutoCloseable {

    private final EventLoopGroup loops;
    private final Request request;
    private final int clients;
    private ClosedLoop streams;

    HangUps(EventLoopGroup loops, Request request, int clients) {
        this.loops = loops;
        this.request = request;
        this.clients = clients;
        this.streams = begin();
    }

    void hangUp() {
        streams.close();
        streams = begin();
    }

    @Override
    public void close() {
        streams.close();
    }

    private ClosedLoop begin() {
        return new ClosedLoop(loops, request, clients, 0);
    }
}
