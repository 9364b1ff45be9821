package dev.sluice.protocol.multipart;

import dev.sluice.model.ByteSlice;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ParameterNames;
import dev.sluice.model.Upload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the plain fields of a multipart form (RFC 7578) in a body that arrives in any fragmentation, between files of
 * any size. Buffers at most the headers of one part and one value.
 *
 * <p>Strict, because the provider must find the same fields: no bare CR or LF as a line end, nothing before the first
 * boundary or after the last, and no wanted field twice or as a file.
 */
public final class MultipartScanner {

    /** Limit of one part's headers, in bytes. */
    static final int MAX_HEADERS = 8 * 1024;

    /** Limit of a wanted field's value, in bytes. */
    static final int MAX_VALUE = 1_024;

    static final int MAX_PARTS = 1_000;

    private enum State {
        /** After a delimiter: a line end follows, or the two dashes that end the form. */
        DELIMITED,
        HEADERS,
        DATA,
        /** After the last delimiter: at most one line end may follow. */
        CLOSED
    }

    private final byte[] delimiter;
    /** Names of the fields to find; null for all. */
    private final Set<String> wanted;

    private final int maxValue;
    private final List<Upload.Part> parts = new ArrayList<>();
    private final List<FormFile> files = new ArrayList<>();
    private final Map<String, FormField> found = new LinkedHashMap<>();
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(64);
    private State state = State.DATA;
    private boolean preamble = true;
    /** Bytes of the delimiter matched so far. Starts after the line end, which the first delimiter does not need. */
    private int matched = 2;

    private long at;
    private int partCount;
    /** Position of the boundary line of the part that is being read. */
    private long partStart;

    private int headersSize;
    private boolean afterCr;
    private PartHeaders headers;
    private boolean collecting;
    private long valueStart;

    /** @param wanted the names of the fields to find */
    public MultipartScanner(String boundary, Set<String> wanted) {
        this(boundary, Set.copyOf(wanted), MAX_VALUE);
    }

    private MultipartScanner(String boundary, Set<String> wanted, int maxValue) {
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
        this.wanted = wanted;
        this.maxValue = maxValue;
    }

    /** A scanner for all plain fields, for forms that are already in memory. */
    public static MultipartScanner ofAll(String boundary, int formBytes) {
        return new MultipartScanner(boundary, null, formBytes);
    }

    /** All parts, in the form's order. */
    public List<Upload.Part> parts() {
        return parts;
    }

    /** The files among the parts, in the form's order. */
    public List<FormFile> files() {
        return files;
    }

    /** The fields found so far by name, in the form's order. */
    public Map<String, FormField> fields() {
        return found;
    }

    /** The values of the fields found so far, by name. */
    public Map<String, String> values() {
        Map<String, String> values = new HashMap<>();
        found.forEach((name, field) -> values.put(name, field.value()));
        return Map.copyOf(values);
    }

    /**
     * Scans the next bytes of the body.
     *
     * @throws GatewayException with {@code INVALID_REQUEST} when the body is not a valid form
     */
    public void feed(ByteSlice chunk) {
        byte[] bytes = chunk.array();
        for (int i = chunk.offset(); i < chunk.end(); i++, at++) {
            byte c = bytes[i];
            switch (state) {
                case DATA -> {
                    if (matched == 0 && !collecting && c != '\r') {
                        int next = nextCr(bytes, i, chunk.end());
                        at += next - 1 - i;
                        i = next - 1;
                    } else {
                        data(c);
                    }
                }
                case HEADERS -> headers(c);
                case DELIMITED -> delimited(c);
                case CLOSED -> closed(c);
            }
        }
    }

    /** @throws GatewayException with {@code INVALID_REQUEST} when the body ended before its last boundary */
    public void finish() {
        if (state != State.CLOSED || buffer.size() == 1) {
            throw malformed("it ends before its last boundary");
        }
    }

    /** The field, once it was read completely; null before, and when there is none. */
    public FormField field(String name) {
        return found.get(name);
    }

    private static int nextCr(byte[] bytes, int from, int end) {
        int i = from;
        while (i < end && bytes[i] != '\r') {
            i++;
        }
        return i;
    }

