package dev.sluice.dependencies;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Brings {@code advisories.tsv} up to date from a clone of an advisory database. Runs only by name, because a build
 * needs no database: {@code mvn test -Dtest=AdvisoryRefresh -Dsluice.advisories=FOLDER}.
 */
class AdvisoryRefresh {

    @Test
    void theListIsThatOfTheDatabase() throws IOException {
        List<Advisory> list = AdvisoryList.read().advisories();
        String refreshed = new OsvDatabase(Path.of(System.getProperty("sluice.advisories")))
                .refresh(list).stream().map(row -> row.row() + "\n").collect(Collectors.joining());
        String comments = AdvisoryList.resource("advisories.tsv")
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line + "\n")
                .collect(Collectors.joining());

        Path made = Path.of("target/docs/advisories.tsv");
        Files.createDirectories(made.getParent());
        Files.writeString(made, comments + refreshed);

        assertThat(AdvisoryList.resource("advisories.tsv"))
                .as("the list has changed; read it, then: cp %s src/test/resources/dependencies/advisories.tsv", made)
                .isEqualTo(comments + refreshed);
    }
}
