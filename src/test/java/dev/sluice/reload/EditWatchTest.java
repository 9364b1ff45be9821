package dev.sluice.reload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every edit is noticed once, when it is complete, however it is made. */
class EditWatchTest {

    @TempDir
    private Path directory;

    private final EditWatch watch = new EditWatch();
    private Path file;

    @BeforeEach
    void atRest() throws IOException {
        file = Files.writeString(directory.resolve("file"), "a: 1\n");
        // What changed between the start and the first looks is unknown.
        assertThat(look()).isFalse();
        assertThat(look()).isTrue();
        assertThat(look()).isFalse();
    }

    @Test
    void editsInPlaceAreReadOnceTheFileIsStable() throws IOException {
        Files.writeString(file, "a: 1\nb: 2\n");
        assertThat(look()).isFalse();
        Files.writeString(file, "a: 1\nb: 2\nc: 3\n");
        assertThat(look()).isFalse();
        assertThat(look()).isTrue();
        assertThat(look()).isFalse();
    }

    @Test
    void anotherFileOfTheSameSizeAndTimeIsAnEdit() throws IOException {
        FileTime time = Files.getLastModifiedTime(file);
        Path other = Files.writeString(directory.resolve("other"), "a: 2\n");
        Files.setLastModifiedTime(other, time);
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);

        assertThat(look()).isFalse();
        assertThat(look()).isTrue();
    }

    @Test
    void goingAndComingBackAsItWasAreEdits() throws IOException {
        Path aside = directory.resolve("aside");
        Files.move(file, aside);
        assertThat(look()).isFalse();
        assertThat(look()).isTrue();

        Files.move(aside, file);
        assertThat(look()).isFalse();
        assertThat(look()).isTrue();
    }

    @Test
    void aSwappedLinkOnTheWayIsAnEdit() throws IOException {
        Path old = Files.createDirectory(directory.resolve("..1"));
        Path next = Files.createDirectory(directory.resolve("..2"));
        Files.writeString(old.resolve("file"), "a: 1\n");
        Files.writeString(next.resolve("file"), "a: 2\n");
        Path data = Files.createSymbolicLink(directory.resolve("..data"), old.getFileName());
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("..data", "file"));
        look();
        look();

        Path swapped = Files.createSymbolicLink(directory.resolve("..data_tmp"), next.getFileName());
        Files.move(swapped, data, StandardCopyOption.ATOMIC_MOVE);

        assertThat(look()).isFalse();
        assertThat(look()).isTrue();
    }

    @Test
    void editsWithoutNewTimestampCanBeReported() {
        watch.changed();

        assertThat(look()).isTrue();
        assertThat(look()).isFalse();
    }

    private boolean look() {
        return watch.complete(FileStamps.of(List.of(file)));
    }
}
