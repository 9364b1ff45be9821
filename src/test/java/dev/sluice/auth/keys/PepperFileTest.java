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
