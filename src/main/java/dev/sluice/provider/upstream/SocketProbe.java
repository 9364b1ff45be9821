package dev.sluice.provider.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.AbstractNioChannel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Asks the operating system about the socket of a channel, without the event loop that otherwise reads it. */
final class SocketProbe {

    /** Written by several threads, and never read. */
    private static final ByteBuffer SCRAP = ByteBuffer.allocateDirect(1);

    /** What waits to be read from a socket. */
    enum Waiting {
        NOTHING,
        /** At least one byte. It is lost, so the connection must be closed. */
        BYTES,
        /** The end of the connection. */
        CLOSE
    }

    private SocketProbe() {}

    /** What waits to be read from the socket. One system call, without an allocation where epoll is used. */
    static Waiting waiting(Channel channel) {
        try {
            int read = 0;
            if (channel instanceof UnixChannel socket) {
                read = socket.fd().read(SCRAP, 0, 1);
            } else if (channel.unsafe() instanceof AbstractNioChannel.NioUnsafe nio
                    && nio.ch() instanceof ReadableByteChannel socket) {
                read = socket.read(SCRAP.duplicate());
            }
            return read == 0 ? Waiting.NOTHING : read > 0 ? Waiting.BYTES : Waiting.CLOSE;
        } catch (IOException lost) {
            return Waiting.CLOSE;
        }
    }

    /**
     * The round trip time of a connected socket as measured by the operating system; 0 where it does not report it, or
     * when the socket is closed.
     */
    static long roundTripNanos(Channel channel) {
        try {
            return channel instanceof EpollSocketChannel socket
                    ? socket.tcpInfo().rtt() * 1_000
                    : 0;
        } catch (ChannelException closed) {
            return 0;
        }
    }
}
