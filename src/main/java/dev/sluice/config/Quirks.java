package dev.sluice.config;

import java.util.List;
import java.util.Map;

/** How a provider departs from the reference format, as data. */
public record Quirks(
        @Key("Top-level request parameters to rename: from, to.") Map<String, String> rename,
        @Key("Top-level request parameters to drop, each with a receipt in x-sluice-dropped.") List<String> drop,
        @Key("Top-level request parameters to add when the client sent none: name to a JSON value.") Map<String, String> defaults,
        @Key(value = "ask: usage comes only when stream_options asks; always: it comes anyway.", or = "ask")
                StreamUsage streamUsage,
        @Key(value = "completion_tokens leaves reasoning tokens out.", or = "false") boolean reasoningOutside) {

    /** How a provider is brought to report usage in a stream. */
    public enum StreamUsage {
        ASK,
        ALWAYS
    }

    public static final Quirks NONE = new Quirks(Map.of(), List.of(), Map.of(), StreamUsage.ASK, false);
}
