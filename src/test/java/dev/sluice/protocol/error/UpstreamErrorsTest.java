package dev.sluice.protocol.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.KeyFault;
import dev.sluice.model.Surface;
import dev.sluice.model.Usage;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.openai.OpenAiErrors;
import dev.sluice.protocol.spi.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors of providers in every known shape are classified. */
class UpstreamErrorsTest {

    private final Protocol protocol = (Protocol) Protocols.of(Surface.CHAT_COMPLETIONS);

    /** Each line: provider, status, body, the kind of error, and the client's message. */
    @ParameterizedTest(name = "{0} {1} {3}")
    @CsvFileSource(
            resources = "/fixtures/openai-chat-refusals.psv",
            delimiter = '|',
            quoteCharacter = '`',
            maxCharsPerColumn = 9_999)
    void everyShapeIsClassified(String provider, int status, String body, Kind kind, String message) {
        GatewayError error = protocol.errorOf(status, ByteSlice.of(body == null ? "" : body));

        assertThat(error.kind()).isEqualTo(kind);
        assertThat(error.message()).isEqualTo(message);
        if (kind != Kind.INVALID_REQUEST) {
            assertThat(error.status()).isEqualTo(kind.status());
        }
    }

    /** Anthropic, OpenAI, Google, and strict providers with OpenAI's format. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "400 {'type':'error','error':{'type':'invalid_request_error','message':'messages.1.content.0: Invalid"
                        + " `signature` in `thinking` block'}}",
                "400 {'error':{'message':'The encrypted content for item rs_1 could not be"
                        + " verified.','type':'invalid_request_error','code':'invalid_encrypted_content'}}",
                "404 {'error':{'message':'Item with id ^rs_1^ not found. Items are not persisted when `store` is set"
                        + " to false.','type':'invalid_request_error'}}",
                "400 {'error':{'code':400,'message':'Thought signature is not valid.','status':'INVALID_ARGUMENT'}}",
                "400 {'error':{'message':'Unknown parameter:"
                    + " ^messages[1].reasoning_content^.','type':'invalid_request_error','code':'unknown_parameter'}}",
                "400 {'error':{'message':'property ^messages.1.assistant.reasoning_content^ is"
                        + " unsupported','type':'invalid_request_error'}}"
            })
    void aRefusalOfReasoningOfOthersLeadsToTheNextTarget(String response) {
        GatewayError error = errorOf(response);

        assertThat(error.kind()).isEqualTo(Kind.FOREIGN_REASONING);
        assertThat(error.otherTargetMayServe()).isTrue();
        assertThat(error.message()).startsWith("the provider refused reasoning in the conversation");
        assertThat(error.status()).isEqualTo(Integer.parseInt(response.substring(0, 3)));
    }

    /** With two accounts of one provider in a route, only one of them has the response. */
    @Test
    void aResponseThatIsStoredElsewhereLeadsToTheNextTarget() {
        GatewayError error = protocol.errorOf(
                400,
                ByteSlice.of("{\"error\":{\"message\":\"Previous response with id 'resp_A' not found.\","
                        + "\"type\":\"invalid_request_error\",\"param\":\"previous_response_id\","
                        + "\"code\":\"previous_response_not_found\"}}"));

        assertThat(error.otherTargetMayServe()).isTrue();
        assertThat(error.status()).isEqualTo(400);
        assertThat(error.code()).isEqualTo("previous_response_not_found");
        assertThat(error.param()).isEqualTo("previous_response_id");
        assertThat(error.message()).startsWith("Previous response with id");
    }

