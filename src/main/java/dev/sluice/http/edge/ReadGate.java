package dev.sluice.http.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;

/**
 * Stops reading from one connection while its client does not read, and while many bytes of pipelined requests wait. So
 * what a connection can make Sluice keep is bounded on both sides.
 *
 * <p>Vert.x switches {@code autoRead} of the channel, too, while a paused request has many pieces. Both must agree to
 * read. Vert.x switches it on through {@link Channel#read()}, which the gate refuses. It switches it off at the end of
 * a read, which does not show while the gate has done so before; the gate therefore pretends for that moment that it
 * had not ({@link #readComplete}).
 */
final class ReadGate {

    private final Channel channel;
    private final StrictHttpDecoder decoder;
    /** The gate has switched reading off, and Vert.x wants it on. */
    private boolean shut;

    private boolean pretending;

    ReadGate(Channel channel, StrictHttpDecoder decoder) {
        this.channel = channel;
        this.decoder = decoder;
    }

    boolean isShut() {
        return shut;
    }

    /** Whether a read that was requested may be done. Shuts the gate otherwise. */
    boolean admitsRead() {
        return !pretending && check();
    }

    /** Shuts the gate if reading may not go on. */
    boolean check() {
        boolean open = mayRead();
        if (!open && !shut && channel.config().isAutoRead()) {
            shut = true;
            channel.config().setAutoRead(false);
        }
        return open;
    }

    void tryOpen() {
        if (shut && mayRead()) {
            shut = false;
            channel.config().setAutoRead(true);
        }
    }

    void readComplete(ChannelHandlerContext ctx) {
        if (!shut) {
            ctx.fireChannelReadComplete();
            return;
        }
        pretending = true;
        channel.config().setAutoRead(true);
        ctx.fireChannelReadComplete();
        pretending = false;
        shut = channel.config().isAutoRead();
        channel.config().setAutoRead(false);
        tryOpen();
    }

    private boolean mayRead() {
        return channel.isWritable() && !decoder.isFull();
    }
}
