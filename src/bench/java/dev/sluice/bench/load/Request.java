package dev.sluice.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** A request, rendered once into direct memory and sent from there. */
public record Request(int port, ByteBuf bytes) {

    /**
     * A chat completion as an SDK sends it.
     *
     * @param promptBytes length of the prompt, in one message
     */
    public static Request chat(int port, String path, String key, String model, boolean stream, int promptBytes) {
        // The usage block is requested, so that every proxy relays the same bytes and Sluice need not add or remove it.
        String options = stream ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}," : "";
        String body = "{\"model\":\"" + model + "\"," + options
                + "\"temperature\":0.2,\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt(promptBytes) + "\"}]}";
        return post(port, path, "user-agent: OpenAI/Python 1.109.1\r\nauthorization: Bearer " + key, body);
    }

    /** A streamed request to Anthropic's Messages as an SDK sends it. */
    public static Request messages(int port, String key, String model, int promptBytes) {
        String body = "{\"model\":\"" + model + "\",\"max_tokens\":1024,\"stream\":true,\"temperature\":0.2,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt(promptBytes) + "\"}]}";
        String headers = "user-agent: Anthropic/Python 0.75.0\r\nanthropic-version: 2023-06-01\r\nx-api-key: " + key;
        return post(port, "/v1/messages", headers, body);
    }

    private static Request post(int port, String path, String headers, String body) {
        String head = "POST " + path + " HTTP/1.1\r\nhost: 127.0.0.1:" + port
                + "\r\naccept: application/json\r\ncontent-type: application/json\r\n" + headers
                + "\r\ncontent-length: " + body.length() + "\r\n\r\n";
        byte[] bytes = (head + body).getBytes(US_ASCII);
        // Freed by the garbage collector: references to it are not counted.
        ByteBuffer rendered = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        return new Request(port, Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(rendered.asReadOnlyBuffer())));
    }

    /** Prose with characters that JSON escapes, as prompts contain. */
    private static String prompt(int length) {
        String sentence = "The quick brown fox said \\\"jump\\\" over the lazy dog.\\n";
        return sentence.repeat(length / sentence.length() + 1);
    }
}
