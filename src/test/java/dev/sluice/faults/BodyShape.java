package dev.sluice.faults;

/** A shape of JSON that is expensive for some reader: a value of about a given number of bytes. */
enum BodyShape {
    LONG_WORD,
    PROSE,
    PERSONAL_DATA,
    ESCAPES,
    QUOTES,
    SURROGATES,
    EMPTY_LISTS,
    EMPTY_OBJECTS,
    DEEP,
    NUMBERS,
    DISTINCT_NAMES,
    DISTINCT_TYPES,
    LONG_NAME,
    MANY_MESSAGES,
    MANY_PARTS,
    MANY_CALLS,
    TEXTS;

    boolean isText() {
        return compareTo(SURROGATES) <= 0;
    }

    /** Whether the value is a list of messages. */
    boolean isConversation() {
        return this == MANY_MESSAGES || this == MANY_PARTS || this == MANY_CALLS;
    }

    String value(int bytes) {
        return switch (this) {
            case LONG_WORD -> text("abcdefgh", bytes);
            case PROSE -> text("The quick brown fox jumps over it. ", bytes);
            case PERSONAL_DATA ->
                text("a.b@example.com 4111 1111 1111 1111 DE89370400440532013000 10.1.2.3 +49 30 1234567 ", bytes);
            case ESCAPES -> text("\\u0041\\u00e9", bytes);
            case QUOTES -> text("\\\"\\\\", bytes);
            case SURROGATES -> text("\uD83D\uDE00\u00e9", bytes / 2);
            case EMPTY_LISTS -> list("[]", bytes);
            case EMPTY_OBJECTS -> list("{}", bytes);
            case DEEP -> list("[".repeat(100) + "]".repeat(100), bytes);
            case NUMBERS -> list("-1.25e-7", bytes);
            case DISTINCT_NAMES -> numbered(bytes, "\"n#\":#", "{", "}");
            case DISTINCT_TYPES -> numbered(bytes, "{\"type\":\"t#\",\"t#\":{\"text\":\"#\"}}", "[", "]");
            case LONG_NAME -> "{\"" + "n".repeat(bytes) + "\":1}";
            case TEXTS -> list("\"aa\"", bytes);
            case MANY_MESSAGES ->
                numbered(
                        bytes,
                        "{\"role\":\"user\",\"content\":\"a#\"},{\"role\":\"assistant\",\"content\":\"b\"}",
                        "[",
                        "]");
            case MANY_PARTS ->
                "[{\"role\":\"user\",\"content\":" + numbered(bytes, "{\"type\":\"text\",\"text\":\"a#\"}", "[", "]")
                        + "}]";
            case MANY_CALLS ->
                numbered(
                        bytes,
                        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c#\",\"type\":\"function\","
                                + "\"function\":{\"name\":\"f#\",\"arguments\":\"{}\"}}]},"
                                + "{\"role\":\"tool\",\"tool_call_id\":\"c#\",\"content\":\"r\"}",
                        "[",
                        "]");
        };
    }

    private static String text(String piece, int bytes) {
        return '"' + piece.repeat(bytes / piece.length()) + '"';
    }

    private static String list(String element, int bytes) {
        return "[" + (element + ",").repeat(bytes / (element.length() + 1)) + element + "]";
    }

    private static String numbered(int bytes, String element, String open, String close) {
        StringBuilder all = new StringBuilder(bytes + 1_024).append(open);
        for (int i = 0; all.length() < bytes; i++) {
            all.append(i == 0 ? "" : ",").append(element.replace("#", Integer.toString(i)));
        }
        return all.append(close).toString();
    }
}
