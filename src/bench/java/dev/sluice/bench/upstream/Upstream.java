package dev.sluice.bench.upstream;

import dev.sluice.bench.wire.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;

/** {@code Upstream THREADS}: listens on a free loopback port and prints it. */
public final class Upstream {

    private static final int BACKLOG = 4096;

    private Upstream() {}

    public static void main(String[] args) throws IOException {
        Channel server = new ServerBootstrap()
                .group(Transport.group(Integer.parseInt(args[0])))
                .channel(Transport.server())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection.pipeline().addLast(new UpstreamHandler());
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        System.out.println("ready on port " + ((InetSocketAddress) server.localAddress()).getPort());
        System.in.transferTo(OutputStream.nullOutputStream());
        Runtime.getRuntime().halt(0);
    }
}
