package dev.sluice.route;

import dev.sluice.model.ModelRequirements;

/** A request's needs as a test wants them; it fails when asked for what a plan should not look at. */
record Wanted(boolean tools, boolean images, boolean jsonSchema, long promptTokens, long outputTokens, String session)
        implements ModelRequirements {

    static final Wanted TOOLS = new Wanted(true, false, false, 0, 0, null);
    static final Wanted IMAGES = new Wanted(false, true, false, 0, 0, null);
    static final Wanted SCHEMA = new Wanted(false, false, true, 0, 0, null);

    static Wanted tokens(long prompt, long output) {
        return new Wanted(false, false, false, prompt, output, null);
    }

    static Wanted session(String session) {
        return new Wanted(false, false, false, 0, 0, session);
    }

    /** Whoever asks it anything has asked too much. */
    static ModelRequirements untouchable() {
        return new ModelRequirements() {
            @Override
            public boolean tools() {
                throw new AssertionError("asked for tools");
            }

            @Override
            public boolean images() {
                throw new AssertionError("asked for images");
            }

            @Override
            public boolean jsonSchema() {
                throw new AssertionError("asked for a schema");
            }

            @Override
            public long promptTokens() {
                throw new AssertionError("asked for the prompt's length");
            }

            @Override
            public String session() {
                throw new AssertionError("asked for the session");
            }

            @Override
            public long prefix() {
                throw new AssertionError("asked for the prefix");
            }
        };
    }
}
