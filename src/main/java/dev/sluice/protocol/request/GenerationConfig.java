package dev.sluice.protocol.request;

import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ParameterNames;
import dev.sluice.protocol.json.JsonScanner;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The members of {@code generationConfig} in a request of Gemini's format, as positions in the body. Google reads each
 * name in two spellings, {@code maxOutputTokens} and {@code max_output_tokens}.
 */
public final class GenerationConfig {

    public static final String MAX_OUTPUT_TOKENS = "maxOutputTokens";
    public static final String CANDIDATE_COUNT = "candidateCount";

    static final String NAME = "generationConfig";

    private static final List<String> KNOWN = List.of(
            "model", "contents", "systemInstruction", "tools", "toolConfig", NAME, "generateContentRequest", "sluice");

    private GenerationConfig() {}

    /** The {@code generationConfig} of a request, or null. */
    public static Member of(ClientRequest request) {
        return find(request.members(), NAME);
    }

    /** A member in either spelling, or null. */
    public static Member find(List<Member> members, String name) {
        for (Member member : members) {
            if (isNamed(member.name(), name)) {
                return member;
            }
        }
        return null;
    }

    /** A member of {@code generationConfig} in either spelling; null when it is absent. */
    public static Member member(ClientRequest request, String name) {
        Member config = of(request);
        byte[] bytes = request.body().array();
        if (config == null || bytes[config.valueStart()] != '{') {
            return null;
        }
        JsonScanner json = new JsonScanner().reset(bytes, config.valueStart(), config.valueEnd());
        json.enter();
        while (json.more()) {
            boolean found = isNamed(json.name(), name);
            int keyStart = json.keyStart();
            int keyEnd = json.keyEnd();
            json.peek();
            int start = json.position();
            json.skip();
            if (found) {
                return new Member(name, keyStart, keyEnd, start, json.position(), false, false);
            }
        }
        return null;
    }

    /** Refuses a member that is given in two spellings: limits must be read where the provider reads them. */
    static void requireUnique(JsonScanner json) {
        Set<String> names = new HashSet<>();
        json.enter();
        while (json.more()) {
            String name = json.name();
            if (!names.add(camel(name))) {
                throw duplicate(NAME + "." + camel(name));
            }
            json.skip();
        }
    }

    /** Refuses a name that a lenient reader could take for one that Sluice acts on. */
    static void requireKnownSpelling(String name) {
        for (String known : KNOWN) {
            if (!name.equals(known)
                    && ParameterNames.isSpellingOf(name, known)
                    && !camel(name).equals(known)) {
                throw ParameterNames.differsBySpelling(name, known);
            }
        }
    }

    static GatewayException duplicate(String name) {
        return new GatewayException(GatewayError.invalid(
                "Duplicate parameter: '" + name + "' is given more than once.", name, "duplicate_key"));
    }

    /** Whether a name is a spelling of {@code camelCase}. */
    public static boolean isNamed(String name, String camelCase) {
        return name.equals(camelCase)
                || name.length() > camelCase.length()
                        && name.indexOf('_') >= 0
                        && ParameterNames.isSpellingOf(name, camelCase);
    }

    private static String camel(String name) {
        if (name.indexOf('_') < 0) {
            return name;
        }
        StringBuilder camel = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            boolean word = i > 0 && name.charAt(i - 1) == '_';
            if (name.charAt(i) != '_') {
                camel.append(word ? Character.toUpperCase(name.charAt(i)) : name.charAt(i));
            }
        }
        return camel.toString();
    }
}
