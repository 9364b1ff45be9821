package dev.sluice.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SuggestionTest {

    private static final List<String> KEYS = List.of("timeouts", "base_url", "models", "type", "tokens");

    @Test
    void findsTheNearestSlip() {
        assertThat(Suggestion.closest("timeout", KEYS)).contains("timeouts");
        assertThat(Suggestion.closest("baseUrl", KEYS)).contains("base_url");
        assertThat(Suggestion.closest("modles", KEYS)).contains("models");
        assertThat(Suggestion.closest("tpye", KEYS)).contains("type");
    }

    @Test
    void guessesNothingFromAfar() {
        assertThat(Suggestion.closest("colour", KEYS)).isEmpty();
        assertThat(Suggestion.closest("x", KEYS)).isEmpty();
        assertThat(Suggestion.closest("x", List.of())).isEmpty();
    }
}
