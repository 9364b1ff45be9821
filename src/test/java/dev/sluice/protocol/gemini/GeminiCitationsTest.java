package dev.sluice.protocol.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.chat.Citation;
import dev.sluice.model.chat.ContentPart;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class GeminiCitationsTest {

    @Test
    void theSourcesOfASignedTextAreCitedOnce() {
        String body = """
            {"candidates": [{
              "content": {"role": "model", "parts": [{"text": "Hello there", "thoughtSignature": "c2ln"}]},
              "finishReason": "STOP",
              "groundingMetadata": {
                "groundingChunks": [{"web": {"uri": "https://a.example/", "title": "A"}}],
                "groundingSupports": [
                  {"segment": {"startIndex": 0, "endIndex": 5}, "groundingChunkIndices": [0]},
                  {"segment": {"startIndex": 6, "endIndex": 11}, "groundingChunkIndices": [0]}]}}]}
            """;

        List<ContentPart> parts = GeminiResponseDecoder.decode(ByteSlice.of(body.getBytes(StandardCharsets.UTF_8)))
                .parts();

        List<ContentPart.Text> texts = parts.stream()
                .filter(ContentPart.Text.class::isInstance)
                .map(ContentPart.Text.class::cast)
                .toList();
        assertThat(texts).hasSize(1);
        assertThat(texts.get(0).citations())
                .extracting(Citation::start, Citation::end)
                .containsExactly(tuple(0, 5), tuple(6, 11));
    }
}
