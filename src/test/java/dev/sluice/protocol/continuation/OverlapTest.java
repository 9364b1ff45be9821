package dev.sluice.protocol.continuation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OverlapTest {

    private static final String SAID = "The quick brown fox jumps over the lazy dog";

    @Test
    void shortRepetitionsAreKept() {
        assertThat(all("She said hel", "", "lo and hel")).isEqualTo("lo and hel");
        assertThat(all("a dog", "", "dog days")).isEqualTo("dog days");
    }

    @Test
    void aRepeatedEndIsRemoved() {
        assertThat(all(SAID, "", "over the lazy dog again")).isEqualTo(" again");
    }

    @Test
    void aRestartFromTheBeginningIsRemoved() {
        assertThat(all(SAID, "", SAID + " again")).isEqualTo(" again");
        assertThat(all("Hello", "", "Hello there")).isEqualTo(" there");
    }

    @Test
    void repetitiveTextIsKept() {
        assertThat(all("| " + "-".repeat(50), "", "-".repeat(30) + " |")).isEqualTo("-".repeat(30) + " |");
        assertThat(all("ha ha ha ha ha ha ha ha", "", "ha ha ha ha ha ha ha ha!"))
                .isEqualTo("ha ha ha ha ha ha ha ha!");
    }

    @Test
    void textNotSentToTheModelIsNotARepetition() {
        assertThat(all("one \n", " \n", " \ntwo")).isEqualTo("two");
        assertThat(all("one \n", " \n", " two")).isEqualTo("two");
        assertThat(all("one ", " ", "two")).isEqualTo("two");
        assertThat(all("a\ud83d", "\ud83d", "\ud83d\ude00")).isEqualTo("\ude00");
    }

    @Test
    void wordsAreHeldNoLongerThanNeeded() {
        Overlap overlap = new Overlap(SAID, "", false);

        assertThat(overlap.take("o")).isEmpty();
        assertThat(overlap.take("ver")).isEmpty();
        assertThat(overlap.take("!")).isEqualTo("over!");
        assertThat(overlap.undecided()).isFalse();
        assertThat(overlap.take("over")).isEqualTo("over");
    }

    private static String all(String said, String withheld, String words) {
        Overlap overlap = new Overlap(said, withheld, false);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words.length(); i++) {
            text.append(overlap.take(words.substring(i, i + 1)));
        }
        return text.append(overlap.flush()).toString();
    }
}
