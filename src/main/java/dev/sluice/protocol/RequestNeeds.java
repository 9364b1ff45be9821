package dev.sluice.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ModelRequirements;
import dev.sluice.model.StableHash;
import dev.sluice.model.Surface;
import dev.sluice.model.TokenEstimates;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.StringBytes;
import dev.sluice.protocol.request.CompletionCap;
import dev.sluice.protocol.request.GenerationConfig;
import dev.sluice.protocol.tokens.TokenCounter;
import java.util.Arrays;

/**
 * The requirements of one conversation on its model, read from the bytes of the request. The body has been scanned
 * before, so it is valid JSON.
 */
final class RequestNeeds implements ModelRequirements {

    /**
     * Bytes at the start of the prompt that are hashed. Shorter prompts are in no provider's prompt cache: the smallest
     * cached prefix is 1,024 tokens.
     */
    static final int PREFIX_BYTES = 2048;

    /** A string without spaces of at least this many bytes is taken for a file or an image, not for text. */
    private static final int LONG_WORD = 1024;

    /**
     * Between limit / FAR_BELOW and limit * FAR_ABOVE the tokens are counted; outside of this range the estimate
     * decides. Runs of white space reach 12 bytes a token.
     */
    private static final int FAR_BELOW = 2;

    private static final int FAR_ABOVE = 3;

    private static final byte[] TYPE = "type".getBytes(US_ASCII);

    private static final byte[] JSON_SCHEMA = "json_schema".getBytes(US_ASCII);
    private static final byte[][] IMAGES = asciiBytes("image_url", "input_image", "image");
    private static final byte[][] AUDIO = asciiBytes("input_audio", "audio");
    /** The input item of Responses that brings tools. */
    private static final byte[] INPUT_TOOLS = "additional_tools".getBytes(US_ASCII);

    private static final byte[][] DOCUMENTS = asciiBytes("file", "input_file", "document");

    /** Members whose values are files in base64 or as {@code data:} URL, in any client format. */
    private static final byte[][] FILE_NAMES = asciiBytes("url", "image_url", "data", "file_data");
    /** The media type of Anthropic's documents whose data is text. */
    private static final byte[] PLAIN = "text/plain".getBytes(US_ASCII);

    private static final byte[] MEDIA_TYPE = "media_type".getBytes(US_ASCII);
    /** The member of Anthropic's parts that has a type of its own, such as {@code file}. */
    private static final byte[] SOURCE = "source".getBytes(US_ASCII);

    private static final byte[][] MIME_TYPE = asciiBytes("mimeType", "mime_type");

    private static final String[] SYSTEM = {"system", "instructions", "systemInstruction", "system_instruction"};
    private static final String[] CONTENT = {"messages", "input", "prompt", "contents"};
    private static final String[][] PROMPT = {SYSTEM, CONTENT};
    private static final String[][] SCANNED = {SYSTEM, CONTENT, {"tools"}};
    private static final String[] FORMATS = {"response_format", "text", "output_format", "output_config"};

    private final ClientRequest request;
    private final byte[] bytes;
    private boolean scanned;
    private int images;
    private int audio;
    private int documents;
    private boolean inputTools;
    /** Parts whose file is in the request: long words at the places of files, and documents of plain text. */
    private int inlineFiles;

    private long textBytes;
    /** Bytes of long words that no format would take for a file. */
    private long wordBytes;
    /** Whether a part may be a document whose data is plain text. */
    private boolean plainDocument;
    /** Bytes of long words at the places of files. */
    private long fileBytes;

    RequestNeeds(ClientRequest request) {
        this.request = request;
        this.bytes = request.body().array();
    }

    @Override
    public boolean tools() {
        return hasItems("tools")
                || hasItems("functions")
                || request.surface() == Surface.RESPONSES && mayHaveParts() && scan().inputTools;
    }

    @Override
    public boolean images() {
        return mayHaveParts() && scan().images > 0;
    }

    @Override
    public boolean audio() {
        return mayHaveParts() && scan().audio > 0;
    }

    @Override
    public boolean documents() {
        return mayHaveParts() && scan().documents > 0;
    }

