package dev.sluice.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** A request, rendered once and sent from direct memory ever after. */
public record Request(int port, ByteBuf bytes) {

    /**
     * A chat completion as an SDK would ask for it.
     *
     * @param promptBytes length of the one message
     */
    public static Request chat(int port, String path, String key, String model, boolean stream, int promptBytes) {
        // The usage block is asked for, so that everybody relays the same bytes: nobody has to inject or hide anything.
        String options = stream ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}," : "";
        String body = "{\"model\":\"" + model + "\"," + options
                + "\"temperature\":0.2,\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt(promptBytes) + "\"}]}";
        String head = "POST " + path + " HTTP/1.1\r\nhost: 127.0.0.1:" + port
                + "\r\naccept: application/json\r\ncontent-type: application/json\r\nuser-agent: OpenAI/Python 1.109.1"
                + "\r\nauthorization: Bearer " + key
                + "\r\ncontent-length: " + body.length() + "\r\n\r\n";
        byte[] bytes = (head + body).getBytes(US_ASCII);
        // The collector frees it: nobody counts who still sends it.
        ByteBuffer rendered = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        return new Request(port, Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(rendered.asReadOnlyBuffer())));
    }

    /** Prose with what JSON has to escape in it, as prompts have. */
    private static String prompt(int length) {
        String sentence = "The quick brown fox said \\\"jump\\\" over the lazy dog.\\n";
        return sentence.repeat(length / sentence.length() + 1);
    }
}
