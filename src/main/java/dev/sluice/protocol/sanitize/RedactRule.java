package dev.sluice.protocol.sanitize;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.sluice.protocol.sanitize.CandidateSpans.Span;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** Replaces each match with {@code [name]}. */
final class RedactRule implements TextRule {

    private final String name;
    private final Pattern pattern;
    private final CandidateSpans spans;
    private final Predicate<String> valid;
    private final ToIntFunction<String> undecided;

    /**
     * @param spans where to search
     * @param valid validates a match, for example by its check digit
     * @param undecided the position from which the text can still become a match
     */
    RedactRule(
            String name,
            String pattern,
            CandidateSpans spans,
            Predicate<String> valid,
            ToIntFunction<String> undecided) {
        this.name = name;
        this.pattern = Pattern.compile(pattern);
        this.spans = spans;
        this.valid = valid;
        this.undecided = undecided;
    }

    @Override
    public String apply(String text, SanitizerFindings findings) {
        return redact(text, text, null, findings);
    }

    @Override
    public String applyToVisible(VisibleCharacters text, SanitizerFindings findings) {
        return redact(text.visible(), text.original(), text, findings);
    }

    /** @param visible the positions of the searched text in the text; null when they are the same */
    private String redact(String searched, String text, VisibleCharacters visible, SanitizerFindings findings) {
        StringBuilder clean = null;
        int kept = 0;
        for (Span span = spans.from(searched, 0); span != null; span = spans.from(searched, span.end())) {
            Matcher matcher = pattern.matcher(span.withNeighbors());
            while (matcher.find()) {
                if (matcher.end() == matcher.start() || !valid.test(matcher.group())) {
                    continue;
                }
                int start = span.neighborsStart() + matcher.start();
                int end = span.neighborsStart() + matcher.end();
                if (visible != null && !visible.hasHiddenAround(start, end)) {
                    continue; // Found in the text itself, unless another rule finds more there.
                }
                if (clean == null) {
                    clean = new StringBuilder(text.length());
                }
                findings.count(name);
                clean.append(text, kept, visible == null ? start : visible.originalStart(start))
                        .append('[')
                        .append(name)
                        .append(']');
                kept = visible == null ? end : visible.originalEnd(end);
            }
        }
        return clean == null ? text : clean.append(text, kept, text.length()).toString();
    }

    /** A match that reaches the end of the text may still grow, even if it is not valid yet. */
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