    /** As vLLM and the backend of Codex report it, and providers that know no responses. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "404 {'error':{'message':'Response with id ^resp_A^ not"
                        + " found.','type':'invalid_request_error','param':null}}",
                "400 {'error':{'message':'Invalid"
                        + " `previous_response_id`.','type':'invalid_request_error','code':'invalid_request_error'}}",
                "400 {'error':{'message':'This parameter is not supported.','param':'previous_response_id'}}"
            })
    void anUnknownResponseHasOneCode(String response) {
        GatewayError error = errorOf(response);

        assertThat(error.otherTargetMayServe()).isTrue();
        assertThat(error.code()).isEqualTo("previous_response_not_found");
        assertThat(error.param()).isEqualTo("previous_response_id");
        assertThat(error.status()).isEqualTo(400);
    }

    @Test
    void anItemThatIsStoredElsewhereLeadsToTheNextTarget() {
        GatewayError error = errorOf("404 {'error':{'message':'Item with id ^msg_A^ not found.',"
                + "'type':'invalid_request_error','param':'input','code':null}}");

        assertThat(error.otherTargetMayServe()).isTrue();
        assertThat(error.status()).isEqualTo(404);
        assertThat(error.param()).isEqualTo("input");
    }

    @Test
    void anotherMistakeAboutPreviousResponsesIsTheClients() {
        GatewayError error = errorOf("400 {'error':{'message':'previous_response_id cannot be used with conversation.',"
                + "'type':'invalid_request_error','param':'previous_response_id'}}");

        assertThat(error.otherTargetMayServe()).isFalse();
    }

    private GatewayError errorOf(String response) {
        String body = response.substring(4).replace('\'', '"').replace('^', '\'');
        return protocol.errorOf(Integer.parseInt(response.substring(0, 3)), ByteSlice.of(body));
    }

    /** What a relay sends for a path that it does not know, with status 200. */
    @Test
    void aPageIsNamedAsOne() {
        GatewayError chat = protocol.errorOf(200, ByteSlice.of("\n<!doctype html><html></html>"));

        assertThat(chat.message()).endsWith("a page in HTML or XML (expected: JSON; base_url may be wrong)");
        assertThat(catchThrowableOfType(
                                GatewayException.class, () -> UpstreamErrors.read(ByteSlice.of("<html></html>")))
                        .error()
                        .message())
                .endsWith("a page in HTML or XML (expected: JSON; base_url may be wrong)");
    }

    @Test
    void anotherMistakeAboutThinkingIsTheClients() {
        GatewayError error = protocol.errorOf(
                400,
                ByteSlice.of("{\"error\":{\"message\":\"`max_tokens` must be greater than"
                        + " `thinking.budget_tokens`.\",\"type\":\"invalid_request_error\"}}"));

        assertThat(error.kind()).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(error.otherTargetMayServe()).isFalse();
    }

    @Test
    void clientErrorsKeepStatusParamAndCode() {
        GatewayError openai = protocol.errorOf(
                400,
                ByteSlice.of(
                        "{\"error\":{\"message\":\"Unsupported"
                            + " value\",\"type\":\"invalid_request_error\",\"param\":\"temperature\",\"code\":\"unsupported_value\"}}"));
        GatewayError mistral = protocol.errorOf(
                422,
                ByteSlice.of("{\"detail\":[{\"loc\":[\"body\",\"messages\",0,\"role\"],\"msg\":\"Field"
                        + " required\",\"type\":\"missing\"}]}"));
        GatewayError gone = protocol.errorOf(410, ByteSlice.of("{\"error\":\"Live search is deprecated\"}"));

        assertThat(openai)
                .isEqualTo(new GatewayError(
                        Kind.INVALID_REQUEST,
                        400,
                        "Unsupported value",
                        "temperature",
                        "unsupported_value",
                        null,
                        -1,
                        KeyFault.NONE));
        assertThat(mistral.status()).isEqualTo(422);
        assertThat(mistral.param()).isEqualTo("messages.0.role");
        assertThat(gone.status()).isEqualTo(410);
    }

