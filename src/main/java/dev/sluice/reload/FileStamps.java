package dev.sluice.reload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Stamps of files: size, time and identity, without reading them. Links are followed, so that swapping a link changes
 * the stamp.
 */
record FileStamps(Map<Path, Optional<Stamp>> files) {

    /** @param key which file it is: device and inode, where the file system has them */
    record Stamp(FileTime modified, long size, Object key) {}

    /** Blocks on the file system. */
    static FileStamps of(Collection<Path> files) {
        Map<Path, Optional<Stamp>> stamps = new HashMap<>();
        files.forEach(file -> stamps.put(file, stamp(file)));
        return new FileStamps(stamps);
    }

    /** Empty for a missing file: creation and deletion are changes, too. */
    private static Optional<Stamp> stamp(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new Stamp(found.lastModifiedTime(), found.size(), found.fileKey()));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
