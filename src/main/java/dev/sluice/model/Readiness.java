package dev.sluice.model;

import java.util.List;
import java.util.stream.Stream;

/**
 * The readiness of the gateway, with reasons.
 *
 * @param reasons one line each for {@code /readyz?verbose}, made by {@link #ok}, {@link #warning} and {@link #failing}
 */
public record Readiness(boolean ready, List<String> reasons) {

    /** Combines two results; ready when both are. */
    public Readiness and(Readiness other) {
        return new Readiness(
                ready && other.ready,
                Stream.concat(reasons.stream(), other.reasons.stream()).toList());
    }

    /** Adds one line. */
    public Readiness and(String reason) {
        return and(new Readiness(true, List.of(reason)));
    }

    public static String ok(String what) {
        return "[+] " + what + " ok";
    }

    /** A problem that does not prevent serving requests. */
    public static String warning(String what) {
        return "[!] " + what;
    }

    /** A problem that makes the gateway unready. */
    public static String failing(String what) {
        return "[-] " + what;
    }
}
