package dev.sluice.store.journal;

import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of this process: one in use, a few in reserve. A dedicated thread creates the reserves and forces
 * written rows to disk, so that appending threads make no system calls.
 */
final class Segments {

    /** The interval of forcing; a power failure may lose the rows of this time. */
    static final Duration FORCE_EVERY = Duration.ofMillis(50);

    private static final Logger LOG = LoggerFactory.getLogger(Segments.class);
    private static final int RESERVE = 2;

    private final JournalFolder folder;
    private final int size;
    private final IntSupplier most;
    private final AtomicReference<Segment> current;
    private final Queue<Segment> reserve = new ConcurrentLinkedQueue<>();
    private final AtomicInteger reserved = new AtomicInteger();
    private final AtomicInteger used = new AtomicInteger(1);
    private final Queue<Segment> released = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean diskFull;
    /** Used by the thread only: the last attempt failed, which was logged. */
    private boolean failing;

    private volatile CloseAction closeAction;
    /** Used by the thread only: the oldest segment that may have unforced rows. */
    private Segment forcing;

    private Segments(JournalFolder folder, int size, IntSupplier most, Segment first) {
        this.folder = folder;
        this.size = size;
        this.most = most;
        this.current = new AtomicReference<>(first);
        this.forcing = first;
        this.thread = Thread.ofPlatform().name("sluice-journal").daemon().unstarted(this::runUntilClosed);
    }

    static Segments start(JournalFolder folder, int size, IntSupplier most) throws IOException {
        Segments segments = new Segments(folder, size, most, Segment.create(folder.nextSegment(), size));
        segments.refill();
        segments.thread.start();
        return segments;
    }

    Segment current() {
        return current.get();
    }

    /** Number of segments that contain rows. */
    int used() {
        return used.get();
    }

    boolean diskFull() {
        return diskFull;
    }

    boolean append(byte[] bytes, int length, CRC32C crc) {
        while (true) {
            Segment segment = current.get();
            if (segment.append(bytes, length, crc)) {
                return true;
            }
            if (!advance(segment) && current.get() == segment) {
                return false;
            }
        }
    }

    /** Called by the reader when all rows of the segment are in the store. */
    void release(Segment segment) {
        used.decrementAndGet();
        released.add(segment);
        LockSupport.unpark(thread);
    }

    /** Runs {@code last} on the thread after all rows are forced to disk. */
    Future<Void> close(CloseAction last) {
        closeAction = last;
        LockSupport.unpark(thread);
        return Future.fromCompletionStage(closed);
    }

    /** Called within {@link #close}. */
    void delete() throws IOException {
        current.get().delete();
    }

    /** Appends a reserve after a full segment, unless another thread has done so. */
    private boolean advance(Segment from) {
        if (from.next() == null) {
            Segment next = reserve.poll();
            if (next == null) {
                return false;
            }
            if (from.linkNext(next)) {
                reserved.decrementAndGet();
                used.incrementAndGet();
                LockSupport.unpark(thread);
            } else {
                reserve.add(next);
            }
        }
        current.compareAndSet(from, from.next());
        return true;
    }

    private void runUntilClosed() {
        while (closeAction == null) {
            tick();
            LockSupport.parkNanos(this, FORCE_EVERY.toNanos());
        }
        try {
            force();
            for (Segment unused = reserve.poll(); unused != null; unused = reserve.poll()) {
                unused.delete();
            }
            for (Segment done = released.poll(); done != null; done = released.poll()) {
                done.delete();
            }
            closeAction.run();
            closed.complete(null);
        } catch (IOException | RuntimeException e) {
            closed.completeExceptionally(e);
        }
    }

    private void tick() {
        try {
            force();
            refill();
            diskFull = false;
            if (failing) {
                failing = false;
                LOG.info("The journal can create segments again");
            }
        } catch (IOException | RuntimeException e) {
            if (!failing) {
                failing = true;
                LOG.error(
                        "The journal cannot create a segment; requests are refused once its reserve is used up"
                                + " (expected: a writable folder with free space): {}",
                        e.toString());
            }
            diskFull = reserve.isEmpty();
        }
    }

    private void force() {
        forcing.force();
        while (forcing.next() != null) {
            forcing = forcing.next();
            forcing.force();
        }
    }

    private void refill() throws IOException {
        for (Segment done = released.poll(); done != null; done = released.poll()) {
            if (reserved.get() < RESERVE) {
                reserve.add(done.recycled(folder.nextSegment()));
                reserved.incrementAndGet();
            } else {
                done.delete();
            }
        }
        while (reserved.get() < RESERVE && used.get() + reserved.get() < most.getAsInt()) {
            reserve.add(Segment.create(folder.nextSegment(), size));
            reserved.incrementAndGet();
        }
    }

    /** The action that {@link #close} runs last. */
    interface CloseAction {
        void run() throws IOException;
    }
}
