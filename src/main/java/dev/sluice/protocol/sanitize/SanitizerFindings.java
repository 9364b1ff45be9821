package dev.sluice.protocol.sanitize;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Counts the matches of each rule in one exchange, for the log. Holds no matched text. */
public final class SanitizerFindings {

    private final Map<String, Integer> counts = new TreeMap<>();

    void count(String rule) {
        counts.merge(rule, 1, Integer::sum);
    }

    /** Such as {@code api_key:1,email:2}. */
    @Override
    public String toString() {
        return counts.entrySet().stream()
                .map(each -> each.getKey() + ":" + each.getValue())
                .collect(Collectors.joining(","));
    }
}
