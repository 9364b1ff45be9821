package dev.sluice.bench.soak;

import dev.sluice.bench.load.ClosedLoop;
import dev.sluice.bench.load.Request;
import io.netty.channel.EventLoopGroup;

/** Clients that disconnect in the middle of their streams. */
final class DisconnectingClients implements AutoCloseable {

    private final EventLoopGroup loops;
    private final Request request;
    private final int clients;
    private ClosedLoop streams;

    DisconnectingClients(EventLoopGroup loops, Request request, int clients) {
        this.loops = loops;
        this.request = request;
        this.clients = clients;
        this.streams = connect();
    }

    void disconnectAll() {
        streams.close();
        streams = connect();
    }

    @Override
    public void close() {
        streams.close();
    }

    private ClosedLoop connect() {
        return new ClosedLoop(loops, request, clients, 0);
    }
}
