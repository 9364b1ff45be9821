package dev.sluice.dependencies;

import java.util.List;
import org.apache.maven.artifact.versioning.DefaultArtifactVersion;
import org.apache.maven.artifact.versioning.InvalidVersionSpecificationException;
import org.apache.maven.artifact.versioning.VersionRange;

/** One row of {@code advisories.tsv}: an advisory of a library, or that none is known. */
record Advisory(String library, String id, String affected, String fixed, String summary, String source) {

    static final String NONE = "-";

    Advisory {
        if (!library.matches("[\\w.-]+:[\\w.-]+") || summary.isBlank() || !source.startsWith("https://")) {
            throw new IllegalArgumentException("advisories.tsv: unreadable row of \"" + library
                    + "\" (expected: group:artifact, advisory, affected"
                    + " versions, fixed version, summary, https address, with tabs between them)");
        }
        if (!id.equals(NONE)) {
            range(affected);
        }
    }

    static Advisory parse(String row) {
        List<String> columns = List.of(row.split("\t", -1));
        if (columns.size() != 6) {
            throw new IllegalArgumentException(
                    "advisories.tsv: a row has " + columns.size() + " columns (expected: 6): " + row);
        }
        return new Advisory(
                columns.get(0), columns.get(1), columns.get(2), columns.get(3), columns.get(4), columns.get(5));
    }

    String row() {
        return String.join("\t", library, id, affected, fixed, summary, source);
    }

    boolean affects(SbomComponent component) {
        return library.equals(component.library())
                && !id.equals(NONE)
                && range(affected).containsVersion(new DefaultArtifactVersion(component.version()));
    }

    private static VersionRange range(String spec) {
        try {
            VersionRange range = VersionRange.createFromVersionSpec(spec);
            // Maven reads a version without brackets as a wish that every version fulfills.
            if (range.getRecommendedVersion() == null) {
                return range;
            }
        } catch (InvalidVersionSpecificationException e) {
            throw noRange(spec, e);
        }
        throw noRange(spec, null);
    }

    private static IllegalArgumentException noRange(String spec, Exception cause) {
        return new IllegalArgumentException(
                "advisories.tsv: \"" + spec + "\" is no range of versions (expected: such as [1.0,1.5),(1.6,2.0])",
                cause);
    }
}
