package dev.sluice.store.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The files of one process in the journal's folder: segments {@code NAME-NUMBER.seg} and {@code NAME.lock}, which it
 * locks while it runs. Segments whose lock is free belong to a dead process and are taken over. {@code journal.lock} is
 * held briefly to serialize the taking of locks.
 */
final class JournalFolder {

    private static final String LOCK = ".lock";
    private static final String SEGMENT = ".seg";
    private static final String GUARD = "journal.lock";

    /**
     * Locks held by this JVM. Trying the lock of a file does not detect one held by the same JVM, and closing a second
     * handle of the file releases it.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

    private final Path folder;
    private final long id = ThreadLocalRandom.current().nextLong();
    private final String name = HexFormat.of().toHexDigits(id);
    private final List<Lock> locks = new ArrayList<>();
    private final List<Path> leftovers = new ArrayList<>();
    private long segments;

    private JournalFolder(Path folder) {
        this.folder = folder;
    }

    static JournalFolder open(Path path) throws IOException {
        Path folder = path.toAbsolutePath();
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        JournalFolder mine = new JournalFolder(folder.toRealPath());
        mine.guarded(mine::takeLocks);
        return mine;
    }

    /** Segments of dead processes, in the order in which they were written. */
    List<Path> leftovers() {
        return List.copyOf(leftovers);
    }

    /** The random name of this run. */
    long id() {
        return id;
    }

    Path nextSegment() {
        return folder.resolve("%s-%08d%s".formatted(name, ++segments, SEGMENT));
    }

    /** Releases the locks and deletes lock files without segments. */
    void close() throws IOException {
        guarded(() -> {
            for (Lock lock : locks) {
                if (segmentsOf(lock.name()).isEmpty()) {
                    Files.deleteIfExists(lock.file());
                }
                lock.channel().close();
                HELD.remove(lock.file());
            }
            locks.clear();
        });
    }

    private void takeLocks() throws IOException {
        Set<String> names = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(SEGMENT) || file.endsWith(LOCK))
                    .filter(file -> !file.equals(GUARD))
                    .forEach(file -> names.add(file.split("[-.]", 2)[0]));
        }
        for (String other : names) {
            if (take(other)) {
                leftovers.addAll(segmentsOf(other));
            }
        }
        take(name);
    }

    private boolean take(String owner) throws IOException {
        Path file = folder.resolve(owner + LOCK);
        if (HELD.contains(file)) {
            return false;
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            return false;
        }
        if (!owner.equals(name) && segmentsOf(owner).isEmpty()) {
            Files.delete(file);
            channel.close();
            return false;
        }
        HELD.add(file);
        locks.add(new Lock(owner, file, channel));
        return true;
    }

    private List<Path> segmentsOf(String owner) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(owner + "-"))
                    .sorted()
                    .toList();
        }
    }

    private void guarded(Work work) throws IOException {
        ONE_AT_A_TIME.lock();
        try (FileChannel channel =
                FileChannel.open(folder.resolve(GUARD), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            work.run();
        } finally {
            ONE_AT_A_TIME.unlock();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private record Lock(String name, Path file, FileChannel channel) {}
}
