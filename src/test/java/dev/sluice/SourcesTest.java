package dev.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of {@code src/docs/architecture.md} that only the text can show. */
final class SourcesTest {

    private static final Path MAIN = Path.of("src/main/java");
    private static final Path TEST = Path.of("src/test/java");

    /** Comments, and strings, whose words are no code. */
    private static final Pattern NOT_CODE = Pattern.compile(
            "/\\*.*?\\*/|//[^\\n]*|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'",
            Pattern.DOTALL);

    private static final Pattern SYNCHRONIZED = Pattern.compile("\\bsynchronized\\b");
    private static final Pattern LEFT_UNDONE = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");

    @Test
    void noFileIsLongerThanFourHundredLines() {
        assertThat(javaFiles(MAIN, TEST).filter(file -> lines(file) > 400)).isEmpty();
    }

    @Test
    void noBlockIsSynchronized() {
        assertThat(javaFiles(MAIN).filter(containing(SYNCHRONIZED, SourcesTest::code)))
                .isEmpty();
    }

    @Test
    void nothingIsLeftUndone() {
        assertThat(javaFiles(MAIN, TEST)
                        .filter(file -> !file.endsWith("SourcesTest.java"))
                        .filter(containing(LEFT_UNDONE, SourcesTest::text)))
                .isEmpty();
    }

    @Test
    void everyPackageHasPackageInfo() {
        List<Path> silent = javaFiles(MAIN)
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                .toList();

        assertThat(silent).isEmpty();
    }

    private static Predicate<Path> containing(Pattern pattern, Function<Path, String> reading) {
        return file -> pattern.matcher(reading.apply(file)).find();
    }

    private static String code(Path file) {
        return NOT_CODE.matcher(text(file)).replaceAll(" ");
    }

    private static long lines(Path file) {
        return text(file).lines().count();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> javaFiles(Path... roots) {
        return Stream.of(roots)
                .flatMap(SourcesTest::walk)
                .filter(file -> file.toString().endsWith(".java"));
    }

    private static Stream<Path> walk(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
