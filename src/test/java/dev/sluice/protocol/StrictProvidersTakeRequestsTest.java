package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.config.Configs;
import dev.sluice.config.ProviderSettings;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.UpstreamBody;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests of real clients that providers refused as Sluice once sent them: public bug reports and runs of SDKs and
 * agents, 2026-11. Each case names who refuses what, and holds the request that the provider takes.
 */
class StrictProvidersTakeRequestsTest {

    /** As long as that of Claude Code, which has a device's id in it. */
    private static final String ID = "device_" + "c".repeat(150);

    private static final String USER = "'messages':[{'role':'user','content':'hi'}],'max_tokens':100";
    static final String CALLS = "'tools':[{'type':'function','function':{'name':'now','parameters':#}}]";

    /**
     * @param sent members of the upstream body: a JSON pointer, a blank, and its JSON, or nothing where it is absent
     * @param dropped what {@code x-sluice-dropped} says, separated by blanks
     */
    record Case(Surface surface, String type, String model, String body, String sent, String dropped) {}

    static Stream<Named<Case>> cases() {
        return Stream.of(
                named(
                        "OpenAI takes 64 characters of user; Claude Code sends 150",
                        Surface.MESSAGES,
                        "openai",
                        "gpt-4o",
                        USER + ",'metadata':{'user_id':'" + ID + "'}",
                        "/user #64",
                        "metadata.user_id=sha256"),
                named(
                        "the same by OpenAI's Responses, which serve tools of this model",
                        Surface.MESSAGES,
                        "openai",
                        "gpt-6.1-terra",
                        USER + ",'metadata':{'user_id':'" + ID + "'},'tools':[{'name':"
                                + "'a','input_schema':{'type':'object'}}]",
                        "/user #64\n/tools/0/parameters {'type':'object','properties':{}}",
                        "metadata.user_id=sha256"),
                named(
                        "Anthropic takes 256 characters of user_id",
                        Surface.CHAT_COMPLETIONS,
                        "anthropic",
                        "claude-sonnet-4-5",
                        USER + ",'user':'" + "u".repeat(300) + "'",
                        "/metadata/user_id #64",
                        "user=sha256"),
                named(
                        "Claude 4.1 to 4.6 take temperature or top_p: top_p goes",
                        Surface.CHAT_COMPLETIONS,
                        "anthropic",
                        "claude-sonnet-4-6",
                        USER + ",'temperature':0.2,'top_p':0.9",
                        "/temperature 0.2\n/top_p",
                        "top_p"),
                named(
                        "a temperature of 1 has no effect, so top_p stays",
                        Surface.CHAT_COMPLETIONS,
                        "anthropic",
                        "claude-opus-4-1",
                        USER + ",'temperature':1,'top_p':0.9",
                        "/temperature\n/top_p 0.9",
                        "temperature"),
                named(
                        "Claude 4.6 and 4.7 refuse a forced tool with adaptive thinking",
                        Surface.CHAT_COMPLETIONS,
                        "anthropic",
                        "claude-opus-4-7",
                        USER + ",'tool_choice':'required','reasoning_effort':'high'," + CALLS.replace("#", "{}"),
                        "/thinking\n/tool_choice {'type':'any'}\n/output_config",
                        "reasoning_effort=off"),
                named(
                        "Claude 5 takes both",
                        Surface.CHAT_COMPLETIONS,
                        "anthropic",
                        "claude-opus-5",
                        USER + ",'tool_choice':'required','reasoning_effort':'high'," + CALLS.replace("#", "{}"),
                        "/thinking {'type':'adaptive'}\n/tool_choice {'type':'any'}",
                        ""),
                named(
                        "Anthropic refuses unions at the top of a tool's schema",
                        Surface.CHAT_COMPLETIONS,
                        "anthropic",
                        "claude-opus-5",
                        USER + ","
                                + CALLS.replace(
                                        "#",
                                        "{'type':'object','properties':{'a':{'type':'string'}},'anyOf':[{'required':['a']},"
                                            + "{'required':['a','b'],'properties':{'b':{'type':'integer'}}}]}"),
                        "/tools/0/input_schema"
                                + " {'type':'object','properties':{'b':{'type':'integer'},'a':{'type':'string'}}"
                                + ",'required':['a']}",
                        "tools.anyOf"),
                named(
                        "a reference at the top is resolved: OpenAI says the schema is missing properties",
                        Surface.MESSAGES,
                        "openai",
                        "gpt-4o",
                        USER + ",'tools':[{'name':'n','input_schema':{'type':'object','$ref':'#/$defs/N','$defs':{'N':"
                                + "{'type':'object','properties':{'next':{'$ref':'#/$defs/N'}}}}}}]",
                        "/tools/0/function/parameters/properties {'next':{'$ref':'#/$defs/N'}}\n"
                                + "/tools/0/function/parameters/$ref",
                        ""),
                named(
                        "Anthropic's structured output refuses limits and open objects",
                        Surface.CHAT_COMPLETIONS,
                        "anthropic",
                        "claude-opus-5",
                        USER
                                + ",'response_format':{'type':'json_schema','json_schema':{'name':'t','schema':{'type':'object','properties':{'n':{'type':'integer','minimum':0,'description':'How"
                                + " many.'},'l':{'type':"
                                + "'array','items':{'type':'object','properties':{}},'minItems':2}},'required':['n']}}}",
                        "/output_config/format/schema/properties/n {'type':'integer','description':'How many.\\n"
                                + "\\n"
                                + "{\\\"minimum\\\":0}'}\n"
                                + "/output_config/format/schema/additionalProperties false\n"
                                + "/output_config/format/schema/properties/l/items/additionalProperties false\n"
                                + "/output_config/format/schema/properties/l/minItems",
                        "response_format.minimum response_format.minItems response_format.additionalProperties=false"),
                named(
                        "members of any name cannot be expressed there, so the schema becomes an instruction",
                        Surface.CHAT_COMPLETIONS,
                        "anthropic",
                        "claude-opus-5",
                        USER
                                + ",'response_format':{'type':'json_schema','json_schema':{'name':'t','schema':{'type':'object',"
                                + "'additionalProperties':{'type':'number'}}}}",
                        "/output_config",
                        "response_format=instruction"),
                named(
                        "strict tools at Anthropic have the same limits",
                        Surface.CHAT_COMPLETIONS,
                        "anthropic",
                        "claude-opus-5",
                        USER + ",'tools':[{'type':'function','function':{'name':'n','strict':true,'parameters':{'type':"
                             + "'object','properties':{'n':{'type':'integer','maximum':3}},'additionalProperties':false}}}]",
                        "/tools/0/strict true\n"
                                + "/tools/0/input_schema/properties/n {'type':'integer','description':'{\\\"maximum"
                                + "\\\":3}'}",
                        "tools.maximum"),
                named(
                        "a strict tool whose members may have any name is not strict there",
                        Surface.CHAT_COMPLETIONS,
                        "anthropic",
                        "claude-opus-5",
                        USER + ",'tools':[{'type':'function','function':{'name':'n','strict':true,'parameters':{'type':"
                                + "'object','properties':{'m':{'type':'object','additionalProperties':true}}}}}]",
                        "/tools/0/strict\n"
                                + "/tools/0/input_schema/properties/m {'type':'object','additionalProperties':true}",
                        "tools.function.strict"),
                named(
                        "limits above the model's are refused: Cohere",
                        Surface.MESSAGES,
                        "cohere",
                        "command-a-03-2025",
                        USER.replace("100", "16384"),
                        "/max_tokens 8000",
                        "max_tokens=8000"),
                named(
                        "Gemini 2.5 Flash-Lite thinks at least 512 tokens",
                        Surface.MESSAGES,
                        "gemini",
                        "gemini-2.5-flash-lite",
                        USER + ",'thinking':{'type':'enabled','budget_tokens':100}",
                        "/generationConfig/thinkingConfig/thinkingBudget 512",
                        "thinking=512"),
                named(
                        "OpenAI's reasoning models refuse max_tokens, also where bytes pass",
                        Surface.CHAT_COMPLETIONS,
                        "openai",
                        "gpt-5",
                        USER,
                        "/max_tokens\n/max_completion_tokens 100",
                        "max_tokens->max_completion_tokens"),
                named(
                        "limits above the model's are refused: Gemini",
                        Surface.MESSAGES,
                        "gemini",
                        "gemini-2.5-flash",
                        USER.replace("100", "128000"),
                        "/generationConfig/maxOutputTokens 65536",
                        "max_tokens=65536"),
                named(
                        "limits above the model's are refused: OpenAI",
                        Surface.MESSAGES,
                        "openai",
                        "gpt-4o",
                        USER.replace("100", "32000"),
                        "/max_completion_tokens 16384",
                        "max_tokens=16384"),
                named(
                        "Gemini 2.5 Flash thinks at most 24576 tokens; qwen-code asks for 32000",
                        Surface.MESSAGES,
                        "gemini",
                        "gemini-2.5-flash",
                        USER.replace("100", "64000") + ",'thinking':{'type':'enabled','budget_tokens':32000}",
                        "/generationConfig/thinkingConfig/thinkingBudget 24576",
                        "thinking=24576"),
                named(
                        "Gemini 2.5 Pro thinks at most 32768 tokens",
                        Surface.MESSAGES,
                        "gemini",
                        "gemini-2.5-pro",
                        USER.replace("100", "64000") + ",'thinking':{'type':'enabled','budget_tokens':40000}",
                        "/generationConfig/thinkingConfig/thinkingBudget 32768",
                        "thinking=32768"),
                named(
                        "a system message alone: Gemini wants a message of the user",
                        Surface.CHAT_COMPLETIONS,
                        "gemini",
                        "gemini-2.5-flash",
                        "'messages':[{'role':'system','content':'say hi'}]",
                        "/contents [{'role':'user','parts':[{'text':'.'}]}]",
                        "messages.0=user"),
                named(
                        "a later system message keeps its place at Gemini, and the cached beginning stays",
                        Surface.CHAT_COMPLETIONS,
                        "gemini",
                        "gemini-2.5-flash",
                        "'messages':[{'role':'system','content':'s'},{'role':'user','content':'a'},{'role':'assistant',"
                                + "'content':'b'},{'role':'user','content':'c'},{'role':'system','content':'note'}]",
                        "/systemInstruction {'parts':[{'text':'s'}]}\n/contents/2/parts [{'text':'c'},{'text':'note'}]",
                        "messages.system->messages.user"),
                named(
                        "a blank message of the user stays a message: left out, the assistant's would be a prefill",
                        Surface.CHAT_COMPLETIONS,
                        "anthropic",
                        "claude-opus-5",
                        "'messages':[{'role':'user','content':'a'},{'role':'assistant','content':'b'},{'role':'user',"
                                + "'content':'\\n'}]",
                        "/messages/2 {'role':'user','content':'.'}",
                        "messages.2=user"),
                named(
                        "tools that the client runs are functions with their published parameters",
                        Surface.MESSAGES,
                        "openai",
                        "gpt-4o",
                        USER + ",'tools':[{'type':'bash_20250124','name':'bash'},{'type':'text_editor_20250728',"
                                + "'name':'str_replace_based_edit_tool'},{'type':'memory_20250818','name':'memory'}],"
                                + "'tool_choice':{'type':'tool','name':'bash'}",
                        "/tools/0/function/name 'bash'\n/tools/0/function/parameters/properties/command/type 'string'\n"
                                + "/tools/1/function/name 'str_replace_based_edit_tool'\n"
                                + "/tools/1/function/parameters/properties/insert_text/type 'string'\n"
                                + "/tools/2/function/parameters/properties/command/enum/5 'rename'\n"
                                + "/tool_choice/function/name 'bash'",
                        ""),
                named(
                        "the text editor of older Claude models names the inserted text otherwise",
                        Surface.MESSAGES,
                        "gemini",
                        "gemini-2.5-pro",
                        USER + ",'tools':[{'type':'text_editor_20250124','name':'str_replace_editor'}]",
                        "/tools/0/functionDeclarations/0/name 'str_replace_editor'\n"
                                + "/tools/0/functionDeclarations/0/parametersJsonSchema/properties/insert_text",
                        ""),
                named(
                        "a Claude that the catalog does not know is not cut at 4096 tokens",
                        Surface.CHAT_COMPLETIONS,
                        "anthropic",
                        "claude-fable-9",
                        "'messages':[{'role':'user','content':'a'}]",
                        "/max_tokens 32000",
                        "max_tokens=32000"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theProviderTakesIt(Case one) {
        check(one);
    }

    static void check(Case one) {
        UpstreamBody body = encode(one);

        JsonNode sent = Json.readOrNull(body.joined().toText());
        for (String line : one.sent().split("\n")) {
            int blank = line.indexOf(' ');
            JsonNode value = sent.at(blank < 0 ? line : line.substring(0, blank));
            if (blank < 0) {
                assertThat(value.isMissingNode())
                        .as("%s is not in %s", line, sent)
                        .isTrue();
            } else if (line.charAt(blank + 1) == '#') {
                assertThat(value.asText()).as(line).hasSize(Integer.parseInt(line.substring(blank + 2)));
            } else {
                assertThat(value).as("%s of %s", line, sent).isEqualTo(json(line.substring(blank + 1)));
            }
        }
        if (!one.dropped().isEmpty()) {
            assertThat(body.dropped()).contains(one.dropped().split(" "));
        }
    }

    @Test
    void threadsAreRefusedInTheWayThatAnthropicsSdksRecoverFrom() {
        Case thread = new Case(
                Surface.MESSAGES,
                "openai",
                "gpt-4o",
                "{" + USER + ",'thread':{'type':'continue','previous_message_id':'msg_1'}}",
                "",
                "");

        assertThatThrownBy(() -> encode(thread)).isInstanceOfSatisfying(GatewayException.class, refused -> {
            String body =
                    ErrorEnvelopes.ANTHROPIC.body(refused.error(), "req_1").toText();
            assertThat(Json.readOrNull(body).at("/error/details"))
                    .isEqualTo(json("{'error_code':'thread_unsupported_request','unsupported':['thread']}"));
            assertThat(refused.error().status()).isEqualTo(400);
        });
    }

    @Test
    void noCompletionCannotBeAskedOfOtherProvidersThanAnthropic() {
        Case none = new Case(Surface.MESSAGES, "gemini", "g", "{" + USER.replace("100", "0") + "}", "", "");

        assertThatThrownBy(() -> encode(none)).hasMessageContaining("'max_tokens': expected at least 1");
    }

    @ParameterizedTest
    @CsvSource({"openai, 4", "azure_openai, 4", "groq, 4", "gemini, 5", "cohere, 5"})
    void moreStopSequencesThanTheProviderTakesAreRefusedByTheirName(String type, int highest) {
        String stop = ",'stop_sequences':['1','2','3','4'" + (highest == 5 ? ",'5'" : "") + "#]}";
        Case taken = new Case(Surface.MESSAGES, type, "m", "{" + USER + stop.replace("#", ""), "", "");
        Case refused = new Case(Surface.MESSAGES, type, "m", "{" + USER + stop.replace("#", ",'n'"), "", "");

        assertThat(encode(taken).joined().toText()).contains("\"4\"");
        assertThatThrownBy(() -> encode(refused)).isInstanceOfSatisfying(GatewayException.class, error -> {
            assertThat(error.error().param()).isEqualTo("stop_sequences");
            assertThat(error.getMessage()).contains("at most " + highest);
            assertThat(error.error().otherTargetMayServe()).isTrue();
        });
    }

    private static UpstreamBody encode(Case one) {
        String body = one.body().replace('\'', '"');
        ClientRequest request = Protocols.read(one.surface(), ByteSlice.of("{\"model\":\"m\"," + body.substring(1)));
        return Protocols.codecFor(request, provider(one.type()), one.model(), 0).body();
    }

    static ProviderSettings provider(String type) {
        return ProviderSettings.of(
                "p",
                Configs.config("providers: { p: { type: " + type
                                + ", base_url: 'https://localhost', api_keys: [{ key: k }] } }")
                        .providers()
                        .get("p"));
    }

    private static JsonNode json(String text) {
        return Json.readOrNull(text.replace('\'', '"'));
    }

    static Named<Case> named(
            String name, Surface surface, String type, String model, String body, String sent, String dropped) {
        return Named.of(name, new Case(surface, type, model, "{" + body + "}", sent, dropped));
    }
}
