package dev.sluice.protocol.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.model.UsageDetails;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.openai.UsageScanner;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

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
    private static final String CACHE_CREATION = "cache_creation";
    private static final String FIVE_MINUTES = "ephemeral_5m_input_tokens";
    private static final String HOUR = "ephemeral_1h_input_tokens";
    private static final String ITERATIONS = "iterations";
    private static final String SERVER_TOOLS = "server_tool_use";
    private static final String SEARCHES = "web_search_requests";
    /** The members that name what the standard prices do not apply to. */
    private static final List<String> MODES = List.of("service_tier", "speed", "inference_geo");

    /**
     * Runs of the model that the totals leave out, though they are billed: of context compaction, and of an advisor (a
     * model of its own, counted here as the one that responds).
     */
    private static final Set<String> BESIDE_TOTALS = Set.of("compaction", "advisor_message");

    /** The service tiers that this API has. */
    private static final Set<String> TIERS = Set.of("priority", "batch");

    /** The name of a web search among the calls of a usage. */
    private static final String WEB_SEARCH = "web_search";

    private static final byte[] INPUT_BYTES = bytes(INPUT);
    private static final byte[] OUTPUT_BYTES = bytes(OUTPUT);
    private static final byte[] CACHE_READ_BYTES = bytes(CACHE_READ);
    private static final byte[] CACHE_WRITE_BYTES = bytes(CACHE_WRITE);
    private static final byte[] OUTPUT_DETAILS_BYTES = bytes(OUTPUT_DETAILS);
    private static final byte[] THINKING_BYTES = bytes(THINKING);
    private static final byte[] CACHE_CREATION_BYTES = bytes(CACHE_CREATION);
    private static final byte[] HOUR_BYTES = bytes(HOUR);
    private static final byte[] ITERATIONS_BYTES = bytes(ITERATIONS);
    private static final byte[] SERVER_TOOLS_BYTES = bytes(SERVER_TOOLS);
    private static final byte[] SEARCHES_BYTES = bytes(SEARCHES);
    private static final List<byte[]> MODE_BYTES =
            MODES.stream().map(AnthropicUsage::bytes).toList();

    private static final AnthropicUsage NO_RUNS = new AnthropicUsage();

    private long input = -1;
    private long output = -1;
    private long cacheRead;
    private long cacheWrite;
    private long thinking;
    private long hourWrites;
    private long searches;
    /** The runs beside the totals; null for none. */
    private AnthropicUsage beside;
    /** As {@link #MODES}. */
    private final String[] modes = new String[MODES.size()];

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
        hourWrites = count(usage.path(CACHE_CREATION), HOUR, hourWrites);
        searches = count(usage.path(SERVER_TOOLS), SEARCHES, searches);
        iterations(usage.path(ITERATIONS));
        for (int i = 0; i < modes.length; i++) {
            String reported = Json.textAt(usage, MODES.get(i));
            modes[i] = reported == null ? modes[i] : reported;
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
                thinking = countWithin(json, array, THINKING_BYTES, thinking);
            } else if (json.nameIs(CACHE_CREATION_BYTES) && json.peek() == '{') {
                hourWrites = countWithin(json, array, HOUR_BYTES, hourWrites);
            } else if (json.nameIs(SERVER_TOOLS_BYTES) && json.peek() == '{') {
                searches = countWithin(json, array, SEARCHES_BYTES, searches);
            } else if (json.nameIs(ITERATIONS_BYTES) && json.peek() == '[') {
                int start = json.position();
                json.skip();
                iterations(Json.readOrNull(new ByteSlice(array, start, json.position() - start).toText()));
            } else {
                mode(json, array);
            }
        }
    }

    /** The usage known so far, {@link Usage#UNKNOWN} when none was reported. */
    Usage usage() {
        if (input < 0 && output < 0) {
            return Usage.UNKNOWN;
        }
        AnthropicUsage runs = beside == null ? NO_RUNS : beside;
        long read = cacheRead + runs.cacheRead;
        long written = cacheWrite + runs.cacheWrite;
        return new Usage(
                Math.max(0, input) + Math.max(0, runs.input) + read + written,
                Math.max(0, output) + Math.max(0, runs.output),
                read,
                written,
                thinking,
                Usage.NO_COST,
                true,
                details(hourWrites + runs.hourWrites));
    }

    private void iterations(JsonNode runs) {
        if (runs == null || !runs.isArray()) {
            return;
        }
        beside = null;
        for (JsonNode run : runs) {
            if (BESIDE_TOTALS.contains(run.path("type").asText())) {
                beside = beside == null ? new AnthropicUsage() : beside;
                beside.add(run);
            }
        }
    }

    private void add(JsonNode run) {
        input = Math.max(0, input) + Math.max(0, count(run, INPUT, 0));
        output = Math.max(0, output) + Math.max(0, count(run, OUTPUT, 0));
        cacheRead += Math.max(0, count(run, CACHE_READ, 0));
        cacheWrite += Math.max(0, count(run, CACHE_WRITE, 0));
        hourWrites += Math.max(0, count(run.path(CACHE_CREATION), HOUR, 0));
    }

    /**
     * Encodes usage; zeros when it is unknown, since clients require both totals.
     *
     * @param searches in the response, for providers that do not count them in their usage
     * @param message whether it is of a message; the delta at the end of a stream has fewer members
     */
    static ObjectNode write(Usage reported, int searches, boolean message) {
        Usage usage = reported.forClients();
        ObjectNode written = Json.object();
        long cached = usage.cachedTokens() + usage.cacheWriteTokens();
        written.put(INPUT, Math.max(0, usage.promptTokens() - cached));
        written.put(CACHE_WRITE, usage.cacheWriteTokens());
        written.put(CACHE_READ, usage.cachedTokens());
        written.put(OUTPUT, usage.completionTokens());
        if (usage.reasoningTokens() > 0) {
            written.putObject(OUTPUT_DETAILS).put(THINKING, usage.reasoningTokens());
        } else {
            written.putNull(OUTPUT_DETAILS);
        }
        written.putNull(SERVER_TOOLS);
        if (message) {
            written.putNull(CACHE_CREATION)
                    .putNull("inference_geo")
                    .putNull("service_tier")
                    .putNull("speed");
        }
        write(usage.details(), usage.cacheWriteTokens(), message, written);
        long counted = Math.max(searches, usage.details().calls(WEB_SEARCH));
        if (counted > 0) {
            written.putObject(SERVER_TOOLS).put("web_fetch_requests", 0).put(SEARCHES, counted);
        }
        return written;
    }

    /** @param message whether it is the usage of a message; that of a delta has fewer members */
    private static void write(UsageDetails details, long cacheWrites, boolean message, ObjectNode written) {
        if (message && details.hourWrites() > 0) {
            long hour = Math.min(details.hourWrites(), cacheWrites);
            written.putObject(CACHE_CREATION)
                    .put(FIVE_MINUTES, cacheWrites - hour)
                    .put(HOUR, hour);
        }
        for (String mode : details.modes()) {
            if (message && TIERS.contains(mode)) {
                written.put("service_tier", mode);
            }
        }
    }

    /** Reads the current member if it names a service tier, speed or region; moves past it. */
    private void mode(JsonScanner json, byte[] array) {
        int mode = 0;
        while (mode < modes.length && !json.nameIs(MODE_BYTES.get(mode))) {
            mode++;
        }
        byte first = json.peek();
        int start = json.position();
        json.skip();
        if (mode < modes.length && first == '"') {
            modes[mode] = JsonScanner.text(array, start, json.position());
        }
    }

    private static long countWithin(JsonScanner json, byte[] array, byte[] name, long fallback) {
        long count = fallback;
        json.enter();
        while (json.more()) {
            if (json.nameIs(name)) {
                count = count(json, array, count);
            } else {
                json.skip();
            }
        }
        return count;
    }

    private UsageDetails details(long hourWrites) {
        UsageDetails details = UsageDetails.NONE.withHourWrites(hourWrites).withCalls(WEB_SEARCH, searches);
        for (String mode : modes) {
            details = details.withMode(mode);
        }
        return details;
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
