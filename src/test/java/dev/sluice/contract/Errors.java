package dev.sluice.contract;

import java.util.List;

/** What can go wrong, each with a provider of its own: a refused key rests, and would refuse the next test. */
final class Errors {

    /** @param row whose stand-in it is */
    record Case(String row, String fault, String client) {

        String provider() {
            return row + "-" + fault.replace('_', '-') + "-" + client;
        }
    }

    static List<Case> cases() {
        return List.of();
    }

    private Errors() {}
}
