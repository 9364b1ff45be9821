package dev.sluice.route;

import dev.sluice.model.ModelRequirements;

/** Model requirements whose values a test sets. */
record FakeModelRequirements(
        boolean tools, boolean images, boolean jsonSchema, long promptTokens, long outputTokens, String session)
        implements ModelRequirements {

    static final FakeModelRequirements TOOLS = new FakeModelRequirements(true, false, false, 0, 0, null);
    static final FakeModelRequirements IMAGES = new FakeModelRequirements(false, true, false, 0, 0, null);
    static final FakeModelRequirements SCHEMA = new FakeModelRequirements(false, false, true, 0, 0, null);

    static FakeModelRequirements tokens(long prompt, long output) {
        return new FakeModelRequirements(false, false, false, prompt, output, null);
    }

    static FakeModelRequirements session(String session) {
        return new FakeModelRequirements(false, false, false, 0, 0, session);
    }

    /** Requirements that fail the test when read. */
    static ModelRequirements failing() {
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
