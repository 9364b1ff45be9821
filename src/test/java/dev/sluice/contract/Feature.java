package dev.sluice.contract;

import dev.sluice.contract.Answer.Finish;
import java.util.List;

/** What is asked for in one column of the matrix, and how it is seen that it came. */
enum Feature {
    TEXT("text", "", Way.WHOLE),
    TEXT_STREAMED("text streamed", "", Way.STREAMED),
    TOOLS("parallel tools", "", Way.WHOLE),
    TOOLS_STREAMED("parallel tools streamed", "", Way.STREAMED),
    CONVERSATION("tool conversation", "thinking|reasoning", Way.BOTH),
    VISION("vision", "image", Way.BOTH),
    SCHEMA("JSON schema", "response_format|format", Way.BOTH),
    REASONING("reasoning", "reasoning|thinking|effort", Way.WHOLE),
    REASONING_STREAMED("reasoning streamed", "reasoning|thinking|effort", Way.STREAMED),
    CITATIONS("citations", "", Way.BOTH),
    LOGPROBS("logprobs", "logprobs", Way.BOTH),
    REFUSAL("refusal", "", Way.BOTH),
    CACHED("cached tokens", "", Way.BOTH),
    LENGTH("max tokens", "max_", Way.BOTH),
    STOP("stop sequence", "stop", Way.BOTH),
    SYSTEM("system prompt", "", Way.BOTH),
    UNICODE("unicode", "", Way.BOTH);

    private static final String HARD = "h\u00e9llo \u65e5\u672c \ud83c\udf88 \"quoted\" back\\slash \u2028 end";
    private static final String REFUSED = "I cannot help with that.";
    private static final List<String> TWO_CALLS = List.of("weather{\"city\":\"Paris\"}", "time{\"city\":\"Rome\"}");

    /** How it is asked. Streamed is always held against whole. */
    enum Way {
        WHOLE,
        STREAMED,
        BOTH
    }

    final String title;
    final Way way;
    private final String names;

    /** @param names what {@code x-sluice-dropped} or a refusal calls it, in any API: a pattern */
    Feature(String title, String names, Way way) {
        this.title = title;
        this.names = names;
        this.way = way;
    }

    /** Whether {@code x-sluice-dropped} or a refusal names this feature. */
    boolean isNamedBy(String words) {
        return !names.isEmpty() && words.matches("(?s).*(" + names + ").*");
    }

    /** @param marker to be found again in what goes upstream */
    Question question(Row row, Api api, String marker) {
        Question asked = Question.of(row.model(this), text());
        return switch (this) {
            case TOOLS, TOOLS_STREAMED -> asked.withTools();
            case CONVERSATION -> asked.withTools().under("Be brief.");
            case VISION -> asked.withImage();
            case SCHEMA -> asked.withSchema();
            case REASONING, REASONING_STREAMED -> asked.withReasoning();
            case LOGPROBS -> asked.withLogprobs();
            case LENGTH -> asked.atMost(row.least(api));
            case STOP -> asked.until("END");
            case SYSTEM -> asked.under("Your name is " + marker + ".");
            default -> asked;
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

    /** Whether what was asked for is there. */
    boolean came(Row row, Api api, Answer answer, boolean markerSeen) {
        Answer.Said said = answer.said();
        return switch (this) {
            case TEXT, TEXT_STREAMED -> said.text().equals("echo: one two three") && said.finish() == Finish.STOP;
            case TOOLS, TOOLS_STREAMED, CONVERSATION -> twoCalls(answer);
            case VISION -> said.text().equals("I see 1 image(s)");
            case SCHEMA -> said.text().equals("{\"answer\":\"42\"}");
            case REASONING, REASONING_STREAMED -> thought(row, api, said);
            case CITATIONS -> said.citations().equals(List.of("https://example.org/a"));
            case LOGPROBS -> said.logprobs().equals("echo: one two three");
            case REFUSAL ->
                said.finish() == Finish.REFUSED
                        && (said.refusal().equals(REFUSED) || said.text().equals(REFUSED));
            case CACHED -> said.tokens().cached() == 4;
            case LENGTH -> said.finish() == Finish.LENGTH && said.text().equals("echo:");
            case STOP -> said.finish() == Finish.STOP && said.text().equals("echo: one two ");
            case SYSTEM -> markerSeen && said.text().equals("echo: one two three");
            case UNICODE -> said.text().equals("echo: " + HARD);
        };
    }

    /** Whether what was asked for is not there, and nothing else is amiss: of what not every provider has. */
    boolean isAbsent(Answer answer) {
        Answer.Said said = answer.said();
        return switch (this) {
            case REASONING, REASONING_STREAMED ->
                said.thought().isEmpty() && said.text().equals("echo: one two three");
            case CITATIONS -> said.citations().isEmpty() && said.text().equals("echo: cite it");
            case REFUSAL -> said.finish() == Finish.STOP && said.text().equals(REFUSED);
            case CACHED -> said.tokens().cached() == 0 && said.text().equals("echo: one two three");
            default -> false;
        };
    }

    /** Whether the response is valid without what {@code x-sluice-dropped} names. */
    boolean restCame(Answer answer) {
        return switch (this) {
            case CONVERSATION -> twoCalls(answer);
            case LENGTH ->
                answer.said().finish() == Finish.STOP || answer.said().finish() == Finish.LENGTH;
            case VISION -> answer.text().equals("echo: look at this");
            case SCHEMA ->
                answer.text().equals("echo: answer in json") || answer.text().equals("{\"answer\":\"42\"}");
            default -> answer.text().startsWith("echo: one two");
        };
    }

    private static boolean twoCalls(Answer answer) {
        return answer.said().calls().equals(TWO_CALLS)
                && answer.said().finish() == Finish.TOOLS
                && answer.callIds().stream()
                                .distinct()
                                .filter(id -> !id.isEmpty())
                                .count()
                        == 2;
    }

    /** Where a provider shows no thoughts they are seen in what was counted: seven tokens beside the four words. */
    private static boolean thought(Row row, Api api, Answer.Said said) {
        boolean right = said.text().equals("echo: one two three");
        return row.showsThoughts(api)
                ? right && said.thought().equals("Thinking it over.")
                : right && said.thought().isEmpty() && said.tokens().completion() == 11;
    }
}