    @Override
    public boolean jsonSchema() {
        if (request.surface() == Surface.GENERATE) {
            return GenerationConfig.member(request, "responseSchema") != null
                    || GenerationConfig.member(request, "responseJsonSchema") != null;
        }
        for (String name : FORMATS) {
            Member member = request.member(name);
            if (member != null && contains(member, JSON_SCHEMA)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long promptTokens() {
        return scan().textBytes / TokenEstimates.BYTES_PER_TOKEN;
    }

    @Override
    public long maxTextBytes() {
        scan();
        return textBytes + wordBytes + (plainDocument ? fileBytes : 0);
    }

    @Override
    public long maxMediaTokens(long perImage) {
        scan();
        boolean inline = inlineFiles >= images + audio + documents;
        return images * perImage
                + audio * TokenEstimates.MEDIA_TOKENS
                + TokenEstimates.documentTokens(documents, inline ? fileBytes : -1);
    }

    @Override
    public boolean promptExceeds(String model, long tokens) {
        // A token has at least one byte, and the overhead of messages in tokens is below that of their JSON in bytes.
        if (request.body().length() <= tokens) {
            return false;
        }
        long estimate = promptTokens();
        if (estimate * FAR_BELOW < tokens || estimate > tokens * FAR_ABOVE) {
            return estimate > tokens;
        }
        try {
            return TokenCounter.of(model, Protocols.of(request.surface()).decode(request))
                            .tokens()
                    > tokens;
        } catch (GatewayException malformed) {
            // A provider may accept the request as it is, or reports what is wrong with it.
            return estimate > tokens;
        }
    }

    @Override
    public long outputTokens() {
        long max = request.surface() == Surface.GENERATE
                ? number(GenerationConfig.member(request, GenerationConfig.MAX_OUTPUT_TOKENS))
                : 0;
        for (String name : CompletionCap.members(request.surface())) {
            max = Math.max(max, number(request.member(name)));
        }
        return Math.min(max, Long.MAX_VALUE / choices()) * choices();
    }

    @Override
    public int choices() {
        return RequestedChoices.of(request);
    }

    @Override
    public String session() {
        return new ClientSession(request).id();
    }

    @Override
    public long prefix() {
        long hash = StableHash.EMPTY;
        int remaining = PREFIX_BYTES;
        for (String[] names : PROMPT) {
            for (String name : names) {
                Member member = request.member(name);
                if (member != null) {
                    int end = Math.min(member.valueEnd(), member.valueStart() + remaining);
                    hash = StableHash.of(hash, bytes, member.valueStart(), end);
                    remaining -= end - member.valueStart();
                }
            }
        }
        return remaining == PREFIX_BYTES ? 0 : hash;
    }

    /**
     * Whether the prompt may have typed parts, as the reader of the body noted. Most prompts are plain strings and need
     * no second scan.
     */
    private boolean mayHaveParts() {
        for (String name : CONTENT) {
            Member member = request.member(name);
            if (member != null && (member.typed() || request.surface() == Surface.GENERATE)) {
                return true;
            }
        }
        return false;
    }

    private RequestNeeds scan() {
        if (!scanned) {
            scanned = true;
            for (String[] names : SCANNED) {
                for (String name : names) {
                    Member member = request.member(name);
                    if (member != null) {
                        scan(member.valueStart(), member.valueEnd(), names == CONTENT);
                    }
                }
            }
        }
        return this;
    }

    private void scan(int from, int to, boolean parts) {
        textBytes += to - from;
        boolean gemini = parts && request.surface() == Surface.GENERATE;
        int nameStart = from;
        int nameEnd = from;
        int nameSpecial = from;
        for (int i = from; i < to; i++) {
            if (bytes[i] != '"') {
                continue;
            }
            int start = i + 1;
            i = StringBytes.nextSpecialOrSpace(bytes, start, to);
            boolean prose = bytes[i] != '"';
            int special = i;
            while (bytes[i] != '"') {
                // The string has a space, so it is text: only its end is searched for.
                i = StringBytes.nextSpecial(bytes, i + (bytes[i] == '\\' ? 2 : 1), to);
            }
            if (!prose && i - start > LONG_WORD) {
                textBytes -= i - start;
                if (anyOf(FILE_NAMES, nameStart, nameEnd) && bytes[skipSpace(nameEnd + 1, to)] == ':') {
                    fileBytes += i - start;
                    inlineFiles++;
                } else {
                    wordBytes += i - start;
                }
            } else if (parts && isWord(TYPE, start, i, special)) {
                recordKind(i + 1, to, matches(SOURCE, nameStart, nameEnd));
            } else if (gemini && isMediaType(nameStart, nameEnd, nameSpecial)) {
                recordMediaType(JsonScanner.text(bytes, start - 1, i + 1));
            }
            boolean plain = isWord(PLAIN, start, i, special);
            plainDocument |= plain;
            inlineFiles += plain && matches(MEDIA_TYPE, nameStart, nameEnd) ? 1 : 0;
            nameStart = start;
            nameEnd = i;
            nameSpecial = special;
        }
    }

    private boolean isMediaType(int from, int to, int special) {
        return isWord(MIME_TYPE[0], from, to, special) || isWord(MIME_TYPE[1], from, to, special);
    }

    /** Records the kind of a content part, if a colon and a string follow. */
    private void recordKind(int after, int to, boolean ofSource) {
        int at = skipSpace(after, to);
        if (at == to || bytes[at] != ':') {
            return;
        }
        at = skipSpace(at + 1, to);
        if (at == to || bytes[at] != '"') {
            return;
        }
        int end = at + 1;
        while (bytes[end] != '"') {
            end += bytes[end] == '\\' ? 2 : 1;
        }
        images += anyOf(IMAGES, at + 1, end) ? 1 : 0;
        audio += anyOf(AUDIO, at + 1, end) ? 1 : 0;
        documents += !ofSource && anyOf(DOCUMENTS, at + 1, end) ? 1 : 0;
        inputTools |= matches(INPUT_TOOLS, at + 1, end);
    }

    /** Gemini's parts have no type: the media type tells images, sound and documents apart. */
    private void recordMediaType(String type) {
        if (type.startsWith("image/")) {
            images++;
        } else if (type.startsWith("audio/")) {
            audio++;
        } else {
            documents++;
        }
    }

    private int skipSpace(int from, int to) {
        int at = from;
        while (at < to && bytes[at] <= ' ' && bytes[at] > 0) {
            at++;
        }
        return at;
    }

    private boolean anyOf(byte[][] words, int from, int to) {
        for (byte[] word : words) {
            if (matches(word, from, to)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a string is this word. */
    private boolean matches(byte[] word, int from, int to) {
        return isWord(word, from, to, from);
    }

    /**
     * The same for a string without escapes before a position. A client may write a word with escapes, in which case a
     * provider reads it all the same; each takes up to six bytes for a character.
     */
    private boolean isWord(byte[] word, int from, int to, int escapes) {
        if (to - from <= word.length) {
            return to - from == word.length && Arrays.equals(bytes, from, to, word, 0, word.length);
        }
        if (to - from > 6 * word.length) {
            return false;
        }
        for (int i = escapes; i < to; i++) {
            if (bytes[i] == '\\') {
                return Arrays.equals(JsonScanner.text(bytes, from - 1, to + 1).getBytes(UTF_8), word);
            }
        }
        return false;
    }

    /** Whether one of the strings of a member is this word. */
    private boolean contains(Member member, byte[] word) {
        int to = member.valueEnd();
        for (int i = StringBytes.nextQuote(bytes, member.valueStart(), to); i < to; ) {
            int start = i + 1;
            i = StringBytes.nextSpecial(bytes, start, to);
            while (bytes[i] != '"') {
                i = StringBytes.nextSpecial(bytes, i + 2, to);
            }
            if (matches(word, start, i)) {
                return true;
            }
            i = StringBytes.nextQuote(bytes, i + 1, to);
        }
        return false;
    }

    private boolean hasItems(String name) {
        Member member = request.member(name);
        return member != null
                && bytes[member.valueStart()] == '['
                && bytes[skipSpace(member.valueStart() + 1, member.valueEnd())] != ']';
    }

    /** The value of a member as a whole number, else 0. */
    private long number(Member member) {
        return member == null ? 0 : Json.wholeNumber(bytes, member.valueStart(), member.valueEnd());
    }

    private static byte[][] asciiBytes(String... words) {
        return Arrays.stream(words).map(word -> word.getBytes(US_ASCII)).toArray(byte[][]::new);
    }
}
