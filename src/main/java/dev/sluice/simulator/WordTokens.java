package dev.sluice.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Splits and creates text with one word per token. */
final class WordTokens {

    private static final String[] LOREM =
            ("lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et"
                + " dolore magna aliqua ut enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip"
                + " ex ea commodo")
                    .split(" ");

    private WordTokens() {}

    /** Splits before each run of spaces that a word follows. The joined pieces equal the text. */
    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int i = 1; i < text.length(); i++) {
            if (Character.isWhitespace(text.charAt(i)) && !Character.isWhitespace(text.charAt(i - 1))) {
                words.add(text.substring(start, i));
                start = i;
            }
        }
        if (start < text.length()) {
            words.add(text.substring(start));
        }
        return words;
    }

    static int count(String text) {
        int words = 0;
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            boolean space = Character.isWhitespace(text.charAt(i));
            words += !space && !inside ? 1 : 0;
            inside = !space;
        }
        return words;
    }

    static boolean contains(String text, String word) {
        return Pattern.compile("\\b" + word + "\\b", Pattern.CASE_INSENSITIVE)
                .matcher(text)
                .find();
    }

    /** The n-th word of an endless text. */
    static String lorem(int n) {
        return (n == 0 ? "" : " ") + LOREM[n % LOREM.length];
    }

    /** A word of the given number of bytes. */
    static String wide(int bytes) {
        return " lorem".repeat(bytes / 6 + 1).substring(0, bytes);
    }
}
