package dev.sluice.faults;

import static dev.sluice.faults.ClientOutcome.ANSWER;
import static dev.sluice.faults.ClientOutcome.BROKEN;
import static dev.sluice.faults.ClientOutcome.REFUSED;
import static dev.sluice.faults.ClientOutcome.SAVED;

/** A provider fault and its outcome for clients: whole and streamed, on a route with one target and with a fallback. */
enum ProviderFault {
    STATUS_500_ONCE("fault-status-500_times-1", ANSWER, ANSWER, SAVED, SAVED, 2),
    STATUS_503_FOR_EVER("fault-status-503", REFUSED, REFUSED, SAVED, SAVED, 2),
    THROTTLED_ONCE_WITH_RETRY_AFTER("fault-status-429_times-1_retry-300ms", ANSWER, ANSWER, SAVED, SAVED, 2),
    THROTTLED_ONCE_WITHOUT("fault-status-429_times-1", ANSWER, ANSWER, SAVED, SAVED, 2),
    THROTTLED_FOR_EVER_WITH_RETRY_AFTER("fault-status-429_retry-60s", REFUSED, REFUSED, SAVED, SAVED, 1),
    THROTTLED_FOR_EVER_WITHOUT("fault-status-429", REFUSED, REFUSED, SAVED, SAVED, 2),
    KEY_REFUSED("fault-status-401", REFUSED, REFUSED, SAVED, SAVED, 1),
    QUOTA_SPENT("fault-insufficient-quota", REFUSED, REFUSED, SAVED, SAVED, 1),
    RESET_BEFORE_HEADERS_ONCE("fault-reset_times-1", ANSWER, ANSWER, SAVED, SAVED, 2),
    RESET_BEFORE_HEADERS("fault-reset", REFUSED, REFUSED, SAVED, SAVED, 2),
    RESET_AFTER_HEADERS("fault-reset-after-headers", REFUSED, REFUSED, SAVED, SAVED, 2),
    SILENT("fault-silent", REFUSED, REFUSED, SAVED, SAVED, 1),
    SLOW_FIRST_TOKEN("slow-30s", REFUSED, REFUSED, SAVED, SAVED, 1),
    SLOW_HEAD("head-30s", REFUSED, REFUSED, SAVED, SAVED, 1),
    HEADERS_THEN_STALL("fault-headers-then-stall", REFUSED, REFUSED, SAVED, SAVED, 1),
    GARBAGE_STATUS_LINE("fault-garbage-status", REFUSED, REFUSED, SAVED, SAVED, 2),
    WRONG_CONTENT_TYPE("fault-wrong-content-type", REFUSED, REFUSED, SAVED, SAVED, 2),
    HTML_ERROR_PAGE("fault-html", REFUSED, REFUSED, SAVED, SAVED, 2),
    ERROR_BODY_WITH_200("fault-error-200", REFUSED, REFUSED, SAVED, SAVED, 2),
    CUT_AT_THE_FIRST_TOKEN("fault-cut@0", REFUSED, BROKEN, SAVED, BROKEN, 2),
    CUT_IN_THE_MIDDLE("fault-cut@10", REFUSED, BROKEN, SAVED, BROKEN, 2),
    CUT_AFTER_THE_LAST_TOKEN("fault-cut@20", REFUSED, BROKEN, SAVED, BROKEN, 2),
    ENDED_PROPERLY_IN_THE_MIDDLE("fault-cut-clean@10", REFUSED, BROKEN, SAVED, BROKEN, 2),
    RESET_IN_THE_MIDDLE("fault-reset-mid@10", REFUSED, BROKEN, SAVED, BROKEN, 2),
    STALL_IN_THE_MIDDLE("fault-stall@10", REFUSED, BROKEN, SAVED, BROKEN, 1),
    ERROR_EVENT("fault-error-event@10", REFUSED, BROKEN, SAVED, BROKEN, 2),
    MALFORMED_EVENT("fault-malformed@10", REFUSED, BROKEN, SAVED, BROKEN, 2),
    OVERSIZED_EVENT("fault-oversized@10", ANSWER, BROKEN, ANSWER, BROKEN, 1),
    MISSING_SENTINEL("fault-missing-done", ANSWER, ANSWER, ANSWER, ANSWER, 1),
    USAGE_WHERE_NONE_BELONGS("fault-usage-in-choices", ANSWER, ANSWER, ANSWER, ANSWER, 1),
    CONTEXT_LENGTH("fault-context-length", REFUSED, REFUSED, SAVED, SAVED, 1),
    CONTENT_FILTER("fault-content-filter", REFUSED, REFUSED, SAVED, SAVED, 1),
    CLIENTS_OWN_MISTAKE("fault-status-422", REFUSED, REFUSED, REFUSED, REFUSED, 1),
    HALF_CLOSED(Endpoint.HALF_CLOSING),
    TLS_FAILS(Endpoint.PLAIN_BEHIND_HTTPS),
    NAME_DOES_NOT_RESOLVE(Endpoint.NOWHERE),
    CONNECTION_REFUSED(Endpoint.CLOSED);

    /** Where the provider's requests go. */
    enum Endpoint {
        SIMULATOR,
        HALF_CLOSING,
        PLAIN_BEHIND_HTTPS,
        NOWHERE,
        CLOSED
    }

    final Endpoint place;
    /** Directives in the model name for the simulator. */
    final String words;

    private final ClientOutcome aloneWhole;
    private final ClientOutcome aloneStreamed;
    private final ClientOutcome besideWhole;
    private final ClientOutcome besideStreamed;
    /** The maximum number of attempts at the provider for one request. */
    final int attempts;

    ProviderFault(
            String words,
            ClientOutcome aloneWhole,
            ClientOutcome aloneStreamed,
            ClientOutcome besideWhole,
            ClientOutcome besideStreamed,
            int attempts) {
        this.place = Endpoint.SIMULATOR;
        this.words = words;
        this.aloneWhole = aloneWhole;
        this.aloneStreamed = aloneStreamed;
        this.besideWhole = besideWhole;
        this.besideStreamed = besideStreamed;
        this.attempts = attempts;
    }

    ProviderFault(Endpoint place) {
        this.place = place;
        this.words = "";
        this.aloneWhole = REFUSED;
        this.aloneStreamed = place == Endpoint.HALF_CLOSING ? BROKEN : REFUSED;
        this.besideWhole = SAVED;
        this.besideStreamed = place == Endpoint.HALF_CLOSING ? BROKEN : SAVED;
        this.attempts = 2;
    }

    ClientOutcome view(RouteSetting setting, ClientFormat client, boolean stream) {
        if (this == OVERSIZED_EVENT && client == ClientFormat.TRANSLATED) {
            // Translation removes the 2 MiB of padding, and translated events of that size are within the limit.
            return ANSWER;
        }
        return switch (setting) {
            case ALONE -> stream ? aloneStreamed : aloneWhole;
            case BESIDE -> stream ? besideStreamed : besideWhole;
            // Nothing is sent before the stream ends, so a broken stream can fail over.
            case HELD -> stream && besideStreamed == BROKEN ? SAVED : stream ? besideStreamed : besideWhole;
        };
    }
}
