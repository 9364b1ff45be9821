package dev.sluice.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The violations that were found, less the exceptions of {@code conformance/exceptions.psv}. A line of it has what is
 * judged, a pattern for the violation, and the reason.
 */
final class Deviations {

    private static final Path EXCEPTIONS = Path.of("src/test/resources/conformance/exceptions.psv");

    private final List<Deviation> exceptions = exceptions();
    private final Set<String> used = new TreeSet<>();
    private final Map<String, Set<String>> found = new TreeMap<>();
    private int judged;

    private record Deviation(String line, Pattern judged, Pattern violation) {}

    /**
     * @param what is judged, such as {@code request openai-chat to mistral}
     * @param example where the violation is
     */
    synchronized void judged(String what, List<String> violations, String example) {
        judged++;
        for (String violation : violations) {
            boolean excepted = false;
            for (Deviation each : exceptions) {
                if (each.judged().matcher(what).matches()
                        && each.violation().matcher(violation).matches()) {
                    used.add(each.line());
                    excepted = true;
                }
            }
            if (!excepted) {
                found.computeIfAbsent(what + " | " + violation, key -> new TreeSet<>())
                        .add(example);
            }
        }
    }

    synchronized int count() {
        return judged;
    }

    /** Each with the number of its examples, and the first of them. */
    synchronized List<String> found() {
        List<String> lines = new ArrayList<>();
        found.forEach((violation, examples) -> lines.add(
                violation + " | " + examples.size() + ": " + examples.iterator().next()));
        return lines;
    }

    synchronized List<String> unusedExceptions() {
        return exceptions.stream()
                .map(Deviation::line)
                .filter(line -> !used.contains(line))
                .toList();
    }

    private static List<Deviation> exceptions() {
        try {
            return Files.readAllLines(EXCEPTIONS).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(Deviations::exception)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Deviation exception(String line) {
        String[] columns = line.split(" \\| ");
        if (columns.length != 3) {
            throw new IllegalArgumentException("judged | violation | reason: " + line);
        }
        return new Deviation(line, Pattern.compile(columns[0].strip()), Pattern.compile(columns[1].strip()));
    }
}
