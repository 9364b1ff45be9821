package dev.sluice.dialect.responses;

import dev.sluice.dialect.TranslationFixtures;

/** Read and written anew: both halves of the format at once. */
class ResponsesFixturesTest extends TranslationFixtures {

    ResponsesFixturesTest() {
        super(
                "openai-responses",
                "content-filter",
                "cut-stream",
                "error-event",
                "failed-status",
                "plain",
                "raw-reasoning-cut-short",
                "reasoning-text-parallel-tools",
                "refuse-background",
                "refuse-conversation",
                "refuse-item-reference",
                "refuse-stored-prompt",
                "refuse-stored-response",
                "refused",
                "whole-calls");
    }
}
