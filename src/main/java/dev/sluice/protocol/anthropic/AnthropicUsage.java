package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.Usage;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.openai.UsageScanner;
import java.nio.charset.StandardCharsets;

/**
 * Anthropic's {@code usage}, collected over a response: a stream reports parts of it at its start and at its end, and
 * later values replace earlier ones. {@code input_tokens} excludes tokens read from and written to the cache.
 */
final class AnthropicUsage {

    private static final String INPUT = "input_tokens";
    private static final String OUTPUT = "output_tokens";
    private static final String CACHE_READ = "cache_read_input_tokens";
    private static final String CACHE_WRITE = "cache_creation_input_tokens";
    private static final String OUTPUT_DETAILS = "output_tokens_details";
    private static final String THINKING = "thinking_tokens";

    private static final byte[] INPUT_BYTES = bytes(INPUT);
    private static final byte[] OUTPUT_BYTES = bytes(OUTPUT);
    private static final byte[] CACHE_READ_BYTES = bytes(CACHE_READ);
    private static final byte[] CACHE_WRITE_BYTES = bytes(CACHE_WRITE);
    private static final byte[] OUTPUT_DETAILS_BYTES = bytes(OUTPUT_DETAILS);
    private static final byte[] THINKING_BYTES = bytes(THINKING);

    private long input = -1;
    private long output = -1;
    private long cacheRead;
    private long cacheWrite;
    private long thinking;

    /** Reads a {@code usage} object; true when it has any count. */
    boolean read(JsonNode usage) {
        if (usage == null || !usage.isObject()) {
            return false;
        }
        input = count(usage, INPUT, input);
        output = count(usage, OUTPUT, output);
        cacheRead = count(usage, CACHE_READ, cacheRead);
        cacheWrite = count(usage, CACHE_WRITE, cacheWrite);
        JsonNode details = usage.get(OUTPUT_DETAILS);
        if (details != null) {
            thinking = count(details, THINKING, thinking);
        }
        return input >= 0 || output >= 0;
    }

    /** As {@link #read}, at the scanner's current value, which is consumed. */
    void scan(JsonScanner json, byte[] array) {
        if (json.peek() != '{') {
            json.skip();
            return;
        }
        json.enter();
        while (json.more()) {
            if (json.nameIs(INPUT_BYTES)) {
                input = count(json, array, input);
            } else if (json.nameIs(OUTPUT_BYTES)) {
                output = count(json, array, output);
            } else if (json.nameIs(CACHE_READ_BYTES)) {
                cacheRead = count(json, array, cacheRead);
            } else if (json.nameIs(CACHE_WRITE_BYTES)) {
                cacheWrite = count(json, array, cacheWrite);
            } else if (json.nameIs(OUTPUT_DETAILS_BYTES) && json.peek() == '{') {
                details(json, array);
            } else {
                json.skip();
            }
        }
    }

    /** The usage known so far, {@link Usage#UNKNOWN} when none was reported. */
    Usage usage() {
        if (input < 0 && output < 0) {
            return Usage.UNKNOWN;
        }
        return new Usage(
                Math.max(0, input) + cacheRead + cacheWrite,
                Math.max(0, output),
                cacheRead,
                cacheWrite,
                thinking,
                Usage.NO_COST,
                true);
    }

    /** Encodes usage; zeros when it is unknown, since clients require both totals. */
    static ObjectNode write(Usage reported) {
        Usage usage = reported.forClients();
        ObjectNode written = Json.object();
        long cached = usage.cachedTokens() + usage.cacheWriteTokens();
        written.put(INPUT, Math.max(0, usage.promptTokens() - cached));
        written.put(CACHE_WRITE, usage.cacheWriteTokens());
        written.put(CACHE_READ, usage.cachedTokens());
        written.put(OUTPUT, usage.completionTokens());
        if (usage.reasoningTokens() > 0) {
            written.putObject(OUTPUT_DETAILS).put(THINKING, usage.reasoningTokens());
        }
        return written;
    }

    private void details(JsonScanner json, byte[] array) {
        json.enter();
        while (json.more()) {
            if (json.nameIs(THINKING_BYTES)) {
                thinking = count(json, array, thinking);
            } else {
                json.skip();
            }
        }
    }

    private static long count(JsonNode holder, String name, long fallback) {
        JsonNode value = holder.get(name);
        return value == null || !value.isNumber() ? fallback : Json.tokensAt(holder, name);
    }

    private static long count(JsonScanner json, byte[] array, long fallback) {
        long count = UsageScanner.count(json, array);
        return count < 0 ? fallback : count;
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }
}
