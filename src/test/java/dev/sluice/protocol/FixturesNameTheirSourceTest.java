package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every fixture names its source: a recording, a page of documentation, or this test suite. */
class FixturesNameTheirSourceTest {

    private static final Path ROOT = Path.of("src/test/resources/fixtures");

    private static final Pattern SOURCE = Pattern.compile("(?m)^(?:# )?source: (?:recorded \\d{4}-\\d{2}-\\d{2}.*"
            + "|documentation (?:https://\\S+|[A-Z]\\S+ ).*|composed for this test)$");

    @Test
    void everyCaseFolderNamesItsSource() throws IOException {
        List<Path> folders = cases();

        assertThat(folders).hasSizeGreaterThan(150);
        assertThat(folders)
                .isNotEmpty()
                .allSatisfy(folder -> assertThat(folder.resolve("case.properties"))
                        .exists()
                        .content()
                        .containsPattern(SOURCE));
    }

    @Test
    void everyFileOutsideACaseFolderNamesItsSource() throws IOException {
        List<Path> tables =
                files(1).stream().filter(file -> !file.endsWith("README.md")).toList();

        assertThat(tables).hasSizeGreaterThanOrEqualTo(2);
        assertThat(tables)
                .isNotEmpty()
                .allSatisfy(table -> assertThat(table).content().containsPattern(SOURCE));
    }

    @Test
    void noFileLiesBetweenTheFormatsAndTheirCases() throws IOException {
        assertThat(files(2)).allSatisfy(file -> assertThat(file.getParent()).isEqualTo(ROOT));
    }

    private static List<Path> cases() throws IOException {
        try (Stream<Path> all = Files.walk(ROOT, 2)) {
            return all.filter(path ->
                            Files.isDirectory(path) && ROOT.relativize(path).getNameCount() == 2)
                    .toList();
        }
    }

    private static List<Path> files(int depth) throws IOException {
        try (Stream<Path> all = Files.walk(ROOT, depth)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }
}