    private void data(byte c) {
        if (c == delimiter[matched]) {
            matched++;
            if (matched == delimiter.length) {
                endPart();
            }
            return;
        }
        if (preamble) {
            throw malformed("it does not begin with its boundary");
        }
        // A boundary contains no CR, so only a CR can start a new match.
        int ahead = (int) Math.max(0, matched - (at - valueStart));
        collect(delimiter, ahead, matched - ahead);
        matched = c == '\r' ? 1 : 0;
        if (matched == 0) {
            collect(new byte[] {c}, 0, 1);
        }
    }

    private void collect(byte[] bytes, int from, int length) {
        if (!collecting) {
            return;
        }
        if (buffer.size() + length > maxValue) {
            throw invalid(
                    headers.name(),
                    "Invalid '" + headers.name() + "': longer than " + maxValue + " bytes.",
                    "invalid_value");
        }
        buffer.write(bytes, from, length);
    }

    /** The delimiter is complete; {@link #at} is at its last byte. */
    private void endPart() {
        long end = at + 1 - delimiter.length;
        if (!preamble && end < valueStart) {
            throw malformed("a part has its boundary where its data should begin");
        }
        if (collecting) {
            String name = headers.name();
            found.put(name, new FormField(name, buffer.toString(StandardCharsets.UTF_8), valueStart, end));
        } else if (headers != null && headers.isFile()) {
            files.add(new FormFile(headers.name(), headers.type(), valueStart, end));
        }
        if (headers != null) {
            parts.add(new Upload.Part(
                    headers.name(),
                    headers.kind(),
                    partStart,
                    headers.nameStart(),
                    headers.nameEnd(),
                    valueStart,
                    end,
                    null));
        }
        // Behind the line end with which the delimiter begins.
        partStart = end + 2;
        collecting = false;
        preamble = false;
        buffer.reset();
        state = State.DELIMITED;
    }

    private void delimited(byte c) {
        buffer.write(c);
        byte[] line = buffer.toByteArray();
        if (line.length == 1 && (c == '\r' || c == '-')) {
            return;
        }
        if (line.length == 2 && line[0] == '\r' && c == '\n') {
            if (++partCount > MAX_PARTS) {
                throw malformed("it has more than " + MAX_PARTS + " parts");
            }
            headers = new PartHeaders();
            headersSize = 0;
            afterCr = false;
            buffer.reset();
            state = State.HEADERS;
        } else if (line.length == 2 && line[0] == '-' && c == '-') {
            buffer.reset();
            state = State.CLOSED;
        } else {
            throw malformed("a boundary is not followed by a line end or two dashes");
        }
    }

    private void headers(byte c) {
        if (++headersSize > MAX_HEADERS) {
            throw malformed("the headers of a part are longer than " + MAX_HEADERS + " bytes");
        }
        if (afterCr != (c == '\n')) {
            throw malformed("the headers of a part have a bare CR or LF");
        }
        afterCr = c == '\r';
        buffer.write(c);
        if (c != '\n') {
            return;
        }
        String line = buffer.toString(StandardCharsets.ISO_8859_1);
        buffer.reset();
        if (line.length() > 2) {
            headers.addLine(line.substring(0, line.length() - 2), at + 1 - line.length());
        } else {
            beginData();
        }
    }

    /** The blank line was read: the part's data begins. */
    private void beginData() {
        String name = headers.name();
        ParameterNames.requireExactSpelling(name);
        collecting = wanted == null ? !headers.isFile() : wanted.contains(name);
        if (collecting && headers.isFile()) {
            throw invalid(name, "Invalid '" + name + "': a file (expected: a plain field).", "invalid_type");
        }
        if (collecting && found.containsKey(name)) {
            throw invalid(name, "Duplicate parameter: '" + name + "' is given more than once.", "duplicate_key");
        }
        valueStart = at + 1;
        // Some parsers read a boundary here as the end of an empty part, so it must not be taken for data.
        matched = 2;
        state = State.DATA;
    }

    private void closed(byte c) {
        buffer.write(c);
        boolean lineEnd = buffer.size() == 1 && c == '\r' || buffer.size() == 2 && c == '\n';
        if (!lineEnd) {
            throw malformed("there are bytes after its last boundary");
        }
    }

    public static GatewayException malformed(String what) {
        return invalid(null, "The multipart body is malformed: " + what + ".", "invalid_multipart");
    }

    private static GatewayException invalid(String param, String message, String code) {
        return new GatewayException(GatewayError.invalid(message, param, code));
    }
}
