package dev.sluice.bench.load;

import dev.sluice.bench.Pause;
import dev.sluice.bench.wire.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The open connections of one load. */
// What becomes of a write or a connection, its channel tells.
@SuppressWarnings("FutureReturnValueIgnored")
final class Callers implements AutoCloseable {

    private static final int CONNECT_MILLIS = 5_000;
    private static final long LOOK_MILLIS = 20;

    private final Bootstrap bootstrap;
    private final Tally tally;
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private volatile boolean finishing;
    private volatile boolean closing;

    Callers(EventLoopGroup loops, int port, Tally tally, Supplier<Caller> caller) {
        this.tally = tally;
        this.bootstrap = new Bootstrap()
                .group(loops)
                .channel(Transport.client())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .remoteAddress("127.0.0.1", port)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        open.add(channel);
                        channel.pipeline().addLast(caller.get());
                    }
                });
    }

    void connect() {
        if (closing) {
            return;
        }
        bootstrap.connect().addListener(connected -> {
            if (!connected.isSuccess() && !closing) {
                tally.failed("cannot connect: " + connected.cause().getMessage());
            }
        });
    }

    boolean closing() {
        return closing;
    }

    /** Whether nothing more is to be asked. */
    boolean finishing() {
        return finishing || closing;
    }

    /** Returns when all is answered, or the time is over: how many are not. */
    int finish(int seconds) {
        finishing = true;
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        do {
            // One may have been about to ask.
            Pause.millis(LOOK_MILLIS);
        } while (tally.open() > 0 && System.nanoTime() - until < 0);
        return (int) tally.open();
    }

    @Override
    public void close() {
        closing = true;
        open.close().awaitUninterruptibly(CONNECT_MILLIS);
    }
}
