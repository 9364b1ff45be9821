package dev.sluice.protocol.request;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ModelName;
import dev.sluice.model.ParameterNames;
import dev.sluice.model.Surface;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.MalformedJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Parses one request body in one pass: checks that it is JSON, and records its members and the values that Sluice acts
 * on.
 */
public final class RequestReader {

    /** The maximum of top-level members. No API has nearly as many; a limit keeps the check for duplicates cheap. */
    static final int MAX_MEMBERS = 1_000;

    private static final String CONTENTS = "contents";
    private static final String INCLUDE_USAGE_NAME = "include_usage";
    private static final byte[] INCLUDE_USAGE = INCLUDE_USAGE_NAME.getBytes(StandardCharsets.UTF_8);

    /** Below this number of members, comparing each name with the earlier ones is cheaper than hashing. */
    private static final int LINEAR_SEARCH_LIMIT = 24;

    private final Surface surface;
    private final ByteSlice body;
    private final JsonScanner json;
    private final List<Member> members = new ArrayList<>();
    private Set<String> names;
    private String model;
    private boolean stream;
    private boolean wantsUsage;
    private boolean hasContent;
    /** Whether a member of Gemini's format is spelled with underscores. */
    private boolean hasUnderscores;

    private final Set<String> found = new HashSet<>();

    public RequestReader(Surface surface, ByteSlice body) {
        this(surface, body, null);
    }

    /** @param named what the path names, or null where the body names it */
    public RequestReader(Surface surface, ByteSlice body, PathModel named) {
        this.surface = surface;
        if (named != null) {
            model = named.model();
            stream = named.stream();
        }
        this.body = body;
        this.json = new JsonScanner().reset(body);
    }

    /** The same request with another body. */
    public static ClientRequest again(ClientRequest request, ByteSlice body) {
        Surface surface = request.surface();
        PathModel named = surface.modelInPath() ? new PathModel(surface, request.model(), request.stream()) : null;
        return new RequestReader(surface, body, named).read();
    }

    public ClientRequest read() {
        try {
            document();
        } catch (MalformedJson malformed) {
            throw malformed.ofRequestBody();
        }
        if (model == null) {
            model = RequiredMembers.defaultModel(surface);
        }
        require(model != null, "model");
        for (String name : RequiredMembers.of(surface)) {
            require(found.contains(name), name);
        }
        require(hasContent || contentMember() == null || contentIsStored(), contentMember());
        return new ClientRequest(surface, body, model, stream, stream && (wantsUsage || streamReportsUsage()), members);
    }

    private void document() {
        byte start = json.peek();
        if (start != '{') {
            json.skip();
            json.finish();
            throw invalid("The body must be a JSON object, but is " + typeOf(start) + ".", null, "invalid_type");
        }
        json.enter();
        while (json.more()) {
            String name = json.name();
            int keyStart = json.keyStart();
            int keyEnd = json.keyEnd();
            byte type = json.peek();
            int valueStart = json.position();
            json.sawTypeKey();
            json.sawFileKey();
            value(name, type);
            addMember(new Member(
                    name, keyStart, keyEnd, valueStart, json.position(), json.sawTypeKey(), json.sawFileKey()));
        }
        json.finish();
    }

    private void value(String name, byte type) {
        int start = json.position();
        if (surface.modelInPath()) {
            generateValue(name, type);
            return;
        }
        if (RequiredMembers.has(surface, name)) {
            expect(RequiredMembers.acceptsType(name, type), name, RequiredMembers.expectedType(name), type);
            json.skip();
            found.add(name);
            return;
        }
        switch (name) {
            case "model" -> {
                expect(type == '"', name, "a string", type);
                json.skip();
                model = modelName(start, json.position());
            }
            case "stream" -> {
                expect(type == 't' || type == 'f' || type == 'n', name, "a boolean", type);
                json.skip();
                stream = type == 't';
            }
            case "n", "best_of" -> {
                json.skip();
                // A provider that reads leniently may take "1_000" for a number, which could not be reserved.
                boolean readable = type != '"' || Json.wholeNumber(body.array(), start, json.position()) > 0;
                expect(readable, name, "a whole number above zero", type);
            }
            case "stream_format" -> {
                json.skip();
                boolean sse = type == '"'
                        && JsonScanner.text(body.array(), start, json.position())
                                .equals("sse");
                stream |= sse && surface == Surface.SPEECH;
            }
            case "stream_options" -> {
                expect(type == '{' || type == 'n', name, "an object", type);
                if (type == '{') {
                    streamOptions();
                } else {
                    json.skip();
                }
            }
            case "messages" -> {
                if (surface == Surface.CHAT_COMPLETIONS
                        || surface == Surface.MESSAGES
                        || surface == Surface.COUNT_TOKENS) {
                    objects(name, type);
                } else {
                    json.skip();
                }
            }
            case "prompt" -> {
                if (surface == Surface.COMPLETIONS) {
                    expect(type == '"' || type == '[', name, "a string or an array", type);
                    hasContent = true;
                }
                json.skip();
            }
            case "input" -> {
                if (surface == Surface.RESPONSES || surface == Surface.INPUT_TOKENS) {
                    expect(type == '"' || type == '[', name, "a string or an array", type);
                    hasContent = true;
                }
                json.skip();
            }
            default -> json.skip();
        }
    }

    /** A member in Gemini's format. */
    private void generateValue(String name, byte type) {
        switch (name) {
            case CONTENTS -> objects(name, type);
            case "generationConfig", "generation_config" -> {
                expect(type == '{' || type == 'n', name, "an object", type);
                if (type == '{') {
                    GenerationConfig.requireUnique(json);
                } else {
                    json.skip();
                }
            }
            case "generateContentRequest", "generate_content_request" -> {
                hasContent |= surface == Surface.GENERATE_COUNT;
                json.skip();
            }
            default -> json.skip();
        }
    }

