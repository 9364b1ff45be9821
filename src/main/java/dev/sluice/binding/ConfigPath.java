package dev.sluice.binding;

import java.util.regex.Pattern;

/** Formats the path of a key for messages: {@code models["gpt-4.1"].targets[0].provider}. */
public final class ConfigPath {

    public static final String ROOT = "";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");

    private ConfigPath() {}

    public static String child(String parent, String key) {
        if (!PLAIN.matcher(key).matches()) {
            return parent + "[\"" + key + "\"]";
        }
        return parent.isEmpty() ? key : parent + "." + key;
    }

    public static String item(String parent, int index) {
        return parent + "[" + index + "]";
    }

    /** True when {@code path} is {@code ancestor} or lies below it. */
    static boolean within(String ancestor, String path) {
        if (!path.startsWith(ancestor)) {
            return false;
        }
        return path.length() == ancestor.length() || ".[".indexOf(path.charAt(ancestor.length())) >= 0;
    }

    /** The path of the parent; the root's is the root. */
    static String parent(String path) {
        int bracket = path.endsWith("\"]") ? path.lastIndexOf("[\"") : path.endsWith("]") ? path.lastIndexOf('[') : -1;
        int cut = bracket >= 0 ? bracket : path.lastIndexOf('.');
        return cut < 0 ? ROOT : path.substring(0, cut);
    }
}
