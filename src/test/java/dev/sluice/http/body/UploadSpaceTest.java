package dev.sluice.http.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadSpaceTest {

    @TempDir
    Path parent;

    @Test
    void filesOfProcessesThatNoLongerRunAreDeleted() throws IOException {
        Path killed = Files.createDirectory(parent.resolve("sluice-uploads-1"));
        Files.createFile(killed.resolve("lock"));
        Files.writeString(killed.resolve("upload-1.tmp"), "words");
        Path unlocked = Files.createDirectory(parent.resolve("sluice-uploads-2"));
        Files.setLastModifiedTime(unlocked, ago(Duration.ofHours(1)));
        Path former = Files.writeString(parent.resolve("sluice-upload-3.tmp"), "words");
        Files.setLastModifiedTime(former, ago(Duration.ofDays(2)));

        new UploadSpace(parent).removeOrphans();

        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void whatIsInUseOrNotOursIsLeftAlone() throws IOException {
        try (UploadSpace running = new UploadSpace(parent)) {
            Path upload = running.newFile();
            Path starting = Files.createDirectory(parent.resolve("sluice-uploads-new"));
            Path recent = Files.writeString(parent.resolve("sluice-upload-1.tmp"), "words");
            Path other = Files.writeString(parent.resolve("other.tmp"), "words");
            Path target = Files.createDirectory(parent.resolve("target"));
            Path kept = Files.writeString(target.resolve("kept"), "words");
            Files.createSymbolicLink(parent.resolve("sluice-uploads-link"), target);

            new UploadSpace(parent).removeOrphans();

            assertThat(upload).exists();
            assertThat(starting).exists();
            assertThat(recent).exists();
            assertThat(other).exists();
            assertThat(kept).exists();
        }
    }

    @Test
    void aFolderThatACleanerHasRemovedIsMadeAgainAndTheEndRemovesIt() throws IOException {
        Path first;
        try (UploadSpace space = new UploadSpace(parent)) {
            first = space.newFile();
            try (var files = Files.list(first.getParent())) {
                for (Path each : files.toList()) {
                    Files.delete(each);
                }
            }
            Files.delete(first.getParent());

            assertThat(space.newFile()).exists();
        }
        assertThat(parent).isEmptyDirectory();
    }

    private static FileTime ago(Duration age) {
        return FileTime.from(Instant.now().minus(age));
    }
}
