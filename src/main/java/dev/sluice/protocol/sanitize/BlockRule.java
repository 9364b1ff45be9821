package dev.sluice.protocol.sanitize;

import com.google.re2j.Pattern;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;

/** Rejects text that matches a pattern. */
final class BlockRule implements TextRule {

    private final Pattern pattern;

    BlockRule(String pattern) {
        this.pattern = Pattern.compile(pattern);
    }

    @Override
    public String apply(String text, SanitizerFindings findings) {
        check(text, findings);
        return text;
    }

    @Override
    public String applyToVisible(VisibleCharacters text, SanitizerFindings findings) {
        check(text.visible(), findings);
        return text.original();
    }

    @Override
    public int decidedUntil(String text, int until) {
        return until;
    }

    /** The message names neither the operator's pattern nor the matching part of the prompt. */
    private void check(String text, SanitizerFindings findings) {
        if (pattern.matcher(text).find()) {
            findings.count("block");
            throw new GatewayException(
                    GatewayError.of(Kind.INVALID_REQUEST, "the prompt matches a pattern that this route's rules block")
                            .withCode("content_blocked"));
        }
    }
}
