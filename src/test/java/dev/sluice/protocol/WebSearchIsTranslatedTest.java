package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.request.PathModel;
import dev.sluice.protocol.request.UpstreamBody;
import dev.sluice.protocol.spi.ProviderCodec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A web search of one format is the search of another where the provider has one. Sources: the API descriptions of
 * OpenAI, Anthropic, Google, xAI and OpenRouter, read 2026-11.
 */
class WebSearchIsTranslatedTest {

    private static final String FUNCTION =
            "{'type':'function','name':'f','function':{'name':'f'},'parameters':{'type':'object'},"
                    + "'input_schema':{'type':'object'}}";

    /** What each client sends, with its tools or options in place of {@code #}. */
    private static ProviderCodec codec(Surface surface, String type, String model, String search) {
        String body = switch (surface) {
            case RESPONSES -> "{'model':'m','input':'?',CHOICE'tools':[#]}".replace("CHOICE", choice(search, "'type'"));
            case MESSAGES ->
                "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'?'}],CHOICE'tools':[#]}"
                        .replace("CHOICE", choice(search, "'type':'tool','name'"));
            case GENERATE -> "{'contents':[{'parts':[{'text':'?'}]}],'tools':[#]}";
            default -> "{'model':'m','messages':[{'role':'user','content':'?'}],#}";
        };
        String json = body.replace("#", search.replace("FUNCTION", FUNCTION).replace("CHOSEN", ""))
                .replace('\'', '"');
        return Protocols.codecFor(
                surface == Surface.GENERATE
                        ? Protocols.read(new PathModel(surface, "m", false), ByteSlice.of(json))
                        : Protocols.read(surface, ByteSlice.of(json)),
                StrictProvidersTakeRequestsTest.provider(type),
                model,
                0);
    }

    private static String choice(String search, String member) {
        return search.startsWith("CHOSEN") ? "'tool_choice':{" + member + ":'web_search'}," : "";
    }

