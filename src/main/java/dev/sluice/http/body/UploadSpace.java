package dev.sluice.http.body;

import dev.sluice.stream.FairBudget;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary files of all uploads: how many there may be, how many bytes they may have together, and the folder of
 * this process that they are in. The folder has a locked file while its process lives: {@link #removeOrphans} deletes
 * what processes that were killed have left. Methods that touch files block; the budgets may be used from any thread.
 */
public final class UploadSpace implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UploadSpace.class);

    private static final String FOLDER = "sluice-uploads-";
    private static final String LOCK = "lock";
    /** A folder whose process has not locked it yet is younger. */
    private static final Duration YOUNG = Duration.ofMinutes(1);
    /** The files of versions without a folder, and the age at which none of their requests runs any more. */
    private static final String FORMER_FILES = "sluice-upload-*.tmp";

    private static final Duration FORMER_AGE = Duration.ofDays(1);

    /** Of this JVM. To open the file of a lock and close it again would release the lock. */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final ReentrantLock access = new ReentrantLock();
    private final Path parent;
    private final FairBudget files = new FairBudget(0);
    private final FairBudget bytes = new FairBudget(0);
    private Path folder;
    private FileChannel lock;

    /** @param parent where the folder is created for the first upload */
    public UploadSpace(Path parent) {
        this.parent = parent;
    }

    /** Changes the limits. */
    public void limits(long mostFiles, long mostBytes) {
        files.limit(mostFiles);
        bytes.limit(mostBytes);
    }

    /** The number of uploads. */
    public FairBudget files() {
        return files;
    }

    /** The bytes of all uploads. */
    public FairBudget bytes() {
        return bytes;
    }

    /** Creates an empty file that only this user may read. */
    public Path newFile() throws IOException {
        access.lock();
        try {
            if (folder == null) {
                openFolder();
            }
            return Files.createTempFile(folder, "upload-", ".tmp");
        } catch (NoSuchFileException removed) {
            // By a cleaner of old files.
            close();
            openFolder();
            return Files.createTempFile(folder, "upload-", ".tmp");
        } finally {
            access.unlock();
        }
    }

    /** Deletes the files of processes that no longer run. */
    public void removeOrphans() {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, FOLDER + "*")) {
            for (Path each : folders) {
                removeOrphan(each);
            }
        } catch (IOException unreadable) {
            LOG.warn("folders with uploads of earlier runs cannot be listed in {}: {}", parent, unreadable.toString());
        }
        removeFormerFiles();
    }

    /** Deletes the folder. */
    @Override
    public void close() {
        access.lock();
        try {
            if (folder != null) {
                delete(folder);
                lock.close();
                OWN.remove(folder);
                folder = null;
            }
        } catch (IOException unlikely) {
            LOG.debug("the lock of {} could not be closed", folder, unlikely);
        } finally {
            access.unlock();
        }
    }

    private void openFolder() throws IOException {
        Path fresh = Files.createTempDirectory(parent, FOLDER);
        OWN.add(fresh);
        lock = FileChannel.open(fresh.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        lock.lock();
        folder = fresh;
    }

    private static void removeOrphan(Path each) throws IOException {
        if (OWN.contains(each) || !Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path file = each.resolve(LOCK);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            if (olderThan(each, YOUNG)) {
                delete(each);
            }
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock abandoned = channel.tryLock()) {
            if (abandoned != null) {
                delete(each);
            }
        } catch (IOException notOurs) {
            LOG.debug("{} is not deleted", each, notOurs);
        }
    }

    private void removeFormerFiles() {
        try (DirectoryStream<Path> former = Files.newDirectoryStream(parent, FORMER_FILES)) {
            for (Path each : former) {
                if (Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS) && olderThan(each, FORMER_AGE)) {
                    Files.deleteIfExists(each);
                }
            }
        } catch (IOException notOurs) {
            LOG.debug("files of earlier versions are not deleted", notOurs);
        }
    }

    private static boolean olderThan(Path path, Duration age) throws IOException {
        return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                .toInstant()
                .isBefore(Instant.now().minus(age));
    }

    private static void delete(Path folder) {
        try (DirectoryStream<Path> content = Files.newDirectoryStream(folder)) {
            for (Path each : content) {
                Files.deleteIfExists(each);
            }
            Files.deleteIfExists(folder);
        } catch (IOException notOurs) {
            LOG.debug("{} could not be deleted", folder, notOurs);
        }
    }
}
