package dev.sluice.protocol.json;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.Usage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.function.Predicate;

/**
 * Reads and writes JSON trees for translation. Numbers keep their digits and objects their order; the depth is bounded.
 */
public final class Json {

    /** Whole numbers of this many digits fit into a long. */
    private static final int MAX_PLAIN_DIGITS = 18;

    private static final int MAX_NUMBER_LENGTH = 64;

    private static final int MAX_DEPTH = 200;

    /**
     * The maximum of values, names and ends of objects and arrays in a document: a tree takes up to 100 bytes for each.
     * The embeddings of a hundred texts are some 300,000.
     */
    static final int MAX_TOKENS = 4_000_000;

    /** As {@link #MAX_TOKENS}, for requests: callers may send many at a time. */
    static final int MAX_REQUEST_TOKENS = 1_000_000;

    /** The maximum of values in one event of a stream. */
    public static final int MAX_EVENT_VALUES = 1_000_000;

    private static final int MAX_NAME = StreamReadConstraints.DEFAULT_MAX_NAME_LEN;
    private static final int MAX_DIGITS = StreamReadConstraints.DEFAULT_MAX_NUM_LEN;

    public static final ObjectMapper MAPPER = mapper(MAX_TOKENS, false);
    /** Writes events of a stream, whose texts may be parts of longer ones. */
    public static final ObjectMapper EVENTS = mapper(MAX_TOKENS, true);

    private static final ObjectMapper REQUESTS = mapper(MAX_REQUEST_TOKENS, false);

    private Json() {}

    private static ObjectMapper mapper(int maxTokens, boolean events) {
        return new ObjectMapper(new WellFormedJsonFactory(
                        new JsonFactoryBuilder()
                                .streamReadConstraints(StreamReadConstraints.builder()
                                        .maxNestingDepth(MAX_DEPTH)
                                        .maxStringLength(Integer.MAX_VALUE)
                                        .maxTokenCount(maxTokens)
                                        .build())
                                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8),
                        events))
                .configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /**
     * Reads one document of a provider.
     *
     * @throws MalformedJson when it is not exactly one JSON value, has a name twice in one object, is too deep or has
     *     too many values
     */
    public static JsonNode read(ByteSlice document) throws MalformedJson {
        return read(document, MAPPER, MAX_TOKENS);
    }

    /**
     * Reads the body of a client's request.
     *
     * @throws MalformedJson as {@link #read}
     */
    public static JsonNode readRequest(ByteSlice document) throws MalformedJson {
        return read(document, REQUESTS, MAX_REQUEST_TOKENS);
    }

    private static JsonNode read(ByteSlice document, ObjectMapper mapper, int maxTokens) {
        try {
            JsonNode tree = mapper.readTree(document.array(), document.offset(), document.length());
            if (tree == null || tree.isMissingNode()) {
                throw new MalformedJson(0, "it is empty");
            }
            return tree;
        } catch (StreamConstraintsException beyondLimits) {
            throw new MalformedJson("exceeds a limit of what Sluice reads (expected: at most " + maxTokens
                    + " JSON values and names, " + MAX_DEPTH + " levels, names of at most " + MAX_NAME
                    + " characters, and numbers of at most " + MAX_DIGITS + " digits)");
        } catch (JsonProcessingException malformed) {
            long at = malformed.getLocation() == null
                    ? 0
                    : malformed.getLocation().getByteOffset();
            throw new MalformedJson(
                    (int) Math.max(0, at), "not one JSON value with unique names, at most " + MAX_DEPTH + " deep");
        } catch (NumberFormatException outOfRange) {
            throw new MalformedJson(0, "expected numbers whose exponent is in range");
        } catch (IOException undecodable) {
            // Zero bytes near the beginning make the parser assume UTF-32 and fail.
            throw new MalformedJson(0, "not JSON in UTF-8");
        }
    }

    /** Reads a string; null when it is not JSON. */
    public static JsonNode readOrNull(String text) {
        try {
            return read(ByteSlice.of(text));
        } catch (MalformedJson malformed) {
            return null;
        }
    }

