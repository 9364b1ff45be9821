package dev.sluice.protocol.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.spi.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Errors of Anthropic, with a status or as an event of a stream. */
class AnthropicErrorsTest {

    private final Protocol protocol = (Protocol) Protocols.of(Surface.MESSAGES);

    /** Each line: a name, the status or 0 for an event, the body, the kind of error, and the client's message. */
    @ParameterizedTest(name = "{0}")
    @CsvFileSource(
            resources = "/fixtures/anthropic-refusals.psv",
            delimiter = '|',
            quoteCharacter = '^',
            maxCharsPerColumn = 9_999)
    void errorsAreClassified(String name, int status, String body, Kind kind, String message) {
        GatewayError error =
                status == 0 ? UpstreamErrors.ofEvent(ByteSlice.of(body)) : protocol.errorOf(status, ByteSlice.of(body));

        assertThat(error.kind()).as(name).isEqualTo(kind);
        assertThat(error.message()).isEqualTo(message);
    }

    @Test
    void responsesAreNotErrorsUnlessTheirBodyReportsOne() {
        assertThat(protocol.errorOf(200, ByteSlice.of("{\"type\":\"message\",\"content\":[]}")))
                .isNull();
        assertThat(protocol.errorOf(
                                200,
                                ByteSlice.of(
                                        "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"m\"}}"))
                        .kind())
                .isEqualTo(Kind.UNAVAILABLE);
    }
}
