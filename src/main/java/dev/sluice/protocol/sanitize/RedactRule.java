package dev.sluice.protocol.sanitize;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.sluice.protocol.sanitize.CandidateSpans.Span;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** Puts {@code [name]} in the place of what matches. */
final class RedactRule implements TextRule {

    private final String name;
    private final Pattern pattern;
    private final CandidateSpans spans;
    private final Predicate<String> really;
    private final ToIntFunction<String> undecided;

    /**
     * @param spans where to look
     * @param really a second look at what matched, such as a check digit
     * @param undecided from where on a text without a match may become one
     */
    RedactRule(
            String name,
            String pattern,
            CandidateSpans spans,
            Predicate<String> really,
            ToIntFunction<String> undecided) {
        this.name = name;
        this.pattern = Pattern.compile(pattern);
        this.spans = spans;
        this.really = really;
        this.undecided = undecided;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String apply(String text, SanitizerFindings findings) {
        StringBuilder clean = null;
        int kept = 0;
        for (Span span = spans.from(text, 0); span != null; span = spans.from(text, span.end())) {
            Matcher matcher = pattern.matcher(span.withNeighbors());
            while (matcher.find()) {
                if (matcher.end() == matcher.start() || !really.test(matcher.group())) {
                    continue;
                }
                if (clean == null) {
                    clean = new StringBuilder(text.length());
                }
                findings.count(name);
                clean.append(text, kept, span.neighborsStart() + matcher.start())
                        .append('[')
                        .append(name)
                        .append(']');
                kept = span.neighborsStart() + matcher.end();
            }
        }
        return clean == null ? text : clean.append(text, kept, text.length()).toString();
    }

    /** What matches up to the very end may go on, even if a second look refuses it so far. */
    @Override
    public int decidedUntil(String text, int until) {
        int from = Math.min(until, undecided.applyAsInt(text));
        for (Span span = spans.from(text, 0);
                span != null && span.start() < from;
                span = spans.from(text, span.end())) {
            Matcher matcher = pattern.matcher(span.withNeighbors());
            while (matcher.find() && span.neighborsStart() + matcher.start() < from) {
                int end = span.neighborsStart() + matcher.end();
                if (end > from || end == text.length()) {
                    return span.neighborsStart() + matcher.start();
                }
            }
        }
        return from;
    }
}