    public static ByteSlice bytes(JsonNode tree) {
        try {
            return ByteSlice.of(MAPPER.writeValueAsBytes(tree));
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    public static String text(JsonNode tree) {
        try {
            return MAPPER.writeValueAsString(tree);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Removes the elements that match; returns whether there were any. */
    public static boolean removeIf(ArrayNode array, Predicate<JsonNode> matches) {
        boolean removed = false;
        for (Iterator<JsonNode> rest = array.iterator(); rest.hasNext(); ) {
            if (matches.test(rest.next())) {
                rest.remove();
                removed = true;
            }
        }
        return removed;
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** A number without an unnecessary fraction: 1 for 1.0. */
    public static JsonNode number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1L << 53
                ? MAPPER.getNodeFactory().numberNode((long) value)
                : MAPPER.getNodeFactory().numberNode(value);
    }

    /** The string at a member, or null when it is absent, null or not a string. */
    public static String textAt(JsonNode object, String member) {
        JsonNode value = object.get(member);
        return value == null ? null : value.textValue();
    }

    /** The whole number at a member, 0 when it is absent, not a number or negative. */
    public static long countAt(JsonNode object, String member) {
        JsonNode value = object.get(member);
        return value == null || !value.isNumber() ? 0 : Math.min(Usage.MAX_TOKENS, Math.max(0, value.longValue()));
    }

    /**
     * The number of tokens that a provider reports at a member; 0 when it is absent or not a number, and
     * {@link Usage#MAX_TOKENS}, which no attempt can have used, when it is negative or larger.
     */
    public static long tokensAt(JsonNode object, String member) {
        JsonNode value = object.get(member);
        if (value == null || !value.isNumber()) {
            return 0;
        }
        if (!value.canConvertToLong()) {
            return Usage.MAX_TOKENS;
        }
        long tokens = value.longValue();
        boolean negative = tokens < 0 || tokens == 0 && !value.isIntegralNumber() && value.doubleValue() < 0;
        return negative ? Usage.MAX_TOKENS : Math.min(Usage.MAX_TOKENS, tokens);
    }

    /** Whether the text stands for a missing value, as some providers write it: {@code ""} or {@code "None"}. */
    public static boolean isPlaceholder(String text) {
        return text.isEmpty() || text.equals("None");
    }

    /** The member, or null when it is absent or JSON null. */
    public static JsonNode present(JsonNode object, String member) {
        JsonNode value = object.get(member);
        return value == null || value.isNull() ? null : value;
    }

    /**
     * The whole number that a value means to a lenient reader: digits, {@code 1e5}, {@code 100000.0}, and the same as a
     * string; rounded up, at most {@link Long#MAX_VALUE}. 0 for negative numbers and for anything else.
     */
    public static long wholeNumber(byte[] bytes, int start, int end) {
        if (end - start <= MAX_PLAIN_DIGITS) {
            long number = 0;
            int i = start;
            while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
                number = number * 10 + bytes[i++] - '0';
            }
            if (i == end) {
                return number;
            }
        }
        byte first = end > start ? bytes[start] : 0;
        if (first != '"' && (first < '0' || first > '9')) {
            return 0;
        }
        int from = first == '"' ? start + 1 : start;
        int to = first == '"' ? end - 1 : end;
        if (to - from > MAX_NUMBER_LENGTH) {
            return first == '"' ? 0 : Long.MAX_VALUE;
        }
        try {
            BigDecimal number =
                    new BigDecimal(new String(bytes, from, Math.max(0, to - from), StandardCharsets.US_ASCII).strip());
            if (number.signum() <= 0) {
                return 0;
            }
            long digits = (long) number.precision() - number.scale();
            if (digits > MAX_PLAIN_DIGITS) {
                return Long.MAX_VALUE;
            }
            return digits < 0 ? 1 : number.setScale(0, RoundingMode.CEILING).longValue();
        } catch (NumberFormatException noNumber) {
            return 0;
        }
    }
}