    /** @param sent a JSON pointer, a blank, and its JSON; only a pointer where nothing is sent */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', emptyValue = "", textBlock = """
        RESPONSES | anthropic | claude-sonnet-5 | {'type':'web_search','filters':{'allowed_domains':['a.b']}}       | /tools [{'type':'web_search_20250305','name':'web_search','allowed_domains':['a.b']}] | ``
        RESPONSES | anthropic | claude-sonnet-5 | {'type':'web_search_preview','user_location':{'type':'approximate','city':'P'}} | /tools/0/user_location {'type':'approximate','city':'P'} | ``
        RESPONSES | anthropic | claude-sonnet-5 | {'type':'web_search','external_web_access':false}                  | /tools | tools.web_search
        RESPONSES | anthropic | claude-sonnet-5 | FUNCTION,{'type':'web_search'}                                     | /tools/1/name 'web_search' | ``
        RESPONSES | gemini    | gemini-2.5-pro  | {'type':'web_search','search_context_size':'low'}                   | /tools [{'googleSearch':{}}] | tools.web_search.search_context_size
        RESPONSES | gemini    | gemini-2.5-pro  | {'type':'web_search','filters':{'allowed_domains':['a.b']}}        | /tools [{'googleSearch':{}}] | tools.web_search.allowed_domains
        RESPONSES | gemini    | gemini-2.5-pro  | FUNCTION,{'type':'web_search'}                                     | /tools/1 | tools.web_search
        RESPONSES | cohere    | command-a       | {'type':'web_search'}                                              | /tools | tools.web_search
        RESPONSES | openai_compatible | x       | {'type':'web_search'}                                              | /tools | tools.web_search
        RESPONSES | perplexity | sonar          | {'type':'web_search','filters':{'allowed_domains':['a.b']}}        | /tools/0/filters {'search_domain_filter':['a.b']} | ``
        MESSAGES  | openai    | gpt-5.5         | {'type':'web_search_20250305','name':'web_search','max_uses':2}    | /tools [{'type':'web_search'}] | ``
        MESSAGES  | openai    | gpt-5.5         | {'type':'web_search_20260209','name':'web_search','max_uses':2}    | /max_tool_calls 2 | ``
        MESSAGES  | openai    | gpt-4o          | {'name':'f','input_schema':{'type':'object'}},{'type':'web_search_20250305','name':'web_search'} | /tools/1/type 'web_search' | ``
        MESSAGES  | openai    | gpt-4o-search-preview | {'type':'web_search_20250305','name':'web_search','user_location':{'type':'approximate','city':'P'}} | /web_search_options {'user_location':{'type':'approximate','approximate':{'city':'P'}}} | ``
        MESSAGES  | grok      | grok-4.7        | {'type':'web_search_20250305','name':'web_search','allowed_domains':['a.b']} | /tools [{'type':'web_search','allowed_domains':['a.b']}] | ``
        MESSAGES  | openrouter | x/y            | {'type':'web_search_20250305','name':'web_search','max_uses':2,'blocked_domains':['a.b']} | /tools [{'type':'openrouter:web_search','parameters':{'excluded_domains':['a.b'],'max_uses':2}}] | ``
        MESSAGES  | gemini    | gemini-3-pro    | {'type':'web_search_20250305','name':'web_search','max_uses':2}    | /tools [{'googleSearch':{}}] | tools.web_search_20250305.max_uses
        MESSAGES  | mistral   | mistral-large   | {'type':'web_search_20250305','name':'web_search'}                 | /tools | tools.web_search_20250305
        GENERATE  | anthropic | claude-sonnet-5 | {'googleSearch':{}}                                                | /tools [{'type':'web_search_20250305','name':'web_search'}] | ``
        GENERATE  | openai    | gpt-5.5         | {'google_search':{}}                                               | /tools [{'type':'web_search'}] | ``
        GENERATE  | perplexity | sonar          | {'googleSearch':{}}                                                | /tools/0/type 'web_search' | ``
        CHAT_COMPLETIONS | openai    | gpt-5.5 | 'web_search_options':{'search_context_size':'low'}                 | /tools [{'type':'web_search','search_context_size':'low'}] | ``
        CHAT_COMPLETIONS | openai    | gpt-4o-search-preview | 'web_search_options':{}                              | /web_search_options {} | ``
        CHAT_COMPLETIONS | anthropic | claude-sonnet-5 | 'web_search_options':{'user_location':{'type':'approximate','approximate':{'country':'FR'}}} | /tools [{'type':'web_search_20250305','name':'web_search','user_location':{'type':'approximate','country':'FR'}}] | ``
        CHAT_COMPLETIONS | gemini    | gemini-2.5-pro | 'web_search_options':{}                                      | /tools [{'googleSearch':{}}] | ``
        CHAT_COMPLETIONS | cohere    | command-a | 'web_search_options':{}                                           | /tools | web_search_options
        MESSAGES  | grok      | grok-4.7        | {'type':'web_search_20250305','name':'web_search','max_uses':2,'user_location':{'type':'approximate','city':'P'}} | /tools [{'type':'web_search'}] | tools.web_search_20250305.user_location tools.web_search_20250305.max_uses
        MESSAGES  | groq      | openai/gpt-oss-120b | {'type':'web_search_20250305','name':'web_search'}             | /tools | tools.web_search_20250305
        MESSAGES  | openai    | gpt-5.5         | CHOSEN{'type':'web_search_20250305','name':'web_search'}           | /tool_choice 'required' | ``
        MESSAGES  | openai    | gpt-5.5         | CHOSEN{'name':'f','input_schema':{'type':'object'}},{'type':'web_search_20250305','name':'web_search'} | /tool_choice {'type':'allowed_tools','mode':'required','tools':[{'type':'web_search'}]} | ``
        MESSAGES  | openrouter | x/y            | CHOSEN{'type':'web_search_20250305','name':'web_search'}           | /tool_choice {'type':'openrouter:web_search'} | ``
        MESSAGES  | gemini    | gemini-2.5-pro  | CHOSEN{'type':'web_search_20250305','name':'web_search'}           | /toolConfig | tool_choice=auto
        MESSAGES  | perplexity | sonar          | CHOSEN{'type':'web_search_20250305','name':'web_search'}           | /tool_choice 'required' | ``
        MESSAGES  | azure_openai | gpt-5.5      | {'type':'web_search_20250305','name':'web_search','max_uses':2,'allowed_domains':['a.b'],'user_location':{'type':'approximate','city':'P'}} | /tools [{'type':'web_search','filters':{'allowed_domains':['a.b']},'user_location':{'type':'approximate','city':'P'}}] | ``
        MESSAGES  | azure_openai | gpt-5.5      | CHOSEN{'name':'f','input_schema':{'type':'object'}},{'type':'web_search_20250305','name':'web_search'} | /tool_choice {'type':'web_search'} | ``
        CHAT_COMPLETIONS | azure_openai | gpt-5.5 | 'web_search_options':{'search_context_size':'low'}           | /tools [{'type':'web_search','search_context_size':'low'}] | ``
        GENERATE  | azure_openai | gpt-5.5      | {'googleSearch':{}}                                                | /tools [{'type':'web_search'}] | ``
        RESPONSES | anthropic | claude-sonnet-4-5 | CHOSEN{'type':'web_search'}                                      | /tool_choice {'type':'tool','name':'web_search'} | ``
        """)
    void aSearchReachesEveryProviderThatHasOne(
            Surface surface, String type, String model, String search, String sent, String dropped) {
        UpstreamBody body = codec(surface, type, model, search).body();
        JsonNode written = Json.readOrNull(body.joined().toText());

        String[] expected = sent.strip().split(" ", 2);
        JsonNode value = expected.length == 1 ? null : Json.readOrNull(expected[1].replace('\'', '"'));
        JsonNode found = written.at(expected[0]);
        assertThat(found.isMissingNode() ? null : found).as(written.toString()).isEqualTo(value);
        assertThat(String.join(" ", body.dropped())
                        .replaceAll("max_tokens=\\d+ ?", "")
                        .strip())
                .isEqualTo(dropped);
    }

    /**
     * Codex declares a search of stored pages in every request; {@code x-sluice-strict: meaning} must not refuse them
     * all.
     */
    @ParameterizedTest
    @ValueSource(strings = {"anthropic", "gemini", "cohere", "openai_compatible"})
    void aSearchOfStoredPagesIsNoLoss(String type) {
        UpstreamBody stored = codec(
                        Surface.RESPONSES, type, "m", "FUNCTION,{'type':'web_search','external_web_access':false}")
                .body();

        assertThat(stored.dropped()).contains("tools.web_search");
        assertThat(stored.lost()).isEmpty();
        assertThat(codec(Surface.RESPONSES, "cohere", "m", "FUNCTION,{'type':'web_search'}")
                        .body()
                        .lost())
                .containsExactly("tools.web_search");
    }
}
