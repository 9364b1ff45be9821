package dev.sluice.binding;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads text files of a bounded size. Opening a named pipe waits for a writer, and a device may never end: only regular
 * files are opened, links followed.
 */
public final class BoundedFile {

    /** For configuration files and secrets. Text of more characters than a configuration may have is refused later. */
    public static final int MAX_CONFIG_BYTES = 4 * 1024 * 1024;

    private BoundedFile() {}

    /** @throws IOException also when the file is no regular file, larger than {@code maxBytes}, or not UTF-8 */
    public static String read(Path file, int maxBytes) throws IOException {
        check(file, maxBytes);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw tooLarge(file, maxBytes);
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        }
    }

    /** Fails as {@link #read} does, without opening the file. */
    public static void check(Path file, int maxBytes) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw Files.exists(file)
                    ? new FileSystemException(file.toString(), null, "it is not a regular file")
                    : new NoSuchFileException(file.toString());
        }
        if (Files.size(file) > maxBytes) {
            throw tooLarge(file, maxBytes);
        }
    }

    private static FileSystemException tooLarge(Path file, int maxBytes) {
        return new FileSystemException(file.toString(), null, "it is larger than " + maxBytes + " bytes");
    }
}
