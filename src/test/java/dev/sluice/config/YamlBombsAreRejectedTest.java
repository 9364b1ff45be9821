package dev.sluice.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Texts that expand themselves, are nested too deep or are too long are refused. */
class YamlBombsAreRejectedTest {

    private static final Duration A_MOMENT = Duration.ofSeconds(5);

    @Test
    void aBillionLaughsIsRefused() {
        String bomb = IntStream.range(1, 10)
                .mapToObj(i -> "a" + i + ": &a" + i + " ["
                        + IntStream.range(0, 9).mapToObj(j -> "*a" + (i - 1)).collect(Collectors.joining(", ")) + "]")
                .collect(Collectors.joining("\n", "a0: &a0 [lol]\n", "\n"));

        assertRefused(bomb, "aliases");
    }

    @Test
    void tooDeepNestingIsRefused() {
        assertRefused("log: " + "[".repeat(100_000), "Nesting Depth");
    }

    @Test
    void tooLongTextIsRefused() {
        assertRefused("# " + "x".repeat(1024 * 1024) + "\nlog: {}", "longer than");
    }

    @Test
    void anAliasWithinItsOwnAnchorIsRefused() {
        assertRefused("providers: &p { a: *p }", "unknown key");
        assertRefused("models: { m: { fallbacks: &f [*f] } }", "found a list");
    }

    private static void assertRefused(String text, String why) {
        List<String> problems = Assertions.assertTimeoutPreemptively(A_MOMENT, () -> Configs.refusals(text));
        assertThat(problems).anySatisfy(problem -> assertThat(problem).contains(why));
    }
}
