package dev.sluice.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * Whether new requests are welcome, and why.
 *
 * @param reasons one line each for {@code /readyz?verbose}, made by {@link #ok}, {@link #warning} and {@link #failing}
 */
public record Readiness(boolean ready, List<String> reasons) {

    /** What both say; ready when both are. */
    public Readiness and(Readiness other) {
        return new Readiness(
                ready && other.ready,
                Stream.concat(reasons.stream(), other.reasons.stream()).toList());
    }

    /** The same, with one more line. */
    public Readiness and(String reason) {
        return and(new Readiness(true, List.of(reason)));
    }

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
