package dev.sluice.protocol;

import dev.sluice.catalog.Quirks;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import dev.sluice.protocol.gemini.GeminiProtocol;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.MalformedJson;
import dev.sluice.protocol.spi.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads the usage in relayed JSON of any format: of a response, or of one event of a streamed response. */
final class RelayUsage {

    private static final byte[] GEMINI = "usageMetadata".getBytes(StandardCharsets.UTF_8);
    /** Anthropic's {@code message_start} and the events of the Responses API report usage in a member. */
    private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);

    private static final byte[] RESPONSE = "response".getBytes(StandardCharsets.UTF_8);

    private RelayUsage() {}

    /** The usage; {@link Usage#UNKNOWN} when there is none, or the text is not JSON. */
    static Usage of(ByteSlice json, List<Protocol> formats) {
        for (Protocol format : formats) {
            Usage usage = format.usage(json, Quirks.NONE);
            if (usage.known()) {
                return usage;
            }
        }
        JsonScanner scanner = new JsonScanner().reset(json);
        try {
            return switch (scanner.peek()) {
                case '{' -> member(scanner, json, formats);
                case '[' -> last(scanner, json, formats);
                default -> Usage.UNKNOWN;
            };
        } catch (MalformedJson malformed) {
            return Usage.UNKNOWN;
        }
    }

    /** The higher of each count: events of one response report sums, and parts of them. */
    static Usage highest(Usage one, Usage other) {
        if (!one.known() || !other.known()) {
            return one.known() ? one : other;
        }
        return new Usage(
                Math.max(one.promptTokens(), other.promptTokens()),
                Math.max(one.completionTokens(), other.completionTokens()),
                Math.max(one.cachedTokens(), other.cachedTokens()),
                Math.max(one.cacheWriteTokens(), other.cacheWriteTokens()),
                Math.max(one.reasoningTokens(), other.reasoningTokens()),
                Math.max(one.costNanoUsd(), other.costNanoUsd()),
                true);
    }

    private static Usage member(JsonScanner scanner, ByteSlice json, List<Protocol> formats) {
        Usage usage = Usage.UNKNOWN;
        scanner.enter();
        while (scanner.more()) {
            boolean gemini = scanner.nameIs(GEMINI);
            boolean nested = scanner.nameIs(MESSAGE) || scanner.nameIs(RESPONSE);
            boolean object = scanner.peek() == '{';
            int start = scanner.position();
            scanner.skip();
            ByteSlice value = new ByteSlice(json.array(), start, scanner.position() - start);
            if (gemini && object) {
                usage = highest(usage, GeminiProtocol.usage(Json.read(value)));
            } else if (nested && object) {
                for (Protocol format : formats) {
                    usage = highest(usage, format.usage(value, Quirks.NONE));
                }
            }
        }
        return usage;
    }

    /** Gemini streams an array of responses unless it is asked for events. */
    private static Usage last(JsonScanner scanner, ByteSlice json, List<Protocol> formats) {
        Usage usage = Usage.UNKNOWN;
        scanner.enter();
        while (scanner.more()) {
            boolean object = scanner.peek() == '{';
            int start = scanner.position();
            scanner.skip();
            if (object) {
                ByteSlice element = new ByteSlice(json.array(), start, scanner.position() - start);
                usage = highest(usage, of(element, formats));
            }
        }
        return usage;
    }
}
