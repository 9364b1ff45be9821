package dev.sluice.protocol.request;

import dev.sluice.model.ClientRequest;
import dev.sluice.model.ClientRequest.Member;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ParameterNames;
import dev.sluice.protocol.json.JsonScanner;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files at the provider that a JSON body names: {@code file_id} and {@code file_ids} at any depth, as all formats
 * of clients call them, in each spelling that a lenient provider may accept. An id with unusual characters counts as
 * each id that such a provider may read in it.
 */
public final class FileIds {

    /** More than any provider accepts in one request. */
    private static final int MAX_IDS = 500;

    /**
     * The usual form of an id, which each provider reads as it is written: {@code file-} or {@code file_} and letters.
     */
    private static final Pattern PLAIN = Pattern.compile("file[-_][A-Za-z0-9]+");

    private static final Pattern NO_PART_OF_AN_ID = Pattern.compile("[^A-Za-z0-9_.:~-]+");
    private static final Pattern UUID =
            Pattern.compile("([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})");
    private static final String URN = "urn:uuid:";

    /** Of one text, which is no id when it has more parts. */
    private static final int MAX_READINGS = 4;

    private final byte[] bytes;
    private final JsonScanner json = new JsonScanner();
    private final Set<String> ids = new HashSet<>();
    private int named;

    private FileIds(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Null when the body names none. Reads only members in which the reader of the body saw such a name.
     *
     * @throws GatewayException INVALID_REQUEST when it names more than {@value #MAX_IDS}
     */
    public static Set<String> of(ClientRequest request) {
        if (request.relay() != null) {
            return null;
        }
        FileIds found = null;
        for (int i = 0; i < request.members().size(); i++) {
            Member member = request.members().get(i);
            if (member.namesFiles() || isFileId(member.name())) {
                found = found == null ? new FileIds(request.body().array()) : found;
                found.json.reset(found.bytes, member.valueStart(), member.valueEnd());
                found.read(isFileId(member.name()));
            }
        }
        return found == null || found.ids.isEmpty() ? null : found.ids;
    }

    /** Recursion is bounded by the depth that the reader of the body admits. */
    private void read(boolean isId) {
        byte type = json.peek();
        if (type == '[') {
            json.enter();
            while (json.more()) {
                read(isId);
            }
        } else if (type == '{') {
            json.enter();
            while (json.more()) {
                read(isFileId(json.name()));
            }
        } else {
            int start = json.position();
            json.skip();
            if (isId && (type == '"' || type == '-' || type >= '0' && type <= '9')) {
                boolean text = type == '"';
                add(
                        text
                                ? JsonScanner.text(bytes, start, json.position())
                                : new String(bytes, start, json.position() - start, StandardCharsets.US_ASCII));
            }
        }
    }

    private static boolean isFileId(String name) {
        return ParameterNames.isSpellingOf(name, "file_id") || ParameterNames.isSpellingOf(name, "file_ids");
    }

    private void add(String id) {
        named++;
        if (named > MAX_IDS) {
            throw new GatewayException(GatewayError.invalid(
                    "The body names more than " + MAX_IDS + " files (expected: at most that many file_id).",
                    null,
                    "too_many_files"));
        }
        ids.add(id);
        if (!PLAIN.matcher(id).matches()) {
            addReadings(id);
        }
    }

    /**
     * Adds the ids that a lenient provider may read in a text: without white space and hidden characters, with
     * percent-escapes decoded, a part of a path, a UUID in any of its spellings.
     */
    private void addReadings(String id) {
        String decoded = id.indexOf('%') < 0 ? id : decode(id);
        addReading(NO_PART_OF_AN_ID.matcher(decoded).replaceAll(""));
        NO_PART_OF_AN_ID.splitAsStream(decoded).limit(MAX_READINGS).forEach(this::addReading);
    }

    private void addReading(String reading) {
        ids.add(reading);
        String lower = reading.toLowerCase(Locale.ROOT);
        ids.add(lower);
        Matcher uuid = UUID.matcher((lower.startsWith(URN) ? lower.substring(URN.length()) : lower).replace("-", ""));
        if (uuid.matches()) {
            ids.add(uuid.replaceFirst("$1-$2-$3-$4-$5"));
        }
    }

    /** Percent-escapes decoded; the id itself when one is malformed. */
    private static String decode(String id) {
        byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                bytes[length++] = bytes[i];
            } else if (i + 2 < bytes.length
                    && HexFormat.isHexDigit(bytes[i + 1])
                    && HexFormat.isHexDigit(bytes[i + 2])) {
                bytes[length++] =
                        (byte) (HexFormat.fromHexDigit(bytes[i + 1]) << 4 | HexFormat.fromHexDigit(bytes[i + 2]));
                i += 2;
            } else {
                return id;
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
