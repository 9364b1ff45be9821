package dev.sluice.cli;

import dev.sluice.model.ModelRequirements;
import dev.sluice.model.StableHash;
import picocli.CommandLine.Option;

/** The options that describe the hypothetical request. */
final class ExplainOptions implements ModelRequirements {

    @Option(names = "--prompt-tokens", paramLabel = "N", description = "Tokens of the prompt.")
    private long promptTokens;

    @Option(names = "--output-tokens", paramLabel = "N", description = "Maximum tokens of the completion.")
    private long outputTokens;

    @Option(names = "--tools", description = "The request has tools.")
    private boolean tools;

    @Option(names = "--images", description = "The request has images.")
    private boolean images;

    @Option(names = "--audio", description = "The request has audio.")
    private boolean audio;

    @Option(names = "--documents", description = "The request has documents.")
    private boolean documents;

    @Option(names = "--json-schema", description = "The request has a JSON schema for its response.")
    private boolean jsonSchema;

    @Option(
            names = "--session",
            paramLabel = "ID",
            description = "The session or, on routes with sticky: prefix, the prefix.")
    private String session;

    @Override
    public boolean tools() {
        return tools;
    }

    @Override
    public boolean images() {
        return images;
    }

    @Override
    public boolean audio() {
        return audio;
    }

    @Override
    public boolean documents() {
        return documents;
    }

    @Override
    public boolean jsonSchema() {
        return jsonSchema;
    }

    @Override
    public long promptTokens() {
        return promptTokens;
    }

    @Override
    public long outputTokens() {
        return outputTokens;
    }

    @Override
    public String session() {
        return session;
    }

    @Override
    public long prefix() {
        return session == null ? 0 : StableHash.of(session);
    }
}
