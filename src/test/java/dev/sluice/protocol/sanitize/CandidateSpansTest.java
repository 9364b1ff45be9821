package dev.sluice.protocol.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.SanitizeConfig.Kind;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Searching the candidate spans finds exactly what searching the whole text finds. */
class CandidateSpansTest {

    private static final int TEXTS = 4000;
    private static final List<String> PIECES = List.of(
            "4111-1111-1111-1111",
            "4111 1111 1111 1111",
            "DE89 3704 0044 0532 0130 00",
            "DE89370400440532013000",
            "GB82WEST12345698765432",
            "10.0.0.7",
            "255.255.255.256",
            "fe80:0:0:0:1:2:3:4",
            "+49 30 901820 123",
            "(030) 90-18-20",
            "00491709018201",
            "12",
            "2026-11-25",
            "A",
            "é",
            "\uD83D\uDE00",
            "_",
            "b",
            " ",
            "  ",
            ".",
            "-",
            ":",
            "+",
            "(",
            "x");

    static Stream<Arguments> kinds() {
        return Stream.of(
                whole(Kind.PHONE, KnownPatterns.PHONE, KnownPatterns::phone),
                whole(Kind.CREDIT_CARD, KnownPatterns.CREDIT_CARD, KnownPatterns::luhn),
                whole(Kind.IBAN, KnownPatterns.IBAN, KnownPatterns::iban),
                whole(Kind.IP_ADDRESS, KnownPatterns.IP_ADDRESS, KnownPatterns::any));
    }

    private static Arguments whole(Kind kind, String pattern, Predicate<String> really) {
        String name = kind.name().toLowerCase(java.util.Locale.ROOT);
        return Arguments.of(
                kind, new RedactRule(name, pattern, CandidateSpans.wholeText(text -> true), really, String::length));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void spansFindTheSameMatches(Kind kind, TextRule everywhere) {
        TextRule rule = KnownPatterns.of(kind);
        Random random = new Random(kind.name().hashCode());
        int changed = 0;
        for (int i = 0; i < TEXTS; i++) {
            StringBuilder made = new StringBuilder();
            for (int pieces = random.nextInt(9); pieces >= 0; pieces--) {
                made.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            String text = made.toString();
            SanitizerFindings found = new SanitizerFindings();
            SanitizerFindings expected = new SanitizerFindings();

            String clean = rule.apply(text, found);

            assertThat(clean).as(text).isEqualTo(everywhere.apply(text, expected));
            assertThat(found).as(text).hasToString(expected.toString());
            changed += clean.equals(text) ? 0 : 1;
        }
        assertThat(changed).isGreaterThan(TEXTS / 50).isLessThan(TEXTS);
    }
}
