package dev.sluice.protocol.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.protocol.json.Json;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Every error of a member names its path and what is expected, and never its value. */
class RequestValueTest {

    private static final ByteSlice BODY = ByteSlice.of("""
        {"model": "m", "none": null, "strict": true,
         "messages": [{"role": "user"}, {"content": [{"type": 7, "text": "private"}]}]}
        """);

    private final RequestValue body = RequestValue.ofBody(Json.read(BODY));

    @Test
    void aPathHasTheMembersAndIndexesFromTheBody() {
        RequestValue type = message(body).get("content").elements().getFirst().get("type");

        assertThat(body.path()).isEmpty();
        assertThat(body.get("model").path()).isEqualTo("model");
        assertThat(type.path()).isEqualTo("messages[1].content[0].type");
        assertThat(type.name()).isEqualTo("type");
    }

    @Test
    void indexesAreDottedWhereTheClientsFormatDotsThem() {
        RequestValue dotted = RequestValue.ofBodyWithDottedPaths(Json.read(BODY));

        assertThat(message(dotted)
                        .get("content")
                        .elements()
                        .getFirst()
                        .get("type")
                        .path())
                .isEqualTo("messages.1.content.0.type");
        assertThat(error(() -> message(dotted).get("role")).param()).isEqualTo("messages.1.role");
    }

    @Test
    void anAbsentMemberAndANullAreTheSame() {
        for (String name : List.of("absent", "none")) {
            assertThat(body.find(name)).isNull();
            assertThat(body.findText(name)).isNull();
            assertThat(body.findFlag(name)).isNull();
            assertThat(error(() -> body.getText(name)))
                    .isEqualTo(GatewayError.invalid(
                            "Missing required parameter: '" + name + "'.", name, "missing_required_parameter"));
        }
        assertThat(body.members()).extracting(RequestValue::name).containsExactly("model", "strict", "messages");
    }

    @Test
    void aValueOfTheRightTypeIsRead() {
        assertThat(body.getText("model")).isEqualTo("m");
        assertThat(body.findText("model")).isEqualTo("m");
        assertThat(body.findFlag("strict")).isTrue();
        assertThat(body.get("model").isText()).isTrue();
        assertThat(body.get("messages").elements()).hasSize(2);
    }

    @Test
    void aValueOfTheWrongTypeIsRefused() {
        RequestValue part = message(body).get("content").elements().getFirst();

        assertThat(error(() -> part.getText("type")))
                .isEqualTo(GatewayError.invalid(
                        "Invalid type for 'messages[1].content[0].type': expected a string, but got a number instead.",
                        "messages[1].content[0].type",
                        "invalid_type"));
        assertThat(error(() -> body.findFlag("model")).message()).contains("expected a boolean, but got a string");
        assertThat(error(() -> body.get("model").find("x")).message()).contains("expected an object");
        assertThat(error(() -> part.get("text").elements("a string or an array of parts"))
                        .message())
                .contains("'messages[1].content[0].text': expected a string or an array of parts")
                .doesNotContain("private");
    }

    @Test
    void anInvalidValueIsNotQuoted() {
        RequestValue text = message(body).get("content").elements().getFirst().get("text");

        assertThat(text.invalid("one of a, b").error())
                .isEqualTo(GatewayError.invalid(
                        "Invalid value for 'messages[1].content[0].text': expected one of a, b.",
                        "messages[1].content[0].text",
                        "invalid_value"));
    }

    /** Unlike an invalid value, which no target accepts. */
    @Test
    void anUnsupportedValueLeavesOtherTargetsATry() {
        GatewayError unsupported =
                body.get("strict").unsupported("is not supported here").error();

        assertThat(unsupported.kind()).isEqualTo(Kind.UNSUPPORTED);
        assertThat(unsupported.message()).isEqualTo("'strict' is not supported here");
        assertThat(unsupported.param()).isEqualTo("strict");
        assertThat(unsupported.otherTargetMayServe()).isTrue();
        assertThat(body.get("strict").invalid("x").error().otherTargetMayServe())
                .isFalse();
    }

    private static RequestValue message(RequestValue body) {
        return body.get("messages").elements().getLast();
    }

    private static GatewayError error(ThrowingCallable action) {
        return catchThrowableOfType(GatewayException.class, action).error();
    }
}
