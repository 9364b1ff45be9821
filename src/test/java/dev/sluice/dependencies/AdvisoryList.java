package dev.sluice.dependencies;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The advisories of {@code advisories.tsv} and those that {@code accepted.tsv} accepts. */
record AdvisoryList(List<Advisory> advisories, List<Acceptance> acceptances) {

    /** One row of {@code accepted.tsv}. */
    record Acceptance(String library, String version, String id, String reason) {

        static Acceptance parse(String row) {
            String[] columns = row.split("\t", -1);
            if (columns.length != 4 || columns[3].isBlank()) {
                throw new IllegalArgumentException(
                        "accepted.tsv: unreadable row (expected: group:artifact, version, advisory and reason, with"
                                + " tabs between them): " + row);
            }
            return new Acceptance(columns[0], columns[1], columns[2], columns[3]);
        }

        boolean accepts(Advisory advisory, SbomComponent component) {
            return id.equals(advisory.id())
                    && library.equals(component.library())
                    && version.equals(component.version());
        }
    }

    static AdvisoryList parse(String advisories, String accepted) {
        return new AdvisoryList(
                rows(advisories).map(Advisory::parse).toList(),
                rows(accepted).map(Acceptance::parse).toList());
    }

    static AdvisoryList read() {
        return parse(resource("advisories.tsv"), resource("accepted.tsv"));
    }

    /** What is wrong with the components, one sentence each; empty if nothing is. */
    List<String> problems(List<SbomComponent> components) {
        List<String> problems = new ArrayList<>();
        Set<Acceptance> unused = new HashSet<>(acceptances);
        for (SbomComponent component : components) {
            List<Advisory> known = advisories.stream()
                    .filter(each -> each.library().equals(component.library()))
                    .toList();
            if (known.isEmpty()) {
                problems.add(component.library() + " has no row in advisories.tsv: look its advisories up and add them,"
                        + " or a row with \"-\"");
            }
            for (Advisory advisory : known) {
                if (!advisory.affects(component)) {
                    continue;
                }
                List<Acceptance> accepting = acceptances.stream()
                        .filter(each -> each.accepts(advisory, component))
                        .toList();
                accepting.forEach(unused::remove);
                if (accepting.isEmpty()) {
                    problems.add(
                            "%s %s is affected by %s (%s): use %s, or say in accepted.tsv why Sluice is not affected; %s"
                                    .formatted(
                                            component.library(),
                                            component.version(),
                                            advisory.id(),
                                            advisory.summary(),
                                            advisory.fixed(),
                                            advisory.source()));
                }
            }
        }
        unused.forEach(each -> problems.add("accepted.tsv accepts %s of %s %s, which does not apply: remove the row"
                .formatted(each.id(), each.library(), each.version())));
        return problems.stream().sorted().toList();
    }

    static String resource(String name) {
        try (InputStream in = AdvisoryList.class.getResourceAsStream("/dependencies/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(name + " cannot be read", e);
        }
    }

    private static Stream<String> rows(String text) {
        return text.lines().filter(line -> !line.isBlank() && !line.startsWith("#"));
    }
}
