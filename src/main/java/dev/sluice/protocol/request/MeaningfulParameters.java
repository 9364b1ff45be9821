package dev.sluice.protocol.request;

import java.util.List;
import java.util.Set;

/**
 * The parameters without which a response means something else: what may be called, how the response is formed, where
 * it ends, and which conversation it belongs to. Other parameters change how good, long, fast or costly it is.
 */
public final class MeaningfulParameters {

    private static final Set<String> NAMES = Set.of(
            "tools",
            "tool_choice",
            "functions",
            "function_call",
            "mcp_servers",
            "web_search_options",
            "search_parameters",
            "plugins",
            "response_format",
            "text",
            "output_config",
            "structured_outputs",
            "guided_json",
            "guided_regex",
            "guided_choice",
            "guided_grammar",
            "grammar",
            "json_schema",
            "modalities",
            "audio",
            "n",
            "stop",
            "stop_sequences",
            "logprobs",
            "top_logprobs",
            "logit_bias",
            "suffix",
            "documents",
            "container",
            "thread",
            "prompt",
            "conversation",
            "previous_response_id");

    private MeaningfulParameters() {}

    /** @param name of a member of the request's body */
    public static boolean contains(String name) {
        return NAMES.contains(name);
    }

    /** Those of the dropped members of a body that passes; renamed ones are not lost. */
    static List<String> of(List<String> dropped) {
        return dropped.isEmpty()
                ? dropped
                : dropped.stream().filter(MeaningfulParameters::contains).toList();
    }
}
