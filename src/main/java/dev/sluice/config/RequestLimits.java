package dev.sluice.config;

import dev.sluice.binding.Key;

/** Limits on the size of a request, other than its bytes; 0: no limit. */
public record RequestLimits(
        @Key(value = "Messages in a conversation.", or = "0", min = 0, max = 1000000)
        int messages,

        @Key(value = "Tools offered.", or = "0", min = 0, max = 100000)
        int tools,

        @Key(value = "Images in a conversation.", or = "0", min = 0, max = 100000)
        int images,

        @Key(value = "Choices requested (n).", or = "0", min = 0, max = 1000)
        int choices) {}
