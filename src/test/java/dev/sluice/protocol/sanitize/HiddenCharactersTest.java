package dev.sluice.protocol.sanitize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.SanitizeConfig;
import dev.sluice.config.SanitizeConfig.Kind;
import dev.sluice.config.SanitizeConfig.Where;
import dev.sluice.model.GatewayException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Characters that a reader does not see do not hide a match, and texts that need them keep them. */
class HiddenCharactersTest {

    private static final Sanitizer RULES = new Sanitizer(
            new SanitizeConfig(
                    false,
                    List.of(Kind.values()),
                    Map.of("ticket", "TICKET-[0-9]+"),
                    List.of("(?i)top secret"),
                    Where.PROMPTS),
            List.of());
    private static final Sanitizer STRIPPING =
            new Sanitizer(new SanitizeConfig(true, List.of(), Map.of(), List.of(), Where.PROMPTS), List.of());

    static IntStream hidden() {
        return IntStream.of(
                0x00, 0x08, 0x7F, 0x85, 0xAD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x180B, 0x180E, 0x200B, 0x200C,
                0x200D, 0x200E, 0x202E, 0x2060, 0x2062, 0x2065, 0x2066, 0x206F, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFFA0,
                0xFFF0, 0xFFF9, 0x1BCA0, 0x1D173, 0xE0001, 0xE0041, 0xE0080, 0xE0100, 0xE0FFF);
    }

    @ParameterizedTest
    @MethodSource("hidden")
    void noHiddenCharacterHidesAMatch(int codePoint) {
        String hidden = Character.toString(codePoint);
        for (String secret : List.of(
                "ann@example.com", "4111 1111 1111 1111", "DE89370400440532013000", "10.0.0.7", "TICKET-4711")) {
            String disguised = hidden + String.join(hidden, secret.split("")) + hidden;

            assertThat(clean(RULES, "a " + disguised + " z"))
                    .as(secret)
                    .matches("a " + hidden + "\\[\\w+\\]" + hidden + " z");
        }
        assertThatThrownBy(() -> clean(RULES, "top s" + hidden + "ecret"))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        refusal -> assertThat(refusal.error().code()).isEqualTo("content_blocked"));
        assertThat(clean(STRIPPING, "a" + hidden + "b " + hidden + " c" + hidden))
                .isEqualTo("ab  c");
    }

    @Test
    void aMatchBesideAHiddenCharacterIsFoundAsBefore() {
        assertThat(clean(RULES, "x\u200B4111 1111 1111 1111\u200Bx")).isEqualTo("x\u200B[credit_card]\u200Bx");
    }

    @Test
    void onlyTheMatchLosesItsHiddenCharacters() {
        String around = "\uD83D\uDC69\u200D\uD83D\uDCBB \u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645";

        assertThat(clean(RULES, around + " an\u200Bn@example.com " + around)).isEqualTo(around + " [email] " + around);
    }

    static Stream<String> meaningful() {
        return Stream.of(
                "\uD83D\uDC69\u200D\uD83D\uDCBB woman at a computer",
                "\u2764\uFE0F\u200D\uD83D\uDD25 heart on fire",
                "\uD83D\uDC68\uD83C\uDFFD\u200D\uD83D\uDE80 with a skin tone",
                "\uD83C\uDFF3\uFE0F\u200D\uD83C\uDF08 rainbow flag",
                "1\uFE0F\u20E3 keycap",
                "\u00A9\uFE0F \u2122\uFE0E",
                "\uD83C\uDFF4\uDB40\uDC67\uDB40\uDC62\uDB40\uDC73\uDB40\uDC63\uDB40\uDC74\uDB40\uDC7F Scotland",
                "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 Persian",
                "\u0915\u094D\u200D\u0937 Devanagari",
                "\u0DC1\u0DCA\u200D\u0DBB\u0DD3 Sinhala",
                "\u1797\u17B6\u179F\u17B6\u200B\u1781\u17D2\u1798\u17C2\u179A Khmer",
                "\u05D0\u200F. Hebrew",
                "\u1820\u180E\u1820 Mongolian",
                "\u1100\u1160 Jamo",
                "\u8FBB\uDB40\uDD00 a variant of an ideograph",
                "\uD834\uDD58\uD834\uDD73\uD834\uDD65 beamed notes",
                "tabs\tand\r\nlines");
    }

    @ParameterizedTest
    @MethodSource("meaningful")
    void strippingKeepsWhatWritingNeeds(String text) {
        assertThat(clean(STRIPPING, text)).isEqualTo(text);
        assertThat(clean(RULES, text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uD83D\uDE00\uDB40\uDD01\uDB40\uDD02",
                "\uD83D\uDE00\uFE0F\uFE0E\uFE0F",
                "\u0645\u200C\u200D\u200C\u0645",
                "\uD83C\uDFF4\uDB40\uDC68\uDB40\uDC69\uDB40\uDC7F",
                "a\u200D\uD83D\uDE00"
            })
    void strippingLeavesNoRunOfHiddenCharacters(String text) {
        assertThat(clean(STRIPPING, text)
                        .codePoints()
                        .filter(HiddenCharacters::isHidden)
                        .count())
                .isLessThanOrEqualTo(1);
    }

    @Test
    void manyHiddenCharactersTakeLinearTime() {
        String text = "\u200B".repeat(1_000_000) + "ann@example.com";

        assertThat(clean(STRIPPING, text)).isEqualTo("ann@example.com");
        assertThat(clean(RULES, text)).endsWith("[email]");
    }

    private static String clean(Sanitizer rules, String text) {
        return rules.text(text, new SanitizerFindings());
    }
}
