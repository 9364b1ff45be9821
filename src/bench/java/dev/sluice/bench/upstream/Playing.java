package dev.sluice.bench.upstream;

import io.netty.channel.ChannelHandlerContext;

/** One stream on its way. */
// What becomes of a write or a connection, its channel tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class Playing {

    private final ChannelHandlerContext client;
    private int next;

    Playing(ChannelHandlerContext client) {
        this.client = client;
    }

    /**
     * Sends the next event, unless the client still has to read.
     *
     * @return whether more is to come
     */
    boolean step() {
        if (!client.channel().isActive()) {
            return false;
        }
        if (client.channel().isWritable()) {
            client.writeAndFlush(Answers.event(next++), client.voidPromise());
        }
        return next < Mode.EVENTS;
    }

    void all() {
        while (next < Mode.EVENTS) {
            client.write(Answers.event(next++), client.voidPromise());
        }
        client.flush();
    }
}
