package dev.sluice.auth.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PepperFileTest {

    @TempDir
    private Path folder;

    @Test
    void concurrentProcessesGetTheSamePepper() throws IOException {
        Path path = folder.resolve("new").resolve("pepper");

        List<PepperFile> opened =
                IntStream.range(0, 32).parallel().mapToObj(i -> open(path)).toList();

        assertThat(opened.stream().map(file -> file.pepper().reveal()).distinct())
                .hasSize(1);
        assertThat(opened.stream().filter(PepperFile::created)).hasSize(1);
        assertThat(opened.getFirst().pepper().reveal()).matches("[0-9A-Za-z]{43}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        try (var files = Files.list(path.getParent())) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void anEmptyFileIsRefused() throws IOException {
        Path path = Files.writeString(folder.resolve("pepper"), "\n");

        assertThatThrownBy(() -> PepperFile.open(path))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is empty");
    }

    /** Reading a named pipe would wait forever, reading a large file would use up the heap. */
    @Test
    @Timeout(10)
    void onlyASmallRegularFileIsRead() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Path large = Files.writeString(folder.resolve("large"), "x".repeat(100_000));

        assertThatThrownBy(() -> PepperFile.open(pipe)).hasMessageContaining("it is not a regular file");
        assertThatThrownBy(() -> PepperFile.open(large)).hasMessageContaining("it is larger than 65536 bytes");
        assertThatThrownBy(() -> PepperFile.open(folder)).hasMessageContaining("it is not a regular file");
    }

    @Test
    void thePepperIsNotPrinted() {
        PepperFile file = open(folder.resolve("pepper"));

        assertThat(file.toString()).doesNotContain(file.pepper().reveal());
    }

    private static PepperFile open(Path path) {
        try {
            return PepperFile.open(path);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
