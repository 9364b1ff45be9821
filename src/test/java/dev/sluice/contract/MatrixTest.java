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

/** Every cell of the matrix equals {@link ExpectedOutcomes}, and the documentation shows the same table. */
@ExtendWith(ContractFixture.Running.class)
class MatrixTest {

    private static final Path PAGE = Path.of("src/docs/providers.md");

    @ParameterizedTest(name = "{0} before {1}")
    @MethodSource("lines")
    void eachFeatureBecomesWhatItHasTo(
            String api, String row, Map<Feature, Outcome> expected, ContractFixture fixture) {
        assertThat(differing(fixture.matrix().line(api, row), expected, Feature.class))
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mediaLines")
    void eachSurfaceBecomesWhatItHasTo(String row, Map<MediaFeature, Outcome> expected, ContractFixture fixture) {
        assertThat(differing(fixture.matrix().media(row), expected, MediaFeature.class))
                .isEmpty();
    }

    @Test
    void noProviderIsForgotten(ContractFixture fixture) {
        Set<String> rows = ExpectedOutcomes.media().keySet();

        assertThat(fixture.rows()).extracting(ProviderRow::name).containsExactlyElementsOf(rows);
        assertThat(ExpectedOutcomes.conversations().values())
                .allSatisfy(table -> assertThat(table.keySet()).isEqualTo(rows));
    }

    /** On a difference the right page lies in {@code target/docs}, to be copied over. */
    @Test
    void thePageShowsWhatWasFound(ContractFixture fixture) throws IOException {
        Path made = Path.of("target/docs/providers-with-matrix.md");
        Files.createDirectories(made.getParent());
        Files.writeString(Path.of("target/docs/matrix.md"), fixture.matrix().markdown());
        String committed = Files.readString(PAGE);
        Files.writeString(made, MarkedPage.replace(committed, fixture.matrix().markdown()));

        assertThat(MarkedPage.between(committed))
                .as("cp %s %s", made, PAGE)
                .isEqualTo(fixture.matrix().markdown());
    }

    static Stream<Arguments> lines() {
        return ExpectedOutcomes.conversations().entrySet().stream()
                .flatMap(table -> table.getValue().entrySet().stream()
                        .map(line -> Arguments.of(table.getKey(), line.getKey(), line.getValue())));
    }

    static Stream<Arguments> mediaLines() {
        return ExpectedOutcomes.media().entrySet().stream().map(line -> Arguments.of(line.getKey(), line.getValue()));
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
