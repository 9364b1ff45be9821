package dev.sluice.auth.keys;

import dev.sluice.binding.BoundedFile;
import dev.sluice.binding.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The file with the pepper that Sluice generates if the config names none. It is next to the database, readable by its
 * owner only. It is created atomically by the first process; all others read it.
 *
 * @param pepper the content
 * @param created whether this process has created it
 */
public record PepperFile(Path path, Secret pepper, boolean created) {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private static final int MAX_BYTES = 64 * 1024;

    /** @throws IOException if it cannot be read or created, is empty, too large, or no regular file */
    public static PepperFile open(Path path) throws IOException {
        boolean made = !Files.exists(path) && create(path);
        String text = BoundedFile.read(path, MAX_BYTES).strip();
        if (text.isEmpty()) {
            throw new IOException(path + " is empty (expected: the pepper that the keys were created with)");
        }
        return new PepperFile(path, new Secret(text), made);
    }

    private static boolean create(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path whole = posix(folder)
                ? Files.createTempFile(folder, ".pepper", null, PosixFilePermissions.asFileAttribute(OWNER_ONLY))
                : Files.createTempFile(folder, ".pepper", null);
        try {
            byte[] text = (new KeyGenerator().pepper().reveal() + "\n").getBytes(StandardCharsets.UTF_8);
            Files.write(whole, text, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
            return publish(whole, path);
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    /** A link, because a rename would replace a file that another process has just created. */
    private static boolean publish(Path whole, Path path) throws IOException {
        try {
            Files.createLink(path, whole);
            return true;
        } catch (FileAlreadyExistsException another) {
            return false;
        } catch (UnsupportedOperationException noLinks) {
            Files.move(whole, path, StandardCopyOption.ATOMIC_MOVE);
            return true;
        }
    }

    private static boolean posix(Path folder) {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
