package dev.sluice.protocol.multipart;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The headers of one part of a form, read line by line: the field's name, its type, and whether it is a file. */
final class PartHeader {

    private static final Pattern PARAMETER =
            Pattern.compile("\\s*;\\s*([A-Za-z0-9*_-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s;\"]+))");

    private String name;
    private boolean isFile;
    private String type;

    /** @throws dev.sluice.model.GatewayException when the line is not a header, or a second content-disposition */
    void addLine(String line) {
        int colon = line.indexOf(':');
        if (colon <= 0 || !line.substring(0, colon).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
            throw MultipartScanner.malformed("the head of a part has a line that is not a header");
        }
        if (line.substring(0, colon).toLowerCase(Locale.ROOT).equals("content-disposition")) {
            if (name != null) {
                throw MultipartScanner.malformed("a part has two content-disposition headers");
            }
            disposition(line.substring(colon + 1).strip());
        } else if (line.substring(0, colon).equalsIgnoreCase("content-type")) {
            type = line.substring(colon + 1).strip();
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

    boolean isFile() {
        return isFile;
    }

    private void disposition(String value) {
        int end = value.indexOf(';');
        if (end < 0 || !value.substring(0, end).strip().equalsIgnoreCase("form-data")) {
            throw MultipartScanner.malformed("a part's content-disposition is not form-data with a name");
        }
        Matcher parameter = PARAMETER.matcher(value);
        int at = end;
        while (at < value.length() && parameter.find(at) && parameter.start() == at) {
            at = parameter.end();
            String text = parameter.group(2) == null ? parameter.group(3) : unescaped(parameter.group(2));
            switch (parameter.group(1).toLowerCase(Locale.ROOT)) {
                case "name" -> {
                    if (name != null) {
                        throw MultipartScanner.malformed("a part has two names");
                    }
                    name = text;
                }
                case "filename", "filename*" -> isFile = true;
                default -> {}
            }
        }
        if (!value.substring(at).isBlank()) {
            throw MultipartScanner.malformed("a part's content-disposition cannot be read");
        }
    }

    private static String unescaped(String quoted) {
        return quoted.replaceAll("\\\\(.)", "$1");
    }
}
