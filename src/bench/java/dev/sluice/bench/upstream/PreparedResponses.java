package dev.sluice.bench.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * The responses of the upstream, rendered into direct memory at the start. Their shapes and sizes are those of OpenAI's
 * responses.
 */
final class PreparedResponses {

    private static final String CHUNK =
            "{\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion.chunk\",\"created\":1741569952,"
                + "\"model\":\"gpt-4o-mini-2024-07-18\",\"system_fingerprint\":\"fp_44709d6fcb\",\"choices\":[%s],\"usage\":%s}";
    private static final String DELTA = "{\"index\":0,\"delta\":{%s},\"logprobs\":null,\"finish_reason\":%s}";
    private static final String USAGE =
            "{\"prompt_tokens\":19,\"completion_tokens\":97,\"total_tokens\":116,\"prompt_tokens_details\":{\"cached_tokens\":0}}";
    private static final String WHOLE =
            "{\"id\":\"chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT\",\"object\":\"chat.completion\",\"created\":1741569952,"
                + "\"model\":\"gpt-4o-mini-2024-07-18\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hello"
                + " there!\"},\"finish_reason\":\"stop\"}],\"usage\":" + USAGE + "}";

    private static final ByteBuf WHOLE_RESPONSE =
            direct("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + WHOLE.length() + "\r\n\r\n"
                    + WHOLE);
    private static final ByteBuf[] STREAM = stream();

    private PreparedResponses() {}

    static ByteBuf whole() {
        return WHOLE_RESPONSE.retainedDuplicate();
    }

    /** One event as an HTTP chunk; the first includes the response head, the last the final chunk. */
    static ByteBuf event(int index) {
        return STREAM[index].retainedDuplicate();
    }

    private static ByteBuf[] stream() {
        ByteBuf[] events = new ByteBuf[Mode.EVENTS];
        for (int i = 0; i < events.length; i++) {
            String data = "data: " + data(i) + "\n\n";
            String chunk = Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
            events[i] = direct((i == 0 ? head() : "") + chunk + (i == events.length - 1 ? "0\r\n\r\n" : ""));
        }
        return events;
    }

    private static String data(int index) {
        return switch (Mode.EVENTS - index) {
            case 1 -> "[DONE]";
            case 2 -> CHUNK.formatted("", USAGE);
            case 3 -> CHUNK.formatted(DELTA.formatted("", "\"stop\""), "null");
            default -> CHUNK.formatted(DELTA.formatted("\"content\":\" token\"", "null"), "null");
        };
    }

    private static String head() {
        return "HTTP/1.1 200 OK\r\n"
                + "content-type: text/event-stream\r\n"
                + "cache-control: no-cache\r\n"
                + "transfer-encoding: chunked\r\n\r\n";
    }

    private static ByteBuf direct(String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        return Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(bytes.length).writeBytes(bytes).asReadOnly());
    }
}
