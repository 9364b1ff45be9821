package dev.sluice.protocol.multipart;

import dev.sluice.model.Upload;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The headers of one part of a form, read line by line: the field's name, its type, and whether it is a file. */
final class PartHeaders {

    /** Possessive quantifiers: the matcher neither recurses for each character of a value nor tries a head again. */
    private static final Pattern PARAMETER =
            Pattern.compile("\\s*+;\\s*+([A-Za-z0-9*_-]++)\\s*+=\\s*+(?:\"((?:[^\"\\\\]++|\\\\.)*+)\"|([^\\s;\"]++))");

    private static final Pattern CHARSET = Pattern.compile("charset\\s*=\\s*\"?([^\\s;\"]*)", Pattern.CASE_INSENSITIVE);

    private static final Set<String> UTF_8 = Set.of("utf-8", "utf8", "us-ascii", "ascii");
    /** Transfer encodings that change no byte. */
    private static final Set<String> IDENTITY = Set.of("7bit", "8bit", "binary");

    private String name;
    private long nameStart;
    private long nameEnd;
    private boolean isFile;
    private boolean transferEncoded;
    private String type;

    /**
     * Reads one line.
     *
     * @param line its bytes, one character each, so that positions in it are positions in the form
     * @param start position of the line from the start of the form
     * @throws dev.sluice.model.GatewayException when the line is not a header, or a second content-disposition
     */
    void addLine(String line, long start) {
        int colon = line.indexOf(':');
        if (colon <= 0 || !line.substring(0, colon).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
            throw MultipartScanner.malformed("the headers of a part have a line that is not a header");
        }
        if (line.substring(0, colon).toLowerCase(Locale.ROOT).equals("content-disposition")) {
            if (name != null) {
                throw MultipartScanner.malformed("a part has two content-disposition headers");
            }
            String value = line.substring(colon + 1).stripLeading();
            disposition(value.stripTrailing(), start + line.length() - value.length());
        } else if (line.substring(0, colon).equalsIgnoreCase("content-type")) {
            type = decoded(line.substring(colon + 1).strip());
        } else if (line.substring(0, colon).equalsIgnoreCase("content-transfer-encoding")) {
            transferEncoded |=
                    !IDENTITY.contains(line.substring(colon + 1).strip().toLowerCase(Locale.ROOT));
        }
    }

    /** The part's content type, or null. */
    String type() {
        return type;
    }

    /** @throws dev.sluice.model.GatewayException when no header named the field */
    String name() {
        if (name == null) {
            throw MultipartScanner.malformed("a part has no content-disposition header with a name");
        }
        return name;
    }

    /** Position of the name, quotes included, from the start of the form. */
    long nameStart() {
        return nameStart;
    }

    long nameEnd() {
        return nameEnd;
    }

    boolean isFile() {
        return isFile;
    }

    Upload.PartKind kind() {
        if (isFile) {
            return Upload.PartKind.FILE;
        }
        Matcher charset = type == null ? null : CHARSET.matcher(type);
        boolean foreign = charset != null
                && charset.find()
                && !UTF_8.contains(charset.group(1).toLowerCase(Locale.ROOT));
        return transferEncoded || foreign ? Upload.PartKind.ENCODED_TEXT : Upload.PartKind.TEXT;
    }

    private void disposition(String value, long start) {
        int end = value.indexOf(';');
        if (end < 0 || !value.substring(0, end).strip().equalsIgnoreCase("form-data")) {
            throw MultipartScanner.malformed("a part's content-disposition is not form-data with a name");
        }
        Matcher parameter = PARAMETER.matcher(value);
        int at = end;
        while (at < value.length() && parameter.region(at, value.length()).lookingAt()) {
            at = parameter.end();
            switch (parameter.group(1).toLowerCase(Locale.ROOT)) {
                case "name" -> {
                    if (name != null) {
                        throw MultipartScanner.malformed("a part has two names");
                    }
                    boolean token = parameter.group(2) == null;
                    name = decoded(token ? parameter.group(3) : unescaped(parameter.group(2)));
                    nameStart = start + (token ? parameter.start(3) : parameter.start(2) - 1);
                    nameEnd = start + (token ? parameter.end(3) : parameter.end(2) + 1);
                }
                case "filename", "filename*" -> isFile = true;
                // Some parsers prefer it to the name. RFC 7578, 4.2, forbids it.
                case "name*", "name*0", "name*0*" -> throw MultipartScanner.malformed("a part has an encoded name");
                default -> {}
            }
        }
        if (!value.substring(at).isBlank()) {
            throw MultipartScanner.malformed("a part's content-disposition cannot be read");
        }
    }

    private static String decoded(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static String unescaped(String quoted) {
        if (quoted.indexOf('\\') < 0) {
            return quoted;
        }
        StringBuilder text = new StringBuilder(quoted.length());
        for (int i = 0; i < quoted.length(); i++) {
            if (quoted.charAt(i) == '\\' && i + 1 < quoted.length()) {
                i++;
            }
            text.append(quoted.charAt(i));
        }
        return text.toString();
    }
}
