package dev.sluice.bench.upstream;

import io.netty.channel.ChannelHandlerContext;

/** One streamed response in progress. */
// The channel's handlers report failed writes and closed connections.
@SuppressWarnings("FutureReturnValueIgnored")
final class ResponseStream {

    private final ChannelHandlerContext client;
    private int next;

    ResponseStream(ChannelHandlerContext client) {
        this.client = client;
    }

    /**
     * Sends the next event, unless the connection is not writable.
     *
     * @return whether events remain
     */
    boolean sendNext() {
        if (!client.channel().isActive()) {
            return false;
        }
        if (client.channel().isWritable()) {
            client.writeAndFlush(PreparedResponses.event(next++), client.voidPromise());
        }
        return next < Mode.EVENTS;
    }

    void sendRemaining() {
        while (next < Mode.EVENTS) {
            client.write(PreparedResponses.event(next++), client.voidPromise());
        }
        client.flush();
    }
}
