package dev.sluice.contract;

import dev.sluice.contract.ApiResponse.Finish;
import java.util.List;

/** A feature of the matrix: the request for it and the check of its response. */
enum Feature {
    TEXT("text", "", Mode.WHOLE),
    TEXT_STREAMED("text streamed", "", Mode.STREAMED),
    TOOLS("parallel tools", "", Mode.WHOLE),
    TOOLS_STREAMED("parallel tools streamed", "", Mode.STREAMED),
    CONVERSATION("tool conversation", "thinking|reasoning", Mode.BOTH),
    VISION("vision", "image", Mode.BOTH),
    SCHEMA("JSON schema", "response_format|format", Mode.BOTH),
    REASONING("reasoning", "reasoning|thinking|effort", Mode.WHOLE),
    REASONING_STREAMED("reasoning streamed", "reasoning|thinking|effort", Mode.STREAMED),
    CITATIONS("citations", "", Mode.BOTH),
    LOGPROBS("logprobs", "logprobs", Mode.BOTH),
    REFUSAL("refusal", "", Mode.BOTH),
    CACHED("cached tokens", "", Mode.BOTH),
    LENGTH("max tokens", "max_", Mode.BOTH),
    STOP("stop sequence", "stop", Mode.BOTH),
    SYSTEM("system prompt", "", Mode.BOTH),
    UNICODE("unicode", "", Mode.BOTH);

    private static final String HARD = "h\u00e9llo \u65e5\u672c \ud83c\udf88 \"quoted\" back\\slash \u2028 end";
    private static final String REFUSED = "I cannot help with that.";
    private static final List<String> TWO_CALLS = List.of("weather{\"city\":\"Paris\"}", "time{\"city\":\"Rome\"}");

    /** How the feature is requested. Streamed responses are always compared with whole ones. */
    enum Mode {
        WHOLE,
        STREAMED,
        BOTH
    }

    final String title;
    final Mode mode;
    private final String names;

    /** @param names pattern of the names that {@code x-sluice-dropped} or an error uses for the feature in any API */
    Feature(String title, String names, Mode way) {
        this.title = title;
        this.names = names;
        this.mode = way;
    }

    /** Whether {@code x-sluice-dropped} or an error names this feature. */
    boolean isNamedBy(String words) {
        return !names.isEmpty() && words.matches("(?s).*(" + names + ").*");
    }

    /** @param marker text that must be part of the upstream request */
    ApiRequest request(ProviderRow row, ClientApi api, String marker) {
        ApiRequest request = ApiRequest.of(row.model(this), text());
        return switch (this) {
            case TOOLS, TOOLS_STREAMED -> request.withTools();
            case CONVERSATION -> request.withTools().withSystem("Be brief.");
            case VISION -> request.withImage();
            case SCHEMA -> request.withSchema();
            case REASONING, REASONING_STREAMED -> request.withReasoning();
            case LOGPROBS -> request.withLogprobs();
            case LENGTH -> request.withMaxTokens(row.minTokens(api));
            case STOP -> request.withStop("END");
            case SYSTEM -> request.withSystem("Your name is " + marker + ".");
            default -> request;
        };
    }

    private String text() {
        return switch (this) {
            case TOOLS, TOOLS_STREAMED, CONVERSATION -> "call weather and time";
            case SCHEMA -> "answer in json";
            case CITATIONS -> "cite it";
            case REFUSAL -> "refuse";
            case STOP -> "one two END three";
            case UNICODE -> HARD;
            case VISION -> "look at this";
            default -> "one two three";
        };
    }

    /** Whether the response has the feature. */
    boolean isPresent(ProviderRow row, ClientApi api, ApiResponse response, boolean markerSeen) {
        ApiResponse.Content content = response.content();
        return switch (this) {
            case TEXT, TEXT_STREAMED -> content.text().equals("echo: one two three") && content.finish() == Finish.STOP;
            case TOOLS, TOOLS_STREAMED, CONVERSATION -> twoCalls(response);
            case VISION -> content.text().equals("I see 1 image(s)");
            case SCHEMA -> content.text().equals("{\"answer\":\"42\"}");
            case REASONING, REASONING_STREAMED -> thought(row, api, content);
            case CITATIONS -> content.citations().equals(List.of("https://example.org/a"));
            case LOGPROBS -> content.logprobs().equals("echo: one two three");
            case REFUSAL ->
                content.finish() == Finish.REFUSED
                        && (content.refusal().equals(REFUSED) || content.text().equals(REFUSED));
            case CACHED -> content.tokens().cached() == 4;
            case LENGTH -> content.finish() == Finish.LENGTH && content.text().equals("echo:");
            case STOP -> content.finish() == Finish.STOP && content.text().equals("echo: one two ");
            case SYSTEM -> markerSeen && content.text().equals("echo: one two three");
            case UNICODE -> content.text().equals("echo: " + HARD);
        };
    }

    /** Whether the response lacks an optional feature and is otherwise right. */
    boolean isAbsent(ApiResponse response) {
        ApiResponse.Content content = response.content();
        return switch (this) {
            case REASONING, REASONING_STREAMED ->
                content.thought().isEmpty() && content.text().equals("echo: one two three");
            case CITATIONS -> content.citations().isEmpty() && content.text().equals("echo: cite it");
            case REFUSAL -> content.finish() == Finish.STOP && content.text().equals(REFUSED);
            case CACHED -> content.tokens().cached() == 0 && content.text().equals("echo: one two three");
            default -> false;
        };
    }

    /** Whether the response is valid without what {@code x-sluice-dropped} names. */
    boolean restIsPresent(ApiResponse response) {
        return switch (this) {
            case CONVERSATION -> twoCalls(response);
            case LENGTH ->
                response.content().finish() == Finish.STOP || response.content().finish() == Finish.LENGTH;
            case VISION -> response.text().equals("echo: look at this");
            case SCHEMA ->
                response.text().equals("echo: answer in json")
                        || response.text().equals("{\"answer\":\"42\"}");
            default -> response.text().startsWith("echo: one two");
        };
    }

    private static boolean twoCalls(ApiResponse response) {
        return response.content().calls().equals(TWO_CALLS)
                && response.content().finish() == Finish.TOOLS
                && response.callIds().stream()
                                .distinct()
                                .filter(id -> !id.isEmpty())
                                .count()
                        == 2;
    }

    /** Hidden reasoning is only counted: seven tokens in addition to the four words. */
    private static boolean thought(ProviderRow row, ClientApi api, ApiResponse.Content content) {
        boolean right = content.text().equals("echo: one two three");
        return row.showsThoughts(api)
                ? right && content.thought().equals("Thinking it over.")
                : right && content.thought().isEmpty() && content.tokens().completion() == 11;
    }
}
