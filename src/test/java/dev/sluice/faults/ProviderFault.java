package dev.sluice.faults;

import static dev.sluice.faults.ClientOutcome.BROKEN_STREAM;
import static dev.sluice.faults.ClientOutcome.ERROR;
import static dev.sluice.faults.ClientOutcome.FAILED_OVER;
import static dev.sluice.faults.ClientOutcome.RESPONSE;

/** A provider fault and its outcome for clients: whole and streamed, on a route with one target and with a fallback. */
enum ProviderFault {
    STATUS_500_ONCE("fault-status-500_times-1", RESPONSE, RESPONSE, FAILED_OVER, FAILED_OVER, 2),
    STATUS_503_FOR_EVER("fault-status-503", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 2),
    THROTTLED_ONCE_WITH_RETRY_AFTER(
            "fault-status-429_times-1_retry-300ms", RESPONSE, RESPONSE, FAILED_OVER, FAILED_OVER, 2),
    THROTTLED_ONCE_WITHOUT("fault-status-429_times-1", RESPONSE, RESPONSE, FAILED_OVER, FAILED_OVER, 2),
    THROTTLED_FOR_EVER_WITH_RETRY_AFTER("fault-status-429_retry-60s", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 1),
    THROTTLED_FOR_EVER_WITHOUT("fault-status-429", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 2),
    KEY_REFUSED("fault-status-401", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 1),
    QUOTA_SPENT("fault-insufficient-quota", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 1),
    RESET_BEFORE_HEADERS_ONCE("fault-reset_times-1", RESPONSE, RESPONSE, FAILED_OVER, FAILED_OVER, 2),
    RESET_BEFORE_HEADERS("fault-reset", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 2),
    RESET_AFTER_HEADERS("fault-reset-after-headers", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 2),
    SILENT("fault-silent", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 1),
    SLOW_FIRST_TOKEN("slow-30s", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 1),
    SLOW_HEAD("head-30s", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 1),
    HEADERS_THEN_STALL("fault-headers-then-stall", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 1),
    GARBAGE_STATUS_LINE("fault-garbage-status", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 2),
    WRONG_CONTENT_TYPE("fault-wrong-content-type", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 2),
    HTML_ERROR_PAGE("fault-html", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 2),
    ERROR_BODY_WITH_200("fault-error-200", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 2),
    CUT_AT_THE_FIRST_TOKEN("fault-cut@0", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 2),
    CUT_IN_THE_MIDDLE("fault-cut@10", ERROR, BROKEN_STREAM, FAILED_OVER, BROKEN_STREAM, 2),
    CUT_AFTER_THE_LAST_TOKEN("fault-cut@20", ERROR, BROKEN_STREAM, FAILED_OVER, BROKEN_STREAM, 2),
    ENDED_PROPERLY_IN_THE_MIDDLE("fault-cut-clean@10", ERROR, BROKEN_STREAM, FAILED_OVER, BROKEN_STREAM, 2),
    RESET_IN_THE_MIDDLE("fault-reset-mid@10", ERROR, BROKEN_STREAM, FAILED_OVER, BROKEN_STREAM, 2),
    STALL_IN_THE_MIDDLE("fault-stall@10", ERROR, BROKEN_STREAM, FAILED_OVER, BROKEN_STREAM, 1),
    ERROR_EVENT("fault-error-event@10", ERROR, BROKEN_STREAM, FAILED_OVER, BROKEN_STREAM, 2),
    MALFORMED_EVENT("fault-malformed@10", ERROR, BROKEN_STREAM, FAILED_OVER, BROKEN_STREAM, 2),
    OVERSIZED_EVENT("fault-oversized@10", RESPONSE, BROKEN_STREAM, RESPONSE, BROKEN_STREAM, 1),
    MISSING_SENTINEL("fault-missing-done", RESPONSE, RESPONSE, RESPONSE, RESPONSE, 1),
    USAGE_WHERE_NONE_BELONGS("fault-usage-in-choices", RESPONSE, RESPONSE, RESPONSE, RESPONSE, 1),
    CONTEXT_LENGTH("fault-context-length", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 1),
    CONTENT_FILTER("fault-content-filter", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 1),
    CLIENTS_OWN_MISTAKE("fault-status-422", ERROR, ERROR, ERROR, ERROR, 1),
    ZIPPED("zipped", ERROR, ERROR, FAILED_OVER, FAILED_OVER, 2, Endpoint.RAW),
    TRAILERS("trailers", RESPONSE, RESPONSE, RESPONSE, RESPONSE, 1, Endpoint.RAW),
    HALF_CLOSED(Endpoint.HALF_CLOSING),
    TLS_FAILS(Endpoint.PLAIN_BEHIND_HTTPS),
    NAME_DOES_NOT_RESOLVE(Endpoint.NOWHERE),
    CONNECTION_REFUSED(Endpoint.CLOSED);

    /** Where the provider's requests go. */
    enum Endpoint {
        SIMULATOR,
        RAW,
        HALF_CLOSING,
        PLAIN_BEHIND_HTTPS,
        NOWHERE,
        CLOSED
    }

    final Endpoint endpoint;
    /** Directives in the model name for the simulator; what the raw provider does. */
    final String directives;

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
        this(words, aloneWhole, aloneStreamed, besideWhole, besideStreamed, attempts, Endpoint.SIMULATOR);
    }

    ProviderFault(
            String words,
            ClientOutcome aloneWhole,
            ClientOutcome aloneStreamed,
            ClientOutcome besideWhole,
            ClientOutcome besideStreamed,
            int attempts,
            Endpoint endpoint) {
        this.endpoint = endpoint;
        this.directives = words;
        this.aloneWhole = aloneWhole;
        this.aloneStreamed = aloneStreamed;
        this.besideWhole = besideWhole;
        this.besideStreamed = besideStreamed;
        this.attempts = attempts;
    }

    ProviderFault(Endpoint place) {
        this.endpoint = place;
        this.directives = "";
        this.aloneWhole = ERROR;
        this.aloneStreamed = place == Endpoint.HALF_CLOSING ? BROKEN_STREAM : ERROR;
        this.besideWhole = FAILED_OVER;
        this.besideStreamed = place == Endpoint.HALF_CLOSING ? BROKEN_STREAM : FAILED_OVER;
        this.attempts = 2;
    }

    ClientOutcome outcome(RouteSetting setting, ClientFormat client, boolean stream) {
        return switch (setting) {
            case SINGLE -> stream ? aloneStreamed : aloneWhole;
            case FALLBACK -> stream ? besideStreamed : besideWhole;
            // Nothing is sent before the stream ends, so a broken stream can fail over.
            case HELD ->
                stream && besideStreamed == BROKEN_STREAM ? FAILED_OVER : stream ? besideStreamed : besideWhole;
        };
    }
}
