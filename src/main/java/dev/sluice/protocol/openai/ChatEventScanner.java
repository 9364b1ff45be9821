package dev.sluice.protocol.openai;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/**
 * Finds usage, errors and finish reasons of one chunk of a streamed response, or of a complete response, in one pass.
 * It is reused from event to event; only the sets of started and finished choices accumulate.
 */
final class ChatEventScanner {

    /**
     * The largest index of a choice; higher ones count as this one. No provider allows more than 128 choices (OpenAI,
     * xAI).
     */
    private static final int MAX_CHOICES = 1_024;

    private static final byte[] CHOICES = bytes("choices");
    private static final byte[] USAGE = bytes("usage");
    private static final byte[] ERROR = bytes("error");
    private static final byte[] OBJECT = bytes("object");
    private static final byte[] SERVICE_TIER = bytes("service_tier");
    private static final byte[] X_GROQ = bytes("x_groq");
    private static final byte[] INDEX = bytes("index");
    private static final byte[] DELTA = bytes("delta");
    private static final byte[] ROLE = bytes("role");
    private static final byte[] MESSAGE = bytes("message");
    private static final byte[] TEXT = bytes("text");
    private static final byte[] FINISH_REASON = bytes("finish_reason");

    private final boolean reasoningOutside;
    private final JsonScanner json = new JsonScanner();
    private final BitSet started = new BitSet();
    private final BitSet finished = new BitSet();
    private byte[] array;
    private boolean object;
    private boolean failed;
    private boolean withoutChoices;
    private boolean content;
    private Usage usage;
    private int usageStart;
    private int usageEnd;

    ChatEventScanner(boolean reasoningOutside) {
        this.reasoningOutside = reasoningOutside;
    }

    /** Reads the next event's data, which must be one JSON document. */
    void read(ByteSlice data) {
        array = data.array();
        failed = false;
        withoutChoices = false;
        usage = null;
        usageStart = -1;
        json.reset(data);
        object = json.peek() == '{';
        if (object) {
            boolean hasChoices = members(data.offset());
            content |= !hasChoices;
        } else {
            json.skip();
        }
        json.finish();
        if (usage != null) {
            usage = usage.withDetails(usage.details().withMode(serviceTier(data)));
        }
    }

    /** Whether the document is an object, as all responses are. */
    boolean isObject() {
        return object;
    }

    /** Whether it reports an error, in any member that providers use for one. */
    boolean failed() {
        return failed;
    }

    /** The usage it reports, or null. */
    Usage usage() {
        return usage;
    }

    /** Whether {@code usage} is an object, as in the chunk that providers send on request. */
    boolean hasUsageObject() {
        return usageStart >= 0;
    }

    /** Where the value of {@code usage} begins, from the start of the data. */
    int usageStart() {
        return usageStart;
    }

    int usageEnd() {
        return usageEnd;
    }

    /** Whether {@code choices} is present and empty, as in a chunk that carries only usage. */
    boolean withoutChoices() {
        return withoutChoices;
    }

    /**
     * Whether a chunk so far has more than the opening of a stream: a choice with content or its end, or no choices, as
     * chunks of a provider's own invention. A role, empty text, and choices that are empty are no content.
     */
    boolean hasContent() {
        return content;
    }

    /** Whether there is a choice and every choice so far has its finish reason. */
    boolean finished() {
        return !finished.isEmpty() && finished.cardinality() == started.cardinality();
    }

    /** @return whether it has {@code choices} */
    private boolean members(int from) {
        boolean hasChoices = false;
        json.enter();
        while (json.more()) {
            if (json.nameIs(CHOICES)) {
                hasChoices = true;
                choices();
            } else if (json.nameIs(USAGE)) {
                if (json.peek() == '{') {
                    usageStart = json.position() - from;
                    usage = latest(UsageScanner.read(json, array, reasoningOutside));
                    usageEnd = json.position() - from;
                } else {
                    json.skip();
                }
            } else if (json.nameIs(ERROR)) {
                failed |= readError();
            } else if (json.nameIs(OBJECT)) {
                failed |= readErrorObject();
            } else if (json.nameIs(X_GROQ)) {
                groq();
            } else {
                json.skip();
            }
        }
        return hasChoices;
    }

