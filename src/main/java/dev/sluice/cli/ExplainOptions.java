package dev.sluice.cli;

import dev.sluice.model.ModelRequirements;
import dev.sluice.model.StableHash;
import picocli.CommandLine.Option;

/** The options that describe the hypothetical request. */
final class ExplainOptions implements ModelRequirements {

    @Option(names = "--prompt-tokens", paramLabel = "N", description = "As if the prompt had N tokens.")
    private long promptTokens;

    @Option(names = "--output-tokens", paramLabel = "N", description = "As if at most N tokens were asked for.")
    private long outputTokens;

    @Option(names = "--tools", description = "As if the request had tools.")
    private boolean tools;

    @Option(names = "--images", description = "As if it had images.")
    private boolean images;

    @Option(names = "--audio", description = "As if it had sound.")
    private boolean audio;

    @Option(names = "--documents", description = "As if it had files.")
    private boolean documents;

    @Option(names = "--json-schema", description = "As if it asked for a response that follows a JSON schema.")
    private boolean jsonSchema;

    @Option(names = "--session", paramLabel = "ID", description = "As if it were of this session, or had this prefix.")
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
