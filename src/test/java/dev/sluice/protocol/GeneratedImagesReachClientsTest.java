package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.config.Configs;
import dev.sluice.config.ProviderSettings;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.model.chat.ContentPart;
import dev.sluice.protocol.codec.GeneratedImage;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.ProviderCodec;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A picture that a model draws reaches the client as far as the client's API has pictures: none vanishes while its
 * tokens are charged.
 */
class GeneratedImagesReachClientsTest {

    private static final String PNG = "iVBORw0KGgo=";

    private static final String GEMINI =
            "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"here\"},"
                    + "{\"thought\":true,\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"ZHJhZnQ=\"}},"
                    + "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"" + PNG
                    + "\"}}]},\"finishReason\":\"STOP\"}],"
                    + "\"usageMetadata\":{\"promptTokenCount\":1,\"candidatesTokenCount\":2}}";

    private static final String IMAGES =
            "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64," + PNG + "\"}}]";

    private static final String CHAT = "{\"id\":\"c\",\"model\":\"m\",\"created\":1,\"choices\":[{\"index\":0,\"KIND\":"
            + "{\"role\":\"assistant\",\"content\":\"here\",\"images\":" + IMAGES + "},\"finish_reason\":\"stop\"}]}";

    private static final String ITEM =
            "{\"type\":\"image_generation_call\",\"id\":\"ig_1\",\"status\":\"completed\",\"result\":\"" + PNG + "\"}";

    @ParameterizedTest
    @CsvSource({
        "CHAT_COMPLETIONS, gemini,"
            + " '\"images\":[{\"type\":\"image_url\",\"index\":0,\"image_url\":{\"url\":\"data:image/png;base64,iVBORw0KGgo=\"}}]'",
        "CHAT_COMPLETIONS, openrouter, '\"image_url\":{\"url\":\"data:image/png;base64,iVBORw0KGgo=\"}'",
        "RESPONSES, gemini, '\"type\":\"image_generation_call\",\"status\":\"completed\",\"result\":\"iVBORw0KGgo=\"'",
        "RESPONSES, openai_compatible,"
                + " '\"type\":\"image_generation_call\",\"status\":\"completed\",\"result\":\"iVBORw0KGgo=\"'",
        "MESSAGES, gemini, '[image/png of 9 bytes: responses of this API have no images]'",
        "MESSAGES, openai_compatible, '[image/png of 9 bytes: responses of this API have no images]'"
    })
    void aPictureIsWritten(Surface surface, String type, String expected) {
        ByteSlice request = ByteSlice.of(
                surface == Surface.RESPONSES
                        ? "{\"model\":\"m\",\"input\":\"draw\"}"
                        : "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"draw\"}]}");
        ProviderCodec codec = Protocols.codecFor(Protocols.read(surface, request), settings(type), "m", 0);

        String whole = codec.completeResponse(ByteSlice.of(whole(type))).body().toText();
        String stream = Replay.of(codec.reader(), stream(type).getBytes(StandardCharsets.UTF_8))
                .output();

        assertThat(whole).contains(expected).doesNotContain("ZHJhZnQ=");
        assertThat(stream).contains(expected).doesNotContain("ZHJhZnQ=");
    }

    @Test
    void aPictureOfResponsesIsOneOfAnyFormat() {
        ContentPart.Native item = new ContentPart.Native("openai-responses", Json.readOrNull(ITEM));
        ContentPart.Native call =
                new ContentPart.Native("openai-responses", Json.readOrNull("{\"type\":\"web_search_call\"}"));

        assertThat(GeneratedImage.of(item)).isEqualTo(new ContentPart.Source("image/png", PNG, null, null));
        assertThat(GeneratedImage.of(call)).isNull();
    }

    private static String whole(String type) {
        return switch (type) {
            case "gemini" -> GEMINI;
            default -> CHAT.replace("KIND", "message");
        };
    }

    private static String stream(String type) {
        return switch (type) {
            case "gemini" -> "data: " + GEMINI + "\n\n";
            default -> "data: " + CHAT.replace("KIND", "delta") + "\n\ndata: [DONE]\n\n";
        };
    }

    private static ProviderSettings settings(String type) {
        SluiceConfig config = Configs.accepted(
                        "providers: { p: { type: " + type
                                + (type.equals("openai_compatible") ? ", base_url: \"http://127.0.0.1:1/v1\"" : "")
                                + ", api_keys: [{ key: test }] } }",
                        Map.of())
                .config();
        return ProviderSettings.of("p", config.providers().get("p"));
    }
}
