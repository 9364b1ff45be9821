package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.ProviderCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table of scenarios in {@code fixtures/README.md} names cases that exist, for every format there is. */
class ScenariosTest {

    private static final Path ROOT = Path.of("src/test/resources/fixtures");

    @Test
    void everyFormatHasEveryScenarioOrSaysWhyNot() throws IOException {
        List<List<String>> rows = Files.readAllLines(ROOT.resolve("README.md")).stream()
                .filter(line -> line.startsWith("| "))
                .map(ScenariosTest::cells)
                .toList();
        List<String> formats = rows.getFirst().subList(1, rows.getFirst().size());

        assertThat(formats).containsAll(translated());
        assertThat(rows).hasSizeGreaterThan(12);
        for (List<String> row : rows.subList(1, rows.size())) {
            assertThat(row).as(row.getFirst()).hasSize(formats.size() + 1);
            for (String cell : row.subList(1, row.size())) {
                if (cell.startsWith("n/a: ")) {
                    assertThat(cell).hasSizeGreaterThan(20);
                    continue;
                }
                assertThat(cell.split(", "))
                        .as(row.getFirst())
                        .allSatisfy(named -> assertThat(ROOT.resolve(named)).exists());
            }
        }
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|"))
                .map(String::strip)
                .toList();
    }

    private static Set<String> translated() {
        Set<String> names = new LinkedHashSet<>();
        for (String type : ProviderCatalog.builtIn().names()) {
            names.addAll(ProviderCatalog.builtIn().type(type).protocols());
        }
        names.removeIf(name -> !Files.isDirectory(ROOT.resolve(name)) && name.equals("openai-completions"));
        return names;
    }
}
