package dev.sluice.protocol.sse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.sluice.model.ByteSlice;
import dev.sluice.protocol.json.Json;
import dev.sluice.protocol.json.JsonScanner;
import dev.sluice.protocol.json.MalformedJson;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Parses the events of one stream into the same trees as {@link Json#read}, but faster: a stream has hundreds of small
 * documents with the same few names, and setting up a parser costs as much as parsing one.
 */
public final class EventTreeReader {

    /** Characters of one number: Jackson's limit, which bounds the work of parsing it. */
    private static final int MAX_NUMBER = 1_000;

    /** Every number of this many digits fits a long. */
    private static final int LONG_DIGITS = 18;

    /**
     * Cache of names seen in any stream, by hash. The first name keeps its slot. Threads may race for a slot, at the
     * cost of one string.
     */
    private static final Name[] NAMES = new Name[512];

    private static final int MAX_NAME = 64;

    private record Name(byte[] written, String name) {}

    private final JsonScanner json = new JsonScanner();
    private byte[] array;
    private int from;
    private int values;

    /**
     * Reads one document.
     *
     * @throws MalformedJson as {@link Json#read}
     */
    public JsonNode read(ByteSlice document) throws MalformedJson {
        array = document.array();
        from = document.offset();
        json.reset(document);
        values = 0;
        JsonNode tree = value();
        json.finish();
        array = null;
        return tree;
    }

    /** Recursion is bounded by the scanner's depth. */
    private JsonNode value() {
        if (++values > Json.MAX_EVENT_VALUES) {
            throw malformed(from, "expected at most " + Json.MAX_EVENT_VALUES + " values");
        }
        return switch (json.peek()) {
            case '{' -> object();
            case '[' -> list();
            case '"' -> {
                int start = json.position();
                json.skip();
                yield TextNode.valueOf(JsonScanner.text(array, start, json.position()));
            }
            case 't' -> word(BooleanNode.TRUE);
            case 'f' -> word(BooleanNode.FALSE);
            case 'n' -> word(NullNode.instance);
            default -> number();
        };
    }

    private ObjectNode object() {
        ObjectNode object = Json.object();
        json.enter();
        while (json.more()) {
            int start = json.keyStart();
            String name = name(start, json.keyEnd());
            if (object.replace(name, value()) != null) {
                throw malformed(start, "expected unique names in an object");
            }
        }
        return object;
    }

    private ArrayNode list() {
        ArrayNode list = Json.array();
        json.enter();
        while (json.more()) {
            list.add(value());
        }
        return list;
    }

    private JsonNode word(JsonNode value) {
        json.skip();
        return value;
    }

    private JsonNode number() {
        int start = json.position();
        json.skip();
        int end = json.position();
        if (end - start > MAX_NUMBER) {
            throw malformed(start, "expected a number of at most " + MAX_NUMBER + " digits");
        }
        boolean negative = array[start] == '-';
        long value = 0;
        for (int i = negative ? start + 1 : start; i < end; i++) {
            if (array[i] < '0' || array[i] > '9') {
                return decimal(start, end);
            }
            value = 10 * value + array[i] - '0';
        }
        if (end - start > LONG_DIGITS) {
            return big(new BigInteger(digits(start, end)));
        }
        value = negative ? -value : value;
        return value == (int) value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }

    private static JsonNode big(BigInteger value) {
        return value.bitLength() < Long.SIZE ? LongNode.valueOf(value.longValue()) : BigIntegerNode.valueOf(value);
    }

    private JsonNode decimal(int start, int end) {
        try {
            return DecimalNode.valueOf(new BigDecimal(digits(start, end)));
        } catch (NumberFormatException exponent) {
            throw malformed(start, "expected numbers whose exponent is in range");
        }
    }

    private String digits(int start, int end) {
        return new String(array, start, end - start, StandardCharsets.US_ASCII);
    }

    private MalformedJson malformed(int at, String problem) {
        return new MalformedJson(at - from, problem);
    }

    private String name(int start, int end) {
        int length = end - start;
        if (length > MAX_NAME) {
            return json.name();
        }
        int hash = length;
        for (int i = start + 1; i < end - 1; i++) {
            hash = 31 * hash + array[i];
        }
        int slot = hash & NAMES.length - 1;
        Name known = NAMES[slot];
        if (known == null) {
            known = new Name(Arrays.copyOfRange(array, start, end), json.name());
            NAMES[slot] = known;
        }
        return Arrays.equals(known.written, 0, known.written.length, array, start, end) ? known.name : json.name();
    }
}