    private void streamOptions() {
        boolean seen = false;
        json.enter();
        while (json.more()) {
            if (json.nameIs(INCLUDE_USAGE)) {
                String path = "stream_options.include_usage";
                byte type = json.peek();
                expect(type == 't' || type == 'f' || type == 'n', path, "a boolean", type);
                if (seen) {
                    throw duplicate(path);
                }
                seen = true;
                wantsUsage = type == 't';
            } else if (ParameterNames.isSpellingOf(json.name(), INCLUDE_USAGE_NAME)) {
                throw ParameterNames.differsBySpelling(json.name(), INCLUDE_USAGE_NAME);
            }
            json.skip();
        }
    }

    private void objects(String name, byte type) {
        expect(type == '[', name, "an array of objects", type);
        int count = 0;
        json.enter();
        while (json.more()) {
            byte element = json.peek();
            if (element != '{') {
                expect(false, name + "[" + count + "]", "an object", element);
            }
            json.skip();
            count++;
        }
        if (count == 0) {
            throw invalid(
                    "Invalid '" + name
                            + "': empty array. Expected an array with minimum length 1, but got an empty array"
                            + " instead.",
                    name,
                    "empty_array");
        }
        hasContent = true;
    }

    private String modelName(int start, int end) {
        // An escape such as \\u0061 takes six bytes, so that a longer literal cannot be a valid name and is not
        // decoded.
        if (end - start - 2 > 6 * ModelName.MAX_LENGTH) {
            throw invalid(
                    "Invalid 'model': longer than " + ModelName.MAX_LENGTH + " characters.", "model", "invalid_value");
        }
        String name = JsonScanner.text(body.array(), start, end);
        if (!ModelName.isValid(name)) {
            throw invalid(
                    "Invalid 'model': expected 1 to " + ModelName.MAX_LENGTH
                            + " characters, each a letter, a digit or one of . _ : / @ -",
                    "model",
                    "invalid_value");
        }
        return name;
    }

    private void addMember(Member member) {
        if (members.size() == MAX_MEMBERS) {
            throw invalid("The body has more than " + MAX_MEMBERS + " members.", null, "too_many_members");
        }
        if (isDuplicate(member.name())) {
            throw duplicate(member.name());
        }
        if (surface.modelInPath()) {
            GenerationConfig.requireKnownSpelling(member.name());
            if (member.name().indexOf('_') >= 0 || hasUnderscores) {
                requireOneSpelling(member.name());
            }
        } else {
            ParameterNames.requireExactSpelling(member.name());
        }
        members.add(member);
    }

    /** Google reads {@code generation_config} as {@code generationConfig}; both at once are refused. */
    private void requireOneSpelling(String name) {
        hasUnderscores = true;
        for (Member earlier : members) {
            if (ParameterNames.isSpellingOf(earlier.name(), name)) {
                throw duplicate(name);
            }
        }
    }

    private boolean isDuplicate(String name) {
        if (members.size() < LINEAR_SEARCH_LIMIT) {
            for (Member member : members) {
                if (member.name().equals(name)) {
                    return true;
                }
            }
            return false;
        }
        if (names == null) {
            names = new HashSet<>();
            members.forEach(member -> names.add(member.name()));
        }
        return !names.add(name);
    }

    /** Whether every stream of the format reports its usage. */
    private boolean streamReportsUsage() {
        return surface == Surface.MESSAGES || surface == Surface.RESPONSES || surface == Surface.GENERATE;
    }

    /** The member that holds the conversation. Null on other surfaces, which have {@link RequiredMembers}. */
    private String contentMember() {
        return switch (surface) {
            case CHAT_COMPLETIONS, MESSAGES, COUNT_TOKENS -> "messages";
            case COMPLETIONS -> "prompt";
            case RESPONSES, INPUT_TOKENS -> "input";
            case GENERATE, GENERATE_COUNT -> CONTENTS;
            default -> null;
        };
    }

    /** Whether a request of the Responses API names what its provider or Sluice has stored; then input is optional. */
    private boolean contentIsStored() {
        if (surface != Surface.RESPONSES && surface != Surface.INPUT_TOKENS) {
            return false;
        }
        for (Member member : members) {
            byte type = body.array()[member.valueStart()];
            boolean stored = switch (member.name()) {
                case "previous_response_id" -> type == '"';
                case "conversation" -> type == '"' || type == '{';
                case "prompt" -> type == '{';
                default -> false;
            };
            if (stored) {
                return true;
            }
        }
        return false;
    }

    private static void require(boolean present, String param) {
        if (!present) {
            throw RequestErrors.missing(param);
        }
    }

    private static void expect(boolean met, String param, String expected, byte type) {
        if (!met) {
            throw RequestErrors.wrongType(param, expected, typeOf(type));
        }
    }

    private static GatewayException duplicate(String name) {
        String shown = ModelName.isValid(name) ? name : "(a name with unusual characters)";
        return invalid("Duplicate parameter: '" + shown + "' is given more than once.", shown, "duplicate_key");
    }

    private static GatewayException invalid(String message, String param, String code) {
        return new GatewayException(GatewayError.invalid(message, param, code));
    }

    private static String typeOf(byte first) {
        return switch (first) {
            case '{' -> "an object";
            case '[' -> "an array";
            case '"' -> "a string";
            case 't', 'f' -> "a boolean";
            case 'n' -> "null";
            default -> "a number";
        };
    }
}
