package dev.sluice.model.chat;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A plain parameter of a request. Its canonical name is OpenAI Chat Completions' where that has one (the constants
 * here), {@link #TOP_K} for what several others have, and the client's own name for everything else.
 *
 * @param clientName the client's name, used in errors and dropped parameters
 * @param value as the client sent it, never null
 */
public record ChatParameter(String clientName, JsonNode value) {

    /** Canonical for {@code max_completion_tokens}, {@code max_tokens} and {@code max_output_tokens}. */
    public static final String MAX_TOKENS = "max_tokens";

    public static final String TEMPERATURE = "temperature";
    public static final String TOP_P = "top_p";
    public static final String TOP_K = "top_k";
    /** A string or an array of strings. */
    public static final String STOP = "stop";

    public static final String SEED = "seed";
    public static final String N = "n";
    public static final String FREQUENCY_PENALTY = "frequency_penalty";
    public static final String PRESENCE_PENALTY = "presence_penalty";
    public static final String LOGIT_BIAS = "logit_bias";
    public static final String LOGPROBS = "logprobs";
    public static final String TOP_LOGPROBS = "top_logprobs";
    public static final String PARALLEL_TOOL_CALLS = "parallel_tool_calls";
    /** Canonical for Anthropic's {@code metadata.user_id}. */
    public static final String USER = "user";

    public static final String METADATA = "metadata";
    public static final String SERVICE_TIER = "service_tier";
    public static final String VERBOSITY = "verbosity";
    public static final String STORE = "store";
    public static final String PROMPT_CACHE_KEY = "prompt_cache_key";
    public static final String SAFETY_IDENTIFIER = "safety_identifier";
    /** Anthropic's top-level {@code cache_control}. */
    public static final String CACHE_CONTROL = "cache_control";
}