    /** Read only beside usage, which few chunks have; null for none. */
    private String serviceTier(ByteSlice data) {
        String tier = null;
        json.reset(data);
        json.enter();
        while (json.more()) {
            boolean isTier = json.nameIs(SERVICE_TIER) && json.peek() == '"';
            int start = json.position();
            json.skip();
            tier = isTier ? JsonScanner.text(array, start, json.position()) : tier;
        }
        return tier;
    }

    private void choices() {
        if (json.peek() != '[') {
            json.skip();
            return;
        }
        int position = 0;
        json.enter();
        while (json.more()) {
            if (json.peek() == '{') {
                choice(position);
            } else {
                json.skip();
            }
            position++;
        }
        withoutChoices = position == 0;
    }

    private void choice(int position) {
        int index = position;
        boolean hasFinishReason = false;
        json.enter();
        while (json.more()) {
            if (json.nameIs(INDEX)) {
                index = index(position);
            } else if (json.nameIs(FINISH_REASON)) {
                hasFinishReason = json.peek() == '"';
                int start = json.position();
                json.skip();
                // Some providers write "" instead of null.
                hasFinishReason &= json.position() - start > 2;
                failed |= hasFinishReason && isError(start);
            } else if (json.nameIs(ERROR)) {
                failed |= readError();
            } else if (content) {
                json.skip();
            } else if (json.nameIs(DELTA) && json.peek() == '{') {
                delta();
            } else {
                content = json.nameIs(MESSAGE) || json.nameIs(TEXT) && hasValue();
                json.skip();
            }
        }
        started.set(index);
        if (hasFinishReason) {
            finished.set(index);
            content = true;
        }
    }

    /** Read until a delta has content: any member but the role that is not empty. */
    private void delta() {
        json.enter();
        while (json.more()) {
            content |= !json.nameIs(ROLE) && hasValue();
            json.skip();
        }
    }

    /** Whether the next value is neither null nor empty. */
    private boolean hasValue() {
        byte first = json.peek();
        int at = json.position();
        return switch (first) {
            case 'n' -> false;
            case '"' -> array[at + 1] != '"';
            case '[' -> array[at + 1] != ']';
            case '{' -> array[at + 1] != '}';
            default -> true;
        };
    }

    private int index(int fallback) {
        json.peek();
        int index = 0;
        int start = json.position();
        json.skip();
        for (int i = start; i < json.position(); i++) {
            int digit = array[i] - '0';
            if (digit < 0 || digit > 9) {
                return fallback;
            }
            index = Math.min(MAX_CHOICES, 10 * index + digit);
        }
        return index;
    }

    private void groq() {
        if (json.peek() != '{') {
            json.skip();
            return;
        }
        json.enter();
        while (json.more()) {
            if (json.nameIs(ERROR)) {
                failed |= readError();
            } else if (json.nameIs(USAGE) && json.peek() == '{') {
                usage = latest(UsageScanner.read(json, array, reasoningOutside));
            } else {
                json.skip();
            }
        }
    }

    /** Whether the value is an error: an object, or a string that is not a placeholder. */
    private boolean readError() {
        byte type = json.peek();
        int start = json.position();
        json.skip();
        if (type == '"') {
            return !Json.isPlaceholder(JsonScanner.text(array, start, json.position()));
        }
        return type == '{';
    }

    /** Whether the value is {@code "error"}, as in Mistral's error documents. */
    private boolean readErrorObject() {
        byte type = json.peek();
        int start = json.position();
        json.skip();
        return type == '"' && isError(start);
    }

    /** Whether the string that the scanner has just skipped is {@code error}. */
    private boolean isError(int start) {
        return json.position() - start == 7
                && JsonScanner.text(array, start, json.position()).equals("error");
    }

    private Usage latest(Usage reported) {
        return reported == null ? usage : reported;
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
