package dev.sluice.protocol.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.spi.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestReaderTest {

    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    private final Protocol protocol = (Protocol) Protocols.of(Surface.CHAT_COMPLETIONS);

    @Test
    void modelStreamAndUsageAreRead() {
        ClientRequest request =
                read(" {\"mod\\u0065l\":\"gpt\\u002d4o\",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                        + MESSAGES + "} ");

        assertThat(request.model()).isEqualTo("gpt-4o");
        assertThat(request.stream()).isTrue();
        assertThat(request.wantsUsage()).isTrue();
        assertThat(request.members())
                .extracting(ClientRequest.Member::name)
                .containsExactly("model", "stream", "stream_options", "messages");
    }

    @Test
    void membersSpanTheirValuesInTheBodysArray() {
        byte[] padded = ("....{\"model\" : \"m\" , " + MESSAGES + "}...").getBytes(StandardCharsets.UTF_8);

        ClientRequest request = Protocols.read(protocol.surface(), new ByteSlice(padded, 4, padded.length - 7));

        ClientRequest.Member model = request.member("model");
        assertThat(new String(padded, model.keyStart(), model.keyEnd() - model.keyStart()))
                .isEqualTo("\"model\"");
        assertThat(new String(padded, model.valueStart(), model.valueEnd() - model.valueStart()))
                .isEqualTo("\"m\"");
    }

    @Test
    void streamOptionsMeanNothingWithoutStream() {
        ClientRequest request =
                read("{\"model\":\"m\",\"stream\":null,\"stream_options\":{\"include_usage\":true}," + MESSAGES + "}");

        assertThat(request.stream()).isFalse();
        assertThat(request.wantsUsage()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                "{$}|model|missing_required_parameter|Missing required parameter: 'model'.",
                "{\"model\":\"m\"}|messages|missing_required_parameter|Missing required parameter: 'messages'.",
                "{\"model\":7,$}|model|invalid_type|Invalid type for 'model': expected a string, but got a number"
                        + " instead.",
                "{\"model\":null,$}|model|invalid_type|Invalid type for 'model': expected a string, but got null"
                        + " instead.",
                "{\"model\":\"\",$}|model|invalid_value|Invalid 'model': expected 1 to 256 characters, each a letter,"
                        + " a digit or one of . _ : / @ -",
                "{\"model\":\"a b\",$}|model|invalid_value|Invalid 'model': expected 1 to 256 characters, each a"
                        + " letter, a digit or one of . _ : / @ -",
                "{\"model\":\"m\",\"stream\":1,$}|stream|invalid_type|Invalid type for 'stream': expected a boolean,"
                        + " but got a number instead.",
                "{\"model\":\"m\",\"stream_options\":[],$}|stream_options|invalid_type|Invalid type for"
                        + " 'stream_options': expected an object, but got an array instead.",
                "{\"model\":\"m\",\"stream_options\":{\"include_usage\":\"yes\"},$}|stream_options.include_usage|invalid_type|Invalid"
                    + " type for 'stream_options.include_usage': expected a boolean, but got a string instead.",
                "{\"model\":\"m\",\"messages\":{}}|messages|invalid_type|Invalid type for 'messages': expected an"
                        + " array of objects, but got an object instead.",
                "{\"model\":\"m\",\"messages\":[{},\"x\"]}|messages[1]|invalid_type|Invalid type for 'messages[1]':"
                        + " expected an object, but got a string instead.",
                "{\"model\":\"m\",\"messages\":[]}|messages|empty_array|Invalid 'messages': empty array. Expected an"
                        + " array with minimum length 1, but got an empty array instead.",
                "{\"model\":\"m\",$,\"mod\\u0065l\":\"n\"}|model|duplicate_key|Duplicate parameter: 'model' is given"
                        + " more than once.",
                "{\"model\":\"m\",\"x\":1,\"x\":2,$}|x|duplicate_key|Duplicate parameter: 'x' is given more than once.",
                "{\"model\":\"m\",\"stream_options\":{\"include_usage\":true,\"include_usage\":false},$}|stream_options.include_usage|duplicate_key|Duplicate"
                    + " parameter: 'stream_options.include_usage' is given more than once.",
                "{\"model\":\"m\",\"stream\":\"true\",$}|stream|invalid_type|Invalid type for 'stream': expected a"
                        + " boolean, but got a string instead.",
                "{\"model\":[\"m\"],$}|model|invalid_type|Invalid type for 'model': expected a string, but got an array"
                        + " instead.",
                "{\"model\":\"m\",\"stream_options\":{\"Include_Usage\":false},$}|Include_Usage|unknown_parameter|Unknown"
                    + " parameter: 'Include_Usage' differs from 'include_usage' only by letter case or by '_' and '-',"
                    + " and some providers read both as one (expected: 'include_usage').",
                "[1]|-|invalid_type|The body must be a JSON object, but is an array.",
                "{\"model\" \"secret\"}|-|invalid_json|The body is not valid JSON at byte 9: expected ':'.",
                "``|-|invalid_json|The body is not valid JSON at byte 0: expected a value.",
            })
    void errorsNameTheParameter(String body, String param, String code, String message) {
        GatewayError error = refused(body.replace("$", MESSAGES));

        assertThat(error.status()).isEqualTo(400);
        assertThat(error.param()).isEqualTo(param);
        assertThat(error.code()).isEqualTo(code);
        assertThat(error.message()).isEqualTo(message);
    }

    /** OpenAI's description makes input optional: a stored prompt, conversation or response may be all there is. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"prompt\":{\"id\":\"pmpt_1\"}|true",
                "\"conversation\":\"conv_1\"|true",
                "\"conversation\":{\"id\":\"conv_1\"}|true",
                "\"previous_response_id\":\"resp_1\"|true",
                "\"previous_response_id\":null|false",
                "\"prompt\":\"text\"|false",
                "\"instructions\":\"Be brief.\"|false",
            })
    void inputIsOptionalWhereTheRequestNamesWhatIsStored(String member, boolean accepted) {
        ByteSlice body = ByteSlice.of("{\"model\":\"m\"," + member + "}");
        for (Surface surface : List.of(Surface.RESPONSES, Surface.INPUT_TOKENS)) {
            if (accepted) {
                assertThat(Protocols.read(surface, body).model()).isEqualTo("m");
            } else {
                assertThatThrownBy(() -> Protocols.read(surface, body))
                        .hasMessageContaining("Missing required parameter: 'input'.");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Model,model",
        "MODEL,model",
        "Max_Tokens,max_tokens",
        "Stream,stream",
        "Messages,messages",
        "\\u004dodel,model",
        "Sluice,sluice",
        "Tools,tools",
        "maxTokens,max_tokens",
        "max-tokens,max_tokens",
        "maxtokens,max_tokens",
        "stream_Options,stream_options",
        "_model,model",
        "inputFileId,input_file_id"
    })
    void namesThatALenientReaderTakesForAnotherAreRejected(String name, String known) {
        GatewayError error = refused("{\"model\":\"m\"," + MESSAGES + ",\"" + name + "\":1}");

        String read = name.replace("\\u004d", "M");
        assertThat(error.status()).isEqualTo(400);
        assertThat(error.param()).isEqualTo(read);
        assertThat(error.code()).isEqualTo("unknown_parameter");
        assertThat(error.message())
                .isEqualTo("Unknown parameter: '" + read + "' differs from '" + known
                        + "' only by letter case or by '_' and '-', and some providers read both as one (expected: '"
                        + known + "').");
    }

    /** Go equates U+017F with s and U+212A with k. */
    @ParameterizedTest
    @CsvSource({"me\u017f\u017fage\u017f", "\u017ftream", "max_to\u212aens"})
    void lettersThatGoFoldAreRejected(String name) {
        assertThat(refused("{\"model\":\"m\"," + MESSAGES + ",\"" + name + "\":1}")
                        .code())
                .isEqualTo("unknown_parameter");
    }

    @Test
    void unknownNamesMayHaveCapitals() {
        assertThat(read("{\"model\":\"m\"," + MESSAGES + ",\"safetySettings\":1,\"größe\":2}")
                        .members())
                .hasSize(4);
    }

    @Test
    void modelNamesAreBounded() {
        assertThat(read("{\"model\":\"" + "m".repeat(256) + "\"," + MESSAGES + "}")
                        .model())
                .hasSize(256);
        assertThat(refused("{\"model\":\"" + "m".repeat(257) + "\"," + MESSAGES + "}")
                        .code())
                .isEqualTo("invalid_value");
        assertThat(refused("{\"model\":\"" + "m".repeat(100_000) + "\"," + MESSAGES + "}")
                        .message())
                .isEqualTo("Invalid 'model': longer than 256 characters.");
    }

    @Test
    void aDuplicateAmongManyMembersIsFound() {
        String many =
                IntStream.range(0, 200).mapToObj(i -> "\"p" + i + "\":" + i).collect(Collectors.joining(","));

        assertThat(read("{" + many + ",\"model\":\"m\"," + MESSAGES + "}").members())
                .hasSize(202);
        assertThat(refused("{" + many + ",\"model\":\"m\"," + MESSAGES + ",\"p3\":3}")
                        .param())
                .isEqualTo("p3");
        assertThat(refused("{" + many + ",\"model\":\"m\"," + MESSAGES + ",\"p150\":3}")
                        .param())
                .isEqualTo("p150");
    }

    @Test
    void tooManyMembersAreRejected() {
        String flood =
                IntStream.range(0, 500_000).mapToObj(i -> "\"" + i + "\":0").collect(Collectors.joining(","));

        assertThat(refused("{" + flood + "}").code()).isEqualTo("too_many_members");
    }

    @Test
    void completionsRequireAPrompt() {
        assertThat(Protocols.read(Surface.COMPLETIONS, ByteSlice.of("{\"model\":\"m\",\"prompt\":[1,2]}"))
                        .model())
                .isEqualTo("m");
        assertThat(refused(Surface.COMPLETIONS, "{\"model\":\"m\"," + MESSAGES + "}")
                        .param())
                .isEqualTo("prompt");
        assertThat(refused(Surface.COMPLETIONS, "{\"model\":\"m\",\"prompt\":null}")
                        .code())
                .isEqualTo("invalid_type");
    }

    @Property
    void garbageEndsInAGatewayException(@ForAll byte[] garbage, @ForAll int cut) {
        String body = "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}," + MESSAGES + "}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(
                garbage,
                0,
                bytes,
                Math.floorMod(cut, bytes.length),
                Math.min(garbage.length, bytes.length - Math.floorMod(cut, bytes.length)));
        try {
            Protocols.read(protocol.surface(), ByteSlice.of(bytes));
        } catch (GatewayException expected) {
            assertThat(expected.error().status()).isEqualTo(400);
        }
    }

    private ClientRequest read(String body) {
        return Protocols.read(protocol.surface(), ByteSlice.of(body));
    }

    private GatewayError refused(String body) {
        return refused(Surface.CHAT_COMPLETIONS, body);
    }

    private GatewayError refused(Surface surface, String body) {
        return catchThrowableOfType(GatewayException.class, () -> Protocols.read(surface, ByteSlice.of(body)))
                .error();
    }
}