    /** Agents such as Codex act on these codes. */
    @ParameterizedTest
    @ValueSource(strings = {"server_is_overloaded", "slow_down"})
    void openAisCodesOfAnOverloadStay(String code) {
        String error = "{\"error\":{\"message\":\"Busy\",\"type\":\"server_error\",\"code\":\"" + code + "\"}}";

        for (GatewayError each :
                List.of(UpstreamErrors.of(503, ByteSlice.of(error)), UpstreamErrors.ofEvent(ByteSlice.of(error)))) {
            assertThat(each.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(each.code()).isEqualTo(code);
        }
        assertThat(UpstreamErrors.of(503, ByteSlice.of("{}")).code()).isEqualTo("unavailable");
    }

    /** What follows is not shown, also where masking has made the text short. */
    @Test
    void aTextThatWasCutSaysSo() {
        String keys = ("sk-" + "a".repeat(97) + " ").repeat(30);

        assertThat(UpstreamErrors.of(400, ByteSlice.of("{\"error\":{\"message\":\"" + keys + "\"}}"))
                        .message())
                .startsWith("*** ***")
                .endsWith("***\u2026");
    }

    @Test
    void googlesRetryDelayIsRead() {
        String body =
                "[{\"error\":{\"code\":429,\"message\":\"slow\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.QuotaFailure\"},{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"21.5s\"}]}}]";

        GatewayError error = protocol.errorOf(429, ByteSlice.of(body));

        assertThat(error.kind()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(error.retryAfterMillis()).isEqualTo(21_500);
    }

    @Test
    void messagesAreBoundedOnOneLineAndWithoutKeys() {
        String reason = "a\\u0000b\\r"
                + "\\n"
                + "\\u202ec\\u200b\\u2028 \\udb40\\udc41sk\\u200b-proj-abc123DEF456 AIzaSyA1234567890 in"
                + " organization org-AbCdEf12 "
                + "x".repeat(2_000);

        String message = protocol.errorOf(400, ByteSlice.of("{\"error\":{\"message\":\"" + reason + "\"}}"))
                .message();

        assertThat(message)
                .startsWith("a b c *** *** in organization *** xxx")
                .hasSize(500)
                .endsWith("x\u2026");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"choices\":[],\"error\":null}",
                "{\"id\":\"x\"}",
                " \n\n{\"choices\":[{}],\"error\":\"None\"}",
                "\ufeff{}"
            })
    void aResponseIsNotAnError(String body) {
        assertThat(protocol.errorOf(200, ByteSlice.of(body))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "{\"choices\":[", "[]", "42"})
    void garbageIsAnUpstreamError(String body) {
        GatewayError error = protocol.errorOf(200, ByteSlice.of(body));

        assertThat(error.kind()).isEqualTo(Kind.UPSTREAM);
        assertThat(error.code()).isEqualTo("malformed_response");
    }

    @Property
    void everyBodyIsClassified(@ForAll byte[] body, @ForAll @IntRange(min = 300, max = 599) int status) {
        assertThat(protocol.errorOf(status, ByteSlice.of(body)).message()).isNotBlank();
        assertThat(protocol.errorOf(200, ByteSlice.of(body)))
                .satisfiesAnyOf(
                        error -> assertThat(error).isNull(),
                        error -> assertThat(error.kind()).isEqualTo(Kind.UPSTREAM));
        assertThat(protocol.usage(ByteSlice.of(body), Quirks.NONE)).isEqualTo(Usage.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"message\":[[[]]],\"code\":{},\"type\":7,\"param\":[]}}",
                "{\"error\":[[[{}]]]}",
                "{\"error\":{\"details\":[1,{\"@type\":\"RetryInfo\",\"retryDelay\":\"99999999999s\"}]}}",
                "{\"detail\":[{\"loc\":5}]}",
                "{\"error\":{\"metadata\":\"None\",\"innererror\":[]}}",
                "{\"message\":{\"detail\":[]}}"
            })
    void unusualShapesAreStillErrors(String body) {
        assertThat(protocol.errorOf(400, ByteSlice.of(body)).kind()).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(protocol.errorOf(500, ByteSlice.of(body)).kind()).isEqualTo(Kind.UPSTREAM);
    }

    @Test
    void theMessageOfAHugeBodyIsNotRead() {
        String body = "{\"error\":{\"message\":\"m\"},\"x\":\"" + "x".repeat(300_000) + "\"}";

        assertThat(protocol.errorOf(500, ByteSlice.of(body)).message())
                .isEqualTo("the provider responded with status 500: no readable error message");
    }

    @Test
    void errorsAreWrittenInTheEnvelopeWithEverythingEscaped() {
        GatewayError error = GatewayError.invalid("a \"b\" \\ \n\u0001 \u00e9", null, "c");

        assertThat(OpenAiErrors.body(error).toText())
                .isEqualTo("{\"error\":{\"message\":\"a \\\"b\\\" \\\\ \\n"
                        + "\\u0001 \u00e9\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"c\"}}");
        String data = "data: " + new String(OpenAiErrors.body(error).toBytes(), StandardCharsets.UTF_8) + "\n\n";
        assertThat(protocol.failureEvents().of(error, "req-1").toText()).isEqualTo(data + "event: error\n" + data);
    }
}
