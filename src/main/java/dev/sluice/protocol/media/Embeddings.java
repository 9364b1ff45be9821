package dev.sluice.protocol.media;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Usage;
import dev.sluice.protocol.error.UpstreamErrors;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.request.RequestErrors;
import dev.sluice.protocol.spi.RequestParameters;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** OpenAI's embeddings format: the inputs of a request and the list of a response. */
final class Embeddings {

    private static final String INPUT = "input";
    private static final String ENCODING = "encoding_format";

    private static final byte[] VECTOR = "\"embedding\"".getBytes(StandardCharsets.UTF_8);

    private Embeddings() {}

    /**
     * The texts to embed. Tokens are rejected: they are numbers of OpenAI's own vocabulary.
     *
     * @param limit the provider's limit of texts in one request
     */
    static List<String> texts(RequestParameters params, int limit) {
        JsonNode input = params.consume(INPUT);
        List<String> texts = new ArrayList<>();
        if (input != null && input.isTextual()) {
            texts.add(input.textValue());
            return texts;
        }
        if (input == null || !input.isArray()) {
            throw RequestErrors.wrongType(INPUT, "a string or an array of strings");
        }
        for (JsonNode element : input) {
            if (element.isNumber() || element.isArray()) {
                throw RequestErrors.unsupported(
                        INPUT, "holds tokens, which this provider does not accept (expected: texts)");
            }
            if (!element.isTextual()) {
                throw RequestErrors.wrongType(INPUT, "a string or an array of strings");
            }
            texts.add(element.textValue());
        }
        if (texts.isEmpty()) {
            throw RequestErrors.invalidValue(INPUT, "at least one text");
        }
        if (texts.size() > limit) {
            throw RequestErrors.unsupported(
                    INPUT, "holds " + texts.size() + " texts (expected: at most " + limit + " for this provider)");
        }
        return texts;
    }

    /** Consumes and validates the format; {@link #list} applies it. */
    static void encoding(RequestParameters params) {
        String format = params.consumeString(ENCODING);
        if (format != null && !format.equals("float") && !format.equals("base64")) {
            throw RequestErrors.invalidValue(ENCODING, "float or base64");
        }
    }

    /**
     * The response, in the encoding that the client requested.
     *
     * @param vectors arrays of numbers, one for each text in its order
     * @param usage left out of the response when the provider did not report it
     */
    static ObjectNode list(Iterable<JsonNode> vectors, MediaRequest request, Usage usage) {
        boolean base64 = "base64".equals(request.text(ENCODING));
        ObjectNode response = Json.object().put("object", "list");
        ArrayNode data = response.putArray("data");
        for (JsonNode vector : vectors) {
            ObjectNode item = data.addObject().put("object", "embedding").put("index", data.size() - 1);
            if (base64) {
                item.put("embedding", base64(vector));
            } else {
                item.set("embedding", vector);
            }
        }
        response.put("model", request.target().model());
        if (usage.known()) {
            response.putObject("usage")
                    .put("prompt_tokens", usage.promptTokens())
                    .put("total_tokens", usage.totalTokens());
        }
        return response;
    }

    /**
     * A response whose bytes pass, in the encoding that the client requested. Many compatible servers ignore
     * {@code encoding_format}, and OpenAI's library for Node, which asks for base64 unasked, then decodes arrays as if
     * they were base64.
     */
    static ByteSlice asRequested(ClientRequest request, ByteSlice response) {
        ClientRequest.Member format = request.member(ENCODING);
        byte[] body = request.body().array();
        boolean base64 = format != null
                && body[format.valueStart()] == '"'
                && JsonScanner.text(body, format.valueStart(), format.valueEnd())
                        .equals("base64");
        if (firstByteOfVector(response) != (base64 ? '[' : '"')) {
            return response;
        }
        JsonNode tree = Json.readOrNull(response.toText());
        if (tree == null || !tree.path("data").isArray()) {
            return response;
        }
        for (JsonNode item : tree.path("data")) {
            JsonNode vector = item.path("embedding");
            if (base64 && vector.isArray()) {
                ((ObjectNode) item).put("embedding", base64(vector));
            } else if (!base64 && vector.isTextual()) {
                ArrayNode numbers = numbers(vector.textValue());
                if (numbers == null) {
                    return response;
                }
                ((ObjectNode) item).set("embedding", numbers);
            }
        }
        return Json.bytes(tree);
    }

    /** Of the first member {@code embedding}, or 0. */
    private static int firstByteOfVector(ByteSlice response) {
        byte[] bytes = response.array();
        for (int i = response.offset(); i + VECTOR.length < response.end(); i++) {
            if (bytes[i] != '"' || !Arrays.equals(bytes, i, i + VECTOR.length, VECTOR, 0, VECTOR.length)) {
                continue;
            }
            int at = afterBlanks(bytes, i + VECTOR.length, response.end());
            if (at < response.end() && bytes[at] == ':') {
                at = afterBlanks(bytes, at + 1, response.end());
                return at < response.end() ? bytes[at] : 0;
            }
        }
        return 0;
    }

    private static int afterBlanks(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && bytes[at] <= ' ' && bytes[at] >= 0) {
            at++;
        }
        return at;
    }

    /** Null where the text is no base64 of floats. */
    private static ArrayNode numbers(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException invalid) {
            return null;
        }
        if (bytes.length % Float.BYTES != 0) {
            return null;
        }
        ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        ArrayNode numbers = Json.array();
        while (floats.hasRemaining()) {
            numbers.add(floats.getFloat());
        }
        return numbers;
    }

    /** @throws dev.sluice.model.GatewayException with {@code UPSTREAM} when it is not an array of numbers */
    static JsonNode vector(JsonNode vector) {
        boolean numbers = vector.isArray();
        for (JsonNode number : vector) {
            numbers &= number.isNumber();
        }
        if (!numbers) {
            throw UpstreamErrors.malformedResponse("an embedding that is not an array of numbers");
        }
        return vector;
    }

    /** Little-endian floats of 32 bits, as OpenAI's SDKs read them. */
    private static String base64(JsonNode vector) {
        ByteBuffer floats = ByteBuffer.allocate(Float.BYTES * vector.size()).order(ByteOrder.LITTLE_ENDIAN);
        vector.forEach(number -> floats.putFloat(number.floatValue()));
        return Base64.getEncoder().encodeToString(floats.array());
    }
}
