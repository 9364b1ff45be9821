package dev.sluice.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.contract.Cell.Outcome;
import dev.sluice.testkit.MarkedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every cell of the matrix is what {@link Expected} says, and the page for the readers says the same. */
@ExtendWith(Fleet.Running.class)
class MatrixTest {

    private static final Path PAGE = Path.of("src/docs/providers.md");

    @ParameterizedTest(name = "{0} before {1}")
    @MethodSource("lines")
    void eachFeatureBecomesWhatItHasTo(String api, String row, Map<Feature, Outcome> expected, Fleet fleet) {
        assertThat(differing(fleet.matrix().line(api, row), expected, Feature.class))
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mediaLines")
    void eachSurfaceBecomesWhatItHasTo(String row, Map<Media, Outcome> expected, Fleet fleet) {
        assertThat(differing(fleet.matrix().media(row), expected, Media.class)).isEmpty();
    }

    @Test
    void noProviderIsForgotten(Fleet fleet) {
        Set<String> rows = Expected.media().keySet();

        assertThat(fleet.rows()).extracting(Row::name).containsExactlyElementsOf(rows);
        assertThat(Expected.conversations().values())
                .allSatisfy(table -> assertThat(table.keySet()).isEqualTo(rows));
    }

    /** On a difference the right page lies in {@code target/docs}, to be copied over. */
    @Test
    void thePageShowsWhatWasFound(Fleet fleet) throws IOException {
        Path made = Path.of("target/docs/providers-with-matrix.md");
        Files.createDirectories(made.getParent());
        Files.writeString(Path.of("target/docs/matrix.md"), fleet.matrix().markdown());
        String committed = Files.readString(PAGE);
        Files.writeString(made, MarkedPage.replaced(committed, fleet.matrix().markdown()));

        assertThat(MarkedPage.between(committed))
                .as("cp %s %s", made, PAGE)
                .isEqualTo(fleet.matrix().markdown());
    }

    static Stream<Arguments> lines() {
        return Expected.conversations().entrySet().stream()
                .flatMap(table -> table.getValue().entrySet().stream()
                        .map(line -> Arguments.of(table.getKey(), line.getKey(), line.getValue())));
    }

    static Stream<Arguments> mediaLines() {
        return Expected.media().entrySet().stream().map(line -> Arguments.of(line.getKey(), line.getValue()));
    }

    private static <E extends Enum<E>> Map<E, String> differing(
            Map<E, Cell> found, Map<E, Outcome> expected, Class<E> columns) {
        Map<E, String> differing = new EnumMap<>(columns);
        found.forEach((column, cell) -> {
            if (cell.outcome() != expected.get(column)) {
                differing.put(column, cell + " instead of " + expected.get(column));
            }
        });
        return differing;
    }
}
