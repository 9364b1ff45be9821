package dev.sluice.observe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A standard output that blocks writers until the test unblocks it. */
final class BlockedSink extends OutputStream {

    private volatile CountDownLatch opened;
    private volatile CountDownLatch entered;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final AtomicInteger writes = new AtomicInteger();

    BlockedSink() {
        block();
    }

    static BlockedSink open() {
        BlockedSink sink = new BlockedSink();
        sink.unblock();
        return sink;
    }

    void block() {
        entered = new CountDownLatch(1);
        opened = new CountDownLatch(1);
    }

    void unblock() {
        opened.countDown();
    }

    void awaitWriter() throws InterruptedException {
        entered.await();
    }

    int writes() {
        return writes.get();
    }

    List<String> lines() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        entered.countDown();
        try {
            opened.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        written.write(bytes, offset, length);
        writes.incrementAndGet();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }
}
