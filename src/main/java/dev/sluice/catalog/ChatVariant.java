package dev.sluice.catalog;

import dev.sluice.binding.Key;
import java.util.List;
import java.util.Map;

/**
 * How a provider's variant of OpenAI's formats differs from the reference inside a conversation, as data of the
 * catalog. Encoders read it when they write a request. Differences in top-level parameters are {@link Quirks}.
 */
public record ChatVariant(
        @Key(value = "The role developer is known; else such messages get the role system.", or = "false")
        boolean developerRole,

        @Key(
                value = "A system message may only be the first message: chat templates of many open models refuse"
                        + " others. Models with the trait system_anywhere are exempt.",
                or = "false")
        boolean systemFirst,

        @Key(value = "Every message may have a list of parts; else lists of texts are joined.", or = "false")
        boolean partLists,

        @Key(value = "The limit is called max_completion_tokens; else max_tokens.", or = "false")
        boolean maxCompletionTokens,

        @Key(value = "Parts and tools may have cache_control.", or = "false")
        boolean cacheControl,

        @Key(value = "Messages may have a name.", or = "true")
        boolean messageNames,

        @Key("Member of an assistant message that returns its reasoning. Absent: reasoning is not returned.")
        String reasoningMember,

        @Key(
                value = "Messages may have the reasoning members of any provider, because it is not known which one"
                        + " serves a model.",
                or = "false")
        boolean anyReasoning,

        @Key(value = "An assistant message with tool calls needs the reasoning member, even if empty.", or = "false")
        boolean reasoningWithCalls,

        @Key(
                value = "An assistant message returns its reasoning as a part of type thinking in its content.",
                or = "false")
        boolean thinkingParts,

        @Key(value = "Signed reasoning is returned as reasoning_details.", or = "false")
        boolean reasoningDetails,

        @Key(value = "Chat Completions never show reasoning, so a request to show it is dropped.", or = "false")
        boolean reasoningHidden,

        @Key(
                value = "effort: reasoning_effort; object: reasoning: {effort, max_tokens, enabled};"
                        + " switch: thinking: {type}, and reasoning_effort.",
                or = "effort")
        ReasoningRequest reasoningRequest,

        @Key("Values of reasoning_effort that this provider names differently: reference, its own.")
        Map<String, String> efforts,

        @Key(
                value = "Chat Completions switch reasoning off by chat_template_kwargs.enable_thinking; else by the"
                        + " effort none.",
                or = "false")
        boolean templateSwitch,

        @Key(value = "Responses know the effort none; else low is the least.", or = "true")
        boolean offInResponses,

        @Key(
                value = "Results of calls are text in Responses; a request with lists there is sent as Chat"
                        + " Completions.",
                or = "false")
        boolean textResults,

        @Key(value = "Responses return encrypted reasoning on request, and accept it in later requests.", or = "false")
        boolean encryptedReasoning,

        @Key(value = "The input of Responses may end with a compaction_trigger.", or = "false")
        boolean compactionTrigger,

        @Key(value = "Least max_output_tokens of Responses.", or = "0")
        long minOutputTokens,

        @Key(value = "Tool calls may return Google's thought signature.", or = "false")
        boolean thoughtSignatures,

        @Key(value = "Ids of tool calls have nine letters and digits.", or = "false")
        boolean shortCallIds,

        @Key(value = "An assistant message at the end must say prefix: true.", or = "false")
        boolean prefix,

        @Key(value = "Images may be URLs; else they must be in the request.", or = "true")
        boolean imageUrls,

        @Key(value = "Documents may be URLs.", or = "false") boolean documentUrls,

        @Key(
                value = "Documents in messages. file: by id or with their data; file_id: by id alone; document_url: by"
                        + " URL, also a data URL; none: not at all. Text documents are always sent as text.",
                or = "file")
        Documents documents,

        @Key("Highest temperature; higher values are reduced. Absent: not checked.")
        Double maxTemperature,

        @Key(value = "Highest number of stop sequences; 0 for any number.", or = "0")
        long maxStopSequences,

        @Key("Parameters known beyond the reference.") List<String> parameters,

        @Key(
                value = "The web search of the provider. openai: on the Responses API, and by web_search_options for"
                        + " models with -search in their name; azure, xai: on the Responses API; openrouter: the tool"
                        + " openrouter:web_search; none: not known.",
                or = "none")
        Search webSearch,

        @Key(
                value = "Models with the trait tools_need_responses need the Responses API for function tools here;"
                        + " other providers handle this themselves.",
                or = "false")
        boolean toolsNeedResponses) {

    /** The kinds of web search. */
    public enum Search {
        OPENAI,
        AZURE,
        XAI,
        OPENROUTER,
        NONE
    }

    /** How messages have documents. */
    public enum Documents {
        FILE,
        FILE_ID,
        DOCUMENT_URL,
        NONE
    }

    /** How a request specifies reasoning. */
    public enum ReasoningRequest {
        EFFORT,
        OBJECT,
        SWITCH
    }
}
