package dev.sluice.dependencies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The comparison of libraries with the list of advisories, by Maven's order of versions. */
class AdvisoryListTest {

    private static final String HTTP = "io.netty:netty-codec-http";
    private static final String ROWS = """
        # comment
        io.netty:netty-codec-http\tGHSA-1\t(,4.1.125.Final),[4.2.0.Alpha1,4.2.5.Final)\t4.2.5.Final\tsmuggling\thttps://example.com/1
        info.picocli:picocli\t-\t-\t-\tnone known\thttps://example.com/2
        """;
    private static final String ACCEPTED = HTTP + "\t4.2.4.Final\tGHSA-1\tnot reachable\n";

    @ParameterizedTest
    @CsvSource({
        "4.1.9.Final, true", // an order of letters would put it after 4.1.125
        "4.1.124.Final, true",
        "4.1.125.Final, false",
        "4.2.0.Alpha1, true",
        "4.2.0.RC3, true",
        "4.2.4.Final, true",
        "4.2.5.Final, false",
        "4.2.18.Final, false",
        "5.0.0, false"
    })
    void versionsAreComparedAsMavenDoes(String version, boolean affected) {
        List<String> problems = AdvisoryList.parse(ROWS, "").problems(List.of(component(HTTP, version)));

        assertThat(problems).hasSize(affected ? 1 : 0);
    }

    @Test
    void anAffectedLibraryIsReportedWithWhatToDo() {
        List<String> problems = AdvisoryList.parse(ROWS, "").problems(List.of(component(HTTP, "4.2.4.Final")));

        assertThat(problems)
                .containsExactly(
                        "io.netty:netty-codec-http 4.2.4.Final is affected by GHSA-1 (smuggling): use 4.2.5.Final, or"
                                + " say in accepted.tsv why Sluice is not affected; https://example.com/1");
    }

    @Test
    void anAcceptanceHoldsForItsVersionOnly() {
        AdvisoryList list = AdvisoryList.parse(ROWS, ACCEPTED);

        assertThat(list.problems(List.of(component(HTTP, "4.2.4.Final")))).isEmpty();
        assertThat(list.problems(List.of(component(HTTP, "4.2.3.Final"))))
                .hasSize(2)
                .anyMatch(problem -> problem.contains("4.2.3.Final is affected by GHSA-1"))
                .anyMatch(problem -> problem.contains("4.2.4.Final, which does not apply: remove the row"));
    }

    @Test
    void anAcceptanceWithoutItsAdvisoryIsReported() {
        assertThat(AdvisoryList.parse(ROWS, ACCEPTED).problems(List.of(component(HTTP, "4.2.18.Final"))))
                .containsExactly("accepted.tsv accepts GHSA-1 of io.netty:netty-codec-http 4.2.4.Final, which does not"
                        + " apply: remove the row");
    }

    @Test
    void aLibraryThatWasNotLookedUpIsReported() {
        AdvisoryList list = AdvisoryList.parse(ROWS, "");

        assertThat(list.problems(List.of(component("info.picocli:picocli", "4.7.7"))))
                .isEmpty();
        assertThat(list.problems(List.of(component("com.example:fresh", "1.0"))))
                .containsExactly(
                        "com.example:fresh has no row in advisories.tsv: look its advisories up and add them, or a"
                                + " row with \"-\"");
    }

    @ParameterizedTest
    @CsvSource({
        "'g:a\tGHSA-1\t[1,2)\t2\tsummary', 5 columns",
        "'g:a\tGHSA-1\t1.5\t2\tsummary\thttps://example.com', is no range of versions",
        "'g:a\tGHSA-1\t[2,1)\t2\tsummary\thttps://example.com', is no range of versions",
        "'a\tGHSA-1\t[1,2)\t2\tsummary\thttps://example.com', unreadable row",
        "'g:a\tGHSA-1\t[1,2)\t2\tsummary\tftp://example.com', unreadable row"
    })
    void unreadableRowsAreErrors(String row, String message) {
        assertThatThrownBy(() -> AdvisoryList.parse(row, "")).hasMessageContaining(message);
    }

    @Test
    void unreadableAcceptancesAreErrors() {
        assertThatThrownBy(() -> AdvisoryList.parse(ROWS, "g:a\t1.0\tGHSA-1\t"))
                .hasMessageContaining("accepted.tsv: unreadable row");
    }

    /** The files in the repository can be read; what they say about the jar is checked by {@link DependenciesIT}. */
    @Test
    void theListOfTheRepositoryFindsOldLibraries() {
        AdvisoryList list = AdvisoryList.read();

        assertThat(list.problems(List.of(component("io.netty:netty-codec-http2", "4.2.3.Final"))))
                .anyMatch(problem -> problem.contains("CVE-2025-55163"));
        assertThat(list.advisories()).doesNotHaveDuplicates().hasSizeGreaterThan(100);
    }

    private static SbomComponent component(String library, String version) {
        return new SbomComponent(library, version, List.of());
    }
}
