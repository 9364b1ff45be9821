package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.Protocol;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pass-through of OpenAI's Responses API. */
class ResponsesPassThroughTest {

    private static final Path ROOT = Path.of("src/test/resources/fixtures/openai-responses");

    private final Protocol protocol = (Protocol) Protocols.of(Surface.RESPONSES);
    private final ClientRequest request = Protocols.read(
            protocol.surface(),
            ByteSlice.of(
                    "{\"model\":\"m\",\"input\":\"?\",\"previous_response_id\":\"resp_0\",\"stream\":true,\"background\":true}"));

    @Test
    void requestBytesPassUnchanged() {
        UpstreamBody body = protocol.forward(request, "gpt-6-sol", Quirks.NONE);

        assertThat(body.joined().toText())
                .isEqualTo("{\"model\":\"gpt-6-sol\",\"input\":\"?\",\"previous_response_id\":\"resp_0\","
                        + "\"stream\":true,\"background\":true}");
        assertThat(body.dropped()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cut-stream",
                "error-event",
                "failed-status",
                "raw-reasoning-cut-short",
                "reasoning-text-parallel-tools",
                "refused",
                "whole-calls"
            })
    void theStreamDoesNotDependOnFragmentation(String name) {
        TranslationCase fixture = TranslationCase.load(ROOT.resolve(name), "openai-responses");
        for (String lineEnd : List.of("\n", "\r\n", "\r")) {
            byte[] stream = fixture.text("upstream.sse").replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);

            Replay whole = Replay.of(protocol.reader(request, Quirks.NONE), stream);

            assertThat(whole.complete() ? "complete" : whole.error().kind().name())
                    .isEqualTo(fixture.end());
            assertThat(whole.usage()).isEqualTo(fixture.usage());
            String rest = new String(stream, StandardCharsets.UTF_8)
                    .replaceFirst("^:.*\\R\\R", "")
                    .replace(whole.output(), "")
                    .strip();
            assertThat(rest).isEqualTo(whole.complete() ? rest.equals("data: [DONE]") ? rest : "" : rest);
            assertThat(whole.output()).doesNotContain("response.failed").doesNotContain("\"type\":\"error\"");
            assertThat(Replay.byteByByte(protocol.reader(request, Quirks.NONE), stream))
                    .isEqualTo(whole);
            for (int cut = 0; cut <= stream.length; cut++) {
                assertThat(Replay.of(protocol.reader(request, Quirks.NONE), stream, cut))
                        .isEqualTo(whole);
            }
        }
    }

    @Test
    void usageAndFailureOfACompleteResponseAreRead() {
        ByteSlice response = ByteSlice.of(TranslationCase.load(ROOT.resolve("whole-calls"), "openai-responses")
                .text("upstream.json"));
        ByteSlice failed = ByteSlice.of(TranslationCase.load(ROOT.resolve("failed-status"), "openai-responses")
                .text("upstream.json"));

        assertThat(protocol.errorOf(200, response)).isNull();
        assertThat(protocol.usage(response, Quirks.NONE)).isEqualTo(new Usage(40, 50, 0, 0, 38, 380_000, true));
        assertThat(protocol.errorOf(200, failed).kind()).isEqualTo(GatewayError.Kind.RATE_LIMITED);
        assertThat(protocol.errorOf(200, ByteSlice.of("{\"status\":\"cancelled\",\"error\":null}"))
                        .message())
                .contains("cancelled");
        assertThat(protocol.usage(ByteSlice.of("{\"usage\":"), Quirks.NONE)).isEqualTo(Usage.UNKNOWN);
    }

    @Test
    void openRoutersCostIsInDollars() {
        ByteSlice response =
                ByteSlice.of("{\"output\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":2,\"cost\":0.00014}}");

        assertThat(protocol.usage(response, Quirks.NONE)).isEqualTo(new Usage(1, 2, 0, 0, 0, 140_000, true));
    }

    @Test
    void errorBodiesHaveOpenAisShape() {
        GatewayError error = GatewayError.of(GatewayError.Kind.TRUNCATED, "it was \"cut\"");

        assertThat(ErrorEnvelopes.OPENAI.body(error, "req_1").toText()).startsWith("{\"error\":{\"message\":");
    }
}
