package dev.sluice.protocol.spi;

/**
 * Reads the text of a custom tool out of its function's arguments while they are streamed: the value of the first
 * member if that is the string {@code input}. Other arguments are read at their end. Not thread-safe.
 */
public final class CustomInputReader {

    private enum State {
        BEFORE,
        TEXT,
        AFTER,
        /** The arguments do not begin as expected. */
        OTHER
    }

    /** The arguments' JSON before the text, without white space. */
    private static final String EXPECTED = CustomTools.OPENING;

    private final StringBuilder arguments = new StringBuilder();
    private final StringBuilder escape = new StringBuilder();
    private State state = State.BEFORE;
    private int matched;
    private final StringBuilder returned = new StringBuilder();
    /** The first half of a surrogate pair whose second half has not been received, or 0. */
    private char half;

    /** The next piece of the text that is contained in the arguments so far; perhaps empty. */
    public String add(String fragment) {
        arguments.append(fragment);
        StringBuilder piece = new StringBuilder(fragment.length());
        for (int i = 0; i < fragment.length() && state != State.OTHER; i++) {
            read(fragment.charAt(i), piece);
        }
        returned.append(piece);
        return piece.toString();
    }

    /** The text that follows the pieces returned so far, when the arguments are complete. */
    public String rest() {
        String whole = CustomTools.input(arguments.toString());
        String rest = whole.length() > returned.length() ? whole.substring(returned.length()) : "";
        returned.append(rest);
        return rest;
    }

    /** All that was returned. */
    public String text() {
        return returned.toString();
    }

    /** Whether the arguments begin as expected, so that their text can be read before their end. */
    boolean opened() {
        return state == State.TEXT || state == State.AFTER;
    }

    private void read(char c, StringBuilder piece) {
        switch (state) {
            case BEFORE -> before(c);
            case TEXT -> text(c, piece);
            case AFTER, OTHER -> {}
        }
    }

    private void before(char c) {
        if (c == EXPECTED.charAt(matched)) {
            matched++;
            state = matched == EXPECTED.length() ? State.TEXT : State.BEFORE;
        } else if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
            state = State.OTHER;
        }
    }

    private void text(char c, StringBuilder piece) {
        if (escape.isEmpty() && c != '\\') {
            if (c == '"') {
                state = State.AFTER;
            } else {
                append(c, piece);
            }
            return;
        }
        escape.append(c);
        if (escape.length() == 1 || escape.charAt(1) == 'u' && escape.length() < 6) {
            return;
        }
        char unescaped = unescape();
        escape.setLength(0);
        if (unescaped == 0) {
            state = State.OTHER;
        } else {
            append(unescaped, piece);
        }
    }

    /** The character of the complete escape, or 0 for a malformed one. */
    private char unescape() {
        return switch (escape.charAt(1)) {
            case '"', '\\', '/' -> escape.charAt(1);
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hex();
            default -> 0;
        };
    }

    private void append(char c, StringBuilder piece) {
        if (half != 0) {
            piece.append(half);
            half = 0;
        }
        if (Character.isHighSurrogate(c)) {
            half = c;
        } else {
            piece.append(c);
        }
    }

    private char hex() {
        try {
            return (char) Integer.parseInt(escape.substring(2), 16);
        } catch (NumberFormatException malformed) {
            return 0;
        }
    }
}
