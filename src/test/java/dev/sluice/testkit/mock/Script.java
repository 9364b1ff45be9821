package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The deterministic model behind every stand-in. The last user text decides: {@code call NAME and NAME2} calls the
 * offered tools, {@code refuse} returns a refusal, {@code cite} a citation. Tool results, a JSON schema and images have
 * fixed replies; any other text is echoed.
 */
final class Script {

    static final String THOUGHT = "Thinking it over.";
    static final String SIGNATURE = "c2lnbmVkLWJ5LXRoZS1tb2Nr";
    static final String REFUSED = "I cannot help with that.";
    static final String CITED_URL = "https://example.org/a";
    static final String CITED_TITLE = "A";
    private static final List<String> CITIES = List.of("Paris", "Rome", "Oslo", "Lima", "Cairo", "Quito");
    private static final Pattern CALLS = Pattern.compile("\\bcall ([\\w.-]+(?: and [\\w.-]+)*)");

    enum Finish {
        STOP,
        LENGTH,
        TOOLS,
        REFUSAL,
        STOP_SEQUENCE
    }

    /** @param number from 0, in the order of the calls */
    record Call(int number, String name, JsonObject arguments) {}

    /**
     * @param prompt all prompt tokens, including those read from and written to a cache
     * @param visible without the reasoning
     */
    record Tokens(int prompt, int cached, int written, int visible, int reasoning) {
        int output() {
            return visible + reasoning;
        }

        int total() {
            return prompt + output();
        }
    }

    /**
     * @param thought empty unless requested
     * @param text empty if tools are called
     * @param stopped the stop sequence that ended the text, or null
     */
    record Reply(
            String thought,
            String text,
            List<Call> calls,
            Finish finish,
            boolean cites,
            String stopped,
            Tokens tokens) {

        List<String> pieces() {
            return Script.pieces(text);
        }
    }

    static Reply reply(MockRequest parsed) {
        String thought = parsed.thinking ? THOUGHT : "";
        List<Call> calls = calls(parsed);
        String full = calls.isEmpty() ? text(parsed) : "";
        Optional<String> stop = parsed.stops.stream()
                .filter(s -> !s.isEmpty() && full.contains(s))
                .findFirst();
        String text = stop.map(s -> full.substring(0, full.indexOf(s))).orElse(full);
        Finish finish = stop.isPresent() ? Finish.STOP_SEQUENCE : Finish.STOP;
        if (!calls.isEmpty()) {
            finish = Finish.TOOLS;
        } else if (full.equals(REFUSED)) {
            finish = Finish.REFUSAL;
        } else if (parsed.oneToken) {
            text = pieces(text).get(0);
            finish = Finish.LENGTH;
        }
        boolean cites = calls.isEmpty() && parsed.lastText.matches("(?s).*\\bcite\\b.*");
        return new Reply(thought, text, calls, finish, cites, stop.orElse(null), tokens(parsed, text, calls));
    }

    /** Words with their leading space, so that a text is streamed in more than one delta where possible. */
    static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        Matcher word = Pattern.compile("\\s*\\S+|\\s+$").matcher(text);
        while (word.find()) {
            pieces.add(word.group());
        }
        if (pieces.size() == 1 && text.codePointCount(0, text.length()) > 3) {
            int half = text.offsetByCodePoints(0, text.codePointCount(0, text.length()) / 2);
            return List.of(text.substring(0, half), text.substring(half));
        }
        return pieces.isEmpty() ? List.of("") : pieces;
    }

    /** Arguments in three fragments, cut in the middle of a name and of a value. */
    static List<String> fragments(Call call) {
        String all = call.arguments().encode();
        return List.of(all.substring(0, 4), all.substring(4, 11), all.substring(11));
    }

    private static List<Call> calls(MockRequest parsed) {
        if (parsed.tools.isEmpty() || !parsed.results.isEmpty() || parsed.toolChoice.equals(MockRequest.NONE)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        Matcher wanted = CALLS.matcher(parsed.lastText);
        if (wanted.find()) {
            names.addAll(List.of(wanted.group(1).split(" and ")));
            names.retainAll(parsed.tools);
        }
        if (!parsed.toolChoice.equals(MockRequest.AUTO) && !parsed.toolChoice.equals(MockRequest.REQUIRED)) {
            names = List.of(parsed.toolChoice);
        } else if (names.isEmpty() && parsed.toolChoice.equals(MockRequest.REQUIRED)) {
            names = parsed.tools.subList(0, 1);
        }
        List<Call> calls = new ArrayList<>();
        for (String name : parsed.parallel ? names : names.subList(0, Math.min(1, names.size()))) {
            String city = CITIES.get(calls.size() % CITIES.size());
            calls.add(new Call(calls.size(), name, new JsonObject().put("city", city)));
        }
        return calls;
    }

    private static String text(MockRequest parsed) {
        if (!parsed.results.isEmpty()) {
            return "results: " + String.join(", ", parsed.results);
        }
        if (parsed.lastText.matches("(?s).*\\brefuse\\b.*")) {
            return REFUSED;
        }
        if (parsed.schema) {
            return "{\"answer\":\"42\"}";
        }
        return parsed.images > 0 ? "I see " + parsed.images + " image(s)" : "echo: " + parsed.lastText;
    }

    /** Small distinct figures, none of them zero where a provider could count it. */
    private static Tokens tokens(MockRequest parsed, String text, List<Call> calls) {
        int words = text.isBlank() ? 0 : text.strip().split("\\s+").length;
        int prompt = 20 + parsed.lastText.split("\\s+").length + 10 * parsed.images;
        return new Tokens(prompt, 4, 3, words + 9 * calls.size(), parsed.thinking ? 7 : 0);
    }

    private Script() {}
}
