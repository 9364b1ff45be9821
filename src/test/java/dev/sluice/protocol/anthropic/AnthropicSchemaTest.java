package dev.sluice.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.spi.DroppedParameters;
import org.junit.jupiter.api.Test;

class AnthropicSchemaTest {

    @Test
    void objectsThatMayBeNullAreClosedToo() {
        String nullable = "{\"type\":[\"object\",\"null\"],\"properties\":{\"a\":{\"type\":\"string\"}}";

        String written = Json.text(
                AnthropicSchema.rewrite(Json.readOrNull(nullable + "}"), "response_format", new DroppedParameters()));

        assertThat(written).isEqualTo(nullable + ",\"additionalProperties\":false}");
    }
}
