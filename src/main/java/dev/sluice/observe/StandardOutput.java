package dev.sluice.observe;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The stream to standard output that both logs share. A write longer than a pipe's atomic size may be torn by another
 * writer's, so each write holds a lock. Not {@link System#out}, which encodes, buffers and locks once more.
 */
final class StandardOutput extends OutputStream {

    static final StandardOutput STREAM = new StandardOutput();

    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private final ReentrantLock lock = new ReentrantLock();

    private StandardOutput() {}

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        lock.lock();
        try {
            out.write(bytes, offset, length);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** Stays open: the process owns it. */
    @Override
    public void close() {}
}
