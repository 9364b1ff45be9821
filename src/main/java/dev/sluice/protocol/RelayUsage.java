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
                case '{' -> ofObject(scanner, json, formats);
                case '[' -> ofArray(scanner, json, formats);
                default -> Usage.UNKNOWN;
            };
        } catch (MalformedJson malformed) {
            return Usage.UNKNOWN;
        }
    }

    private static Usage ofObject(JsonScanner scanner, ByteSlice json, List<Protocol> formats) {
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
                usage = usage.highest(GeminiProtocol.usage(Json.read(value)));
            } else if (nested && object) {
                for (Protocol format : formats) {
                    usage = usage.highest(format.usage(value, Quirks.NONE));
                }
            }
        }
        return usage;
    }

    /** Gemini streams an array of responses unless it is asked for events. */
    private static Usage ofArray(JsonScanner scanner, ByteSlice json, List<Protocol> formats) {
        Usage usage = Usage.UNKNOWN;
        scanner.enter();
        while (scanner.more()) {
            boolean object = scanner.peek() == '{';
            int start = scanner.position();
            scanner.skip();
            if (object) {
                ByteSlice element = new ByteSlice(json.array(), start, scanner.position() - start);
                usage = usage.highest(of(element, formats));
            }
        }
        return usage;
    }
}
