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

    /**
     * Anthropic's guide to vision: patches of 28 by 28 pixels, at most 4,784 of them. OpenAI's: 85 tokens and 170 for
     * each of up to eight tiles; or patches of 32 by 32 pixels, 2,500 at detail high, 1,536 times 2.46 for the smallest
     * models; images above 30,000 patches are refused.
     */
    @Test
    void anImageCoversTheLargestThatProvidersBill() {
        assertThat(TokenEstimates.IMAGE_TOKENS)
                .isEqualTo(4_784)
                .isGreaterThan(85 + 8 * 170)
                .isGreaterThan(2_500)
                .isGreaterThan(1_536 * 246 / 100);
        assertThat(TokenEstimates.LARGE_IMAGE_TOKENS).isEqualTo(30_000);
    }

    /** Gemini's guide to audio: 32 tokens a second. */
    @Test
    void audioCoversTenMinutes() {
        assertThat(TokenEstimates.MEDIA_TOKENS).isEqualTo(20_000).isGreaterThan(10 * 60 * 32);
    }

    /**
     * Anthropic's guide to PDF: up to 3,000 tokens of text and an image for each page, 100 or 600 pages in a request.
     */
    @Test
    void aDocumentHasAPageForEachOfItsBytesOrAllThatAreAdmitted() {
        assertThat(TokenEstimates.PAGE_TOKENS).isEqualTo(3_000 + 1_600);
        assertThat(TokenEstimates.documentTokens(0, 1_000_000)).isZero();
        assertThat(TokenEstimates.documentTokens(2, 3 * TokenEstimates.PAGE_BYTES))
                .isEqualTo(5 * 4_600);
        assertThat(TokenEstimates.documentTokens(1, -1)).isEqualTo(100 * 4_600);
        assertThat(TokenEstimates.documentTokens(7, -1)).isEqualTo(600 * 4_600);
        assertThat(TokenEstimates.documentTokens(1, 1L << 40)).isEqualTo(600 * 4_600);
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
