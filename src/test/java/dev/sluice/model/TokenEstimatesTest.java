package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The estimates agree with the sources that they name, so that no change of one goes unnoticed. */
class TokenEstimatesTest {

    /**
     * OpenAI's help center, "What are tokens and how to count them?": one token is about four characters of English.
     */
    @Test
    void aTokenIsFourBytes() {
        assertThat(TokenEstimates.BYTES_PER_TOKEN).isEqualTo(4);
    }

    /** Anthropic's documentation: about 1,600 tokens for a large image, 1,500 to 3,000 for a page of a PDF. */
    @Test
    void mediaCoverADozenLargeImagesOrSixPages() {
        assertThat(TokenEstimates.MEDIA_TOKENS).isEqualTo(20_000).isBetween(12 * 1_600L, 7 * 3_000L);
    }

    /**
     * The output limit of the oldest models in use, such as GPT-4 Turbo and Claude 3. Anthropic requires
     * {@code max_tokens}.
     */
    @Test
    void anUnlimitedCompletionIsWhatEveryModelAccepts() {
        assertThat(TokenEstimates.UNLIMITED_COMPLETION).isEqualTo(4_096);
    }

    /** Sluice's own figure. A usual completion must not reserve more than the longest one that is assumed. */
    @Test
    void aUsualCompletionIsAQuarterOfAnUnlimitedOne() {
        assertThat(TokenEstimates.USUAL_COMPLETION).isEqualTo(1_024).isEqualTo(TokenEstimates.UNLIMITED_COMPLETION / 4);
    }
}
