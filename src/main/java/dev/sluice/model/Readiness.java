package dev.sluice.model;

import java.util.List;

/**
 * Whether new requests are welcome, and why.
 *
 * @param reasons one line each for {@code /readyz?verbose}, made by {@link #ok}, {@link #warning} and {@link #failing}
 */
public record Readiness(boolean ready, List<String> reasons) {

    public static String ok(String what) {
        return "[+] " + what + " ok";
    }

    /** Wrong, but requests are served all the same. */
    public static String warning(String what) {
        return "[!] " + what;
    }

    /** Wrong, and the reason for not being ready. */
    public static String failing(String what) {
        return "[-] " + what;
    }
}
