package dev.sluice.http.exchange;

/**
 * The state of an {@link Exchange}.
 *
 * <pre>
 * state              event                                              next state
 * RECEIVING          start: admitted, the first attempt is sent         ATTEMPTING
 *                    start: its provider's limits allow it only later   WAITING_TO_RETRY
 *                    start: refused; or cancelled                       ENDED
 * ATTEMPTING         an attempt fails and others still run              ATTEMPTING
 *                    the hedge timer fires: one more attempt            ATTEMPTING
 *                    the last attempt fails, the next follows at once   ATTEMPTING
 *                    the last attempt fails, the next follows later     WAITING_TO_RETRY
 *                    the last attempt fails, none follows               ENDED
 *                    a whole response                                   ENDED
 *                    a stream begins                                    STREAMING
 *                    cancelled                                          CANCELLING
 * WAITING_TO_RETRY   the timer fires                                    ATTEMPTING
 *                    the timer fires, provider's limits: still later    WAITING_TO_RETRY
 *                    the timer fires, nothing may be sent; cancelled    ENDED
 * STREAMING          the stream ends                                    ENDED
 *                    it fails and may be resumed: as after a failure    ATTEMPTING, WAITING_TO_RETRY or ENDED
 *                    cancelled                                          CANCELLING
 * CANCELLING         every attempt has reported its end                 ENDED
 * </pre>
 *
 * <p>While a cut stream is being resumed, the states are those of any other attempt;
 * {@link StreamContinuation#firstFailure} is then the failure that ends the client's stream if no attempt resumes it. A
 * response that another handler ends (a refusal, a count, a redirect) ends the exchange from any state, and so does a
 * fault inside Sluice. A reply that arrives while CANCELLING is recorded, and its response ends at once.
 */
enum ExchangeState {
    /** The body is being read and the plan made. Nothing was sent. */
    RECEIVING,
    /** One attempt runs, or several side by side, and none has responded. */
    ATTEMPTING,
    /** No attempt runs. A timer will send the next one. */
    WAITING_TO_RETRY,
    /** The stream of one attempt is being passed to the client. */
    STREAMING,
    /** The client has disconnected, or the process stops: attempts are being cancelled and still report usage. */
    CANCELLING,
    /** The response is complete, or will never be. */
    ENDED;

    /** Whether the table has a transition to that state. */
    boolean mayBecome(ExchangeState next) {
        return switch (this) {
            case RECEIVING -> next == ATTEMPTING || next == WAITING_TO_RETRY || next == ENDED;
            case ATTEMPTING -> next != RECEIVING;
            case WAITING_TO_RETRY -> next == ATTEMPTING || next == WAITING_TO_RETRY || next == ENDED;
            case STREAMING -> next != RECEIVING && next != STREAMING;
            case CANCELLING, ENDED -> next == ENDED;
        };
    }
}
