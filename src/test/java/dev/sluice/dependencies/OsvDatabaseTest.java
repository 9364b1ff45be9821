package dev.sluice.dependencies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Advisories in the OSV format become rows of the list. */
class OsvDatabaseTest {

    private static final Advisory LISTED =
            new Advisory("g:listed", "CVE-2026-1", "[1.0,1.5]", "1.6", "as listed", "https://example.com/1");
    private static final Advisory CLEAN = new Advisory("g:clean", "-", "-", "-", "none known", "https://example.com/2");

    @TempDir
    private Path folder;

    private OsvDatabase database;

    @BeforeEach
    void open() {
        database = new OsvDatabase(folder);
    }

    @Test
    void aKnownAdvisoryReplacesTheRowOfItsOtherName() throws IOException {
        advisory("GHSA-a", "[\"CVE-2026-1\"]", affected("g:listed", "1.0", "\"fixed\":\"1.6\""));

        assertThat(database.refresh(List.of(LISTED)))
                .containsExactly(new Advisory(
                        "g:listed",
                        "GHSA-a",
                        "[1.0,1.6)",
                        "1.6",
                        "CVE-2026-1: a summary",
                        "https://github.com/advisories/GHSA-a"));
    }

    @Test
    void linesOfReleasesAreOneRangeInTheirOrder() throws IOException {
        advisory(
                "GHSA-b",
                "[]",
                affected("g:clean", "10.0", "\"fixed\":\"10.2\""),
                affected("g:clean", "9.0", "\"last_affected\":\"9.3\""),
                affected("g:clean", "0", "\"fixed\":\"8.1\""));

        assertThat(database.refresh(List.of(CLEAN)))
                .extracting(Advisory::affected, Advisory::fixed)
                .containsExactly(tuple("(,8.1),[9.0,9.3],[10.0,10.2)", "10.2"));
    }

    @Test
    void whatTheDatabaseDoesNotHaveStays() throws IOException {
        advisory("GHSA-c", "[]", affected("g:another", "0", "\"fixed\":\"2\""));
        Files.writeString(folder.resolve("npm.json"), "{\"id\":\"GHSA-d\",\"affected\":[]}");

        assertThat(database.refresh(List.of(LISTED, CLEAN))).containsExactly(CLEAN, LISTED);
    }

    @Test
    void withdrawnAdvisoriesAreNone() throws IOException {
        Files.writeString(
                folder.resolve("w.json"),
                "{\"id\":\"GHSA-w\",\"withdrawn\":\"2026-01-01T00:00:00Z\",\"affected\":["
                        + affected("g:clean", "0", "\"fixed\":\"2\"") + "]}");

        assertThat(database.refresh(List.of(CLEAN))).containsExactly(CLEAN);
    }

    private void advisory(String id, String aliases, String... affected) throws IOException {
        Files.writeString(
                folder.resolve(id + ".json"),
                "{\"id\":\"%s\",\"aliases\":%s,\"summary\":\"a\\n summary\",\"affected\":[%s]}"
                        .formatted(id, aliases, String.join(",", affected)));
    }

    private static String affected(String library, String introduced, String end) {
        return ("{\"package\":{\"ecosystem\":\"Maven\",\"name\":\"%s\"},\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":"
                        + "[{\"introduced\":\"%s\"},{%s}]}]}")
                .formatted(library, introduced, end);
    }
}
