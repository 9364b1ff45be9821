package dev.sluice.testkit.mock;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.stream.IntStream;

/** Deterministic embeddings with four dimensions, and rankings that prefer later documents. */
final class Vectors {

    static final int DIMENSIONS = 4;

    /** Values that a float holds exactly. */
    static JsonArray of(int index) {
        return of(index, DIMENSIONS);
    }

    static JsonArray of(int index, int dimensions) {
        return Json.arr(IntStream.range(0, dimensions).mapToObj(i -> (i + 1) * 0.125 + index));
    }

    /** Little-endian 32-bit floats, as OpenAI's {@code encoding_format: base64}. */
    static String floats64(JsonArray vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.size() * 4).order(ByteOrder.LITTLE_ENDIAN);
        vector.forEach(value -> bytes.putFloat(((Number) value).floatValue()));
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** Signed bytes, as Perplexity's {@code base64_int8}. */
    static String bytes64(int index) {
        return Base64.getEncoder().encodeToString(new byte[] {(byte) index, 64, -64, 127});
    }

    /** Documents by relevance: the last comes first. At most {@code top_n} of them. */
    static JsonArray ranked(JsonObject body, boolean withDocument) {
        JsonArray documents = body.getJsonArray("documents");
        int top = Math.min(body.getInteger("top_n", documents.size()), documents.size());
        return Json.arr(IntStream.range(0, top)
                .map(i -> documents.size() - 1 - i)
                .mapToObj(i -> {
                    JsonObject result = Json.obj("index", i, "relevance_score", (i + 1.0) / documents.size());
                    return withDocument ? result.put("document", Json.obj("text", documents.getValue(i))) : result;
                }));
    }

    private Vectors() {}
}
